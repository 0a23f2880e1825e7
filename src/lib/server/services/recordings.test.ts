import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keptUntil, largestBytes, pieceBytes } from '../../core/recording.ts';
import { readSound } from '../../core/sound/read.ts';
import { testDatabase } from '../db/testing.ts';
import { checkState, deskItem, dispute, mark, mentorship, recording, review, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { folderStorage } from '../storage/folder.ts';
import { newKey, readWhole, type Storage } from '../storage/storage.ts';
import { enrolAsClerk } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { soundFile } from '../testing-sound.ts';
import {
	beginRecording,
	finishRecording,
	handInRecording,
	hearRecording,
	mayHear,
	readRecordingPage,
	receivePiece,
	storeRecording,
	tidyRecordings
} from './recordings.ts';
import { acceptSubmission, returnSubmission } from './submissions.ts';

const { db } = await testDatabase();
const start = new Date('2026-11-10T08:00:00Z');
const day = 86_400_000;
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const exercise = 'basics/practice/apology';
let people: TestPeople;
let library: Library;
let folder: string;
let storage: Storage;
let learner: TestPerson;
let count = 0;

beforeAll(async () => {
	people = await makePeople(db, start);
	library = await openPracticeLibrary(db, start);
	folder = await mkdtemp(path.join(os.tmpdir(), 'recordings-'));
	storage = folderStorage(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
	learner = await makePerson(db, start, { name: `Speaker ${++count}` });
	await enrolAsClerk(db, library, learner.id, start);
	await db.insert(mentorship).values({ mentorId: people.mentor.id, menteeId: learner.id, since: start });
});

const browser = soundFile('browser.webm');
const begin = async (clientKey: string = randomUUID(), who = learner, now = start) => {
	const begun = await beginRecording(db, storage, library, who, { exercise, clientKey }, now);
	if (begun.code !== 'begun') throw new Error(begun.code);
	return begun.id;
};
const send = (id: string, offset: number, piece: Uint8Array, who = learner, now = start) =>
	receivePiece(db, storage, library, who, { exercise, recording: id, offset, piece }, now);
const finish = (id: string, size = browser.length, who = learner, now = start) =>
	finishRecording(db, storage, library, who, { exercise, recording: id, size }, now);
const store = (bytes: Uint8Array = browser, who = learner, now = start) =>
	storeRecording(db, storage, library, who, { exercise, clientKey: randomUUID(), bytes }, now);
const stored = async (now = start) => {
	const outcome = await store(browser, learner, now);
	if (outcome.code !== 'stored') throw new Error(outcome.code);
	return outcome.id;
};
const handIn = (id: string, clientKey: string = randomUUID(), now = start, who = learner) =>
	handInRecording(db, library, who, { exercise, recording: id, release: library.current().id, clientKey }, now);
const handedIn = async (id: string, now = start) => {
	const outcome = await handIn(id, randomUUID(), now);
	if (outcome.code !== 'handed-in') throw new Error(outcome.code);
	return outcome.submission;
};
const rowOf = async (id: string) => (await db.select().from(recording).where(eq(recording.id, id)))[0]!;
const fileOf = async (id: string) => readWhole(storage, (await rowOf(id)).key);
const readPage = (who = learner) => readRecordingPage(db, library, who, exercise, 'en');
const giveBack = (id: string, now: Date) =>
	returnSubmission(db, { submissionId: id, by: people.mentor.id, reason: 'Say the date.', againBy: after(5 * 86_400) }, now);

describe('an upload in pieces', () => {
	it('counts every piece once, whatever arrives twice or out of order', async () => {
		const id = await begin();
		const [first, second, third] = [browser.subarray(0, 700), browser.subarray(700, 1400), browser.subarray(1400)];
		expect(await send(id, 700, second)).toEqual({ code: 'received', received: 0 });
		expect(await send(id, 0, first)).toEqual({ code: 'received', received: 700 });
		expect(await send(id, 0, first)).toEqual({ code: 'received', received: 700 });
		expect(await send(id, 0, new Uint8Array(700))).toEqual({ code: 'received', received: 700 });
		expect(await finish(id)).toEqual({ code: 'incomplete', received: 700 });
		expect(await send(id, 700, second)).toEqual({ code: 'received', received: 1400 });
		expect(await send(id, 1400, third)).toEqual({ code: 'received', received: browser.length });
		const outcome = await finish(id);
		expect(outcome).toMatchObject({ code: 'stored', id });
		expect(await finish(id)).toEqual(outcome);
		expect(await send(id, browser.length, first)).toEqual({ code: 'stored' });

		const row = await rowOf(id);
		expect(row).toMatchObject({ type: 'audio/webm', storedAt: start, deletedAt: null, keepUntil: keptUntil('draft', start) });
		expect(row.seconds).toBeCloseTo(2.16);
		const bytes = (await fileOf(id))!;
		expect(bytes.length).toBe(row.received);
		// With its length written into it.
		expect(bytes.length).toBeGreaterThan(browser.length);
		expect(readSound(bytes)).toEqual(readSound(browser));
	});

	it('goes on where it was when it is begun again with the same key', async () => {
		const clientKey = randomUUID();
		const id = await begin(clientKey);
		await send(id, 0, browser.subarray(0, 900));
		expect(await beginRecording(db, storage, library, learner, { exercise, clientKey }, after(60))).toEqual({ code: 'begun', id, received: 900, stored: false });
		await send(id, 900, browser.subarray(900));
		await finish(id);
		expect(await beginRecording(db, storage, library, learner, { exercise, clientKey }, after(90))).toMatchObject({ code: 'begun', id, stored: true });
	});

	it('writes a piece again whose crash came between disk and database', async () => {
		const id = await begin();
		await send(id, 0, browser.subarray(0, 500));
		const { key } = await rowOf(id);
		await storage.write(key, 500, new Uint8Array(5000).fill(7));
		await send(id, 500, browser.subarray(500));
		expect(await finish(id)).toMatchObject({ code: 'stored' });
		expect(readSound((await fileOf(id))!)).toEqual(readSound(browser));
	});

	it('asks again for what a restored disk no longer has', async () => {
		const clientKey = randomUUID();
		const id = await begin(clientKey);
		await send(id, 0, browser.subarray(0, 1000));
		await storage.delete((await rowOf(id)).key);
		expect(await beginRecording(db, storage, library, learner, { exercise, clientKey }, start)).toMatchObject({ id, received: 0 });
		await send(id, 0, browser);
		expect(await finish(id)).toMatchObject({ code: 'stored' });
	});

	it('twenty begin, send and finish at once: one recording, every byte once', async () => {
		const clientKey = randomUUID();
		const ids = await Promise.all(Array.from({ length: 20 }, () => begin(clientKey)));
		expect(new Set(ids).size).toBe(1);
		const id = ids[0]!;
		await Promise.all(Array.from({ length: 20 }, () => send(id, 0, browser.subarray(0, 800))));
		await Promise.all(Array.from({ length: 20 }, () => send(id, 800, browser.subarray(800))));
		const outcomes = await Promise.all(Array.from({ length: 20 }, () => finish(id)));
		expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
		expect(outcomes[0]).toMatchObject({ code: 'stored', id });
		expect(readSound((await fileOf(id))!)).toEqual(readSound(browser));
	});
});

describe('what is not taken', () => {
	it.each([
		['sound.mp3', 'unknown'],
		['video.mp4', 'video'],
		['mp3.mp4', 'codec']
	])('%s: %s, and the file is gone', async (name, why) => {
		const id = await begin();
		const bytes = soundFile(name);
		await send(id, 0, bytes);
		const { key } = await rowOf(id);
		expect(await finish(id, bytes.length)).toEqual({ code: 'refused', why, seconds: null });
		expect(await storage.size(key)).toBeNull();
		expect((await rowOf(id)).deletedAt).toEqual(start);
		expect(await finish(id, bytes.length)).toEqual({ code: 'expired' });
	});

	it('longer than the exercise allows, told with its length', async () => {
		const id = await begin();
		// The table of samples says that each lasts forty times as long.
		const bytes = Buffer.from(soundFile('phone.m4a'));
		const table = bytes.indexOf('stts');
		bytes.writeUInt32BE(bytes.readUInt32BE(table + 12) * 40, table + 12);
		await send(id, 0, bytes);
		const outcome = await finish(id, bytes.length);
		expect(outcome).toMatchObject({ code: 'refused', why: 'too-long' });
		expect(outcome.code === 'refused' && outcome.seconds).toBeGreaterThan(65);
	});

	it('over before anything was said', async () => {
		const id = await begin();
		const bytes = Buffer.from(soundFile('phone.m4a'));
		const table = bytes.indexOf('stts');
		bytes.writeUInt32BE(Math.floor(bytes.readUInt32BE(table + 12) / 16), table + 12);
		await send(id, 0, bytes);
		expect(await finish(id, bytes.length)).toMatchObject({ code: 'refused', why: 'too-short' });
		expect((await rowOf(id)).deletedAt).toEqual(start);
	});

	it('larger than allowed, whatever it says of itself', async () => {
		const id = await begin();
		const piece = new Uint8Array(pieceBytes);
		let outcome = await send(id, 0, piece);
		while (outcome.code === 'received') outcome = await send(id, outcome.received, piece);
		expect(outcome).toEqual({ code: 'too-large' });
		const row = await rowOf(id);
		expect(row.received).toBeLessThanOrEqual(largestBytes(60));
		expect(await storage.size(row.key)).toBeNull();
		// No piece is larger than a piece.
		expect(await send(await begin(), 0, new Uint8Array(pieceBytes + 1))).toEqual({ code: 'missing' });
	});

	it('nothing', async () => {
		expect(await finish(await begin(), 0)).toEqual({ code: 'refused', why: 'unknown', seconds: null });
	});

	it('what is another’s, or of no such exercise, or of a course one does not have', async () => {
		const id = await begin();
		const stranger = await makePerson(db, start, { name: `Stranger ${count}` });
		await enrolAsClerk(db, library, stranger.id, start);
		expect(await send(id, 0, browser, stranger)).toEqual({ code: 'missing' });
		expect(await finish(id, 0, stranger)).toEqual({ code: 'missing' });
		expect(await handIn(id, randomUUID(), start, stranger)).toEqual({ code: 'missing' });
		const elsewhere = { exercise: 'basics/practice/kettle', clientKey: randomUUID() };
		expect(await beginRecording(db, storage, library, learner, elsewhere, start)).toEqual({ code: 'missing' });
		const without = await makePerson(db, start, { name: `Without ${count}` });
		expect(await beginRecording(db, storage, library, without, { exercise, clientKey: randomUUID() }, start)).toEqual({ code: 'missing' });
		expect(await readPage(without)).toBeNull();
	});
});

describe('recording again', () => {
	it('what was begun gives way at once, what is whole only to what is whole', async () => {
		const first = await stored();
		const firstFile = (await rowOf(first)).key;
		const second = await begin();
		await send(second, 0, browser);
		expect(await readPage()).toMatchObject({ draft: { id: first }, open: true });
		expect((await readPage())!.scorecard.sections.flatMap(({ criteria }) => criteria.map(({ title }) => title))).toContain('Gives a date');
		const third = await begin();
		expect(await send(second, browser.length, browser)).toEqual({ code: 'replaced' });
		expect(await storage.size((await rowOf(second)).key)).toBeNull();
		await send(third, 0, browser);
		await finish(third);
		expect(await readPage()).toMatchObject({ draft: { id: third, seconds: 2.16 } });
		expect(await storage.size(firstFile)).toBeNull();
		expect(await handIn(first)).toEqual({ code: 'replaced' });
	});

	it('a whole file of a phone is stored at once', async () => {
		const outcome = await store(soundFile('phone.m4a'));
		expect(outcome).toMatchObject({ code: 'stored' });
		const { id } = outcome as { id: string };
		expect(await rowOf(id)).toMatchObject({ type: 'audio/mp4' });
		expect(await fileOf(id)).toEqual(soundFile('phone.m4a'));
		expect(await store(soundFile('sound.mp3'))).toMatchObject({ code: 'refused', why: 'unknown' });
		expect(await store(new Uint8Array(largestBytes(60) + 1))).toEqual({ code: 'too-large' });
		// What failed took nothing away.
		expect(await readPage()).toMatchObject({ draft: { id } });
	});
});

describe('handing in', () => {
	it('waits on the desk, counts as done and not as accepted, and closes the exercise', async () => {
		const id = await stored();
		const clientKey = randomUUID();
		const outcome = await handIn(id, clientKey);
		expect(outcome).toMatchObject({ code: 'handed-in', courseCompleted: false });
		expect(await handIn(id, clientKey)).toEqual(outcome);
		expect(await handIn(id)).toEqual({ code: 'waiting' });
		const [row] = await db.select().from(submission).where(eq(submission.employeeId, learner.id));
		expect(row).toMatchObject({ kind: 'recording', number: 1, state: 'waiting', recordingId: id, exercise });
		expect(row!.itemHash).toBe(library.current().exercise(exercise)!.exercise.hash);
		const items = await db.select().from(deskItem).where(eq(deskItem.employeeId, learner.id));
		expect(items).toMatchObject([{ kind: 'recording', submissionId: row!.id, round: 1, waitingSince: start, finishedAt: null }]);
		const [state] = await db.select().from(checkState).where(and(eq(checkState.employeeId, learner.id), eq(checkState.exercise, exercise)));
		expect(state).toMatchObject({ done: 'submitted', metAt: null });

		expect(await store()).toEqual({ code: 'waiting' });
		expect(await readPage()).toMatchObject({ draft: null, open: false, rounds: [{ number: 1, state: 'waiting', recording: { id, deletedAt: null, keptUntil: null } }] });
	});

	it('not before it is whole', async () => {
		const id = await begin();
		await send(id, 0, browser);
		expect(await handIn(id)).toEqual({ code: 'not-stored' });
	});

	it('twenty at once are one', async () => {
		const id = await stored();
		const outcomes = await Promise.all(Array.from({ length: 20 }, () => handIn(id)));
		expect(outcomes.filter(({ code }) => code === 'handed-in')).toHaveLength(1);
		expect(outcomes.filter(({ code }) => code === 'waiting')).toHaveLength(19);
		expect(await db.select().from(deskItem).where(eq(deskItem.employeeId, learner.id))).toHaveLength(1);
	});

	it('against the one that would take its place: what was handed in is there', async () => {
		for (let round = 0; round < 8; round++) {
			const who = await makePerson(db, start, { name: `Racer ${count}-${round}` });
			await enrolAsClerk(db, library, who.id, start);
			const first = (await store(browser, who)) as { id: string };
			const second = await begin(randomUUID(), who);
			await send(second, 0, browser, who);
			const [handed, finished] = await Promise.all([handIn(first.id, randomUUID(), start, who), finish(second, browser.length, who)]);
			const row = await rowOf(first.id);
			if (handed.code === 'handed-in') {
				expect(finished.code).toBe('waiting');
				expect(row.deletedAt).toBeNull();
				expect(await fileOf(first.id)).not.toBeNull();
			} else {
				expect([handed.code, finished.code]).toEqual(['replaced', 'stored']);
				expect(row.deletedAt).toEqual(start);
			}
		}
	});

	it('after a return is the next round; the earlier one stays', async () => {
		const first = await stored();
		await giveBack(await handedIn(first), after(3600));
		expect(await readPage()).toMatchObject({ open: true, draft: null, rounds: [{ state: 'returned', reason: 'Say the date.', mentor: people.mentor.name }] });
		// The same once more is no new round.
		expect(await handIn(first)).toEqual({ code: 'replaced' });
		const { clientKey } = await rowOf(first);
		expect(await beginRecording(db, storage, library, learner, { exercise, clientKey }, after(3700))).toEqual({ code: 'replaced' });
		const second = await stored(after(7200));
		const again = await handedIn(second, after(7300));
		const page = await readPage();
		expect(page!.rounds.map(({ number, state, recording: { id } }) => ({ number, state, id }))).toEqual([
			{ number: 1, state: 'returned', id: first },
			{ number: 2, state: 'waiting', id: second }
		]);
		expect(await fileOf(first)).not.toBeNull();
		const [row] = await db.select().from(submission).where(eq(submission.id, again));
		await db.transaction((tx) => acceptSubmission(tx, library.current(), { row: row!, by: people.mentor.id, comment: null }, after(9000)));
		expect(await readPage()).toMatchObject({ open: false });
		expect(await store()).toEqual({ code: 'accepted' });
	});
});

describe('listening', () => {
	const hear = async (who: TestPerson, id: string) => (await hearRecording(db, storage, who, id)).code;

	it('the speaker always; a mentor of theirs once it is handed in; nobody else', async () => {
		const id = await stored();
		expect(await hear(learner, id)).toBe('found');
		expect(await hear(people.mentor, id)).toBe('missing');
		await handIn(id);
		expect(await hear(people.mentor, id)).toBe('found');
		for (const who of [people.otherMentor, people.otherLearner, people.hr, people.author, people.admin]) {
			expect(await hear(who, id), who.name).toBe('missing');
		}
		expect(await hear(people.mentor, randomUUID())).toBe('missing');
	});

	it('nothing that is not whole', async () => {
		const id = await begin();
		await send(id, 0, browser);
		expect(await hear(learner, id)).toBe('missing');
	});

	it('HR while a dispute about it is open, and when HR has decided it', async () => {
		const id = await stored();
		const submissionId = await handedIn(id);
		const scorecardHash = library.current().scorecard('phone')!.hash;
		const [made] = await db
			.insert(review)
			.values({ kind: 'mentor', employeeId: learner.id, reviewerId: people.mentor.id, submissionId, scorecardHash, draft: { marks: {}, flags: [], comment: '' }, startedAt: start, savedAt: start })
			.returning({ id: review.id });
		const [given] = await db
			.insert(mark)
			.values({ reviewId: made!.id, criterion: 'date', mark: 0, markedBy: people.mentor.id, at: start })
			.returning({ id: mark.id });
		expect(await hear(people.hr, id)).toBe('missing');
		const [raised] = await db
			.insert(dispute)
			.values({ markId: given!.id, reviewId: made!.id, criterion: 'date', raisedBy: learner.id, reviewerId: people.mentor.id, reason: 'I gave one.', raisedAt: start })
			.returning({ id: dispute.id });
		expect(await hear(people.hr, id)).toBe('found');
		expect(await hear(people.otherMentor, id)).toBe('missing');
		expect(await hear(people.admin, id)).toBe('missing');
		const decide = (by: string) =>
			db.update(dispute).set({ decision: 'kept', decidedBy: by, decidedAt: start, decisionReason: 'No.' }).where(eq(dispute.id, raised!.id));
		await decide(people.otherMentor.id);
		expect(await hear(people.hr, id)).toBe('missing');
		await decide(people.hr.id);
		expect(await hear(people.hr, id)).toBe('found');
	});

	it('asks the table of permissions', () => {
		const state = { handedIn: true, inDispute: true };
		expect(mayHear(people.hr, 'other', state)).toBe(true);
		expect(mayHear(people.hr, 'other', { ...state, inDispute: false })).toBe(false);
		expect(mayHear(people.mentor, 'mentee', { handedIn: false, inDispute: true })).toBe(false);
		expect(mayHear(people.learner, 'other', state)).toBe(false);
	});
});

describe('the end of its time', () => {
	const tidy = (now: Date, kept = 180) => tidyRecordings(db, storage, kept, now);
	const days = (n: number) => new Date(start.getTime() + n * day);

	it('an upload that was never finished: after a day', async () => {
		const clientKey = randomUUID();
		const id = await begin(clientKey);
		await send(id, 0, browser.subarray(0, 100));
		const { key } = await rowOf(id);
		await tidy(after(86_399));
		expect(await storage.size(key)).toBe(100);
		await tidy(days(1));
		expect(await storage.size(key)).toBeNull();
		expect(await send(id, 100, browser.subarray(100))).toEqual({ code: 'expired' });
		expect(await beginRecording(db, storage, library, learner, { exercise, clientKey }, days(1))).toEqual({ code: 'expired' });
	});

	it('what was never handed in: after a month; what waits: not before somebody has decided', async () => {
		const id = await stored();
		const waiting = await makePerson(db, start, { name: `Patient ${count}` });
		await enrolAsClerk(db, library, waiting.id, start);
		const kept = (await store(browser, waiting)) as { id: string };
		await handIn(kept.id, randomUUID(), start, waiting);
		await tidy(days(29));
		expect(await fileOf(id)).not.toBeNull();
		await tidy(days(400));
		expect(await fileOf(id)).toBeNull();
		expect(await readPage()).toMatchObject({ draft: null });
		expect(await fileOf(kept.id)).not.toBeNull();
	});

	it('what was decided: 180 days later; the row stays and says so', async () => {
		const id = await stored();
		await giveBack(await handedIn(id), days(100));
		for (const still of [days(31), days(101), days(279)]) await tidy(still);
		expect(await fileOf(id)).not.toBeNull();
		expect(await rowOf(id)).toMatchObject({ keepUntil: days(280) });
		await tidy(days(280));
		expect(await fileOf(id)).toBeNull();
		expect(await readPage()).toMatchObject({ rounds: [{ recording: { id, deletedAt: days(280), keptUntil: days(280) } }] });
		expect(await hearRecording(db, storage, learner, id)).toEqual({ code: 'deleted' });
	});

	it('as long as the academy says today, also when it said something else before', async () => {
		const id = await stored();
		await giveBack(await handedIn(id), days(100));
		await tidy(days(101), 300);
		expect(await rowOf(id)).toMatchObject({ keepUntil: days(400) });
		await tidy(days(130), 31);
		expect(await fileOf(id)).not.toBeNull();
		await tidy(days(131), 31);
		expect(await fileOf(id)).toBeNull();
	});

	it('files without a row, when they are a day old', async () => {
		const id = await stored(new Date());
		const [stray, young] = [newKey(), newKey()];
		for (const key of [stray, young]) await storage.write(key, 0, browser);
		const yesterday = new Date(Date.now() - 2 * day);
		await utimes(path.join(folder, stray.slice(0, 2), stray), yesterday, yesterday);
		const own = await rowOf(id);
		await utimes(path.join(folder, own.key.slice(0, 2), own.key), yesterday, yesterday);
		await tidy(new Date());
		expect(await storage.size(stray)).toBeNull();
		expect(await storage.size(young)).toBe(browser.length);
		expect(await fileOf(id)).not.toBeNull();
	});

	it('a file that cannot be deleted now is deleted later', async () => {
		const id = await stored();
		const { key } = await rowOf(id);
		const refusing = { ...storage, delete: vi.fn().mockRejectedValue(new Error('disk')) };
		await tidyRecordings(db, refusing, 180, days(30));
		expect(refusing.delete).toHaveBeenCalledWith(key);
		expect(await storage.size(key)).not.toBeNull();
		expect(await hearRecording(db, storage, learner, id)).toEqual({ code: 'deleted' });
		const yesterday = new Date(start.getTime() - day);
		await utimes(path.join(folder, key.slice(0, 2), key), yesterday, yesterday);
		await tidy(days(31));
		expect(await storage.size(key)).toBeNull();
	});
});
