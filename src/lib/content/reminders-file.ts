/** What academy.yaml says of reminders and of how long things are kept: both may be left out, whole or in part. */
import type { Weekday } from '../core/academy.ts';
import { leastKept, mostKept, usualKeeping, type Keeping } from '../core/keeping.ts';
import { furthestReminder, usualReminders, type Audience, type ReminderRules } from '../core/reminders.ts';
import type { Source } from './source.ts';
import { listOf, oneOf, optional, placed, record, wholeNumber, type Placed } from './yaml-shape.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const satisfies Weekday[];
const days = optional(listOf(placed(wholeNumber(-furthestReminder, furthestReminder))), null);
const tellings = optional(record({ employee: days, mentor: days, hr: days }), null);
export const remindersEntry = optional(record({ due: tellings, 'level-ends': tellings, overview: optional(oneOf(...weekdays, 'none'), null) }), null);

const kept = optional(wholeNumber(leastKept, mostKept), null);
export const keepEntry = optional(record({ notifications: kept, mails: kept, links: kept, recordings: kept }), null);

type Tellings = Record<Audience, Placed<number>[] | null> | null;

/** Null when nothing is written: then what is usual holds, also once that changes. */
export function readReminders(
	written: { due: Tellings; 'level-ends': Tellings; overview: Weekday | 'none' | null } | null,
	source: Source
): ReminderRules | null {
	if (!written) return null;
	const of = (tellings: Tellings, usual: ReminderRules['due']): ReminderRules['due'] => {
		const list = (audience: Audience) => {
			const said = tellings?.[audience];
			return said ? once(said, audience, source) : usual[audience];
		};
		return { employee: list('employee'), mentor: list('mentor'), hr: list('hr') };
	};
	const { overview } = written;
	return {
		due: of(written.due, usualReminders.due),
		levelEnds: of(written['level-ends'], usualReminders.levelEnds),
		digest: overview === null ? usualReminders.digest : overview === 'none' ? null : overview
	};
}

function once(list: Placed<number>[], name: string, source: Source): number[] {
	const seen = new Set<number>();
	for (const { value, at } of list) {
		if (seen.has(value)) source.error(at, 'list-duplicate', `${value} stands twice in \`${name}\`.`, 'Delete one of the two.');
		seen.add(value);
	}
	return [...seen].sort((a, b) => a - b);
}

/** Null when nothing is written. */
export function readKeeping(written: Record<keyof Keeping, number | null> | null): Keeping | null {
	if (!written) return null;
	const { notifications, mails, links, recordings } = written;
	return {
		notifications: notifications ?? usualKeeping.notifications,
		mails: mails ?? usualKeeping.mails,
		links: links ?? usualKeeping.links,
		recordings: recordings ?? usualKeeping.recordings
	};
}
