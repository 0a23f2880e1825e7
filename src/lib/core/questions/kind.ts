/**
 * What every kind of question must be able to do, and the few things all kinds share.
 * kinds.ts holds the one table of kinds and the functions the rest of the product calls.
 */
import { inLocale } from '../localized.ts';
import type {
	Arrangement,
	Feedback,
	Localized,
	PublicQuestion,
	Question,
	Response,
	Score
} from './question.ts';

/** Whose words: the reader's locale, and the source language for what is missing in it. */
export interface Reader {
	locale: string;
	fallback: string;
}

/**
 * One kind of question. Methods, not function properties: the table looks a kind up by the question's own `kind`, so
 * each is only ever given its own questions and responses, and the compiler may take `Kind<TextQuestion>` for `Kind`.
 */
export interface Kind<Q extends Question = Question, R extends Response = Response> {
	arrange(question: Q, random: () => number): Arrangement;
	publicPart(
		question: Q,
		arrangement: Arrangement,
		reader: Reader
	): Partial<Pick<PublicQuestion, 'options' | 'left' | 'columns' | 'unit'>>;
	empty(question: Q): R;
	read(question: Q, arrangement: Arrangement, fields: FormData): R;
	show(question: Q, arrangement: Arrangement, response: R): R;
	isAnswered(question: Q, response: R): boolean;
	/** Of kinds whose answer has parts: whether each is answered. */
	isComplete?(question: Q, response: R): boolean;
	/** `response` is answered: kinds.ts has already told the empty ones apart. */
	score(question: Q, response: R): Score;
	/** What was right of what was given. */
	told(
		question: Q,
		arrangement: Arrangement,
		response: R,
		reader: Reader
	): Partial<Pick<Feedback, 'chosen' | 'placesRight'>>;
	/** The right answer in words, as HTML; null for a kind that has none. */
	answer(question: Q, arrangement: Arrangement, reader: Reader): string[] | null;
}

/** A position no question has: what garbage in a form is read as, so that it scores as `not-an-option`. */
export const NO_OPTION = -1;

/** Characters (as browsers count `maxlength`). */
export const TEXT_LIMIT = 200;
export const OPEN_LIMIT = 2000;

/** A text in the reader's language, else in the source language. */
export function textIn(texts: Localized | undefined, reader: Reader): string {
	return texts ? inLocale(texts, reader.locale, reader.fallback) : '';
}

/** Plain text as HTML, for what is no Markdown in the source: accepted answers, units. */
export function escapeHtml(text: string): string {
	return text.replace(
		/[&<>"]/g,
		(sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign
	);
}

/**
 * Whether two entries look the same to somebody: in at least one locale nobody could tell them apart, so either
 * is as right as the other.
 */
export function isSameText(one: Localized | undefined, other: Localized | undefined): boolean {
	if (!one || !other) return false;
	return one === other || Object.keys(one).some((locale) => one[locale] === other[locale]);
}

export function isPosition(value: number, count: number): boolean {
	return Number.isInteger(value) && value >= 0 && value < count;
}

/** A form value as a position from 0 (`first` is how the form counts). Null when left empty. */
export function readPosition(value: FormDataEntryValue | null, count: number, first = 0): number | null {
	if (value === null || value === '') return null;
	const position = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) - first : NO_OPTION;
	return isPosition(position, count) ? position : NO_OPTION;
}

/** The `text` field with the line ends of the web as \n. NUL is dropped: no database text can hold it. */
export function readText(fields: FormData): string {
	const value = fields.get('text');
	return typeof value === 'string' ? value.replaceAll('\0', '').replace(/\r\n?/g, '\n') : '';
}

export function pointsFor(question: Question, fraction: number): Score {
	return { is: 'points', earned: fraction * question.points, possible: question.points, fraction };
}
