import { and, eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fieldsOf, modelAnswer } from '../../core/questions/model-answer.ts';
import { showResponse } from '../../core/questions/kinds.ts';
import type { Actor } from '../../core/permissions.ts';
import { testDatabase } from '../db/testing.ts';
import { acceptance, checkResponse, checkState, employee, enrolment, inquiry, lessonProgress, mentorship } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { enrolAsClerk, openTestLibrary } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople, type TestPerson } from '../testing-people.ts';
import { grantAllowance } from './allowances.ts';
import { readAttempt, saveResponse, startAttempt, submitAttempt } from './attempts.ts';
import { answerInquiry, askMentor, listInquiries } from './inquiries.ts';
import {
	acceptStandard,
	answerInlineCheck,
	arrangementOf,
	markAsRead,
	readLesson
} from './lessons.ts';
import { listMentees, readMentee } from './mentees.ts';
import { readMyOnboarding } from './my-onboarding.ts';
import { markCelebrated, readCourse } from './path.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-10T08:00:00Z');
let people: TestPeople;
let library: Library;
let learner: TestPerson;
let count = 0;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
	await enrolAsClerk(db, library, people.learner.id, now);
});

beforeEach(async () => {
	learner = await makePerson(db, now, { name: `Learner ${++count}`, hiredOn: '2026-11-02' });
	await enrolAsClerk(db, library, learner.id, now);
});

async function answer(lesson: string, key: string, right: boolean, clientKey = crypto.randomUUID(), who = learner) {
	const { exercise } = library.current().exercise(`${lesson}/${key}`)!;
	const item = await library.item(exercise.hash);
	if (item.kind !== 'question') throw new Error('no question');
	const model = modelAnswer(item.question, 'en');
	if (!right) {
		if (model.kind === 'single') model.choice = 0;
		if (model.kind === 'number') model.text = '99';
		if (model.kind === 'ordering') model.order.reverse();
	}
	const order = arrangementOf(who, exercise.name, exercise.hash, item.question);
	const fields = new FormData();
	for (const [name, value] of fieldsOf(showResponse(item.question, order, model))) fields.append(name, value);
	return answerInlineCheck(
		db,
		library,
		who,
		{ lesson, key, release: library.current().id, clientKey, fields, locale: 'en' },
		now
	);
}
const accept = (who = learner) =>
	acceptStandard(db, library, who, { lesson: 'basics/greet', key: 'basics-standard', release: library.current().id }, now);

async function finishBasics() {
	await answer('basics/greet', 'name-first', true);
	await answer('basics/greet', 'rings', true);
	await accept();
	await markAsRead(db, library, learner, 'basics/greet', now);
	await answer('basics/hold', 'hold-steps', true);
	await markAsRead(db, library, learner, 'basics/hold', now);
	const started = await startAttempt(db, library, learner, 'basics/exam', now, Math.random);
	if (started.code !== 'started') throw new Error(started.code);
	const view = await readAttempt(db, library, learner, started.id, 'en', now);
	for (const { key, question } of view!.questions) {
		const fields = new FormData();
		fields.append('choice', String(question.options.findIndex((option) => option.includes('Right'))));
		await saveResponse(db, library, learner, { attempt: started.id, question: key, revision: 1, flagged: false, fields }, now);
	}
	return submitAttempt(db, library, learner, started.id, now);
}

describe('the first reading', () => {
	const openings = (who: TestPerson) =>
		db.select({ lesson: lessonProgress.lesson, at: lessonProgress.openedAt }).from(lessonProgress).where(eq(lessonProgress.employeeId, who.id));

	it('is noted once, with its moment', async () => {
		expect(await readLesson(db, library, learner, 'basics/greet', 'en', now)).toMatchObject({ readAt: null, doneAt: null });
		await readLesson(db, library, learner, 'basics/greet', 'en', new Date(now.getTime() + 60_000));
		expect(await openings(learner)).toEqual([{ lesson: 'basics/greet', at: now }]);
	});

	it('is none of somebody who has not the course', async () => {
		const stranger = await makePerson(db, now, { name: 'Stranger' });
		expect(await readLesson(db, library, stranger, 'basics/greet', 'en', now)).toBeNull();
		expect(await openings(stranger)).toEqual([]);
	});

	it('is one, when it is read in two places at once', async () => {
		await Promise.all([1, 2, 3].map(() => readLesson(db, library, learner, 'basics/greet', 'en', now)));
		expect(await openings(learner)).toHaveLength(1);
	});
});

describe('an inline check, step by step', () => {
	it('wrong, wrong, right: feedback at once, done with the first right one', async () => {
		const first = await answer('basics/greet', 'name-first', false);
		expect(first).toMatchObject({ code: 'answered', check: { tries: 1, wrong: 1, done: null, feedback: { right: false, explanation: null, answer: null } } });
		const text = JSON.stringify(first);
		expect(text).toContain('SECRET-FEEDBACK-WRONG');
		expect(text).not.toContain('SECRET-FEEDBACK-RIGHT');
		expect(text).not.toContain('SECRET-EXPLANATION');
		await answer('basics/greet', 'name-first', false);
		const third = await answer('basics/greet', 'name-first', true);
		expect(third).toMatchObject({ check: { tries: 3, wrong: 2, done: 'right', feedback: { right: true } } });
		expect(JSON.stringify(third)).toContain('SECRET-EXPLANATION-4824');
		// Wrong afterwards: done stays done.
		expect(await answer('basics/greet', 'name-first', false)).toMatchObject({ check: { done: 'right' } });
	});

	it('is shown after three wrong tries', async () => {
		await answer('basics/greet', 'rings', false);
		await answer('basics/greet', 'rings', false);
		const third = await answer('basics/greet', 'rings', false);
		expect(third).toMatchObject({ check: { done: 'shown', feedback: { answer: ['3'] } } });
	});

	it('the same answer sent twice is one answer; another one with the same key is another', async () => {
		const key = crypto.randomUUID();
		await answer('basics/greet', 'rings', false, key);
		expect(await answer('basics/greet', 'rings', false, key)).toMatchObject({ check: { tries: 1 } });
		expect(await answer('basics/greet', 'rings', true, key)).toMatchObject({ check: { tries: 2, done: 'right' } });
	});

	it('20 at once with one key are one try; with 20 keys they are 20', async () => {
		const key = crypto.randomUUID();
		await Promise.all(Array.from({ length: 20 }, () => answer('basics/greet', 'rings', false, key)));
		const mine = and(eq(checkState.employeeId, learner.id), eq(checkState.exercise, 'basics/greet/rings'));
		expect((await db.select().from(checkState).where(mine))[0]).toMatchObject({ tries: 1, wrong: 1 });
		await Promise.all(Array.from({ length: 20 }, () => answer('basics/greet', 'rings', false)));
		expect((await db.select().from(checkState).where(mine))[0]).toMatchObject({ tries: 21, wrong: 21, done: 'shown' });
		expect(await db.select().from(checkResponse).where(eq(checkResponse.employeeId, learner.id))).toHaveLength(21);
	});

	it('what is no answer is no try', async () => {
		const input = { lesson: 'basics/greet', key: 'rings', release: library.current().id, clientKey: crypto.randomUUID(), locale: 'en' };
		const fields = new FormData();
		fields.append('text', 'three');
		expect(await answerInlineCheck(db, library, learner, { ...input, fields }, now)).toMatchObject({ code: 'invalid', problem: 'not-a-number' });
		expect(await answerInlineCheck(db, library, learner, { ...input, fields: new FormData() }, now)).toMatchObject({ code: 'invalid', problem: 'empty' });
		expect(await db.select().from(checkState).where(eq(checkState.employeeId, learner.id))).toHaveLength(0);
	});

	it('an order of which one place is given is no try', async () => {
		const input = { lesson: 'basics/hold', key: 'hold-steps', release: library.current().id, clientKey: crypto.randomUUID(), locale: 'en' };
		const fields = new FormData();
		fields.append('place-0', '1');
		expect(await answerInlineCheck(db, library, learner, { ...input, fields }, now)).toMatchObject({ code: 'invalid', problem: 'incomplete' });
		expect(await db.select().from(checkState).where(eq(checkState.employeeId, learner.id))).toHaveLength(0);
	});
});

describe('a lesson', () => {
	it('shows nothing secret, and no hash', async () => {
		const view = await readLesson(db, library, learner, 'basics/greet', 'en', now);
		const text = JSON.stringify(view);
		expect(view!.pieces.map((piece) => piece.kind)).toContain('question');
		expect(text).not.toContain('SECRET');
		for (const exercise of library.current().lesson('basics/greet')!.lesson.exercises) expect(text).not.toContain(exercise.hash);
	});

	it('is done when its exercises are done and it is marked as read, in any order', async () => {
		await answer('basics/hold', 'hold-steps', true);
		expect((await readLesson(db, library, learner, 'basics/hold', 'en', now))!.doneAt).toBeNull();
		expect(await markAsRead(db, library, learner, 'basics/hold', now)).toMatchObject({ lessonDone: true });

		expect(await markAsRead(db, library, learner, 'basics/greet', now)).toMatchObject({ lessonDone: false });
		await answer('basics/greet', 'name-first', true);
		await answer('basics/greet', 'rings', true);
		expect((await readLesson(db, library, learner, 'basics/greet', 'en', now))).toMatchObject({ doneAt: null, openExercises: 1 });
		await accept();
		expect((await readLesson(db, library, learner, 'basics/greet', 'en', now))!.doneAt).toEqual(now);
	});

	it('falls back to the default locale and says so', async () => {
		expect(await readLesson(db, library, learner, 'basics/greet', 'bg', now)).toMatchObject({ textLocale: 'en', course: { title: 'Основи' } });
	});

	it('keeps one acceptance however often it is sent', async () => {
		await Promise.all(Array.from({ length: 20 }, () => accept()));
		expect(await db.select().from(acceptance).where(eq(acceptance.employeeId, learner.id))).toHaveLength(1);
	});

	it('can be exempted from, with a reason, not by oneself', async () => {
		const grant = { employeeId: people.learner.id, kind: 'exemption' as const, lesson: 'basics/hold', reason: 'Taught it for years.', clientKey: crypto.randomUUID() };
		expect(await grantAllowance(db, library, people.otherMentor, grant, now)).toEqual({ code: 'missing' });
		expect(await grantAllowance(db, library, people.learner, grant, now)).toEqual({ code: 'missing' });
		expect(await grantAllowance(db, library, people.mentor, { ...grant, reason: '  ' }, now)).toEqual({ code: 'no-reason' });
		expect(await grantAllowance(db, library, people.mentor, { ...grant, kind: 'attempt' }, now)).toEqual({ code: 'no-lesson' });
		expect(await grantAllowance(db, library, people.mentor, grant, now)).toEqual({ code: 'granted' });
		const course = await readCourse(db, library, people.learner, 'basics', 'en');
		expect(course!.lessons.find((lesson) => lesson.key === 'hold')!.done).toBe(true);
	});
});

describe('the path', () => {
	it('says what is next, when it is due and why', async () => {
		const path = (await readMyOnboarding(db, library, learner, 'en', now)).path;
		expect(path.courses.map(({ key, state }) => [key, state])).toEqual([
			['basics', 'open'],
			['advanced', 'later']
		]);
		expect(path.next).toMatchObject({ course: 'basics', lesson: 'greet', resume: false });
		// Hired Monday 2 November + 5 working days = Monday 9 November, 23:59:59 in Sofia.
		expect(path.courses[0]!.dueAt).toEqual(new Date('2026-11-09T21:59:59Z'));
		expect(path.courses[0]!.derivation).toMatchObject({ start: '2026-11-02', workingDays: 5, result: '2026-11-09' });
		expect(path.courses[1]!.dueAt).toBeNull();
	});

	it('completes a course once, celebrates it until that was seen, and dates the next one from it', async () => {
		expect(await finishBasics()).toMatchObject({ passed: true, courseCompleted: true });
		const course = await readCourse(db, library, learner, 'basics', 'en');
		expect(course).toMatchObject({ state: 'done', completedAt: now, celebrate: true, nextCourse: { key: 'advanced' } });
		await markCelebrated(db, learner, 'basics', now);
		expect((await readCourse(db, library, learner, 'basics', 'en'))!.celebrate).toBe(false);
		const [advanced] = await db
			.select()
			.from(enrolment)
			.where(and(eq(enrolment.employeeId, learner.id), eq(enrolment.course, 'advanced')));
		// Completed Tuesday 10 November + 3 working days = Friday 13 November.
		expect(advanced!.dueAt).toEqual(new Date('2026-11-13T21:59:59Z'));
		expect(advanced!.derivation).toMatchObject({ startKind: 'course', result: '2026-11-13' });
		const path = (await readMyOnboarding(db, library, learner, 'en', now)).path;
		expect(path.next).toMatchObject({ course: 'advanced', lesson: 'solve' });
	});

	it('is nobody else’s', async () => {
		expect(await readLesson(db, library, people.otherLearner, 'basics/greet', 'en', now)).toBeNull();
		expect(await readCourse(db, library, people.otherLearner, 'basics', 'en')).toBeNull();
		expect(await markAsRead(db, library, people.otherLearner, 'basics/greet', now)).toEqual({ code: 'missing' });
		expect(await accept(people.otherLearner)).toEqual({ code: 'missing' });
		expect(await answer('basics/greet', 'rings', true, crypto.randomUUID(), people.otherLearner)).toEqual({ code: 'missing' });
		expect((await readMyOnboarding(db, library, people.otherLearner, 'en', now)).path.courses).toEqual([]);
	});
});

describe('ask my mentor', () => {
	it('reaches the own mentor, not another one, and comes back answered', async () => {
		const key = crypto.randomUUID();
		const ask = () => askMentor(db, library, people.learner, { lesson: 'basics/greet', body: ' Why three rings? ', clientKey: key }, now);
		expect(await ask()).toEqual({ code: 'asked' });
		expect(await ask()).toEqual({ code: 'asked' });
		const { list: waiting } = await listInquiries(db, people.mentor, { waiting: true, limit: 10, offset: 0 });
		expect(waiting.map((row) => row.body)).toEqual(['Why three rings?']);
		expect(await listInquiries(db, people.otherMentor, { waiting: true, limit: 10, offset: 0 })).toEqual({ list: [], waiting: 0 });
		expect(await listInquiries(db, people.hr, { waiting: true, limit: 10, offset: 0 })).toEqual({ list: [], waiting: 0 });

		const { id } = waiting[0]!;
		for (const wrong of [people.otherMentor, people.learner, people.hr, people.admin]) {
			expect(await answerInquiry(db, wrong, { id, answer: 'No.' }, now)).toEqual({ code: 'missing' });
		}
		expect(await answerInquiry(db, people.mentor, { id, answer: ' ' }, now)).toEqual({ code: 'empty' });
		expect(await answerInquiry(db, people.mentor, { id, answer: 'People hang up after that.' }, now)).toEqual({ code: 'answered' });

		expect((await readMyOnboarding(db, library, people.learner, 'en', now)).path.answers).toHaveLength(1);
		const own = (await readLesson(db, library, people.learner, 'basics/greet', 'en', now))!.inquiries;
		expect(own[0]).toMatchObject({ answer: 'People hang up after that.', answeredBy: 'Maria Mentor' });
		expect((await readMyOnboarding(db, library, people.learner, 'en', now)).path.answers).toHaveLength(0);
		expect(await readLesson(db, library, people.otherLearner, 'basics/greet', 'en', now)).toBeNull();
	});

	it('shows a mentor their own mentees only', async () => {
		const all = { search: '', limit: 50, offset: 0 };
		const { mentees, found, total } = await listMentees(db, library, people.mentor, 'en', all);
		expect(mentees.map((row) => row.name)).toEqual(['Lena Learner', 'Toma Teamlearner']);
		expect([found, total]).toEqual([2, 2]);
		for (const wrong of [people.hr, people.learner, people.admin]) {
			expect(await listMentees(db, library, wrong, 'en', all)).toEqual({ mentees: [], found: 0, total: 0 });
		}
		expect(await readMentee(db, library, people.mentor, people.learner.id, 'en')).toMatchObject({ name: 'Lena Learner' });
		for (const wrong of [people.otherMentor, people.hr, people.learner, people.admin]) {
			expect(await readMentee(db, library, wrong, people.learner.id, 'en')).toBeNull();
		}
		expect(await readMentee(db, library, people.mentor, people.mentor.id, 'en')).toBeNull();
		const named = async (search: string) => (await listMentees(db, library, people.mentor, 'en', { ...all, search })).mentees.map((row) => row.name);
		expect(await named(' lena')).toEqual(['Lena Learner']);
		expect(await named('LEARNER')).toEqual(['Lena Learner', 'Toma Teamlearner']);
		// What stands for any text in SQL stands for itself here.
		for (const nobody of ['%', '_', '\\', 'Oleg']) expect(await named(nobody)).toEqual([]);
		expect(await listMentees(db, library, people.mentor, 'en', { ...all, search: 'toma' })).toMatchObject({ found: 1, total: 2 });
	});

	it('lets a mentor of 450 reach everyone and every question, and counts them all', async () => {
		const crowd = Array.from({ length: 450 }, (_, n) => ({ id: crypto.randomUUID(), name: `Mentee ${String(n).padStart(3, '0')}` }));
		const mentor = await makePerson(db, now, { name: 'Mila Manymentees', roles: ['mentor'] });
		await db.insert(employee).values(crowd.map((one) => ({ ...one, email: `${one.id}@example.com`, createdAt: now })));
		await db.insert(mentorship).values(crowd.map(({ id }) => ({ mentorId: mentor.id, menteeId: id, since: now })));
		// One question each, from the last on: no page of mentees holds them all.
		await db.insert(inquiry).values(
			crowd.map(({ id }, n) => ({
				employeeId: id,
				lesson: 'basics/greet',
				releaseId: library.current().id,
				body: `Question ${n}?`,
				clientKey: crypto.randomUUID(),
				askedAt: now
			}))
		);
		const countWaiting = async (actor: Actor) => (await listInquiries(db, actor, { waiting: false, limit: 1, offset: 0 })).waiting;
		expect(await countWaiting(mentor)).toBe(450);
		for (const other of [people.mentor, people.otherMentor, people.hr]) expect(await countWaiting(other)).toBe(0);

		const [names, bodies] = [new Set<string>(), new Set<string>()];
		for (let offset = 0; offset < 500; offset += 100) {
			const { mentees, found, total } = await listMentees(db, library, mentor, 'en', { search: 'mentee', limit: 100, offset });
			expect([found, total]).toEqual([450, 450]);
			for (const { name, waitingQuestions } of mentees) if (waitingQuestions === 1) names.add(name);
			for (const { body } of (await listInquiries(db, mentor, { waiting: true, limit: 100, offset })).list) bodies.add(body);
		}
		expect([names.size, bodies.size]).toEqual([450, 450]);

		const { list: [first] } = await listInquiries(db, mentor, { waiting: true, limit: 1, offset: 0 });
		await answerInquiry(db, mentor, { id: first!.id, answer: 'Yes.' }, now);
		expect(await countWaiting(mentor)).toBe(449);
	});
});
