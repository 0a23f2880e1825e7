/** How long authors wait: checking, publishing, and seeing a change, with a thousand lessons in three languages. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import { makeContent } from '../../src/cli/make-content.ts';
import { openDatabase } from '../../src/lib/server/db/open.ts';
import { Library } from '../../src/lib/server/library.ts';
import { launchOptions } from '../chromium.ts';
import { Started } from '../server.ts';
import { loadHistory } from './history.ts';
import { peakOf } from './processes.ts';

export function writeContent(folder: string, lessons: number, perCourse: number, positions = 1): void {
	for (const [name, text] of makeContent(lessons, perCourse, positions)) {
		mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
		writeFileSync(path.join(folder, name), text);
	}
}

export interface Door {
	seconds: number;
	/** Largest resident size, MB. */
	peak: number;
	output: string;
}

/** Runs one of the shell doors as npm does, without npm's own half second. Throws when it fails. */
export async function runDoor(file: string, args: string[], env: Record<string, string>): Promise<Door> {
	const started = performance.now();
	const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
		env: { ...process.env, ...env },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
	let peak = 0;
	const timer = setInterval(() => (peak = Math.max(peak, peakOf(child.pid!))), 20);
	const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
	clearInterval(timer);
	if (code !== 0) throw new Error(`${file} ended with ${code}:\n${output.slice(-2000)}`);
	return { seconds: (performance.now() - started) / 1000, peak, output };
}

/** Publishes for the first time and again, into a fresh embedded database that is already running. */
export async function measurePublishing(dataDir: string, folder: string): Promise<{ first: Door; again: Door }> {
	const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: dataDir });
	try {
		const env = { DATA_DIR: dataDir, CONTENT_DIR: folder };
		const first = await runDoor('src/cli/publish-content.ts', [], env);
		if (!first.output.includes('Published as release 1')) throw new Error(`the first publishing says: ${first.output}`);
		const again = await runDoor('src/cli/publish-content.ts', [], env);
		if (!again.output.includes('Nothing to publish')) throw new Error(`publishing again says: ${again.output}`);
		return { first, again };
	} finally {
		await database.close();
	}
}

/** Milliseconds from saving a lesson until the open page shows the change: the first one after the start, then the median of five. */
export async function measurePreview(dataDir: string, folder: string): Promise<{ first: number; next: number }> {
	const port = await freePort();
	const origin = `http://127.0.0.1:${port}`;
	const vite = new Started(
		spawn(process.execPath, ['node_modules/vite/bin/vite.js', 'dev', '--host', '127.0.0.1', '--port', String(port), '--strictPort'], {
			env: { ...process.env, DATA_DIR: dataDir, CONTENT_DIR: folder },
			stdio: ['ignore', 'pipe', 'pipe']
		})
	);
	const browser = await chromium.launch(launchOptions());
	try {
		await vite.line(/Local:/);
		// The first request opens the application.
		await waitFor(async () => (await fetch(`${origin}/health`)).ok);
		const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: dataDir }, { join: true, connections: 2 });
		const library = new Library(database.db);
		await library.refresh();
		const [person] = await loadHistory(database.db, library, 2, new Date());
		const lesson = library.current().academy.courses[0]!.lessons[0]!;
		await database.close();

		const [name, value] = person!.cookie.split('=') as [string, string];
		const context = await browser.newContext({ locale: 'en-GB' });
		await context.addCookies([{ name, value, url: origin }]);
		const page = await context.newPage();
		await page.goto(`${origin}/learn/${lesson.name}`, { waitUntil: 'networkidle' });
		const file = path.join(folder, 'courses', `${lesson.name}.en.md`);
		const original = readFileSync(file, 'utf8');
		const times: number[] = [];
		for (let n = 0; n < 6; n++) {
			const sign = `Changed for the ${n + 1}. time.`;
			const saved = performance.now();
			writeFileSync(file, original.replace(/\n---\n/, `\n---\n\n${sign}\n`));
			await page.getByText(sign).waitFor({ timeout: 60_000 });
			times.push(performance.now() - saved);
			await page.waitForLoadState('networkidle');
		}
		const [first, ...next] = times as [number, ...number[]];
		return { first, next: next.sort((a, b) => a - b)[2]! };
	} finally {
		await browser.close();
		await vite.stop();
	}
}

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
	for (let tries = 0; tries < 1200; tries++) {
		if (await isSo().catch(() => false)) return;
		await wait(100);
	}
	throw new Error('waited two minutes for nothing');
}

/** A port that nothing listens on just now. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = net.createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address() as net.AddressInfo;
			server.close(() => resolve(port));
		});
	});
}
