import { and, asc, eq, ne } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { evidence, item, levelState } from '../db/schema/index.ts';
import { transact } from '../db/open.ts';
import type { Library, Release } from '../library.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import {
	addEvidence,
	deriveLevel,
	evidenceOfAssessment,
	evidenceOfCallReview,
	evidenceOfLesson,
	evidenceOfRolePlay,
	lessonsOf,
	rebuildLevels,
	replaceEvidence,
	type NewEvidence
} from './evidence.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
let library: Library;
let release: Release;
let people: TestPeople;
let hash: string;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	release = library.current();
	hash = (await db.select({ hash: item.hash }).from(item).limit(1))[0]!.hash;
});

const rowsOf = (employeeId: string) =>
	db.select().from(evidence).where(and(eq(evidence.employeeId, employeeId), ne(evidence.kind, 'level'))).orderBy(asc(evidence.recordedAt), asc(evidence.id));
const stateOf = async (employeeId: string) => (await db.select().from(levelState).where(eq(levelState.employeeId, employeeId)))[0];
const call = (employeeId: string, source: string, score: number, reviewerId: string): NewEvidence => ({
	...{ employeeId, competencies: ['listening', 'gone'], kind: 'observed-call', source, itemHash: null, scorecardHash: hash },
	...{ reviewerId, score, criticalFailure: score === 0, passed: score >= 75, at: now }
});
async function upToTwo(employeeId: string) {
	for (const lesson of lessonsOf(release, 'listening')) await transact(db, (tx) => evidenceOfLesson(tx, release, employeeId, lesson, now));
	await transact(db, async (tx) => {
		await evidenceOfAssessment(tx, release, { id: 'attempt', employeeId, assessment: 'basics/exam', itemHash: hash, share: 0.9, at: now }, now);
		await evidenceOfRolePlay(tx, release, { id: 'run', employeeId, exercise: 'basics/practice/kettle', sceneHash: hash, share: 0.8, critical: false, passed: true, at: now }, now);
		await evidenceOfCallReview(
			tx,
			release,
			{ submissionId: 'sub', employeeId, exercise: 'basics/practice/review-calls', callHash: hash, scorecardHash: hash, reviewerId: null, agreement: 0.85, passed: true, at: now },
			now
		);
	});
}

describe('evidence', () => {
	test('of the same thing is one row, also when twenty write it at once', async () => {
		const { id } = await makePerson(db, now, { name: 'Twice Told' });
		await Promise.all(Array.from({ length: 20 }, () => transact(db, (tx) => addEvidence(tx, release, call(id, 'call-1', 80, people.mentor.id), now))));
		const rows = await rowsOf(id);
		expect(rows).toHaveLength(1);
		expect(rows[0]).toMatchObject({ competency: 'listening', reviewerId: people.mentor.id, scorecardHash: hash, score: 80, recordedAt: now });
	});

	test('names what was done: lessons, assessments, role-plays, call reviews lead to the second level', async () => {
		const { id } = await makePerson(db, now, { name: 'Goes Up' });
		await transact(db, (tx) => evidenceOfLesson(tx, release, id, 'basics/exam', now));
		expect(await rowsOf(id)).toEqual([]);
		await upToTwo(id);
		expect(await stateOf(id)).toMatchObject({ competency: 'listening', level: 2, ready: null });
		expect((await rowsOf(id)).map(({ kind, score }) => [kind, score]).toSorted()).toEqual(
			[...lessonsOf(release, 'listening').map(() => ['lesson', null]), ['assessment', 90], ['role-play', 80], ['call-review', 85]].toSorted()
		);
		const levels = await db.select().from(evidence).where(and(eq(evidence.employeeId, id), eq(evidence.kind, 'level')));
		expect(levels.map(({ source }) => source).toSorted()).toEqual(['1', '2']);
	});

	test('that is judged otherwise is cancelled by a later row and replaced', async () => {
		const { id } = await makePerson(db, now, { name: 'Corrected Call' });
		await transact(db, (tx) => addEvidence(tx, release, call(id, 'call-1', 60, people.mentor.id), now));
		const later = new Date(now.getTime() + 1000);
		await transact(db, (tx) => replaceEvidence(tx, release, { ...call(id, 'call-1', 80, people.mentor.id), reason: 'a mark was changed' }, later));
		await transact(db, (tx) => replaceEvidence(tx, release, { ...call(id, 'call-1', 90, people.mentor.id), reason: 'and again' }, new Date(now.getTime() + 2000)));
		const rows = await rowsOf(id);
		expect(rows.filter(({ cancels }) => cancels === null).map(({ score, version }) => [score, version])).toEqual([[60, 1], [80, 2], [90, 3]]);
		expect(rows.filter(({ cancels }) => cancels !== null).map(({ score, reason }) => [score, reason])).toEqual([
			[60, 'a mark was changed'],
			[80, 'and again']
		]);
	});

	test('leads to readiness, and the levels can be made again from it', async () => {
		const first = await makePerson(db, now, { name: 'Nearly There' });
		await upToTwo(first.id);
		for (const [i, mentor] of [people.mentor, people.mentor, people.otherMentor, people.otherMentor].entries()) {
			expect(await stateOf(first.id)).toMatchObject({ level: 2, ready: null });
			await transact(db, (tx) => addEvidence(tx, release, call(first.id, `call-${i}`, 80, mentor.id), now));
		}
		const before = await stateOf(first.id);
		expect(before).toMatchObject({ level: 2, ready: 3 });
		await rebuildLevels(db, release, [first.id], now);
		expect(await stateOf(first.id)).toEqual(before);
	});

	test('written at the same moment by several is counted whole', async () => {
		const { id } = await makePerson(db, now, { name: 'At Once' });
		await upToTwo(id);
		const mentors = [people.mentor, people.otherMentor];
		await Promise.all(Array.from({ length: 8 }, (_, i) => transact(db, (tx) => addEvidence(tx, release, call(id, `c${i}`, 90, mentors[i % 2]!.id), now))));
		expect(await stateOf(id)).toMatchObject({ ready: 3 });
		expect(await transact(db, (tx) => deriveLevel(tx, release, id, 'gone', now))).toBeNull();
	});
});
