/** The new hire's path: what is due, a course, a lesson with its inline checks, and each step in it. */
import { v7 } from 'uuid';
import { and, asc, count, eq, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Exercise, ItemBody, Lesson } from '../../core/academy.ts';
import { mayStart } from '../../core/attempts/assessment.ts';
import { answerCheck, openCheck, type CheckState } from '../../core/attempts/check.ts';
import type { Derivation } from '../../core/due-date.ts';
import { canonicalJson } from '../../core/item.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import {
	arrange,
	emptyResponse,
	publicQuestion,
	readResponse,
	scoreResponse,
	showResponse,
	tellFeedback
} from '../../core/questions/kinds.ts';
import {
	formulaVersion,
	type Feedback,
	type PublicQuestion,
	type Question,
	type Response,
	type Score,
	type ShownResponse
} from '../../core/questions/question.ts';
import { nextStep, type CourseState } from '../../core/progress.ts';
import { seededRandom } from '../../core/questions/random.ts';
import { transact, worded, type Db } from '../db/open.ts';
import {
	acceptance,
	allowance,
	attempt,
	checkResponse,
	checkState,
	enrolment,
	inquiry,
	lessonProgress
} from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { recordProgress } from './progress.ts';
import { handIn } from './submissions.ts';

export interface LessonLine {
	key: string;
	title: string;
	minutes: number;
	isAssessment: boolean;
	done: boolean;
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
	lessons: LessonLine[];
}
export interface NextStep {
	course: string;
	courseTitle: string;
	lesson: string;
	title: string;
	minutes: number;
	isAssessment: boolean;
	/** An attempt is open: go on where it was left. */
	resume: boolean;
	dueAt: Date | null;
}
export interface PathView {
	courses: CourseLine[];
	next: NextStep | null;
	/** Answers of a mentor which the person has not opened, and questions that still wait. */
	answers: { href: string; title: string }[];
	waiting: { href: string; title: string; askedAt: Date }[];
}

const person = sql.placeholder('person');

const openInquiries = worded((db) =>
	db
		.select({ lesson: inquiry.lesson, askedAt: inquiry.askedAt, answeredAt: inquiry.answeredAt })
		.from(inquiry)
		.where(and(eq(inquiry.employeeId, person), or(isNull(inquiry.answeredAt), isNull(inquiry.seenAt))))
		.orderBy(asc(inquiry.askedAt))
		.prepare('open_inquiries')
);

/** My onboarding. Three queries, whatever its length. */
export async function readPath(
	db: Db,
	library: Library,
	actor: Actor,
	locale: string,
	now: Date
): Promise<PathView> {
	const release = library.current();
	const [enrolments, { open, blocked }, asked] = await Promise.all([
		readEnrolments(db, actor.id),
		readOpenAndBlocked(db, release, actor.id, now),
		openInquiries(db).execute({ person: actor.id })
	]);
	const courses = describeCourses(release, enrolments, locale);
	const link = (name: string) => {
		const lesson = release.lesson(name)?.lesson;
		return lesson
			? [{ href: `/learn/${name}#ask`, title: inLocale(lesson.title, locale, release.academy.defaultLocale) }]
			: [];
	};
	return {
		courses,
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
				resume: next.resume,
				dueAt: next.course.dueAt
			}
		: null;
}

const allAttempts = worded((db) =>
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
						eq(allowance.kind, 'attempt')
					)
				)})`.mapWith(Number)
		})
		.from(attempt)
		.where(eq(attempt.employeeId, person))
		.prepare('all_attempts')
);
/** Assessments with an open attempt, and those that cannot be started now. One query. */
async function readOpenAndBlocked(db: Db, release: Release, employeeId: string, now: Date) {
	const attempts = await allAttempts(db).execute({ person: employeeId });
	const open = new Set(attempts.filter((row) => row.state === 'open').map((row) => row.assessment));
	const blocked = new Set<string>();
	for (const name of new Set(attempts.map((row) => row.assessment))) {
		const rules = release.lesson(name)?.lesson.assessment;
		const own = attempts.filter((row) => row.assessment === name);
		if (rules && !mayStart({ rules, attempts: own, granted: own[0]!.granted, now }).ok) blocked.add(name);
	}
	return { open, blocked };
}

type EnrolmentRow = Awaited<ReturnType<typeof readEnrolments>>[number];

const enrolments = worded((db) =>
	db
		.select({
			course: enrolment.course,
			mandatory: enrolment.mandatory,
			dueAt: enrolment.dueAt,
			derivation: enrolment.derivation,
			completedAt: enrolment.completedAt,
			celebratedAt: enrolment.celebratedAt,
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
				)})`
		})
		.from(enrolment)
		.where(eq(enrolment.employeeId, person))
		.orderBy(asc(enrolment.place), asc(enrolment.course))
		.prepare('enrolments')
);
const readEnrolments = (db: Db, employeeId: string) => enrolments(db).execute({ person: employeeId });

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
			mandatory: row.mandatory,
			state: row.completedAt ? 'done' : waitsFor.length > 0 ? 'later' : 'open',
			waitsFor: waitsFor.map((key) => inLocale(release.course(key)!.title, locale, defaultLocale)),
			completedAt: row.completedAt,
			dueAt: row.dueAt,
			derivation: row.derivation && {
				...row.derivation,
				skipped: row.derivation.skipped.map((day) => ({
					...day,
					name: day.name && inLocale(day.name, locale, defaultLocale)
				}))
			},
			lessons: course.lessons.map((lesson) => describeLesson(lesson, done, locale, defaultLocale))
		};
	});
}

function describeLesson(lesson: Lesson, done: Set<string>, locale: string, fallback: string): LessonLine {
	return {
		key: lesson.key,
		title: inLocale(lesson.title, locale, fallback),
		minutes: lesson.minutes,
		isAssessment: lesson.assessment !== null,
		done: done.has(lesson.name)
	};
}

export interface CourseView extends CourseLine {
	audience: string;
	/** Summaries of its lessons, in their order: what is, or was, learned. */
	summaries: string[];
	next: LessonLine | null;
	/** The course after this one in the person's path that is still open. */
	nextCourse: { key: string; title: string } | null;
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
		next: line.lessons.find((lesson) => !lesson.done) ?? null,
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

export interface CheckView {
	kind: 'question';
	key: string;
	question: PublicQuestion;
	tries: number;
	wrong: number;
	done: CheckState['done'];
	response: ShownResponse | null;
	feedback: Feedback | null;
}
export interface AcceptView {
	kind: 'accept';
	key: string;
	optional: boolean;
	clauses: { id: string; title: string; text: string }[];
	acceptedAt: Date | null;
	/** The wording changed after it was accepted. */
	reworded: boolean;
}
/** An exercise that is worked on a page of its own. */
export interface PracticeView {
	kind: 'practice';
	key: string;
	exercise: 'call-review' | 'role-play' | 'record';
	/** Title of the scene; null for the other kinds. */
	title: string | null;
	/** What to do, HTML; null for a role-play. */
	task: string | null;
	optional: boolean;
	doneAt: Date | null;
	/** What the course asks was reached: accepted, or the pass mark. Null = not yet, or nothing is asked. */
	metAt: Date | null;
	/** Whether more is asked than doing it. */
	judged: boolean;
	href: string;
}
export type PieceView =
	| { kind: 'text'; html: string; headings: { id: string; level: number; text: string }[] }
	| CheckView
	| AcceptView
	| PracticeView;

export interface LessonView {
	course: { key: string; title: string; lessons: LessonLine[] };
	name: string;
	key: string;
	title: string;
	summary: string;
	minutes: number;
	/** Id of the release shown; an answer names it, so that it is marked as the question that was seen. */
	release: string;
	/** The locale of the text: the default one when there is no translation. */
	textLocale: string;
	pieces: PieceView[];
	previous: { key: string; title: string } | null;
	next: { key: string; title: string } | null;
	readAt: Date | null;
	doneAt: Date | null;
	/** Required exercises that are not done yet. */
	openExercises: number;
	isAssessment: boolean;
}

interface StateRow {
	exercise: string;
	tries: number;
	wrong: number;
	done: string | null;
	doneAt: Date | null;
	metAt: Date | null;
	itemHash: string;
	response: Response | null;
}

const oneEnrolment = worded((db) =>
	db
		.select({ id: enrolment.id })
		.from(enrolment)
		.where(and(eq(enrolment.employeeId, person), eq(enrolment.course, sql.placeholder('course'))))
		.prepare('one_enrolment')
);
/** One row for each lesson that was opened, at least one when the person has the course. `lessons`: their names. */
const progressIn = worded((db) =>
	db
		.select({ lesson: lessonProgress.lesson, readAt: lessonProgress.readAt, doneAt: lessonProgress.doneAt })
		.from(enrolment)
		.leftJoin(
			lessonProgress,
			and(eq(lessonProgress.employeeId, enrolment.employeeId), sql`${lessonProgress.lesson} = any(${sql.placeholder('lessons')})`)
		)
		.where(and(eq(enrolment.employeeId, person), eq(enrolment.course, sql.placeholder('course'))))
		.prepare('progress_in')
);

/** Whether the actor has the course of this lesson. */
export async function isEnrolled(db: Db, actor: Actor, course: string): Promise<boolean> {
	const rows = await oneEnrolment(db).execute({ person: actor.id, course });
	return rows.length > 0;
}

/** A lesson as this person sees it now; null when it is not theirs. The first reading is noted. */
export async function readLesson(
	db: Db,
	library: Library,
	actor: Actor,
	name: string,
	locale: string,
	now: Date
): Promise<LessonView | null> {
	const release = library.current();
	const found = release.lesson(name);
	if (!found || !may(actor, 'learning.do', { relation: 'self' })) return null;
	const { course, lesson, place } = found;
	const names = lesson.assessment ? [] : lesson.exercises.map((exercise) => exercise.name);
	const [progress, states] = await Promise.all([
		progressIn(db).execute({ person: actor.id, course: course.key, lessons: course.lessons.map((one) => one.name) }),
		names.length === 0 ? [] : readStates(db, actor.id, names)
	]);
	if (progress.length === 0) return null;
	const own = progress.find((row) => row.lesson === name);
	if (!own) {
		await db.insert(lessonProgress).values({ employeeId: actor.id, lesson: name, openedAt: now }).onConflictDoNothing();
	}

	const { defaultLocale } = release.academy;
	const textLocale = lesson.locales.includes(locale) ? locale : defaultLocale;
	const hashes = lesson.assessment ? [] : lesson.exercises.map((exercise) => exercise.hash);
	const items = await library.items([lesson.hash, ...hashes]);
	const body = items.get(lesson.hash)!;
	const byName = new Map(states.map((row) => [row.exercise, row]));
	const pieces =
		body.kind === 'lesson'
			? (body.pieces[textLocale] ?? []).flatMap((piece): PieceView[] => {
					if (piece.kind === 'text') return [{ kind: 'text', html: piece.text, headings: piece.headings ?? [] }];
					const exercise = lesson.exercises.find((one) => one.key === piece.key);
					if (!exercise || lesson.assessment) return [];
					const item = items.get(exercise.hash)!;
					const state = byName.get(exercise.name);
					return [describeExercise(release, actor, exercise, item, state, textLocale)];
				})
			: [];
	const done = new Set(progress.flatMap((row) => (row.doneAt && row.lesson ? [row.lesson] : [])));
	const neighbour = (at: number) => {
		const other = course.lessons[at];
		return other ? { key: other.key, title: inLocale(other.title, locale, defaultLocale) } : null;
	};
	return {
		course: {
			key: course.key,
			title: inLocale(course.title, locale, defaultLocale),
			lessons: course.lessons.map((one) => describeLesson(one, done, locale, defaultLocale))
		},
		name,
		key: lesson.key,
		title: inLocale(lesson.title, textLocale, defaultLocale),
		summary: inLocale(lesson.summary, textLocale, defaultLocale),
		minutes: lesson.minutes,
		release: release.id,
		textLocale,
		pieces,
		previous: neighbour(place - 1),
		next: neighbour(place + 1),
		readAt: own?.readAt ?? null,
		doneAt: own?.doneAt ?? null,
		openExercises: lesson.assessment
			? 0
			: lesson.exercises.filter((one) => !one.optional && !byName.get(one.name)?.done).length,
		isAssessment: lesson.assessment !== null
	};
}

/** `exercises`: their names. */
const states = worded((db) =>
	db
		.select({
			exercise: checkState.exercise,
			tries: checkState.tries,
			wrong: checkState.wrong,
			done: checkState.done,
			doneAt: checkState.doneAt,
			metAt: checkState.metAt,
			itemHash: checkState.itemHash,
			response: checkState.response
		})
		.from(checkState)
		.where(and(eq(checkState.employeeId, person), sql`${checkState.exercise} = any(${sql.placeholder('exercises')})`))
		.prepare('states')
);
const readStates = (db: Db, employeeId: string, names: string[]): Promise<StateRow[]> =>
	states(db).execute({ person: employeeId, exercises: names });

/** The same person sees a check always in the same order, so that an answer can be read back without storing it. */
export const arrangementOf = (actor: Actor, name: string, hash: string, question: Question) =>
	arrange(question, seededRandom(`${actor.id}/${name}/${hash}`));

const practicePages = { 'call-review': 'reviews', 'role-play': 'role-plays', record: 'recordings' } as const;

/** Where an exercise with a page of its own is worked on. */
export function practiceAddress(exercise: { name: string; kind: keyof typeof practicePages }): string {
	const [course, lesson, key] = exercise.name.split('/');
	return `/learn/${course}/${lesson}/${practicePages[exercise.kind]}/${key}`;
}

function describePractice(
	release: Release,
	exercise: Exercise,
	item: Extract<ItemBody, { kind: keyof typeof practicePages }>,
	state: StateRow | undefined,
	locale: string
): PracticeView {
	const { defaultLocale } = release.academy;
	const scene = item.kind === 'role-play' ? release.scene(item.scene.key) : null;
	const task = item.kind === 'call-review' ? item.task : item.kind === 'record' ? item.prompt : null;
	return {
		kind: 'practice',
		key: exercise.key,
		exercise: item.kind,
		title: scene && inLocale(scene.title, locale, defaultLocale),
		task: task && inLocale(task, locale, defaultLocale),
		optional: exercise.optional,
		doneAt: state?.doneAt ?? null,
		metAt: state?.metAt ?? null,
		judged: exercise.judged,
		href: practiceAddress({ name: exercise.name, kind: item.kind })
	};
}

function describeExercise(
	release: Release,
	actor: Actor,
	exercise: Exercise,
	item: ItemBody,
	state: StateRow | undefined,
	locale: string
): CheckView | AcceptView | PracticeView {
	const fallback = release.academy.defaultLocale;
	if (item.kind in practicePages) {
		return describePractice(release, exercise, item as Parameters<typeof describePractice>[2], state, locale);
	}
	if (item.kind === 'accept') {
		return {
			kind: 'accept',
			key: exercise.key,
			optional: exercise.optional,
			clauses: item.clauses.map((clause) => ({
				id: clause.id,
				title: inLocale(clause.title, locale, fallback),
				text: inLocale(clause.text, locale, fallback)
			})),
			acceptedAt: state?.doneAt ?? null,
			reworded: state !== undefined && state.itemHash !== exercise.hash
		};
	}
	if (item.kind !== 'question') throw new Error(`${exercise.name} is no exercise`);
	const { question } = item;
	const arrangement = arrangementOf(actor, exercise.name, exercise.hash, question);
	// An answer to an earlier wording cannot be drawn over this one; what it earned stands.
	const response = state?.itemHash === exercise.hash ? state.response : null;
	const standing = toState(state);
	return {
		kind: 'question',
		key: exercise.key,
		question: publicQuestion(question, arrangement, locale, fallback),
		tries: standing.tries,
		wrong: standing.wrong,
		done: standing.done,
		response: response && showResponse(question, arrangement, response),
		feedback:
			response && tellFeedback(question, arrangement, response, locale, fallback, isRevealed(question, standing, state?.metAt ?? null))
	};
}

/** What explains an open question is a good answer to it: it is told once a mentor has accepted one's own. */
const isRevealed = (question: Question, { done }: CheckState, metAt: Date | null): boolean => (question.kind === 'open' ? metAt !== null : done !== null);

const toState = (row: StateRow | undefined): CheckState =>
	row ? { tries: row.tries, wrong: row.wrong, done: row.done === 'accepted' || row.done === 'ended' ? null : (row.done as CheckState['done']) } : openCheck();

export type CheckOutcome =
	| { code: 'answered'; check: CheckView; lessonDone: boolean; courseCompleted: boolean }
	/** claimed, accepted: an open answer that a mentor is judging, or has accepted, is not changed any more. */
	| { code: 'invalid'; problem: Extract<Score, { is: 'invalid' }>['code'] | 'claimed' | 'accepted'; response: ShownResponse }
	| { code: 'missing' };

/**
 * Marks an inline answer and records it. `fields` are the form's, by shown positions; `release` is the one the page
 * showed; the same `clientKey` with the same answer is one answer.
 */
export async function answerInlineCheck(
	db: Db,
	library: Library,
	actor: Actor,
	input: { lesson: string; key: string; release: string; clientKey: string; fields: FormData; locale: string },
	now: Date
): Promise<CheckOutcome> {
	const name = `${input.lesson}/${input.key}`;
	const place = library.current().exercise(name);
	if (!place || place.lesson.assessment || !may(actor, 'learning.do', { relation: 'self' })) return { code: 'missing' };
	const course = library.current().lesson(input.lesson)!.course;
	const [hash, enrolled] = await Promise.all([
		library.exerciseIn(input.release, name),
		isEnrolled(db, actor, course.key)
	]);
	if (!hash || !enrolled) return { code: 'missing' };
	const item = await library.item(hash);
	if (item.kind !== 'question') return { code: 'missing' };
	const { question } = item;
	const arrangement = arrangementOf(actor, name, hash, question);
	const response = readResponse(question, arrangement, input.fields);
	const score = scoreResponse(question, response);
	const shown = showResponse(question, arrangement, response);
	if (score.is === 'invalid') return { code: 'invalid', problem: score.code, response: shown };

	const scorecardHash = question.kind === 'open' ? (library.current().scorecard(question.rubric)?.hash ?? null) : null;

	const outcome = await transact(db, async (tx) => {
		// Makes the row to lock, so that two answers at once are counted one after the other.
		await tx
			.insert(checkState)
			.values({ employeeId: actor.id, exercise: name, tries: 0, wrong: 0, itemHash: hash, response: emptyResponse(question) })
			.onConflictDoNothing();
		const mine = and(eq(checkState.employeeId, actor.id), eq(checkState.exercise, name));
		const [row] = await tx.select().from(checkState).where(mine).for('update');
		const before = toState(row);
		// The same page sent again with the same answer is one answer; with another one (the back button) it is a new one.
		const sent = await tx
			.select({ response: checkResponse.response })
			.from(checkResponse)
			.where(and(eq(checkResponse.employeeId, actor.id), eq(checkResponse.clientKey, input.clientKey)));
		if (sent.some((one) => canonicalJson(one.response) === canonicalJson(response))) {
			return { state: before, lessonDone: false, courseCompleted: false };
		}
		const clientKey = sent.length > 0 ? v7() : input.clientKey;
		let handedIn: { lessonDone: boolean; courseCompleted: boolean } | null = null;
		if (response.kind === 'open') {
			const work = { employeeId: actor.id, exercise: name, kind: 'open', itemHash: hash, scorecardHash, answer: response.text, clientKey } as const;
			const handed = await handIn(tx, library.current(), work, now);
			if (handed.code !== 'waiting') return handed.code;
			handedIn = { lessonDone: handed.lessonDone, courseCompleted: handed.courseCompleted };
		}
		await tx.insert(checkResponse).values({
			employeeId: actor.id,
			exercise: name,
			itemHash: hash,
			response,
			fraction: score.is === 'points' ? score.fraction : 0,
			formula: formulaVersion,
			clientKey,
			at: now
		});
		const after = answerCheck(before, score);
		await tx
			.update(checkState)
			.set({
				tries: after.tries,
				wrong: after.wrong,
				itemHash: hash,
				response,
				...(after.done && !before.done ? { done: after.done, doneAt: now } : {})
			})
			.where(mine);
		const progress =
			handedIn ??
			(after.done && !before.done
				? await recordProgress(tx, library.current(), actor.id, input.lesson, now)
				: { lessonDone: false, courseCompleted: false });
		return { state: after, ...progress };
	});
	if (typeof outcome === 'string') return { code: 'invalid', problem: outcome, response: shown };
	const { state, lessonDone, courseCompleted } = outcome;
	const { defaultLocale } = library.current().academy;
	return {
		code: 'answered',
		check: {
			kind: 'question',
			key: input.key,
			question: publicQuestion(question, arrangement, input.locale, defaultLocale),
			...state,
			response: shown,
			// An open answer that can still be handed in has not been accepted.
			feedback: tellFeedback(question, arrangement, response, input.locale, defaultLocale, isRevealed(question, state, null))
		},
		lessonDone,
		courseCompleted
	};
}

/** "I have read and accept this standard": keeps which wording. */
export async function acceptStandard(
	db: Db,
	library: Library,
	actor: Actor,
	input: { lesson: string; key: string; release: string },
	now: Date
): Promise<{ code: 'accepted'; courseCompleted: boolean } | { code: 'missing' }> {
	const name = `${input.lesson}/${input.key}`;
	const place = library.current().exercise(name);
	if (place?.exercise.kind !== 'accept' || !may(actor, 'learning.do', { relation: 'self' })) return { code: 'missing' };
	const course = library.current().lesson(input.lesson)!.course;
	const [hash, enrolled] = await Promise.all([
		library.exerciseIn(input.release, name),
		isEnrolled(db, actor, course.key)
	]);
	if (!hash || !enrolled) return { code: 'missing' };
	return transact(db, async (tx) => {
		await tx
			.insert(acceptance)
			.values({ employeeId: actor.id, exercise: name, itemHash: hash, at: now })
			.onConflictDoNothing();
		await tx
			.insert(checkState)
			.values({ employeeId: actor.id, exercise: name, tries: 1, wrong: 0, done: 'accepted', doneAt: now, itemHash: hash, response: null })
			.onConflictDoUpdate({
				target: [checkState.employeeId, checkState.exercise],
				set: { itemHash: hash, doneAt: now },
				// The same wording accepted twice keeps its first moment.
				setWhere: sql`${checkState.itemHash} <> ${hash}`
			});
		const { courseCompleted } = await recordProgress(tx, library.current(), actor.id, input.lesson, now);
		return { code: 'accepted', courseCompleted };
	});
}

/** "Mark as read". A lesson that is an assessment has nothing to mark. */
export async function markAsRead(
	db: Db,
	library: Library,
	actor: Actor,
	name: string,
	now: Date
): Promise<{ code: 'read'; lessonDone: boolean; courseCompleted: boolean } | { code: 'missing' }> {
	const release = library.current();
	const found = release.lesson(name);
	if (!found || found.lesson.assessment || !may(actor, 'learning.do', { relation: 'self' })) return { code: 'missing' };
	if (!(await isEnrolled(db, actor, found.course.key))) return { code: 'missing' };
	return transact(db, async (tx) => {
		const read = { readAt: now, readHash: found.lesson.hash };
		await tx
			.insert(lessonProgress)
			.values({ employeeId: actor.id, lesson: name, openedAt: now, ...read })
			.onConflictDoUpdate({
				target: [lessonProgress.employeeId, lessonProgress.lesson],
				set: read,
				setWhere: isNull(lessonProgress.readAt)
			});
		return { code: 'read', ...(await recordProgress(tx, release, actor.id, name, now)) };
	});
}
