// A backup and a restore that end in the middle, and one beside a server that is used.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DEMO, demoFolder, join, launch, newFolder, signIn } from './program.ts';

interface Ended {
	code: number | null;
	output: string;
}

/** A shell door. `kill`: kill -9 so many milliseconds after that was said. */
function run(door: string, given: string[], env: Record<string, string>, kill?: { after: RegExp; wait: number }): Promise<Ended> {
	const child = spawn(process.execPath, ['--import', 'tsx', `src/cli/${door}.ts`, ...given], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	let killing = false;
	const hear = (chunk: Buffer) => {
		output += chunk.toString('utf8');
		if (killing || !kill?.after.test(output)) return;
		killing = true;
		void wait(kill.wait).then(() => child.kill('SIGKILL'));
	};
	child.stdout.on('data', hear);
	child.stderr.on('data', hear);
	return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

test('kill -9 in the middle of a backup and of a restore leaves nothing half; then both go through, and the learner signs in', async () => {
	const folder = demoFolder();
	const backups = newFolder();
	const server = launch({ env: { ...DEMO, DATA_DIR: folder } });
	const { learner } = await server.signIns();
	const from = { DATA_DIR: folder };

	const killed = await run('backup', ['--to', backups], from, { after: /Writing/, wait: 100 });
	expect(killed.code).toBeNull();
	expect(readdirSync(backups).filter((name) => name.endsWith('.tar.gz'))).toEqual([]);
	// The server does not care.
	expect((await signIn(await server.origin(), learner)).status).toBe(303);

	// A folder that is not there is no file.
	for (const to of [path.join(backups, 'nightly'), path.join(backups, 'nightly', path.sep), path.join(backups, 'nightly', 'one.tar.gz')]) {
		expect(await run('backup', ['--to', to], from)).toMatchObject({ code: 1, output: expect.stringContaining('There is no folder') as string });
	}
	expect(await run('restore', ['--from', path.join(backups, 'none.tar.gz')], from)).toMatchObject({ code: 1, output: expect.stringContaining('There is no file') as string });
	expect(await run('restore', ['--from', backups, '--erasures', 'x', '--without-erasures'], from)).toMatchObject({ code: 2 });
	const made = await run('backup', ['--to', backups], from);
	expect(made).toMatchObject({ code: 0, output: expect.stringContaining('every table was the same') as string });
	const [file] = readdirSync(backups).filter((name) => name.endsWith('.tar.gz'));
	expect(existsSync(path.join(backups, 'erasures.json'))).toBe(true);
	const backup = path.join(backups, file!);
	// Its place is taken, by a server that runs and by what is in it.
	expect(await run('restore', ['--from', backup, '--replace'], from)).toMatchObject({ code: 1, output: expect.stringContaining('in use by a running Nastavnik') as string });
	expect(await server.stop()).toBe(0);
	expect(await run('restore', ['--from', backup], from)).toMatchObject({ code: 1, output: expect.stringContaining('not empty') as string });

	const elsewhere = { DATA_DIR: newFolder() };
	expect((await run('restore', ['--from', backup], elsewhere, { after: /Restoring/, wait: 200 })).code).toBeNull();
	const half = await join(elsewhere.DATA_DIR);
	expect(await half.sql`select 1 from pg_tables where schemaname in ('public', 'drizzle')`).toHaveLength(0);
	await half.close();
	expect(await run('restore', ['--from', backup], elsewhere)).toMatchObject({ code: 0, output: expect.stringContaining('each table compared') as string });

	const restored = launch({ env: { ...DEMO, ...elsewhere } });
	expect((await signIn(await restored.origin(), learner)).status).toBe(303);
	const { sql } = await join(elsewhere.DATA_DIR);
	expect(await sql`select 1 from audit_event where action = 'backup.restored'`).toHaveLength(1);
	expect(await restored.stop()).toBe(0);
	// The log: lines for a machine, with nobody in them; the last of them when the program ends.
	const lines = restored.output.split('\n').filter((line) => line.startsWith('{'));
	expect(lines.map((line) => (JSON.parse(line) as { route: string }).route)).toContain('/sign-in');
	expect(lines.join('\n')).not.toMatch(new RegExp(`${learner.email}|${learner.password}|Ани`));
}, 240_000);
