/** Spaced practice: questions of finished lessons come back to their reader. It is the reader's alone, and judges nobody. */
import { isDeepStrictEqual } from 'node:util';
import { validate as isUuid } from 'uuid';
import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { Course, Exercise, Lesson } from '../../core/academy.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { arrange, publicQuestion, readResponse, scoreWhole, showResponse, tellFeedback } from '../../core/questions/kinds.ts';
import {
	formulaVersion,
	type Feedback,
	type PublicQuestion,
	type Question,
	type Score,
	type ShownResponse
} from '../../core/questions/question.ts';
import { seededRandom } from '../../core/questions/random.ts';
import {
	canBeAnswered,
	planDay,
	rate,
	remember,
	standingOf,
	type Memory,
	type PracticeDay,
	type PracticeRating,
	type Practised,
	type Standing
} from '../../core/spaced-practice.ts';
import { transact, worded, type Db } from '../db/open.ts';
import { employee, enrolment, lessonProgress, spacedAnswer, spacedCard } from '../db/schema/index.ts';
import { onlyLists, rowsOf } from '../db/together.ts';
import type { Library, Release } from '../library.ts';

const person = sql.placeholder('person');

/** Lessons that the person has finished, of the courses they have. */
const finishedIn = (db: Db) =>
	db
		.select({ lesson: lessonProgress.lesson })
		.from(lessonProgress)
		.innerJoin(
			enrolment,
			and(eq(enrolment.employeeId, lessonProgress.employeeId), eq(enrolment.course, sql`split_part(${lessonProgress.lesson}, '/', 1)`))
		)
		.where(and(eq(lessonProgress.employeeId, person), isNotNull(lessonProgress.doneAt)));
const cardsIn = (db: Db, whose: string | typeof person) =>
	db
		.select({
			exercise: spacedCard.exercise,
			reps: spacedCard.reps,
			lapses: spacedCard.lapses,
			stability: spacedCard.stability,
			difficulty: spacedCard.difficulty,
			dueAt: spacedCard.dueAt,
			lastAt: spacedCard.lastAt
		})
		.from(spacedCard)
		.where(eq(spacedCard.employeeId, whose));
const practiceRows = worded((db) =>
	db.select({ finished: rowsOf(finishedIn(db)), cards: rowsOf(cardsIn(db, person)) }).from(onlyLists).prepare('spaced_practice_rows')
);

/** Something to answer. Nothing of its key is in it. */
export interface PracticeQuestion {
	/** Lasting name. */
	exercise: string;
	/** Which answer of this person to it will be the next, from 1. */
	number: number;
	/** Id of the release shown. */
	release: string;
	course: string;
	textLocale: string;
	question: PublicQuestion;
}
/** An answer that was given, with what there is to say about it. */
export interface PracticeAnswer {
	exercise: string;
	course: string;
	textLocale: string;
	question: PublicQuestion;
	response: ShownResponse;
	feedback: Feedback;
	rating: PracticeRating;
	/** When the question comes back. */
	dueAt: Date;
	/** Where it was learned. */
	lesson: { href: string; title: string };
	clauses: { href: string; title: string }[];
}
export interface CourseStanding {
	key: string;
	title: string;
	counts: Record<Standing, number>;
}
export interface PracticeView {
	/** no-lesson: none is finished. no-question: those finished ask nothing that can be practised. */
	state: 'no-lesson' | 'no-question' | 'done' | 'open';
	day: Omit<PracticeDay, 'next'>;
	question: PracticeQuestion | null;
	/** The answer asked for by its id; null also when there is none of this person's with it. */
	answer: PracticeAnswer | null;
	/** Courses with a question to practise, in the order of the content. */
	courses: CourseStanding[];
}

/** Another order each time, so that it is the answer that is remembered and not its place. It can be worked out again. */
const orderOf = (actor: Actor, name: string, hash: string, number: number, question: Question) =>
	arrange(question, seededRandom(`practice/${actor.id}/${name}/${hash}/${number}`));

const localeOf = (lesson: Lesson, locale: string, release: Release) => (lesson.locales.includes(locale) ? locale : release.academy.defaultLocale);

/** Questions of these lessons that can be practised: marked at once, so no open ones, and of no assessment. In the order of the content. */
async function practisable(library: Library, release: Release, finished: ReadonlySet<string>): Promise<{ course: Course; lesson: Lesson; exercise: Exercise }[]> {
	const questions = release.academy.courses.flatMap((course) =>
		course.lessons
			.filter((lesson) => !lesson.assessment && finished.has(lesson.name))
			.flatMap((lesson) => lesson.exercises.filter(({ kind }) => kind === 'question').map((exercise) => ({ course, lesson, exercise })))
	);
	const items = await library.items(questions.map(({ exercise }) => exercise.hash));
	return questions.filter(({ exercise }) => {
		const body = items.get(exercise.hash)!;
		return body.kind === 'question' && body.question.kind !== 'open';
	});
}

type Found = Awaited<ReturnType<typeof practisable>>;

/** Each question with what is remembered of it. */
function practised(found: Found, cards: readonly (Memory & { exercise: string })[]): Practised[] {
	const memories = new Map<string, Memory>(cards.map(({ exercise, ...memory }) => [exercise, memory]));
	return found.map(({ course, exercise }) => ({ name: exercise.name, course: course.key, memory: memories.get(exercise.name) ?? null }));
}

/** The page of practice; null when the actor may not. `answerId` names an answer to be told about. */
export async function readPractice(
	db: Db,
	library: Library,
	actor: Actor,
	answerId: string | null,
	locale: string,
	now: Date
): Promise<PracticeView | null> {
	if (!may(actor, 'learning.do', { relation: 'self' })) return null;
	const release = library.current();
	const { defaultLocale, timeZone } = release.academy;
	const [[rows], answer] = await Promise.all([
		practiceRows(db).execute({ person: actor.id }),
		answerId === null ? null : readAnswer(db, library, release, actor, answerId, locale)
	]);
	const { finished, cards } = rows!;
	const lessons = finished.filter(({ lesson }) => release.lesson(lesson));
	const found = await practisable(library, release, new Set(lessons.map(({ lesson }) => lesson)));
	const all = practised(found, cards);
	const { next, ...day } = planDay(all, now, timeZone);

	const courses = new Map<string, CourseStanding>();
	for (const [at, { course }] of found.entries()) {
		const one = courses.get(course.key) ?? {
			key: course.key,
			title: inLocale(course.title, locale, defaultLocale),
			counts: { new: 0, due: 0, fading: 0, fresh: 0 }
		};
		one.counts[standingOf(all[at]!.memory, now, timeZone)]++;
		courses.set(course.key, one);
	}

	let question: PracticeQuestion | null = null;
	const place = found.findIndex(({ exercise }) => exercise.name === next);
	if (place >= 0) {
		const { course, lesson, exercise } = found[place]!;
		const item = await library.itemOf(exercise.hash, 'question');
		const number = (all[place]!.memory?.reps ?? 0) + 1;
		const textLocale = localeOf(lesson, locale, release);
		question = {
			exercise: exercise.name,
			number,
			release: release.id,
			course: inLocale(course.title, locale, defaultLocale),
			textLocale,
			question: publicQuestion(item.question, orderOf(actor, exercise.name, exercise.hash, number, item.question), textLocale, defaultLocale)
		};
	}
	const state = lessons.length === 0 ? 'no-lesson' : found.length === 0 ? 'no-question' : question ? 'open' : 'done';
	return { state, day, question, answer, courses: [...courses.values()] };
}

async function readAnswer(db: Db, library: Library, release: Release, actor: Actor, id: string, locale: string): Promise<PracticeAnswer | null> {
	if (!isUuid(id)) return null;
	const [row] = await db
		.select()
		.from(spacedAnswer)
		.where(and(eq(spacedAnswer.id, id), eq(spacedAnswer.employeeId, actor.id)));
	const place = row && release.exercise(row.exercise);
	// It left the content meanwhile.
	if (!row || !place) return null;
	const { defaultLocale } = release.academy;
	const { question } = await library.itemOf(row.itemHash, 'question');
	const order = orderOf(actor, row.exercise, row.itemHash, row.number, question);
	const textLocale = localeOf(place.lesson, locale, release);
	return {
		exercise: row.exercise,
		course: inLocale(release.lesson(place.lesson.name)!.course.title, locale, defaultLocale),
		textLocale,
		question: publicQuestion(question, order, textLocale, defaultLocale),
		response: showResponse(question, order, row.response),
		feedback: tellFeedback(question, order, row.response, textLocale, defaultLocale, true),
		rating: row.rating as PracticeRating,
		dueAt: row.dueAt,
		lesson: { href: `/learn/${place.lesson.name}`, title: inLocale(place.lesson.title, locale, defaultLocale) },
		clauses: place.exercise.clauses.flatMap((name) => {
			const clause = release.clause(name);
			return clause ? [{ href: `/handbook/${clause.page.key}#${clause.clause.key}`, title: inLocale(clause.clause.title, locale, defaultLocale) }] : [];
		})
	};
}

export type PracticeOutcome =
	/** `id` of the answer that counts: this one, or an earlier one when this came twice or too late; `other`: that one was not the same. */
	| { code: 'answered'; id: string; other: boolean }
	| { code: 'invalid'; problem: Extract<Score, { is: 'invalid' }>['code']; response: ShownResponse }
	/** It is not asked now: another page of the same person has gone on, the day's limit is reached, or the content has changed. */
	| { code: 'not-now' }
	/** There was never such a question, or its lesson is not finished. */
	| { code: 'missing' };

/**
 * Marks an answer and decides when its question comes back. `fields` are the form's, by shown positions; `release` and
 * `number` are those the page showed: they name the showing, so no other key is needed. However often and from however many pages it is sent, one showing is answered once.
 */
export async function answerPractice(
	db: Db,
	library: Library,
	actor: Actor,
	input: { exercise: string; number: number; release: string; unsure: boolean; fields: FormData },
	now: Date
): Promise<PracticeOutcome> {
	if (!may(actor, 'learning.do', { relation: 'self' })) return { code: 'missing' };
	const release = library.current();
	const [hash, [rows]] = await Promise.all([
		library.exerciseIn(input.release, input.exercise),
		practiceRows(db).execute({ person: actor.id })
	]);
	if (!hash || !rows!.finished.some(({ lesson }) => input.exercise.startsWith(`${lesson}/`))) return { code: 'missing' };
	const found = await practisable(library, release, new Set(rows!.finished.map(({ lesson }) => lesson)));
	if (!found.some(({ exercise }) => exercise.name === input.exercise)) return { code: 'not-now' };
	const item = await library.item(hash);
	// In the release shown it may have been another kind of exercise.
	if (item.kind !== 'question' || item.question.kind === 'open') return { code: 'not-now' };
	const { question } = item;
	const order = orderOf(actor, input.exercise, hash, input.number, question);
	const response = readResponse(question, order, input.fields);
	const score = scoreWhole(question, response);
	if (score.is === 'invalid') return { code: 'invalid', problem: score.code, response: showResponse(question, order, response) };
	const fraction = score.is === 'points' ? score.fraction : 0;

	return transact(db, async (tx): Promise<PracticeOutcome> => {
		// One answer of a person after the other: so the limits of the day hold, too.
		await tx.select({ id: employee.id }).from(employee).where(eq(employee.id, actor.id)).for('no key update');
		const [given] = await tx
			.select({ id: spacedAnswer.id, response: spacedAnswer.response })
			.from(spacedAnswer)
			.where(and(eq(spacedAnswer.employeeId, actor.id), eq(spacedAnswer.exercise, input.exercise), eq(spacedAnswer.number, input.number)));
		if (given) return { code: 'answered', id: given.id, other: !isDeepStrictEqual(given.response, response) };
		const all = practised(found, await cardsIn(tx, actor.id));
		const before = all.find(({ name }) => name === input.exercise)?.memory ?? null;
		if (input.number !== (before?.reps ?? 0) + 1 || !canBeAnswered(input.exercise, all, now, release.academy.timeZone)) return { code: 'not-now' };
		const rating = rate(fraction, input.unsure);
		const memory = remember(before, rating, now);
		await tx
			.insert(spacedCard)
			.values({ employeeId: actor.id, exercise: input.exercise, ...memory })
			.onConflictDoUpdate({ target: [spacedCard.employeeId, spacedCard.exercise], set: memory });
		const [answer] = await tx
			.insert(spacedAnswer)
			.values({
				employeeId: actor.id,
				exercise: input.exercise,
				number: input.number,
				itemHash: hash,
				response,
				fraction,
				formula: formulaVersion,
				rating,
				dueAt: memory.dueAt,
				at: now
			})
			.returning({ id: spacedAnswer.id });
		return { code: 'answered', id: answer!.id, other: false };
	});
}
