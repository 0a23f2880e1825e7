/**
 * Where people get stuck: at which lesson, assessment or judged work each stands, how many stand there and for how long. Reckoned in the
 * database, in one query for everybody; a list of who stands at one place is another. What is about very many is counted at most
 * every five minutes.
 */
import { sql } from 'drizzle-orm';
import type { Course } from '../../core/academy.ts';
import { dayOf } from '../../core/due-date.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { allowance, checkState, employee, enrolment, lessonProgress, positionAssignment, team } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { remembered } from './remembered.ts';

export interface StuckFilter {
	/** Key of a position; null = all. */
	position: string | null;
	/** Name of a team, in any case; empty = all. */
	team: string;
}

/** work: a lesson that is done, of which a judgement or a pass mark is not there yet. */
export type StepKind = 'lesson' | 'assessment' | 'work';
interface Step {
	kind: StepKind;
	/** `course/lesson` */
	lesson: string;
	title: string;
	courseTitle: string;
}
export interface StuckStep extends Step {
	people: number;
	/** Whole days that half of them, and nine of ten, have stood there, or less. */
	half: number;
	most: number;
}
interface Stuck {
	/** Where most people stand comes first. */
	steps: StuckStep[];
	people: number;
	/** When it was counted. */
	asOf: Date;
}
interface StandingPerson {
	id: string;
	name: string;
	/** Name; null without one. */
	team: string | null;
	mentor: string | null;
	since: Date;
	days: number;
}

/** What is about more people than this may be a little old. */
const rememberFrom = 1000;

/**
 * A person stands at the first lesson that is not done of their first open mandatory course, in the order of the path; when all its
 * lessons are done, at the first whose judged work has not reached what is asked. They stand there since the last lesson they
 * completed, or since the course was given to them, if that was later. Null for who may see no reports. One query.
 */
export async function readStuck(db: Db, library: Library, actor: Actor, filter: StuckFilter, locale: string, now: Date): Promise<Stuck | null> {
	if (!may(actor, 'report.see')) return null;
	const release = library.current();
	const question = JSON.stringify(['stuck', release.id, dayOf(now, release.academy.timeZone), filter.position, filter.team.toLowerCase()]);
	const count = async () => [
		...(await db.execute<{ kind: StepKind; lesson: string; people: number; half: number; most: number }>(sql`
			with ${standing(release, filter, null, now)}
			select kind, lesson, count(*)::int as people,
				percentile_disc(.5) within group (order by days) as half, percentile_disc(.9) within group (order by days) as most
			from standing group by kind, lesson order by people desc, half desc, lesson, kind`))
	];
	const total = (rows: { people: number }[]) => rows.reduce((sum, { people }) => sum + people, 0);
	const { found, asOf } = await remembered(db, question, now, count, (rows) => total(rows) > rememberFrom);
	return {
		steps: found.map(({ kind, lesson, people, half, most }) => ({ ...describeStep(release, kind, lesson, locale), people, half, most })),
		people: total(found),
		asOf
	};
}

/** A page of those who stand at one place, longest first. Null for who may see no reports, and for a place that is not there. One query. */
export async function listStanding(
	db: Db,
	library: Library,
	actor: Actor,
	asked: { kind: StepKind; lesson: string; filter: StuckFilter },
	page: { limit: number; offset: number },
	locale: string,
	now: Date
): Promise<{ step: Step; people: StandingPerson[]; more: boolean } | null> {
	if (!may(actor, 'report.see')) return null;
	const release = library.current();
	const { kind, lesson } = asked;
	const place = release.lesson(lesson);
	if (!place) return null;
	const rows = await db.execute<{ id: string; name: string; team: string | null; mentor: string | null; since: number; days: number }>(sql`
		with ${standing(release, asked.filter, place.course.key, now)},
		listed as (
			select standing.person, standing.since, standing.days from standing where kind = ${kind} and lesson = ${lesson}
			order by standing.since, standing.person limit ${page.limit + 1} offset ${page.offset}
		)
		select ${employee.id} as id, ${employee.name} as name, ${team.name} as team,
			(select mentor.name from mentorship join ${employee} as mentor on mentor.id = mentorship.mentor_id
				where mentorship.mentee_id = ${employee.id} and mentorship.until is null) as mentor,
			extract(epoch from listed.since)::float8 * 1000 as since, listed.days
		from listed join ${employee} on ${employee.id} = listed.person left join ${team} on ${team.id} = ${employee.teamId}
		order by listed.since, listed.person`);
	return {
		step: describeStep(release, kind, lesson, locale),
		people: [...rows].slice(0, page.limit).map((row) => ({ ...row, since: new Date(row.since) })),
		more: rows.length > page.limit
	};
}

function describeStep(release: Release, kind: StepKind, lesson: string, locale: string): Step {
	const place = release.lesson(lesson)!;
	const { defaultLocale } = release.academy;
	return { kind, lesson, title: inLocale(place.lesson.title, locale, defaultLocale), courseTitle: inLocale(place.course.title, locale, defaultLocale) };
}

/** The steps of a course in the order in which they hold somebody up. `exercises`: those whose judgement is asked; empty but for work. */
function stepsOf({ lessons, pass }: Course): { kind: StepKind; lesson: string; exercises: string[] }[] {
	const askedForWork = pass === 'assessments' && lessons.some(({ assessment }) => assessment !== null) ? [] : lessons;
	return [
		...lessons.map(({ name, assessment }) => ({ kind: assessment ? ('assessment' as const) : ('lesson' as const), lesson: name, exercises: [] })),
		...askedForWork.flatMap(({ name, exercises }) => {
			const judged = exercises.filter((one) => one.judged && !one.optional).map((one) => one.name);
			return judged.length > 0 ? [{ kind: 'work' as const, lesson: name, exercises: judged }] : [];
		})
	];
}

/**
 * The tables that end in `standing`: person, kind, lesson, since, days. `course`: only who stands in this one is asked for; null = all.
 * Lessons are held against what is done all at once; the judged work only of those who have done all lessons, one after another.
 */
function standing(release: Release, filter: StuckFilter, course: string | null, now: Date) {
	const { timeZone, courses } = release.academy;
	const today = dayOf(now, timeZone);
	const needs = JSON.stringify(courses.flatMap(({ key, prerequisites }) => prerequisites.map((need) => ({ course: key, need }))));
	const steps = JSON.stringify(courses.flatMap((one) => stepsOf(one).map((step, nth) => ({ course: one.key, nth, ...step }))));
	return sql`
		courses as materialized (select value as course from jsonb_array_elements_text(${JSON.stringify(courses.map(({ key }) => key))}::text::jsonb)),
		needs as materialized (select * from jsonb_to_recordset(${needs}::text::jsonb) as one(course text, need text)),
		steps as materialized (select * from jsonb_to_recordset(${steps}::text::jsonb) as one(course text, nth int, kind text, lesson text, exercises jsonb)),
		courses_open as materialized (
			select distinct on (${enrolment.employeeId}) ${enrolment.employeeId} as person, ${enrolment.assignedOn} as given, ${enrolment.course} as course
			from ${enrolment} join ${employee} on ${employee.id} = ${enrolment.employeeId} and ${employee.leftAt} is null
			where ${enrolment.completedAt} is null and ${enrolment.mandatory} and ${enrolment.assignedOn} <= ${today}::date
				and ${enrolment.course} in (select course from courses)
				${course === null ? sql`` : sql`and ${enrolment.employeeId} in (select own.employee_id from ${enrolment} as own where own.course = ${course} and own.completed_at is null)`}
				${filter.position === null ? sql`` : sql`and exists (select from ${positionAssignment} where ${positionAssignment.employeeId} = ${employee.id} and ${positionAssignment.until} is null and ${positionAssignment.position} = ${filter.position})`}
				${filter.team === '' ? sql`` : sql`and ${employee.teamId} = any(array(select ${team.id} from ${team} where lower(${team.name}) = lower(${filter.team})))`}
				and not exists (
					select from needs where needs.course = ${enrolment.course}
					and not exists (select from ${enrolment} before where before.employee_id = ${enrolment.employeeId} and before.course = needs.need and before.completed_at is not null)
				)
			order by ${enrolment.employeeId}, ${enrolment.place}, ${enrolment.course}
		),
		lacking as (
			select courses_open.person, min(steps.nth) as nth from courses_open join steps on steps.course = courses_open.course and steps.kind <> 'work'
			where not exists (select from ${lessonProgress} where ${lessonProgress.employeeId} = courses_open.person and ${lessonProgress.lesson} = steps.lesson and ${lessonProgress.doneAt} is not null)
			group by 1
		),
		standing as (
			select courses_open.person, step.kind, step.lesson, last.since, greatest(0, ${today}::date - (last.since at time zone ${timeZone})::date) as days
			from courses_open left join lacking on lacking.person = courses_open.person
			join steps as step on step.course = courses_open.course and step.nth = coalesce(lacking.nth, (
				select steps.nth from steps where steps.course = courses_open.course and steps.kind = 'work' and exists (
						select from jsonb_array_elements_text(steps.exercises) as asked(exercise) where not exists (
							select from ${checkState} where ${checkState.employeeId} = courses_open.person and ${checkState.exercise} = asked.exercise and ${checkState.metAt} is not null
						)
					) and not exists (select from ${allowance} where ${allowance.employeeId} = courses_open.person and ${allowance.lesson} = steps.lesson and ${allowance.kind} = 'exemption')
				order by steps.nth limit 1
			))
			cross join lateral (
				select greatest(courses_open.given::timestamp at time zone ${timeZone}, max(${lessonProgress.doneAt})) as since
				from ${lessonProgress} where ${lessonProgress.employeeId} = courses_open.person
			) last
		)`;
}
