/** What a browser that has never been here fetches for one page. */
import { chromium } from '@playwright/test';
import { launchOptions } from '../chromium.ts';

export interface FirstLoad {
	requests: number;
	/** Bytes of bodies as sent, by what they are. */
	bytes: { html: number; js: number; css: number; font: number; other: number };
	/** Of the scripts and styles: br, gzip, or identity. */
	encodings: string[];
	/** Address and bytes of each, in order. */
	fetched: { path: string; type: string; bytes: number; encoding: string }[];
}

/** Opens the page in a fresh browser that holds these cookies and nothing else. */
export async function measureFirstLoad(origin: string, cookies: { name: string; value: string }[], path: string): Promise<FirstLoad> {
	const browser = await chromium.launch(launchOptions());
	try {
		const context = await browser.newContext({ locale: 'en-GB' });
		await context.addCookies(cookies.map((cookie) => ({ ...cookie, url: origin })));
		const page = await context.newPage();
		const finished: Promise<FirstLoad['fetched'][number]>[] = [];
		page.on('requestfinished', (request) => {
			finished.push(
				Promise.all([request.sizes(), request.response()]).then(async ([sizes, response]) => ({
					path: new URL(request.url()).pathname,
					type: request.resourceType(),
					bytes: sizes.responseBodySize,
					encoding: (await response!.headerValue('content-encoding')) ?? 'identity'
				}))
			);
		});
		const answer = await page.goto(origin + path, { waitUntil: 'networkidle' });
		if (answer?.status() !== 200) throw new Error(`${path} answers ${answer?.status()}`);
		const fetched = await Promise.all(finished);
		const sum = (type: string) => fetched.filter((one) => one.type === type).reduce((all, one) => all + one.bytes, 0);
		const bytes = { html: sum('document'), js: sum('script'), css: sum('stylesheet'), font: sum('font'), other: 0 };
		bytes.other = fetched.reduce((all, one) => all + one.bytes, 0) - bytes.html - bytes.js - bytes.css - bytes.font;
		const texts = fetched.filter((one) => one.type === 'script' || one.type === 'stylesheet');
		return { requests: fetched.length, bytes, encodings: [...new Set(texts.map((one) => one.encoding))], fetched };
	} finally {
		await browser.close();
	}
}
