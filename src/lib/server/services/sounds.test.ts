import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { count } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { readContentFolder } from '../content-folder.ts';
import { sound } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { openTestLibrary, testContent } from '../testing-content.ts';
import { findSound, readSound, storeSounds } from './sounds.ts';

const { db } = await testDatabase();
let body: Buffer;
let hash: string;

beforeAll(async () => {
	body = await readFile(join(testContent, 'calls/wrong-colour/audio.en.mp3'));
	hash = createHash('sha256').update(body).digest('hex');
	const library = await openTestLibrary(db, new Date('2026-11-10T08:00:00Z'));
	const { audio } = await library.itemOf(library.current().call('wrong-colour')!.hash, 'call');
	expect(audio.en).toMatchObject({ hash });
	library.close();
});

const read = async (from: number, to: number) => Buffer.from(await new Response(await readSound(db, hash, from, to)).arrayBuffer());

describe('the sound of a call', () => {
	it('is kept as it is, and the same bytes once', async () => {
		expect(await findSound(db, hash, '2026-11-10')).toEqual({ size: body.length, keepUntil: null });
		expect((await read(0, body.length - 1)).equals(body)).toBe(true);
		const before = (await db.select({ n: count() }).from(sound))[0]!.n;
		await Promise.all([storeSounds(db, await readContentFolder(testContent)), storeSounds(db, await readContentFolder(testContent))]);
		expect((await db.select({ n: count() }).from(sound))[0]!.n).toBe(before);
	});

	it('is read in parts', async () => {
		expect((await read(0, 0)).equals(body.subarray(0, 1))).toBe(true);
		expect((await read(100, 299)).equals(body.subarray(100, 300))).toBe(true);
		expect((await read(body.length - 1, body.length - 1)).equals(body.subarray(-1))).toBe(true);
	});

	it('that nobody published is not there', async () => {
		expect(await findSound(db, 'c'.repeat(64), '2026-11-10')).toBeNull();
		expect(await readSound(db, 'c'.repeat(64), 0, 1)).toBeNull();
	});
});
