/** A lesson as somebody reads it, with its inline checks, and each step in it. */
import { v7 } from 'uuid';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Exercise, ItemBody } from '../../core/academy.ts';
import { answerCheck, openCheck, type CheckState } from '../../core/attempts/check.ts';
import { exerciseAddress, isPractice, type PracticeKind } from '../../core/exercise-address.ts';
import { canonicalJson } from '../../core/item.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { workState, type WorkState } from '../../core/progress.ts';
import {
	arrange,
	emptyResponse,
	publicQuestion,
	readResponse,
	scoreWhole,
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
import { seededRandom } from '../../core/questions/random.ts';
import { transact, worded, type Db } from '../db/open.ts';
import { acceptance, allowance, checkResponse, checkState, enrolment, lessonProgress } from '../db/schema/index.ts';
import { onlyLists, rowsOf } from '../db/together.ts';
import type { Library, Release } from '../library.ts';
import { recordAudit } from './audit.ts';
import { noteAnswersSeen, ownInquiries, type InquiryRow } from './inquiries.ts';
import { describeLesson, workLeft, type LessonLine, type OpenWork } from './path.ts';
import { recordProgress } from './progress.ts';
import { handIn } from './submissions.ts';
import { stateOfLast } from './waiting.ts';

const person = sql.placeholder('person');
/** A list of names that the plan does not depend on. Else PostgreSQL plans the statement anew for every page: that takes three times as long as answering it. */
const oneOf = (names: string) => sql`array(select unnest(${sql.placeholder(names)}::text[]))`;

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
	/** How it stands while that is not reached; null when it is, and when nothing more is asked. */
	work: WorkState | null;
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
	/** What keeps it from counting for its course although it is done. */
	work: OpenWork | null;
	/** Required exercises that are not done yet. */
	openExercises: number;
	isAssessment: boolean;
	/** The person's own questions about it. */
	inquiries: InquiryRow[];
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
	/** State of what was handed in of it last. */
	handedIn: string | null;
}

const oneEnrolment = worded((db) =>
	db
		.select({ id: enrolment.id })
		.from(enrolment)
		.where(and(eq(enrolment.employeeId, person), eq(enrolment.course, sql.placeholder('course'))))
		.prepare('one_enrolment')
);
/** One row for each lesson that was opened, at least one when the person has the course. `lessons`: their names. */
const progressIn = (db: Db) =>
	db
		.select({
			lesson: lessonProgress.lesson,
			readAt: lessonProgress.readAt,
			doneAt: lessonProgress.doneAt,
			completedAt: enrolment.completedAt,
			exempt: sql<boolean>`exists (select 1 from ${allowance} x where x.employee_id = ${enrolment.employeeId}
				and x.kind = 'exemption' and x.lesson = ${lessonProgress.lesson})`.as('exempt')
		})
		.from(enrolment)
		.leftJoin(
			lessonProgress,
			and(eq(lessonProgress.employeeId, enrolment.employeeId), sql`${lessonProgress.lesson} = any(${oneOf('lessons')})`)
		)
		.where(and(eq(enrolment.employeeId, person), eq(enrolment.course, sql.placeholder('course'))));

/** Whether the actor has the course of this lesson. */
export async function isEnrolled(db: Db, actor: Actor, course: string): Promise<boolean> {
	const rows = await oneEnrolment(db).execute({ person: actor.id, course });
	return rows.length > 0;
}

/** A lesson as this person sees it now; null when it is not theirs. The first reading is noted, and answers to questions count as seen. One query. */
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
	const [rows] = await lessonRows(db).execute({
		person: actor.id,
		course: course.key,
		lesson: name,
		lessons: course.lessons.map((one) => one.name),
		exercises: names,
		now: now.toISOString()
	});
	const { progress, states, inquiries } = rows!;
	if (progress.length === 0) return null;
	const own = progress.find((row) => row.lesson === name);
	await noteAnswersSeen(db, actor, name, inquiries, now);

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
		work: workLeft(course, lesson, {
			completedAt: progress[0]!.completedAt,
			done: [...done],
			exempt: own?.exempt ? [name] : [],
			works: states.flatMap((row) => (row.done ? [[row.exercise, row.metAt !== null, row.handedIn]] : []))
		}),
		openExercises: lesson.assessment
			? 0
			: lesson.exercises.filter((one) => !one.optional && !byName.get(one.name)?.done).length,
		isAssessment: lesson.assessment !== null,
		inquiries
	};
}

/** States of `person` in `exercises`: their names. */
const statesIn = (db: Db) =>
	db
		.select({
			exercise: checkState.exercise,
			tries: checkState.tries,
			wrong: checkState.wrong,
			done: checkState.done,
			doneAt: checkState.doneAt,
			metAt: checkState.metAt,
			itemHash: checkState.itemHash,
			response: checkState.response,
			handedIn: stateOfLast(checkState.employeeId, checkState.exercise).as('handed_in')
		})
		.from(checkState)
		.where(and(eq(checkState.employeeId, person), sql`${checkState.exercise} = any(${oneOf('exercises')})`));

/** Notes at `now` that `person` reads `lesson` for the first time, when its course is theirs. The rows beside it are those of before. */
const firstReading = sql`
	insert into ${lessonProgress} (employee_id, lesson, opened_at)
	select ${enrolment.employeeId}, ${sql.placeholder('lesson')}::text, ${sql.placeholder('now')}::timestamptz from ${enrolment}
	where ${and(eq(enrolment.employeeId, person), eq(enrolment.course, sql.placeholder('course')))}
		and not exists (select from ${lessonProgress} known where known.employee_id = ${enrolment.employeeId} and known.lesson = ${sql.placeholder('lesson')})
	on conflict do nothing`;

const lessonRows = worded((db) =>
	db
		.with(db.$with('first_reading', {}).as(firstReading))
		.select({ progress: rowsOf(progressIn(db)), states: rowsOf(statesIn(db)), inquiries: rowsOf(ownInquiries(db)) })
		.from(onlyLists)
		.prepare('lesson_rows')
);

/** The same person sees a check always in the same order, so that an answer can be read back without storing it. */
export const arrangementOf = (actor: Actor, name: string, hash: string, question: Question) =>
	arrange(question, seededRandom(`${actor.id}/${name}/${hash}`));

function describePractice(
	release: Release,
	exercise: Exercise,
	item: Extract<ItemBody, { kind: PracticeKind }>,
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
		work: exercise.judged ? workState({ done: Boolean(state?.done), met: Boolean(state?.metAt), handedIn: state?.handedIn ?? null }) : null,
		href: exerciseAddress(exercise)
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
	if (isPractice(item.kind)) {
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

const toState = (row: Pick<StateRow, 'tries' | 'wrong' | 'done'> | undefined): CheckState =>
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
	const score = scoreWhole(question, response);
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
			const work = { employeeId: actor.id, by: actor, exercise: name, kind: 'open', itemHash: hash, scorecardHash, answer: response.text, clientKey } as const;
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
		const accepted = await tx
			.insert(acceptance)
			.values({ employeeId: actor.id, exercise: name, itemHash: hash, at: now })
			.onConflictDoNothing()
			.returning({ id: acceptance.id });
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
		const details = { exercise: name, wording: hash };
		if (accepted.length > 0) await recordAudit(tx, { actor, action: 'standard.accepted', person: actor.id, details }, now);
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
