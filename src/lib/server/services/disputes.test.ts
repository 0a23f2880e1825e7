import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { deskItem, dispute, employee, mark, review, ruling, snippet } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { enrolAsClerk } from '../testing-content.ts';
import { makeMentored, makePerson, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { claimItem, decideSubmission, readDesk, saveJudgement } from './desk.ts';
import { decideDispute, listDisputesForHr, raiseDispute } from './disputes.ts';
import { readJudgedSubmission, readJudging, readOwnSubmissions } from './judging.ts';
import { readMyOnboarding } from './my-onboarding.ts';
import { markNewsSeen } from './news.ts';
import { correctMark, readReview, scorecardView } from './reviews.ts';
import { keepSnippet, listSnippets, putSnippetAway } from './snippets.ts';
import { handIn } from './submissions.ts';
import { readUsualWaits } from './waiting.ts';

const { db } = await testDatabase();
const start = new Date('2026-11-10T08:00:00Z');
const day = 86_400_000;
const after = (days: number) => new Date(start.getTime() + days * day);
const exercise = 'basics/practice/own-words';
let library: Library;
let hr: TestPerson;
let learner: TestPerson;
let mentor: TestPerson;
let second: TestPerson;
let stranger: TestPerson;

beforeAll(async () => {
	library = await openPracticeLibrary(db, start);
	hr = await makePerson(db, start, { name: 'Hr', roles: ['hr'] });
});
beforeEach(async () => {
	({ learner, mentor, second, stranger } = await makeMentored(db, start));
	await enrolAsClerk(db, library, learner.id, start);
});

const draft = (date: number) => ({
	flags: [],
	comment: '',
	marks: Object.fromEntries(Object.entries({ greeting: 1, empathy: 3, date }).map(([key, mark]) => [key, { mark, comment: '', turns: [], seconds: [], snippet: null }]))
});
async function hand(answer = 'Good morning.', now = start) {
	const itemHash = library.current().exercise(exercise)!.exercise.hash;
	const scorecardHash = library.current().scorecard('phone')!.hash;
	const handed = await handIn(db, library.current(), { employeeId: learner.id, exercise, kind: 'open', itemHash, scorecardHash, answer, clientKey: crypto.randomUUID() }, now);
	if (handed.code !== 'waiting') throw new Error(handed.code);
	return handed;
}
/** Handed in, marked and decided; the ids of its submission, review and contested mark. */
async function judged(decision: 'accept' | 'return' = 'return') {
	const { deskItemId, submissionId } = await hand();
	await claimItem(db, mentor, deskItemId, start);
	await saveJudgement(db, mentor, { itemId: deskItemId, revision: 1, draft: draft(0) }, start);
	const outcome = await decideSubmission(db, library, mentor, { itemId: deskItemId, decision, confirmed: ['date'], reason: 'No date.', againBy: '2026-11-12', unsaved: null }, start);
	expect(outcome.code).toBe('decided');
	const [own] = await db.select().from(review).where(eq(review.submissionId, submissionId));
	const marks = await db.select().from(mark).where(eq(mark.reviewId, own!.id));
	return { submissionId, deskItemId, reviewId: own!.id, markId: marks.find(({ criterion }) => criterion === 'date')!.id };
}
const raise = (markId: string, now = after(1), who = learner, more = {}) => raiseDispute(db, who, { markId, reason: 'I said Friday.', clientKey: crypto.randomUUID(), ...more }, now);
const itemOf = async () => {
	const rows = await db.select().from(deskItem).where(eq(deskItem.employeeId, learner.id));
	return rows.find(({ kind }) => kind === 'dispute')!;
};
const settle = (who: TestPerson, itemId: string, more = {}, now = after(2)) =>
	decideDispute(db, library, who, { itemId, decision: 'kept', mark: Number.NaN, comment: '', reason: 'Friday is not in the text.', ruling: '', clientKey: crypto.randomUUID(), ...more }, now);

describe('raising a dispute', () => {
	it('puts it on the desk of everybody but the reviewer, once', async () => {
		const { markId } = await judged();
		expect(await raise(markId)).toEqual({ code: 'raised' });
		await Promise.all([raise(markId), raise(markId)]);
		expect(await db.select().from(dispute).where(eq(dispute.raisedBy, learner.id))).toMatchObject([{ criterion: 'date', reviewerId: mentor.id }]);
		const list = (who: TestPerson) => readDesk(db, library, who, { filter: { kind: 'dispute', person: null, who: 'all' }, after: null, locale: 'en' }, after(1));
		expect((await list(second)).lines).toMatchObject([{ kind: 'dispute', title: 'Practice', criterion: 'Gives a date' }]);
		for (const who of [mentor, stranger]) expect(await list(who)).toMatchObject({ lines: [], waiting: 0 });
		expect((await listDisputesForHr(db, hr)).disputes.map(({ person, criterion }) => [person, criterion?.en])).toContainEqual([learner.name, 'Gives a date']);
		expect(await listDisputesForHr(db, mentor)).toEqual({ disputes: [], total: 0 });
	});

	it('needs a reason, the own work, and fourteen days', async () => {
		const { markId } = await judged();
		expect(await raise(markId, after(1), learner, { reason: ' ' })).toEqual({ code: 'no-reason' });
		expect(await raise(markId, after(1), learner, { reason: 'x'.repeat(2001) })).toEqual({ code: 'too-long' });
		for (const who of [mentor, second, hr]) expect(await raise(markId, after(1), who)).toEqual({ code: 'missing' });
		expect(await raise(crypto.randomUUID())).toEqual({ code: 'missing' });
		expect(await raise(markId, new Date(after(14).getTime() + 1))).toEqual({ code: 'over' });
		expect(await raise(markId, after(14))).toEqual({ code: 'raised' });
	});
});

describe('deciding a dispute', () => {
	it('keeps the mark, with a reason', async () => {
		const { markId, submissionId, reviewId } = await judged();
		await raise(markId);
		const { id } = await itemOf();
		expect(await settle(second, id)).toEqual({ code: 'unclaimed' });
		await claimItem(db, second, id, after(2));
		expect(await settle(second, id, { reason: '' })).toEqual({ code: 'no-reason' });
		expect(await settle(hr, id)).toEqual({ code: 'taken', by: second.name });
		expect(await settle(second, id)).toEqual({ code: 'decided', decision: 'kept', score: null });
		expect(await settle(second, id)).toMatchObject({ code: 'decided' });
		expect(await settle(hr, id)).toEqual({ code: 'finished' });
		const told = await readJudgedSubmission(db, library, learner, submissionId, 'en', after(3));
		const contested = told!.review!.marks.find(({ criterion }) => criterion === 'date')!;
		expect(contested).toMatchObject({ id: markId, mark: 0, disputes: [{ decided: { is: 'kept', by: second.name, reason: 'Friday is not in the text.' } }] });
		expect(told!.disputable[markId]).toBeUndefined();
		expect(Object.keys(told!.disputable)).toHaveLength(2);
		expect((await readReview(db, library, reviewId, 'en'))!.score).toMatchObject({ final: 0 });
	});

	it('changes it: the score follows, the old mark stays to be seen, and is not contested again', async () => {
		const { markId, submissionId, reviewId } = await judged();
		await raise(markId);
		const { id } = await itemOf();
		await claimItem(db, second, id, after(2));
		expect(await settle(second, id, { decision: 'changed' })).toEqual({ code: 'invalid' });
		const clientKey = crypto.randomUUID();
		const changed = { decision: 'changed' as const, mark: 2, comment: 'Friday is a date.', reason: 'It is in the last sentence.', clientKey };
		const both = await Promise.all([settle(second, id, changed), settle(second, id, changed)]);
		expect(both.map(({ code }) => code)).toEqual(['decided', 'decided']);
		const told = await readJudgedSubmission(db, library, learner, submissionId, 'en', after(3));
		const now = told!.review!.marks.find(({ criterion }) => criterion === 'date')!;
		expect(now).toMatchObject({ id: clientKey, mark: 2, by: { name: second.name }, earlier: [{ id: markId, mark: 0, by: { name: mentor.name } }] });
		expect(told!.review!.score).toMatchObject({ final: 90, failures: [] });
		expect(told!.disputable[clientKey]).toBeUndefined();
		expect(await raise(clientKey, after(3))).toEqual({ code: 'decided' });
		const [row] = await db.select().from(review).where(eq(review.id, reviewId));
		expect(row).toMatchObject({ final: 90, raw: 90 });
	});

	it('is for somebody else than the reviewer: another mentor of that person, or HR', async () => {
		const { markId } = await judged();
		await raise(markId);
		const { id } = await itemOf();
		for (const who of [mentor, stranger, learner]) {
			expect(await claimItem(db, who, id, after(2))).toEqual({ code: 'missing' });
			expect(await settle(who, id)).toEqual({ code: 'missing' });
			expect(await readJudging(db, library, who, id, 'en', after(2))).toBeNull();
		}
		expect(await readJudging(db, library, hr, id, 'en', after(2))).toMatchObject({ contested: { criterion: 'date', reason: 'I said Friday.' }, work: { answer: 'Good morning.' } });
		await claimItem(db, hr, id, after(2));
		expect(await settle(hr, id, { ruling: 'A weekday is a date.' })).toMatchObject({ code: 'decided' });
		expect(await db.select().from(ruling).where(eq(ruling.madeBy, hr.id))).toMatchObject([{ scorecard: 'phone', criterion: 'date' }]);
		const view = await scorecardView(db, library, library.current().scorecard('phone')!.hash, 'en');
		expect(view.sections[1]!.criteria[0]!.rulings).toEqual([{ body: 'A weekday is a date.', madeAt: after(2) }]);
	});
});

describe('HR', () => {
	it('sees and judges nothing but disputes', async () => {
		const { deskItemId } = await hand();
		expect(await readJudging(db, library, hr, deskItemId, 'en', start)).toBeNull();
		expect(await claimItem(db, hr, deskItemId, start)).toEqual({ code: 'missing' });
	});
});

describe('what a judge sees', () => {
	it('is the work, the scorecard, the own draft, and the round before with its marks', async () => {
		await judged();
		const { deskItemId } = await hand('Good morning, it comes on Friday.', after(1));
		const before = await readJudging(db, library, mentor, deskItemId, 'en', after(1));
		expect(before).toMatchObject({ round: 2, own: null, claimed: null, work: { answer: 'Good morning, it comes on Friday.', title: 'Practice' }, earlier: { work: { number: 1, answer: 'Good morning.', decision: { reason: 'No date.' } } } });
		expect(before!.earlier!.review!.marks).toHaveLength(3);
		expect(before!.scorecard!.key).toBe('phone');
		expect(before!.againBy).toBe('2026-11-13');
		await claimItem(db, mentor, deskItemId, after(1));
		await saveJudgement(db, mentor, { itemId: deskItemId, revision: 1, draft: draft(2) }, after(1));
		expect(await readJudging(db, library, mentor, deskItemId, 'en', after(1))).toMatchObject({ claimed: { mine: true }, own: { revision: 1 } });
		// Marks in the making are nobody else's.
		const other = await readJudging(db, library, second, deskItemId, 'en', after(1));
		expect(other).toMatchObject({ claimed: { mine: false, by: mentor.name }, own: null, review: null });
		expect(await readJudging(db, library, stranger, deskItemId, 'en', after(1))).toBeNull();
	});
});

describe('what a learner sees', () => {
	it('is no mark before the decision, and nobody else’s work', async () => {
		const { deskItemId, submissionId } = await hand();
		await claimItem(db, mentor, deskItemId, start);
		await saveJudgement(db, mentor, { itemId: deskItemId, revision: 1, draft: { ...draft(2), comment: 'SECRET-DRAFT' } }, start);
		const told = await readJudgedSubmission(db, library, learner, submissionId, 'en', start);
		expect(told).toMatchObject({ review: null, waiting: { claimed: true } });
		expect(JSON.stringify(told)).not.toContain('SECRET');
		for (const who of [stranger, hr]) expect(await readJudgedSubmission(db, library, who, submissionId, 'en', start)).toBeNull();
		expect(await readJudgedSubmission(db, library, mentor, submissionId, 'en', start)).not.toBeNull();
		expect(await readJudgedSubmission(db, library, learner, crypto.randomUUID(), 'en', start)).toBeNull();
	});

	it('while the next round waits, reads what was said of the one before', async () => {
		const { submissionId } = await judged();
		const next = await hand('Again.', after(1));
		const own = await readOwnSubmissions(db, library, learner, [exercise], 'en', after(1));
		expect(own[exercise]).toMatchObject({ newest: { work: { id: next.submissionId, state: 'waiting' } }, before: { work: { id: submissionId, state: 'returned' } } });
		expect(await readOwnSubmissions(db, library, stranger, [exercise], 'en', after(1))).toEqual({});
	});

	it('is told what waits since when, what came back, and how long it usually takes', async () => {
		expect((await readMyOnboarding(db, library, learner, 'en', start)).work).toEqual([]);
		const { deskItemId } = await hand();
		expect((await readMyOnboarding(db, library, learner, 'en', start)).work).toMatchObject([{ kind: 'open', state: 'waiting', at: start, claimed: false, href: '/learn/basics/practice#check-own-words' }]);
		await claimItem(db, mentor, deskItemId, after(1));
		await saveJudgement(db, mentor, { itemId: deskItemId, revision: 1, draft: draft(0) }, after(1));
		await decideSubmission(db, library, mentor, { itemId: deskItemId, decision: 'return', reason: 'No date.', againBy: '2026-11-13', unsaved: null }, after(1));
		expect((await readMyOnboarding(db, library, learner, 'en', after(1))).work).toMatchObject([{ state: 'returned', at: after(1), againBy: new Date('2026-11-13T21:59:59Z') }]);
		await hand('Again.', after(2));
		expect((await readMyOnboarding(db, library, learner, 'en', after(2))).work).toMatchObject([{ state: 'waiting', at: after(2), againBy: null }]);
	});
});

it('the usual wait comes from the newest twenty of its kind', async () => {
	const people = await Promise.all(Array.from({ length: 6 }, (_, i) => makePerson(db, start, { name: `Waiter ${i}` })));
	for (const [i, { id }] of people.entries()) {
		const itemHash = library.current().exercise('basics/practice/apology')!.exercise.hash;
		const handed = await handIn(db, library.current(), { employeeId: id, exercise: 'basics/practice/apology', kind: 'recording', itemHash, clientKey: crypto.randomUUID() }, start);
		if (handed.code !== 'waiting') throw new Error(handed.code);
		expect(await readUsualWaits(db, library, ['recording'])).toEqual(new Map([['recording', i < 5 ? null : { from: 1, to: 2, n: 5 }]]));
		await db.update(deskItem).set({ finishedAt: after(1 + (i % 2)), finishedBy: mentor.id }).where(eq(deskItem.id, handed.deskItemId));
	}
	expect(await readUsualWaits(db, library, [])).toEqual(new Map());
});

describe('ready comments', () => {
	it('are one’s own; a change is a new version, and what was said keeps its words', async () => {
		const keep = (body: string, lineId: string | null = null, clientKey = crypto.randomUUID(), who = mentor) => keepSnippet(db, who, { lineId, body, clientKey }, start);
		const key = crypto.randomUUID();
		await Promise.all([keep('Say the date.', null, key), keep('Say the date.', null, key)]);
		const [first] = await listSnippets(db, mentor);
		expect(await listSnippets(db, mentor)).toEqual([{ id: key, lineId: first!.lineId, body: 'Say the date.' }]);
		expect(await keep('Say the day.', first!.lineId)).toEqual({ code: 'kept' });
		expect((await listSnippets(db, mentor)).map(({ body }) => body)).toEqual(['Say the day.']);
		expect(await db.select().from(snippet).where(eq(snippet.id, key))).toMatchObject([{ body: 'Say the date.', version: 1 }]);
		expect(await keep(' ')).toEqual({ code: 'empty' });
		expect(await keep('x'.repeat(1001))).toEqual({ code: 'too-long' });
		expect(await keep('Mine now.', first!.lineId, crypto.randomUUID(), second)).toEqual({ code: 'missing' });
		expect(await keep('A learner’s.', null, crypto.randomUUID(), learner)).toEqual({ code: 'missing' });
		expect(await putSnippetAway(db, second, first!.lineId, start)).toEqual({ code: 'missing' });
		for (let i = 0; i < 2; i++) expect(await putSnippetAway(db, mentor, first!.lineId, start)).toEqual({ code: 'put-away' });
		expect(await listSnippets(db, mentor)).toEqual([]);
	});
});

it('a person who left is no judge of anything that waits', async () => {
	const { deskItemId } = await hand();
	await db.update(employee).set({ leftAt: start }).where(eq(employee.id, second.id));
	const judging = await readJudging(db, library, mentor, deskItemId, 'en', start);
	expect(judging!.colleagues).toEqual([]);
});

describe('news for the learner', () => {
	const news = async (days: number, who = learner) => (await readMyOnboarding(db, library, who, 'en', after(days))).news.map(({ kind, title, href, by }) => ({ kind, title, href, by }));
	const place = { title: 'Practice', href: '/learn/basics/practice#check-own-words' };

	it('tells a decided dispute and a corrected mark each once, until they are seen', async () => {
		const { markId, reviewId } = await judged();
		await raise(markId);
		const { id } = await itemOf();
		await claimItem(db, second, id, after(2));
		await settle(second, id, { decision: 'changed', mark: 1 });
		expect(await news(2)).toEqual([{ kind: 'changed', ...place, by: second.name }]);
		const marks = await db.select().from(mark).where(eq(mark.reviewId, reviewId));
		const other = marks.find(({ criterion }) => criterion === 'empathy')!.id;
		const correction = { markId: other, mark: 2, comment: '', reason: 'Heard it again.', clientKey: crypto.randomUUID() };
		expect(await correctMark(db, library, mentor, correction, after(3))).toMatchObject({ code: 'corrected' });
		expect((await news(3)).map(({ kind }) => kind)).toEqual(['corrected', 'changed']);
		expect(await news(3, await makePerson(db, start, { name: 'Somebody' }))).toEqual([]);

		await markNewsSeen(db, learner, { until: after(2) }, after(3));
		expect(await news(3)).toEqual([{ kind: 'corrected', ...place, by: mentor.name }]);
		// An older page, and one whose clock is ahead, take nothing back and swallow nothing to come.
		await markNewsSeen(db, learner, { until: after(1) }, after(3));
		expect(await news(3)).toHaveLength(1);
		await markNewsSeen(db, learner, { until: after(900) }, after(3));
		expect(await news(3)).toEqual([]);
	});

	it('tells accepted work, for thirty days', async () => {
		await judged('accept');
		expect(await news(1)).toEqual([{ kind: 'accepted', ...place, by: mentor.name }]);
		expect(await news(30)).toEqual([]);
	});
});
