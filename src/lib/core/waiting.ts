/** How long work waits for a mentor, in working days, and until when it should not. */
import type { Weekday } from './academy.ts';
import { dayOf, dueDate, endOfDay, type Calendar } from './due-date.ts';

/** Work should be judged by the end of this many working days (ours). */
export const targetWorkingDays = 2;
/** The usual wait is told from the newest ones, and only from this many on (ours). */
export const usualWaitOf = 20;
const usualWaitFrom = 5;

export interface UsualWait {
	/** Working days; 0 = the same day. Four of five waits lie within the two. */
	from: number;
	to: number;
	/** Of how many. */
	n: number;
}

const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const day = 86_400_000;

/** Working days after the day of `since`, up to the day of `until`; 0 on the same day, or when only free days lie between. */
export function workingDaysBetween(since: Date, until: Date, calendar: Calendar): number {
	const { timeZone } = calendar;
	return workingDayNumbers(dayOf(since, timeZone), dayOf(until, timeZone), calendar).at(-1) ?? 0;
}

/**
 * For every day from `first` to `last` (`YYYY-MM-DD`) how many working days lie after `first` up to it, so that the working days
 * between any two of them are a difference. Starts with 0; empty when `last` comes first.
 */
export function workingDayNumbers(first: string, last: string, { workingWeek, holidays, workingDays }: Calendar): number[] {
	const isFree = (name: string) => holidays.some(({ date }) => date === name);
	const start = Date.parse(`${first}T00:00:00Z`);
	const end = Date.parse(`${last}T00:00:00Z`);
	const numbers: number[] = [];
	let count = 0;
	for (let at = start; at <= end; at += day) {
		const date = new Date(at);
		const name = date.toISOString().slice(0, 10);
		if (at > start && (workingDays?.includes(name) || (workingWeek.includes(weekdays[date.getUTCDay()]!) && !isFree(name)))) count++;
		numbers.push(count);
	}
	return numbers;
}

/** The range of the newest waits without the longest and the shortest tenth; null when there are too few to say. */
export function usualWait(waits: readonly { since: Date; until: Date }[], calendar: Calendar): UsualWait | null {
	if (waits.length < usualWaitFrom) return null;
	const days = waits.map(({ since, until }) => workingDaysBetween(since, until, calendar)).sort((a, b) => a - b);
	const nth = (share: number) => days[Math.max(0, Math.ceil(share * days.length) - 1)]!;
	return { from: nth(0.1), to: nth(0.9), n: days.length };
}

/** The last answer for a calendar: it is the same for a whole day, and every list asks. */
const answered = new WeakMap<Calendar, { today: string; late: Date }>();

/** What came in up to this moment waits longer than it should. */
export function overdueUpTo(now: Date, calendar: Calendar): Date {
	const today = dayOf(now, calendar.timeZone);
	const last = answered.get(calendar);
	if (last?.today === today) return last.late;
	const late = findOverdue(now, today, calendar);
	answered.set(calendar, { today, late });
	return late;
}

function findOverdue(now: Date, today: string, { workingWeek, holidays, workingDays, timeZone }: Calendar): Date {
	const wanted = { startKind: 'assignment', workingDays: targetWorkingDays, workingWeek, holidays, worked: workingDays ?? [], leave: [], timeZone } as const;
	let at = Date.parse(`${today}T00:00:00Z`);
	for (;;) {
		at -= day;
		const start = new Date(at).toISOString().slice(0, 10);
		if (dueDate({ ...wanted, start }).dueAt < now) return endOfDay(start, timeZone);
	}
}
