import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { allowance, checkState, enrolment, notification, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { enrolAsClerk } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { transact } from '../db/open.ts';
import { markAsRead, readLesson } from './lessons.ts';
import { readMyOnboarding } from './my-onboarding.ts';
import { readCourse } from './path.ts';
import { recordExercise, recordProgress } from './progress.ts';
import { handIn } from './submissions.ts';

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

	test('says in the path, the course and the lesson what is still open, and what to go on with', async () => {
		const { id } = await someone('Sees Why');
		const learner = { id, roles: ['learner' as const] };
		const lessons = library.current().course('basics')!.lessons.map(({ name }) => name);
		const exempt = (lesson: string) =>
			db.insert(allowance).values({ employeeId: id, kind: 'exemption', lesson, reason: 'knows it', grantedBy: people.mentor.id, clientKey: crypto.randomUUID(), grantedAt: now });
		for (const lesson of lessons.filter((one) => one !== 'basics/practice')) await exempt(lesson);
		for (const key of ['review-calls', 'kettle']) await step(id, `basics/practice/${key}`, key === 'kettle' ? 'ended' : 'submitted', true);
		await step(id, 'basics/practice/own-words', 'submitted', true);
		const { exercise } = library.current().exercise('basics/practice/apology')!;
		const handed = await transact(db, (tx) => handIn(tx, library.current(), { employeeId: id, exercise: exercise.name, kind: 'recording', itemHash: exercise.hash, clientKey: crypto.randomUUID() }, now));
		expect(handed.code).toBe('waiting');
		await transact(db, (tx) => markAsRead(tx, library, learner, 'basics/practice', now));
		for (const lesson of lessons) await transact(db, (tx) => recordProgress(tx, library.current(), id, lesson, now));
		const href = '/learn/basics/practice/recordings/apology';
		const told = async () => {
			const { path } = await readMyOnboarding(db, library, learner, 'en', now);
			const course = (await readCourse(db, library, learner, 'basics', 'en'))!;
			const lesson = (await readLesson(db, library, learner, 'basics/practice', 'en', now))!;
			const card = lesson.pieces.find((piece) => piece.kind === 'practice' && piece.key === 'apology');
			const line = path.courses.find(({ key }) => key === 'basics')!;
			expect(line.steps).not.toContain(false);
			expect(course.lessons).toEqual(line.lessons.length > 0 ? line.lessons : course.lessons);
			expect(course.asksWork).toBe(true);
			return { works: course.lessons.flatMap(({ key, work }) => (work ? [{ key, ...work }] : [])), next: path.next?.work, again: course.again?.key, lesson: lesson.work, card: card?.kind === 'practice' && card.work };
		};
		const waiting = { state: 'waiting', href };
		expect(await told()).toEqual({ works: [{ key: 'practice', ...waiting }], next: undefined, again: undefined, lesson: waiting, card: 'waiting' });

		const ofIt = and(eq(submission.employeeId, id), eq(submission.exercise, exercise.name));
		await db.update(submission).set({ state: 'returned', decidedAt: now, decidedBy: people.mentor.id, reason: 'No date.' }).where(ofIt);
		const returned = { state: 'returned', href };
		expect(await told()).toEqual({ works: [{ key: 'practice', ...returned }], next: returned, again: 'practice', lesson: returned, card: 'returned' });

		await db.update(submission).set({ state: 'failed', reason: null }).where(ofIt);
		expect(await told()).toMatchObject({ next: { state: 'missed', href }, card: 'missed' });

		await step(id, exercise.name, 'submitted', true);
		expect(await told()).toMatchObject({ works: [], again: undefined, lesson: null, card: null });
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
