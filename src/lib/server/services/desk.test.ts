import { eq, inArray } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyDraft, type ReviewDraft } from '../../core/review.ts';
import { testDatabase } from '../db/testing.ts';
import { checkState, deskItem, employee, mark, mentorship, review, submission, teamMentor } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { enrolAsClerk } from '../testing-content.ts';
import { makeMentored, makePerson, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { claimItem, countedUpTo, decideSubmission, handOver, listColleagues, nextOnDesk, readDesk, saveJudgement, type DeskFilter } from './desk.ts';
import { readJudgedSubmission } from './judging.ts';
import { handIn, type HandIn } from './submissions.ts';

const { db } = await testDatabase();
/** A Tuesday. */
const start = new Date('2026-11-10T08:00:00Z');
const after = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
let library: Library;
let learner: TestPerson;
let mentor: TestPerson;
let teamMate: TestPerson;
let stranger: TestPerson;

beforeAll(async () => {
	library = await openPracticeLibrary(db, start);
});
beforeEach(async () => {
	({ learner, mentor, second: teamMate, stranger } = await makeMentored(db, start));
	await enrolAsClerk(db, library, learner.id, start);
});

const exerciseOf = { open: 'own-words', recording: 'apology', 'call-review': 'review-calls', 'live-role-play': 'kettle' };
async function hand(more: Partial<HandIn> = {}, now = start): Promise<string> {
	const kind = more.kind ?? 'open';
	const exercise = `basics/practice/${exerciseOf[kind]}`;
	const handed = await handIn(
		db,
		library.current(),
		{
			employeeId: learner.id,
			exercise,
			kind,
			itemHash: library.current().exercise(exercise)!.exercise.hash,
			scorecardHash: library.current().scorecard('phone')!.hash,
			answer: kind === 'open' ? 'Good morning.' : null,
			clientKey: crypto.randomUUID(),
			...more
		},
		now
	);
	if (handed.code !== 'waiting') throw new Error(handed.code);
	return handed.deskItemId;
}

const whole: ReviewDraft = {
	...emptyDraft(),
	marks: Object.fromEntries(
		Object.entries({ greeting: 1, empathy: 3, date: 2 }).map(([key, mark]) => [key, { mark, comment: '', turns: [], seconds: [], snippet: null }])
	)
};
const everything: DeskFilter = { kind: null, person: null, who: 'all' };
const desk = (who: TestPerson, filter: Partial<DeskFilter> = {}, now = after(1), place: string | null = null) =>
	readDesk(db, library, who, { filter: { ...everything, ...filter }, after: place, locale: 'en' }, now);
const idsOf = async (...given: Parameters<typeof desk>) => (await desk(...given)).lines.map(({ id }) => id);
const decide = (who: TestPerson, itemId: string, decision: 'accept' | 'return', now = after(10), more = {}) =>
	decideSubmission(db, library, who, { itemId, decision, reason: decision === 'return' ? 'Say the date.' : '', againBy: '2026-11-12', unsaved: null, ...more }, now);
const save = (who: TestPerson, itemId: string, revision = 1, draft: unknown = whole, now = after(5)) => saveJudgement(db, who, { itemId, revision, draft }, now);
const itemOf = async (id: string) => (await db.select().from(deskItem).where(eq(deskItem.id, id)))[0]!;

describe('the list', () => {
	it('shows the work of mentees and teams, oldest first, to nobody else', async () => {
		const second = await hand({ kind: 'recording' }, after(-5));
		const first = await hand({}, after(-9));
		for (const who of [mentor, teamMate]) expect(await idsOf(who)).toEqual([first, second]);
		for (const who of [stranger, learner]) expect(await desk(who)).toMatchObject({ lines: [], waiting: 0, oldest: null });
		expect((await desk(mentor)).lines[0]).toMatchObject({ kind: 'open', round: 1, person: { id: learner.id, name: learner.name }, title: 'Practice', claimed: null, pastTarget: false });
		expect(await desk(mentor)).toMatchObject({ waiting: 2, mine: 0, oldest: after(-9), next: null });
	});

	it('never shows a mentor their own work', async () => {
		const own = await makePerson(db, start, { name: `Both`, roles: ['mentor'], teamId: (await db.select().from(employee).where(eq(employee.id, learner.id)))[0]!.teamId });
		await db.insert(teamMentor).values({ teamId: (await db.select().from(employee).where(eq(employee.id, own.id)))[0]!.teamId!, mentorId: own.id });
		await enrolAsClerk(db, library, own.id, start);
		const theirs = await hand({ employeeId: own.id });
		expect(await idsOf(own)).toEqual([]);
		expect(await claimItem(db, own, theirs, after(1))).toEqual({ code: 'missing' });
	});

	it('leaves out who has left', async () => {
		await hand();
		await db.update(employee).set({ leftAt: after(1) }).where(eq(employee.id, learner.id));
		expect(await desk(mentor)).toMatchObject({ lines: [], waiting: 0 });
	});

	it('is filtered by kind, person, mine and unclaimed', async () => {
		const open = await hand();
		const spoken = await hand({ kind: 'recording' }, after(1));
		const other = await makePerson(db, start, { name: `Other` });
		await db.insert(mentorship).values({ mentorId: mentor.id, menteeId: other.id, since: start });
		await enrolAsClerk(db, library, other.id, start);
		const theirs = await hand({ employeeId: other.id }, after(2));
		await claimItem(db, mentor, spoken, after(3));
		await handOver(db, mentor, { id: open, to: teamMate.id }, after(3));
		const now = after(4);
		expect(await idsOf(mentor, { kind: 'recording' }, now)).toEqual([spoken]);
		expect(await idsOf(mentor, { person: other.id }, now)).toEqual([theirs]);
		expect(await desk(mentor, { person: other.id }, now)).toMatchObject({ person: other.name });
		expect(await desk(mentor, { person: stranger.id }, now)).toMatchObject({ person: null, lines: [] });
		expect(await idsOf(mentor, { who: 'mine' }, now)).toEqual([spoken]);
		expect(await idsOf(mentor, { who: 'unclaimed' }, now)).toEqual([theirs]);
		expect(await idsOf(teamMate, { who: 'mine' }, now)).toEqual([open]);
		expect(await desk(mentor, {}, now)).toMatchObject({ waiting: 3, mine: 1, claims: [{ name: mentor.name, n: 1, mine: true }] });
	});

	it('goes on page by page, losing and repeating nothing', async () => {
		const people = await Promise.all(Array.from({ length: 35 }, (_, i) => makePerson(db, start, { name: `Many ${i}` })));
		await db.insert(mentorship).values(people.map(({ id }) => ({ mentorId: mentor.id, menteeId: id, since: start })));
		const made: string[] = [];
		// Many in the same moment.
		for (const [i, { id }] of people.entries()) made.push(await hand({ employeeId: id }, after(Math.floor(i / 12))));
		const first = await desk(mentor);
		expect(first.lines).toHaveLength(25);
		const second = await desk(mentor, {}, after(1), first.next);
		expect(second.next).toBeNull();
		expect(new Set([...first.lines, ...second.lines].map(({ id }) => id))).toEqual(new Set(made));
		for (const place of ['nonsense', '1_x', '']) expect((await desk(mentor, {}, after(1), place)).lines).toHaveLength(25);
	});

	it('counts so far and no farther, and what is claimed exactly', async () => {
		const [most] = await db.select().from(submission).where(eq(submission.id, (await itemOf(await hand())).submissionId!));
		const rows = Array.from({ length: countedUpTo + 20 }, (_, n) => ({ ...most!, id: crypto.randomUUID(), exercise: `${most!.exercise}-${n}`, clientKey: crypto.randomUUID() }));
		await db.insert(submission).values(rows);
		await db.insert(deskItem).values(
			rows.map(({ id }, n) => ({
				kind: 'open',
				employeeId: learner.id,
				submissionId: id,
				round: 1,
				waitingSince: after(-n),
				...(n < 3 ? { claimedBy: [mentor, teamMate, teamMate][n]!.id, claimedUntil: after(n === 2 ? 0 : 9) } : { handedTo: n < 5 ? mentor.id : null })
			}))
		);
		expect(await desk(mentor)).toMatchObject({
			waiting: countedUpTo + 1,
			mine: 3,
			oldest: after(-countedUpTo - 19),
			claims: [
				{ name: mentor.name, n: 1, mine: true },
				{ name: teamMate.name, n: 1, mine: false }
			]
		});
		expect(await desk(stranger)).toMatchObject({ waiting: 0, mine: 0, oldest: null, claims: [] });
	});

	it('says what waits longer than it should', async () => {
		await hand();
		// Two working days after Tuesday end on Thursday.
		expect((await desk(mentor, {}, new Date('2026-11-12T20:00:00Z'))).lines[0]!.pastTarget).toBe(false);
		expect((await desk(mentor, {}, new Date('2026-11-13T08:00:00Z'))).lines[0]!.pastTarget).toBe(true);
	});
});

describe('a claim', () => {
	it('is got by one of twenty mentors', async () => {
		const id = await hand();
		const mentors = await Promise.all(Array.from({ length: 20 }, (_, i) => makePerson(db, start, { name: `Racer ${i}`, roles: ['mentor'] })));
		const teamId = (await db.select().from(employee).where(eq(employee.id, learner.id)))[0]!.teamId!;
		await db.insert(teamMentor).values(mentors.map((one) => ({ teamId, mentorId: one.id })));
		const outcomes = await Promise.all(mentors.map((one) => claimItem(db, one, id, after(1))));
		expect(outcomes.filter(({ code }) => code === 'claimed')).toHaveLength(1);
		const winner = mentors[outcomes.findIndex(({ code }) => code === 'claimed')]!;
		expect(outcomes.filter(({ code }) => code === 'taken')).toEqual(Array(19).fill({ code: 'taken', by: winner.name, until: after(31) }));
		expect(await db.select().from(review).where(eq(review.reviewerId, winner.id))).toHaveLength(1);
		expect((await db.select().from(review).where(inArray(review.reviewerId, mentors.map((one) => one.id)))).length).toBe(1);

		// And one of twenty finishes.
		await save(winner, id);
		const decided = await Promise.all([...mentors, winner, winner].map((one) => decide(one, id, 'accept')));
		expect(decided.filter(({ code }) => code === 'decided')).toHaveLength(3);
		expect(await itemOf(id)).toMatchObject({ finishedBy: winner.id });
	});

	it('lasts half an hour, is prolonged by work, and runs out', async () => {
		const id = await hand();
		expect(await claimItem(db, mentor, id, after(0))).toEqual({ code: 'claimed', until: after(30) });
		expect(await claimItem(db, teamMate, id, after(29))).toEqual({ code: 'taken', by: mentor.name, until: after(30) });
		expect(await save(mentor, id, 1, whole, after(25))).toMatchObject({ code: 'saved', until: after(55) });
		expect(await claimItem(db, teamMate, id, after(54))).toMatchObject({ code: 'taken', until: after(55) });
		expect((await desk(mentor, {}, after(56))).lines[0]!.claimed).toBeNull();
		expect(await claimItem(db, teamMate, id, after(56))).toMatchObject({ code: 'claimed' });
		expect(await save(mentor, id, 2, { ...whole, comment: 'late' }, after(57))).toEqual({ code: 'taken', by: teamMate.name, until: after(86) });
		// What was typed is kept, and there again with the next claim.
		await handOver(db, teamMate, { id, to: null }, after(58));
		await claimItem(db, mentor, id, after(59));
		const [standing] = await db.select().from(review).where(eq(review.reviewerId, mentor.id));
		expect(standing).toMatchObject({ supersededAt: null, revision: 2, draft: { comment: 'late' } });
	});

	it('is for mentors of that person alone, and a GET’s worth of looking takes nothing', async () => {
		const id = await hand();
		for (const who of [stranger, learner]) expect(await claimItem(db, who, id, after(1))).toEqual({ code: 'missing' });
		expect(await claimItem(db, mentor, crypto.randomUUID(), after(1))).toEqual({ code: 'missing' });
		await desk(mentor);
		await nextOnDesk(db, library, mentor, 'en', after(1));
		expect(await itemOf(id)).toMatchObject({ claimedBy: null });
	});

	it('can be handed to another mentor of that person, or back to all', async () => {
		const id = await hand();
		await claimItem(db, mentor, id, after(1));
		expect(await listColleagues(db, mentor, learner.id)).toEqual([{ id: teamMate.id, name: teamMate.name }]);
		expect(await handOver(db, mentor, { id, to: stranger.id }, after(2))).toEqual({ code: 'no-mentor' });
		expect(await handOver(db, teamMate, { id, to: null }, after(2))).toMatchObject({ code: 'taken' });
		expect(await handOver(db, stranger, { id, to: null }, after(2))).toEqual({ code: 'missing' });
		expect(await handOver(db, mentor, { id, to: teamMate.id }, after(2))).toEqual({ code: 'handed-over', to: teamMate.name });
		expect((await desk(teamMate)).lines[0]).toMatchObject({ claimed: null, handedTo: { name: teamMate.name, mine: true } });
		expect(await desk(teamMate)).toMatchObject({ mine: 1 });
		expect(await nextOnDesk(db, library, teamMate, 'en', after(3))).toMatchObject({ id });
		expect(await nextOnDesk(db, library, mentor, 'en', after(3))).toBeNull();
		expect(await claimItem(db, teamMate, id, after(4))).toMatchObject({ code: 'claimed' });
		expect((await itemOf(id)).handedTo).toBeNull();
	});
});

describe('a decision', () => {
	it('accepts: marks stand, the exercise is met, the item is done', async () => {
		const id = await hand();
		await claimItem(db, mentor, id, after(1));
		expect(await decide(mentor, id, 'accept')).toMatchObject({ code: 'incomplete', lacks: [{}, {}, {}] });
		// What stands on the page goes with the decision.
		expect(await decide(mentor, id, 'accept', after(11), { unsaved: { revision: 1, draft: whole } })).toMatchObject({ code: 'decided', decision: 'accept', score: { raw: 90 } });
		const [row] = await db.select().from(submission).where(eq(submission.employeeId, learner.id));
		expect(row).toMatchObject({ state: 'accepted', decidedBy: mentor.id, decidedAt: after(11) });
		expect(await itemOf(id)).toMatchObject({ finishedBy: mentor.id, finishedAt: after(11), claimedBy: null });
		expect((await db.select().from(checkState).where(eq(checkState.employeeId, learner.id)))[0]).toMatchObject({ metAt: after(11) });
		expect(await desk(mentor)).toMatchObject({ lines: [], waiting: 0 });
		expect(await claimItem(db, mentor, id, after(12))).toEqual({ code: 'finished' });
	});

	it('asks once more before it accepts what failed critically, keeps everything meanwhile, and takes no other answer for it', async () => {
		const id = await hand();
		await claimItem(db, mentor, id, after(1));
		const draft = { ...whole, marks: { ...whole.marks, date: { ...whole.marks['date']!, mark: 0 } } };
		const asked = { code: 'failed', failures: ['date'] };
		expect(await decide(mentor, id, 'accept', after(2), { unsaved: { revision: 1, draft } })).toEqual(asked);
		expect(await itemOf(id)).toMatchObject({ finishedAt: null, claimedBy: mentor.id });
		const [kept] = await db.select().from(review).where(eq(review.submissionId, (await itemOf(id)).submissionId!));
		expect(kept).toMatchObject({ draft, finishedAt: null, final: null });
		expect(await decide(mentor, id, 'accept', after(3))).toEqual(asked);
		// What was confirmed is another criterion: its mark was changed since.
		expect(await decide(mentor, id, 'accept', after(3), { confirmed: ['greeting'] })).toEqual(asked);
		for (let i = 0; i < 2; i++) expect(await decide(mentor, id, 'accept', after(4), { confirmed: ['date'] })).toMatchObject({ code: 'decided', decision: 'accept' });
		const [row] = await db.select().from(submission).where(eq(submission.employeeId, learner.id));
		expect(row).toMatchObject({ state: 'accepted', decidedAt: after(4) });
	});

	it('asks nothing when it returns what failed critically', async () => {
		const id = await hand();
		await claimItem(db, mentor, id, after(1));
		await save(mentor, id, 1, { ...whole, marks: { ...whole.marks, date: { ...whole.marks['date']!, mark: 0 } } });
		expect(await decide(mentor, id, 'return')).toMatchObject({ code: 'decided', decision: 'return', score: { final: 0 } });
	});

	it('returns with reasons and a date, and the next round comes to the desk', async () => {
		const id = await hand();
		await claimItem(db, mentor, id, after(1));
		await save(mentor, id);
		expect(await decide(mentor, id, 'return', after(2), { reason: '  ' })).toEqual({ code: 'no-reason' });
		expect(await decide(mentor, id, 'return', after(2), { reason: 'x'.repeat(2001) })).toEqual({ code: 'too-long' });
		for (const againBy of ['', '2026-11-10', '2026-02-30', '2026-11-31', '2029-01-01', 'tomorrow']) {
			expect(await decide(mentor, id, 'return', after(2), { againBy })).toEqual({ code: 'no-date' });
		}
		expect(await decide(mentor, id, 'return')).toMatchObject({ code: 'decided', decision: 'return' });
		const [row] = await db.select().from(submission).where(eq(submission.employeeId, learner.id));
		expect(row).toMatchObject({ state: 'returned', reason: 'Say the date.' });
		expect(row!.againBy!.toISOString()).toBe('2026-11-12T21:59:59.000Z');
		const again = await hand({}, after(60));
		expect((await desk(mentor, {}, after(61))).lines).toMatchObject([{ id: again, round: 2 }]);
	});

	it('returns what cannot be marked: with the reason alone, without marks and score', async () => {
		const id = await hand({ kind: 'recording' });
		await claimItem(db, mentor, id, after(1));
		const { greeting } = whole.marks;
		const some: ReviewDraft = { ...emptyDraft(), marks: { greeting: greeting! } };
		expect(await decide(mentor, id, 'return', after(2), { unsaved: { revision: 1, draft: some } })).toEqual({ code: 'decided', decision: 'return', score: null });
		const [row] = await db.select().from(submission).where(eq(submission.employeeId, learner.id));
		expect(row).toMatchObject({ state: 'returned', reason: 'Say the date.' });
		const reviews = await db.select().from(review).where(eq(review.submissionId, row!.id));
		expect(reviews).toMatchObject([{ finishedAt: null, final: null }]);
		expect(await db.select().from(mark).where(eq(mark.reviewId, reviews[0]!.id))).toEqual([]);
		expect(await readJudgedSubmission(db, library, learner, row!.id, 'en', after(3))).toMatchObject({ review: null, work: { state: 'returned', decision: { reason: 'Say the date.' } } });
		expect(await decide(mentor, id, 'return', after(3))).toMatchObject({ code: 'decided', decision: 'return' });
	});

	it('sent twice is one; of two tabs one decides', async () => {
		const id = await hand();
		await claimItem(db, mentor, id, after(1));
		await save(mentor, id);
		const both = await Promise.all([decide(mentor, id, 'accept'), decide(mentor, id, 'accept'), decide(mentor, id, 'return')]);
		expect(new Set(both.map((one) => one.code === 'decided' && one.decision)).size).toBe(1);
		const [own] = await db.select().from(review).where(eq(review.reviewerId, mentor.id));
		expect(await db.select().from(mark).where(eq(mark.reviewId, own!.id))).toHaveLength(3);
	});

	it('is not possible without a claim, nor for a stranger', async () => {
		const id = await hand();
		expect(await decide(mentor, id, 'accept')).toEqual({ code: 'unclaimed' });
		expect(await decide(stranger, id, 'accept')).toEqual({ code: 'missing' });
		expect(await decide(learner, id, 'accept')).toEqual({ code: 'missing' });
		expect(await save(mentor, id)).toEqual({ code: 'missing' });
	});

	it('holds after the claim ran out, unless somebody else took the item', async () => {
		const id = await hand();
		await claimItem(db, mentor, id, after(1));
		await save(mentor, id);
		await claimItem(db, teamMate, id, after(40));
		expect(await decide(mentor, id, 'accept', after(41))).toEqual({ code: 'taken', by: teamMate.name, until: after(70) });
		expect(await decide(mentor, id, 'accept', after(41), { unsaved: { revision: 2, draft: { ...whole, comment: 'kept' } } })).toMatchObject({ code: 'taken' });
		const rows = await db.select().from(review).where(eq(review.reviewerId, mentor.id));
		expect(rows).toMatchObject([{ draft: { comment: 'kept' }, finishedAt: null }]);
		await save(teamMate, id, 1, whole, after(42));
		expect(await decide(teamMate, id, 'accept', after(90))).toMatchObject({ code: 'decided' });
		expect(await decide(mentor, id, 'accept', after(91))).toEqual({ code: 'finished' });
	});

	it('while the claim runs out and another mentor claims, exactly one of both gets the item', async () => {
		for (let round = 0; round < 6; round++) {
			const id = await hand({}, after(round * 1000));
			const at = (minutes: number) => after(round * 1000 + minutes);
			await claimItem(db, mentor, id, at(0));
			await save(mentor, id, 1, whole, at(1));
			const [decided, claimed] = await Promise.all([
				decide(mentor, id, 'return', at(32), { againBy: '2026-12-10' }),
				claimItem(db, teamMate, id, at(32))
			]);
			expect([decided.code, claimed.code]).toEqual(decided.code === 'decided' ? ['decided', 'finished'] : ['taken', 'claimed']);
			if (decided.code !== 'decided') {
				await save(teamMate, id, 1, whole, at(33));
				await decide(teamMate, id, 'return', at(34), { againBy: '2026-12-10' });
			}
		}
	});

	it('of a call review needs no marks', async () => {
		const id = await hand({ kind: 'call-review' });
		await claimItem(db, mentor, id, after(1));
		expect(await db.select().from(review).where(eq(review.reviewerId, mentor.id))).toEqual([]);
		expect(await decide(mentor, id, 'accept', after(2), { reason: 'Heard well.' })).toMatchObject({ code: 'decided', score: null });
	});
});
