import { and, asc, eq, isNull, ne } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { attempt, evidence, item, levelState, lessonProgress } from '../db/schema/index.ts';
import { transact } from '../db/open.ts';
import { Library } from '../library.ts';
import { makePerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { addEarlierEvidence } from './earlier-evidence.ts';
import { lessonsOf, replaceEvidence } from './evidence.ts';

const { db } = await testDatabase();
const then = new Date('2026-05-04T07:30:00.250Z');
const now = new Date('2026-11-20T09:00:00Z');
let library: Library;
let readHash: string;

beforeAll(async () => {
	library = await openPracticeLibrary(db, then);
	readHash = (await db.select({ hash: item.hash }).from(item).where(ne(item.hash, library.current().lesson('basics/greet')!.lesson.hash)).limit(1))[0]!.hash;
});

/** What the first version left of somebody: lessons and attempts, nothing else. */
async function learnedBefore(name: string, lessons: string[], shares: number[]) {
	const { id: employeeId } = await makePerson(db, then, { name });
	const doneRelease = library.current().id;
	const [first, ...others] = lessons;
	if (first) await db.insert(lessonProgress).values({ employeeId, lesson: first, openedAt: then, readAt: then, readHash, doneAt: then, doneRelease });
	// Exempt: done without having been read.
	for (const lesson of others) await db.insert(lessonProgress).values({ employeeId, lesson, openedAt: then, doneAt: then, doneRelease });
	await db.insert(lessonProgress).values({ employeeId, lesson: 'basics/exam', openedAt: then, doneAt: then, doneRelease });
	const { lesson } = library.current().lesson('basics/exam')!;
	const rows = await db
		.insert(attempt)
		.values(
			shares.map((share, i) => ({
				...{ employeeId, assessment: 'basics/exam', number: i + 1, allowed: 9, state: 'submitted', itemHash: lesson.hash, rules: lesson.assessment!, questions: [] },
				...{ startedAt: then, submittedAt: then, submittedBy: 'person', earned: share * 4, possible: 4, passed: share >= 0.8, formula: 1 }
			}))
		)
		.returning({ id: attempt.id });
	return { employeeId, attempts: rows.map(({ id }) => id) };
}
const rowsOf = (employeeId: string) =>
	db.select().from(evidence).where(and(eq(evidence.employeeId, employeeId), ne(evidence.kind, 'level'))).orderBy(asc(evidence.kind), asc(evidence.source));
const levelOf = async (employeeId: string) => (await db.select().from(levelState).where(eq(levelState.employeeId, employeeId)))[0]?.level;

describe('what was learned before there was evidence', () => {
	test('is evidence of then, on what was read and passed then; once', async () => {
		const lessons = lessonsOf(library.current(), 'listening');
		const { employeeId, attempts } = await learnedBefore('Learned Early', lessons, [0.5, 0.8, 1]);
		const other = await learnedBefore('Began Early', [], [0.25]);
		const count = await addEarlierEvidence(db, library, now);
		const rows = await rowsOf(employeeId);
		expect(count).toBe(rows.length);
		expect(rows.map(({ kind, source, itemHash, score, at, passed, reviewerId }) => ({ kind, source, itemHash, score, at, passed, reviewerId }))).toEqual(
			[
				...attempts.slice(1).map((source, i) => ({ kind: 'assessment', source, itemHash: library.current().lesson('basics/exam')!.lesson.hash, score: [80, 100][i]! })),
				...lessons.map((source, i) => ({ kind: 'lesson', source, itemHash: i === 0 ? readHash : library.current().lesson(source)!.lesson.hash, score: null }))
			]
				.toSorted((a, b) => a.kind.localeCompare(b.kind) || (a.source < b.source ? -1 : 1))
				.map((row) => ({ ...row, at: then, passed: true, reviewerId: null }))
		);
		expect(rows.every(({ recordedAt }) => recordedAt.getTime() === now.getTime())).toBe(true);
		expect(await levelOf(employeeId)).toBe(1);
		expect(await rowsOf(other.employeeId)).toEqual([]);

		const all = await db.select().from(evidence);
		expect(await addEarlierEvidence(db, library, new Date(now.getTime() + 1000))).toBe(0);
		expect(await db.select().from(evidence)).toEqual(all);
	});

	test('is written once by servers that start at once, more people than a batch', async () => {
		const people = [];
		for (let i = 0; i < 120; i++) people.push(await learnedBefore(`Many ${i}`, lessonsOf(library.current(), 'listening'), [0.9]));
		const counts = await Promise.all([addEarlierEvidence(db, library, now), addEarlierEvidence(db, library, now), addEarlierEvidence(db, library, now)]);
		const each = lessonsOf(library.current(), 'listening').length + 1;
		expect(counts.reduce((sum, one) => sum + one, 0)).toBe(people.length * each);
		for (const { employeeId } of people) {
			expect(await rowsOf(employeeId)).toHaveLength(each);
			expect(await levelOf(employeeId)).toBe(1);
		}
	});

	test('that was cancelled since stays cancelled', async () => {
		const { employeeId, attempts } = await learnedBefore('Judged Otherwise', [], [1]);
		await addEarlierEvidence(db, library, now);
		const judged = { employeeId, competencies: ['listening'], kind: 'assessment' as const, source: attempts[0]!, itemHash: null, scorecardHash: null, reviewerId: null };
		const otherwise = { ...judged, score: 10, criticalFailure: false, passed: false, at: then, reason: 'somebody else sat there' };
		await transact(db, (tx) => replaceEvidence(tx, library.current(), otherwise, now));
		expect(await addEarlierEvidence(db, library, now)).toBe(0);
		expect((await rowsOf(employeeId)).map(({ score, cancels }) => [score, cancels !== null])).toEqual(expect.arrayContaining([[100, false], [100, true], [10, false]]));
	});

	test('waits for content, and stops when the program ends', async () => {
		expect(await addEarlierEvidence(db, new Library(db), now)).toBe(0);
		const { employeeId } = await learnedBefore('Next Start', [], [1]);
		expect(await addEarlierEvidence(db, library, now, AbortSignal.abort())).toBe(0);
		expect(await addEarlierEvidence(db, library, now)).toBe(1);
		expect(await db.$count(evidence, and(eq(evidence.employeeId, employeeId), isNull(evidence.cancels)))).toBe(1);
	});
});
