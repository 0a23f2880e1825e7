import { and, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { checkResponse, checkState, deskItem, submission } from '../db/schema/index.ts';
import { makeClerk } from '../testing-content.ts';
import { makePeople, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { answerInlineCheck, readLesson } from './lessons.ts';
import { acceptSubmission, handIn, returnSubmission } from './submissions.ts';

const { db } = await testDatabase();
const start = new Date('2026-11-10T08:00:00Z');
const after = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
const people = await makePeople(db, start);
const library = await openPracticeLibrary(db, start);
let learner: TestPerson;

beforeEach(async () => {
	learner = await makeClerk(db, library, start);
});

const open = 'basics/practice/own-words';
function answer(text: string, now = start, clientKey = crypto.randomUUID()) {
	const fields = new FormData();
	fields.set('text', text);
	const input = { lesson: 'basics/practice', key: 'own-words', release: library.current().id, clientKey, fields, locale: 'en' };
	return answerInlineCheck(db, library, learner, input, now);
}
const submissions = () => db.select().from(submission).where(eq(submission.employeeId, learner.id)).orderBy(submission.number);
const items = () => db.select().from(deskItem).where(eq(deskItem.employeeId, learner.id)).orderBy(deskItem.round);
const state = async (exercise: string) => {
	const [row] = await db.select().from(checkState).where(and(eq(checkState.employeeId, learner.id), eq(checkState.exercise, exercise)));
	return row;
};
const claim = (until: Date) => db.update(deskItem).set({ claimedBy: people.mentor.id, claimedUntil: until }).where(eq(deskItem.employeeId, learner.id));
const giveBack = async (id: string) => {
	await returnSubmission(db, { submissionId: id, by: people.mentor.id, reason: 'Which date?', againBy: after(9000) }, after(30));
	await db.update(deskItem).set({ finishedAt: after(30), finishedBy: people.mentor.id }).where(eq(deskItem.submissionId, id));
};
const recordingOf = (more = {}) => {
	const exercise = 'basics/practice/apology';
	const itemHash = library.current().exercise(exercise)!.exercise.hash;
	return { employeeId: learner.id, exercise, kind: 'recording' as const, itemHash, scorecardHash: library.current().scorecard('phone')!.hash, clientKey: crypto.randomUUID(), ...more };
};

describe('an open answer in a lesson', () => {
	it('waits on the desk, and is done for the lesson but not met', async () => {
		expect(await answer('Good morning, Ana here.')).toMatchObject({ code: 'answered', check: { done: 'submitted', tries: 1 } });
		expect(await submissions()).toMatchObject([
			{ kind: 'open', exercise: open, number: 1, state: 'waiting', answer: 'Good morning, Ana here.', scorecardHash: library.current().scorecard('phone')!.hash }
		]);
		expect(await items()).toMatchObject([{ kind: 'open', round: 1, waitingSince: start, claimedBy: null, finishedAt: null }]);
		expect(await state(open)).toMatchObject({ done: 'submitted', metAt: null });
	});

	it('changed before a mentor takes it, it is replaced and keeps its place', async () => {
		await answer('First words.');
		await answer('Better words.', after(5));
		expect(await submissions()).toMatchObject([{ number: 1, answer: 'Better words.', submittedAt: after(5) }]);
		expect(await items()).toMatchObject([{ waitingSince: start }]);
		expect(await db.select().from(checkResponse).where(eq(checkResponse.employeeId, learner.id))).toHaveLength(2);
	});

	it('sent twice is one, also when the second comes after a change', async () => {
		const key = crypto.randomUUID();
		await Promise.all([answer('Same.', start, key), answer('Same.', start, key)]);
		await answer('Other.', after(1));
		await answer('Same.', after(2), key);
		expect(await submissions()).toMatchObject([{ answer: 'Other.' }]);
		expect(await items()).toHaveLength(1);
	});

	it('cannot be changed while a mentor judges it, and can when their time has run out', async () => {
		await answer('First words.');
		await claim(after(30));
		expect(await answer('Too late.', after(10))).toMatchObject({ code: 'invalid', problem: 'claimed', response: { text: 'Too late.' } });
		expect(await submissions()).toMatchObject([{ answer: 'First words.' }]);
		expect(await state(open)).toMatchObject({ tries: 1 });
		expect(await answer('In time again.', after(31))).toMatchObject({ code: 'answered' });
	});

	it('returned, the next one is the second round', async () => {
		await answer('First words.');
		await giveBack((await submissions())[0]!.id);
		await answer('Second words.', after(60));
		expect(await submissions()).toMatchObject([
			{ number: 1, state: 'returned', answer: 'First words.', reason: 'Which date?', againBy: after(9000) },
			{ number: 2, state: 'waiting', answer: 'Second words.' }
		]);
		expect(await items()).toMatchObject([{ round: 1 }, { round: 2, waitingSince: after(60) }]);
	});

	it('accepted, the exercise is met and nothing is handed in any more', async () => {
		await answer('Good words.');
		await acceptSubmission(db, library.current(), { row: (await submissions())[0]!, by: people.mentor.id, comment: null }, after(30));
		expect(await state(open)).toMatchObject({ done: 'submitted', metAt: after(30) });
		expect(await answer('More words.', after(40))).toMatchObject({ code: 'invalid', problem: 'accepted' });
		expect(await submissions()).toHaveLength(1);
	});

	it('is explained once it was accepted: until then it can be handed in again', async () => {
		const lesson = async () => JSON.stringify(await readLesson(db, library, learner, 'basics/practice', 'en', after(80)));
		const explained = 'SECRET-EXPLANATION-6201';
		expect(JSON.stringify(await answer('First words.'))).not.toContain(explained);
		expect(await lesson()).not.toContain(explained);
		await giveBack((await submissions())[0]!.id);
		expect(await lesson()).not.toContain(explained);
		expect(JSON.stringify(await answer('Second words.', after(60)))).not.toContain(explained);
		await acceptSubmission(db, library.current(), { row: (await submissions())[1]!, by: people.mentor.id, comment: null }, after(70));
		expect(await lesson()).toContain(explained);
	});
});

describe('handing in', () => {
	it('many times at once is one round', async () => {
		const outcomes = await Promise.all(Array.from({ length: 8 }, () => db.transaction((tx) => handIn(tx, library.current(), recordingOf(), start))));
		expect(new Set(outcomes.map((one) => one.code === 'waiting' && one.deskItemId)).size).toBe(1);
		expect(await submissions()).toHaveLength(1);
		expect(await state('basics/practice/apology')).toMatchObject({ done: 'submitted', metAt: null });
	});

	it('a draft, it becomes what waits, once', async () => {
		const { exercise, itemHash } = recordingOf();
		const [draft] = await db
			.insert(submission)
			.values({ employeeId: learner.id, exercise, kind: 'recording', number: 1, state: 'draft', itemHash, clientKey: crypto.randomUUID(), startedAt: start })
			.returning({ id: submission.id });
		for (const minutes of [1, 2]) {
			expect(await handIn(db, library.current(), recordingOf({ submissionId: draft!.id }), after(minutes))).toMatchObject({ code: 'waiting', submissionId: draft!.id, number: 1 });
		}
		expect(await submissions()).toMatchObject([{ state: 'waiting', startedAt: start, submittedAt: after(1) }]);
		await expect(handIn(db, library.current(), { ...recordingOf(), employeeId: people.learner.id, submissionId: draft!.id }, after(3))).rejects.toThrow('no draft');
	});

	it('a live role-play is not done before it was played', async () => {
		const exercise = 'basics/practice/kettle';
		const itemHash = library.current().exercise(exercise)!.exercise.hash;
		const handed = await handIn(db, library.current(), { ...recordingOf(), exercise, itemHash, kind: 'live-role-play' }, start);
		expect(await state(exercise)).toBeUndefined();
		if (handed.code !== 'waiting') throw new Error(handed.code);
		await acceptSubmission(db, library.current(), { row: (await submissions())[0]!, by: people.mentor.id, comment: 'Played well.' }, after(9));
		expect(await state(exercise)).toMatchObject({ done: 'ended', metAt: after(9) });
	});

	it('is decided once', async () => {
		await answer('Words.');
		const [row] = await submissions();
		await giveBack(row!.id);
		await expect(acceptSubmission(db, library.current(), { row: row!, by: people.mentor.id, comment: null }, after(40))).rejects.toThrow('does not wait');
		await expect(returnSubmission(db, { submissionId: row!.id, by: people.mentor.id, reason: 'x', againBy: after(1) }, after(40))).rejects.toThrow('does not wait');
	});
});
