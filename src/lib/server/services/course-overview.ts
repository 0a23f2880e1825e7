/** All courses at a glance for HR: how many people have each and how they stand, which teams were given it, and the paths of the positions. */
import { and, asc, count, eq, isNull, sql } from 'drizzle-orm';
import type { PathCourse } from '../../core/academy.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { employee, enrolment, positionAssignment, team, teamAssignment } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { openDates } from './renewals.ts';

export interface CourseLine {
	key: string;
	/** The key where the content knows the course no more. */
	title: string;
	lessons: number;
	/** Days for which it stays valid; null = for good. */
	validity: number | null;
	/** Of those who work here: who has it, has completed it, and is late with it or with renewing it. */
	people: number;
	completed: number;
	overdue: number;
	/** Teams that were given it, by name. */
	teams: { id: string; name: string }[];
}
export interface PositionPath {
	key: string;
	title: string;
	/** Of those who work here. */
	people: number;
	/** In order; `from` names a course by its title. */
	courses: { course: string; title: string; due: number; from: { kind: 'hire' | 'assignment' } | { kind: 'course'; title: string }; mandatory: boolean }[];
}

/** In the order of the content; then what people still have of courses it knows no more. Null for everybody but HR. Four queries. */
export async function readCourses(db: Db, library: Library, actor: Actor, locale: string, now: Date): Promise<{ courses: CourseLine[]; paths: PositionPath[] } | null> {
	if (!may(actor, 'report.see')) return null;
	const release = library.current();
	const { academy } = release;
	const told = (text: Record<string, string>) => inLocale(text, locale, academy.defaultLocale);
	const titleOf = (key: string) => told(release.course(key)?.title ?? {}) || key;
	const at = sql`${now.toISOString()}::timestamptz`;
	const [had, late, teams, held] = await Promise.all([
		db
			.select({ course: enrolment.course, people: count(), completed: count(enrolment.completedAt) })
			.from(enrolment)
			.innerJoin(employee, and(eq(employee.id, enrolment.employeeId), isNull(employee.leftAt)))
			.groupBy(enrolment.course)
			.orderBy(asc(enrolment.course)),
		db.execute<{ course: string; n: number }>(sql`select late.course, count(*)::int as n from ${openDates} as late
			join ${employee} on ${employee.id} = late.employee_id and ${employee.leftAt} is null where late.due_at < ${at} and late.mandatory group by late.course`),
		db
			.select({ course: teamAssignment.course, id: team.id, name: team.name })
			.from(teamAssignment)
			.innerJoin(team, eq(team.id, teamAssignment.teamId))
			.where(isNull(teamAssignment.takenBackAt))
			.orderBy(asc(team.name), asc(team.id)),
		db
			.select({ position: positionAssignment.position, people: count() })
			.from(positionAssignment)
			.innerJoin(employee, and(eq(employee.id, positionAssignment.employeeId), isNull(employee.leftAt)))
			.where(isNull(positionAssignment.until))
			.groupBy(positionAssignment.position)
	]);
	const lateOf = new Map(late.map(({ course, n }) => [course, n]));
	const unknown = had.filter(({ course }) => !release.course(course)).map(({ course }) => course);
	const sayFrom = (from: PathCourse['from']) => (from.kind === 'course' ? { kind: from.kind, title: titleOf(from.course) } : from);
	return {
		courses: [...academy.courses.map(({ key }) => key), ...unknown].map((key) => {
			const known = release.course(key);
			const { people = 0, completed = 0 } = had.find(({ course }) => course === key) ?? {};
			const given = teams.filter(({ course }) => course === key).map(({ id, name }) => ({ id, name }));
			return { key, title: titleOf(key), lessons: known?.lessons.length ?? 0, validity: known?.validity ?? null, people, completed, overdue: lateOf.get(key) ?? 0, teams: given };
		}),
		paths: academy.positions.map(({ key, title, path }) => ({
			key,
			title: told(title),
			people: held.find(({ position }) => position === key)?.people ?? 0,
			courses: path.map(({ course, due, from, mandatory }) => ({ course, title: titleOf(course), due, from: sayFrom(from), mandatory }))
		}))
	};
}
