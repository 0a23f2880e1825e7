import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { employee, enrolment, levelState, positionAssignment, release, renewal, signOff } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { exportReport, readReport, reportKeys, type ReportFilter, type ReportKey, type ReportRow } from './reports.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
const at = (days: number) => new Date(now.getTime() + days * 86_400_000);
const all: ReportFilter = { position: null, team: '', mentor: null, course: null, from: null, to: null };
let library: Library;
let people: TestPeople;

/** Late: the learner since three days, who is in the team since ten; voluntary, done or of a leaver is not. */
beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	const [published] = await db.select({ id: release.id }).from(release);
	const given = { course: 'basics', source: 'position', mandatory: true, place: 0, assignedOn: '2026-11-02' };
	const gone = await makePerson(db, now, { name: 'Gone Gala' });
	await db.update(employee).set({ leftAt: now }).where(eq(employee.id, gone.id));
	await db.insert(positionAssignment).values({ employeeId: people.learner.id, position: 'clerk', since: '2026-11-02' });
	await db.insert(enrolment).values([
		{ ...given, employeeId: people.learner.id, dueAt: at(-3) },
		{ ...given, employeeId: people.teamLearner.id, dueAt: at(-10), assignedOn: '2026-11-05' },
		{ ...given, employeeId: people.otherLearner.id, dueAt: at(-5), mandatory: false },
		{ ...given, employeeId: people.mentor.id, dueAt: at(-5), completedAt: at(-6), completedRelease: published!.id },
		{ ...given, employeeId: people.hr.id, dueAt: at(5) },
		{ ...given, employeeId: gone.id, dueAt: at(-5) }
	]);
	const held = { competency: 'listening', level: 3, computedAt: now };
	await db.insert(levelState).values([
		{ ...held, employeeId: people.learner.id, dueAt: at(-1), validUntil: at(29) },
		{ ...held, employeeId: people.teamLearner.id, dueAt: at(-31), validUntil: at(-1) },
		{ ...held, employeeId: people.otherLearner.id, dueAt: at(30), validUntil: at(60) }
	]);
	const signed = { competency: 'listening', level: 3, statement: 'Seen.', releaseId: published!.id, mentorId: people.mentor.id };
	await db.insert(signOff).values({ ...signed, employeeId: people.learner.id, signedAt: at(-100), validUntil: at(29), clientKey: crypto.randomUUID() });
});

const read = (report: ReportKey, filter: Partial<ReportFilter> = {}, page = { limit: 50, offset: 0 }, actor = people.hr) =>
	readReport(db, library, actor, { report, filter: { ...all, ...filter } }, page, 'en', now);
const namesOf = async (report: ReportKey, filter: Partial<ReportFilter> = {}) => (await read(report, filter))!.rows.map(({ person }) => person);

describe('reports', () => {
	test.each(reportKeys)('%s is HR’s alone; page and file hold the same', async (report) => {
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
			expect(await read(report, {}, undefined, actor)).toBeNull();
			expect(exportReport(db, library, actor, { report, filter: all }, 'en', now)).toBeNull();
		}
		const { rows } = (await read(report))!;
		const exported: ReportRow[] = [];
		for await (const part of exportReport(db, library, people.hr, { report, filter: all }, 'en', now)!.parts) exported.push(...part);
		expect(exported).toEqual(rows);
		// Every filter at once is a question, too.
		const filter = { position: 'clerk', team: 'Phone team', mentor: people.mentor.id, course: 'basics', from: '2026-01-01', to: '2026-12-31' };
		expect((await read(report, filter))!.rows).toEqual([]);
	});

	test('overdue: mandatory, not done, of who is here; the latest first', async () => {
		const { rows, columns, more } = (await read('overdue'))!;
		expect(columns.map(({ key }) => key)).toEqual(['course', 'due', 'days-late', 'state']);
		expect(rows.map(({ person, cells }) => [person, cells[1], cells[2]])).toEqual([
			[people.teamLearner.name, at(-10), 10],
			[people.learner.name, at(-3), 3]
		]);
		expect(rows[1]).toMatchObject({ position: 'Clerk', mentor: people.mentor.name });
		expect(more).toBe(false);
		expect(await read('overdue', {}, { limit: 1, offset: 0 })).toMatchObject({ more: true, rows: [{ person: people.teamLearner.name }] });
		expect(await read('overdue', {}, { limit: 1, offset: 1 })).toMatchObject({ more: false, rows: [{ person: people.learner.name }] });
	});

	test('filters by position, team, mentor, course and days', async () => {
		const { learner, teamLearner } = people;
		expect(await namesOf('overdue', { position: 'clerk' })).toEqual([learner.name]);
		expect(await namesOf('overdue', { team: 'PHONE team' })).toEqual([teamLearner.name]);
		expect(await namesOf('overdue', { mentor: people.mentor.id })).toEqual([teamLearner.name, learner.name]);
		expect(await namesOf('overdue', { mentor: people.otherMentor.id })).toEqual([]);
		expect(await namesOf('overdue', { course: 'other' })).toEqual([]);
		expect(await namesOf('overdue', { from: '2026-11-17', to: '2026-11-17' })).toEqual([learner.name]);
		expect(await namesOf('progress', { from: '2026-11-05' })).toEqual([teamLearner.name]);
	});

	test('progress says how each course stands', async () => {
		const { rows } = (await read('progress'))!;
		const states = Object.fromEntries(rows.map(({ person, cells }) => [person, cells[1]]));
		expect(states).toEqual({
			...{ [people.learner.name]: 'overdue', [people.teamLearner.name]: 'overdue', [people.otherLearner.name]: 'open' },
			...{ [people.mentor.name]: 'completed', [people.hr.name]: 'open' }
		});
		expect(rows.map(({ person }) => person)).toEqual(rows.map(({ person }) => person).toSorted());
		expect(rows[0]!.cells[2]).toBe(0);
		expect(rows[0]!.cells[3]).toBe(library.current().course('basics')!.lessons.length);
	});

	test('a renewal that is asked for stands in both; one that rests, or is done, in neither', async () => {
		const { mentor } = people;
		const [published] = await db.select({ id: release.id }).from(release);
		const round = { employeeId: mentor.id, course: 'basics', round: 1, mandatory: true, countedFrom: '2025-11-18', days: 365, openedAt: at(-32), dueAt: at(-2) };
		const [row] = await db.insert(renewal).values(round).returning({ id: renewal.id });
		const stands = async () => [
			(await read('overdue'))!.rows.filter(({ person }) => person === mentor.name).map(({ cells }) => cells),
			(await read('progress'))!.rows.filter(({ person }) => person === mentor.name).map(({ cells }) => [cells[1], cells[5], cells[6]])
		];
		const title = library.current().course('basics')!.title.en;
		expect(await stands()).toEqual([[[title, at(-2), 2, 'due']], [['due', at(-2), at(-6)]]]);
		await db.update(renewal).set({ restsSince: now }).where(eq(renewal.id, row!.id));
		expect(await stands()).toEqual([[], [['completed', at(-5), at(-6)]]]);
		await db.update(renewal).set({ restsSince: null, completedAt: now, completedRelease: published!.id, renewedFrom: '2026-11-20' }).where(eq(renewal.id, row!.id));
		expect(await stands()).toEqual([[], [['completed', at(-5), at(-6)]]]);
		await db.delete(renewal);
	});

	test('expiring and sign-offs', async () => {
		expect((await read('expiring'))!.rows.map(({ person, cells }) => [person, cells[0], cells[4]])).toEqual([
			[people.teamLearner.name, 'Listening', 'expired'],
			[people.learner.name, 'Listening', 'due']
		]);
		expect((await read('sign-offs'))!.rows.map(({ person, cells }) => [person, cells[2], cells[5]])).toEqual([[people.learner.name, people.mentor.name, 'valid']]);
	});
});

test('a file goes on where its part ended, and misses nobody; its pages hold the same', async () => {
	const names = Array.from({ length: 4100 }, (_, nth) => ({ name: `Same name ${nth % 7}`, email: `many-${nth}@example.com`, createdAt: now, hiredOn: '2026-11-02' }));
	const made = await db.insert(employee).values(names).returning({ id: employee.id });
	const given = { course: 'basics', source: 'position', mandatory: true, place: 0, assignedOn: '2026-11-02', dueAt: at(-2) };
	await db.insert(enrolment).values(made.map(({ id }) => ({ ...given, employeeId: id })));
	for (const report of ['overdue', 'progress'] as const) {
		const parts: ReportRow[][] = [];
		for await (const part of exportReport(db, library, people.hr, { report, filter: all }, 'en', now)!.parts) parts.push(part);
		expect(parts).toHaveLength(3);
		expect(new Set(parts.flat().map(({ key }) => key)).size).toBe(parts.flat().length);
		expect(parts.flat().length).toBe(4100 + (report === 'overdue' ? 2 : 5));
		// A page far behind is found in another way than the first ones.
		for (const offset of [50, 1500, 4080, 5000]) {
			const found = (await read(report, {}, { limit: 50, offset }))!;
			expect([offset, found.rows, found.more]).toEqual([offset, parts.flat().slice(offset, offset + 50), offset + 50 < parts.flat().length]);
		}
	}
});
