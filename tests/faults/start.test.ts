// The whole program, started in every way that people and machines find.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connections } from '../../src/lib/server/db/open.ts';
import { ROLES } from '../server.ts';
import { closedCheckout, DEMO, demoFolder, isRoot, launch, newFolder, signIn } from './program.ts';

const NOBODY = { uid: 65534, gid: 65534 };

describe('a fresh data folder', () => {
	test('prints the address and one sign-in per role, which work over http under every local name', async () => {
		const server = launch({ env: { ...DEMO, DATA_DIR: newFolder() } });
		const origin = await server.origin();
		const people = await server.signIns();
		expect(new Set(ROLES.map((role) => people[role].email)).size).toBe(ROLES.length);
		const port = new URL(origin).port;
		for (const name of ['127.0.0.1', 'localhost', '127.0.0.2']) {
			const address = `http://${name}:${port}`;
			// The demo listens on this machine's first address alone.
			if (name === '127.0.0.2') await expect(signIn(address, people.learner)).rejects.toThrow();
			else expect(await signIn(address, people.learner)).toMatchObject({ status: 303 });
		}
		expect(await server.stop()).toBe(0);
	});

	test('has passwords of its own', async () => {
		const passwords = [];
		for (const folder of [newFolder(), newFolder()]) {
			const server = launch({ env: { ...DEMO, DATA_DIR: folder } });
			passwords.push((await server.signIns()).admin.password);
			await server.stop();
		}
		expect(passwords[0]).not.toBe(passwords[1]);
	});
});

describe('a checkout under a folder that only its owner may enter, with spaces and Cyrillic in its path', () => {
	test('works for an ordinary user', async () => {
		await startsTwice(closedCheckout('наставник и ученик', NOBODY), isRoot ? NOBODY : undefined);
	});

	if (isRoot) {
		test('works for root, with the database where another user may run it', async () => {
			const root = closedCheckout('наставник для всех', null);
			const output = await startsTwice(root);
			expect(output).toMatch(/The database is kept in \/var\/lib\/nastavnik\//);
		});
	}

	/** Starts, stops and starts again on the same data; what both printed. */
	async function startsTwice(root: string, account?: { uid: number; gid: number }): Promise<string> {
		const env = { ...DEMO, HOME: root, TMPDIR: undefined };
		const first = launch({ root, account, env });
		const people = await first.signIns();
		expect(await signIn(await first.origin(), people.hr)).toMatchObject({ status: 303 });
		expect(await first.stop()).toBe(0);
		const second = launch({ root, account, env });
		expect(await second.signIns()).toEqual(people);
		expect(await signIn(await second.origin(), people.hr)).toMatchObject({ status: 303 });
		expect(await second.stop()).toBe(0);
		return first.output + second.output;
	}
});

test('a path longer than a socket’s may be is no obstacle', async () => {
	const folder = path.join(newFolder(), 'очень-длинное-имя-папки-с-данными-академии', 'и-ещё-одно-такое-же-длинное-имя');
	const server = launch({ env: { ...DEMO, DATA_DIR: folder } });
	await server.origin();
	expect(await server.stop()).toBe(0);
});

describe('what is refused in one sentence, with exit code 1', () => {
	test('a port that is taken', async () => {
		const other = createServer().listen(0, '127.0.0.1');
		await new Promise((resolve) => other.once('listening', resolve));
		onTestFinished(() => void other.close());
		const { port } = other.address() as AddressInfo;
		const folder = demoFolder();
		const server = launch({ env: { ...DEMO, DATA_DIR: folder, PORT: String(port) } });
		expect(await server.ended).toBe(1);
		expect(server.errors).toBe(
			`Port ${port} on 127.0.0.1 is taken by another program; stop it, or set PORT to another number.\n`
		);
	});

	test('a second start on the same data folder, and the first one is not disturbed', async () => {
		const folder = demoFolder();
		const first = launch({ env: { ...DEMO, DATA_DIR: folder } });
		const origin = await first.origin();
		const second = launch({ env: { ...DEMO, DATA_DIR: folder } });
		expect(await second.ended).toBe(1);
		expect(second.errors).toBe(
			`The data folder ${folder} is in use by a running Nastavnik (process ${first.process.pid}); stop that one first, or set DATA_DIR to another folder.\n`
		);
		expect((await fetch(`${origin}/health`)).status).toBe(200);
		expect(await first.stop()).toBe(0);
	});

	test('two starts at the same moment: one of them', async () => {
		const folder = newFolder();
		const both = [launch({ env: { ...DEMO, DATA_DIR: folder } }), launch({ env: { ...DEMO, DATA_DIR: folder } })];
		const outcomes = await Promise.allSettled(both.map((server) => server.origin()));
		expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		for (const server of both) server.process.kill('SIGTERM');
		expect((await Promise.all(both.map((server) => server.ended))).sort()).toEqual([0, 1]);
	});

	test.each([
		['postgres://ann:s3cret@127.0.0.1:1/academy', 'nothing answers at that address'],
		['postgres://ann:s3cret@no-such-host.invalid/academy', 'host'],
		['mysql://ann:s3cret@127.0.0.1/academy', 'DATABASE_URL must be an address like postgres://']
	])('a DATABASE_URL that is wrong: %s', async (DATABASE_URL, reason) => {
		const server = launch({ env: { DATABASE_URL, ORIGIN: 'https://academy.example.com' } });
		expect(await server.ended).toBe(1);
		expect(server.errors.trim().split('\n')).toHaveLength(1);
		expect(server.errors).toContain(reason);
		expect(server.errors).not.toContain('s3cret');
	});

	test('a CONTENT_DIR that is not there, also for publishing', async () => {
		const folder = newFolder();
		const nowhere = path.join(folder, 'nowhere');
		const server = launch({ env: { ...DEMO, DATA_DIR: folder, CONTENT_DIR: nowhere } });
		expect(await server.ended).toBe(1);
		expect(server.errors).toBe(`CONTENT_DIR must be a folder that can be read; ${nowhere} cannot (ENOENT).\n`);
		const published = spawnSync('npx', ['tsx', 'src/cli/publish-content.ts'], {
			encoding: 'utf8',
			env: { ...process.env, DATA_DIR: folder, CONTENT_DIR: nowhere, DEMO: 'yes' }
		});
		expect([published.status, published.stderr]).toEqual([1, server.errors]);
	});

	test.each(['1', '2'])('content with a mistake while nothing was published yet; with a release that one is served (%s processes)', async (PROCESSES) => {
		const folder = newFolder();
		const content = path.join(newFolder(), 'content');
		cpSync('content', content, { recursive: true });
		const lesson = path.join(content, 'courses/the-standard/written-model.en.md');
		const good = readFileSync(lesson, 'utf8');
		const mistake = () => writeFileSync(lesson, `${good}\n[x](standard:no.such-clause)\n`);
		const env = { ...DEMO, DATA_DIR: folder, CONTENT_DIR: content, PROCESSES };

		mistake();
		const first = launch({ env });
		expect(await first.ended).toBe(1);
		expect(first.errors).toContain('no.such-clause');
		expect(first.errors).toMatch(/nothing was published before that could be served\. Mend .*\n$/);
		expect(first.output).not.toMatch(/last good release|is ready|^ +at /m);

		writeFileSync(lesson, good);
		const second = launch({ env });
		await second.signIns();
		expect(await second.stop()).toBe(0);

		mistake();
		const third = launch({ env });
		const origin = await third.origin();
		expect(third.errors).toContain('the last good release is served');
		expect((await fetch(`${origin}/sign-in`)).status).toBe(200);
		expect(await third.stop()).toBe(0);
	});

	test.each([
		[{ DEMO: 'no' }, 'ORIGIN must be set outside the demo'],
		[{ ORIGIN: 'academy' }, 'ORIGIN must be the address people type'],
		[{ PORT: 'x' }, 'PORT must be a whole number'],
		[{ BODY_SIZE_LIMIT: 'x' }, 'BODY_SIZE_LIMIT must be a number of bytes']
	])('settings that cannot be: %j', async (env, reason) => {
		const server = launch({ env: { ...env, DATA_DIR: newFolder() } });
		expect(await server.ended).toBe(1);
		expect(server.errors.trim().split('\n')).toHaveLength(1);
		expect(server.errors).toContain(reason);
	});
});

test('outside the demo there are no invented people, and a one-time link makes the first administrator', async () => {
	const server = launch({ env: { DEMO: 'no', ORIGIN: 'http://127.0.0.1:3999', DATA_DIR: newFolder() } });
	const [, path] = await server.line(/http:\/\/127\.0\.0\.1:3999(\/invite\/\S+)/);
	expect(server.output).not.toMatch(/^learner /m);
	expect(path).toMatch(/^\/invite\/.{20,}$/);
	expect(await server.stop()).toBe(0);
});

if (process.env['TEST_DATABASE_URL']) {
	test('the same product runs on a PostgreSQL of one’s own, started twice at once', async () => {
		const admin = connections({ url: process.env['TEST_DATABASE_URL']!, database: 'postgres' }, 1);
		const name = `nastavnik_own_${process.pid}`;
		await admin.unsafe(`create database ${name} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'`);
		const url = new URL(process.env['TEST_DATABASE_URL']!);
		url.pathname = `/${name}`;
		const servers = [1, 2].map(() => launch({ env: { ...DEMO, DATABASE_URL: url.href, DATA_DIR: newFolder() } }));
		for (const server of servers) {
			const health = (await (await fetch(`${await server.origin()}/health`)).json()) as { status: string; database: string };
			expect(health).toMatchObject({ status: 'ok', database: 'ok' });
		}
		for (const server of servers) expect(await server.stop()).toBe(0);
		await admin.unsafe(`drop database ${name} with (force)`);
		await admin.end();
	});
}
