import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { observation } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { makePeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { beginObservation, confirmAsEmployee, confirmAsMentor, saveObservation } from './observations.ts';
import { beginObservedCall, finishObservedCall, readObservedCall } from './observed-calls.ts';
import { saveDraft } from './reviews.ts';
import { readTimeline } from './timeline.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
const later = new Date('2026-11-20T10:00:00Z');

test('everything judged stands in one line of time, the newest first; what is unfinished does not', async () => {
	const people = await makePeople(db, now);
	const library = await openPracticeLibrary(db, now);
	const { learner, mentor } = people;
	expect(await readTimeline(db, library, learner.id, 'en')).toEqual([]);

	const of = { employeeId: learner.id, heardOn: '2026-11-19', channel: 'phone', scorecard: 'phone' };
	const begin = async (reference: string) =>
		((await beginObservedCall(db, library, mentor, { ...of, reference, clientKey: crypto.randomUUID() }, now)) as { id: string }).id;
	await begin('unfinished');
	for (const [reference, date] of [['good', 2], ['bad', 0]] as const) {
		const call = await begin(reference);
		const { review } = (await readObservedCall(db, library, mentor, call, 'en'))!;
		const given = (mark: number) => ({ mark, comment: '', turns: [], seconds: [], snippet: null });
		const marks = { greeting: given(1), empathy: given(5), date: given(date) };
		await saveDraft(db, mentor, { reviewId: review.id, revision: 1, draft: { marks, flags: [], comment: '' } }, now);
		expect(await finishObservedCall(db, library, mentor, call, reference === 'good' ? now : later)).toEqual({ code: 'finished' });
	}
	const [checklist] = library.current().academy.observations!;
	const begun = (await beginObservation(db, library, mentor, { employeeId: learner.id, checklist: checklist!.key, clientKey: crypto.randomUUID() }, now)) as { id: string };
	const { items } = await library.itemOf(checklist!.hash, 'observation');
	const answers = Object.fromEntries(items.map(({ key }) => [key, { is: 'yes', note: '' }]));
	await saveObservation(db, library, mentor, { id: begun.id, revision: 1, answers, note: '' }, now);
	await confirmAsMentor(db, library, mentor, begun.id, new Date('2026-11-20T11:00:00Z'));

	const lines = await readTimeline(db, library, learner.id, 'en');
	expect(lines.map(({ kind, is, score, by }) => [kind, is, score, by])).toEqual([
		['checklist', null, null, mentor.name],
		['observed-call', 'bad', 0, mentor.name],
		['observed-call', 'good', 100, mentor.name]
	]);
	expect(lines[2]).toMatchObject({ title: 'good', at: now });

	// How a checklist stands with the employee, and that they have said something, is seen without opening it.
	const stateOf = async () => (await readTimeline(db, library, learner.id, 'en')).find(({ kind }) => kind === 'checklist')!.state;
	expect(await stateOf()).toBe('shown');
	await confirmAsEmployee(db, library, learner, { id: begun.id, remark: '' }, later);
	expect(await stateOf()).toBe('confirmed');
	await db.update(observation).set({ employeeRemark: 'I did ask.' }).where(eq(observation.id, begun.id));
	expect(await stateOf()).toBe('remarked');
});
