/**
 * Search in the handbook: rules, phrases, letters and pages, by any form of a word, forgiving one typing error in
 * words of five letters or more. An index is built once per release and language and lives as long as the release.
 */
import MiniSearch, { type Query } from 'minisearch';
import type { HandbookPage, HandbookPiece } from '../core/academy.ts';
import { inLocale } from '../core/localized.ts';
import { may, type Actor } from '../core/permissions.ts';
import type { Library, Release } from './library.ts';
import { findWords, stemWord } from './word-forms.ts';

/** What is read of a question; the rest is cut off. */
const longestQuery = 200;
const mostWords = 8;
const longestWord = 40;
/** Nobody reads on after so many. */
const mostFound = 30;
/** A sentence shown is cut around its first hit when it is longer. */
const longestSentence = 240;
/** A word in more than this share of all entries narrows nothing down: it only ranks. */
const commonShare = 1 / 3;

/** A text in parts, so that a page marks hits without building HTML from what was typed. */
export type MarkedText = { text: string; hit: boolean }[];

export interface Found {
	kind: 'page' | 'clause' | 'phrase' | 'letter';
	/** Address within the site, with the fragment. */
	href: string;
	pageTitle: string;
	/** Of a clause its id, `page.clause`; else null. */
	clause: string | null;
	/** Title of the clause or page, subject of the letter; of a phrase what to say. */
	title: MarkedText;
	/** The sentence found; of a phrase what rather not to say. */
	sentence: MarkedText;
	/** Language of the texts. */
	lang: string;
}

export interface HandbookAnswer {
	/** What was searched for, as it was read. */
	query: string;
	found: Found[];
	/** Words that occur nowhere, not even with a typing error; the answer was found without them. */
	without: string[];
	/** Nothing has all the words: these have some. */
	partly: boolean;
	/** There are more than are given here. */
	more: boolean;
}

interface Entry {
	kind: Found['kind'];
	href: string;
	pageTitle: string;
	clause: string | null;
	title: string;
	text: string;
	/** Words of the key, for those who know it. */
	key: string;
	lang: string;
}
/** The entries in one language. */
interface Shelf {
	lang: string;
	entries: Entry[];
	/** What each word of the entries is kept as. */
	forms: Map<string, string[]>;
	index: MiniSearch;
}

const shelves = new WeakMap<Release, Map<string, Promise<Shelf[]>>>();

/** Searches the current release in this language; pages without it are searched in the default one. */
export async function searchHandbook(
	library: Library,
	actor: Actor,
	locale: string,
	typed: string
): Promise<HandbookAnswer> {
	const query = typed.normalize('NFC').replace(/\s+/g, ' ').trim().slice(0, longestQuery).trim();
	const words = [...new Set(findWords(query).map(({ folded }) => folded.slice(0, longestWord)))].slice(0, mostWords);
	const answer: HandbookAnswer = { query, found: [], without: [], partly: false, more: false };
	if (words.length === 0 || !may(actor, 'handbook.read')) return answer;

	const sought = (await readShelves(library, library.current(), locale)).map((shelf) => seek(shelf, words));
	answer.without = words.filter((word) => sought.every(({ missing }) => missing.includes(word)));
	const isWhole = ({ whole, missing }: Sought) => whole && missing.every((word) => answer.without.includes(word));
	answer.partly = !sought.some(isWhole);
	const results = sought
		.filter((shelf) => answer.partly || isWhole(shelf))
		.flatMap((shelf) => shelf.results)
		.sort((one, other) => other.score - one.score);
	answer.more = results.length > mostFound;
	answer.found = results.slice(0, mostFound).map(({ entry, isHit }) => describe(entry, isHit));
	if (answer.found.length === 0) answer.partly = false;
	return answer;
}

/** The index of a release in a language; built by the first who asks. */
function readShelves(library: Library, release: Release, locale: string): Promise<Shelf[]> {
	let byLocale = shelves.get(release);
	if (!byLocale) shelves.set(release, (byLocale = new Map()));
	let built = byLocale.get(locale);
	if (!built) {
		built = buildShelves(library, release, locale);
		byLocale.set(locale, built);
		// The database may have been away: the next one who asks builds it.
		built.catch(() => byLocale.delete(locale));
	}
	return built;
}

async function buildShelves(library: Library, release: Release, locale: string): Promise<Shelf[]> {
	const { handbook, defaultLocale } = release.academy;
	const items = await library.items(handbook.map(({ hash }) => hash));
	const byLang = new Map<string, Entry[]>();
	for (const page of handbook) {
		const lang = page.locales.includes(locale) ? locale : defaultLocale;
		const body = items.get(page.hash)!;
		const pieces = body.kind === 'handbook' ? (body.pieces[lang] ?? []) : [];
		byLang.set(lang, [...(byLang.get(lang) ?? []), ...entriesOf(page, pieces, lang, defaultLocale)]);
	}
	return [...byLang].map(([lang, entries]) => buildShelf(lang, entries));
}

function buildShelf(lang: string, entries: Entry[]): Shelf {
	const forms = new Map<string, string[]>();
	const index = new MiniSearch({
		fields: ['title', 'text', 'key'],
		tokenize: (text) => findWords(text).map(({ folded }) => folded),
		processTerm: (word) => {
			const known = forms.get(word) ?? makeForms(word, lang);
			forms.set(word, known);
			return known;
		},
		searchOptions: {
			tokenize: (term) => [term],
			processTerm: (term) => term,
			boost: { title: 3, key: 2 }
		}
	});
	index.addAll(entries.map((entry, id) => ({ ...entry, id })));
	return { lang, entries, forms, index };
}

/** What a word is kept and sought as: itself, so that the form asked for comes first, and its stem. */
function makeForms(word: string, lang: string): string[] {
	return [...new Set([word, stemWord(word, lang)])];
}

// --- What can be found -------------------------------------------------------------------------------------------

function entriesOf(page: HandbookPage, pieces: HandbookPiece[], lang: string, fallback: string): Entry[] {
	const pageTitle = inLocale(page.title, lang, fallback);
	const address = `/handbook/${page.key}`;
	const shared = { pageTitle, clause: null, key: '', lang };
	const entries: Entry[] = [
		{ ...shared, kind: 'page', href: address, title: pageTitle, text: inLocale(page.summary, lang, fallback), key: page.key }
	];
	for (const clause of page.clauses) {
		entries.push({
			...shared,
			kind: 'clause',
			href: `${address}#${clause.key}`,
			clause: clause.id,
			title: inLocale(clause.title, lang, fallback),
			text: inLocale(clause.plain, lang, fallback),
			key: clause.id
		});
	}
	for (const piece of pieces) {
		if (piece.kind === 'letter') {
			const [subject = '', ...lines] = textOf(piece.text).split('\n');
			const text = lines.join('\n');
			entries.push({ ...shared, kind: 'letter', href: `${address}#${letterAnchor(piece.key)}`, title: subject, text, key: piece.key });
		} else {
			entries.push(...phrasesOf(piece.text, { ...shared, kind: 'phrase', href: address, title: '', text: '' }));
		}
	}
	return entries;
}

/** Where a letter stands on its page. */
export const letterAnchor = (key: string): string => `letter-${key}`;

/** The rows of the phrase banks in a piece of HTML, each at the heading above it. */
function phrasesOf(html: string, pattern: Entry): Entry[] {
	const found: Entry[] = [];
	let anchor = '';
	for (const [part, id] of html.matchAll(/<h[2-6] id="([^"]*)"|<div class="table-scroll phrase-bank".*?<\/table>/gs)) {
		if (id !== undefined) {
			anchor = id;
			continue;
		}
		for (const [, cells = ''] of part.matchAll(/<tr>(.*?)<\/tr>/gs)) {
			const [title, text] = [...cells.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => textOf(cell));
			if (title && text) found.push({ ...pattern, href: anchor ? `${pattern.href}#${anchor}` : pattern.href, title, text });
		}
	}
	return found;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'", '#123': '{', '#125': '}' };

/** The words of our own sanitised HTML, a line for each line or paragraph. */
export function textOf(html: string): string {
	return html
		.replace(/<br \/>|<\/p>/g, '\n')
		.replace(/<[^>]*>/g, '')
		.replace(/&(#?\w+);/g, (entity, name: string) => entities[name] ?? entity)
		.replace(/[ \t]+/g, ' ')
		.replace(/\s*\n\s*/g, '\n')
		.trim();
}

// --- Seeking -----------------------------------------------------------------------------------------------------

interface Sought {
	missing: string[];
	/** Whether the results have every word that occurs at all. */
	whole: boolean;
	results: { entry: Entry; score: number; isHit: (word: string) => boolean }[];
}

/** A word as it was found: exactly, as the beginning of one, or with a typing error. */
interface FoundWord {
	/** Score by place on the shelf. */
	scores: Map<number, number>;
	/** As they stand in the index. */
	terms: string[];
	isCommon: boolean;
}

function seek(shelf: Shelf, words: string[]): Sought {
	const missing: string[] = [];
	const found: FoundWord[] = [];
	for (const [place, word] of words.entries()) {
		// The last word may still be being typed.
		const one = findWord(shelf, word, place === words.length - 1);
		if (one) found.push(one);
		else missing.push(word);
	}
	const rare = found.filter(({ isCommon }) => !isCommon);
	const required = rare.length > 0 ? rare : found;
	const scores = new Map<number, { score: number; has: number }>();
	for (const one of [...required, ...found.filter((one) => !required.includes(one))]) {
		for (const [id, score] of one.scores) {
			const known = scores.get(id);
			if (known) known.score += score;
			else if (required.includes(one)) scores.set(id, { score, has: 0 });
			if (required.includes(one)) scores.get(id)!.has++;
		}
	}
	const whole = [...scores].filter(([, { has }]) => has === required.length);
	const hits = new Set(required.flatMap(({ terms }) => terms));
	const isHit = (word: string) => shelf.forms.get(word)?.some((form) => hits.has(form)) ?? false;
	return {
		missing,
		whole: whole.length > 0,
		results: (whole.length > 0 ? whole : [...scores]).map(([id, { score, has }]) => ({
			entry: shelf.entries[id]!,
			// More of the words comes before better places of fewer.
			score: score + has * 1e6,
			isHit
		}))
	};
}

function findWord(shelf: Shelf, word: string, isLast: boolean): FoundWord | null {
	const forms = shelf.forms.get(word) ?? makeForms(word, shelf.lang);
	const exactly: Query = { queries: forms, combineWith: 'OR' };
	const asBeginning: Query = { ...exactly, prefix: true };
	// One letter is the beginning of everything.
	const tries = word.length < 2 ? [exactly] : isLast ? [asBeginning] : [exactly, asBeginning];
	// A word that is nowhere as typed may have the stem of another: “greating” is no form of “great”.
	const mistaken = shelf.index.search({ queries: [word], prefix: true }).length > 0 ? [] : withTypingError(word, [word]);
	for (const query of [...tries, ...withTypingError(word, forms)]) {
		if (shelf.index.search(query).length === 0) continue;
		const matches = shelf.index.search({ combineWith: 'OR', queries: [query, ...mistaken] });
		return {
			scores: new Map(matches.map(({ id, score }) => [id as number, score])),
			terms: matches.flatMap(({ match }) => Object.keys(match)),
			isCommon: matches.length > shelf.entries.length * commonShare
		};
	}
	return null;
}

/** One letter more, less or other, or two neighbours swapped (Damerau–Levenshtein distance 1). None for short words. */
function withTypingError(word: string, forms: string[]): Query[] {
	const long = forms.filter((form) => form.length >= 5);
	if (long.length === 0) return [];
	const swapped = Array.from(
		{ length: word.length - 1 },
		(_, at) => word.slice(0, at) + word[at + 1]! + word[at]! + word.slice(at + 2)
	);
	return [{ combineWith: 'OR', queries: [{ queries: long, fuzzy: 1, combineWith: 'OR' }, ...swapped] }];
}

// --- Showing -----------------------------------------------------------------------------------------------------

function describe(entry: Entry, isHit: (word: string) => boolean): Found {
	const { kind, href, pageTitle, clause, title, text, lang } = entry;
	const mark = (words: string) => markHits(words, isHit);
	const sentence = kind === 'phrase' ? mark(text) : bestSentence(text, lang, mark);
	return { kind, href, pageTitle, clause, title: mark(title), sentence, lang };
}

function markHits(text: string, isHit: (word: string) => boolean): MarkedText {
	const parts: MarkedText = [];
	let end = 0;
	for (const word of findWords(text)) {
		if (!isHit(word.folded)) continue;
		if (word.start > end) parts.push({ text: text.slice(end, word.start), hit: false });
		parts.push({ text: text.slice(word.start, word.end), hit: true });
		end = word.end;
	}
	if (end < text.length) parts.push({ text: text.slice(end), hit: false });
	return parts;
}

/** The sentence with the most different hits, the first of equals; without a hit the first sentence. */
function bestSentence(text: string, lang: string, mark: (words: string) => MarkedText): MarkedText {
	let best: MarkedText = [];
	let bestCount = -1;
	for (const sentence of sentencesOf(text, lang)) {
		const parts = mark(sentence);
		const count = new Set(parts.filter(({ hit }) => hit).map((part) => part.text.toLowerCase())).size;
		if (count > bestCount) [best, bestCount] = [parts, count];
	}
	return shorten(best);
}

/** Making a segmenter costs more than using it. */
const segmenters = new Map<string, Intl.Segmenter>();

/** Sentences; a heading of one or two words (“Why.”) goes with the sentence after it. */
function sentencesOf(text: string, lang: string): string[] {
	const segmenter = segmenters.get(lang) ?? new Intl.Segmenter(lang, { granularity: 'sentence' });
	segmenters.set(lang, segmenter);
	const sentences: string[] = [];
	for (const line of text.split('\n')) {
		let label = '';
		for (const { segment } of segmenter.segment(line)) {
			const sentence = label + segment;
			label = findWords(sentence).length < 3 ? sentence : '';
			if (!label) sentences.push(sentence.trim());
		}
		if (label.trim()) sentences.push(label.trim());
	}
	return sentences;
}

/** Cuts a long sentence between words, so that the first hit stays in sight. */
function shorten(parts: MarkedText): MarkedText {
	const whole = parts.map(({ text }) => text).join('');
	if (whole.length <= longestSentence) return parts;
	const hitAt = parts.slice(0, Math.max(0, parts.findIndex(({ hit }) => hit))).reduce((sum, { text }) => sum + text.length, 0);
	let start = Math.max(0, Math.min(hitAt - longestSentence / 3, whole.length - longestSentence));
	if (start > 0) start = whole.indexOf(' ', start) + 1 || start;
	let end = Math.min(whole.length, start + longestSentence);
	if (end < whole.length) end = Math.max(whole.lastIndexOf(' ', end), start + 1);
	const kept: MarkedText = [];
	let at = 0;
	for (const { text, hit } of parts) {
		const piece = text.slice(Math.max(0, start - at), Math.max(0, end - at));
		if (piece) kept.push({ text: piece, hit });
		at += text.length;
	}
	if (start > 0) kept.unshift({ text: '… ', hit: false });
	if (end < whole.length) kept.push({ text: ' …', hit: false });
	return kept;
}
