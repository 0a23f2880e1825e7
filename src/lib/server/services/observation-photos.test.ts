import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { and, eq, isNull } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observationPhoto, recording } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { folderStorage } from '../storage/folder.ts';
import { readWhole, type Storage } from '../storage/storage.ts';
import { makePeople, makePerson, type TestPeople, type TestPerson } from '../testing-people.ts';
import { phoneFile, pngFile, secretPlace } from '../testing-pictures.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { discardObservation, putPhoto, removePhoto, seePhoto } from './observation-photos.ts';
import { beginObservation, confirmAsEmployee, confirmAsMentor, readObservation, saveObservation } from './observations.ts';
import { hearRecording, tidyRecordings } from './recordings.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
const days = (count: number) => new Date(now.getTime() + count * 86_400_000);
let folder: string;
let storage: Storage;
let library: Library;
let people: TestPeople;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'photos-'));
	storage = folderStorage(folder);
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
});
afterAll(() => rm(folder, { recursive: true }));

async function begin(): Promise<string> {
	const outcome = await beginObservation(db, library, people.mentor, { employeeId: people.learner.id, checklist: 'first-week', clientKey: crypto.randomUUID() }, now);
	if (outcome.code !== 'begun') throw new Error(outcome.code);
	return outcome.id;
}
const put = (observation: string, more: Partial<{ item: string; clientKey: string; bytes: Uint8Array }> = {}, actor: TestPerson = people.mentor) =>
	putPhoto(db, storage, library, actor, { observation, item: 'greets', clientKey: crypto.randomUUID(), bytes: phoneFile(), ...more }, now);
async function stored(observation: string, more = {}): Promise<string> {
	const outcome = await put(observation, more);
	if (outcome.code !== 'stored') throw new Error(outcome.code);
	return outcome.photo.id;
}
const see = (id: string, actor: TestPerson = people.mentor) => seePhoto(db, storage, actor, id);
async function confirm(id: string) {
	const answers = Object.fromEntries(['greets', 'asks', 'notes'].map((key) => [key, { is: 'yes', note: '' }]));
	await saveObservation(db, library, people.mentor, { id, revision: 1, answers, note: '' }, now);
	expect(await confirmAsMentor(db, library, people.mentor, id, now)).toEqual({ code: 'confirmed' });
}
const photosOf = async (observation: string) => {
	const view = await readObservation(db, library, people.mentor, observation, 'en');
	return view!.items.map(({ photo }) => photo);
};
const filesThere = async () => {
	const keys: string[] = [];
	for await (const { key } of storage.list()) keys.push(key);
	return keys;
};

describe('a photo of an item', () => {
	test('is kept without what the phone wrote beside it, and shown with its size', async () => {
		const id = await begin();
		const photo = await stored(id);
		expect(await photosOf(id)).toEqual([{ id: photo, width: 24, height: 40, deleted: false }, null, null]);
		const found = await see(photo);
		if (found.code !== 'found') throw new Error(found.code);
		expect(found.type).toBe('image/jpeg');
		const bytes = Buffer.from(await new Response(await found.open(0, found.size - 1)).arrayBuffer());
		expect(bytes.length).toBe(found.size);
		expect(bytes.includes(secretPlace)).toBe(false);
	});

	test('is none when its bytes are none, and nothing of it stays', async () => {
		const id = await begin();
		const before = await filesThere();
		expect(await put(id, { bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') })).toEqual({ code: 'refused', why: 'unknown' });
		expect(await put(id, { item: 'no-such-item' })).toEqual({ code: 'missing' });
		expect(await filesThere()).toEqual(before);
	});

	test('sent twenty times at once is one', async () => {
		const id = await begin();
		const before = (await filesThere()).length;
		const clientKey = crypto.randomUUID();
		const outcomes = await Promise.all(Array.from({ length: 20 }, () => put(id, { clientKey })));
		expect(new Set(outcomes.map((one) => JSON.stringify(one))).size).toBe(1);
		expect((await filesThere()).length).toBe(before + 1);
		// The key of one photo is no key of another item, or checklist.
		expect(await put(id, { clientKey, item: 'asks' })).toEqual({ code: 'missing' });
		expect(await put(await begin(), { clientKey })).toEqual({ code: 'missing' });
	});

	test('gives way to the next one; of many at once one stays', async () => {
		const id = await begin();
		const before = (await filesThere()).length;
		const clientKey = crypto.randomUUID();
		const first = await stored(id, { clientKey });
		const outcomes = await Promise.all(Array.from({ length: 12 }, () => put(id, { bytes: pngFile() })));
		expect(outcomes.every(({ code }) => code === 'stored')).toBe(true);
		expect(await db.$count(observationPhoto, and(eq(observationPhoto.observationId, id), isNull(observationPhoto.removedAt)))).toBe(1);
		expect((await filesThere()).length).toBe(before + 1);
		expect(await see(first)).toEqual({ code: 'deleted' });
		// It was held up by a lost connection and comes again.
		expect(await put(id, { clientKey })).toEqual({ code: 'replaced' });
		expect((await photosOf(id))[0]).toMatchObject({ width: 40, height: 24 });
	});

	test('is taken away while the checklist is open, never after', async () => {
		const id = await begin();
		const [first, second] = [await stored(id), await stored(id, { item: 'asks' })];
		const remove = (photo: string, actor: TestPerson = people.mentor) => removePhoto(db, storage, actor, { observation: id, photo }, now);
		for (const actor of [people.learner, people.otherMentor, people.otherLearner, people.hr, people.author, people.admin]) {
			expect(await remove(first, actor)).toEqual({ code: 'missing' });
		}
		expect(await removePhoto(db, storage, people.mentor, { observation: await begin(), photo: first }, now)).toEqual({ code: 'missing' });
		expect(await remove(first)).toEqual({ code: 'removed' });
		expect(await remove(first)).toEqual({ code: 'removed' });
		expect(await see(first)).toEqual({ code: 'deleted' });
		await confirm(id);
		expect(await remove(second)).toEqual({ code: 'confirmed' });
		expect(await put(id)).toEqual({ code: 'confirmed' });
		expect(await photosOf(id)).toEqual([null, { id: second, width: 24, height: 40, deleted: false }, null]);
	});

	test('is seen by its mentor alone at first, then by the employee and their mentors, and by nobody else', async () => {
		const id = await begin();
		const photo = await stored(id);
		const strangers = [people.otherMentor, people.otherLearner, people.teamLearner, people.hr, people.author, people.admin, people.leaver];
		for (const actor of [people.learner, ...strangers]) {
			expect(await see(photo, actor)).toEqual({ code: 'missing' });
			expect(await put(id, {}, actor)).toEqual({ code: 'missing' });
		}
		await confirm(id);
		for (const actor of [people.learner, people.mentor]) expect((await see(photo, actor)).code).toBe('found');
		for (const actor of strangers) expect(await see(photo, actor)).toEqual({ code: 'missing' });
		expect(await see(crypto.randomUUID())).toEqual({ code: 'missing' });
		// It is no spoken answer.
		expect(await hearRecording(db, storage, people.mentor, photo)).toEqual({ code: 'missing' });
	});

	test('of somebody who mentors no longer is gone for them', async () => {
		const mentor = await makePerson(db, now, { name: 'Was Mentor', roles: ['mentor'] });
		expect(await put(await begin(), {}, mentor)).toEqual({ code: 'missing' });
	});
});

describe('a checklist that is thrown away', () => {
	const discard = (id: string, actor: TestPerson = people.mentor) => discardObservation(db, storage, actor, id, now);

	test('is gone with its photos; by its mentor alone', async () => {
		const id = await begin();
		const before = (await filesThere()).length;
		const photo = await stored(id);
		await stored(id, { bytes: pngFile() });
		for (const actor of [people.learner, people.otherMentor, people.otherLearner, people.hr, people.author, people.admin]) {
			expect(await discard(id, actor)).toEqual({ code: 'missing' });
		}
		expect((await readObservation(db, library, people.mentor, id, 'en'))!.id).toBe(id);
		const outcomes = await Promise.all(Array.from({ length: 5 }, () => discard(id)));
		expect(outcomes.filter(({ code }) => code === 'discarded')).toHaveLength(1);
		expect(await readObservation(db, library, people.mentor, id, 'en')).toBeNull();
		expect(await see(photo)).toEqual({ code: 'missing' });
		expect((await filesThere()).length).toBe(before);
		// What was on its way arrives nowhere.
		expect(await put(id)).toEqual({ code: 'missing' });
		expect(await saveObservation(db, library, people.mentor, { id, revision: 9, answers: {}, note: '' }, now)).toEqual({ code: 'missing' });
	});

	test('was never confirmed, also at the same moment', async () => {
		const id = await begin();
		await confirm(id);
		expect(await discard(id)).toEqual({ code: 'missing' });
		expect(await discard(id, people.learner)).toEqual({ code: 'missing' });
		const other = await begin();
		const answers = Object.fromEntries(['greets', 'asks', 'notes'].map((key) => [key, { is: 'yes', note: '' }]));
		await saveObservation(db, library, people.mentor, { id: other, revision: 1, answers, note: '' }, now);
		const [thrown, confirmed] = await Promise.all([discard(other), confirmAsMentor(db, library, people.mentor, other, now)]);
		const view = await readObservation(db, library, people.mentor, other, 'en');
		expect([thrown.code, confirmed.code, view !== null]).toEqual(thrown.code === 'discarded' ? ['discarded', 'missing', false] : ['missing', 'confirmed', true]);
	});
});

describe('how long it is kept', () => {
	const keyOf = async (id: string) => (await db.select().from(recording).where(eq(recording.id, id)))[0]!;

	test('thirty days while nobody confirms', async () => {
		const id = await begin();
		const photo = await stored(id);
		await tidyRecordings(db, storage, 180, days(29.9));
		expect((await see(photo)).code).toBe('found');
		await tidyRecordings(db, storage, 180, days(30));
		expect(await see(photo)).toEqual({ code: 'deleted' });
		expect((await photosOf(id))[0]).toMatchObject({ deleted: true });
		expect(await readWhole(storage, (await keyOf(photo)).key)).toBeNull();
	});

	test('as long as the employee has not confirmed, then half a year', async () => {
		const id = await begin();
		const photo = await stored(id);
		await confirm(id);
		await tidyRecordings(db, storage, 180, days(400));
		expect((await see(photo)).code).toBe('found');
		await confirmAsEmployee(db, library, people.learner, { id, remark: '' }, days(400));
		await tidyRecordings(db, storage, 180, days(579));
		expect((await see(photo)).code).toBe('found');
		await tidyRecordings(db, storage, 180, days(580));
		expect(await see(photo, people.learner)).toEqual({ code: 'deleted' });
		expect((await readObservation(db, library, people.learner, id, 'en'))!.items[0]!.photo).toMatchObject({ deleted: true });
	});

	test('its file is no stray', async () => {
		const photo = await stored(await begin());
		const { key } = await keyOf(photo);
		// The file looks old to the job.
		await tidyRecordings(db, storage, 180, days(20));
		expect(await storage.size(key)).not.toBeNull();
	});
});
