/** Enrolments: which courses a person has, from where, by when and why then. */
import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Academy, PathCourse } from '../../core/academy.ts';
import { dueDate } from '../../core/due-date.ts';
import type { Db } from '../db/open.ts';
import { employee, enrolment, leave, positionAssignment } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { recordAudit } from './audit.ts';

/** The calendar day of a moment in the academy's time zone, YYYY-MM-DD. */
export function dayOf(moment: Date, timeZone: string): string {
	let format = dayFormats.get(timeZone);
	if (!format) {
		format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
		dayFormats.set(timeZone, format);
	}
	return format.format(moment);
}
/** Building a format costs a hundred times as much as using it. */
const dayFormats = new Map<string, Intl.DateTimeFormat>();

/**
 * Gives a person the courses of their standing position. Safe to call again: what is there stays as it is.
 * Without a position, or with one that the content does not know, nothing is given.
 */
export async function enrolByPosition(db: Db, library: Library, employeeId: string, now: Date): Promise<void> {
	const release = library.currentOrNull();
	if (!release) return;
	const [person] = await db
		.select({ hiredOn: employee.hiredOn, position: positionAssignment.position, since: positionAssignment.since })
		.from(employee)
		.innerJoin(
			positionAssignment,
			and(eq(positionAssignment.employeeId, employee.id), isNull(positionAssignment.until))
		)
		.where(eq(employee.id, employeeId));
	const position = person ? release.position(person.position) : null;
	if (!person || !position || position.path.length === 0) return;
	const away = await readLeave(db, employeeId);
	const assignedOn = dayOf(now, release.academy.timeZone);
	const rows = position.path.map((step, place) => {
		const start = step.from.kind === 'hire' ? (person.hiredOn ?? person.since) : assignedOn;
		const due = step.from.kind === 'course' ? null : reckon(release.academy, step, step.from.kind, start, away);
		return {
			employeeId,
			course: step.course,
			source: 'position' as const,
			mandatory: step.mandatory,
			place,
			assignedOn,
			dueAt: due?.dueAt ?? null,
			derivation: due?.derivation ?? null
		};
	});
	const given = await db
		.insert(enrolment)
		.values(rows)
		.onConflictDoNothing({ target: [enrolment.employeeId, enrolment.course] })
		.returning({ course: enrolment.course });
	if (given.length === 0) return;
	const details = { source: 'position', courses: given.map(({ course }) => course) };
	await recordAudit(db, { actor: null, action: 'enrolment.given', person: employeeId, details }, now);
}

/** Sets the dates that waited for the completion of `course`. */
export async function setDatesAfter(
	db: Db,
	release: Release,
	employeeId: string,
	course: string,
	completedAt: Date
): Promise<void> {
	const [person] = await db
		.select({ position: positionAssignment.position })
		.from(positionAssignment)
		.where(and(eq(positionAssignment.employeeId, employeeId), isNull(positionAssignment.until)));
	const steps = (person ? release.position(person.position)?.path : null)?.filter(
		(step) => step.from.kind === 'course' && step.from.course === course
	);
	if (!steps || steps.length === 0) return;
	const away = await readLeave(db, employeeId);
	const start = dayOf(completedAt, release.academy.timeZone);
	for (const step of steps) {
		const due = reckon(release.academy, step, 'course', start, away);
		await db
			.update(enrolment)
			.set({ dueAt: due.dueAt, derivation: due.derivation })
			.where(
				and(
					eq(enrolment.employeeId, employeeId),
					eq(enrolment.course, step.course),
					isNull(enrolment.dueAt),
					isNull(enrolment.completedAt)
				)
			);
	}
}

function reckon(
	academy: Academy,
	step: PathCourse,
	startKind: 'hire' | 'assignment' | 'course',
	start: string,
	away: { firstDay: string; lastDay: string }[]
) {
	return dueDate({
		start,
		startKind,
		workingDays: step.due,
		workingWeek: academy.workingWeek,
		holidays: academy.holidays,
		leave: away,
		timeZone: academy.timeZone
	});
}

/** Days away, without their reasons: those are HR's alone. */
async function readLeave(db: Db, employeeId: string) {
	return db
		.select({ firstDay: leave.firstDay, lastDay: leave.lastDay })
		.from(leave)
		.where(eq(leave.employeeId, employeeId))
		.orderBy(asc(leave.firstDay));
}
