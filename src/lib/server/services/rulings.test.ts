import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyDraft } from '../../core/review.ts';
import type { Db } from '../db/open.ts';
import { testDatabase } from '../db/testing.ts';
import { auditEvent, dispute, mark, review, ruling, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { makeMentored, makePerson, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { readHandbookPage } from './handbook.ts';
import { scorecardView } from './reviews.ts';
import { listRulings, withdrawRuling } from './rulings.ts';

const { db, sql } = await testDatabase();
const start = new Date('2026-11-10T08:00:00Z');
const after = (days: number) => new Date(start.getTime() + days * 86_400_000);
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
	await db.delete(ruling);
	({ learner, mentor, second, stranger } = await makeMentored(db, start));
});

/** What `by` settled about a mark that `mentor` had given `of`. */
async function rule(body: string, { criterion = 'greeting', by = second, of = learner, day = 1 } = {}): Promise<string> {
	const scorecardHash = library.current().scorecard('phone')!.hash;
	const itemHash = library.current().exercise('basics/practice/own-words')!.exercise.hash;
	const handedIn = { kind: 'open', number: 1, itemHash, scorecardHash, answer: 'x', clientKey: crypto.randomUUID(), startedAt: start, submittedAt: start };
	const [work] = await db.insert(submission).values({ ...handedIn, employeeId: of.id, exercise: `a/b/${crypto.randomUUID()}`, state: 'waiting' }).returning();
	const [judged] = await db
		.insert(review)
		.values({ kind: 'mentor', employeeId: of.id, reviewerId: mentor.id, submissionId: work!.id, scorecardHash, draft: emptyDraft(), startedAt: start, savedAt: start, finishedAt: start, formula: 1 })
		.returning();
	const [given] = await db.insert(mark).values({ reviewId: judged!.id, criterion, mark: 0, markedBy: mentor.id, at: start }).returning();
	const contested = { markId: given!.id, reviewId: judged!.id, criterion, raisedBy: of.id, reviewerId: mentor.id, reason: 'No.', raisedAt: start };
	const [raised] = await db.insert(dispute).values(contested).returning();
	const [made] = await db.insert(ruling).values({ scorecard: 'phone', criterion, body, disputeId: raised!.id, madeBy: by.id, madeAt: after(day) }).returning();
	return made!.id;
}
const withdraw = (who: TestPerson, id: string, reason = 'The standard says otherwise now.') => withdrawRuling(db, who, { id, reason }, after(9));
const list = async (who: TestPerson, clause: string | null = null) => (await listRulings(db, library, who, { clause, page: 1 }, 'en'))!;
const besideGreeting = async () => {
	const view = await scorecardView(db, library, library.current().scorecard('phone')!.hash, 'en');
	return view.sections.flatMap(({ criteria }) => criteria).find(({ key }) => key === 'greeting')!.rulings.map(({ body }) => body);
};
async function inHandbook(anchor: string, who = learner) {
	const page = await readHandbookPage(db, library, who, 'phone', 'en');
	const piece = page!.pieces.find((one) => one.kind === 'clause' && one.anchor === anchor);
	return piece?.kind === 'clause' ? piece.uses : null;
}

describe('a clause of the handbook', () => {
	it('shows the last ruling, whom it was about shows nowhere, and how many are older', async () => {
		expect((await inHandbook('greeting'))!.ruling).toBeNull();
		await rule('The first name is enough.');
		await rule('The company comes first.', { day: 3 });
		await rule('About dates.', { criterion: 'date', day: 4 });
		for (const who of [learner, stranger, hr]) {
			expect((await inHandbook('greeting', who))!.ruling).toEqual({
				...{ body: 'The company comes first.', madeAt: after(3), earlier: 1 },
				...{ criterion: 'Says who speaks', scorecard: 'Phone scorecard' }
			});
		}
	});

	it('is read in two queries, with the list in two, however many there are', async () => {
		const queriesOf = async (read: (on: Db) => Promise<unknown>) => {
			let queries = 0;
			await read(drizzle(sql, { logger: { logQuery: () => void queries++ } }) as unknown as Db);
			return queries;
		};
		const both = async () => [
			await queriesOf((on) => readHandbookPage(on, library, learner, 'phone', 'en')),
			await queriesOf((on) => listRulings(on, library, hr, { clause: null, page: 1 }, 'en'))
		];
		await both();
		expect(await both()).toEqual([2, 2]);
		for (let day = 1; day <= 6; day++) await rule(`Of day ${day}.`, { criterion: day % 2 === 0 ? 'greeting' : 'date', day });
		expect(await both()).toEqual([2, 2]);
	});

	it('says on which scorecards and checklists it is observed', async () => {
		expect((await inHandbook('greeting'))!.observed).toContainEqual({ title: 'Says who speaks', of: 'Phone scorecard' });
	});
});

describe('the list', () => {
	it('is the newest first, of one clause or all, without names for those who only read what holds', async () => {
		await rule('First.');
		const newest = await rule('Second.', { day: 2 });
		await rule('About dates.', { criterion: 'empathy', day: 3 });
		expect((await list(learner)).rulings.map(({ body }) => body)).toEqual(['About dates.', 'Second.', 'First.']);
		const { rulings, total, clause } = await list(learner, 'phone.greeting');
		expect({ total, clause }).toEqual({ total: 2, clause: { id: 'phone.greeting', title: 'Say who you are', href: '/handbook/phone#greeting' } });
		expect(rulings[0]).toEqual({
			...{ id: newest, body: 'Second.', madeAt: after(2), by: null, withdrawn: null, mayWithdraw: false },
			...{ criterion: 'Says who speaks', scorecard: 'Phone scorecard', clause }
		});
		expect((await list(hr)).rulings[0]).toMatchObject({ by: second.name, mayWithdraw: true });
		expect(JSON.stringify([await list(learner), await list(hr)])).not.toContain(learner.name);
		expect((await list(learner, 'no.such')).total).toBe(3);
		expect(await listRulings(db, library, { id: learner.id, roles: [] }, { clause: null, page: 1 }, 'en')).toBeNull();
	});
});

describe('withdrawing', () => {
	it('takes it from the criterion, the handbook and what everybody reads; mentors and HR see it with the reason', async () => {
		await rule('The first name is enough.');
		const id = await rule('The company comes first.', { day: 3 });
		expect(await withdraw(hr, id)).toEqual({ code: 'withdrawn' });
		expect(await besideGreeting()).toEqual(['The first name is enough.']);
		expect((await inHandbook('greeting'))!.ruling).toMatchObject({ body: 'The first name is enough.', earlier: 0 });
		expect((await list(learner)).rulings.map(({ body }) => body)).toEqual(['The first name is enough.']);
		for (const who of [hr, second, stranger]) {
			const seen = (await list(who)).rulings.find((one) => one.id === id);
			expect(seen).toMatchObject({ mayWithdraw: false, withdrawn: { at: after(9), by: 'Hr', reason: 'The standard says otherwise now.' } });
		}
		expect(await db.select().from(auditEvent).where(eq(auditEvent.targetId, id))).toMatchObject([
			{ action: 'ruling.withdrawn', actorId: hr.id, personId: null, details: { scorecard: 'phone', criterion: 'greeting' } }
		]);
	});

	it('needs a reason', async () => {
		const id = await rule('The company comes first.');
		expect(await withdraw(hr, id, ' ')).toEqual({ code: 'no-reason' });
		expect(await withdraw(hr, id, 'x'.repeat(2001))).toEqual({ code: 'too-long' });
		expect(await besideGreeting()).toEqual(['The company comes first.']);
	});

	it('is for HR and for who made it; not for others, nor for those whose mark or work it was about', async () => {
		const id = await rule('The company comes first.');
		for (const who of [learner, mentor, stranger]) {
			expect((await list(who)).rulings[0]).toMatchObject({ id, mayWithdraw: false });
			expect(await withdraw(who, id)).toEqual({ code: 'missing' });
		}
		const ofHr = await rule('About HR.', { of: hr });
		expect(await withdraw(hr, ofHr)).toEqual({ code: 'missing' });
		expect(await withdraw(hr, crypto.randomUUID())).toEqual({ code: 'missing' });
		expect(await withdraw(hr, 'x')).toEqual({ code: 'missing' });
		expect(await withdraw({ ...second, roles: ['learner'] }, id)).toEqual({ code: 'missing' });
		expect(await withdraw(second, id)).toEqual({ code: 'withdrawn' });
	});

	it('sent twice is done once; somebody else is told that it was', async () => {
		const id = await rule('The company comes first.');
		const both = await Promise.all([withdraw(hr, id), withdraw(hr, id), withdraw(second, id)]);
		expect(both.map(({ code }) => code).sort()).toContain('withdrawn-already');
		const [row] = await db.select().from(ruling).where(eq(ruling.id, id));
		const [first, other] = row!.withdrawnBy === hr.id ? [hr, second] : [second, hr];
		expect(await withdraw(first, id, 'Another reason.')).toEqual({ code: 'withdrawn' });
		expect(await withdraw(other, id)).toEqual({ code: 'withdrawn-already' });
		expect(await db.select().from(auditEvent).where(eq(auditEvent.targetId, id))).toHaveLength(1);
		expect((await db.select().from(ruling).where(eq(ruling.id, id)))[0]).toMatchObject({ withdrawnReason: 'The standard says otherwise now.' });
	});
});
