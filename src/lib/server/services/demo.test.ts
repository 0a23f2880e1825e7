import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, isNull } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { deskItem, observation, rolePlayRun, signOffRequest, submission, team } from '../db/schema/index.ts';
import { Library } from '../library.ts';
import { folderStorage } from '../storage/folder.ts';
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

	const storage = folderStorage(join(folder, 'recordings'));
	const [one, two] = await Promise.all([openDemo(db, storage, library, folder, now), openDemo(db, storage, library, folder, now)]);

	expect(await db.select().from(team)).toHaveLength(1);
	expect(one.map((line) => line.split(' ')[0])).toEqual(['learner', 'mentor', 'hr', 'author', 'admin']);
	expect(two).toEqual(one);
	expect((await readFile(join(folder, 'demo-sign-ins.txt'), 'utf8')).trim().split('\n')).toEqual(one);
	for (const line of one) {
		const [, login, password] = line.split(' ');
		const visit = { login: login!, password: password!, address: '127.0.0.1', device: '' };
		expect(await signIn(db, null, visit, now)).toMatchObject({ code: 'signed-in' });
	}
	// Mentors find work, a level to sign, and nobody's practice went wrong.
	const waiting = await db.select().from(deskItem).where(isNull(deskItem.finishedAt));
	expect(waiting.map(({ kind }) => kind).toSorted()).toEqual(['open', 'recording']);
	expect((await db.select().from(signOffRequest)).length).toBeGreaterThan(0);
	expect(await db.select().from(submission).where(eq(submission.state, 'failed'))).toEqual([]);
	expect((await db.select().from(rolePlayRun)).every(({ passed }) => passed)).toBe(true);
	expect(await db.select().from(observation).where(isNull(observation.employeeConfirmedAt))).toHaveLength(1);
}, 120_000);
