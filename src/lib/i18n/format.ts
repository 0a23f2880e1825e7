/**
 * Dates, numbers and distances in days, in the reader's language and the academy's time zone. Pure: `now` is an argument.
 * A moment is a Date or an ISO string; a string of the form 2026-11-19 is a whole day and knows no time zone.
 * Building an Intl formatter costs more than using it a hundred times, so each is built once.
 */
import type { Locale } from './index.ts';

export type Moment = Date | string;

/** English here is British: day before month, 24 hours. */
const tags: Record<Locale, string> = { en: 'en-GB', ru: 'ru', bg: 'bg' };
const wholeDay = /^\d{4}-\d{2}-\d{2}$/;

const shapes = {
	/** 19 November 2026 */
	date: { day: 'numeric', month: 'long', year: 'numeric' },
	/** 19 Nov 2026: for tables */
	dateShort: { day: 'numeric', month: 'short', year: 'numeric' },
	/** Thursday, 19 November 2026 */
	dateFull: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
	/** 19 November 2026 at 10:42 */
	dateTime: { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
	/** 10:42 */
	time: { hour: '2-digit', minute: '2-digit' }
} satisfies Record<string, Intl.DateTimeFormatOptions>;

const kept = new Map<string, unknown>();
function once<T>(key: string, build: () => T): T {
	let formatter = kept.get(key) as T | undefined;
	if (formatter === undefined) kept.set(key, (formatter = build()));
	return formatter;
}

/** Due dates are the ends of days, so the same few are worded for everybody; the newest answers are kept. */
const answers = new Map<string, string | number>();
function remembered<T extends string | number>(key: string, find: () => T): T {
	let answer = answers.get(key) as T | undefined;
	if (answer === undefined) {
		if (answers.size >= 1000) answers.clear();
		answers.set(key, (answer = find()));
	}
	return answer;
}
const timeOf = (moment: Moment): string | number => (typeof moment === 'string' ? moment : moment.getTime());

function written(shape: keyof typeof shapes, moment: Moment, locale: Locale, timeZone: string): string {
	const zone = typeof moment === 'string' && wholeDay.test(moment) ? 'UTC' : timeZone;
	const way = `${shape} ${locale} ${zone}`;
	return remembered(`${way} ${timeOf(moment)}`, () =>
		once(way, () => new Intl.DateTimeFormat(tags[locale], { ...shapes[shape], timeZone: zone })).format(typeof moment === 'string' ? new Date(moment) : moment)
	);
}

/** “19 November 2026”, «19 ноября 2026 г.», „19 ноември 2026 г.“ */
export const formatDate = (moment: Moment, locale: Locale, timeZone: string): string => written('date', moment, locale, timeZone);
/** “19 Nov 2026”: where a column is narrow. */
export const formatDateShort = (moment: Moment, locale: Locale, timeZone: string): string =>
	written('dateShort', moment, locale, timeZone);
/** With the day of the week. */
export const formatDateFull = (moment: Moment, locale: Locale, timeZone: string): string =>
	written('dateFull', moment, locale, timeZone);
export const formatDateTime = (moment: Moment, locale: Locale, timeZone: string): string =>
	written('dateTime', moment, locale, timeZone);
/** “10:42” */
export const formatTime = (moment: Moment, locale: Locale, timeZone: string): string => written('time', moment, locale, timeZone);

/** `digits`: at most so many after the decimal sign; half is rounded away from zero. */
export const formatNumber = (value: number, locale: Locale, digits = 0): string =>
	once(`number ${locale} ${digits}`, () => new Intl.NumberFormat(tags[locale], { maximumFractionDigits: digits })).format(value);

/** Whole percent as “82%”, «82 %». */
export const formatPercent = (percent: number, locale: Locale): string =>
	once(`percent ${locale}`, () => new Intl.NumberFormat(tags[locale], { style: 'percent' })).format(percent / 100);

/** The calendar day of a moment as days since 1 January 1970. */
const dayNumber = (moment: Moment, timeZone: string): number => remembered(`day ${timeZone} ${timeOf(moment)}`, () => findDay(moment, timeZone));

function findDay(moment: Moment, timeZone: string): number {
	if (typeof moment === 'string' && wholeDay.test(moment)) return Date.parse(moment) / 86_400_000;
	const parts = once(
		`day ${timeZone}`,
		() => new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' })
	).formatToParts(typeof moment === 'string' ? new Date(moment) : moment);
	const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
	return Date.UTC(read('year'), read('month') - 1, read('day')) / 86_400_000;
}

/** The last minute of `now` and its day: a list asks for the same one at every line, and a day begins with a minute. */
let today = { at: '', day: 0 };

/** Whole calendar days from `now` to `then` as the academy's wall calendar counts them; negative when `then` is past. */
export function daysUntil(then: Moment, now: Moment, timeZone: string): number {
	const moment = timeOf(now);
	const at = `${typeof moment === 'string' ? moment : Math.floor(moment / 60_000)} ${timeZone}`;
	if (today.at !== at) today = { at, day: findDay(now, timeZone) };
	return dayNumber(then, timeZone) - today.day;
}

/** “in 3 days”, “tomorrow”, “today”, “2 days ago”. */
export function relativeDays(then: Moment, now: Moment, locale: Locale, timeZone: string): string {
	const way = `relative ${locale}`;
	const days = daysUntil(then, now, timeZone);
	return remembered(`${way} ${days}`, () => once(way, () => new Intl.RelativeTimeFormat(tags[locale], { numeric: 'auto' })).format(days, 'day'));
}
