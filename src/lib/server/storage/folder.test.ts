import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderStorage } from './folder.ts';
import { isKey, newKey, readWhole, type Storage } from './storage.ts';

let folder: string;
let root: string;
let storage: Storage;
const bytes = (text: string) => new TextEncoder().encode(text);
const read = async (key: string, from = 0, to = Infinity) => {
	const stream = await storage.open(key, from, to);
	return stream && (await new Response(stream).text());
};

beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'storage-'));
	root = path.join(folder, 'recordings');
	storage = folderStorage(root);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('recordings in a folder', () => {
	it('are written in pieces, and each may be written again', async () => {
		const key = newKey();
		await storage.write(key, 0, bytes('good '));
		await storage.write(key, 5, bytes('mornink'));
		await storage.write(key, 5, bytes('morning'));
		expect(await storage.size(key)).toBe(12);
		await storage.finish(key, 12);
		expect(await read(key)).toBe('good morning');
		expect(new TextDecoder().decode((await readWhole(storage, key))!)).toBe('good morning');
	});

	it('end where they are said to', async () => {
		const key = newKey();
		await storage.write(key, 0, bytes('hello, and something from a lost try'));
		await storage.finish(key, 5);
		expect(await read(key)).toBe('hello');
	});

	it('are read in parts, larger ones in several steps', async () => {
		const key = newKey();
		await storage.write(key, 0, new Uint8Array(200_000).map((_, at) => at % 251));
		expect((await readWhole(storage, key))!.every((byte, at) => byte === at % 251)).toBe(true);
		const part = await storage.open(key, 65_530, 131_100);
		const read = new Uint8Array(await new Response(part).arrayBuffer());
		expect(read.length).toBe(65_571);
		expect(read.every((byte, at) => byte === (at + 65_530) % 251)).toBe(true);
		// Somebody stops listening.
		await (await storage.open(key, 0, 199_999))!.cancel();
	});

	it('are nobody else’s to read', async () => {
		const key = newKey();
		const root = path.join(folder, 'open');
		await mkdir(root);
		await chmod(root, 0o755);
		await folderStorage(root).write(key, 0, bytes('x'));
		const mode = async (place: string) => (await stat(place)).mode & 0o777;
		expect(await mode(root)).toBe(0o700);
		expect(await mode(path.join(root, key.slice(0, 2)))).toBe(0o700);
		expect(await mode(path.join(root, key.slice(0, 2), key))).toBe(0o600);
	});

	it('are gone when deleted, twice, too', async () => {
		const key = newKey();
		await storage.write(key, 0, bytes('x'));
		await storage.delete(key);
		await storage.delete(key);
		expect(await storage.size(key)).toBeNull();
		expect(await storage.open(key, 0, 0)).toBeNull();
		expect(await readWhole(storage, key)).toBeNull();
	});

	it('are listed, and nothing else is', async () => {
		const key = newKey();
		await storage.write(key, 0, bytes('x'));
		await writeFile(path.join(root, 'notes.txt'), 'mine');
		await writeFile(path.join(root, key.slice(0, 2), 'notes.txt'), 'mine');
		const found: string[] = [];
		for await (const one of storage.list()) {
			found.push(one.key);
			expect(Math.abs(one.changedAt.getTime() - Date.now())).toBeLessThan(3_600_000);
		}
		expect(found).toContain(key);
		expect(found.every(isKey)).toBe(true);
		expect(await readdir(root)).toContain('notes.txt');
	});

	it('know no path that somebody could write', async () => {
		for (const key of ['', '..', '../../etc/passwd', `${newKey()}/x`, newKey().toUpperCase(), `${newKey()}\n`]) {
			await expect(storage.write(key, 0, bytes('x'))).rejects.toThrow('no key');
			await expect(storage.open(key, 0, 1)).rejects.toThrow('no key');
			await expect(storage.size(key)).rejects.toThrow('no key');
			await expect(storage.delete(key)).rejects.toThrow('no key');
		}
		const none = folderStorage(path.join(folder, 'nothing-there'));
		for await (const one of none.list()) throw new Error(one.key);
	});
});
