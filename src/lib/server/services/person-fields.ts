/** What may be written about a person, field by field. Each judge returns the code of what is wrong, or null. */

/** What nobody sees and nobody means: control signs, marks of direction and width that come along with copied text. */
const INVISIBLE = /[\p{Cc}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
const NAME_LIMIT = 120;
/** Years before and after today in which somebody may have been hired. */
const YEARS_BACK = 70;
const YEARS_AHEAD = 2;

/** A name or title as it is kept: one line, single spaces. */
export const cleanLine = (typed: string): string => typed.replace(/\s+/gu, ' ').replace(INVISIBLE, '').trim();

export type NameProblem = 'name-empty' | 'name-wrong' | 'name-long';
export function judgeName(name: string): NameProblem | null {
	if (name === '') return 'name-empty';
	if (name.length > NAME_LIMIT) return 'name-long';
	return /\p{L}/u.test(name) ? null : 'name-wrong';
}

export type EmailProblem = 'email-wrong' | 'email-mixed';
/**
 * Good enough to write to: one @, something on both sides, a dot after it, no blanks; and in the letters of one
 * alphabet, because `с` and `c` look the same and are two addresses.
 */
export function judgeEmail(email: string): EmailProblem | null {
	const part = String.raw`[^\s@<>"'\x60,;:()[\]\\\p{C}]+`;
	const shape = new RegExp(`^${part}@${part}\\.[^\\s@.<>"'\`,;:()[\\]\\\\\\p{C}]+$`, 'u');
	if (email.length > 254 || !shape.test(email) || email.includes('..')) return 'email-wrong';
	return mixesAlphabets(email) ? 'email-mixed' : null;
}

export type NumberProblem = 'number-wrong' | 'number-mixed';
export function judgePersonnelNumber(number: string): NumberProblem | null {
	if (!/^[\p{L}\p{N}][\p{L}\p{N}._/-]{0,31}$/u.test(number)) return 'number-wrong';
	return mixesAlphabets(number) ? 'number-mixed' : null;
}

/** Whether the calendar has this day, written YYYY-MM-DD, in this century or the last. */
export function judgeDay(date: string): boolean {
	const day = /^(19|20)\d{2}-\d{2}-\d{2}$/.test(date) ? new Date(`${date}T00:00:00Z`) : null;
	return day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}

/** `today` and the date are YYYY-MM-DD. */
export function judgeHireDate(date: string, today: string): 'date-wrong' | 'date-year' | null {
	const day = /^\d{4}-\d{2}-\d{2}$/.test(date) ? new Date(`${date}T00:00:00Z`) : null;
	if (day === null || Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) return 'date-wrong';
	const years = day.getUTCFullYear() - Number(today.slice(0, 4));
	return years < -YEARS_BACK || years > YEARS_AHEAD ? 'date-year' : null;
}

const mixesAlphabets = (text: string) =>
	[/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u].filter((alphabet) => alphabet.test(text)).length > 1;
