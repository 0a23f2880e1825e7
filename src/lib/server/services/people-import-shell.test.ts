// `npm run people:import` as the shell runs it, on a database of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { EMBEDDED_USER } from '../db/embedded.ts';
import { employee } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { openTestLibrary } from '../testing-content.ts';

const { db } = await testDatabase();
const root = path.resolve(import.meta.dirname, '../../../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'people import '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let address: string;

beforeAll(async () => {
	await openTestLibrary(db, new Date());
	const { place } = inject('testServer');
	const [row] = await db.execute<{ name: string }>(sql`select current_database() as name`);
	const url = new URL('url' in place ? place.url : `postgres://${EMBEDDED_USER}:none@localhost/?host=${place.socketFolder}`);
	url.pathname = `/${row!.name}`;
	address = url.href;
});

function run(file: string, lines: string[], ...options: string[]) {
	writeFileSync(path.join(folder, file), lines.join('\n'));
	const script = path.join(root, 'src/cli/import-people.ts');
	const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, path.join(folder, file), ...options], {
		cwd: root,
		encoding: 'utf8',
		env: { ...process.env, DATABASE_URL: address }
	});
	return { status, stdout, stderr: stderr.replaceAll(folder, '') };
}

test('prints wrong cells by file, row and column, and writes only when it may', async () => {
	const lines = ['Number,Name,Position,Note', '1001,Ana Ilieva,clerk,x', '1002,Boris,clrek,y'];
	const refused = run('people.csv', lines);
	expect(refused).toMatchObject({ status: 1, stderr: '/people.csv:3:3 Position “clrek”: There is no such position. Did you mean “Clerk”?\n' });
	expect(refused.stdout).toContain('1 new, 0 changed, 0 unchanged, 1 wrong\nNothing was written.');
	expect(await db.select().from(employee)).toEqual([]);
	const written = run('people.csv', lines, '--skip-wrong');
	expect(written.status).toBe(0);
	expect(written.stdout).toContain('Written.');
	expect(await db.select().from(employee)).toHaveLength(1);
	// The same once more: nothing is left to write, and what was left out on purpose is no failure.
	const again = run('people.csv', lines, '--skip-wrong');
	expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining('“clrek”') });
	expect(again.stdout).toContain('There was nothing to write.');
	// By hand the note is the team.
	const trial = run('people.csv', lines.slice(0, 2), '--dry-run', '--columns', 'personnelNumber,name,-,team');
	expect(trial).toMatchObject({ status: 0, stderr: '' });
	expect(trial.stdout).toContain('New teams: x\n0 new, 1 changed, 0 unchanged, 0 wrong\nA trial: nothing was written.');
	expect((await db.select().from(employee).where(eq(employee.personnelNumber, '1001')))[0]).toMatchObject({ teamId: null });
}, 60_000);

test('says what is wrong with the command itself', () => {
	expect(run('people.csv', ['x'], '--columns', 'wage')).toMatchObject({ status: 2, stderr: expect.stringContaining('wage is none of') });
	expect(run('people.csv', ['Name', 'One'])).toMatchObject({ status: 1, stderr: expect.stringContaining('Choose a column') });
}, 60_000);
