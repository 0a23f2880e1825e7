/**
 * Who is told when that something is due or ends (rules.md, “Due dates”). Pure: `now` and the calendar are arguments. A
 * reminder belongs to a planned day; told later, it is still that day's, so whoever looks again finds it told.
 */
import type { Weekday } from './academy.ts';
import { dayOf, type Calendar } from './due-date.ts';

export type Audience = 'employee' | 'mentor' | 'hr';
export const audiences = ['employee', 'mentor', 'hr'] as const satisfies readonly Audience[];

/** When who is told; days before are negative, 0 is the day itself. */
export interface ReminderRules {
	/** Working days from the day a course is due. */
	due: Record<Audience, readonly number[]>;
	/** Calendar days from the last day of a level's validity. */
	levelEnds: Record<Audience, readonly number[]>;
	/** Day of the weekly overview of mentors and HR; null = there is none. */
	digest: Weekday | null;
}

/** What holds when the academy says nothing (ours). */
export const usualReminders: ReminderRules = {
	due: { employee: [-3, 0, 1, 5], mentor: [2], hr: [5] },
	levelEnds: { employee: [-30, -7], mentor: [-30], hr: [-14] },
	digest: 'mon'
};
/** The furthest a reminder may lie from its day, either way. */
export const furthestReminder = 365;

/** Nobody is told before this hour of the academy's day, nor from the later one on. */
const [firstHour, lastHour] = [8, 20];
/** A planned day that passed while no server ran is made up for within so many working days; what is older is left. */
export const madeUpWithin = 3;

const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const day = 86_400_000;
/** A calendar without a working day in a year has none. */
const longestPause = 366;

const timeOf = (date: string) => Date.parse(`${date}T00:00:00Z`);
const dateOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** The calendar day so many days later, or earlier. */
export const addDays = (date: string, days: number): string => dateOf(timeOf(date) + days * day);

/** Answers for one calendar; a list of holidays is looked through once. */
export function workingDaysOf(calendar: Calendar) {
	const holidays = new Set(calendar.holidays.map(({ date }) => date));
	const extra = new Set(calendar.workingDays ?? []);
	const isWorking = (date: string) =>
		extra.has(date) || (calendar.workingWeek.includes(weekdays[new Date(timeOf(date)).getUTCDay()]!) && !holidays.has(date));
	const step = (date: string, direction: 1 | -1) => {
		let next = addDays(date, direction);
		for (let tries = 0; tries < longestPause && !isWorking(next); tries++) next = addDays(next, direction);
		return next;
	};
	return {
		isWorking,
		/** So many working days after this day, or before it. 0 is the day itself, or the last working day before it. */
		shift(date: string, days: number): string {
			let found = days <= 0 && !isWorking(date) ? step(date, -1) : date;
			for (let left = Math.abs(days); left > 0; left--) found = step(found, days > 0 ? 1 : -1);
			return found;
		}
	};
}

/** What of a day's reminders is to be looked at. */
export interface Telling {
	/** The academy's day, YYYY-MM-DD. */
	today: string;
	/** Planned days from this one on are told today. */
	since: string;
	/** The day of this week's overview; null when none is to be told today. */
	digestDay: string | null;
	/** The planned day of what is due on `dueOn`; null when nothing is to be told of it today. */
	ofDue(dueOn: string, audience: Audience): string | null;
	/** The same of a level that is valid until `lastDay`. */
	ofLevel(lastDay: string, audience: Audience): string | null;
	/** Days (of being due, of validity's end) outside of which nothing is told today. Both ends included. */
	dueBetween: { first: string; last: string };
	levelsBetween: { first: string; last: string };
}

/** What is to be told now; null at night and on days that are not worked. */
export function tellingAt(now: Date, calendar: Calendar, rules: ReminderRules): Telling | null {
	const today = dayOf(now, calendar.timeZone);
	const hour = hourOf(now, calendar.timeZone);
	const days = workingDaysOf(calendar);
	if (hour < firstHour || hour >= lastHour || !days.isWorking(today)) return null;
	const since = addDays(days.shift(today, -madeUpWithin), 1);
	/** The latest planned day that has come; of two that have come, one reminder is enough. */
	const current = (planned: string[]): string | null => {
		const latest = planned.filter((one) => one <= today).sort().at(-1);
		return latest !== undefined && latest >= since ? latest : null;
	};
	const known = new Map<string, string | null>();
	const once = (key: string, find: () => string | null) => {
		let found = known.get(key);
		if (found === undefined) known.set(key, (found = find()));
		return found;
	};
	const allDue = audiences.flatMap((audience) => rules.due[audience]);
	const allEnds = audiences.flatMap((audience) => rules.levelEnds[audience]);
	return {
		today,
		since,
		digestDay: digestDay(today, since, rules.digest),
		ofDue: (dueOn, audience) => once(`${audience} ${dueOn}`, () => current(rules.due[audience].map((n) => days.shift(dueOn, n)))),
		ofLevel: (lastDay, audience) => once(`level ${audience} ${lastDay}`, () => current(rules.levelEnds[audience].map((n) => addDays(lastDay, n)))),
		// A due day that is not worked counts as the working day before it: hence the margins.
		dueBetween: { first: days.shift(addDays(since, -1), -Math.max(0, ...allDue) - 1), last: days.shift(today, -Math.min(0, ...allDue) + 1) },
		levelsBetween: { first: addDays(since, -Math.max(0, ...allEnds)), last: addDays(today, -Math.min(0, ...allEnds)) }
	};
}

function digestDay(today: string, since: string, digest: Weekday | null): string | null {
	if (digest === null) return null;
	const back = (new Date(timeOf(today)).getUTCDay() - weekdays.indexOf(digest) + 7) % 7;
	const planned = addDays(today, -back);
	return planned >= since ? planned : null;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
function hourOf(now: Date, timeZone: string): number {
	let clock = clocks.get(timeZone);
	if (!clock) clocks.set(timeZone, (clock = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', hour: 'numeric' })));
	return Number(clock.format(now));
}
