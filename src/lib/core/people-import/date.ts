/**
 * Dates as people write them in lists: 31.12.2026, 31/12/2026, 2026-12-31, “31 December 2026”, and the day numbers of
 * spreadsheets. Month first (12/31/2026) is understood where it cannot be anything else.
 */

/** How a column writes dates with slashes, judged by those of its dates that can be read in one way only. */
export type DateOrder = 'day-first' | 'month-first';

export type ReadDate = { date: string } | { problem: 'date-wrong' | 'date-ambiguous' };

const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/;
/** A time of day behind the date, and the Russian and Bulgarian “г.”, say nothing here. */
const TAIL = /(?:[T\s,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|\s*[ap]m)?|\s*г(?:\.|ода|одина)?)$/iu;

const months = [
	['jan', 'янв', 'яну'],
	['feb', 'фев'],
	['mar', 'мар'],
	['apr', 'апр'],
	['may', 'мая', 'май'],
	['jun', 'июн', 'юни'],
	['jul', 'июл', 'юли'],
	['aug', 'авг'],
	['sep', 'сен', 'сеп'],
	['oct', 'окт'],
	['nov', 'ноя', 'ное'],
	['dec', 'дек']
];
const DAY = 86_400_000;

/** In which order the dates with slashes of a column stand; day first unless some can only be read the other way. */
export function judgeOrder(cells: Iterable<string>): DateOrder {
	let monthFirst = false;
	for (const cell of cells) {
		const parts = SLASHED.exec(bare(cell));
		if (!parts) continue;
		if (Number(parts[1]) > 12) return 'day-first';
		if (Number(parts[2]) > 12) monthFirst = true;
	}
	return monthFirst ? 'month-first' : 'day-first';
}

/** Reads a date that is not empty. `today` (YYYY-MM-DD) tells which century 26 belongs to. */
export function readDate(typed: string, order: DateOrder, today: string): ReadDate {
	const text = bare(typed);
	let parts = /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})$/.exec(text);
	if (parts) return made(parts[1]!, parts[2]!, parts[3]!, today);
	parts = /^(\d{1,2})[-.](\d{1,2})[-.](\d{4}|\d{2})$/.exec(text);
	if (parts) return made(parts[3]!, parts[2]!, parts[1]!, today);
	parts = SLASHED.exec(text);
	if (parts) {
		const [first, second] = [Number(parts[1]), Number(parts[2])];
		if (second > 12) return made(parts[3]!, parts[1]!, parts[2]!, today);
		// A column that elsewhere can only be read month first: this one could be either.
		if (order === 'month-first' && first <= 12 && first !== second) return { problem: 'date-ambiguous' };
		return made(parts[3]!, parts[2]!, parts[1]!, today);
	}
	parts = /^(\d{1,2})[\s.-]+(\p{L}{3,})[\s.,-]+(\d{4})$/u.exec(text);
	if (parts) return made(parts[3]!, monthNamed(parts[2]!), parts[1]!, today);
	parts = /^(\p{L}{3,})\.?\s+(\d{1,2}),?\s+(\d{4})$/u.exec(text);
	if (parts) return made(parts[3]!, monthNamed(parts[1]!), parts[2]!, today);
	// Days since 30 December 1899, as spreadsheets count: 1950 to 2070.
	if (/^\d{5}(?:\.\d+)?$/.test(text)) {
		const serial = Math.floor(Number(text));
		if (serial >= 18_264 && serial <= 62_093) {
			return { date: new Date(Date.UTC(1899, 11, 30) + serial * DAY).toISOString().slice(0, 10) };
		}
	}
	return { problem: 'date-wrong' };
}

const bare = (typed: string) => typed.replace(/\s+/gu, ' ').trim().replace(TAIL, '').trim();

const monthNamed = (name: string) =>
	String(months.findIndex((starts) => starts.some((start) => name.toLowerCase().startsWith(start))) + 1);

function made(year: string, month: string, day: string, today: string): ReadDate {
	let full = Number(year);
	if (year.length === 2) {
		const century = Math.floor(Number(today.slice(0, 4)) / 100) * 100;
		// Somebody may be hired for the year after next, and not later.
		full += full + century > Number(today.slice(0, 4)) + 2 ? century - 100 : century;
	}
	const date = `${String(full).padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
	const time = Date.parse(`${date}T00:00:00Z`);
	return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date ? { problem: 'date-wrong' } : { date };
}
