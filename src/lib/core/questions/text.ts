/** A short text, compared as content-format.md says under "Text and number". */
import { escapeHtml, pointsFor, readText, TEXT_LIMIT, type Kind } from './kind.ts';
import type { Response, TextQuestion } from './question.ts';

export type TextResponse = Extract<Response, { kind: 'text' }>;

/** Fewer letters than this, and one typing error makes another word. */
const LETTERS_FOR_ALMOST = 5;

/**
 * A text as it is compared: NFKC, trimmed, spaces collapsed, final punctuation dropped, case folded, ё = е.
 * A text of nothing but punctuation keeps it.
 */
export function comparable(text: string): string {
	const folded = text
		.normalize('NFKC')
		// Upper case first: it unfolds what has no single lower-case twin (ß is SS).
		.toUpperCase()
		.toLowerCase()
		.normalize('NFKC')
		.replaceAll('ё', 'е')
		.replace(/\s+/gu, ' ')
		.trim();
	return folded.replace(/[\s\p{Terminal_Punctuation}]+$/u, '') || folded;
}

/**
 * Whether one letter more, less, other, or two neighbours swapped makes one text the other: Damerau-Levenshtein
 * distance of 0 or 1. At this distance what differs is what is left between the common start and the common end.
 */
export function isOneTypingErrorAway(one: string, other: string): boolean {
	const a = [...one];
	const b = [...other];
	while (a.length > 0 && b.length > 0 && a.at(-1) === b.at(-1)) {
		a.pop();
		b.pop();
	}
	let start = 0;
	while (start < a.length && start < b.length && a[start] === b[start]) start++;
	const [restA, restB] = [a.slice(start), b.slice(start)];
	if (restA.length <= 1 && restB.length <= 1) return true;
	return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}

function letters(text: string): number {
	return text.match(/\p{L}/gu)?.length ?? 0;
}

function isAccepted(question: TextQuestion, text: string): boolean {
	const given = comparable(text);
	// The answers of every locale count: who reads in one language may well answer in the customer's.
	return Object.values(question.key.accepted)
		.flat()
		.some((accepted) => {
			const wanted = comparable(accepted.text);
			if (given === wanted) return true;
			return accepted.almost && letters(wanted) >= LETTERS_FOR_ALMOST && isOneTypingErrorAway(given, wanted);
		});
}

export const text: Kind<TextQuestion, TextResponse> = {
	arrange: () => [],
	publicPart: () => ({}),
	empty: () => ({ kind: 'text', text: '' }),
	read: (_question, _arrangement, fields) => ({ kind: 'text', text: readText(fields) }),
	show: (_question, _arrangement, response) => response,
	isAnswered: (_question, response) => response.text.trim() !== '',
	score(question, response) {
		if (response.text.length > TEXT_LIMIT) return { is: 'invalid', code: 'too-long' };
		return pointsFor(question, isAccepted(question, response.text) ? 1 : 0);
	},
	told: () => ({}),
	answer(question, _arrangement, reader) {
		const { accepted } = question.key;
		return (accepted[reader.locale] ?? accepted[reader.fallback] ?? []).map(({ text }) => escapeHtml(text));
	}
};
