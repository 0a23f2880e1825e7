import { eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { employee, evidence, positionAssignment, release, signOff, team } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { readOverTime, type OverTimeFilter } from './over-time.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
let library: Library;
let people: TestPeople;
let releaseId: string;
let asked: { position: string; competency: string; level: number };

const on = (day: string) => new Date(`${day}T12:00:00Z`);
async function hire(name: string, hiredOn: string, given: { reached?: string; signed?: string; left?: string; teamId?: string } = {}) {
	const { id } = await makePerson(db, now, { name, hiredOn, teamId: given.teamId ?? null });
	await db.insert(positionAssignment).values({ employeeId: id, position: asked.position, since: hiredOn });
	if (given.left) await db.update(employee).set({ leftAt: on(given.left) }).where(eq(employee.id, id));
	const { competency, level } = asked;
	const row = { employeeId: id, competency, kind: 'level', source: '2', passed: true, recordedAt: now };
	if (given.reached) await db.insert(evidence).values({ ...row, at: on(given.reached) });
	if (given.signed) {
		await db.insert(signOff).values({
			...{ employeeId: id, mentorId: people.mentor.id, competency, level: Math.max(3, level), statement: 'Seen.', releaseId },
			...{ signedAt: on(given.signed), validUntil: on('2027-11-01'), clientKey: crypto.randomUUID() }
		});
	}
	return id;
}

/**
 * Hired on 6 July (Q3): level 2 after 7 days (week 1), 8 days (week 2), signed after 28 days (week 4), one never, one left after
 * 15 days (2 weeks). Hired in Q4: two people, too few.
 */
beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	const [published] = await db.select({ id: release.id }).from(release);
	releaseId = published!.id;
	const { key, targets } = library.current().academy.positions.find((one) => one.targets.some(({ level }) => level >= 2))!;
	asked = { position: key, ...targets.find(({ level }) => level >= 2)! };
	const [served] = await db.insert(team).values({ name: 'Night team' }).returning({ id: team.id });
	await hire('One', '2026-07-06', { reached: '2026-07-13', teamId: served!.id });
	await hire('Two', '2026-07-06', { reached: '2026-07-14' });
	await hire('Three', '2026-07-06', { signed: '2026-08-03' });
	await hire('Four', '2026-07-06');
	await hire('Five', '2026-07-06', { left: '2026-07-21' });
	await hire('Six', '2026-11-02', { reached: '2026-11-03' });
	await hire('Seven', '2026-11-02');
	await hire('Old', '2020-01-01', { reached: '2020-02-01' });
	await hire('Not here yet', '2026-12-01');
	const cancelled = await hire('Cancelled', '2026-10-05', { reached: '2026-10-06' });
	const [row] = await db.select().from(evidence).where(eq(evidence.employeeId, cancelled));
	await db.insert(evidence).values({ ...row!, id: undefined, cancels: row!.id, reason: 'A mistake.' });
});

const read = (filter: Partial<OverTimeFilter> = {}, actor = people.hr) =>
	readOverTime(db, library, actor, { ...{ competency: asked.competency, level: 2, position: null, team: '', by: 'quarter' as const }, ...filter }, 'en', now);

test('is HR’s alone', async () => {
	for (const actor of [people.learner, people.mentor, people.author, people.admin]) expect(await read({}, actor)).toBeNull();
});

test('cohorts as reckoned by hand', async () => {
	const { cohorts, competency, since } = (await read())!;
	expect(since).toBe('2025-07-01');
	expect(competency!.key).toBe(asked.competency);
	expect(cohorts.map(({ from, n, reached, waiting, left }) => ({ from, n, reached, waiting, left }))).toEqual([
		{ from: '2026-07-01', n: 5, reached: 3, waiting: 1, left: 1 },
		{ from: '2026-10-01', n: 3, reached: 1, waiting: 2, left: 0 }
	]);
	// Week 1: 1 of 5; week 2: 1 of 4; then two are left, and no more is told.
	expect(cohorts[0]!.points).toEqual([
		{ week: 0, atRisk: 5, reached: 0, share: 0 },
		{ week: 1, atRisk: 5, reached: 1, share: expect.closeTo(0.2) as number },
		{ week: 2, atRisk: 4, reached: 1, share: expect.closeTo(0.4) as number }
	]);
	expect(cohorts[0]).toMatchObject({ quarter: 2, half: null });
});

test('by month, position, team and level', async () => {
	expect((await read({ by: 'month' }))!.cohorts.map(({ from, n }) => [from, n])).toEqual([
		['2026-07-01', 5],
		['2026-10-01', 1],
		['2026-11-01', 2]
	]);
	const night = (await read({ team: 'NIGHT team' }))!.cohorts;
	expect(night).toMatchObject([{ n: 1, reached: 1, points: [] }]);
	expect((await read({ team: 'No such team' }))!.cohorts).toEqual([]);
	// Who was signed off for more has reached less, too; by rule nobody has reached a signed level.
	if (asked.level >= 3) expect((await read({ level: 3 }))!.cohorts[0]).toMatchObject({ n: 5, reached: 1 });
	expect(await read({ level: 2, position: 'none' })).toMatchObject({ competency: null, cohorts: [], competencies: [] });
});

test('each competency, all cohorts together', async () => {
	const { competencies } = (await read())!;
	expect(competencies.find(({ key }) => key === asked.competency)).toMatchObject({ n: 8, reached: 4, waiting: 3, left: 1 });
	// What another position asks is not asked of these.
	expect((await read({ competency: 'none' }))!.competency).toBeNull();
});
