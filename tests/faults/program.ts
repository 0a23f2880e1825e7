// What the fault tests share: folders and programs that end with their test, and signing in.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, inject, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/lib/server/db/open.ts';
import { start, temporaryFolder, type StartOptions, type Started } from '../server.ts';
import { copyCheckout, removeDatabaseElsewhere } from './copies.ts';

export const isRoot = process.getuid?.() === 0;
export const DEMO = { DEMO: 'yes' };

const folders: string[] = [];
afterAll(() => {
	for (const folder of folders) {
		removeDatabaseElsewhere(folder);
		rmSync(folder, { recursive: true, force: true });
	}
});

export function newFolder(): string {
	const folder = temporaryFolder();
	folders.push(folder);
	return folder;
}

/** A data folder in which the demo is made already. */
export function demoFolder(): string {
	const folder = newFolder();
	const made = inject('demo');
	// Node's own copy leaves the files to us, and under root they belong to the database's user.
	if (made) execFileSync('cp', ['-a', `${made}/.`, folder]);
	return folder;
}

/** A program that is killed with the test, should the test end first. */
export function launch(options: StartOptions): Started {
	const started = start({ root: inject('checkout'), ...options });
	onTestFinished(async () => {
		started.process.kill('SIGKILL');
		await started.ended;
	});
	return started;
}

/** Posts the sign-in form, as a browser without JavaScript does. */
export async function signIn(origin: string, form: { email: string; password: string }): Promise<{ status: number; cookie: string }> {
	const answer = await fetch(`${origin}/sign-in`, {
		method: 'POST',
		body: new URLSearchParams(form),
		headers: { origin, accept: 'text/html' },
		redirect: 'manual'
	});
	return { status: answer.status, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

/** Posts a form as a browser without JavaScript does; its redirect is not followed. */
export async function send(
	server: Started,
	address: string,
	cookie: string,
	fields: Record<string, string> | [string, string][]
): Promise<Response> {
	const origin = await server.origin();
	return fetch(new URL(address, origin), {
		method: 'POST',
		body: new URLSearchParams(fields),
		headers: { cookie, origin, accept: 'text/html' },
		redirect: 'manual'
	});
}

/** The status of what it answers. */
export async function post(...sent: Parameters<typeof send>): Promise<number> {
	return (await send(...sent)).status;
}

/** The database of a running server, for the test's own look; closed with the test. */
export async function join(folder: string) {
	const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: folder }, { join: true, connections: 2 });
	onTestFinished(() => database.close());
	return database;
}

/** The process of a running server's database. */
export function postgresOf(dataDir: string): number {
	return Number(readFileSync(path.join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);
}

/** A checkout below a folder of mode 0700. */
export function closedCheckout(name: string, owner: { uid: number; gid: number } | null): string {
	const parent = path.join(newFolder(), name);
	const root = path.join(parent, 'my academy');
	mkdirSync(root, { recursive: true });
	chmodSync(parent, 0o700);
	copyCheckout(inject('checkout'), root);
	if (isRoot && owner) spawnSync('chown', ['-R', `${owner.uid}:${owner.gid}`, parent]);
	return root;
}
