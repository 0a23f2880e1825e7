import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyDraft, type DraftMark, type ReviewDraft } from '../../core/review.ts';
import { testDatabase } from '../db/testing.ts';
import { dispute, mark, markEvidence, mentorship, review, ruling, snippet, submission, turnFlag } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { makePeople, makePerson, type TestPeople, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { correctMark, finishReview, readReview, saveDraft, scorecardView, startReview } from './reviews.ts';

const { db } = await testDatabase();
const start = new Date('2026-11-10T08:00:00Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const exercise = 'basics/practice/apology';
let people: TestPeople;
let library: Library;
let learner: TestPerson;
let scorecardHash: string;
let count = 0;

beforeAll(async () => {
	people = await makePeople(db, start);
	library = await openPracticeLibrary(db, start);
	scorecardHash = library.current().scorecard('phone')!.hash;
});

let submissionId: string;
beforeEach(async () => {
	learner = await makePerson(db, start, { name: `Learner ${++count}` });
	await db.insert(mentorship).values({ mentorId: people.mentor.id, menteeId: learner.id, since: start });
	const [row] = await db
		.insert(submission)
		.values({
			employeeId: learner.id,
			exercise,
			kind: 'recording',
			number: 1,
			state: 'waiting',
			itemHash: library.current().exercise(exercise)!.exercise.hash,
			scorecardHash,
			clientKey: crypto.randomUUID(),
			startedAt: start,
			submittedAt: start
		})
		.returning({ id: submission.id });
	submissionId = row!.id;
});

const begin = (reviewer: TestPerson = people.mentor, now = start) =>
	startReview(db, { kind: 'mentor', employeeId: learner.id, reviewerId: reviewer.id, submissionId, scorecardHash }, now);

const given = (mark: number | null, more: Partial<DraftMark> = {}): DraftMark => ({
	mark,
	comment: '',
	turns: [],
	seconds: [],
	snippet: null,
	...more
});
const whole = (more: Partial<ReviewDraft> = {}): ReviewDraft => ({
	...emptyDraft(),
	marks: { greeting: given(1), empathy: given(3, { comment: 'Warm.', seconds: [2.5] }), date: given(2, { turns: ['t3'] }) },
	...more
});
const save = (reviewId: string, revision: number, draft: unknown = whole(), who: TestPerson = people.mentor, now = after(revision)) =>
	saveDraft(db, who, { reviewId, revision, draft }, now);

async function finished(draft = whole()) {
	const { id } = await begin();
	await save(id, 1, draft);
	expect(await finishReview(db, library, id, after(60))).toMatchObject({ code: 'finished' });
	return id;
}
const markOf = async (reviewId: string, criterion: string) =>
	(await readReview(db, library, reviewId, 'en'))!.marks.find((one) => one.criterion === criterion)!;
const correction = (markId: string, mark: number | null, more = {}) => ({
	markId,
	mark,
	comment: 'Heard again.',
	reason: 'I had missed the second sentence.',
	clientKey: crypto.randomUUID(),
	...more
});

describe('a draft', () => {
	it('is begun once and found again', async () => {
		const first = await begin();
		expect(first).toEqual({ id: first.id, revision: 0, draft: emptyDraft() });
		await save(first.id, 1);
		expect(await begin()).toEqual({ id: first.id, revision: 1, draft: whole() });
		const many = await Promise.all(Array.from({ length: 8 }, () => begin()));
		expect(new Set(many.map(({ id }) => id))).toEqual(new Set([first.id]));
	});

	it('never overwrites a newer one with an older one', async () => {
		const { id } = await begin();
		expect(await save(id, 2)).toEqual({ code: 'saved', revision: 2, savedAt: after(2) });
		expect(await save(id, 1, emptyDraft())).toEqual({ code: 'older', revision: 2 });
		expect(await save(id, 2, emptyDraft())).toEqual({ code: 'older', revision: 2 });
		expect(await save(id, 2, whole(), people.mentor, after(99))).toEqual({ code: 'saved', revision: 2, savedAt: after(2) });
		await Promise.all([5, 3, 7, 4, 6].map((revision) => save(id, revision, whole({ comment: `${revision}` }))));
		expect(await begin()).toMatchObject({ revision: 7, draft: { comment: '7' } });
	});

	it('is the reviewer’s alone, and only while the learner is their mentee', async () => {
		const { id } = await begin();
		for (const who of [people.otherMentor, learner, people.hr, people.admin]) {
			expect(await save(id, 1, whole(), who)).toEqual({ code: 'missing' });
		}
		expect(await save(crypto.randomUUID(), 1)).toEqual({ code: 'missing' });
		await db.update(mentorship).set({ until: start }).where(eq(mentorship.menteeId, learner.id));
		expect(await save(id, 1)).toEqual({ code: 'missing' });
	});

	it('holds marks of this scorecard only', async () => {
		const { id } = await begin();
		for (const marks of [
			{ unknown: given(1) },
			{ greeting: given(0.5) },
			{ greeting: given(7) },
			{ greeting: { mark: 1 } },
			{ greeting: given(1, { seconds: [-1] }) },
			{ greeting: given(1, { comment: 'x'.repeat(4001) }) }
		]) {
			expect(await save(id, 1, { ...emptyDraft(), marks })).toEqual({ code: 'invalid' });
		}
		for (const draft of [null, 'text', [], {}, { marks: {} }]) expect(await save(id, 1, draft)).toEqual({ code: 'invalid' });
		expect(await save(id, 0)).toEqual({ code: 'invalid' });
		expect(await save(id, 1, whole({ comment: 'a\0b\ud800 😀' }))).toMatchObject({ code: 'saved' });
		expect(await begin()).toMatchObject({ draft: { comment: 'ab\ufffd 😀' } });
	});

	it('steps back when somebody else takes the work, and comes back with it', async () => {
		const first = await begin();
		await save(first.id, 1);
		const second = await begin(people.otherMentor, after(2));
		expect(second).toMatchObject({ revision: 0, draft: emptyDraft() });
		// Typed while it was taken away: kept.
		expect(await save(first.id, 2, whole({ comment: 'more' }))).toMatchObject({ code: 'saved' });
		await expect(finishReview(db, library, first.id, after(3))).rejects.toThrow('does not stand');
		expect(await begin(people.mentor, after(4))).toMatchObject({ id: first.id, revision: 2, draft: { comment: 'more' } });
	});
});

describe('finishing', () => {
	it('needs every mark, and a reason where one does not apply', async () => {
		const { id } = await begin();
		expect(await finishReview(db, library, id, after(1))).toEqual({
			code: 'incomplete',
			lacks: ['greeting', 'empathy', 'date'].map((criterion) => ({ criterion, lacks: 'unmarked' }))
		});
		await save(id, 1, whole({ marks: { greeting: given(null, { comment: 'n/a' }), empathy: given(null, { comment: '  ' }), date: given(1) } }));
		expect(await finishReview(db, library, id, after(2))).toEqual({
			code: 'incomplete',
			lacks: [
				{ criterion: 'greeting', lacks: 'not-allowed' },
				{ criterion: 'empathy', lacks: 'no-reason' }
			]
		});
		expect(await db.select().from(mark).where(eq(mark.reviewId, id))).toEqual([]);
	});

	it('writes marks, what proves them, flags and the score', async () => {
		const flag = { turn: 't3', is: 'breaks', clause: 'phone.hold', note: 'No date' } as const;
		const id = await finished(whole({ flags: [flag, flag], marks: { ...whole().marks, empathy: given(3, { seconds: [2.5, 2.5, 1], turns: ['t1'] }) } }));
		const read = (await readReview(db, library, id, 'en'))!;
		expect(read).toMatchObject({ kind: 'mentor', reviewer: { name: 'Maria Mentor' }, finishedAt: after(60), submissionId });
		expect(read.marks.map(({ criterion, mark, turns, seconds }) => ({ criterion, mark, turns, seconds }))).toEqual([
			{ criterion: 'greeting', mark: 1, turns: [], seconds: [] },
			{ criterion: 'empathy', mark: 3, turns: ['t1'], seconds: [1, 2.5] },
			{ criterion: 'date', mark: 2, turns: ['t3'], seconds: [] }
		]);
		expect(read.flags).toEqual([{ turn: 't3', is: 'breaks', clause: { id: 'phone.hold', title: library.current().clause('phone.hold')!.clause.title['en'] }, note: 'No date' }]);
		// Opening 40: (1 + .5) / 2; promise 60: 1.
		expect(read.score).toMatchObject({ raw: 90, final: 90, critical: 1, failures: [], weight: 100 });
		const [row] = await db.select().from(review).where(eq(review.id, id));
		expect(row).toMatchObject({ raw: 90, final: 90, critical: 1, formula: 1 });
	});

	it('leaves out what does not apply, and keeps the raw score beside a critical failure', async () => {
		const id = await finished(whole({ marks: { greeting: given(1), empathy: given(null, { comment: 'Nobody to meet.' }), date: given(0) } }));
		const read = (await readReview(db, library, id, 'en'))!;
		expect(read.score).toMatchObject({ raw: 40, final: 0, critical: 0, failures: ['date'] });
		expect(read.marks[1]).toMatchObject({ mark: null, comment: 'Nobody to meet.' });
	});

	it('happens once, however often it is sent', async () => {
		const { id } = await begin();
		await save(id, 1);
		const outcomes = await Promise.all(Array.from({ length: 10 }, (_, i) => finishReview(db, library, id, after(10 + i))));
		expect(new Set(outcomes.map((one) => JSON.stringify(one))).size).toBe(1);
		expect(outcomes[0]).toMatchObject({ code: 'finished', score: { raw: 90 } });
		const rows = await db.select().from(mark).where(eq(mark.reviewId, id));
		expect(rows).toHaveLength(3);
		const proofs = await db.select().from(markEvidence).innerJoin(mark, eq(mark.id, markEvidence.markId)).where(eq(mark.reviewId, id));
		expect(proofs).toHaveLength(2);
		expect(await save(id, 5)).toEqual({ code: 'finished' });
	});

	it('keeps the version of the snippet a comment began as, if it is the reviewer’s', async () => {
		const snippets = await db
			.insert(snippet)
			.values([people.mentor, people.otherMentor].map(({ id }) => ({ lineId: crypto.randomUUID(), version: 1, ownerId: id, body: 'Say the date.', at: start })))
			.returning({ id: snippet.id });
		const [own, foreign] = snippets.map(({ id }) => id);
		const id = await finished(whole({ marks: { greeting: given(1, { snippet: own! }), empathy: given(3, { snippet: foreign! }), date: given(2, { snippet: crypto.randomUUID() }) } }));
		const rows = await db.select().from(mark).where(eq(mark.reviewId, id));
		expect(rows.map(({ criterion, snippetId }) => [criterion, snippetId]).sort()).toEqual([
			['date', null],
			['empathy', null],
			['greeting', own]
		]);
	});

	it('of an unknown review is a broken invariant', async () => {
		await expect(finishReview(db, library, crypto.randomUUID(), start)).rejects.toThrow();
		expect(await readReview(db, library, crypto.randomUUID(), 'en')).toBeNull();
	});
});

describe('a correction', () => {
	it('is a new row with a reason; the old mark stays and the score follows', async () => {
		const id = await finished();
		const old = await markOf(id, 'empathy');
		expect(await correctMark(db, library, people.mentor, correction(old.id, 5), after(100))).toMatchObject({ code: 'corrected', score: { raw: 100 } });
		const now = await markOf(id, 'empathy');
		expect(now).toMatchObject({ mark: 5, reason: 'I had missed the second sentence.', seconds: [2.5], by: { name: 'Maria Mentor' } });
		expect(now.earlier).toMatchObject([{ id: old.id, mark: 3, comment: 'Warm.', reason: null }]);
		const [before] = await db.select().from(mark).where(eq(mark.id, old.id));
		expect(before).toMatchObject({ mark: 3, comment: 'Warm.', supersededAt: after(100) });
		const [row] = await db.select().from(review).where(eq(review.id, id));
		expect(row).toMatchObject({ raw: 100, draft: whole() });

		await correctMark(db, library, people.mentor, correction(now.id, 1), after(200));
		expect((await markOf(id, 'empathy')).earlier.map((one) => one.mark)).toEqual([5, 3]);
	});

	it('sent twice is one, and of two at once one stands', async () => {
		const id = await finished();
		const old = await markOf(id, 'date');
		const sent = correction(old.id, 1);
		const both = await Promise.all([1, 2].map(() => correctMark(db, library, people.mentor, sent, after(100))));
		expect(both.map(({ code }) => code)).toEqual(['corrected', 'corrected']);
		const greeting = await markOf(id, 'greeting');
		const race = await Promise.all([0, 0, 0].map((mark) => correctMark(db, library, people.mentor, correction(greeting.id, mark), after(101))));
		expect(race.map(({ code }) => code).sort()).toEqual(['corrected', 'older', 'older']);
		expect(await db.select().from(mark).where(eq(mark.reviewId, id))).toHaveLength(5);
	});

	it('says what is wrong with it', async () => {
		const id = await finished();
		const [date, empathy] = [await markOf(id, 'date'), await markOf(id, 'empathy')];
		const tried = async (one: ReturnType<typeof correction>, who: TestPerson = people.mentor) => (await correctMark(db, library, who, one, after(100))).code;
		expect(await tried(correction(date.id, 1, { reason: ' ' }))).toBe('no-reason');
		expect(await tried(correction(date.id, 1.5))).toBe('invalid');
		expect(await tried(correction(date.id, null))).toBe('invalid');
		expect(await tried(correction(empathy.id, null, { comment: '' }))).toBe('no-comment');
		expect(await tried(correction(date.id, 1, { reason: 'x'.repeat(2001) }))).toBe('too-long');
		expect(await tried(correction(crypto.randomUUID(), 1))).toBe('missing');
		for (const who of [people.otherMentor, learner, people.hr]) expect(await tried(correction(date.id, 1), who)).toBe('missing');
		await db.insert(dispute).values({ markId: date.id, reviewId: id, criterion: 'date', raisedBy: learner.id, reviewerId: people.mentor.id, reason: 'I said Friday.', raisedAt: after(90) });
		expect(await tried(correction(date.id, 1))).toBe('disputed');
		expect((await markOf(id, 'date')).disputes).toMatchObject([{ markId: date.id, reason: 'I said Friday.', decided: null }]);
	});
});

describe('a scorecard', () => {
	it('is shown in one language with clauses and rulings, newest first', async () => {
		const view = await scorecardView(db, library, scorecardHash, 'bg');
		expect(view).toMatchObject({ key: 'phone', title: 'Phone scorecard (bg)', mode: 'nested' });
		const [greeting, empathy] = view.sections[0]!.criteria;
		expect(greeting).toMatchObject({ clause: { id: 'phone.greeting' }, rulings: [], anchors: [{ mark: 0, words: 'No name (bg)' }, { mark: 1 }] });
		expect(empathy).toMatchObject({ clause: null, min: 1, max: 5 });

		const id = await finished();
		const { id: markId } = await markOf(id, 'greeting');
		const [row] = await db.insert(dispute).values({ markId, reviewId: id, criterion: 'greeting', raisedBy: learner.id, reviewerId: people.mentor.id, reason: 'Why?', raisedAt: start }).returning({ id: dispute.id });
		await db.insert(ruling).values({ scorecard: 'phone', criterion: 'greeting', body: 'The first name is enough.', disputeId: row!.id, madeBy: people.otherMentor.id, madeAt: after(5) });
		const again = await scorecardView(db, library, scorecardHash, 'en');
		expect(again.sections[0]!.criteria[0]!.rulings).toEqual([{ body: 'The first name is enough.', madeAt: after(5) }]);
	});
});

describe('a learner’s own review', () => {
	it('is saved and finished like a mentor’s', async () => {
		const { id } = await startReview(db, { kind: 'learner', employeeId: learner.id, reviewerId: learner.id, submissionId, scorecardHash }, start);
		expect(await save(id, 1, whole(), people.mentor)).toEqual({ code: 'missing' });
		expect(await save(id, 1, whole({ flags: [{ turn: 't1', is: 'serves', clause: 'phone.greeting', note: '' }] }), learner)).toMatchObject({ code: 'saved' });
		expect(await finishReview(db, library, id, after(9))).toMatchObject({ code: 'finished' });
		expect(await db.select().from(turnFlag).where(eq(turnFlag.reviewId, id))).toMatchObject([{ turn: 't1', note: null }]);
		const { id: markId } = await markOf(id, 'date');
		expect(await correctMark(db, library, learner, correction(markId, 1), after(100))).toEqual({ code: 'missing' });
		// The mentor's stands beside it.
		expect((await begin()).id).not.toBe(id);
	});
});
