import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { archiveFile, zipped } from '../archive.ts';
import { employee, session } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { folderStorage } from '../storage/folder.ts';
import type { Storage } from '../storage/storage.ts';
import { enrolAsClerk } from '../testing-content.ts';
import { makePeople, type TestPeople, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { soundFile } from '../testing-sound.ts';
import { startAttempt } from './attempts.ts';
import { exportPerson } from './personal-data.ts';
import { storeRecording } from './recordings.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
let people: TestPeople;
let library: Library;
let folder: string;
let storage: Storage;
const sound = soundFile('browser.webm');

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	folder = await mkdtemp(path.join(os.tmpdir(), 'export-'));
	storage = folderStorage(folder);
	for (const one of [people.learner, people.otherLearner]) {
		await enrolAsClerk(db, library, one.id, now);
		const stored = await storeRecording(db, storage, library, one, { exercise: 'basics/practice/apology', clientKey: crypto.randomUUID(), bytes: sound }, now);
		expect(stored.code).toBe('stored');
	}
	await db.insert(session).values({ id: 'a', secretHash: 'never told', employeeId: people.learner.id, createdAt: now, lastSeenAt: now, device: 'Firefox' });
	expect((await startAttempt(db, library, people.learner, 'basics/exam', now, Math.random)).code).toBe('started');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function archiveOf(actor: TestPerson, employeeId: string): Promise<Record<string, Uint8Array> | null> {
	const outcome = await exportPerson(db, storage, actor, employeeId, now);
	if (outcome.code === 'missing') return null;
	return unzipSync(new Uint8Array(await archiveFile(outcome.name, zipped(outcome.files, now)).arrayBuffer()));
}
const rowsOf = (archive: Record<string, Uint8Array>, name: string) => JSON.parse(strFromU8(archive[`${name}.json`]!)) as Record<string, unknown>[];

test('has what is kept of the one who asks, and their recordings as they are', async () => {
	const archive = (await archiveOf(people.learner, people.learner.id))!;
	expect(rowsOf(archive, 'person')).toMatchObject([{ id: people.learner.id, name: people.learner.name, email: people.learner.email }]);
	expect(rowsOf(archive, 'courses').map(({ course }) => course)).toEqual(expect.arrayContaining(['basics', 'advanced']));
	expect(rowsOf(archive, 'sessions')).toMatchObject([{ device: 'Firefox' }]);
	const [spoken] = rowsOf(archive, 'recordings');
	expect(archive[`recordings/${spoken!['id'] as string}.webm`]!.length).toBe(spoken!['received']);
});

test('has nothing secret and nobody else', async () => {
	const archive = (await archiveOf(people.learner, people.learner.id))!;
	const all = Object.entries(archive).filter(([name]) => name.endsWith('.json')).map(([, bytes]) => strFromU8(bytes)).join('\n');
	for (const word of ['$argon2', 'never told', 'tokenHash', 'passwordHash', '"key": {', people.otherLearner.id, people.otherLearner.name]) expect(all).not.toContain(word);
	expect(Object.keys(archive).filter((name) => name.startsWith('recordings/'))).toHaveLength(1);
});

test('has the network addresses of their own acts, not those of colleagues', async () => {
	await archiveOf({ ...people.hr, address: '198.51.100.1' }, people.learner.id);
	await archiveOf({ ...people.learner, address: '198.51.100.2' }, people.learner.id);
	const told = rowsOf((await archiveOf(people.learner, people.learner.id))!, 'audit').filter(({ action }) => action === 'data.exported');
	expect(told.map(({ address }) => address)).toEqual(expect.arrayContaining([null, '198.51.100.2']));
	expect(JSON.stringify(told)).not.toContain('198.51.100.1');
});

test('is handed to HR without recordings while the person can fetch them, and to nobody else', async () => {
	const ofHr = (await archiveOf(people.hr, people.learner.id))!;
	expect(rowsOf(ofHr, 'person')).toHaveLength(1);
	expect(Object.keys(ofHr).some((name) => name.startsWith('recordings/'))).toBe(false);
	for (const actor of [people.mentor, people.otherLearner, people.admin, people.author]) expect(await archiveOf(actor, people.learner.id)).toBeNull();
	expect(await archiveOf(people.hr, 'nobody')).toBeNull();
	await db.update(employee).set({ leftAt: now }).where(eq(employee.id, people.otherLearner.id));
	expect(Object.keys((await archiveOf(people.hr, people.otherLearner.id))!).filter((name) => name.startsWith('recordings/'))).toHaveLength(1);
});

test('a large file passes through piece by piece', async () => {
	let made = 0;
	function* pieces() {
		for (; made < 200; made++) yield new Uint8Array(64 * 1024);
	}
	const parts = zipped([{ name: 'sound.webm', packed: true, pieces: pieces() }], now);
	await parts.next();
	await parts.next();
	expect(made).toBeLessThan(5);
	let size = 0;
	for await (const part of parts) size += part.length;
	expect(size).toBeGreaterThan(190 * 64 * 1024);
});
