/** A number with a tolerance, its bounds included. */
import { escapeHtml, pointsFor, readText, TEXT_LIMIT, textIn, type Kind } from './kind.ts';
import type { NumberQuestion, Response } from './question.ts';
import { comparable } from './text.ts';

export type NumberResponse = Extract<Response, { kind: 'number' }>;

/** Decimal fractions are not exact in binary: 0.4 is 0.1 away from 0.3 only but for the last digit. */
const RELATIVE_ROUNDING = 1e-12;

/** A whole part, and a decimal part, in each way of writing that is read. In one with two separators, thousands come first. */
const WRITTEN = [
	/^(\d{1,3}(?: \d{3})+|\d*)(?:[.,](\d*))?$/,
	/^(\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$/,
	/^(\d{1,3}(?:\.\d{3})+)(?:,(\d*))?$/
];

/**
 * The numbers that somebody may have meant: digits of any keyboard, decimal comma or point, thousands set apart by
 * spaces, points or commas, a true minus, and the unit after it in any of the question's languages. Empty when it is no
 * number, or a number of something else. Two for `1,250`, which is a thousand to some and one and a quarter to others.
 */
export function readNumbers(typed: string, units: string[]): number[] {
	const text = comparable(typed).replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15));
	const match = /^([+\-\u2010-\u2013\u2212]?) ?([\d.,\u066b][\d.,\u066b ]*?) ?([^\d.,\s].*)?$/u.exec(text.replaceAll('\u066b', '.'));
	if (!match) return [];
	const [, sign = '', digits = '', unit] = match;
	if (unit !== undefined && !units.some((known) => comparable(known) === unit)) return [];
	const sizes = WRITTEN.flatMap((written) => {
		const [, whole = '', decimals = ''] = written.exec(digits) ?? [];
		return whole === '' && decimals === '' ? [] : [Number(`${whole.replace(/\D/g, '')}.${decimals}0`)];
	});
	return [...new Set(sizes)].map((size) => (sign === '' || sign === '+' ? size : -size));
}

export const number: Kind<NumberQuestion, NumberResponse> = {
	arrange: () => [],
	publicPart: ({ unit }, _arrangement, reader) => ({ unit: unit && textIn(unit, reader) }),
	empty: () => ({ kind: 'number', text: '' }),
	read: (_question, _arrangement, fields) => ({ kind: 'number', text: readText(fields) }),
	show: (_question, _arrangement, response) => response,
	isAnswered: (_question, response) => response.text.trim() !== '',
	score(question, response) {
		if (response.text.length > TEXT_LIMIT) return { is: 'invalid', code: 'too-long' };
		const given = readNumbers(response.text, Object.values(question.unit ?? {}));
		if (given.length === 0) return { is: 'invalid', code: 'not-a-number' };
		const { value, tolerance } = question.key;
		const fits = (size: number) => {
			const rounding = RELATIVE_ROUNDING * Math.max(Math.abs(value), Math.abs(size), tolerance);
			return Math.abs(size - value) <= tolerance + rounding;
		};
		return pointsFor(question, given.some(fits) ? 1 : 0);
	},
	told: () => ({}),
	answer({ key, unit }, _arrangement, reader) {
		const written = (value: number) =>
			new Intl.NumberFormat(reader.locale, { maximumFractionDigits: 12 }).format(value);
		const parts = [written(key.value)];
		if (key.tolerance > 0) parts.push('±', written(key.tolerance));
		if (unit) parts.push(escapeHtml(textIn(unit, reader)));
		return [parts.join(' ')];
	}
};
