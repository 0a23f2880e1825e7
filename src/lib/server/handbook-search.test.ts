// Search over the real handbook, in its three languages.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../core/permissions.ts';
import { testDatabase } from './db/testing.ts';
import { searchHandbook, type MarkedText } from './handbook-search.ts';
import type { Library } from './library.ts';
import { openTestLibrary, testContent } from './testing-content.ts';

const { db } = await testDatabase();
const realContent = fileURLToPath(new URL('../../../content', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'handbook-'));
let library: Library;

beforeAll(async () => {
	cpSync(testContent, folder, { recursive: true });
	for (const part of ['academy.yaml', 'handbook']) cpSync(join(realContent, part), join(folder, part), { recursive: true });
	library = await openTestLibrary(db, new Date('2026-11-10T08:00:00Z'), folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const reader: Actor = { id: crypto.randomUUID(), roles: ['learner'] };
const search = (locale: string, typed: string) => searchHandbook(library, reader, locale, typed);
const clauses = async (locale: string, typed: string) =>
	(await search(locale, typed)).found.flatMap(({ clause }) => (clause ? [clause] : []));
const plain = (parts: MarkedText) => parts.map(({ text }) => text).join('');
const marked = (parts: MarkedText) => parts.filter(({ hit }) => hit).map(({ text }) => text);

describe('word forms', () => {
	it.each([
		['ru', ['обещание', 'обещания', 'обещаний', 'обещаниями'], 'complaints.promise-date'],
		['ru', ['удержание', 'удержании', 'удержанием'], 'phone.hold'],
		['ru', ['запись', 'записи', 'записью'], 'phone.notes'],
		['ru', ['ждать', 'жду', 'ждёт', 'ждут', 'ждал', 'подождите'], 'phone.hold'],
		['ru', ['гость', 'гостей', 'гости'], 'phone.notes'],
		['en', ['promise', 'promises', 'promised', 'promising'], 'complaints.promise-date'],
		['en', ['transfer', 'transfers', 'transferred', 'transferring'], 'phone.transfer'],
		['en', ['apology', 'apologise', 'apologises', 'apologising'], 'complaints.apologise'],
		['bg', ['обещание', 'обещанието', 'обещания', 'обещанията', 'обещавам'], 'complaints.promise-date'],
		['bg', ['бележка', 'бележката', 'бележки', 'бележките'], 'phone.notes'],
		['bg', ['обаждане', 'обаждането', 'обажданията'], 'phone.callback'],
		['bg', ['име', 'името', 'имената'], 'phone.name']
	])('%s %j lead to %s', async (locale, forms, clause) => {
		for (const form of forms) expect(await clauses(locale, form), form).toContain(clause);
	});

	it('the first answer is the clause that is about it', async () => {
		expect((await clauses('en', 'putting a caller on hold'))[0]).toMatch(/^phone\.hold/);
		expect((await clauses('ru', 'поставить на удержание'))[0]).toBe('phone.hold');
		expect((await clauses('bg', 'изчакване'))[0]).toBe('phone.hold');
		expect((await clauses('ru', 'извинения'))[0]).toBe('complaints.apologise');
		expect((await clauses('bg', 'извинение'))[0]).toBe('complaints.apologise');
		expect((await clauses('en', 'voice message'))[0]).toBe('phone.voicemail');
	});

	it('a clause is found by its key', async () => {
		for (const locale of ['en', 'ru', 'bg']) {
			expect((await clauses(locale, 'phone.hold-return'))[0]).toBe('phone.hold-return');
		}
	});

	it('ё is е, and case and stress do not count', async () => {
		const answers = await Promise.all(['её', 'ЕЕ', 'е\u0301е'].map((typed) => clauses('ru', typed)));
		expect(answers[0]!.length).toBeGreaterThan(0);
		expect(answers[1]).toEqual(answers[0]);
		expect(answers[2]).toEqual(answers[0]);
	});

	it('the last word may be unfinished', async () => {
		expect(await clauses('en', 'voicem')).toContain('phone.voicemail');
		expect(await clauses('ru', 'голосовое сообщ')).toContain('phone.voicemail');
		expect(await clauses('bg', 'гласово съоб')).toContain('phone.voicemail');
	});
});

describe('a typing error', () => {
	it.each([
		['en', ['tranfer', 'trensfer', 'trasnfer', 'transferr'], 'phone.transfer'],
		['ru', ['обешание', 'обещяние', 'обещанее', 'обещаине'], 'complaints.promise-date'],
		['bg', ['обещяние', 'обешание', 'обещаниее', 'обещаине'], 'complaints.promise-date']
	])('%s %j', async (locale, forms, clause) => {
		for (const form of forms) expect(await clauses(locale, form), form).toContain(clause);
	});

	it('is looked for also when the wrong word has the stem of another', async () => {
		expect(await clauses('en', 'greating')).toContain('phone.greeting');
		expect(await clauses('en', 'greating the caller')).toContain('phone.greeting');
	});

	it('is not looked for when the word is there as typed, nor in short words', async () => {
		const { found } = await search('en', 'calls');
		expect(found.flatMap(({ sentence, title }) => [...marked(sentence), ...marked(title)])).not.toContain('tells');
		expect((await search('en', 'zold')).found).toEqual([]);
	});
});

describe('what is shown', () => {
	it('is the sentence with the hits marked', async () => {
		const { found } = await search('en', 'phone.hold consent');
		const hold = found.find(({ clause }) => clause === 'phone.hold');
		expect(hold).toMatchObject({ kind: 'clause', href: '/handbook/phone#hold', pageTitle: 'On the phone', lang: 'en' });
		const answer = await search('ru', 'двух минут');
		const first = answer.found.find(({ clause }) => clause === 'phone.hold')!;
		expect(marked(first.sentence).map((word) => word.toLowerCase())).toContain('минут');
		expect(plain(first.sentence).length).toBeLessThan(260);
	});

	it('phrases and letters are found, too', async () => {
		const phrase = (await search('ru', 'секундочку')).found.find(({ kind }) => kind === 'phrase')!;
		expect(marked(phrase.sentence)).toEqual(['Секундочку']);
		expect(plain(phrase.title)).toContain('Подождёте минуту');
		expect(phrase.href).toMatch(/^\/handbook\/phone#.+/);
		const letter = (await search('bg', 'търсих Ви')).found.find(({ kind }) => kind === 'letter')!;
		expect(letter.href).toBe('/handbook/phone#letter-missed-call');
		expect(plain(letter.title)).toContain('{номер на поръчката}');
		expect((await search('en', 'complaints')).found.some(({ kind, href }) => kind === 'page' && href === '/handbook/complaints')).toBe(true);
	});

	it('words that are nowhere are named, the others still answer', async () => {
		const answer = await search('en', 'hold xylophonist');
		expect(answer.without).toEqual(['xylophonist']);
		expect(answer.found.length).toBeGreaterThan(0);
	});

	it('when nothing has all words, what has some is said to be partial', async () => {
		const answer = await search('en', 'voicemail courier');
		expect(answer.partly).toBe(true);
		expect(answer.found.length).toBeGreaterThan(0);
	});

	it('nothing', async () => {
		for (const typed of ['', '   ', '—', '!?', 'xylophonist']) expect((await search('en', typed)).found).toEqual([]);
		expect((await search('bg', 'електрокардиограф')).found).toEqual([]);
		expect((await searchHandbook(library, { ...reader, roles: [] }, 'en', 'hold')).found).toEqual([]);
	});
});

describe('a hostile question', () => {
	it.each([
		'(a+)+$', '.*', '[', '\\', '\\p{L}', '^hold$', "hold' or 1=1 --", '%', '_', '{}', '${hold}', '\0', '\ud800', 'constructor', '__proto__', 'toString'
	])('%j', async (typed) => {
		for (const locale of ['en', 'ru', 'bg']) expect((await search(locale, typed)).found.length).toBeLessThan(40);
	});

	it('HTML stays text and is never marked up', async () => {
		const { query, found } = await search('en', '<img src=x onerror=alert(1)> hold');
		expect(query).toBe('<img src=x onerror=alert(1)> hold');
		expect(JSON.stringify(found)).not.toContain('<');
	});

	it('very long', async () => {
		const started = performance.now();
		for (const typed of ['hold '.repeat(20_000), 'а'.repeat(100_000), 'я хочу '.repeat(9000), 'a b c d e f g h i j k l m n o p'.repeat(100)]) {
			expect((await search('ru', typed)).query.length).toBeLessThanOrEqual(200);
		}
		expect(performance.now() - started).toBeLessThan(2000);
	});
});

it('a page without this language is searched, and shown, in the default one', async () => {
	const other = mkdtempSync(join(tmpdir(), 'handbook-'));
	cpSync(folder, other, { recursive: true });
	rmSync(join(other, 'handbook', 'complaints.bg.md'));
	const thinner = await openTestLibrary(db, new Date('2026-11-11T08:00:00Z'), other);
	rmSync(other, { recursive: true });
	const { found } = await searchHandbook(thinner, reader, 'bg', 'apologies');
	expect(found[0]).toMatchObject({ clause: 'complaints.apologise', lang: 'en' });
	expect((await searchHandbook(thinner, reader, 'bg', 'бележките')).found[0]).toMatchObject({ clause: 'phone.notes', lang: 'bg' });
});
