import { eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { attempt, employee, response } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { makePeople, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { readQuestionReport } from './question-report.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
let library: Library;
let people: TestPeople;
let name: string;

/** Twenty people get the first two questions as a ladder: both, the first alone, none, over and over. */
beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	const lesson = library.current().academy.courses.flatMap(({ lessons }) => lessons).find(({ assessment }) => assessment !== null)!;
	name = lesson.name;
	const [one, two] = lesson.exercises;
	const made = await db
		.insert(employee)
		.values(Array.from({ length: 20 }, (_, nth) => ({ name: `N ${nth}`, email: `n-${nth}@example.com`, createdAt: now })))
		.returning({ id: employee.id });
	for (const [nth, { id }] of made.entries()) {
		const points = [nth % 4 < 3 ? one!.points : 0, nth % 2 ? two!.points : 0] as const;
		const base = { employeeId: id, assessment: name, allowed: 3, state: 'submitted', itemHash: lesson.hash, rules: lesson.assessment!, startedAt: now, submittedAt: now };
		const questions = [one!, two!].map(({ key, hash }) => ({ key, hash, arrangement: [] }));
		const result = { submittedBy: 'person', possible: one!.points + two!.points, passed: false, formula: 2 };
		const [first] = await db.insert(attempt).values({ ...base, ...result, questions, number: 1, earned: points[0] + points[1] }).returning({ id: attempt.id });
		// What came later does not count.
		await db.insert(attempt).values({ ...base, ...result, questions, number: 2, earned: 0 });
		await db.insert(response).values({ attemptId: first!.id, question: one!.key, response: { kind: 'single', choice: 0 }, revision: 1, savedAt: now, earned: points[0] });
		if (points[1] > 0) await db.insert(response).values({ attemptId: first!.id, question: two!.key, response: { kind: 'multiple', choices: [0] }, revision: 1, savedAt: now, earned: points[1] });
	}
});

const read = (actor = people.hr) => readQuestionReport(db, library, actor, name, 'en');

test('is for HR and authors', async () => {
	for (const actor of [people.learner, people.mentor, people.admin]) expect(await read(actor)).toBeNull();
	expect(await read(people.author)).toEqual(await read());
	expect(JSON.stringify(await read())).not.toContain('N 1');
});

test('counts first attempts; what was not answered earned nothing', async () => {
	const { shown } = (await read())!;
	expect(shown!.n).toBe(20);
	expect(shown!.mean).toBeGreaterThan(0);
	const [one, two, ...others] = shown!.questions;
	expect(one!.facility).toBeCloseTo(75, 9);
	expect(two!.facility).toBeCloseTo(50, 9);
	// 1 1 1 0 against 0 1 0 1: together −1/8, spreads 3/16 and 1/4.
	expect(one!.discrimination).toBeCloseTo(-100 / Math.sqrt(3), 6);
	for (const other of others) expect(other).toMatchObject({ n: 0, facility: null, never: null });
	for (const line of [one!, two!]) expect(line.n).toBe(20);
});

test('with nineteen nothing is told but their number', async () => {
	const [row] = await db.select({ id: attempt.id }).from(attempt).where(eq(attempt.number, 1)).limit(1);
	await db.update(attempt).set({ questions: [], state: 'open', submittedAt: null, submittedBy: null, earned: null, possible: null, passed: null, formula: null }).where(eq(attempt.id, row!.id));
	const { shown } = (await read())!;
	expect(shown).toMatchObject({ n: 19, mean: null, consistency: null, errorRatio: null });
	for (const line of shown!.questions) expect(line).toMatchObject({ facility: null, discrimination: null, never: null });
});
