import { and, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Academy, ItemBody, SceneBody } from '../../core/academy.ts';
import { hashItem, normaliseTexts } from '../../core/item.ts';
import { describeRun, offeredChoices, startOf, type Scene } from '../../core/role-play.ts';
import { testDatabase } from '../db/testing.ts';
import { checkState, rolePlayChoice, rolePlayRun } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { enrolAsClerk, makeClerk } from '../testing-content.ts';
import { makePeople, makePerson, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary, testScene } from '../testing-practice.ts';
import { storeRelease } from './releases.ts';
import { chooseInRun, readRolePlay, shownChoices, startRun } from './role-plays.ts';

const { db } = await testDatabase();
const start = new Date('2026-11-10T08:00:00Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const exercise = 'basics/practice/kettle';
const people = await makePeople(db, start);
const library = await openPracticeLibrary(db, start);
let learner: TestPerson;

beforeEach(async () => {
	learner = await makeClerk(db, library, start);
});

const read = (run: number | null = null, locale = 'en', who = learner) => readRolePlay(db, library, who, { exercise, run, locale });
const begin = (number = 1, who = learner) => startRun(db, library, who, { exercise, number }, start);
const send = (run: number, place: number, choice: number, who = learner, now = after(10 * (place + 1))) =>
	chooseInRun(db, library, who, { exercise, run, place, choice }, now);

/** Where a choice, by its position in the scene, is shown at this place of a run. */
async function shownAt(run: number, place: number, written: number, { scene }: { scene: Scene } = testScene): Promise<number> {
	const [row] = await db.select().from(rolePlayRun).where(and(eq(rolePlayRun.employeeId, learner.id), eq(rolePlayRun.number, run)));
	const made = await db.select().from(rolePlayChoice).where(eq(rolePlayChoice.runId, row!.id)).orderBy(rolePlayChoice.place);
	const here = describeRun(scene, made.slice(0, place).map(({ choice }) => choice)).at(-1)?.to ?? startOf(scene);
	return shownChoices(row!.id, place, offeredChoices(scene, here)).indexOf(written);
}
/** Says what stands at this position in the scene. */
const say = async (run: number, place: number, written: number, now = after(10 * (place + 1))) =>
	send(run, place, await shownAt(run, place, written), learner, now);
async function play(run: number, choices: number[]) {
	expect(await begin(run)).toEqual({ code: 'started', number: run, ended: false });
	for (const [place, choice] of choices.entries()) expect(await say(run, place, choice)).toMatchObject({ code: 'chosen', elsewhere: false });
}
const runs = () => db.select().from(rolePlayRun).where(eq(rolePlayRun.employeeId, learner.id)).orderBy(rolePlayRun.number);
const choicesIn = async () => {
	const [run] = await runs();
	return db.select().from(rolePlayChoice).where(eq(rolePlayChoice.runId, run!.id)).orderBy(rolePlayChoice.place);
};

describe('a run, step by step', () => {
	it('is started, played, ended, scored and explained', async () => {
		expect(await read()).toMatchObject({ title: 'The kettle that failed twice', pass: 75, runs: [], best: null, open: null, result: null });
		expect(await begin()).toEqual({ code: 'started', number: 1, ended: false });
		expect((await read())!.open).toEqual({
			number: 1,
			place: 0,
			turns: [{ lines: [{ speaker: 'customer', name: 'Customer', text: 'This is the second kettle in a month.' }], said: null }],
			mood: 0,
			choices: expect.arrayContaining(['I am sorry. May I have your order number?', 'Order number, please.', 'Did you read the manual?']) as string[]
		});

		expect(await say(1, 0, 1)).toEqual({ code: 'chosen', ended: false, elsewhere: false, courseCompleted: false });
		// The mood is 0: the first choice of the passage is not offered, and positions count what is offered.
		expect((await read())!.open).toMatchObject({
			place: 1,
			turns: [{ said: 'Order number, please.' }, { lines: [{ text: 'Seventy-seven.' }], said: null }],
			choices: expect.arrayContaining(['We will send one.', 'That is how kettles are.']) as string[]
		});
		expect((await read())!.open!.choices).toHaveLength(2);
		expect(await say(1, 1, 1)).toMatchObject({ code: 'chosen', ended: true });
		expect(await choicesIn()).toMatchObject([
			{ place: 0, passage: 'opening', mood: 0, choice: 1, at: after(10) },
			{ place: 1, passage: 'details', mood: 0, choice: 1, at: after(20) }
		]);
		expect(await runs()).toMatchObject([
			{ endedAt: after(20), earned: 2, best: 5, share: 0.4, critical: false, ending: 'good', passed: false, formula: 1 }
		]);

		for (const shown of [await read(), await read(1)]) expect(JSON.stringify(shown)).not.toMatch(/[0-9a-f]{64}/);
		const { result, open, best, runs: lines } = (await read(1))!;
		expect({ open, best }).toEqual({ open: null, best: 1 });
		expect(lines).toMatchObject([{ number: 1, percent: 40, passed: false, ending: 'good' }]);
		expect(result).toMatchObject({ earned: 2, best: 5, percent: 40, critical: false, lastLines: [{ text: 'Thank you.' }] });
		expect(result!.steps).toMatchObject([
			{
				said: 'Order number, please.',
				at: after(10),
				points: 1,
				lost: 3,
				better: 'I am sorry. May I have your order number?',
				feedback: 'SECRET-CHOICE-6102 Correct and cool.',
				clauses: []
			},
			{ said: 'We will send one.', points: 1, lost: 0, better: null, feedback: null }
		]);
		expect(JSON.stringify(result)).not.toMatch(/SECRET-CHOICE-610[13]|SECRET-LINE/);
	});

	it('is passed with the best path, which counts for the lesson and links the clauses', async () => {
		await play(1, [0, 0]);
		expect((await read(1))!.result).toMatchObject({
			percent: 100,
			passed: true,
			steps: [{ lost: 0, clauses: [{ href: '/handbook/phone#greeting' }], moodBefore: 0, moodAfter: 1 }, { clauses: [{ href: '/handbook/phone#hold' }] }]
		});
		const [state] = await db.select().from(checkState).where(and(eq(checkState.employeeId, learner.id), eq(checkState.exercise, exercise)));
		expect(state).toMatchObject({ done: 'ended', doneAt: after(20), metAt: after(20) });
	});

	it('reached once stays reached; best and last are told apart', async () => {
		await play(1, [0, 0]);
		await play(2, [2, 1]);
		const view = (await read(2))!;
		expect(view).toMatchObject({ best: 1, runs: [{ number: 2, percent: 0, passed: false, ending: 'bad' }, { number: 1, percent: 100 }] });
		const [state] = await db.select().from(checkState).where(eq(checkState.employeeId, learner.id));
		expect(state!.metAt).toEqual(after(20));
		// What was seen in the first run is on the map of the second, and nothing of what was not.
		expect(view.result!.map.places.map(({ seen, taken }) => ({ seen, taken }))).toEqual([
			{ seen: true, taken: 1 },
			{ seen: true, taken: null },
			{ seen: true, taken: 2 },
			{ seen: true, taken: null },
			{ seen: false, taken: null },
			{ seen: true, taken: 3 }
		]);
	});

	it('a critical choice is named and never passes', async () => {
		await play(1, [0, 2]);
		expect((await read(1))!.result).toMatchObject({ critical: true, passed: false, ending: 'bad', steps: [{ critical: false }, { critical: true }] });
		const [state] = await db.select().from(checkState).where(eq(checkState.employeeId, learner.id));
		expect(state).toMatchObject({ done: 'ended', metAt: null });
	});

	it('speaks the reader’s language', async () => {
		await begin();
		expect((await read(null, 'ru'))!.open!.choices).toContain('Order number, please. (ru)');
	});
});

describe('what may reach a browser', () => {
	it('is what was reached and what is offered now', async () => {
		const telling = async () => JSON.stringify([await read(), await read(null, 'bg')]);
		expect(await telling()).not.toMatch(/SECRET|second kettle/);
		await begin();
		const opening = await telling();
		expect(opening).toContain('second kettle');
		expect(opening).not.toMatch(/SECRET|"details"|Seventy-seven|new one is with you|"points"|"lost"|"to"/);
		await say(1, 0, 0);
		const details = await telling();
		// This line is spoken in this mood; its twin is not.
		expect(details).toContain('SECRET-LINE-6104');
		expect(details).not.toMatch(/SECRET-CHOICE|Seventy-seven|money back|Are you serious/);
		await say(1, 1, 0);
		expect(await telling()).not.toMatch(/SECRET|second kettle/);
		const ended = JSON.stringify(await read(1));
		expect(ended).toContain('SECRET-CHOICE-6101');
		expect(ended).not.toMatch(/SECRET-CHOICE-610[23]|money back|Are you serious|hung up|"cold"|"gone"/);
	});

	it('is nothing of somebody else’s, nor without the course', async () => {
		await play(1, [0]);
		const stranger = await makePerson(db, start, { name: 'Stranger' });
		expect(await read(null, 'en', stranger)).toBeNull();
		expect(await begin(1, stranger)).toEqual({ code: 'missing' });
		expect(await send(1, 1, 0, stranger)).toEqual({ code: 'missing' });
		await enrolAsClerk(db, library, people.otherLearner.id, start);
		expect(await read(null, 'en', people.otherLearner)).toMatchObject({ runs: [], open: null });
		expect(await read(1, 'en', people.otherLearner)).toBeNull();
		expect(await send(1, 1, 0, people.otherLearner)).toEqual({ code: 'missing' });
		expect(await read(7)).toBeNull();
		expect(await readRolePlay(db, library, learner, { exercise: 'basics/practice/apology', run: null, locale: 'en' })).toBeNull();
	});
});

describe('sent twice, or from two tabs', () => {
	it('a choice sent again changes nothing and is answered like the first', async () => {
		await begin();
		await say(1, 0, 0);
		expect(await say(1, 0, 0, after(500))).toEqual({ code: 'chosen', ended: false, elsewhere: false, courseCompleted: false });
		expect(await choicesIn()).toMatchObject([{ place: 0, choice: 0, at: after(10) }]);
	});
	it('another choice for a place that is taken is told so, as is a page that was left behind', async () => {
		await begin();
		await say(1, 0, 0);
		expect(await say(1, 0, 2)).toMatchObject({ code: 'chosen', elsewhere: true, ended: false });
		await say(1, 1, 0);
		expect(await say(1, 0, 0)).toMatchObject({ code: 'chosen', elsewhere: true, ended: true });
		expect(await send(1, 2, 0)).toMatchObject({ elsewhere: true, ended: true });
		expect((await choicesIn()).map(({ choice }) => choice)).toEqual([0, 0]);
	});
	it('a choice that is not offered is refused, one for a place not reached yet is told where the run stands', async () => {
		await begin();
		expect(await send(1, 0, 3)).toEqual({ code: 'not-offered' });
		expect(await send(1, 5, 0)).toMatchObject({ code: 'chosen', elsewhere: true });
		expect(await choicesIn()).toEqual([]);
	});
	it('what is offered stands in an order of its own in every run, and in the same whenever it is looked at', async () => {
		const orders = new Set<string>();
		for (let run = 1; run <= 12; run++) {
			await begin(run);
			const { choices } = (await read())!.open!;
			expect((await read(null, 'en'))!.open!.choices).toEqual(choices);
			orders.add(choices.join());
			await say(run, 0, 2);
			await say(run, 1, 1);
		}
		expect(orders.size).toBeGreaterThan(1);
	});
	it('a start sent again leads to its run, ended or not', async () => {
		await begin();
		expect(await begin()).toEqual({ code: 'started', number: 1, ended: false });
		expect(await begin(2)).toEqual({ code: 'started', number: 1, ended: false });
		await say(1, 0, 2);
		await say(1, 1, 0);
		expect(await begin()).toEqual({ code: 'started', number: 1, ended: true });
		expect(await begin(2)).toEqual({ code: 'started', number: 2, ended: false });
	});
	it('twenty starts at once are one run', async () => {
		const started = await Promise.all(Array.from({ length: 20 }, () => begin()));
		expect(started).toEqual(Array.from({ length: 20 }, () => ({ code: 'started', number: 1, ended: false })));
		expect(await runs()).toHaveLength(1);
	});
	it('twenty choices at once are one choice, and everybody is told where the run stands', async () => {
		await begin();
		const positions = [await shownAt(1, 0, 0), await shownAt(1, 0, 1)];
		const told = await Promise.all(Array.from({ length: 20 }, (_, at) => send(1, 0, positions[at % 2]!)));
		const [made] = await choicesIn();
		expect(await choicesIn()).toHaveLength(1);
		for (const [at, one] of told.entries()) expect(one).toMatchObject({ code: 'chosen', elsewhere: at % 2 !== made!.choice });
		const good = await shownAt(1, 1, 1);
		const last = await Promise.all(Array.from({ length: 20 }, () => send(1, 1, good)));
		expect(last.every((one) => one.code === 'chosen' && one.ended && !one.elsewhere)).toBe(true);
		expect(await runs()).toMatchObject([{ endedAt: after(20) }]);
	});
});

describe('a new release', () => {
	it('leaves an open run on the scene it began with; the next one is on the new scene', async () => {
		const database = await testDatabase();
		const own = await openPracticeLibrary(database.db, start);
		const who = await makeClerk(database.db, own, start);
		const at = (number: number) => startRun(database.db, own, who, { exercise, number }, start);
		const choose = async (run: number, place: number, words: string) => {
			const choice = (await view())!.open!.choices.indexOf(words);
			return chooseInRun(database.db, own, who, { exercise, run, place, choice }, after(place));
		};
		const view = (run: number | null = null) => readRolePlay(database.db, own, who, { exercise, run, locale: 'en' });
		await at(1);
		await choose(1, 0, 'I am sorry. May I have your order number?');

		const changed: SceneBody = { ...testScene, title: { en: 'Another kettle' }, scene: { ...testScene.scene, start: 'cold' } };
		await publishChanged(database.db, own, changed);
		expect(await view()).toMatchObject({ title: 'The kettle that failed twice', open: { place: 1, choices: { length: 3 } } });
		expect(await choose(1, 1, 'A new one is with you on Friday.')).toMatchObject({ code: 'chosen', ended: true });
		expect(await view(1)).toMatchObject({ result: { percent: 100 } });
		expect(await view()).toMatchObject({ title: 'Another kettle', best: 1 });
		await at(2);
		expect((await view())!.open!.turns[0]!.lines[0]!.text).toBe('Are you serious?');
	});
});

/** Publishes the practice academy again with another scene. */
async function publishChanged(into: typeof db, own: Library, scene: SceneBody): Promise<void> {
	const academy = structuredClone(own.current().academy) as Academy;
	const found = own.current().exercise(exercise)!;
	const body = await own.itemOf(found.exercise.hash, 'role-play');
	const named = (name: string, one: ItemBody) => ({ name, body: normaliseTexts(one), hash: hashItem(normaliseTexts(one)), sources: [] });
	const newScene = named(scene.name, scene);
	const newExercise = named(exercise, { ...body, scene: { ...body.scene, hash: newScene.hash } });
	academy.scenes = [{ key: 'faulty-kettle', title: scene.title, hash: newScene.hash }];
	for (const course of academy.courses) {
		for (const lesson of course.lessons) for (const one of lesson.exercises) if (one.name === exercise) one.hash = newExercise.hash;
	}
	const outcome = await storeRelease(into, { academy, items: [newScene, newExercise], filesHash: 'changed' }, after(1));
	if (outcome.code === 'orphans') throw new Error(outcome.names.join('\n'));
	await own.refresh();
}
