import { existsSync } from 'node:fs';
import path from 'node:path';

/** An installed Chromium: the one CHROMIUM_PATH names, else the first found; undefined lets Playwright use its own. */
export function installedChromium(): string | undefined {
	const named = process.env['CHROMIUM_PATH'];
	if (named) return named;
	const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(path.delimiter)];
	return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
		.flatMap((name) => folders.map((folder) => path.join(folder, name)))
		.find((file) => existsSync(file));
}
