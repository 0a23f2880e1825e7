import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { deskItem, mark, mentorship, observedCall, review, signOff, signOffRequest, team, teamMentor } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { enrolAsClerk } from '../testing-content.ts';
import { makePerson, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { claimItem, decideSubmission, saveJudgement } from './desk.ts';
import { decideDispute, raiseDispute } from './disputes.ts';
import { markNewsSeen, readNews } from './news.ts';
import { handIn } from './submissions.ts';

const { db } = await testDatabase();
const start = new Date('2026-11-10T08:00:00Z');
const day = 86_400_000;
const after = (days: number) => new Date(start.getTime() + days * day);
const exercise = 'basics/practice/own-words';
let library: Library;
let learner: TestPerson;
let mentor: TestPerson;
let second: TestPerson;
let count = 0;

beforeAll(async () => {
	library = await openPracticeLibrary(db, start);
});
beforeEach(async () => {
	const nth = ++count;
	const [served] = await db.insert(team).values({ name: `Team ${nth}` }).returning({ id: team.id });
	learner = await makePerson(db, start, { name: `Learner ${nth}`, teamId: served!.id });
	mentor = await makePerson(db, start, { name: `Mentor ${nth}`, roles: ['mentor'] });
	second = await makePerson(db, start, { name: `Second ${nth}`, roles: ['mentor'] });
	await db.insert(mentorship).values({ mentorId: mentor.id, menteeId: learner.id, since: start });
	await db.insert(teamMentor).values({ teamId: served!.id, mentorId: second.id });
	await enrolAsClerk(db, library, learner.id, start);
});

const given = (mark: number) => ({ mark, comment: '', turns: [], seconds: [], snippet: null });
async function accepted() {
	const itemHash = library.current().exercise(exercise)!.exercise.hash;
	const scorecardHash = library.current().scorecard('phone')!.hash;
	const work = { employeeId: learner.id, exercise, kind: 'open' as const, itemHash, scorecardHash, answer: 'Good morning.', clientKey: crypto.randomUUID() };
	const handed = await handIn(db, library.current(), work, start);
	if (handed.code !== 'waiting') throw new Error(handed.code);
	await claimItem(db, mentor, handed.deskItemId, start);
	const draft = { flags: [], comment: '', marks: { greeting: given(1), empathy: given(3), date: given(0) } };
	await saveJudgement(db, mentor, { itemId: handed.deskItemId, revision: 1, draft }, start);
	const decision = { itemId: handed.deskItemId, decision: 'accept' as const, reason: '', againBy: '', unsaved: null };
	expect(await decideSubmission(db, library, mentor, decision, after(1))).toMatchObject({ code: 'decided' });
	const [own] = await db.select().from(review).where(eq(review.submissionId, handed.submissionId));
	const marks = await db.select().from(mark).where(eq(mark.reviewId, own!.id));
	return { reviewId: own!.id, markOf: (key: string) => marks.find(({ criterion }) => criterion === key)! };
}
async function decided(markId: string, decision: 'kept' | 'changed', now: Date) {
	await raiseDispute(db, learner, { markId, reason: 'I said Friday.', clientKey: crypto.randomUUID() }, after(1));
	const items = await db.select().from(deskItem).where(eq(deskItem.employeeId, learner.id));
	const { id } = items.find(({ kind, finishedAt }) => kind === 'dispute' && !finishedAt)!;
	await claimItem(db, second, id, now);
	const settled = { itemId: id, decision, mark: decision === 'changed' ? 2 : Number.NaN, comment: '', reason: 'Heard again.', ruling: '', clientKey: crypto.randomUUID() };
	expect(await decideDispute(db, library, second, settled, now)).toMatchObject({ code: 'decided' });
}
const news = (now: Date, who = learner) => readNews(db, library, who, 'en', now);
const told = async (now: Date) => (await news(now)).map(({ kind, by, title }) => [kind, by, title]);

describe('news', () => {
	it('is what became of one’s work, newest first, with a link to it; nobody else’s', async () => {
		const { markOf, reviewId } = await accepted();
		await decided(markOf('date').id, 'changed', after(2));
		await decided(markOf('empathy').id, 'kept', after(3));
		const { id: corrects } = markOf('greeting');
		await db.update(mark).set({ supersededAt: after(4) }).where(eq(mark.id, corrects));
		await db.insert(mark).values({ reviewId, criterion: 'greeting', mark: 0, markedBy: mentor.id, at: after(4), corrects, reason: 'Misheard.' });
		expect(await told(after(5))).toEqual([
			['corrected', mentor.name, 'Practice'],
			['kept', second.name, 'Practice'],
			['changed', second.name, 'Practice'],
			['accepted', mentor.name, 'Practice']
		]);
		for (const { href, at } of await news(after(5))) {
			expect(href).toBe('/learn/basics/practice#check-own-words');
			expect(at.getTime()).toBeGreaterThanOrEqual(after(1).getTime());
		}
		for (const who of [mentor, second]) expect(await news(after(5), who)).toEqual([]);
	});

	it('names signatures, their end, and requests that were returned', async () => {
		const signed = { employeeId: learner.id, mentorId: mentor.id, competency: 'listening', level: 3, statement: 'Yes.', releaseId: library.current().id };
		const until = { validUntil: after(100) };
		await db.insert(signOff).values({ ...signed, ...until, signedAt: after(2), clientKey: crypto.randomUUID() });
		const revoked = { revokedAt: after(3), revokedBy: second.id, revokedReason: 'Two complaints.' };
		await db.insert(signOff).values({ ...signed, ...until, ...revoked, signedAt: after(1), clientKey: crypto.randomUUID() });
		const returned = { decision: 'returned', decidedBy: second.id, reason: 'Two more calls.', decidedAt: after(4) };
		await db.insert(signOffRequest).values({ employeeId: learner.id, competency: 'listening', level: 4, askedAt: start, ...returned });
		expect(await news(after(5))).toMatchObject([
			{ kind: 'returned', level: 4, by: second.name, href: '/competencies#listening', at: after(4) },
			{ kind: 'revoked', level: 3, by: second.name },
			{ kind: 'signed', level: 3, by: mentor.name }
		]);
	});

	it('names an observed call by its number', async () => {
		const call = { employeeId: learner.id, mentorId: mentor.id, scorecard: 'phone', heardOn: '2026-11-09', channel: 'phone', reference: 'C-1', clientKey: crypto.randomUUID() };
		const [heard] = await db.insert(observedCall).values({ ...call, startedAt: start, finishedAt: start }).returning({ id: observedCall.id });
		const scorecardHash = library.current().scorecard('phone')!.hash;
		const own = { kind: 'mentor', employeeId: learner.id, reviewerId: mentor.id, observedCallId: heard!.id, scorecardHash, draft: { marks: {}, flags: [], comment: '' } };
		const [made] = await db.insert(review).values({ ...own, startedAt: start, savedAt: start, finishedAt: start, formula: 1 }).returning({ id: review.id });
		for (const criterion of ['greeting', 'date']) {
			const given = { reviewId: made!.id, criterion, markedBy: mentor.id };
			const [old] = await db.insert(mark).values({ ...given, mark: 1, at: start, supersededAt: after(1) }).returning({ id: mark.id });
			await db.insert(mark).values({ ...given, mark: 0, at: after(1), corrects: old!.id, reason: 'Misheard.' });
		}
		expect(await news(after(2))).toMatchObject([{ kind: 'corrected', title: 'C-1', href: `/competencies/calls/${heard!.id}` }]);
	});

	it('is put away up to what was shown, and is old after thirty days', async () => {
		const { markOf } = await accepted();
		await decided(markOf('date').id, 'kept', after(2));
		await markNewsSeen(db, second, { until: after(9) }, after(9));
		await markNewsSeen(db, learner, { until: after(1) }, after(3));
		await markNewsSeen(db, learner, { until: start }, after(3));
		expect((await told(after(3))).map(([kind]) => kind)).toEqual(['kept']);
		expect(await news(after(2 + 30))).toEqual([]);
		// Nobody puts away what is still to come.
		await markNewsSeen(db, learner, { until: after(1000) }, after(3));
		expect(await news(after(3))).toEqual([]);
		await decided(markOf('greeting').id, 'kept', after(4));
		expect(await told(after(5))).toHaveLength(1);
	});

	it('is short', async () => {
		const returned = { decision: 'returned', decidedBy: second.id, reason: 'More.' };
		const requests = Array.from({ length: 50 + 5 }, (_, i) => ({ employeeId: learner.id, competency: 'listening', level: i, askedAt: start, ...returned, decidedAt: new Date(start.getTime() + i) }));
		await db.insert(signOffRequest).values(requests);
		const lines = await news(after(1));
		expect(lines).toHaveLength(50);
		expect(lines[0]!.at).toEqual(requests.at(-1)!.decidedAt);
	});
});
