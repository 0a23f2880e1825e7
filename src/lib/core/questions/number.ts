/** A number with a tolerance, its bounds included. */
import { escapeHtml, pointsFor, readText, TEXT_LIMIT, textIn, type Kind } from './kind.ts';
import type { NumberQuestion, Response } from './question.ts';
import { comparable } from './text.ts';

export type NumberResponse = Extract<Response, { kind: 'number' }>;

/** Decimal fractions are not exact in binary: 0.4 is 0.1 away from 0.3 only but for the last digit. */
const RELATIVE_ROUNDING = 1e-12;

const formats = new Map<string, Intl.NumberFormat>();
/** Building a formatter costs more than using it a hundred times. */
function formatIn(locale: string): Intl.NumberFormat {
	let format = formats.get(locale);
	if (!format) formats.set(locale, (format = new Intl.NumberFormat(locale, { maximumFractionDigits: 12 })));
	return format;
}

/**
 * The number somebody typed: decimal comma or point, thousands set apart by spaces, a true minus, and the unit after
 * it in any of the question's languages. Null when it is no number, or a number of something else.
 */
export function readNumber(typed: string, units: string[]): number | null {
	const match = /^([+\-−–]?) ?(\d{1,3}(?: \d{3})+|\d*)(?:[.,](\d+))? ?(\D.*)?$/u.exec(comparable(typed));
	if (!match) return null;
	const [, sign = '', whole = '', decimals = '', unit] = match;
	if (whole === '' && decimals === '') return null;
	if (unit !== undefined && !units.some((known) => comparable(known) === unit)) return null;
	const size = Number(`${whole.replaceAll(' ', '')}.${decimals}0`);
	return sign === '' || sign === '+' ? size : -size;
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
		const given = readNumber(response.text, Object.values(question.unit ?? {}));
		if (given === null) return { is: 'invalid', code: 'not-a-number' };
		const { value, tolerance } = question.key;
		const rounding = RELATIVE_ROUNDING * Math.max(Math.abs(value), Math.abs(given), tolerance);
		return pointsFor(question, Math.abs(given - value) <= tolerance + rounding ? 1 : 0);
	},
	told: () => ({}),
	answer({ key, unit }, _arrangement, reader) {
		const { format } = formatIn(reader.locale);
		const parts = [format(key.value)];
		if (key.tolerance > 0) parts.push('±', format(key.tolerance));
		if (unit) parts.push(escapeHtml(textIn(unit, reader)));
		return [parts.join(' ')];
	}
};
