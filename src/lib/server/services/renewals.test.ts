import { and, eq, isNull } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endOfDay } from '../../core/due-date.ts';
import { fieldsOf, modelAnswer } from '../../core/questions/model-answer.ts';
import { showResponse } from '../../core/questions/kinds.ts';
import { testDatabase } from '../db/testing.ts';
import { allowance, attempt, auditEvent, employee, enrolment, handAssignment, lessonProgress, mentorship, notification, positionAssignment, renewal, team, teamAssignment } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { makeClerk, openTestLibrary } from '../testing-content.ts';
import { makePeople, type TestPeople, type TestPerson } from '../testing-people.ts';
import { grantAllowance } from './allowances.ts';
import { seeAttempt } from './as-seen.ts';
import { readAssessment, readAttempt, saveResponse, startAttempt, submitAttempt } from './attempts.ts';
import { chooseForBulk, doBulk, readBulk, undoBulk } from './bulk-changes.ts';
import { giveCourse, takeCourseBack, type GivingInput } from './hand-assignments.ts';
import { readMyOnboarding } from './my-onboarding.ts';
import { describePath, readCourse } from './path.ts';
import { readHistory } from './person-history.ts';
import { openRenewals } from './renewals.ts';
import { foreseeTeamCourse, giveTeamCourse, takeTeamCourseBack } from './team-courses.ts';

const { db } = await testDatabase();
const zone = 'Europe/Sofia';
/** Ten in the morning. */
const on = (day: string) => new Date(`${day}T08:00:00Z`);
const completed = '2026-05-03';
const [opens, ends] = ['2027-04-03', '2027-05-03'];
const exam = 'basics/exam';
let library: Library;
let release: Release;
let people: TestPeople;
let learner: TestPerson;

beforeAll(async () => {
	people = await makePeople(db, on('2026-04-01'));
	library = await openTestLibrary(db, on('2026-04-01'));
	release = library.current();
});
afterAll(() => library.close());
beforeEach(async () => {
	await db.delete(allowance);
	await db.delete(renewal);
	await db.delete(enrolment);
	release.course('basics')!.validity = 365;
	learner = await clerk();
});

/** Somebody who completed the first course. */
async function clerk(day = completed) {
	const one = await makeClerk(db, library, on('2026-04-01'));
	const done = { completedAt: on(day), completedRelease: release.id };
	await db.update(enrolment).set(done).where(and(eq(enrolment.employeeId, one.id), eq(enrolment.course, 'basics')));
	const lessons = release.course('basics')!.lessons.map(({ name }) => name);
	await db.insert(lessonProgress).values(lessons.map((lesson) => ({ employeeId: one.id, lesson, openedAt: on(day), readAt: on(day), doneAt: on(day), doneRelease: release.id })));
	return one;
}
const roundsOf = (who = learner) => db.select().from(renewal).where(eq(renewal.employeeId, who.id)).orderBy(renewal.round);
const open = (day: string) => openRenewals(db, release, on(day));

/** One attempt at the exam, with all answers right, or none. */
async function tryExam(day: string, right: boolean, who = learner) {
	const started = await startAttempt(db, library, who, exam, on(day), Math.random);
	if (started.code !== 'started') return started.code;
	if (right) await answerAll(started.id, day, who);
	const outcome = await submitAttempt(db, library, who, started.id, on(day));
	return outcome.code === 'submitted' && outcome.passed ? 'passed' : 'failed';
}
async function answerAll(id: string, day: string, who = learner) {
	const [row] = await db.select().from(attempt).where(eq(attempt.id, id));
	for (const { key, hash, arrangement } of row!.questions) {
		const item = await library.item(hash);
		if (item.kind !== 'question') throw new Error('no question');
		const fields = new FormData();
		for (const [name, value] of fieldsOf(showResponse(item.question, arrangement, modelAnswer(item.question, 'en')))) fields.append(name, value);
		await saveResponse(db, library, who, { attempt: id, question: key, revision: 1, flagged: false, fields }, on(day));
	}
}

describe('rounds are opened', () => {
	test('on the first day of the window, not before, and once', async () => {
		await open('2027-04-02');
		expect(await roundsOf()).toEqual([]);
		const opened = await Promise.all([open(opens), open(opens), open(opens)]);
		expect(opened.reduce((sum, n) => sum + n)).toBe(1);
		expect(await open('2027-04-20')).toBe(0);
		expect(await roundsOf()).toMatchObject([{ course: 'basics', round: 1, mandatory: true, countedFrom: completed, days: 365, dueAt: endOfDay(ends, zone), openedAt: on(opens), restsSince: null, completedAt: null }]);
	});

	test('for who has the course on their path, by hand or with their team, and works here', async () => {
		const left = await clerk();
		await db.update(employee).set({ leftAt: on('2027-01-01') }).where(eq(employee.id, left.id));
		const moved = await clerk();
		await db.update(positionAssignment).set({ until: '2027-01-01' }).where(eq(positionAssignment.employeeId, moved.id));
		const kept = await clerk();
		await db.update(positionAssignment).set({ until: '2027-01-01' }).where(eq(positionAssignment.employeeId, kept.id));
		await db.insert(handAssignment).values({ employeeId: kept.id, course: 'basics', mandatory: true, assignedOn: '2026-04-10', reason: 'Stands in.', givenBy: people.hr.id, givenAt: on('2026-04-10') });
		const [north] = await db.insert(team).values({ name: 'North of the renewals' }).returning();
		const inTeam = await clerk();
		await db.update(positionAssignment).set({ until: '2027-01-01' }).where(eq(positionAssignment.employeeId, inTeam.id));
		await db.update(employee).set({ teamId: north!.id }).where(eq(employee.id, inTeam.id));
		await db.insert(teamAssignment).values({ teamId: north!.id, course: 'basics', mandatory: true, givenBy: people.hr.id, givenAt: on('2026-04-10') });
		await open(opens);
		expect(await roundsOf(left)).toEqual([]);
		for (const asked of [inTeam, kept]) expect(await roundsOf(asked)).toMatchObject([{ restsSince: null }]);
		// Nothing asks for it any more: its end is known all the same.
		expect(await roundsOf(moved)).toMatchObject([{ countedFrom: completed, days: 365, mandatory: false, restsSince: on(opens) }]);
		expect(await takeCourseBack(db, library, people.hr, { employeeId: kept.id, course: 'basics' }, on('2027-04-05'))).toMatchObject({ code: 'taken-back' });
		await open('2027-04-06');
		expect(await roundsOf(kept)).toMatchObject([{ restsSince: on('2027-04-06') }]);
	});

	test('who comes to a course late has two weeks, also of the thousands whose validity is new', async () => {
		const many = await Promise.all(Array.from({ length: 5 }, () => clerk('2024-01-10')));
		expect(await open('2027-04-03')).toBe(6);
		expect(await roundsOf(many[0]!)).toMatchObject([{ countedFrom: '2024-01-10', dueAt: endOfDay('2027-04-17', zone) }]);
	});

	test('no course, no path, no validity: the round rests, and goes on with its dates when it is asked for again', async () => {
		await open(opens);
		const [before] = await roundsOf();
		release.course('basics')!.validity = null;
		await open('2027-04-05');
		expect(await roundsOf()).toEqual([{ ...before, restsSince: on('2027-04-05') }]);
		expect(await tryExam('2027-04-06', true)).toBe('passed');
		expect((await roundsOf())[0]!.completedAt).toBeNull();
		release.course('basics')!.validity = 100;
		await open('2027-04-07');
		// Passed meanwhile, it is done.
		expect(await roundsOf()).toMatchObject([{ days: 365, dueAt: before!.dueAt, restsSince: null, completedAt: on('2027-04-07'), renewedFrom: ends }]);
	});
});

describe('a round asks the assessment again', () => {
	test('what was passed before does not count; passed in the window, the next validity is counted from the old end', async () => {
		expect(await tryExam('2026-05-02', true)).toBe('passed');
		expect(await tryExam('2026-05-04', true)).toBe('passed');
		await open(opens);
		expect(await readAssessment(db, library, learner, exam, 'en', on(opens))).toMatchObject({ used: 0, allowed: 2, renewal: { dueAt: endOfDay(ends, zone) }, start: { ok: true, number: 1 } });
		expect(await tryExam('2027-04-10', false)).toBe('failed');
		expect((await roundsOf())[0]!.completedAt).toBeNull();
		expect(await tryExam('2027-04-11', true)).toBe('passed');
		expect(await roundsOf()).toMatchObject([{ completedAt: on('2027-04-11'), completedRelease: release.id, renewedFrom: ends }]);
		const [first] = await db.select().from(enrolment).where(and(eq(enrolment.employeeId, learner.id), eq(enrolment.course, 'basics')));
		expect(first!.completedAt).toEqual(on(completed));
		const numbers = await db.select({ number: attempt.number, allowed: attempt.allowed }).from(attempt).where(eq(attempt.employeeId, learner.id)).orderBy(attempt.number);
		expect(numbers.slice(-2)).toEqual([{ number: 2, allowed: 3 }, { number: 3, allowed: 3 }]);
		expect(await db.select({ details: auditEvent.details }).from(auditEvent).where(and(eq(auditEvent.personId, learner.id), eq(auditEvent.action, 'renewal.completed')))).toEqual([{ details: { course: 'basics', round: 1 } }]);
		expect(await tryExam('2027-04-12', true)).toBe('passed');
		await open('2028-04-01');
		expect(await roundsOf()).toHaveLength(1);
		await open('2028-04-02');
		expect(await roundsOf()).toMatchObject([{ round: 1 }, { round: 2, countedFrom: ends, dueAt: endOfDay('2028-05-02', zone), completedAt: null }]);
	});

	test('passed, or not asked for any more: what was told of its date counts as read', async () => {
		const about = (who: TestPerson) => ({ employeeId: who.id, kind: 'due', subject: 'basics', day: opens, told: { course: 'basics', dueAt: on(ends).toISOString() }, createdAt: on(opens) });
		const unread = async () => (await db.select({ who: notification.employeeId }).from(notification).where(isNull(notification.readAt))).map(({ who }) => who);
		const moved = await clerk();
		await open(opens);
		await db.insert(notification).values([about(learner), about(moved)]);
		await tryExam('2027-04-10', false);
		expect((await unread()).sort()).toEqual([learner.id, moved.id].sort());
		await tryExam('2027-04-11', true);
		expect(await unread()).toEqual([moved.id]);
		await db.update(positionAssignment).set({ until: '2027-04-12' }).where(eq(positionAssignment.employeeId, moved.id));
		await open('2027-04-12');
		expect(await unread()).toEqual([]);
	});

	test('passed late, it is counted from that day; the course stays completed all the while', async () => {
		await open(opens);
		const line = async () => (await readCourse(db, library, learner, 'basics', 'en'))!;
		expect(await line()).toMatchObject({ state: 'done', validity: { until: endOfDay(ends, zone) }, renewal: { lessons: ['exam'] } });
		expect(await tryExam('2027-06-01', true)).toBe('passed');
		expect(await line()).toMatchObject({ state: 'done', validity: { from: '2027-06-01', until: endOfDay('2028-05-31', zone), opensOn: '2028-05-01' }, renewal: null, renewed: [{ completedAt: on('2027-06-01') }] });
	});

	test('attempts are counted in the round; one more, and an exemption, are granted for it alone', async () => {
		const grant = (kind: 'attempt' | 'exemption', day: string) =>
			grantAllowance(db, library, people.hr, { employeeId: learner.id, kind, lesson: exam, reason: 'Asked for it.', clientKey: crypto.randomUUID() }, on(day));
		await grant('exemption', '2026-05-02');
		await grant('attempt', '2026-05-02');
		await open(opens);
		expect((await roundsOf())[0]!.completedAt).toBeNull();
		expect(await tryExam('2027-04-10', false)).toBe('failed');
		expect(await tryExam('2027-04-11', false)).toBe('failed');
		expect(await tryExam('2027-04-12', true)).toBe('none-left');
		const next = async () => (await readMyOnboarding(db, library, learner, 'en', on('2027-04-12'))).path.next?.lesson;
		expect(await next()).not.toBe('exam');
		await grant('attempt', '2027-04-12');
		expect(await next()).toBe('exam');
		expect(await tryExam('2027-04-13', false)).toBe('failed');
		await grant('exemption', '2027-04-14');
		await grant('exemption', '2027-04-14');
		expect(await roundsOf()).toMatchObject([{ completedAt: on('2027-04-14'), renewedFrom: ends }]);
		expect((await db.select().from(allowance).where(eq(allowance.employeeId, learner.id))).filter(({ kind }) => kind === 'exemption')).toHaveLength(2);
	});

	test('HR reads each renewal, and what was granted for it, in the history, newest first; nobody else does', async () => {
		await open(opens);
		for (const day of ['2027-04-10', '2027-04-11']) expect(await tryExam(day, false)).toBe('failed');
		await grantAllowance(db, library, people.mentor, { employeeId: learner.id, kind: 'attempt', lesson: exam, reason: 'No mentee.', clientKey: crypto.randomUUID() }, on('2027-04-12'));
		await grantAllowance(db, library, people.hr, { employeeId: learner.id, kind: 'attempt', lesson: exam, reason: 'Was ill.', clientKey: crypto.randomUUID() }, on('2027-04-12'));
		expect(await tryExam('2027-04-13', true)).toBe('passed');
		await open('2028-04-02');
		await grantAllowance(db, library, people.hr, { employeeId: learner.id, kind: 'exemption', lesson: exam, reason: 'Trains others.', clientKey: crypto.randomUUID() }, on('2028-04-10'));
		const lines = await readHistory(db, library, people.hr, learner.id, 'bg');
		const { course, lesson } = release.lesson(exam)!;
		expect(lines.flatMap(({ what, title, at, by, dayOnly }) => (['renewed', 'attempt', 'exemption'].includes(what) ? [[what, title, at, by, dayOnly]] : []))).toEqual([
			['exemption', lesson.title.en, on('2028-04-10'), people.hr.name, false],
			['renewed', course.title.bg, on('2028-04-10'), null, false],
			['renewed', course.title.bg, on('2027-04-13'), null, false],
			['attempt', lesson.title.en, on('2027-04-12'), people.hr.name, false]
		]);
		expect(lines.map(({ at }) => at.getTime())).toEqual(lines.map(({ at }) => at.getTime()).toSorted((a, b) => b - a));
		for (const actor of [learner, people.mentor, people.admin, people.author]) expect(await readHistory(db, library, actor, learner.id, 'en')).toEqual([]);
	});

	test('the first page names it with its date, and leads to it', async () => {
		await open(opens);
		const { path } = await readMyOnboarding(db, library, learner, 'en', on(opens));
		expect(path.courses[0]).toMatchObject({ key: 'basics', state: 'done', renewal: { dueAt: endOfDay(ends, zone), lessons: ['exam'] }, lessons: [{ key: 'exam' }] });
		expect(path.next).toMatchObject({ course: 'basics', lesson: 'exam', renews: true, resume: false, dueAt: endOfDay(ends, zone) });
		const started = await startAttempt(db, library, learner, exam, on(opens), Math.random);
		expect((await readMyOnboarding(db, library, learner, 'en', on(opens))).path.next).toMatchObject({ lesson: 'exam', resume: true });
		if (started.code === 'started') expect(await readAttempt(db, library, learner, started.id, 'en', on(opens))).toMatchObject({ state: 'open' });
	});

	test('what was passed before tells no right answer while it is asked again, as long as an attempt that did not pass tells none', async () => {
		expect(await tryExam(completed, true)).toBe('passed');
		const [first] = await db.select().from(attempt).where(eq(attempt.employeeId, learner.id));
		const shown = async (day: string) => (await readAttempt(db, library, learner, first!.id, 'en', on(day)))!;
		const isTold = async (day: string) => {
			const { passed, feedbackShown, questions } = await shown(day);
			expect(passed).toBe(true);
			expect(questions.every(({ feedback }) => (feedback !== null) === feedbackShown)).toBe(true);
			return feedbackShown;
		};
		expect(await isTold('2027-04-02')).toBe(true);
		await open(opens);
		expect(await isTold(opens)).toBe(false);
		expect(await tryExam('2027-04-10', false)).toBe('failed');
		expect(await isTold('2027-04-10')).toBe(false);
		// A round that rests asks nothing.
		await db.update(renewal).set({ restsSince: on('2027-04-10') });
		expect(await isTold('2027-04-10')).toBe(true);
		await db.update(renewal).set({ restsSince: null });
		// Where an attempt that did not pass tells it, this one does.
		await db.update(attempt).set({ rules: { ...first!.rules, feedback: 'after-submit' } }).where(eq(attempt.id, first!.id));
		expect(await isTold('2027-04-10')).toBe(true);
		await db.update(attempt).set({ rules: first!.rules }).where(eq(attempt.id, first!.id));
		expect(await tryExam('2027-04-11', true)).toBe('passed');
		expect(await isTold('2027-04-11')).toBe(true);
	});

	test('who has to pass it again is told no right answer by way of another\'s attempt', async () => {
		const mentee = await clerk();
		await db.insert(mentorship).values({ mentorId: people.mentor.id, menteeId: mentee.id, since: on('2026-05-01') });
		expect(await tryExam('2026-05-04', true, mentee)).toBe('passed');
		const [theirs] = await db.select().from(attempt).where(eq(attempt.employeeId, mentee.id));
		const own = { employeeId: people.mentor.id, course: 'basics', source: 'position', mandatory: true, place: 0, assignedOn: '2026-04-01', completedAt: on(completed), completedRelease: release.id } as const;
		await db.insert(enrolment).values(own);
		const isTold = async () => {
			const seen = await seeAttempt(db, library, people.mentor, theirs!.id, 'en');
			if (seen?.kind !== 'attempt') throw new Error('nothing');
			expect(seen.questions.every(({ feedback }) => (feedback !== null) === seen.keysTold)).toBe(true);
			return seen.keysTold;
		};
		expect(await isTold()).toBe(false);
		expect(await tryExam('2026-05-04', true, people.mentor)).toBe('passed');
		expect(await isTold()).toBe(true);
		await db.insert(renewal).values({ employeeId: people.mentor.id, course: 'basics', round: 1, mandatory: true, countedFrom: completed, days: 365, openedAt: on(opens), dueAt: endOfDay(ends, zone) });
		expect(await isTold()).toBe(false);
		expect(await tryExam('2027-04-10', true, people.mentor)).toBe('passed');
		expect(await isTold()).toBe(true);
	});

	test('an attempt that was begun before the round was opened does not count', async () => {
		const started = await startAttempt(db, library, learner, exam, on(opens), Math.random);
		await openRenewals(db, release, new Date(on(opens).getTime() + 60_000));
		if (started.code !== 'started') throw new Error(started.code);
		await db.update(attempt).set({ deadlineAt: null }).where(eq(attempt.id, started.id));
		await answerAll(started.id, '2027-04-04');
		expect(await submitAttempt(db, library, learner, started.id, on('2027-04-04'))).toMatchObject({ passed: true });
		expect((await roundsOf())[0]!.completedAt).toBeNull();
		expect(await tryExam('2027-04-05', true)).toBe('passed');
		expect((await roundsOf())[0]!.completedAt).toEqual(on('2027-04-05'));
	});
});

describe('a course that left the path is given again', () => {
	const typed = { course: 'basics', mandatory: true, workingDays: '', dueOn: '' };
	const ahead = { from: opens, due: ends };
	const give = (day: string, input: Partial<GivingInput> = {}) =>
		giveCourse(db, library, people.hr, { ...typed, id: crypto.randomUUID(), employeeId: learner.id, reason: 'Stands in.', ...input }, on(day));
	const takeBack = (day: string) => takeCourseBack(db, library, people.hr, { employeeId: learner.id, course: 'basics' }, on(day));
	/** Nothing asks for it any more. */
	const leavePath = (who = learner) => db.update(positionAssignment).set({ until: '2027-01-01' }).where(eq(positionAssignment.employeeId, who.id));
	const refused = { code: 'problems', problems: { course: 'course-there' } };
	const line = async () => (await describePath(db, library, learner.id, 'en')).find(({ key }) => key === 'basics')!;

	test('by hand: it says when, is asked for in its window, and taken back it rests', async () => {
		expect(await give('2027-01-02')).toEqual(refused);
		expect(await line()).toMatchObject({ asked: true, validity: { opensOn: opens } });
		await leavePath();
		expect(await line()).toMatchObject({ asked: false, validity: { until: endOfDay(ends, zone) } });
		const id = crypto.randomUUID();
		const given = { code: 'given', renews: ahead };
		expect(await Promise.all([give('2027-01-02', { id }), give('2027-01-02', { id })])).toEqual([given, given]);
		expect(await line()).toMatchObject({ asked: true, state: 'done', completedAt: on(completed) });
		expect(await give('2027-01-02')).toEqual(refused);
		await open('2027-04-02');
		expect(await roundsOf()).toEqual([]);
		await open(opens);
		expect(await roundsOf()).toMatchObject([{ dueAt: endOfDay(ends, zone), restsSince: null }]);
		expect(await takeBack('2027-04-05')).toEqual({ code: 'taken-back' });
		await open('2027-04-05');
		expect(await roundsOf()).toMatchObject([{ restsSince: on('2027-04-05') }]);
		expect(await line()).toMatchObject({ asked: false, renewal: null });
	});

	test('the round that rested goes on, by no date that is past; mandatory or voluntary as it is given', async () => {
		await open(opens);
		await leavePath();
		await open('2027-04-05');
		expect(await give('2027-04-06', { mandatory: false })).toEqual({ code: 'given', renews: { from: '2027-04-06', due: ends } });
		await open('2027-04-06');
		expect(await roundsOf()).toMatchObject([{ restsSince: null, mandatory: false, dueAt: endOfDay(ends, zone) }]);
		expect(await line()).toMatchObject({ mandatory: false, renewal: { dueAt: endOfDay(ends, zone) } });
		await takeBack('2027-04-07');
		await open('2027-04-07');
		expect(await give('2027-08-01')).toEqual({ code: 'given', renews: { from: '2027-08-01', due: '2027-08-15' } });
		await open('2027-08-01');
		expect(await roundsOf()).toMatchObject([{ round: 1, restsSince: null, mandatory: true, dueAt: endOfDay('2027-08-15', zone) }]);
		expect(await tryExam('2027-08-10', true)).toBe('passed');
		expect(await roundsOf()).toMatchObject([{ completedAt: on('2027-08-10'), renewedFrom: '2027-08-10' }]);
		await open('2028-07-10');
		expect(await roundsOf()).toMatchObject([{ round: 1 }, { round: 2, mandatory: true }]);
	});

	test('nobody had asked for it when its window came: given in it, it goes on; given after its end, what was passed meanwhile renews nothing', async () => {
		const late = await clerk();
		for (const one of [learner, late]) {
			await leavePath(one);
			await open(opens);
			expect(await tryExam('2027-04-05', true, one)).toBe('passed');
		}
		await give('2027-04-06');
		await open('2027-04-06');
		expect(await roundsOf()).toMatchObject([{ restsSince: null, completedAt: on('2027-04-06'), renewedFrom: ends }]);
		await giveCourse(db, library, people.hr, { ...typed, id: crypto.randomUUID(), employeeId: late.id, reason: 'Back at the counter.' }, on('2028-01-10'));
		await open('2028-01-10');
		expect(await roundsOf(late)).toMatchObject([{ restsSince: null, openedAt: on('2028-01-10'), dueAt: endOfDay('2028-01-24', zone), completedAt: null }]);
		expect(await tryExam('2028-01-12', true, late)).toBe('passed');
		expect(await roundsOf(late)).toMatchObject([{ renewedFrom: '2028-01-12' }]);
	});

	test('a date that is typed is refused where it stands; what is completed for good is refused', async () => {
		await leavePath();
		expect(await give('2027-01-02', { workingDays: '5' })).toEqual({ code: 'problems', problems: { workingDays: 'date-of-renewal' } });
		expect(await give('2027-01-02', { dueOn: '2027-02-01' })).toEqual({ code: 'problems', problems: { dueOn: 'date-of-renewal' } });
		release.course('basics')!.validity = null;
		expect(await give('2027-01-02')).toEqual(refused);
		expect(await db.select().from(handAssignment).where(eq(handAssignment.employeeId, learner.id))).toEqual([]);
	});

	test('to many: it is seen before, given with what else is given, and taken back from whoever has not begun', async () => {
		const [begun, without, stays] = [await clerk(), await makeClerk(db, library, on('2026-04-01')), await clerk()];
		await leavePath();
		await leavePath(begun);
		await leavePath(without);
		await db.delete(enrolment).where(eq(enrolment.employeeId, without.id));
		const id = crypto.randomUUID();
		const all = [learner, begun, without, stays];
		await chooseForBulk(db, people.hr, { id, kind: 'course', choice: { people: all.map((one) => one.id) } }, on('2027-04-10'));
		const terms = { ...typed, workingDays: '3' };
		const look = async () => (await readBulk(db, library, people.hr, { id, mentor: null, terms, limit: 50, offset: 0 }, on('2027-04-10')))!;
		const renews = { from: '2027-04-10', due: ends };
		const expected = [
			[learner.id, 'changed', renews, endOfDay(ends, zone)],
			[begun.id, 'changed', renews, endOfDay(ends, zone)],
			[without.id, 'changed', null, endOfDay('2027-04-14', zone)],
			[stays.id, 'completed', null, expect.anything()]
		];
		const linesOf = ({ people: lines }: Awaited<ReturnType<typeof look>>) => all.map((one) => lines.find((line) => line.id === one.id)!).map(({ id: who, outcome, renews: when, dueAt }) => [who, outcome, when, dueAt]);
		const seen = await look();
		expect(seen.counts).toEqual({ changed: 3, completed: 1 });
		expect(linesOf(seen)).toEqual(expected);
		const perform = () => doBulk(db, library, people.hr, { id, mentor: null, giving: { ...terms, reason: 'They stand in.' }, origin: 'https://academy.example.com' }, on('2027-04-10'));
		expect(await Promise.all([perform(), perform()])).toEqual([{ code: 'done' }, { code: 'done' }]);
		expect(linesOf(await look())).toEqual(expected);
		await open('2027-04-10');
		expect(await roundsOf()).toMatchObject([{ restsSince: null, mandatory: true, dueAt: endOfDay(ends, zone) }]);
		expect(await tryExam('2027-04-11', false, begun)).toBe('failed');
		expect(await undoBulk(db, library, people.hr, { id }, on('2027-04-12'))).toEqual({ code: 'undone' });
		await open('2027-04-12');
		expect(await roundsOf()).toMatchObject([{ restsSince: on('2027-04-12') }]);
		expect(await roundsOf(begun)).toMatchObject([{ restsSince: null }]);
		expect((await look()).people.map(({ id: who, undone, dueAt }) => [who, undone, undone === 'back' && dueAt])).toEqual(
			expect.arrayContaining([[learner.id, 'back', null], [begun.id, 'kept', false], [without.id, 'back', null]])
		);
	});

	test('to a team: whoever has completed it and is in the team is asked again, also who comes later', async () => {
		const [south] = await db.insert(team).values({ name: 'South of the renewals' }).returning();
		const stays = await clerk();
		for (const one of [learner, stays]) await db.update(employee).set({ teamId: south!.id }).where(eq(employee.id, one.id));
		await leavePath();
		const looked = await foreseeTeamCourse(db, library, people.hr, { teamId: south!.id, terms: typed, limit: 50, offset: 0 }, on('2027-01-02'));
		expect(looked).toMatchObject({ counts: { changed: 1, same: 0, completed: 1 } });
		expect(looked!.people.map(({ id, outcome, renews, dueAt }) => [id, outcome, renews, outcome === 'changed' && dueAt])).toEqual([
			[learner.id, 'changed', ahead, endOfDay(ends, zone)],
			[stays.id, 'completed', null, false]
		]);
		const id = crypto.randomUUID();
		await giveTeamCourse(db, library, people.hr, { id, teamId: south!.id, terms: typed }, on('2027-01-02'));
		expect(await line()).toMatchObject({ asked: true, team: null });
		expect(await give('2027-01-02')).toEqual(refused);
		const comes = await clerk();
		await leavePath(comes);
		await db.update(employee).set({ teamId: south!.id }).where(eq(employee.id, comes.id));
		await open(opens);
		expect(await roundsOf()).toMatchObject([{ mandatory: true }]);
		expect(await roundsOf(comes)).toHaveLength(1);
		await takeTeamCourseBack(db, library, people.hr, { id, teamId: south!.id }, on('2027-04-05'));
		await open('2027-04-05');
		expect(await roundsOf()).toMatchObject([{ restsSince: on('2027-04-05') }]);
		expect(await line()).toMatchObject({ asked: false });
	});

	test('who has left is asked for nothing', async () => {
		await db.update(employee).set({ leftAt: on('2027-01-01') }).where(eq(employee.id, learner.id));
		expect(await line()).toMatchObject({ asked: false });
	});
});
