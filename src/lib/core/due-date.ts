/**
 * Due dates (rules.md): start + n working days, with everything that was skipped on the way, so that the screen can
 * say why it is that day. Days are calendar days `YYYY-MM-DD` of the academy.
 */
import type { Weekday } from './academy.ts';
import type { Localized } from './questions/question.ts';

/** What counts as a working day in the academy. */
export interface Calendar {
	workingWeek: readonly Weekday[];
	holidays: readonly { date: string; name: Localized }[];
	/** Days that are worked all the same. */
	workingDays?: readonly string[];
	/** IANA name. */
	timeZone: string;
}

/** What the start day is the day of. */
export type StartKind = 'hire' | 'assignment' | 'course';

/** A due date in words, as data: `start` (a hire, an assignment, a course completed) + `workingDays` = `result`. */
export interface Derivation {
	start: string;
	/** `day`: a day was named, nothing was counted. */
	startKind: StartKind | 'day';
	workingDays: number;
	/** What counted as a working day, holidays and leave aside. */
	workingWeek: Weekday[];
	/** Days that were counted although they are free by the working week or the holidays; absent = none. */
	worked?: string[];
	/** Days of the working week that did not count, in order. `name` is the holiday's; leave has none to tell. */
	skipped: { date: string; why: 'holiday' | 'leave'; name: Localized | null }[];
	result: string;
	/** No hire date is known: `start` is the first day in the position instead. */
	unhired?: true;
	/** Name of the team that has the course, where it came with that. */
	team?: string;
	/** Another day that somebody granted, with their reason: it is the one that holds, whatever `result` is. */
	exception?: { dueOn: string; reason: string };
}

/** A day that was named instead of counted. */
export const namedDay = (date: string): Derivation => ({
	start: date,
	startKind: 'day',
	workingDays: 0,
	workingWeek: [],
	skipped: [],
	result: date
});

const WEEKDAYS: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DAY = 86_400_000;

/**
 * The day and moment something is due. The start day is not counted; `leave` spans include their last day. The day
 * ends 23:59:59 in the academy's time zone. Throws RangeError for what is no date, no count of days from 1, or a
 * working week without a day.
 */
export function dueDate(given: {
	start: string;
	startKind: StartKind;
	workingDays: number;
	workingWeek: readonly Weekday[];
	holidays: readonly { date: string; name: Localized }[];
	leave: readonly { firstDay: string; lastDay: string }[];
	/** Days that are worked all the same; stronger than the working week and the holidays, not than leave. */
	worked?: readonly string[];
	timeZone: string;
}): { dueAt: Date; date: string; derivation: Derivation } {
	const { start, startKind, workingDays, workingWeek, leave } = given;
	if (!Number.isInteger(workingDays) || workingDays < 1)
		throw new RangeError(`${workingDays} is no number of working days.`);
	if (workingWeek.length === 0) throw new RangeError('The working week has no day.');
	const holidays = namesOf(given.holidays);
	const extra = new Set(given.worked ?? []);
	const worked: string[] = [];
	const skipped: Derivation['skipped'] = [];
	let day = toTime(start);
	let date = start;
	for (let counted = 0; counted < workingDays; ) {
		day += DAY;
		date = toDate(day);
		const isExtra = extra.has(date);
		const inWeek = workingWeek.includes(WEEKDAYS[new Date(day).getUTCDay()]!);
		if (!inWeek && !isExtra) continue;
		const holiday = holidays.get(date);
		if (holiday && !isExtra) skipped.push({ date, why: 'holiday', name: holiday });
		else if (leave.some(({ firstDay, lastDay }) => firstDay <= date && date <= lastDay))
			skipped.push({ date, why: 'leave', name: null });
		else {
			counted++;
			if (isExtra && (!inWeek || holiday)) worked.push(date);
		}
	}
	const derivation: Derivation = { start, startKind, workingDays, workingWeek: [...workingWeek], skipped, result: date };
	if (worked.length > 0) derivation.worked = worked;
	return { dueAt: endOfDay(date, given.timeZone), date, derivation };
}

/** The same list is asked for each date of everybody: it is looked through once. */
const holidayNames = new WeakMap<readonly object[], Map<string, Localized>>();

function namesOf(holidays: readonly { date: string; name: Localized }[]): Map<string, Localized> {
	let names = holidayNames.get(holidays);
	if (!names) holidayNames.set(holidays, (names = new Map(holidays.map(({ date, name }) => [date, name]))));
	return names;
}

/** Midnight UTC of a calendar day: days are counted there, where each has 24 hours. */
function toTime(date: string): number {
	const time = Date.parse(`${date}T00:00:00Z`);
	if (Number.isNaN(time) || toDate(time) !== date) throw new RangeError(`${date} is no date.`);
	return time;
}

function toDate(time: number): string {
	const day = Math.floor(time / DAY);
	let date = dates.get(day);
	if (date === undefined) {
		if (dates.size >= datesKept) dates.clear();
		dates.set(day, (date = new Date(time).toISOString().slice(0, 10)));
	}
	return date;
}

/** By the number of the day. Counting working days asks for the same weeks again and again. */
const dates = new Map<number, string>();
/** Some fifty years. */
const datesKept = 20_000;

/** 23:59:59 of a calendar day in a time zone. Where clocks skip that second: the last one before they do. */
export function endOfDay(date: string, timeZone: string): Date {
	const key = `${timeZone} ${date}`;
	let end = ends.get(key);
	if (end === undefined) {
		if (ends.size >= endsKept) ends.clear();
		ends.set(key, (end = reckonEnd(date, timeZone)));
	}
	return new Date(end);
}

/** Asking the clocks costs a thousand times what remembering does, and a company's dates are few. */
const ends = new Map<string, number>();
const endsKept = 5000;

function reckonEnd(date: string, timeZone: string): number {
	const wall = toTime(date) + DAY - 1000;
	const offsets = [-DAY, 0, DAY].map((shift) => offsetAt(wall + shift, timeZone));
	const moments = offsets.map((offset) => wall - offset);
	// Where clocks go back over midnight, 23:59:59 comes twice; the day ends with the second.
	const exact = moments.filter((moment) => moment + offsetAt(moment, timeZone) === wall);
	return exact.length > 0 ? Math.max(...exact) : Math.min(...moments);
}

/** The calendar day of a moment in a time zone. */
export function dayOf(moment: Date, timeZone: string): string {
	return toDate(moment.getTime() + offsetAt(moment.getTime(), timeZone));
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
	// Making a formatter costs a hundred times what using it does.
	let clock = clocks.get(timeZone);
	if (!clock) {
		clock = new Intl.DateTimeFormat('en-US', {
			timeZone,
			hourCycle: 'h23',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: 'numeric',
			minute: 'numeric',
			second: 'numeric'
		});
		clocks.set(timeZone, clock);
	}
	return clock;
}

/** How far the clocks of a time zone are ahead of UTC at a moment, in milliseconds. */
function offsetAt(time: number, timeZone: string): number {
	const hour = Math.floor(time / HOUR);
	const start = offsetAtHour(hour, timeZone);
	// Clocks are not changed twice within an hour: what is the same at both its ends is the same all through it.
	return start === offsetAtHour(hour + 1, timeZone) ? start : askClock(time, timeZone);
}

const HOUR = 3_600_000;

/** By time zone and number of the hour. A file of everybody has hundreds of thousands of moments in a few thousand hours. */
const offsets = new Map<string, Map<number, number>>();
/** Some two years. */
const offsetsKept = 20_000;

function offsetAtHour(hour: number, timeZone: string): number {
	let known = offsets.get(timeZone);
	if (!known) offsets.set(timeZone, (known = new Map()));
	let offset = known.get(hour);
	if (offset === undefined) {
		if (known.size >= offsetsKept) known.clear();
		known.set(hour, (offset = askClock(hour * HOUR, timeZone)));
	}
	return offset;
}

function askClock(time: number, timeZone: string): number {
	const parts = new Map(clockOf(timeZone).formatToParts(time).map(({ type, value }) => [type, Number(value)]));
	const at = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
	const wall = Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'));
	return wall - Math.floor(time / 1000) * 1000;
}
