/** How one person's employment, courses and dates came to be what they are: for HR, newest first. */
import { and, desc, eq } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { employee, employmentChange, enrolmentChange, mentorship, positionAssignment } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { endOfDay } from '../../core/due-date.ts';
import { relationTo } from './relations.ts';

export interface HistoryLine {
	id: string;
	at: Date;
	/** Of a position only the day is known. */
	dayOnly: boolean;
	what: 'position' | 'mentor' | 'team' | 'hired-on' | 'left' | 'back' | 'added' | 'moved' | 'changed' | 'ended';
	/** The course, for the last four; null otherwise. */
	title: string | null;
	/** A name; of a position its key; a day YYYY-MM-DD, or a moment as ISO 8601. Null = none. */
	before: string | null;
	after: string | null;
	/** Of `changed`: whether it is mandatory now. */
	mandatory: boolean | null;
	/** Null = nobody in particular. */
	by: string | null;
}

/** The newest lines of each kind, this many. */
const lines = 100;

/** Four queries. Empty for who may not see the person. */
export async function readHistory(db: Db, library: Library, actor: Actor, employeeId: string, locale: string): Promise<HistoryLine[]> {
	const relation = await relationTo(db, actor, employeeId);
	if (!relation || !may(actor, 'people.see', { relation })) return [];
	const release = library.current();
	const { defaultLocale, timeZone } = release.academy;
	const who = alias(employee, 'who');
	const [positions, mentors, changes, courses] = await Promise.all([
		db
			.select({ id: positionAssignment.id, position: positionAssignment.position, since: positionAssignment.since, until: positionAssignment.until })
			.from(positionAssignment)
			.where(eq(positionAssignment.employeeId, employeeId))
			.orderBy(desc(positionAssignment.since), desc(positionAssignment.id))
			.limit(lines),
		db
			.select({ id: mentorship.id, name: who.name, since: mentorship.since, until: mentorship.until })
			.from(mentorship)
			.innerJoin(who, eq(who.id, mentorship.mentorId))
			.where(eq(mentorship.menteeId, employeeId))
			.orderBy(desc(mentorship.since))
			.limit(lines),
		db
			.select({ id: employmentChange.id, what: employmentChange.what, before: employmentChange.before, after: employmentChange.after, at: employmentChange.at, by: who.name })
			.from(employmentChange)
			.leftJoin(who, eq(who.id, employmentChange.changedBy))
			.where(eq(employmentChange.employeeId, employeeId))
			.orderBy(desc(employmentChange.at))
			.limit(lines),
		db
			.select({
				id: enrolmentChange.id,
				kind: enrolmentChange.kind,
				course: enrolmentChange.course,
				before: enrolmentChange.before,
				after: enrolmentChange.after,
				at: enrolmentChange.at,
				by: who.name
			})
			.from(enrolmentChange)
			.leftJoin(who, and(eq(who.id, enrolmentChange.changedBy)))
			.where(eq(enrolmentChange.employeeId, employeeId))
			.orderBy(desc(enrolmentChange.at))
			.limit(lines)
	]);
	const titleOf = (key: string) => {
		const known = release.course(key);
		return known ? inLocale(known.title, locale, defaultLocale) : key;
	};
	const plain = { title: null, mandatory: null, dayOnly: false, by: null };
	const all: HistoryLine[] = [
		...positions.flatMap(({ id, position, since, until }, i) => {
			const began = { ...plain, id, what: 'position' as const, dayOnly: true, at: startOf(since, timeZone), before: null, after: position };
			// An end that another position begins with is told by that one.
			const isFollowed = i > 0 && positions[i - 1]!.since === until;
			const ended = { ...began, id: `${id} end`, before: position, after: null };
			return until !== null && !isFollowed ? [{ ...ended, at: startOf(until, timeZone) }, began] : [began];
		}),
		...mentors.flatMap(({ id, name, since, until }, i) => {
			const began = { ...plain, id, what: 'mentor' as const, at: since, before: null, after: name };
			const isFollowed = i > 0 && mentors[i - 1]!.since.getTime() === until?.getTime();
			return until !== null && !isFollowed ? [{ ...began, id: `${id} end`, at: until, before: name, after: null }, began] : [began];
		}),
		...changes.map((row) => ({ ...plain, ...row, what: row.what as HistoryLine['what'] })),
		...courses.map(({ id, kind, course, before, after, at, by }) => ({
			...plain,
			id,
			what: kind as HistoryLine['what'],
			title: titleOf(course),
			before: before?.dueAt ?? null,
			after: after?.dueAt ?? null,
			mandatory: after?.mandatory ?? null,
			at,
			by
		}))
	];
	return all.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, lines);
}

/** The first moment of a day, as it is told beside moments: the last one of the day before, and a second. */
function startOf(day: string, timeZone: string): Date {
	const before = new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
	return new Date(endOfDay(before, timeZone).getTime() + 1000);
}
