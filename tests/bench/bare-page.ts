/**
 * What this machine can do at all: a page of the same framework with three queries by key and nothing else, in one
 * process. The promised requests per second were set where such a page answered 1,300; elsewhere they are a share of it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Database } from '../../src/lib/server/db/open.ts';
import { Started } from '../server.ts';
import { freePort } from './content-budgets.ts';

/** Requests per second of that page at 16 connections where the budgets were set. */
export const bareThere = 1300;

export interface BarePage {
	origin: string;
	stop(): Promise<void>;
}

/** Builds and starts it on the database of a running server. */
export async function openBarePage(database: Database): Promise<BarePage> {
	// Below node_modules its packages are found, and nothing looks at it.
	const folder = mkdtempSync(path.resolve('node_modules/.bare-page-'));
	try {
		cpSync('tests/bench/bare-page', folder, { recursive: true });
		const built = spawnSync(process.execPath, [path.resolve('node_modules/vite/bin/vite.js'), 'build'], { cwd: folder, encoding: 'utf8' });
		if (built.status !== 0) throw new Error(`the bare page cannot be built:\n${built.stdout}${built.stderr}`);
		const port = await freePort();
		const { path: socket, user, database: name } = database.sql.options;
		const server = new Started(
			spawn(process.execPath, ['build'], {
				cwd: folder,
				env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), DATABASE_SOCKET: String(socket), DATABASE_USER: user, DATABASE_NAME: name },
				stdio: ['ignore', 'pipe', 'pipe']
			})
		);
		await server.line(/Listening on/);
		return {
			origin: `http://127.0.0.1:${port}`,
			stop: async () => {
				// Its connections would keep it.
				server.process.kill('SIGKILL');
				await server.ended;
				rmSync(folder, { recursive: true, force: true });
			}
		};
	} catch (error) {
		rmSync(folder, { recursive: true, force: true });
		throw error;
	}
}
