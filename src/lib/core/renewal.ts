/**
 * How long a completed course is valid, and when it is to be renewed (rules.md, “Due dates”). Days are calendar days
 * `YYYY-MM-DD` of the academy; a validity ends with its last day. Pure: `today` is an argument.
 */
import type { Course } from './academy.ts';
import { dayOf } from './due-date.ts';
import { addDays } from './reminders.ts';

/** A course may be renewed so many days before its validity ends; in all of it, where it is shorter. */
export const renewalWindowDays = 30;
/** Nobody is asked to renew sooner than so many days ahead, although the validity ends before that, or has ended. */
export const leastNoticeDays = 14;

/** The days of a completion, counted from its day: `days` after it is the last one. */
export interface Validity {
	from: string;
	days: number;
}

/** How many days before the end the window opens. */
export const windowOf = (days: number): number => Math.min(renewalWindowDays, days);

/** The last day of a validity. */
export const lastDayOf = ({ from, days }: Validity): string => addDays(from, days);

/** The day from which it may be renewed. */
export const windowOpens = ({ from, days }: Validity): string => addDays(from, days - windowOf(days));

/**
 * By when a renewal is due that is asked for `today`: on the last day of the validity. Who is asked late (the validity is
 * new, was made shorter, or the course came back to the path) has two weeks all the same.
 */
export function renewalDue(validity: Validity, today: string): string {
	const soonest = addDays(today, Math.min(leastNoticeDays, windowOf(validity.days)));
	const last = lastDayOf(validity);
	return last > soonest ? last : soonest;
}

/** From which day somebody is asked to renew it, were it asked for from `today` on, and by when it is due then. */
export function renewalAhead(validity: Validity, today: string): { from: string; due: string } {
	const opens = windowOpens(validity);
	const from = opens > today ? opens : today;
	return { from, due: renewalDue(validity, from) };
}

/** The day from which the next validity is counted: nobody loses days by being early, and nobody is valid for days that were missed. */
export function renewedFrom(validity: Validity, completedOn: string): string {
	const last = lastDayOf(validity);
	return completedOn <= last ? last : completedOn;
}

/** What is asked for now, and what was; `renewedFrom` is null in the round that is asked for. */
export interface RenewalRound {
	countedFrom: string;
	days: number;
	renewedFrom: string | null;
}

/**
 * The validity that a completed course has now; null where it is for good. `rounds` in their order. A round that is asked
 * for keeps the days it was opened with, whatever the content says by now.
 */
export function validityNow(
	course: Pick<Course, 'validity'>,
	completed: { at: Date; timeZone: string },
	rounds: readonly RenewalRound[]
): Validity | null {
	if (course.validity === null) return null;
	const last = rounds.at(-1);
	if (last && last.renewedFrom === null) return { from: last.countedFrom, days: last.days };
	return { from: last?.renewedFrom ?? dayOf(completed.at, completed.timeZone), days: course.validity };
}
