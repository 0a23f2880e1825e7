import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { team } from '../db/schema/index.ts';
import { Library } from '../library.ts';
import { openDemo } from './demo.ts';
import { publish } from './releases.ts';
import { signIn } from './sign-in.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-10T08:00:00Z');

it('is made once by two servers that start together, and its printed passwords open it', async () => {
	await publish(db, { folder: 'content' }, now);
	const library = new Library(db);
	await library.refresh();
	const folder = await mkdtemp(join(tmpdir(), 'demo-'));
	onTestFinished(() => rm(folder, { recursive: true }));

	const [one, two] = await Promise.all([openDemo(db, library, folder, now), openDemo(db, library, folder, now)]);

	expect(await db.select().from(team)).toHaveLength(1);
	expect(one.map((line) => line.split(' ')[0])).toEqual(['learner', 'mentor', 'hr', 'author', 'admin']);
	expect(two).toEqual(one);
	expect((await readFile(join(folder, 'demo-sign-ins.txt'), 'utf8')).trim().split('\n')).toEqual(one);
	for (const line of one) {
		const [, login, password] = line.split(' ');
		const visit = { login: login!, password: password!, address: '127.0.0.1', device: '' };
		expect(await signIn(db, null, visit, now)).toMatchObject({ code: 'signed-in' });
	}
}, 60_000);
