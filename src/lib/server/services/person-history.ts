/**
 * How one person's employment, courses and dates came to be what they are: for HR, newest first. Who changed mentor, position,
 * name, e-mail and number, which courses were renewed, and what a mentor granted is read from the audit log, which keeps no
 * values: what a name was before is told nowhere, and so an erasure need not reach it.
 */
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { AuditAction, StoredDetails } from '../../core/audit.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { worded, type Db } from '../db/open.ts';
import { auditEvent, employee, employmentChange, enrolmentChange, mentorship, positionAssignment } from '../db/schema/index.ts';
import { onlyLists, rowsOf } from '../db/together.ts';
import type { Library } from '../library.ts';
import { dayOf, endOfDay } from '../../core/due-date.ts';
import { relationTo } from './relations.ts';

export interface HistoryLine {
	id: string;
	at: Date;
	/** Of a position only the day is known. */
	dayOnly: boolean;
	what: 'position' | 'mentor' | 'team' | 'hired-on' | 'details' | 'left' | 'back' | 'added' | 'moved' | 'changed' | 'ended' | 'renewed' | 'attempt' | 'exemption';
	/** The course, or what one more attempt or an exemption was granted for, for the last seven; null otherwise. */
	title: string | null;
	/** A name; of a position its key; a day YYYY-MM-DD, or a moment as ISO 8601. Null = none. */
	before: string | null;
	after: string | null;
	/** Of `changed`: whether it is mandatory now. */
	mandatory: boolean | null;
	/** Of `details`: what is another now; empty for the rest. */
	fields: Detail[];
	/** Null = nobody in particular, or nobody knows any more. */
	by: string | null;
}

const detailFields = ['name', 'email', 'personnelNumber'] as const;
type Detail = (typeof detailFields)[number];

const actsTold = ['person.created', 'person.changed', 'renewal.completed', 'allowance.granted'] as const satisfies AuditAction[];

/** The newest lines of each kind, this many. */
const lines = 100;

const historyRows = worded((db) => {
	const person = sql.placeholder('person');
	const who = alias(employee, 'who');
	return db
		.select({
			positions: rowsOf(
				db
					.select({ id: positionAssignment.id, position: positionAssignment.position, since: positionAssignment.since, until: positionAssignment.until })
					.from(positionAssignment)
					.where(eq(positionAssignment.employeeId, person))
					.orderBy(desc(positionAssignment.since), desc(positionAssignment.id))
					.limit(lines)
			),
			mentors: rowsOf(
				db
					.select({ id: mentorship.id, name: who.name, since: mentorship.since, until: mentorship.until })
					.from(mentorship)
					.innerJoin(who, eq(who.id, mentorship.mentorId))
					.where(eq(mentorship.menteeId, person))
					.orderBy(desc(mentorship.since))
					.limit(lines)
			),
			changes: rowsOf(
				db
					.select({ id: employmentChange.id, what: employmentChange.what, before: employmentChange.before, after: employmentChange.after, at: employmentChange.at, by: who.name })
					.from(employmentChange)
					.leftJoin(who, eq(who.id, employmentChange.changedBy))
					.where(eq(employmentChange.employeeId, person))
					.orderBy(desc(employmentChange.at))
					.limit(lines)
			),
			courses: rowsOf(
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
					.leftJoin(who, eq(who.id, enrolmentChange.changedBy))
					.where(eq(enrolmentChange.employeeId, person))
					.orderBy(desc(enrolmentChange.at))
					.limit(lines)
			),
			acts: rowsOf(
				db
					.select({ id: auditEvent.id, action: auditEvent.action, details: auditEvent.details, at: auditEvent.at, by: who.name })
					.from(auditEvent)
					.leftJoin(who, eq(who.id, auditEvent.actorId))
					.where(and(eq(auditEvent.personId, person), inArray(auditEvent.action, actsTold)))
					.orderBy(desc(auditEvent.place))
					.limit(lines)
			)
		})
		.from(onlyLists)
		.prepare('person_history');
});

/** Two queries. Empty for who may not see the person. */
export async function readHistory(db: Db, library: Library, actor: Actor, employeeId: string, locale: string): Promise<HistoryLine[]> {
	const relation = await relationTo(db, actor, employeeId);
	if (!relation || !may(actor, 'people.see', { relation })) return [];
	const release = library.current();
	const { defaultLocale, timeZone } = release.academy;
	const [found] = await historyRows(db).execute({ person: employeeId });
	const { positions, mentors, changes, courses, acts } = found!;
	/** The one who did it; null when it was nobody, or one of several. */
	const actorOf = (field: 'mentor' | 'position', isThen: (at: Date) => boolean): string | null => {
		const then = acts.filter(({ action, details, at }) => isThen(at) && (action === 'person.created' || fieldsOf(details).includes(field)));
		return then.length > 0 && then.every(({ by }) => by === then[0]!.by) ? then[0]!.by : null;
	};
	const onDay = (day: string) => actorOf('position', (at) => dayOf(at, timeZone) === day);
	const atMoment = (moment: Date) => actorOf('mentor', (at) => at.getTime() === moment.getTime());
	const titleOf = (key: string) => {
		const known = release.course(key) ?? release.lesson(key)?.lesson;
		return known ? inLocale(known.title, locale, defaultLocale) : key;
	};
	const plain = { title: null, mandatory: null, dayOnly: false, by: null, fields: [] };
	const all: HistoryLine[] = [
		...positions.flatMap(({ id, position, since, until }, i) => {
			const began = { ...plain, id, what: 'position' as const, dayOnly: true, at: startOf(since, timeZone), before: null, after: position, by: onDay(since) };
			// An end that another position begins with is told by that one.
			const isFollowed = i > 0 && positions[i - 1]!.since === until;
			const ended = { ...began, id: `${id} end`, before: position, after: null };
			return until !== null && !isFollowed ? [{ ...ended, at: startOf(until, timeZone), by: onDay(until) }, began] : [began];
		}),
		...mentors.flatMap(({ id, name, since, until }, i) => {
			const began = { ...plain, id, what: 'mentor' as const, at: since, before: null, after: name, by: atMoment(since) };
			const isFollowed = i > 0 && mentors[i - 1]!.since.getTime() === until?.getTime();
			return until !== null && !isFollowed ? [{ ...began, id: `${id} end`, at: until, before: name, after: null, by: atMoment(until) }, began] : [began];
		}),
		...acts.flatMap(({ id, action, details, at, by }): HistoryLine[] => {
			if (action === 'renewal.completed') return [{ ...plain, id, what: 'renewed', title: titleOf(String(details.course)), at, before: null, after: null, by }];
			if (action === 'allowance.granted') return [{ ...plain, id, what: details.kind as 'attempt' | 'exemption', title: titleOf(String(details.lesson)), at, before: null, after: null, by }];
			const fields = detailFields.filter((field) => fieldsOf(details).includes(field));
			return fields.length > 0 ? [{ ...plain, id, what: 'details' as const, at, before: null, after: null, fields, by }] : [];
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

const fieldsOf = ({ fields }: StoredDetails): readonly string[] => (Array.isArray(fields) ? (fields as readonly string[]) : []);

/** The first moment of a day, as it is told beside moments: the last one of the day before, and a second. */
function startOf(day: string, timeZone: string): Date {
	const before = new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
	return new Date(endOfDay(before, timeZone).getTime() + 1000);
}
