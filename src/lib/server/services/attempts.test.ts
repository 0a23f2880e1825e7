import { and, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { fieldsOf, modelAnswer } from '../../core/questions/model-answer.ts';
import { showResponse } from '../../core/questions/kinds.ts';
import type { Question } from '../../core/questions/question.ts';
import { testDatabase } from '../db/testing.ts';
import { allowance, attempt, enrolment, lessonProgress, response } from '../db/schema/index.ts';
import { Library } from '../library.ts';
import { makeClerk, openTestLibrary } from '../testing-content.ts';
import { makePeople, type TestPerson } from '../testing-people.ts';
import { grantAllowance } from './allowances.ts';
import { closeOverdue, readAssessment, readAttempt, saveResponse, startAttempt, submitAttempt } from './attempts.ts';
import { readMyOnboarding } from './my-onboarding.ts';

const { db } = await testDatabase();
const start = new Date('2026-11-10T08:00:00Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const exam = 'basics/exam';
const people = await makePeople(db, start);
const library = await openTestLibrary(db, start);
let learner: TestPerson;

beforeEach(async () => {
	learner = await makeClerk(db, library, start);
});

const begin = async (now = start, who = learner) => {
	const started = await startAttempt(db, library, who, exam, now, Math.random);
	if (started.code !== 'started') throw new Error(started.code);
	return started.id;
};

const questionOf = async (hash: string): Promise<Question> => {
	const item = await library.item(hash);
	if (item.kind !== 'question') throw new Error('no question');
	return item.question;
};

/** Form fields of the right answer, or of one that is wrong. */
async function fieldsFor(id: string, key: string, right: boolean): Promise<FormData> {
	const [row] = await db.select().from(attempt).where(eq(attempt.id, id));
	const drawn = row!.questions.find((one) => one.key === key)!;
	const question = await questionOf(drawn.hash);
	const answer = modelAnswer(question, 'en');
	if (!right && answer.kind === 'single') answer.choice = (answer.choice! + 1) % 3;
	const fields = new FormData();
	for (const [name, value] of fieldsOf(showResponse(question, drawn.arrangement, answer))) fields.append(name, value);
	return fields;
}

async function answer(id: string, key: string, right: boolean, revision: number, now = after(10), who = learner) {
	const fields = await fieldsFor(id, key, right);
	return saveResponse(db, library, who, { attempt: id, question: key, revision, flagged: false, fields }, now);
}

async function answerAll(id: string, right: number, now = after(10)) {
	const view = await readAttempt(db, library, learner, id, 'en', now);
	for (const [at, { key }] of view!.questions.entries()) await answer(id, key, at < right, 1, now);
}

describe('an attempt, step by step', () => {
	it('is started, answered, submitted and passed', async () => {
		const before = await readAssessment(db, library, learner, exam, 'en', start);
		expect(before).toMatchObject({ questions: 4, allowed: 2, attempts: [], open: null, start: { ok: true, number: 1 } });

		const id = await begin();
		const open = await readAttempt(db, library, learner, id, 'en', after(1));
		expect(open).toMatchObject({ state: 'open', number: 1, deadlineAt: after(600) });
		expect(open!.questions).toHaveLength(4);
		expect(open!.questions.every((one) => one.response === null && one.feedback === null && one.earned === null)).toBe(true);

		const { key } = open!.questions[0]!;
		expect(await answer(id, key, false, 1)).toMatchObject({ code: 'saved', revision: 1 });
		expect(await answer(id, key, true, 2)).toMatchObject({ code: 'saved', revision: 2 });
		await answerAll(id, 3, after(20));

		expect(await submitAttempt(db, library, learner, id, after(30))).toMatchObject({ code: 'submitted', passed: true });
		const result = await readAttempt(db, library, learner, id, 'en', after(31));
		expect(result).toMatchObject({ state: 'submitted', earned: 3, possible: 4, passed: true, submittedBy: 'person' });
		expect(result!.feedbackShown).toBe(true);
		expect(result!.questions.filter((one) => one.earned === 1)).toHaveLength(3);
		const [progress] = await db
			.select()
			.from(lessonProgress)
			.where(and(eq(lessonProgress.employeeId, learner.id), eq(lessonProgress.lesson, exam)));
		expect(progress!.doneAt).toEqual(after(30));
	});

	it('tells no feedback before it is passed, where the policy says so', async () => {
		const id = await begin();
		await answerAll(id, 2);
		await submitAttempt(db, library, learner, id, after(30));
		const result = await readAttempt(db, library, learner, id, 'en', after(31));
		expect(result).toMatchObject({ passed: false, earned: 2, feedbackShown: false });
		expect(result!.questions.every((one) => one.feedback === null)).toBe(true);
		expect(JSON.stringify(result)).not.toContain('SECRET');
	});

	it('counts nothing for what was not answered', async () => {
		const id = await begin();
		await submitAttempt(db, library, learner, id, after(30));
		expect(await readAttempt(db, library, learner, id, 'en', after(31))).toMatchObject({ earned: 0, possible: 4, passed: false });
	});

	it('ends after the allowed attempts, and a mentor can grant one more', async () => {
		for (const from of [0, 100]) {
			const id = await begin(after(from));
			await submitAttempt(db, library, learner, id, after(from + 50));
		}
		expect(await startAttempt(db, library, learner, exam, after(300), Math.random)).toMatchObject({ code: 'none-left' });
		const done = { employeeId: learner.id, openedAt: start, doneAt: start, doneRelease: library.current().id };
		await db.insert(lessonProgress).values(['basics/greet', 'basics/hold'].map((lesson) => ({ ...done, lesson })));
		const next = async () => (await readMyOnboarding(db, library, learner, 'en', after(300))).path.next?.lesson;
		expect(await next()).not.toBe('exam');
		const grant = {
			employeeId: learner.id,
			kind: 'attempt' as const,
			lesson: exam,
			reason: 'Was ill that day.',
			clientKey: crypto.randomUUID()
		};
		expect(await grantAllowance(db, library, people.hr, grant, after(301))).toEqual({ code: 'granted' });
		expect(await grantAllowance(db, library, people.hr, grant, after(302))).toEqual({ code: 'granted' });
		expect(await db.select().from(allowance).where(eq(allowance.employeeId, learner.id))).toHaveLength(1);
		expect(await next()).toBe('exam');
		await begin(after(310));
		expect(await readAssessment(db, library, learner, exam, 'en', after(311))).toMatchObject({ allowed: 3, open: { number: 3 } });
	});

	it('prefers questions that were not seen before', async () => {
		const first = await readAttempt(db, library, learner, await begin(), 'en', after(1));
		await submitAttempt(db, library, learner, first!.id, after(2));
		const second = await readAttempt(db, library, learner, await begin(after(3)), 'en', after(4));
		const seen = new Set(first!.questions.map((one) => one.key));
		// Six in the pool, four drawn: two must be new.
		expect(second!.questions.filter((one) => !seen.has(one.key))).toHaveLength(2);
	});

	it('needs the courses that come first', async () => {
		expect(await startAttempt(db, library, learner, 'advanced/final', start, Math.random)).toEqual({ code: 'prerequisite' });
		const view = await readAssessment(db, library, learner, 'advanced/final', 'en', start);
		expect(view!.waitsFor).toEqual([{ key: 'basics', title: 'Basics' }]);
	});
});

describe('time', () => {
	it('submits what was saved at the deadline, whoever looks first', async () => {
		const id = await begin();
		await answerAll(id, 4, after(599));
		expect(await closeOverdue(db, library, after(600))).toBeGreaterThanOrEqual(1);
		expect(await readAttempt(db, library, learner, id, 'en', after(700))).toMatchObject({
			state: 'submitted',
			submittedBy: 'deadline',
			submittedAt: after(600),
			passed: true
		});
	});

	it('refuses an answer at the deadline, and says so', async () => {
		const id = await begin();
		const view = await readAttempt(db, library, learner, id, 'en', after(1));
		const { key } = view!.questions[0]!;
		expect(await answer(id, key, true, 1, after(600))).toEqual({ code: 'closed' });
		expect(await db.select().from(response).where(eq(response.attemptId, id))).toHaveLength(0);
		expect(await readAttempt(db, library, learner, id, 'en', after(601))).toMatchObject({ state: 'submitted', earned: 0 });
	});

	it('closes an attempt that is read after its time, also when the clock jumps', async () => {
		const id = await begin();
		const view = await readAttempt(db, library, learner, id, 'en', after(86_400 * 400));
		expect(view).toMatchObject({ state: 'submitted', submittedBy: 'deadline', submittedAt: after(600) });
		// A clock that jumps back changes nothing any more.
		expect(await readAttempt(db, library, learner, id, 'en', after(-3600))).toMatchObject({ state: 'submitted' });
	});

	it('waits between attempts as the rules say', async () => {
		await db
			.update(enrolment)
			.set({ completedAt: start, completedRelease: library.current().id })
			.where(and(eq(enrolment.employeeId, learner.id), eq(enrolment.course, 'basics')));
		const started = await startAttempt(db, library, learner, 'advanced/final', start, Math.random);
		if (started.code !== 'started') throw new Error(started.code);
		await submitAttempt(db, library, learner, started.id, after(60));
		expect(await startAttempt(db, library, learner, 'advanced/final', after(120), Math.random)).toEqual({
			ok: false,
			code: 'wait',
			nextAt: after(60 + 86_400)
		});
		expect(await startAttempt(db, library, learner, 'advanced/final', after(60 + 86_400), Math.random)).toMatchObject({
			code: 'started'
		});
	});
});

describe('sent twice, or at once', () => {
	it('20 starts make one attempt', async () => {
		const starts = await Promise.all(
			Array.from({ length: 20 }, () => startAttempt(db, library, learner, exam, start, Math.random))
		);
		const ids = new Set(starts.map((one) => (one.code === 'started' ? one.id : one.code)));
		expect(ids.size).toBe(1);
		expect(await db.select().from(attempt).where(eq(attempt.employeeId, learner.id))).toHaveLength(1);
	});

	it('20 submits make one result and one completion', async () => {
		const id = await begin();
		await answerAll(id, 4);
		const results = await Promise.all(
			Array.from({ length: 20 }, (_, at) => submitAttempt(db, library, learner, id, after(30 + at)))
		);
		expect(results.every((one) => one.code === 'submitted' && one.passed)).toBe(true);
		const [row] = await db.select().from(attempt).where(eq(attempt.id, id));
		const first = row!.submittedAt;
		await submitAttempt(db, library, learner, id, after(500));
		const [again] = await db.select().from(attempt).where(eq(attempt.id, id));
		expect(again!.submittedAt).toEqual(first);
	});

	it('20 autosaves in any order leave the newest', async () => {
		const id = await begin();
		const { key } = (await readAttempt(db, library, learner, id, 'en', after(1)))!.questions[0]!;
		const right = await fieldsFor(id, key, true);
		const wrong = await fieldsFor(id, key, false);
		const revisions = Array.from({ length: 20 }, (_, at) => at + 1).sort(() => Math.random() - 0.5);
		await Promise.all(
			revisions.map((revision) =>
				saveResponse(
					db,
					library,
					learner,
					{ attempt: id, question: key, revision, flagged: false, fields: revision === 20 ? right : wrong },
					after(5)
				)
			)
		);
		const rows = await db.select().from(response).where(eq(response.attemptId, id));
		expect(rows).toHaveLength(1);
		expect(rows[0]!.revision).toBe(20);
		await submitAttempt(db, library, learner, id, after(30));
		expect(await readAttempt(db, library, learner, id, 'en', after(31))).toMatchObject({ earned: 1 });
	});

	it('the same save again is the same save; an older one is told of the newer', async () => {
		const id = await begin();
		const { key } = (await readAttempt(db, library, learner, id, 'en', after(1)))!.questions[0]!;
		expect(await answer(id, key, true, 3)).toMatchObject({ code: 'saved' });
		expect(await answer(id, key, true, 3)).toMatchObject({ code: 'saved' });
		expect(await answer(id, key, false, 3)).toMatchObject({ code: 'stale', revision: 3 });
		expect(await answer(id, key, false, 2)).toMatchObject({ code: 'stale', revision: 3 });
		const refused = await answer(id, key, false, 2);
		// What was typed last comes back beside the newer answer.
		expect(refused.code === 'stale' && refused.given).not.toEqual(refused.code === 'stale' && refused.response);
	});

	it('more submits at once than connections, on a server that has just started', async () => {
		const learners = await Promise.all(Array.from({ length: 15 }, () => makeClerk(db, library, start)));
		const ids: string[] = [];
		for (const one of learners) ids.push(await begin(start, one));
		// It has no item in memory yet.
		const fresh = new Library(db);
		await fresh.refresh();
		const results = await Promise.all(learners.map((one, at) => submitAttempt(db, fresh, one, ids[at]!, after(30))));
		expect(results.every((one) => one.code === 'submitted')).toBe(true);
	});

	it('a save that meets the submit either counts or is refused', async () => {
		const id = await begin();
		const { key } = (await readAttempt(db, library, learner, id, 'en', after(1)))!.questions[0]!;
		const [saved] = await Promise.all([answer(id, key, true, 1), submitAttempt(db, library, learner, id, after(10))]);
		const [row] = await db.select().from(attempt).where(eq(attempt.id, id));
		expect(saved.code === 'saved' ? 1 : 0).toBe(row!.earned);
		expect(await answer(id, key, true, 9, after(11))).toEqual({ code: 'closed' });
	});

	it('a passed assessment is not started again', async () => {
		const id = await begin();
		await answerAll(id, 4);
		await submitAttempt(db, library, learner, id, after(30));
		expect(await startAttempt(db, library, learner, exam, after(60), Math.random)).toMatchObject({ code: 'passed' });
	});
});

describe('who may', () => {
	it('nobody reads, saves or submits the attempt of somebody else', async () => {
		const id = await begin();
		const { key } = (await readAttempt(db, library, learner, id, 'en', after(1)))!.questions[0]!;
		for (const other of [people.otherLearner, people.mentor, people.hr, people.author, people.admin]) {
			expect(await readAttempt(db, library, other, id, 'en', after(1))).toBeNull();
			expect(await answer(id, key, true, 5, after(2), other)).toEqual({ code: 'missing' });
			expect(await submitAttempt(db, library, other, id, after(2))).toEqual({ code: 'missing' });
		}
		expect(await readAttempt(db, library, learner, id, 'en', after(3))).toMatchObject({ state: 'open' });
	});

	it('nobody starts what they are not enrolled in', async () => {
		expect(await startAttempt(db, library, people.otherLearner, exam, start, Math.random)).toEqual({ code: 'missing' });
		expect(await readAssessment(db, library, people.otherLearner, exam, 'en', start)).toBeNull();
		expect(await startAttempt(db, library, learner, 'basics/greet', start, Math.random)).toEqual({ code: 'missing' });
		expect(await startAttempt(db, library, learner, 'basics/nothing', start, Math.random)).toEqual({ code: 'missing' });
	});
});
