// The whole program, ended in every way that people and machines find: what was committed is there afterwards.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/lib/server/db/open.ts';
import { treeOf } from '../bench/processes.ts';
import type { Started } from '../server.ts';
import { DEMO, demoFolder, launch, newFolder, postgresOf, signIn } from './program.ts';

describe('after kill -9', () => {
	test.each([
		['of the server alone', false],
		['of the server and the database', true]
	])('%s everything committed is there', async (_, databaseToo) => {
		const folder = demoFolder();
		const first = launch({ env: { ...DEMO, DATA_DIR: folder } });
		const origin = await first.origin();
		const people = await first.signIns();
		const { cookie } = await signIn(origin, people.learner);
		const database = postgresOf(folder);
		process.kill(first.process.pid!, 'SIGKILL');
		if (databaseToo) process.kill(database, 'SIGKILL');
		await first.ended;

		const second = launch({ env: { ...DEMO, DATA_DIR: folder } });
		expect(await second.signIns()).toEqual(people);
		// The session was committed before its cookie was sent.
		const page = await fetch(`${await second.origin()}/learn`, { headers: { cookie }, redirect: 'manual' });
		expect(page.status).toBe(200);
		if (!databaseToo) expect(second.output).toContain(`left behind (process ${database})`);
		expect(await second.stop()).toBe(0);
	});
});

describe('a stop', () => {
	test.each([
		['SIGTERM', '1'],
		['SIGINT', '1'],
		['SIGTERM', '2']
	] as const)('by %s with %s processes finishes running requests, then stops the database', async (signal, PROCESSES) => {
		const folder = demoFolder();
		const server = launch({ env: { ...DEMO, DATA_DIR: folder, PROCESSES } });
		const origin = await server.origin();
		const people = await server.signIns();
		const database = postgresOf(folder);
		if (PROCESSES === '2') await allAnswer(server);
		// Connections go to each process in turn.
		const { running, finish } = await holdSignIn(folder, origin, people.learner, people.hr);

		const ended = server.stop(signal);
		await server.line(/^Stopping: /m);
		// One that came just as the last process stopped to listen waits for an end that this test holds up.
		await expect
			.poll(() => fetch(origin, { signal: AbortSignal.timeout(500) }).then(({ status }) => status, ({ name }: Error) => name), { timeout: 10_000 })
			.toBe('TypeError');
		await finish();
		for (const one of await running) expect(one).toMatchObject({ status: 303 });
		expect(await ended).toBe(0);
		expect(existsSync(`/proc/${database}`)).toBe(false);
		expect(existsSync(path.join(folder, 'nastavnik.lock'))).toBe(false);
	});
});

test('when the database is killed under it, the page says try again, and the database comes back', async () => {
	const folder = demoFolder();
	const server = launch({ env: { ...DEMO, DATA_DIR: folder } });
	const origin = await server.origin();
	const people = await server.signIns();
	const { cookie } = await signIn(origin, people.learner);
	const { running } = await holdSignIn(folder, origin, people.hr);
	process.kill(postgresOf(folder), 'SIGKILL');
	expect((await running)[0]).toMatchObject({ status: 503 });
	await server.line(/The database stopped by itself; starting it again/);
	await expect
		.poll(async () => (await fetch(`${origin}/learn`, { headers: { cookie } })).status, { timeout: 30_000, interval: 200 })
		.toBe(200);
	expect(await signIn(origin, people.hr)).toMatchObject({ status: 303 });
	expect(await server.stop()).toBe(0);
});

describe('two processes', () => {
	test('one that is killed is replaced, and the other answers meanwhile', async () => {
		const server = launch({ env: { ...DEMO, DATA_DIR: demoFolder(), PROCESSES: '2' } });
		const origin = await server.origin();
		await allAnswer(server);
		const [first, second] = programsOf(server.process.pid!);
		process.kill(second!, 'SIGKILL');
		await server.line(/^A process ended by itself \(SIGKILL\); starting another\.$/m);
		for (let n = 0; n < 4; n++) expect((await fetch(`${origin}/health`, { headers: { connection: 'close' } })).status).toBe(200);
		await allAnswer(server, 2);
		expect(programsOf(server.process.pid!)[0]).toBe(first);
		expect(programsOf(server.process.pid!)).not.toContain(second);
		expect(await server.stop()).toBe(0);
	});

	test('when the one that was started is killed, none is left, and the next start has everything', async () => {
		const folder = demoFolder();
		const server = launch({ env: { ...DEMO, DATA_DIR: folder, PROCESSES: '2' } });
		const people = await server.signIns();
		await allAnswer(server);
		const all = [...programsOf(server.process.pid!), postgresOf(folder)];
		process.kill(server.process.pid!, 'SIGKILL');
		await expect.poll(() => all.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 20_000 }).toEqual([]);
		const next = launch({ env: { ...DEMO, DATA_DIR: folder, PROCESSES: '2' } });
		expect(await next.signIns()).toEqual(people);
		expect(await next.stop()).toBe(0);
	});

	test('what is published reaches both within seconds', async () => {
		const folder = demoFolder();
		const content = path.join(newFolder(), 'content');
		cpSync('content', content, { recursive: true });
		const server = launch({ env: { ...DEMO, DATA_DIR: folder, CONTENT_DIR: content, PROCESSES: '2' } });
		const origin = await server.origin();
		await allAnswer(server);
		const academy = path.join(content, 'academy.yaml');
		writeFileSync(academy, readFileSync(academy, 'utf8').replace(/^( +en: ).*$/m, '$1Renamed academy'));
		execFileSync('npx', ['tsx', 'src/cli/publish-content.ts'], { env: { ...process.env, DATA_DIR: folder, CONTENT_DIR: content, DEMO: 'yes' } });
		const names = async () => {
			const pages = await Promise.all(
				Array.from({ length: 6 }, async () => (await fetch(`${origin}/sign-in`, { headers: { connection: 'close' } })).text())
			);
			return pages.filter((page) => page.includes('Renamed academy')).length;
		};
		await expect.poll(names, { timeout: 10_000 }).toBe(6);
		expect(await server.stop()).toBe(0);
	});
});

/** The processes that a started program has started, in their order, without the database. */
function programsOf(pid: number): number[] {
	return treeOf(pid)
		.filter((one) => one !== pid && readFileSync(`/proc/${one}/cmdline`, 'utf8').includes('start.js'))
		// A folder is listed as text: 1003 before 951.
		.sort((one, other) => one - other);
}

/** Waits until all processes of a program answer; `times`: that often so far. */
async function allAnswer(server: Started, times = 1): Promise<void> {
	await expect.poll(() => server.output.match(/^2 processes answer\.$/gm)?.length, { timeout: 30_000 }).toBe(times);
}

/** Sign-ins that are under way and wait, until told, for a table that this test holds. */
async function holdSignIn(folder: string, origin: string, ...forms: { email: string; password: string }[]) {
	const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: folder }, { join: true, connections: 2 });
	onTestFinished(() => database.close());
	const holder = await database.sql.reserve();
	await holder`begin`;
	await holder`lock table employee, session in access exclusive mode`;
	const running = Promise.all(forms.map((form) => signIn(origin, form)));
	// What a server does beside serving after its start may wait for the same tables.
	const waiting = () => database.sql`select 1 from pg_locks join pg_stat_activity using (pid) where not granted and query like '%password_hash%'`;
	await expect.poll(async () => (await waiting()).length, { timeout: 10_000 }).toBe(forms.length);
	return {
		running,
		async finish() {
			await holder`rollback`;
			holder.release();
			await database.close();
		}
	};
}
