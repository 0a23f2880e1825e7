/** A real call before, on and after its last day: tries, results, the desk, its sound, what is published. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDraft, type ReviewDraft } from '../../core/review.ts';
import { testDatabase } from '../db/testing.ts';
import { enrolment, mentorship, review, sound, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { openTestLibrary, testContent } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople, type TestPerson } from '../testing-people.ts';
import { readCallReview, saveCallReview, startCallReview, submitCallReview } from './call-reviews.ts';
import { readCall } from './calls.ts';
import { readJudgedSubmission } from './judging.ts';
import { publish } from './releases.ts';
import { findSound, tidySounds } from './sounds.ts';

const { db } = await testDatabase();
const before = new Date('2026-11-10T08:00:00Z');
/** In Sofia two hours later: still 30 November, and 1 December. */
const lastMinute = new Date('2026-11-30T21:59:00Z');
const over = new Date('2026-11-30T22:00:00Z');
const name = 'practice/calls/review-calls';
const callFile = 'calls/wrong-colour/call.yaml';
let folder: string;
let library: Library;
let people: TestPeople;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'keeping-'));
	await cp(testContent, folder, { recursive: true });
	for (const locale of ['en', 'ru', 'bg']) await change(`courses/practice/calls.${locale}.md`, '[late-delivery, wrong-colour]', '[wrong-colour, late-delivery]');
	await change(callFile, 'source: synthetic', 'source: real\nconsent: Agreed on 3 November 2025\nkeep-until: 2026-11-30');
	people = await makePeople(db, before);
	library = await openTestLibrary(db, before, folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function change(file: string, from: string, to: string) {
	const text = await readFile(join(folder, file), 'utf8');
	if (!text.includes(from)) throw new Error(`${file} does not say “${from}”`);
	await writeFile(join(folder, file), text.replace(from, to));
}
async function someone(name: string) {
	const person = await makePerson(db, before, { name });
	await db.insert(enrolment).values({ employeeId: person.id, course: 'practice', source: 'hand', mandatory: true, place: 0, assignedOn: '2026-11-02' });
	return person;
}
const read = (actor: TestPerson, now: Date, shown: number | null = null) => readCallReview(db, library, actor, name, shown, 'en', now);
const start = (actor: TestPerson, now: Date, clientKey: string = crypto.randomUUID()) => startCallReview(db, library, actor, { name, clientKey }, now);
const marked: ReviewDraft = {
	...emptyDraft(),
	marks: Object.fromEntries(['greeting', 'empathy', 'date'].map((key) => [key, { mark: key === 'greeting' ? 0 : 1, comment: `own ${key}`, turns: ['t1'], seconds: [], snippet: null }])),
	flags: [{ turn: 't3', is: 'breaks', clause: 'phone.hold', note: 'own note' }]
};
async function handedIn(actor: TestPerson, now: Date) {
	await start(actor, now);
	const work = (await read(actor, now))!.work!;
	await saveCallReview(db, actor, { review: work.review, revision: work.revision + 1, draft: marked }, now);
	expect((await submitCallReview(db, library, actor, { submission: work.submission, revision: work.revision + 1 }, now)).code).toBe('submitted');
	return work;
}
const audioHash = async () => (await library.itemOf(library.current().call('wrong-colour')!.hash, 'call')).audio.en!.hash;
const words = async () => (await library.itemOf(library.current().call('wrong-colour')!.hash, 'call')).turns.map(({ text }) => text.en!);

describe('a call after its last day', () => {
	it('is not begun, and is no call that is left', async () => {
		const learner = await someone('Begins Late');
		expect(await read(learner, lastMinute)).toMatchObject({ calls: 2, left: 2, next: { call: 'Call wrong-colour', again: false } });
		expect(await read(learner, over)).toMatchObject({ calls: 1, left: 1, next: { call: 'Call late-delivery', again: false } });
		await start(learner, over);
		expect((await read(learner, over))!.work!.call).toMatchObject({ title: 'Call late-delivery', gone: null });
	});

	it('leaves marks and results to be explained, without a word or sound of it', async () => {
		const learner = await someone('Reviewed Early');
		await db.insert(mentorship).values({ mentorId: people.mentor.id, menteeId: learner.id, since: before });
		const work = await handedIn(learner, before);
		const [was, is] = [(await read(learner, before, 1))!.result!, (await read(learner, over, 1))!.result!];
		expect(was.call.turns.length).toBeGreaterThan(0);
		expect(is).toEqual({ ...was, call: { ...was.call, gone: '2026-11-30', turns: [], audio: null } });
		const judged = await readJudgedSubmission(db, library, people.mentor, work.submission, 'en', over);
		expect(judged!.work.call).toMatchObject({ title: 'Call wrong-colour', gone: '2026-11-30', turns: [], audio: null });
		const shown = JSON.stringify([await read(learner, over), is, judged, await readCall(library, learner, 'wrong-colour', 'en', over)]);
		for (const said of await words()) expect(shown).not.toContain(said);
		expect(JSON.stringify(await readCall(library, learner, 'wrong-colour', 'en', lastMinute))).toContain((await words())[0]);
	});

	it('lets an open try be handed in as it is', async () => {
		const learner = await someone('Hands In Late');
		await start(learner, before);
		const work = (await read(learner, before))!.work!;
		await saveCallReview(db, learner, { review: work.review, revision: 1, draft: marked }, before);
		expect(await read(learner, over)).toMatchObject({ work: { call: { gone: '2026-11-30', turns: [] } }, next: { call: 'Call late-delivery' } });
		expect(await submitCallReview(db, library, learner, { submission: work.submission, revision: 1 }, over)).toEqual({ code: 'submitted', state: 'failed' });
	});

	it('gives an open try away for the next call, once, however often it is asked for', async () => {
		const learner = await someone('Goes On');
		const key = crypto.randomUUID();
		const first = await start(learner, before, key);
		expect(await start(learner, lastMinute)).toEqual(first);
		// The start that began it, sent again, is still that one.
		expect(await start(learner, over, key)).toEqual(first);
		const outcomes = await Promise.all(Array.from({ length: 10 }, () => start(learner, over)));
		expect(new Set(outcomes.map((one) => JSON.stringify(one))).size).toBe(1);
		expect(outcomes[0]).not.toEqual(first);
		const rows = await db.select({ number: submission.number, state: submission.state }).from(submission).where(eq(submission.employeeId, learner.id));
		expect(rows).toEqual([{ number: 1, state: 'draft' }]);
		expect(await db.$count(review, eq(review.reviewerId, learner.id))).toBe(1);
		expect((await read(learner, over))!.work!.call.title).toBe('Call late-delivery');
	});

	it('that was handed in at that very moment is not thrown away', async () => {
		const learner = await someone('At Once');
		await start(learner, before);
		const work = (await read(learner, before))!.work!;
		await saveCallReview(db, learner, { review: work.review, revision: 1, draft: marked }, before);
		const [handed] = await Promise.all([submitCallReview(db, library, learner, { submission: work.submission, revision: 1 }, over), start(learner, over)]);
		const rows = await db.select().from(submission).where(and(eq(submission.employeeId, learner.id), eq(submission.id, work.submission)));
		expect(rows.map(({ state }) => state)).toEqual(handed.code === 'submitted' ? ['failed'] : []);
	});
});

describe('the sound of a call', () => {
	it('is not served after the last day, and is deleted then', async () => {
		const hash = await audioHash();
		expect(await findSound(db, hash, '2026-11-30')).toMatchObject({ keepUntil: '2026-11-30' });
		expect(await findSound(db, hash, '2026-12-01')).toBeNull();
		expect(await tidySounds(db, '2026-11-30')).toBe(0);
		expect(await tidySounds(db, '2026-12-01')).toBe(1);
		expect(await db.$count(sound, eq(sound.hash, hash))).toBe(0);
	});

	it('is not stored again by publishing, until its use was agreed to for longer', async () => {
		const hash = await audioHash();
		await change('courses/basics/hold.en.md', 'Ask first.', 'Always ask first.');
		expect(await publish(db, { folder }, over)).toMatchObject({ code: 'published' });
		expect(await db.$count(sound, eq(sound.hash, hash))).toBe(0);
		const learner = await someone('Reads Again');
		await change(callFile, '2026-11-30', '2027-11-30');
		expect(await publish(db, { folder }, over)).toMatchObject({ code: 'published' });
		await library.refresh();
		expect(await findSound(db, hash, '2026-12-01')).toMatchObject({ keepUntil: '2027-11-30' });
		expect(await readCall(library, learner, 'wrong-colour', 'en', over)).toMatchObject({ gone: null });
	});

	it('and its words are gone for every version when the consent is withdrawn', async () => {
		const learner = await someone('Heard It');
		await handedIn(learner, over);
		const hash = await audioHash();
		await change(callFile, '2027-11-30', '2026-11-01');
		const published = await publish(db, { folder }, over);
		expect(published.code === 'published' && published.problems.map(({ file, code }) => `${file} ${code}`)).toContain(`${callFile} call-over`);
		await library.refresh();
		// The try names the version whose own day is not over.
		expect((await read(learner, over, 1))!.result!.call).toMatchObject({ gone: '2026-11-01', turns: [], audio: null });
		expect(await findSound(db, hash, '2026-12-01')).toBeNull();
		expect(await tidySounds(db, '2026-12-01')).toBe(1);
	});
});
