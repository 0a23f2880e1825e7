import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ReviewDraft } from '../../core/review.ts';
import { transact } from '../db/open.ts';
import { evidence, mark, observedCall } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { makePeople, type TestPeople, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import {
	acknowledgeCall,
	beginObservedCall,
	discardObservedCall,
	finishObservedCall,
	listObservedCalls,
	readObservedCall
} from './observed-calls.ts';
import { correctStandingMark, saveDraft } from './reviews.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
let library: Library;
let people: TestPeople;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
});

let counter = 0;
const input = (more = {}) => ({
	...{ employeeId: people.learner.id, scorecard: 'phone', heardOn: '2026-11-19', channel: 'phone', reference: `C-${++counter}` },
	...{ clientKey: crypto.randomUUID(), ...more }
});
const begin = async (more = {}, actor: TestPerson = people.mentor) => {
	const outcome = await beginObservedCall(db, library, actor, input(more), now);
	if (outcome.code !== 'begun') throw new Error(JSON.stringify(outcome));
	return outcome.id;
};
const given = (mark: number | null) => ({ mark, comment: mark === null ? 'No occasion.' : '', turns: [], seconds: [], snippet: null });
const draft = (date: number): ReviewDraft => ({ marks: { greeting: given(1), empathy: given(5), date: given(date) }, flags: [], comment: 'Good.' });
async function marked(date = 2, more = {}) {
	const id = await begin(more);
	const view = (await readObservedCall(db, library, people.mentor, id, 'en'))!;
	await saveDraft(db, people.mentor, { reviewId: view.review.id, revision: 1, draft: draft(date) }, now);
	expect(await finishObservedCall(db, library, people.mentor, id, now)).toEqual({ code: 'finished' });
	return id;
}
const evidenceFor = (source: string) => db.select().from(evidence).where(and(eq(evidence.source, source), eq(evidence.kind, 'observed-call')));

describe('an observed call', () => {
	test('is begun by a mentor of that person alone, and by nobody for themselves', async () => {
		for (const actor of [people.learner, people.otherMentor, people.hr, people.author, people.admin, people.otherLearner]) {
			expect(await beginObservedCall(db, library, actor, input(), now)).toEqual({ code: 'missing' });
		}
		expect(await beginObservedCall(db, library, people.mentor, input({ employeeId: people.mentor.id }), now)).toEqual({ code: 'missing' });
	});

	test.each([
		['scorecard', 'gone', 'unknown'],
		['channel', 'pigeon', 'unknown'],
		['reference', '   ', 'empty'],
		['reference', 'x'.repeat(101), 'too-long'],
		['reference', 'Ivanov +359 88 123-4567', 'personal'],
		['reference', 'ivanov@example.org', 'personal'],
		['heardOn', '2026-11-31', 'no-day'],
		['heardOn', 'yesterday', 'no-day'],
		['heardOn', '2026-11-21', 'future'],
		['heardOn', '2026-11-01', 'before-hire']
	])('with the %s %s tells %s', async (field, value, problem) => {
		const outcome = await beginObservedCall(db, library, people.mentor, input({ [field]: value }), now);
		expect(outcome).toEqual({ code: 'problems', problems: { [field]: problem } });
	});

	test('is one per mentor and number, also when it is begun twenty times at once', async () => {
		const same = input({ reference: 'once' });
		const outcomes = await Promise.all(Array.from({ length: 20 }, () => beginObservedCall(db, library, people.mentor, same, now)));
		expect(new Set(outcomes.map((one) => JSON.stringify(one))).size).toBe(1);
		expect(await beginObservedCall(db, library, people.mentor, input({ reference: ' once ' }), now)).toEqual({
			code: 'problems',
			problems: { reference: 'taken' }
		});
		expect((await db.select().from(observedCall).where(eq(observedCall.reference, 'once'))).length).toBe(1);
	});

	test('is its mentor’s alone until it is finished, then the employee’s, too', async () => {
		const id = await begin();
		expect(await readObservedCall(db, library, people.learner, id, 'en')).toBeNull();
		expect(await finishObservedCall(db, library, people.mentor, id, now)).toMatchObject({ code: 'incomplete', lacks: [{}, {}, {}] });
		expect(await finishObservedCall(db, library, people.learner, id, now)).toEqual({ code: 'missing' });
		expect(await acknowledgeCall(db, library, people.learner, id, now)).toEqual({ code: 'missing' });
		const finished = await marked();
		const seen = (await readObservedCall(db, library, people.learner, finished, 'bg'))!;
		expect(seen).toMatchObject({ isOwn: true, mayAcknowledge: true, mayMark: false, mentorName: people.mentor.name });
		expect(seen.review.score?.final).toBe(100);
		for (const actor of [people.otherMentor, people.otherLearner, people.author, people.admin, people.hr]) {
			expect(await readObservedCall(db, library, actor, finished, 'en')).toBeNull();
		}
	});

	test('is evidence once the employee has acknowledged it', async () => {
		const id = await marked();
		expect(await evidenceFor(id)).toEqual([]);
		for (const actor of [people.mentor, people.otherLearner]) expect(await acknowledgeCall(db, library, actor, id, now)).toEqual({ code: 'missing' });
		await Promise.all(Array.from({ length: 20 }, () => acknowledgeCall(db, library, people.learner, id, now)));
		expect(await evidenceFor(id)).toMatchObject([{ competency: 'listening', score: 100, passed: true, reviewerId: people.mentor.id, criticalFailure: false }]);
		expect((await evidenceFor(id))[0]!.scorecardHash).toBe(library.current().scorecard('phone')!.hash);
	});

	test('with a critical failure counts as none', async () => {
		const id = await marked(0);
		await acknowledgeCall(db, library, people.learner, id, now);
		expect(await evidenceFor(id)).toMatchObject([{ score: 0, passed: false, criticalFailure: true }]);
	});

	test('that is corrected later is other evidence from then on', async () => {
		const id = await marked(0);
		await acknowledgeCall(db, library, people.learner, id, now);
		const view = (await readObservedCall(db, library, people.mentor, id, 'en'))!;
		const standing = view.review.marks.find(({ criterion }) => criterion === 'date')!;
		await transact(db, async (tx) => {
			const correction = { markId: standing.id, mark: 2, comment: '', reason: 'Misheard.', clientKey: crypto.randomUUID() };
			await correctStandingMark(tx, library, people.mentor, correction, now, { isDecision: false });
		});
		const rows = await evidenceFor(id);
		expect(rows.map(({ score, cancels, version }) => [score, cancels !== null, version]).toSorted()).toEqual([[0, false, 1], [0, true, 1], [100, false, 2]].toSorted());
	});

	test('is thrown away by its mentor while it is unfinished, never after', async () => {
		const id = await begin();
		for (const actor of [people.otherMentor, people.learner, people.otherLearner, people.hr, people.author, people.admin]) {
			expect(await discardObservedCall(db, actor, id)).toEqual({ code: 'missing' });
		}
		expect(await discardObservedCall(db, people.mentor, id)).toEqual({ code: 'discarded' });
		expect(await discardObservedCall(db, people.mentor, id)).toEqual({ code: 'missing' });
		const finished = await marked();
		// What was finished is the employee's, too: they see it still.
		expect(await discardObservedCall(db, people.learner, finished)).toEqual({ code: 'missing' });
		expect(await discardObservedCall(db, people.mentor, finished)).toEqual({ code: 'missing' });
		expect((await listObservedCalls(db, people.learner.id)).some((one) => one.id === finished && one.final === 100)).toBe(true);
		expect((await db.select().from(mark)).length).toBeGreaterThan(0);
	});
});
