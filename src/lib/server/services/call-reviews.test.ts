import { and, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CallBody } from '../../core/academy.ts';
import { emptyDraft, type DraftMark, type ReviewDraft } from '../../core/review.ts';
import type { Db } from '../db/open.ts';
import { checkState, comparison, deskItem, mark, review, submission } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { makeClerk } from '../testing-content.ts';
import { makePeople, makePerson, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary, testCalls } from '../testing-practice.ts';
import { readCallReview, saveCallReview, startCallReview, submitCallReview, type TryWork } from './call-reviews.ts';
import { callView, readCall } from './calls.ts';

const { db, sql } = await testDatabase();
const begun = new Date('2026-11-10T08:00:00Z');
const after = (seconds: number) => new Date(begun.getTime() + seconds * 1000);
const name = 'basics/practice/review-calls';
const secret = /SECRET-(REASON|REVIEWER)-\d+/;
const people = await makePeople(db, begun);
const library = await openPracticeLibrary(db, begun);
let learner: TestPerson;

beforeEach(async () => {
	learner = await makeClerk(db, library, begun);
});

const read = (actor = learner, shown: number | null = null, locale = 'en', now = after(150)) =>
	readCallReview(db, library, actor, name, shown, locale, now);
const start = (clientKey: string = crypto.randomUUID(), now = after(1)) => startCallReview(db, library, learner, { name, clientKey }, now);
const submit = (work: Pick<TryWork, 'submission' | 'revision'>, now = after(100)) => submitCallReview(db, library, learner, work, now);

const given = (mark: number | null, more: Partial<DraftMark> = {}): DraftMark => ({ mark, comment: '', turns: [], seconds: [], snippet: null, ...more });
/** The marks of the reference, or near them. */
const draftOf = (greeting: number, empathy: number | null, date: number): ReviewDraft => ({
	marks: { greeting: given(greeting), empathy: given(empathy, { comment: empathy === null ? 'Nobody was upset.' : '' }), date: given(date, { turns: ['t3'] }) },
	flags: [{ turn: 't3', is: 'breaks', clause: 'phone.hold', note: 'No date.' }],
	comment: ''
});
/** Right about both calls of the test academy: late-delivery gives no date, wrong-colour does. */
const right = { 'calls/late-delivery': draftOf(1, 4, 0), 'calls/wrong-colour': draftOf(1, 4, 2) };
const wrong = draftOf(0, 1, 1);

/** Starts, saves this draft and gives what can be handed in. */
async function worked(draft: ReviewDraft): Promise<TryWork> {
	expect((await start()).code).toBe('started');
	const { work } = (await read())!;
	expect(await saveCallReview(db, learner, { review: work!.review, revision: work!.revision + 1, draft }, after(50))).toMatchObject({ code: 'saved' });
	return (await read())!.work!;
}
const rowsOf = (actor = learner) => db.select().from(submission).where(eq(submission.employeeId, actor.id)).orderBy(submission.number);
async function stateOfExercise() {
	const [row] = await db.select().from(checkState).where(and(eq(checkState.employeeId, learner.id), eq(checkState.exercise, name)));
	return row && { done: row.done, met: row.metAt !== null };
}
/** As the review desk does it. */
async function returnByMentor(id: string, reason: string) {
	await db.update(submission).set({ state: 'returned', decidedAt: after(200), decidedBy: people.mentor.id, reason, againBy: after(9000) }).where(eq(submission.id, id));
	await db.update(deskItem).set({ finishedAt: after(200), finishedBy: people.mentor.id }).where(eq(deskItem.submissionId, id));
}

describe('starting', () => {
	it('reading begins nothing', async () => {
		expect(await read()).toMatchObject({ calls: 2, left: 2, tries: [], next: { call: 'Call late-delivery', again: false }, work: null, result: null });
		expect(await rowsOf()).toEqual([]);
	});

	it('twenty pages at once begin one try', async () => {
		const outcomes = await Promise.all(Array.from({ length: 20 }, () => start()));
		const ids = new Set(outcomes.map((one) => (one.code === 'started' ? one.id : one.code)));
		expect(ids.size).toBe(1);
		expect(await rowsOf()).toHaveLength(1);
		expect(await db.select().from(review).where(eq(review.reviewerId, learner.id))).toHaveLength(1);
	});

	it('the same start sent again later is the same try, also when it is over', async () => {
		const key = crypto.randomUUID();
		const first = await start(key);
		const { work } = (await read())!;
		await saveCallReview(db, learner, { review: work!.review, revision: 1, draft: wrong }, after(2));
		expect(await submit({ ...work!, revision: 1 })).toMatchObject({ state: 'failed' });
		expect(await start(key)).toEqual(first);
		expect(await rowsOf()).toHaveLength(1);
	});

	it('is for those who have the course', async () => {
		expect(await readCallReview(db, library, people.otherLearner, name, null, 'en', begun)).toBeNull();
		expect(await startCallReview(db, library, people.otherLearner, { name, clientKey: crypto.randomUUID() }, begun)).toEqual({ code: 'missing' });
		expect(await startCallReview(db, library, learner, { name: 'basics/practice/kettle', clientKey: crypto.randomUUID() }, begun)).toEqual({ code: 'missing' });
	});
});

describe('saving', () => {
	it('an older revision never overwrites, and brings the newer draft back', async () => {
		await start();
		const { review } = (await read())!.work!;
		const newer = draftOf(1, 2, 0);
		await saveCallReview(db, learner, { review, revision: 3, draft: newer }, after(10));
		expect(await saveCallReview(db, learner, { review, revision: 2, draft: wrong }, after(20))).toEqual({ code: 'older', revision: 3, savedAt: after(10), draft: newer });
		expect((await read())!.work).toMatchObject({ draft: newer, revision: 3 });
	});

	it('is closed after handing in, and nobody else’s', async () => {
		const work = await worked(wrong);
		expect(await saveCallReview(db, people.otherLearner, { review: work.review, revision: 9, draft: emptyDraft() }, after(60))).toEqual({ code: 'missing' });
		await submit(work);
		expect(await saveCallReview(db, learner, { review: work.review, revision: 9, draft: emptyDraft() }, after(110))).toEqual({ code: 'closed' });
	});
});

describe('handing in', () => {
	it('tells what is missing, and writes nothing', async () => {
		const work = await worked({ ...emptyDraft(), marks: { greeting: given(1), empathy: given(null) } });
		expect(await submit(work)).toEqual({
			code: 'incomplete',
			lacks: [
				{ criterion: 'empathy', lacks: 'no-reason' },
				{ criterion: 'date', lacks: 'unmarked' }
			]
		});
		expect(await stateOfExercise()).toBeUndefined();
		expect(await db.select().from(comparison).where(eq(comparison.reviewId, work.review))).toEqual([]);
	});

	it('passed: accepted by the comparison, the exercise is met, and no other try begins', async () => {
		const work = await worked(right['calls/late-delivery']);
		expect(await submit(work)).toEqual({ code: 'submitted', state: 'accepted' });
		const [row] = await rowsOf();
		expect(row).toMatchObject({ state: 'accepted', decidedBy: null, decidedAt: after(100), submittedAt: after(100) });
		expect(await stateOfExercise()).toEqual({ done: 'submitted', met: true });
		expect(await db.select().from(mark).where(eq(mark.reviewId, work.review))).toHaveLength(3);
		expect(await start()).toEqual({ code: 'accepted' });
		const view = (await read())!;
		expect(view).toMatchObject({ next: null, work: null, left: 1 });
		expect(view.result).toMatchObject({
			state: 'accepted',
			told: { passed: true, because: [], failures: { of: 1, missed: [] } },
			flags: [
				{ turn: 't1', is: 'serves', was: 'missed', clause: { id: 'phone.greeting' } },
				{ turn: 't3', is: 'breaks', was: 'found', note: 'No date.' }
			]
		});
	});

	it('not passed: failed, and the next try is on the next call', async () => {
		const work = await worked(wrong);
		expect(await submit(work)).toEqual({ code: 'submitted', state: 'failed' });
		expect(await stateOfExercise()).toEqual({ done: 'submitted', met: false });
		const view = (await read())!;
		expect(view).toMatchObject({ left: 1, next: { call: 'Call wrong-colour', again: false } });
		expect(view.result!.criteria.map(({ key }) => key)).toEqual(['greeting', 'empathy', 'date']);
		expect(view.result!.criteria.at(-1)).toMatchObject({ own: { mark: 1 }, reference: { mark: 0, turns: ['t3'] }, agreement: 0.5 });
		await start();
		expect((await read())!.work!.call.title).toBe('Call wrong-colour');
		// The first result can still be looked at.
		expect((await read(learner, 1))!.result!.number).toBe(1);
		expect((await read(learner, 7))!.work).not.toBeNull();
	});

	it('twenty at once have one effect', async () => {
		const work = await worked(wrong);
		const outcomes = await Promise.all(Array.from({ length: 20 }, () => submit(work)));
		expect(new Set(outcomes.map((one) => JSON.stringify(one)))).toEqual(new Set(['{"code":"submitted","state":"failed"}']));
		expect(await db.select().from(comparison).where(eq(comparison.reviewId, work.review))).toHaveLength(1);
		expect(await db.select().from(mark).where(eq(mark.reviewId, work.review))).toHaveLength(3);
	});

	it('of another revision than the page showed is refused', async () => {
		const work = await worked(wrong);
		expect(await submit({ ...work, revision: work.revision + 1 })).toEqual({ code: 'older' });
		expect((await rowsOf())[0]!.state).toBe('draft');
	});

	it('somebody else’s does not exist', async () => {
		const work = await worked(wrong);
		expect(await submitCallReview(db, library, people.otherLearner, work, after(100))).toEqual({ code: 'missing' });
		expect(await submitCallReview(db, library, people.mentor, work, after(100))).toEqual({ code: 'missing' });
	});

	it('when no call is left a mentor decides; after a return the last call comes again and waits, however it is marked', async () => {
		await submit(await worked(wrong));
		const last = await worked(wrong);
		const outcomes = await Promise.all(Array.from({ length: 20 }, () => submit(last)));
		expect(outcomes.every((one) => one.code === 'submitted' && one.state === 'waiting')).toBe(true);
		expect(await db.select().from(deskItem).where(eq(deskItem.submissionId, last.submission))).toMatchObject([{ kind: 'call-review', round: 2, employeeId: learner.id }]);
		expect((await rowsOf())[1]).toMatchObject({ state: 'waiting', decidedAt: null });
		expect(await start()).toEqual({ code: 'waiting' });
		expect((await read())!.next).toBeNull();
		expect((await read())!.result!.waiting).toEqual({ since: after(100), claimed: false, usual: null });
		await db.update(deskItem).set({ claimedBy: people.mentor.id, claimedUntil: after(180) }).where(eq(deskItem.submissionId, last.submission));
		expect((await read())!.result!.waiting!.claimed).toBe(true);
		expect((await read(learner, null, 'en', after(181)))!.result!.waiting!.claimed).toBe(false);
		// The try before was decided by the comparison.
		expect((await read(learner, 1))!.result!.waiting).toBeNull();

		await returnByMentor(last.submission, 'Listen to the third turn again.');
		expect(await read()).toMatchObject({
			left: 0,
			next: { call: 'Call wrong-colour', again: true },
			result: { waiting: null, mentor: { name: 'Maria Mentor', reason: 'Listen to the third turn again.' } }
		});
		const again = await worked(right['calls/wrong-colour']);
		expect(again).toMatchObject({ again: true, number: 3, returned: { reason: 'Listen to the third turn again.' } });
		expect(await submit(again)).toEqual({ code: 'submitted', state: 'waiting' });
		expect(await stateOfExercise()).toEqual({ done: 'submitted', met: false });
	});
});

describe('the reference', () => {
	const everything = async (actor = learner) => JSON.stringify([await read(actor), await read(actor, 1), await read(actor, 2), await read(actor, null, 'ru')]);

	it('leaves the server with the result of that call, never before and for nobody else', async () => {
		expect(await everything()).not.toMatch(secret);
		const started = await start();
		expect(JSON.stringify(started)).not.toMatch(secret);
		expect(await everything()).not.toMatch(secret);
		const work = await worked({ ...wrong, marks: { greeting: given(0) } });
		expect(JSON.stringify([work, await submit(work), await saveCallReview(db, learner, { review: work.review, revision: 1, draft: wrong }, after(60))])).not.toMatch(secret);
		await saveCallReview(db, learner, { review: work.review, revision: work.revision + 1, draft: wrong }, after(70));
		expect(JSON.stringify(await submit({ ...work, revision: work.revision + 1 }))).not.toMatch(secret);

		// Now it may, for this call alone.
		expect(JSON.stringify(await read())).toMatch(secret);
		expect(await readCallReview(db, library, people.otherLearner, name, 1, 'en', begun)).toBeNull();
		expect(await readCallReview(db, library, people.mentor, name, 1, 'en', begun)).toBeNull();
		await start();
		const next = await read();
		expect(next!.work!.call.title).toBe('Call wrong-colour');
		expect(JSON.stringify(next)).not.toMatch(secret);
		expect(JSON.stringify(await readCall(library, learner, 'late-delivery', 'en', begun))).not.toMatch(secret);
	});

	it('another learner with the same exercise sees none of it', async () => {
		await submit(await worked(wrong));
		const other = await makeClerk(db, library, begun);
		expect(await everything(other)).not.toMatch(secret);
	});
});

describe('the usual wait', () => {
	it('is told from the newest call reviews that were judged, of everybody', async () => {
		const others = await Promise.all(Array.from({ length: 6 }, async (_, nth) => makePerson(db, begun, { name: `Waited ${nth}` })));
		for (const [nth, { id }] of others.entries()) {
			const [row] = await db
				.insert(submission)
				.values({ employeeId: id, exercise: name, kind: 'call-review', number: 1, state: 'accepted', itemHash: library.current().exercise(name)!.exercise.hash, startedAt: begun, submittedAt: begun, decidedAt: begun, decidedBy: people.mentor.id, clientKey: crypto.randomUUID() })
				.returning({ id: submission.id });
			// Handed in on a Tuesday, judged on that day, or up to two working days later.
			const finishedAt = after((nth % 3) * 86_400);
			await db.insert(deskItem).values({ kind: 'call-review', employeeId: id, submissionId: row!.id, round: 1, waitingSince: begun, finishedAt, finishedBy: people.mentor.id });
		}
		await submit(await worked(wrong));
		await submit(await worked(wrong));
		const { usual } = (await read())!.result!.waiting!;
		expect(usual).toMatchObject({ from: 0, to: 2 });
		expect(usual!.n).toBeGreaterThanOrEqual(6);
	});
});

describe('cost', () => {
	it('two queries, whatever there is; one more while it waits', async () => {
		const counted = drizzle(sql, { logger: { logQuery: () => void queries++ } }) as unknown as Db;
		let queries = 0;
		const costOf = async () => {
			queries = 0;
			await readCallReview(counted, library, learner, name, null, 'en', begun);
			return queries;
		};
		// The scorecard is asked for only when there is something to show on it.
		expect(await costOf()).toBe(1);
		await submit(await worked(wrong));
		expect(await costOf()).toBe(2);
		const last = await worked(wrong);
		expect(await costOf()).toBe(2);
		await submit(last);
		expect(await costOf()).toBe(3);
	});
});

describe('a call to hear', () => {
	it('is in the language it was recorded in, else in the default one', async () => {
		expect(await readCall(library, learner, 'late-delivery', 'ru', begun)).toMatchObject({ locale: 'ru', title: 'Call late-delivery (ru)', audio: null });
		expect(await readCall(library, learner, 'nowhere', 'ru', begun)).toBeNull();
	});

	it('with sound names the file of its language', () => {
		const body: CallBody = { ...testCalls[0], audio: { en: { hash: 'a'.repeat(64), seconds: 15.5 } } };
		expect(callView(library.current(), body, 'en', begun).audio).toEqual({ src: `/sounds/${'a'.repeat(64)}.mp3`, seconds: 15.5 });
		expect(callView(library.current(), body, 'bg', begun).audio).toBeNull();
	});
});
