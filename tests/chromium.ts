// Chromium for the tests, the bench and the README's pictures: an installed one first, else Playwright's own, else
// Debian's where we may install it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

/** An installed Chromium: the one CHROMIUM_PATH names, else the first found; undefined lets Playwright use its own. */
function installedChromium(): string | undefined {
	const named = process.env['CHROMIUM_PATH'];
	if (named) return named;
	const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(path.delimiter)];
	return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
		.flatMap((name) => folders.map((folder) => path.join(folder, name)))
		.find((file) => existsSync(file));
}

/** How it is started: nothing but the academy is asked for; and root, in a container, has no sandbox to give. */
export function launchOptions(): { executablePath: string | undefined; args: string[] } {
	return {
		executablePath: installedChromium(),
		args: ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic', '--no-first-run']
			.concat(process.getuid?.() === 0 ? ['--no-sandbox'] : [])
	};
}

/** Installs one when there is none; false when that did not work, after saying what to do. */
export function haveChromium(): boolean {
	if (installedChromium() || existsSync(chromium.executablePath())) return true;
	console.log('No Chromium is installed; fetching one …');
	if (spawnSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'ignore', timeout: 300_000 }).status === 0) return true;
	if (process.getuid?.() === 0) {
		spawnSync('apt-get', ['update'], { stdio: 'ignore' });
		spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { stdio: 'ignore' });
	}
	if (installedChromium()) return true;
	console.log('No Chromium could be installed; install one, or set CHROMIUM_PATH to it.');
	return false;
}
