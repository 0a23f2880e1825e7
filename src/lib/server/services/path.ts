/** The new hire's path: the courses, what is due, what comes next; and one course of it. */
import { and, asc, count, eq, gte, isNotNull, isNull, or, sql, type Column } from 'drizzle-orm';
import type { Course, Lesson } from '../../core/academy.ts';
import { mayStart } from '../../core/attempts/assessment.ts';
import { endOfDay, type Derivation } from '../../core/due-date.ts';
import { exerciseAddress } from '../../core/exercise-address.ts';
import { inLocale } from '../../core/localized.ts';
import type { Actor } from '../../core/permissions.ts';
import { lessonsAsked, lessonToGoOn, mostPressing, nextStep, workState, type CourseState, type WorkState } from '../../core/progress.ts';
import { lastDayOf, validityNow, windowOpens, type RenewalRound } from '../../core/renewal.ts';
import { worded, type Db } from '../db/open.ts';
import { allowance, attempt, checkState, employee, enrolment, inquiry, lessonProgress, positionAssignment, renewal, team, teamAssignment } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { isAskedRound, reasons } from './renewals.ts';
import { stateOfLast } from './waiting.ts';

export interface LessonLine {
	key: string;
	title: string;
	minutes: number;
	isAssessment: boolean;
	done: boolean;
	/** What keeps it from counting for its course although it is done, and where it is worked on. */
	work: OpenWork | null;
}
export interface OpenWork {
	state: WorkState;
	href: string;
}
/** How a due date came about, with names in one language. */
export type DerivationView = Omit<Derivation, 'skipped'> & {
	skipped: { date: string; why: 'holiday' | 'leave'; name: string | null }[];
};
export interface CourseLine {
	key: string;
	title: string;
	summary: string;
	mandatory: boolean;
	/** later = another course must be completed first. */
	state: CourseState;
	/** Titles of the courses that must come first. */
	waitsFor: string[];
	completedAt: Date | null;
	dueAt: Date | null;
	derivation: DerivationView | null;
	/** The team that it came with, where no derivation says so; null = that does, or it came from elsewhere. */
	team: string | null;
	lessons: LessonLine[];
	/** Their path, HR or their team has them do it; false of what was begun or completed and has left all of these. */
	asked: boolean;
	/** How long its completion is valid; null = for good, or it is not completed. */
	validity: CourseValidity | null;
	/** It is to be renewed by then, by passing these of its lessons again; null = nothing is asked for now. */
	renewal: { dueAt: Date; lessons: string[] } | null;
	/** Earlier renewals, oldest first. */
	renewed: { dueAt: Date; completedAt: Date }[];
}
/** Counted `days` from a day, `from`, to the end of another. */
export interface CourseValidity {
	from: string;
	days: number;
	until: Date;
	/** Day from which it can be renewed, if it is asked for. */
	opensOn: string;
}
export interface NextStep {
	course: string;
	courseTitle: string;
	lesson: string;
	title: string;
	minutes: number;
	isAssessment: boolean;
	/** The lesson is done, and its work is to be gone on with. */
	work: OpenWork | null;
	/** An attempt is open: go on where it was left. */
	resume: boolean;
	/** The course is completed, and this is to be passed again. */
	renews: boolean;
	dueAt: Date | null;
}
/** A course on the first page: its lessons are told while it is open, or to be renewed. */
export type PathLine = Omit<CourseLine, 'summary' | 'renewed'> & {
	/** Which of its lessons are done, in their order. */
	steps: boolean[];
};
export interface PathView {
	courses: PathLine[];
	next: NextStep | null;
	/** Answers of a mentor which the person has not opened, and questions that still wait. */
	answers: { href: string; title: string }[];
	waiting: { href: string; title: string; askedAt: Date }[];
}

const person = sql.placeholder('person');

/** Questions of `person` that wait, or whose answer was not read yet, oldest first. */
export const openInquiries = (db: Db) =>
	db
		.select({ lesson: inquiry.lesson, askedAt: inquiry.askedAt, answeredAt: inquiry.answeredAt })
		.from(inquiry)
		.where(and(eq(inquiry.employeeId, person), or(isNull(inquiry.answeredAt), isNull(inquiry.seenAt))))
		.orderBy(asc(inquiry.askedAt));

/** The path of a person, from its rows. */
export function describeWholePath(
	release: Release,
	{ enrolments, attempts, asked }: { enrolments: EnrolmentRow[]; attempts: AttemptRow[]; asked: Awaited<ReturnType<typeof openInquiries>> },
	locale: string,
	now: Date
): PathView {
	const { open, blocked } = openAndBlocked(release, attempts, now);
	const courses = describeCourses(release, enrolments, locale);
	const link = (name: string) => {
		const lesson = release.lesson(name)?.lesson;
		return lesson
			? [{ href: `/learn/${name}#ask`, title: inLocale(lesson.title, locale, release.academy.defaultLocale) }]
			: [];
	};
	return {
		courses: courses.map(({ key, title, mandatory, state, waitsFor, completedAt, dueAt, derivation, team, lessons, asked, validity, renewal }) => ({
			key,
			title,
			mandatory,
			state,
			waitsFor,
			completedAt,
			dueAt,
			// A page says no more than it shows.
			derivation: state === 'done' ? null : derivation,
			team,
			steps: lessons.map(({ done }) => done),
			lessons: lessons.filter((lesson) => state === 'open' || renewal?.lessons.includes(lesson.key)),
			asked,
			validity,
			renewal
		})),
		next: describeNext(nextStep(courses, open, blocked)),
		answers: asked.filter((row) => row.answeredAt).flatMap((row) => link(row.lesson)),
		waiting: asked
			.filter((row) => !row.answeredAt)
			.flatMap((row) => link(row.lesson).map((one) => ({ ...one, askedAt: row.askedAt })))
	};
}

/** The courses of a person with their lessons. One query. The caller has asked permission. */
export async function describePath(db: Db, library: Library, employeeId: string, locale: string): Promise<CourseLine[]> {
	return describeCourses(library.current(), await readEnrolments(db, employeeId), locale);
}

function describeNext(next: { course: CourseLine; lesson: { key: string }; resume: boolean } | null): NextStep | null {
	const lesson = next?.course.lessons.find(({ key }) => key === next.lesson.key);
	return next && lesson
		? {
				course: next.course.key,
				courseTitle: next.course.title,
				lesson: lesson.key,
				title: lesson.title,
				minutes: lesson.minutes,
				isAssessment: lesson.isAssessment,
				work: lesson.work,
				resume: next.resume,
				renews: next.course.renewal !== null,
				dueAt: next.course.renewal ? next.course.renewal.dueAt : next.course.dueAt
			}
		: null;
}

type AttemptRow = Awaited<ReturnType<typeof allAttempts>>[number];

/** Attempts of `person` at all assessments; where a course is to be renewed, those that count for it, and what is open. */
export const allAttempts = (db: Db) =>
	db
		.select({
			assessment: attempt.assessment,
			state: attempt.state,
			submittedAt: attempt.submittedAt,
			passed: attempt.passed,
			/** Attempts that were granted beyond the rules. */
			granted: sql<number>`(${db
				.select({ granted: count() })
				.from(allowance)
				.where(
					and(
						eq(allowance.employeeId, attempt.employeeId),
						eq(allowance.lesson, attempt.assessment),
						eq(allowance.kind, 'attempt'),
						or(isNull(renewal.id), eq(allowance.renewalId, renewal.id))
					)
				)})`
				.mapWith(Number)
				.as('granted')
		})
		.from(attempt)
		.leftJoin(renewal, isAskedRound(attempt.employeeId, sql`split_part(${attempt.assessment}, '/', 1)`))
		.where(and(eq(attempt.employeeId, person), or(isNull(renewal.id), gte(attempt.startedAt, renewal.openedAt), eq(attempt.state, 'open'))));

/** Assessments with an open attempt, and those that cannot be started now. */
function openAndBlocked(release: Release, attempts: AttemptRow[], now: Date) {
	const open = new Set(attempts.filter((row) => row.state === 'open').map((row) => row.assessment));
	const blocked = new Set<string>();
	for (const name of new Set(attempts.map((row) => row.assessment))) {
		const rules = release.lesson(name)?.lesson.assessment;
		const own = attempts.filter((row) => row.assessment === name);
		if (rules && !mayStart({ rules, attempts: own, granted: own[0]!.granted, now }).ok) blocked.add(name);
	}
	return { open, blocked };
}

/** A round of renewal as JSON: moments are text. */
interface StoredRound extends RenewalRound {
	mandatory: boolean;
	dueAt: string;
	completedAt: string | null;
	rests: boolean;
	/** Assessments that are passed, or exempted from, in it; null when it is completed. */
	passed: string[] | null;
}
/** The rounds of a person and course, in their order. */
export const roundsOf = (employeeId: Column, course: Column) => sql<StoredRound[]>`(
	select coalesce(json_agg(json_build_object(
		'countedFrom', r.counted_from, 'days', r.days, 'renewedFrom', r.renewed_from,
		'mandatory', r.mandatory, 'dueAt', r.due_at, 'completedAt', r.completed_at, 'rests', r.rests_since is not null,
		'passed', case when r.completed_at is null then array(
			select a.assessment from ${attempt} a where a.employee_id = r.employee_id and a.passed and a.started_at >= r.opened_at
				and starts_with(a.assessment, r.course || '/')
			union select x.lesson from ${allowance} x where x.renewal_id = r.id and x.kind = 'exemption') end) order by r.round), '[]')
	from ${renewal} r where ${and(eq(sql`r.employee_id`, employeeId), eq(sql`r.course`, course))})`;

type EnrolmentRow = Awaited<ReturnType<typeof allEnrolments>>[number];

const given = reasons(enrolment.course, { id: sql`e.id`, team: sql`e.team_id` });

/** Courses of `person` with what is done in them, in their order. */
export const allEnrolments = (db: Db) =>
	db
		.select({
			course: enrolment.course,
			mandatory: enrolment.mandatory,
			dueAt: enrolment.dueAt,
			derivation: enrolment.derivation,
			completedAt: enrolment.completedAt,
			celebratedAt: enrolment.celebratedAt,
			// A column right in a field is written without its table: these stand one deeper.
			/** Name of the team that has it, while it is not completed and no date tells it. What was begun, and stayed when the team lost it, is no team's. */
			team: sql<string | null>`${sql`case when ${enrolment.source} = 'team' and ${enrolment.completedAt} is null and ${enrolment.derivation} ->> 'team' is null then (
				select t.name from ${employee} e join ${team} t on t.id = e.team_id
				join ${teamAssignment} given on given.team_id = t.id and given.course = ${enrolment.course} and given.taken_back_at is null
				where e.id = ${enrolment.employeeId}) end`}`.as('team'),
			/** While it is not completed, its works that are done: whether they reached what is asked, and the state of what was handed in last. */
			works: sql<[exercise: string, met: boolean, handedIn: string | null][]>`${sql`(
				select coalesce(json_agg(json_build_array(c.exercise, c.met_at is not null, ${stateOfLast(sql`c.employee_id`, sql`c.exercise`)})), '[]')
				from ${checkState} c where ${enrolment.completedAt} is null and c.employee_id = ${enrolment.employeeId}
					and c.done in ('submitted', 'ended') and starts_with(c.exercise, ${enrolment.course} || '/'))`}`.as('works'),
			/** Names of its lessons that the person is exempt from. */
			exempt: sql<string[]>`${sql`array(select x.lesson from ${allowance} x where x.employee_id = ${enrolment.employeeId} and x.kind = 'exemption'
				and starts_with(x.lesson, ${enrolment.course} || '/'))`}`.as('exempt'),
			/**
			 * What may ask for it, where that is a question: of what is completed, or is voluntary without a date. Their position, and
			 * whether it stands by hand or for their team; null = no question, or they have left.
			 */
			askedBy: sql<[position: string | null, standsElsewhere: boolean] | null>`${sql`case when ${enrolment.completedAt} is not null or (not ${enrolment.mandatory} and ${enrolment.derivation} is null) then (
				select json_build_array(
					(select held.position from ${positionAssignment} held where held.employee_id = e.id and held.until is null),
					${given.hand()} or ${given.team()})
				from ${employee} e where e.id = ${enrolment.employeeId} and e.left_at is null) end`}`.as('asked_by'),
			/** Names of its lessons that are done. */
			done: sql<string[]>`array(${db
				.select({ lesson: lessonProgress.lesson })
				.from(lessonProgress)
				.where(
					and(
						eq(lessonProgress.employeeId, enrolment.employeeId),
						isNotNull(lessonProgress.doneAt),
						sql`starts_with(${lessonProgress.lesson}, ${enrolment.course} || '/')`
					)
				)})`.as('done'),
			rounds: roundsOf(enrolment.employeeId, enrolment.course).as('rounds')
		})
		.from(enrolment)
		.where(eq(enrolment.employeeId, person))
		.orderBy(asc(enrolment.place), asc(enrolment.course));

const enrolments = worded((db) => allEnrolments(db).prepare('enrolments'));
/** The same of one person. The caller has asked permission. */
export const readEnrolments = (db: Db, employeeId: string) => enrolments(db).execute({ person: employeeId });

function describeCourses(release: Release, rows: EnrolmentRow[], locale: string): CourseLine[] {
	const { defaultLocale } = release.academy;
	const done = new Set(rows.flatMap((row) => row.done));
	const completed = new Set(rows.filter((row) => row.completedAt).map((row) => row.course));
	return rows.flatMap((row) => {
		const course = release.course(row.course);
		if (!course) return [];
		const waitsFor = course.prerequisites.filter((key) => !completed.has(key));
		return {
			key: course.key,
			title: inLocale(course.title, locale, defaultLocale),
			summary: inLocale(course.summary, locale, defaultLocale),
			mandatory: askedRound(row.rounds)?.mandatory ?? row.mandatory,
			state: row.completedAt ? 'done' : waitsFor.length > 0 ? 'later' : 'open',
			waitsFor: waitsFor.map((key) => inLocale(release.course(key)!.title, locale, defaultLocale)),
			completedAt: row.completedAt,
			dueAt: row.dueAt,
			derivation: row.derivation && describeDerivation(row.derivation, locale, defaultLocale),
			team: row.team,
			lessons: course.lessons.map((lesson) => describeLesson(lesson, done, locale, defaultLocale, workLeft(course, lesson, row))),
			...describeValidity(course, row, release.academy.timeZone),
			asked: isAsked(release, row)
		};
	});
}

/** Whether it is on the path of their position, given by hand or with their team. What is mandatory, or has a date, is. */
function isAsked(release: Release, { course, askedBy, completedAt, mandatory, derivation }: EnrolmentRow): boolean {
	if (completedAt === null && (mandatory || derivation !== null)) return true;
	if (askedBy === null) return false;
	const [position, standsElsewhere] = askedBy;
	return standsElsewhere || (position !== null && release.position(position)?.path.some((one) => one.course === course) === true);
}

const askedRound = (rounds: readonly StoredRound[]) => rounds.find((one) => one.completedAt === null && !one.rests);

/** How long a completion is valid, and what is asked to renew it. */
export function describeValidity(course: Course, { completedAt, rounds }: Pick<EnrolmentRow, 'completedAt' | 'rounds'>, timeZone: string): Pick<CourseLine, 'validity' | 'renewal' | 'renewed'> {
	const valid = completedAt && validityNow(course, { at: completedAt, timeZone }, rounds);
	const asked = askedRound(rounds);
	return {
		validity: valid && { ...valid, until: endOfDay(lastDayOf(valid), timeZone), opensOn: windowOpens(valid) },
		renewal: asked
			? {
					dueAt: new Date(asked.dueAt),
					lessons: course.lessons.filter(({ name, assessment }) => assessment && !asked.passed!.includes(name)).map(({ key }) => key)
				}
			: null,
		renewed: rounds.flatMap((one) => (one.completedAt === null ? [] : [{ dueAt: new Date(one.dueAt), completedAt: new Date(one.completedAt) }]))
	};
}

export const describeDerivation = (derivation: Derivation, locale: string, fallback: string): DerivationView => ({
	...derivation,
	skipped: derivation.skipped.map((day) => ({ ...day, name: day.name && inLocale(day.name, locale, fallback) }))
});

/** Work of a lesson that keeps its course open once the lesson itself is done. */
export function workLeft(course: Course, lesson: Lesson, row: Pick<EnrolmentRow, 'completedAt' | 'done' | 'exempt' | 'works'>): OpenWork | null {
	if (row.completedAt || !row.done.includes(lesson.name) || row.exempt.includes(lesson.name)) return null;
	if (!lessonsAsked(course.pass, course.lessons).includes(lesson)) return null;
	const works = new Map(row.works.map(([name, met, handedIn]) => [name, { done: true, met, handedIn }]));
	return mostPressing(
		lesson.exercises.flatMap((exercise) => {
			if (!exercise.judged || exercise.optional) return [];
			const state = workState(works.get(exercise.name) ?? { done: false, met: false, handedIn: null });
			return state ? [{ state, href: exerciseAddress(exercise) }] : [];
		})
	);
}

/** A lesson in a list of its course. `done`: names of the lessons that are. */
export function describeLesson(lesson: Lesson, done: Set<string>, locale: string, fallback: string, work: OpenWork | null = null): LessonLine {
	return {
		key: lesson.key,
		title: inLocale(lesson.title, locale, fallback),
		minutes: lesson.minutes,
		isAssessment: lesson.assessment !== null,
		done: done.has(lesson.name),
		work
	};
}

export interface CourseView extends CourseLine {
	audience: string;
	/** Summaries of its lessons, in their order: what is, or was, learned. */
	summaries: string[];
	next: LessonLine | null;
	/** Where no lesson is left to do: the one whose work is to be gone on with. */
	again: LessonLine | null;
	/** The course after this one in the person's path that is still open. */
	nextCourse: { key: string; title: string } | null;
	/** It is completed by what is judged in it, too. */
	asksWork: boolean;
	/** Completed and not yet celebrated. */
	celebrate: boolean;
}

/** One course of the actor's path; null when it is not theirs. Reading marks the celebration as seen. */
export async function readCourse(
	db: Db,
	library: Library,
	actor: Actor,
	key: string,
	locale: string
): Promise<CourseView | null> {
	const release = library.current();
	const course = release.course(key);
	if (!course) return null;
	const rows = await readEnrolments(db, actor.id);
	const own = rows.find((row) => row.course === key);
	if (!own) return null;
	const lines = describeCourses(release, rows, locale);
	const line = lines.find((one) => one.key === key)!;
	const { defaultLocale } = release.academy;
	return {
		...line,
		audience: inLocale(course.audience, locale, defaultLocale),
		summaries: course.lessons.map((lesson) => inLocale(lesson.summary, locale, defaultLocale)),
		next: line.lessons.find((lesson) => (line.renewal ? line.renewal.lessons.includes(lesson.key) : !lesson.done)) ?? null,
		again: line.lessons.every(({ done }) => done) ? lessonToGoOn(line.lessons) : null,
		asksWork: lessonsAsked(course.pass, course.lessons).some(({ exercises }) => exercises.some((one) => one.judged && !one.optional)),
		nextCourse: lines.find((one) => one.key !== key && one.state === 'open') ?? null,
		celebrate: own.completedAt !== null && own.celebratedAt === null
	};
}

/** The celebration was seen; it is shown once. */
export async function markCelebrated(db: Db, actor: Actor, course: string, now: Date): Promise<void> {
	await db
		.update(enrolment)
		.set({ celebratedAt: now })
		.where(
			and(
				eq(enrolment.employeeId, actor.id),
				eq(enrolment.course, course),
				isNull(enrolment.celebratedAt),
				sql`${enrolment.completedAt} is not null`
			)
		);
}
