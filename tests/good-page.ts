// What every page keeps to, whoever opens it: status, language, words, headings, width, an axe without a violation, and
// nothing to complain about in the console (there a broken content security policy is reported, too).
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, type Response } from '@playwright/test';
import type { Locale } from '../src/lib/i18n/index.ts';

const keys = new Set(Object.keys(JSON.parse(readFileSync('src/lib/i18n/messages/en.json', 'utf8')) as object));

export interface Wanted {
	locale: Locale;
	status?: number;
	/** Words in Latin letters that a page in Cyrillic may show: names, addresses, what people wrote. */
	latin?: RegExp;
	/** Without axe, which takes most of the time: one more page of a sort that was looked at. */
	brief?: boolean;
	/** Axe for every other page alone: the other half is looked at in another run. */
	half?: 0 | 1;
}

/** Complaints of the page since it was opened; ask once, before the first visit. */
export function listen(page: Page): string[] {
	const complaints: string[] = [];
	page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
	page.on('console', (message) => {
		if (message.type() !== 'error' && message.type() !== 'warning') return;
		// The browser's own line about a page that is meant to be missing.
		if (/the server responded with a status of 4\d\d/.test(message.text())) return;
		complaints.push(`${message.type()}: ${message.text()}`);
	});
	return complaints;
}

/** Opens a page and looks at everything that can be seen without knowing what it is for. */
export async function visit(page: Page, path: string, wanted: Wanted): Promise<void> {
	const response = await page.goto(path);
	expect.soft(response!.status(), `status of ${path}`).toBe(wanted.status ?? 200);
	expectSafeHeaders(response!, path);
	await lookAt(page, path, wanted);
}

/** Looks at the page as it stands; `name` is for the report. */
export async function lookAt(page: Page, name: string, wanted: Wanted): Promise<void> {
	const { locale, latin } = wanted;
	const found = await page.evaluate(readPage);
	expect.soft(found.lang, `language of ${name}`).toBe(locale);
	expect.soft(found.title, `title of ${name}`).not.toBe('');
	expect.soft(found.firstHeadings, `first heading of ${name}`).toHaveLength(1);
	expect.soft(found.doubleIds, `ids used twice in ${name}`).toEqual([]);
	expect.soft(found.bare, `pixels between the header and the window's edge in ${name}`).toBe(0);
	expect.soft(found.wide, `wider than the window in ${name}`).toEqual([]);
	const words = found.texts.flatMap(({ text }) => text.match(/\b[a-z]+(?:_[a-z0-9]+)+\b/g) ?? []);
	expect.soft(words.filter((word) => keys.has(word)), `untranslated in ${name}`).toEqual([]);
	if (locale !== 'en') {
		// Keys and formats are called as they are labelled; numbers and checksums have letters.
		const own = new Set([...latinInContent(locale), 'Enter', 'JSON', 'SHA', 'Europe', 'Sofia']);
		const foreign = found.texts.filter(
			({ lang, text }) => lang === locale && latinWords(text.replaceAll(latin ?? numbers, '').replaceAll(numbers, '')).some((word) => !own.has(word))
		);
		expect.soft(foreign.map(({ text }) => text), `English words in ${name}`).toEqual([]);
	}
	const isTurn = wanted.half === undefined || name.replace(/[0-9a-f]/g, '').length % 2 === wanted.half;
	if (!wanted.brief && isTurn) await expectAccessible(page, name);
}

const numbers = /\b[0-9A-Z]{4}(?:-[0-9A-Z]{4})+\b|\b[0-9a-f]{64}\b/g;
const latinWords = (text: string) => text.match(/[A-Za-z]{3,}/g) ?? [];
const latinIn = new Map<string, Set<string>>();
/** Names of books and models, keys of clauses: Latin words that the lessons and chapters of this language use themselves. */
function latinInContent(locale: string): Set<string> {
	let words = latinIn.get(locale);
	if (!words) {
		const files = readdirSync('content', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(`.${locale}.md`));
		latinIn.set(locale, (words = new Set(files.flatMap((file) => latinWords(readFileSync(path.join('content', file), 'utf8'))))));
	}
	return words;
}

export async function expectAccessible(page: Page, name: string): Promise<void> {
	// Without frames there is nothing to put together in another page; what axe finds in order nobody reads.
	const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] }).analyze();
	const said = violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`));
	expect.soft(said, `accessibility of ${name}`).toEqual([]);
}

function expectSafeHeaders(response: Response, path: string): void {
	const headers = response.headers();
	const policy = headers['content-security-policy'] ?? '';
	expect.soft(headers, `headers of ${path}`).toMatchObject({
		'x-content-type-options': 'nosniff',
		'x-frame-options': 'DENY',
		'referrer-policy': 'same-origin',
		'cache-control': 'private, no-store'
	});
	expect.soft(policy, `policy of ${path}`).toMatch(/default-src '(self|none)'/);
	expect.soft(policy, `policy of ${path}`).toContain("frame-ancestors 'none'");
	expect.soft(policy, `policy of ${path}`).not.toMatch(/script-src[^;]*'unsafe-/);
}

/** Runs in the page. */
function readPage() {
	const texts: { text: string; lang: string }[] = [];
	const langOf = (element: Element | null) => element?.closest('[lang]')?.getAttribute('lang') ?? '';
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const parent = walker.currentNode.parentElement;
		const text = (walker.currentNode.textContent ?? '').trim();
		if (text && parent && !parent.closest('script, style, noscript, code, pre, [hidden]')) texts.push({ text, lang: langOf(parent) });
	}
	for (const element of document.querySelectorAll('[aria-label], [title], [alt], [placeholder]')) {
		for (const name of ['aria-label', 'title', 'alt', 'placeholder']) {
			const text = element.getAttribute(name);
			if (text) texts.push({ text, lang: langOf(element) });
		}
	}
	const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
	const { scrollWidth, clientWidth } = document.documentElement;
	const wide =
		scrollWidth <= clientWidth
			? []
			: [...document.querySelectorAll('body *')]
					.filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
					.map((element) => `${element.tagName.toLowerCase()}.${element.className}: ${(element.textContent ?? '').trim().slice(0, 60)}`)
					.slice(0, 8);
	return {
		lang: document.documentElement.lang,
		title: document.title,
		firstHeadings: [...document.querySelectorAll('h1')].map((heading) => heading.textContent),
		doubleIds: ids.filter((id, at) => ids.indexOf(id) !== at),
		wide,
		bare: clientWidth - (document.querySelector('header')?.getBoundingClientRect().right ?? clientWidth),
		texts
	};
}
