import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { allowance, checkState, enrolment, notification } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { enrolAsClerk } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { transact } from '../db/open.ts';
import { readLesson } from './lessons.ts';
import { recordExercise, recordProgress } from './progress.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
let library: Library;
let people: TestPeople;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
});

async function someone(name: string) {
	const person = await makePerson(db, now, { name });
	await enrolAsClerk(db, library, person.id, now);
	return person;
}
const step = (employeeId: string, exercise: string, done: 'submitted' | 'ended', met: boolean, at = now) =>
	transact(db, (tx) => recordExercise(tx, library.current(), employeeId, { exercise, itemHash: library.current().exercise(exercise)!.exercise.hash, done, met }, at));
const stateOf = async (employeeId: string, exercise: string) =>
	(await db.select().from(checkState).where(and(eq(checkState.employeeId, employeeId), eq(checkState.exercise, exercise))))[0]!;

describe('an exercise that is judged', () => {
	test('is done once and met once, whatever comes later', async () => {
		const { id } = await someone('Once Only');
		const later = new Date(now.getTime() + 60_000);
		await step(id, 'basics/practice/kettle', 'ended', false);
		expect(await stateOf(id, 'basics/practice/kettle')).toMatchObject({ done: 'ended', doneAt: now, metAt: null });
		await step(id, 'basics/practice/kettle', 'ended', true, later);
		await step(id, 'basics/practice/kettle', 'ended', false, new Date(now.getTime() + 120_000));
		expect(await stateOf(id, 'basics/practice/kettle')).toMatchObject({ doneAt: now, metAt: later });
	});

	test('keeps a course open until it is met; an exemption stands for it', async () => {
		const { id } = await someone('Waits For Mentor');
		const lessons = library.current().course('basics')!.lessons.map(({ name }) => name);
		const grant = (lesson: string) =>
			db.insert(allowance).values({ employeeId: id, kind: 'exemption', lesson, reason: 'knows it', grantedBy: people.mentor.id, clientKey: crypto.randomUUID(), grantedAt: now });
		for (const lesson of lessons.filter((one) => one !== 'basics/practice')) await grant(lesson);
		for (const key of ['review-calls', 'kettle', 'apology', 'own-words']) await step(id, `basics/practice/${key}`, key === 'kettle' ? 'ended' : 'submitted', key !== 'apology');
		for (const lesson of lessons) await transact(db, (tx) => recordProgress(tx, library.current(), id, lesson, now));
		const completed = async () =>
			(await db.select().from(enrolment).where(and(eq(enrolment.employeeId, id), eq(enrolment.course, 'basics'))))[0]!.completedAt;
		const told = { employeeId: id, kind: 'due', subject: 'basics', day: '2026-11-20', told: { course: 'basics', dueAt: now.toISOString() }, createdAt: now };
		const [reminder] = await db.insert(notification).values(told).returning();
		const read = async () => (await db.select().from(notification).where(eq(notification.id, reminder!.id)))[0]!.readAt;
		expect(await completed()).toBeNull();
		await grant('basics/practice');
		await transact(db, (tx) => recordProgress(tx, library.current(), id, 'basics/practice', now));
		expect(await completed()).toEqual(now);
		expect(await read()).toEqual(now);
	});

	test('is shown in its lesson with the way to its page, and nothing secret', async () => {
		const { id } = await someone('Reads Practice');
		await step(id, 'basics/practice/apology', 'submitted', false);
		const lesson = (await readLesson(db, library, { id, roles: ['learner'] }, 'basics/practice', 'ru', now))!;
		const practice = lesson.pieces.filter((piece) => piece.kind === 'practice');
		expect(practice.map(({ exercise, href, doneAt, metAt }) => ({ exercise, href, doneAt, metAt }))).toEqual([
			{ exercise: 'call-review', href: '/learn/basics/practice/reviews/review-calls', doneAt: null, metAt: null },
			{ exercise: 'role-play', href: '/learn/basics/practice/role-plays/kettle', doneAt: null, metAt: null },
			{ exercise: 'record', href: '/learn/basics/practice/recordings/apology', doneAt: now, metAt: null }
		]);
		expect(practice[1]!.title).toBe('The kettle that failed twice (ru)');
		expect(lesson.openExercises).toBe(3);
		expect(JSON.stringify(lesson)).not.toContain('SECRET');
	});
});
