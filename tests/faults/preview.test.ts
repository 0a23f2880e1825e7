// `npm run dev` for authors: what is saved is shown at once, a mistake covers the page, and goes when it is mended.
import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { expect, onTestFinished, test } from 'vitest';
import { launchOptions } from '../chromium.ts';
import { Started, temporaryFolder } from '../server.ts';
import { demoFolder, newFolder } from './program.ts';

const lessonFile = 'courses/the-standard/written-model.en.md';

/** A folder with the content of the repository, and the development server for it with that data folder. */
function workshop(dataDir: string) {
	const folder = temporaryFolder();
	const content = path.join(folder, 'content');
	cpSync('content', content, { recursive: true });
	const file = path.join(content, lessonFile);
	const good = readFileSync(file, 'utf8');
	const write = (added: string) => writeFileSync(file, good + added);
	const servers: Started[] = [];
	const start = () => {
		const settings = { DATA_DIR: dataDir, CONTENT_DIR: content, DEMO: 'yes', NO_COLOR: '1' };
		const env = { ...process.env, ...settings, NODE_ENV: 'development', VITEST: undefined };
		const vite = ['node_modules/vite/bin/vite.js', 'dev', '--host', '127.0.0.1', '--port', '0'];
		const server = new Started(spawn(process.execPath, vite, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
		servers.push(server);
		return server;
	};
	onTestFinished(async () => {
		for (const server of servers) await server.stop();
		rmSync(folder, { recursive: true, force: true });
	});
	return { write, start, signInsFile: path.join(dataDir, 'demo-sign-ins.txt') };
}

async function openLesson(server: Started, signInsFile: string) {
	const [, origin] = await server.line(/Local:\s+(http:\S+?)\/?$/m);
	const browser = await chromium.launch(launchOptions());
	onTestFinished(() => browser.close());
	const page = await browser.newPage({ locale: 'en-GB' });
	page.setDefaultTimeout(60_000);
	await page.goto(`${origin}/sign-in?to=/learn/the-standard/written-model`);
	const [, email, password] = /^learner (\S+) (\S+)/m.exec(readFileSync(signInsFile, 'utf8'))!;
	await page.locator('input[name=email]').fill(email!);
	await page.locator('input[name=password]').fill(password!);
	await page.locator('input[name=password]').press('Enter');
	await page.waitForURL('**/learn/the-standard/written-model');
	return page;
}

test('a saved sentence is shown; a mistake covers the page with file and line, also at the next start; mended, the page is back', async () => {
	const { write, start, signInsFile } = workshop(demoFolder());
	const server = start();
	const page = await openLesson(server, signInsFile);
	const overlay = page.locator('vite-error-overlay .message');
	const lines = readFileSync(`content/${lessonFile}`, 'utf8').split('\n').length;

	write('\nA sentence that was just written.\n');
	await page.getByText('A sentence that was just written.').waitFor();

	// The translations lack the new link, too; what is shown is what was saved.
	write('\n[x](standard:phone.voicemial)\n');
	await expect.poll(() => overlay.textContent(), { timeout: 30_000 }).toContain(`${lessonFile}:${lines + 1}:`);
	expect(await overlay.textContent()).toContain('phone.voicemial');
	await page.reload();
	await expect.poll(() => overlay.textContent(), { timeout: 30_000 }).toContain('phone.voicemial');

	write('\nAnother sentence.\n');
	await page.getByText('Another sentence.').waitFor();
	expect(await overlay.count()).toBe(0);

	write('\n<b>x</b>\n');
	await overlay.waitFor();
	await server.stop();
	const again = await openLesson(start(), signInsFile);
	await again.locator('vite-error-overlay .message').waitFor();
	expect(await again.locator('vite-error-overlay .message').textContent()).toContain(`${lessonFile}:${lines + 1}:`);
});

test('with a mistake and nothing published before, it says so and stops', async () => {
	const { write, start } = workshop(newFolder());
	write('\n<b>x</b>\n');
	const server = start();
	const [, origin] = await server.line(/Local:\s+(http:\S+?)\/?$/m);
	await fetch(origin!).catch(() => undefined);
	expect(await server.ended).toBe(1);
	expect(server.errors).toContain(lessonFile);
	expect(server.errors).toMatch(/nothing was published before that could be served\. Mend .*\n$/);
});
