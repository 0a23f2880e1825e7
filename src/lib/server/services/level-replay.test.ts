import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { firstSignedLevel } from '../../core/competency.ts';
import { transact } from '../db/open.ts';
import { testDatabase } from '../db/testing.ts';
import { evidence, levelState, release as storedRelease, signOff } from '../db/schema/index.ts';
import { readRelease, type Library, type Release } from '../library.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { addEvidence, evidenceOfLesson, lessonsOf, type NewEvidence } from './evidence.ts';
import { markLevels, refreshLevels } from './level-refresh.ts';
import { checkLevels, replayLevels } from './level-replay.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
const day = 86_400_000;
const later = (days: number) => new Date(now.getTime() + days * day);
let library: Library;
let release: Release;
let people: TestPeople;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	release = library.current();
});

const row = (employeeId: string, kind: NewEvidence['kind'], more: Partial<NewEvidence> = {}): NewEvidence => ({
	...{ employeeId, competencies: ['listening'], kind, source: crypto.randomUUID(), itemHash: null, scorecardHash: null },
	...{ reviewerId: null, score: 90, criticalFailure: false, passed: true, at: now },
	...more
});
/** Level 2 reached, and ready for 3. */
async function almostThree(name: string): Promise<string> {
	const { id } = await makePerson(db, now, { name });
	await transact(db, async (tx) => {
		for (const lesson of lessonsOf(release, 'listening')) await evidenceOfLesson(tx, release, id, lesson, now);
		for (const kind of ['assessment', 'role-play', 'call-review'] as const) await addEvidence(tx, release, row(id, kind), now);
		for (const mentor of [people.mentor, people.mentor, people.otherMentor, people.otherMentor]) {
			await addEvidence(tx, release, row(id, 'observed-call', { reviewerId: mentor.id }), now);
		}
	});
	return id;
}
async function sign(employeeId: string, validUntil: Date): Promise<void> {
	const level = { employeeId, mentorId: people.mentor.id, competency: 'listening', level: firstSignedLevel };
	await db.insert(signOff).values({ ...level, statement: 'Heard it.', releaseId: release.id, signedAt: now, validUntil, clientKey: crypto.randomUUID() });
	// A signature is followed by a derivation, as everything is.
	await db.update(levelState).set({ refreshAt: now }).where(eq(levelState.employeeId, employeeId));
	await refreshLevels(db, release, now);
}
const stateOf = async (employeeId: string) => (await db.select().from(levelState).where(eq(levelState.employeeId, employeeId)))[0]!;
async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
	const found: T[] = [];
	for await (const one of from) found.push(one);
	return found;
}
/** The present release with another rule for one level of listening. */
function withRule(level: number, rule: Release['academy']['competencies'][number]['levels'][number]['rule']): Release {
	const academy = structuredClone(release.academy);
	academy.competencies.find(({ key }) => key === 'listening')!.levels.find((one) => one.level === level)!.rule = rule;
	return readRelease('proposed', release.number + 1, academy);
}

describe('replay', () => {
	test('says whom another rule would move, and why, and writes nothing', async () => {
		const id = await almostThree('Nearly Three');
		const before = await stateOf(id);
		const stricter = withRule(3, [{ kind: 'observed-calls', calls: 6, score: 75, mentors: 2 }]);
		expect(await all(replayLevels(db, release, stricter, now))).toEqual([
			{
				...{ employeeId: id, name: 'Nearly Three', competency: 'listening' },
				from: { level: 2, ready: 3, validity: null },
				to: { level: 2, ready: null, validity: null },
				why: [expect.objectContaining({ level: 3, have: 4, need: 6, met: false, wasMet: null })]
			}
		]);
		const milder = withRule(4, [{ kind: 'observed-calls', calls: 4, score: null, mentors: 2 }]);
		expect(await all(replayLevels(db, release, milder, now))).toMatchObject([
			{ from: { level: 2, ready: 3 }, to: { level: 2, ready: 4 }, why: [{ level: 4, met: true, wasMet: null }] }
		]);
		expect(await all(replayLevels(db, release, release, now))).toEqual([]);
		expect(await stateOf(id)).toEqual(before);
	});

	test('tells those whose competency would be gone', async () => {
		const academy = structuredClone(release.academy);
		academy.competencies = [];
		const changes = await all(replayLevels(db, release, readRelease('proposed', 2, academy), now));
		expect(changes).toMatchObject([{ name: 'Nearly Three', from: { level: 2, ready: 3 }, to: null, why: [] }]);
	});
});

describe('check', () => {
	test('finds nothing where nothing is wrong, also later', async () => {
		const id = await almostThree('All Right');
		await sign(id, later(365));
		expect(await all(checkLevels(db, release, now))).toEqual([]);
		expect(await all(checkLevels(db, release, later(100)))).toEqual([]);
	});

	test('finds each planted difference, and repairs it', async () => {
		const id = await almostThree('Planted Wrong');
		const theirs = and(eq(levelState.employeeId, id), eq(levelState.competency, 'listening'));
		await db.update(levelState).set({ level: 4, ready: null }).where(theirs);
		const faulty = { employeeId: id, name: 'Planted Wrong', competency: 'listening' };
		const differences = [
			{ field: 'level', stored: '4', rebuilt: '2' },
			{ field: 'ready', stored: 'none', rebuilt: '3' }
		];
		expect(await all(checkLevels(db, release, now))).toEqual([{ ...faulty, differences }]);
		expect(await all(checkLevels(db, release, now, { repair: true }))).toEqual([{ ...faulty, differences }]);
		expect(await all(checkLevels(db, release, now))).toEqual([]);

		await db.delete(levelState).where(theirs);
		expect(await all(checkLevels(db, release, now, { repair: true }))).toMatchObject([{ differences: [{ field: 'row', rebuilt: 'level 2' }] }]);
		expect(await stateOf(id)).toMatchObject({ level: 2, ready: 3 });

		await db.delete(evidence).where(and(eq(evidence.employeeId, id), eq(evidence.kind, 'level'), eq(evidence.source, '2')));
		expect(await all(checkLevels(db, release, now, { repair: true }))).toMatchObject([{ differences: [{ field: 'noted', rebuilt: '2' }] }]);
		expect(await all(checkLevels(db, release, now))).toEqual([]);
	});

	test('a call added without deriving is found', async () => {
		const id = await almostThree('Call Beside');
		const { competencies: _, ...beside } = row(id, 'observed-call', { criticalFailure: true, score: 0, reviewerId: people.mentor.id });
		await db.insert(evidence).values({ ...beside, competency: 'listening', recordedAt: now });
		const [faulty] = await all(checkLevels(db, release, now, { repair: true }));
		expect(faulty!.differences.map(({ field }) => field)).toEqual(['ready', 'next']);
	});
});

describe('time', () => {
	test('a row says when it changes by itself, and is derived anew then', async () => {
		const id = await almostThree('Grows Old');
		await sign(id, later(365));
		// Four calls of one day have faded to half after 198 days.
		const signed = await stateOf(id);
		expect(signed).toMatchObject({ level: 3, ready: null });
		expect(Math.abs(signed.dueAt!.getTime() - later(198).getTime())).toBeLessThan(60_000);
		expect(signed.refreshAt).toEqual(signed.dueAt);
		expect(await refreshLevels(db, release, later(100))).toBe(0);
		await refreshLevels(db, release, later(199));
		expect(await stateOf(id)).toMatchObject({ level: 3, ready: 3, dueAt: signed.dueAt, computedAt: later(199) });
		// After a year no call counts.
		await refreshLevels(db, release, later(366));
		expect(await stateOf(id)).toMatchObject({ level: 3, ready: null, refreshAt: null });
		expect(await refreshLevels(db, release, later(999))).toBe(0);
	});

	test('a level whose hour was missed is reported', async () => {
		const id = await almostThree('Left Alone');
		const found = await all(checkLevels(db, release, later(400)));
		expect(found.filter((one) => one.employeeId === id)).toMatchObject([{ differences: [{ field: 'late' }] }]);
	});

	test('other rules mark the levels they concern, and these follow; a second time there is nothing to do', async () => {
		await refreshLevels(db, release, now);
		const id = await almostThree('Follows The Rules');
		const stricter = withRule(3, [{ kind: 'observed-calls', calls: 6, score: 75, mentors: 2 }]);
		await markLevels(db, release.academy, structuredClone(release.academy), later(1));
		expect((await stateOf(id)).refreshAt?.getTime() ?? Infinity).toBeGreaterThan(later(1).getTime());
		await markLevels(db, release.academy, stricter.academy, now);
		const told: [number, number][] = [];
		const [one, other] = await Promise.all([refreshLevels(db, stricter, now, undefined, (...of) => told.push(of)), refreshLevels(db, stricter, now)]);
		expect(Math.max(one, other)).toBeGreaterThan(0);
		expect(await stateOf(id)).toMatchObject({ level: 2, ready: null, next: { level: 3 } });
		expect(await all(checkLevels(db, stricter, now))).toEqual([]);
		expect(await refreshLevels(db, stricter, now)).toBe(0);
		// What one rule gave back is ready again.
		await markLevels(db, stricter.academy, release.academy, now);
		await refreshLevels(db, release, now);
		expect(await stateOf(id)).toMatchObject({ level: 2, ready: 3 });
		expect(await all(checkLevels(db, release, now))).toEqual([]);
	});

	test('who still has the old rules when new ones are published does not undo the mark', async () => {
		const id = await almostThree('Between Two Releases');
		const stricter = { ...withRule(3, [{ kind: 'observed-calls', calls: 6, score: 75, mentors: 2 }]), id: crypto.randomUUID(), number: release.number + 1 };
		const { academy, number } = stricter;
		const isDue = async () => ((await stateOf(id)).refreshAt?.getTime() ?? Infinity) <= now.getTime();
		const derive = (by: Release) => transact(db, (tx) => addEvidence(tx, by, row(id, 'assessment'), now));
		let publishing = Promise.resolve();
		try {
			// One is being derived by the old rules, the new ones come, and it is written only then.
			await transact(db, async (tx) => {
				await addEvidence(tx, release, row(id, 'assessment'), now);
				publishing = transact(db, async (other) => {
					await other.insert(storedRelease).values({ id: stricter.id, number, academy, contentHash: 'stricter', filesHash: 'stricter', publishedAt: now });
					await markLevels(other, release.academy, academy, now);
				});
				await new Promise((resolve) => setTimeout(resolve, 100));
				await addEvidence(tx, release, row(id, 'role-play'), now);
			});
			await publishing;
			expect(await isDue()).toBe(true);
			await derive(release);
			expect(await isDue()).toBe(true);
			expect(await refreshLevels(db, release, now)).toBe(0);
			expect(await refreshLevels(db, stricter, now)).toBeGreaterThan(0);
			expect(await stateOf(id)).toMatchObject({ level: 2, ready: null });
			expect(await isDue()).toBe(false);
		} finally {
			await db.delete(storedRelease).where(eq(storedRelease.id, stricter.id));
			await markLevels(db, academy, release.academy, now);
			await refreshLevels(db, release, now);
		}
	});

	test('a competency that is no longer there is left alone', async () => {
		const { id } = await makePerson(db, now, { name: 'Knew Stenography' });
		await db.insert(levelState).values({ employeeId: id, competency: 'gone', level: 1, refreshAt: now, computedAt: now });
		expect(await refreshLevels(db, release, later(1))).toBeGreaterThan(0);
		expect(await stateOf(id)).toMatchObject({ level: 1, refreshAt: null });
	});
});
