/**
 * Assessments: start, save every answer, submit, result. The server keeps the time; a constraint counts the attempts;
 * every step may be sent twice.
 */
import { and, asc, eq, lte, sql } from 'drizzle-orm';
import type { AssessmentRules } from '../../core/academy.ts';
import {
	deadlineOf,
	displayPercent,
	drawQuestions,
	isLate,
	mayShowFeedback,
	mayStart,
	resultOf,
	type StartRefusal
} from '../../core/attempts/assessment.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import {
	arrange,
	isAnswered,
	problemOf,
	publicQuestion,
	readResponse,
	scoreResponse,
	showResponse,
	tellFeedback
} from '../../core/questions/kinds.ts';
import {
	formulaVersion,
	type AnswerProblem,
	type Feedback,
	type PublicQuestion,
	type Question,
	type ShownResponse
} from '../../core/questions/question.ts';
import { sqlState, transact, worded, type Db } from '../db/open.ts';
import { allowance, attempt, enrolment, renewal, response, type DrawnQuestion } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { recordAudit } from './audit.ts';
import { evidenceOfAssessment } from './evidence.ts';
import { recordProgress } from './progress.ts';
import { isAskedAgain, isAskedRound } from './renewals.ts';

type AttemptRow = typeof attempt.$inferSelect;

export interface AttemptLine {
	id: string;
	number: number;
	state: 'open' | 'submitted';
	startedAt: Date;
	submittedAt: Date | null;
	submittedBy: 'person' | 'deadline' | null;
	earned: number | null;
	possible: number | null;
	passed: boolean | null;
	/** Share of the points in whole percent, never rounded up to a missed mark; null until submitted. */
	percent: number | null;
}

export interface AssessmentView {
	rules: AssessmentRules;
	/** How many questions an attempt has. */
	questions: number;
	/** Attempts that may be made, granted ones included, and how many were; in a renewal, those of this round. */
	allowed: number;
	used: number;
	/** The course is to be renewed; null = it is not. */
	renewal: { dueAt: Date } | null;
	/** All there ever were. */
	attempts: AttemptLine[];
	open: AttemptLine | null;
	start: { ok: true; number: number } | StartRefusal;
	/** Titles of courses that must be completed before an attempt. */
	waitsFor: { key: string; title: string }[];
}

/** The start page of an assessment; null when it is not the actor's. */
export async function readAssessment(
	db: Db,
	library: Library,
	actor: Actor,
	name: string,
	locale: string,
	now: Date
): Promise<AssessmentView | null> {
	const release = library.current();
	const found = release.lesson(name);
	if (!found?.lesson.assessment || !may(actor, 'learning.do', { relation: 'self' })) return null;
	const rules = found.lesson.assessment;
	const [enrolled, rows, grants] = await Promise.all([readCompletions(db, actor.id), readAttempts(db, actor.id, name), readGrants(db, actor.id, name)]);
	const own = enrolled.get(found.course.key);
	if (!own) return null;
	const overdue = rows.find((row) => row.state === 'open' && isOver(row, now));
	if (overdue) {
		await finish(db, library, overdue, 'deadline', now);
		return readAssessment(db, library, actor, name, locale, now);
	}
	const attempts = rows.map(describeAttempt);
	const { counted, granted } = ofRound(own.round, rows, grants);
	return {
		rules,
		questions: drawQuestions(rules, found.lesson.exercises, new Set(), () => 0).length,
		allowed: rules.attempts + granted,
		used: counted.length,
		renewal: own.round && { dueAt: own.round.dueAt },
		attempts,
		open: attempts.find((one) => one.state === 'open') ?? null,
		start: mayStart({ rules, attempts: counted, granted, now }),
		waitsFor: found.course.prerequisites
			.filter((key) => !enrolled.get(key)?.completed)
			.map((key) => ({
				key,
				title: inLocale(release.course(key)!.title, locale, release.academy.defaultLocale)
			}))
	};
}

const describeAttempt = (row: AttemptRow): AttemptLine => ({
	id: row.id,
	number: row.number,
	state: row.state as AttemptLine['state'],
	startedAt: row.startedAt,
	submittedAt: row.submittedAt,
	submittedBy: row.submittedBy as AttemptLine['submittedBy'],
	earned: row.earned,
	possible: row.possible,
	passed: row.passed,
	percent: row.possible ? displayPercent((row.earned ?? 0) / row.possible, row.rules.pass) : null
});

const isOver = (row: { deadlineAt: Date | null }, now: Date) => isLate(row.deadlineAt, now);

const person = sql.placeholder('person');

const attemptsAt = worded((db) =>
	db
		.select()
		.from(attempt)
		.where(and(eq(attempt.employeeId, person), eq(attempt.assessment, sql.placeholder('name'))))
		.orderBy(asc(attempt.number))
		.prepare('attempts_at')
);
const readAttempts = (db: Db, employeeId: string, name: string) => attemptsAt(db).execute({ person: employeeId, name });

const grantsFor = worded((db) =>
	db
		.select({ round: allowance.renewalId })
		.from(allowance)
		.where(and(eq(allowance.employeeId, person), eq(allowance.lesson, sql.placeholder('name')), eq(allowance.kind, 'attempt')))
		.prepare('grants_for')
);

/** The attempts granted at an assessment: each with the round of renewal it is for. */
const readGrants = (db: Db, employeeId: string, name: string) => grantsFor(db).execute({ person: employeeId, name });

const completions = worded((db) =>
	db
		.select({ course: enrolment.course, completedAt: enrolment.completedAt, round: { id: renewal.id, openedAt: renewal.openedAt, dueAt: renewal.dueAt } })
		.from(enrolment)
		.leftJoin(renewal, isAskedRound(enrolment.employeeId, enrolment.course))
		.where(eq(enrolment.employeeId, person))
		.prepare('completions')
);
type Round = { id: string; openedAt: Date; dueAt: Date };

/** The courses of a person: key → whether it is completed, and the round in which they are asked to renew it. */
async function readCompletions(db: Db, employeeId: string): Promise<Map<string, { completed: boolean; round: Round | null }>> {
	const rows = await completions(db).execute({ person: employeeId });
	return new Map(rows.map(({ course, completedAt, round }) => [course, { completed: completedAt !== null, round }]));
}

/** What counts: in a renewal the attempts that were begun in its round, and those granted for it; else all. */
function ofRound(round: Round | null, attempts: AttemptRow[], grants: { round: string | null }[]): { counted: AttemptRow[]; granted: number } {
	return round
		? { counted: attempts.filter(({ startedAt }) => startedAt >= round.openedAt), granted: grants.filter((one) => one.round === round.id).length }
		: { counted: attempts, granted: grants.length };
}

export type Start = { code: 'started'; id: string } | StartRefusal | { code: 'prerequisite' | 'missing' };

/** Starts an attempt, or finds the one that is open. `random` gives 0 to below 1. */
export async function startAttempt(
	db: Db,
	library: Library,
	actor: Actor,
	name: string,
	now: Date,
	random: () => number
): Promise<Start> {
	const release = library.current();
	const found = release.lesson(name);
	if (!found?.lesson.assessment || !may(actor, 'learning.do', { relation: 'self' })) return { code: 'missing' };
	const { course, lesson } = found;
	const rules = found.lesson.assessment;
	const [completions, rows, grants] = await Promise.all([readCompletions(db, actor.id), readAttempts(db, actor.id, name), readGrants(db, actor.id, name)]);
	const own = completions.get(course.key);
	if (!own) return { code: 'missing' };
	const open = rows.find((row) => row.state === 'open');
	if (open && !isOver(open, now)) return { code: 'started', id: open.id };
	if (open) {
		await finish(db, library, open, 'deadline', now);
		return startAttempt(db, library, actor, name, now, random);
	}
	if (course.prerequisites.some((key) => !completions.get(key)?.completed)) return { code: 'prerequisite' };
	const { counted, granted } = ofRound(own.round, rows, grants);
	const start = mayStart({ rules, attempts: counted, granted, now });
	if (!start.ok) return start;
	/** Attempts are numbered through, whatever round they belong to. */
	const before = rows.length - counted.length;

	const seen = new Set(rows.flatMap((row) => row.questions.map((question) => `${name}/${question.key}`)));
	const drawn = drawQuestions(rules, lesson.exercises, seen, random);
	const items = await library.items(drawn.map((one) => one.hash));
	const questions: DrawnQuestion[] = drawn.map(({ key, hash }) => {
		const item = items.get(hash)!;
		if (item.kind !== 'question') throw new Error(`${name}/${key} is no question`);
		return { key, hash, arrangement: arrange(item.question, random) };
	});
	try {
		return await transact(db, async (tx) => {
			const [row] = await tx
				.insert(attempt)
				.values({
					employeeId: actor.id,
					assessment: name,
					number: before + start.number,
					allowed: before + rules.attempts + granted,
					state: 'open',
					itemHash: lesson.hash,
					rules,
					questions,
					startedAt: now,
					deadlineAt: deadlineOf(rules, now)
				})
				.returning({ id: attempt.id });
			const { id } = row!;
			await recordAudit(tx, { actor, action: 'attempt.started', person: actor.id, target: { kind: 'attempt', id }, details: { lesson: name, number: before + start.number } }, now);
			return { code: 'started', id };
		});
	} catch (error) {
		// Another tab started it in this moment: that one is the attempt.
		if (sqlState(error) !== '23505') throw error;
		return startAttempt(db, library, actor, name, now, random);
	}
}

export interface AttemptQuestion {
	key: string;
	question: PublicQuestion;
	response: ShownResponse | null;
	answered: boolean;
	/** Why what stands there could not be counted; null when it can, or nothing is there. */
	problem: AnswerProblem | null;
	flagged: boolean;
	revision: number;
	savedAt: Date | null;
	/** Only in a submitted attempt. */
	earned: number | null;
	/** Only in a submitted attempt whose policy allows it. */
	feedback: Feedback | null;
}

export interface AttemptView extends AttemptLine {
	name: string;
	deadlineAt: Date | null;
	allowed: number;
	pass: number;
	feedbackPolicy: AssessmentRules['feedback'];
	/** Whether feedback is shown with this result. */
	feedbackShown: boolean;
	questions: AttemptQuestion[];
}

const ownAttempt = worded((db) =>
	db
		.select()
		.from(attempt)
		.where(and(eq(attempt.id, sql.placeholder('id')), eq(attempt.employeeId, person)))
		.prepare('own_attempt')
);
const lockedAttempt = worded((db) =>
	db.select().from(attempt).where(eq(attempt.id, sql.placeholder('id'))).for('update').prepare('locked_attempt')
);
const savedResponses = worded((db) =>
	db.select().from(response).where(eq(response.attemptId, sql.placeholder('id'))).prepare('saved_responses')
);

async function readOwnAttempt(db: Db, actor: Actor, id: string): Promise<AttemptRow | null> {
	const [row] = await ownAttempt(db).execute({ id, person: actor.id });
	return row ?? null;
}

/** An attempt of the actor's own, open or submitted; null when there is none. One whose time is over is closed first. */
export async function readAttempt(
	db: Db,
	library: Library,
	actor: Actor,
	id: string,
	locale: string,
	now: Date
): Promise<AttemptView | null> {
	const [found, saved] = await Promise.all([
		readOwnAttempt(db, actor, id),
		savedResponses(db).execute({ id })
	]);
	if (!found) return null;
	if (found.state === 'open' && isOver(found, now)) {
		await finish(db, library, found, 'deadline', now);
		return readAttempt(db, library, actor, id, locale, now);
	}
	const submitted = found.state === 'submitted';
	const feedbackShown = submitted && mayShowFeedback(found.rules.feedback, found.passed === true && !(await isToPassAgain(db, found)));
	const fallback = library.current().academy.defaultLocale;
	const items = await library.items(found.questions.map((one) => one.hash));
	const byKey = new Map(saved.map((row) => [row.question, row]));
	return {
		...describeAttempt(found),
		name: found.assessment,
		deadlineAt: found.deadlineAt,
		allowed: found.allowed,
		pass: found.rules.pass,
		feedbackPolicy: found.rules.feedback,
		feedbackShown,
		questions: found.questions.map(({ key, hash, arrangement }) => {
			const question = questionOf(items.get(hash));
			const row = byKey.get(key);
			return {
				key,
				question: publicQuestion(question, arrangement, locale, fallback),
				response: row ? showResponse(question, arrangement, row.response) : null,
				answered: row ? isAnswered(question, row.response) : false,
				problem: row ? problemOf(question, row.response) : null,
				flagged: row?.flagged ?? false,
				revision: row?.revision ?? 0,
				savedAt: row?.savedAt ?? null,
				earned: submitted ? (row?.earned ?? 0) : null,
				feedback:
					feedbackShown && row
						? tellFeedback(question, arrangement, row.response, locale, fallback, true)
						: null
			};
		})
	};
}

/** What was passed before is not passed where a renewal asks it again. */
async function isToPassAgain(db: Db, { employeeId, assessment }: AttemptRow): Promise<boolean> {
	const [asked] = await db.execute<{ again: boolean }>(sql`select ${isAskedAgain(employeeId, assessment)} as again`);
	return asked!.again;
}

function questionOf(item: Awaited<ReturnType<Library['item']>> | undefined): Question {
	if (item?.kind !== 'question') throw new Error('An attempt names an item that is no question.');
	return item.question;
}

export type Saving =
	/** `problem`: kept as it is, but it could not be counted. */
	| { code: 'saved'; revision: number; savedAt: Date; problem: AnswerProblem | null }
	/** A newer answer is there, from another tab or device; `given` is the one that was refused. */
	| { code: 'stale'; revision: number; savedAt: Date; response: ShownResponse; flagged: boolean; given: ShownResponse }
	/** Submitted, or its time is over: this answer does not count. */
	| { code: 'closed' }
	| { code: 'missing' };

/** Saves one answer of an open attempt. `revision` is the one the browser saw plus one. */
export async function saveResponse(
	db: Db,
	library: Library,
	actor: Actor,
	input: { attempt: string; question: string; revision: number; flagged: boolean; fields: FormData },
	now: Date
): Promise<Saving> {
	const found = await readOwnAttempt(db, actor, input.attempt);
	const drawn = found?.questions.find((one) => one.key === input.question);
	if (!found || !drawn) return { code: 'missing' };
	if (found.state !== 'open') return { code: 'closed' };
	if (isOver(found, now)) {
		await finish(db, library, found, 'deadline', now);
		return { code: 'closed' };
	}
	const question = questionOf(await library.item(drawn.hash));
	const given = readResponse(question, drawn.arrangement, input.fields);
	// One statement: the attempt is locked against a submit while its answer is written, and an older revision finds no row.
	const [saved] = await db.execute<{ revision: number }>(sql`
		with open as (
			select id from ${attempt} where id = ${found.id} and state = 'open'
				and (deadline_at is null or deadline_at > ${now.toISOString()}::timestamptz) for share
		)
		insert into ${response} (attempt_id, question, response, flagged, revision, saved_at)
		select id, ${input.question}, ${JSON.stringify(given)}::jsonb, ${input.flagged}, ${input.revision}, ${now.toISOString()}::timestamptz from open
		on conflict (attempt_id, question) do update
			set response = excluded.response, flagged = excluded.flagged, revision = excluded.revision, saved_at = excluded.saved_at
			where ${response}.revision < excluded.revision
				or (${response}.revision = excluded.revision and ${response}.response = excluded.response and ${response}.flagged = excluded.flagged)
		returning revision`);
	if (saved) {
		return { code: 'saved', revision: input.revision, savedAt: now, problem: problemOf(question, given) };
	}
	const [newer] = await db
		.select()
		.from(response)
		.where(and(eq(response.attemptId, found.id), eq(response.question, input.question)));
	if (!newer || newer.revision < input.revision) return { code: 'closed' };
	const [still] = await db.select({ state: attempt.state }).from(attempt).where(eq(attempt.id, found.id));
	if (still?.state !== 'open') return { code: 'closed' };
	return {
		code: 'stale',
		revision: newer.revision,
		savedAt: newer.savedAt,
		response: showResponse(question, drawn.arrangement, newer.response),
		flagged: newer.flagged,
		given: showResponse(question, drawn.arrangement, given)
	};
}

/** Submits; a second submit finds the first one's result. `missing` when it is not the actor's attempt. */
export async function submitAttempt(
	db: Db,
	library: Library,
	actor: Actor,
	id: string,
	now: Date
): Promise<{ code: 'submitted'; passed: boolean; courseCompleted: boolean } | { code: 'missing' }> {
	const found = await readOwnAttempt(db, actor, id);
	if (!found) return { code: 'missing' };
	const result = await finish(db, library, found, isOver(found, now) ? 'deadline' : actor, now);
	return { code: 'submitted', ...result };
}

/** Scores what is saved and closes the attempt, once. */
async function finish(
	db: Db,
	library: Library,
	{ id, questions }: Pick<AttemptRow, 'id' | 'questions'>,
	by: Actor | 'deadline',
	now: Date
): Promise<{ passed: boolean; courseCompleted: boolean }> {
	// Before the transaction: whoever holds one connection and waits for another may wait for ever.
	const items = await library.items(questions.map((one) => one.hash));
	return transact(db, async (tx) => {
		// Sent together, done in this order: the answers are read under the lock.
		const [[row], saved] = await Promise.all([lockedAttempt(tx).execute({ id }), savedResponses(tx).execute({ id })]);
		if (!row) throw new Error(`Attempt ${id} has disappeared.`);
		if (row.state === 'submitted') return { passed: row.passed ?? false, courseCompleted: false };
		const byKey = new Map(saved.map((one) => [one.question, one]));
		const scores = row.questions.map(({ key, hash }) => {
			const question = questionOf(items.get(hash));
			const given = byKey.get(key);
			const score = given ? scoreResponse(question, given.response) : null;
			return { key, earned: score?.is === 'points' ? score.earned : 0, possible: question.points };
		});
		const result = resultOf(scores, row.rules.pass);
		const submitted = {
			actor: by === 'deadline' ? null : by,
			action: 'attempt.submitted',
			person: row.employeeId,
			target: { kind: 'attempt', id },
			details: { lesson: row.assessment, by: by === 'deadline' ? 'deadline' : 'person', passed: result.passed }
		} as const;
		const earned = JSON.stringify(Object.fromEntries(scores.map((score) => [score.key, score.earned])));
		const scored = tx
			.update(response)
			.set({ earned: sql`(${earned}::jsonb ->> ${response.question})::double precision` })
			.where(eq(response.attemptId, id));
		const closed = tx
			.update(attempt)
			.set({
				state: 'submitted',
				submittedAt: by === 'deadline' ? row.deadlineAt : now,
				submittedBy: submitted.details.by,
				earned: result.earned,
				possible: result.possible,
				passed: result.passed,
				formula: formulaVersion
			})
			.where(eq(attempt.id, id));
		await Promise.all([scored, closed]);
		if (!result.passed) {
			await recordAudit(tx, submitted, now);
			return { passed: false, courseCompleted: false };
		}
		const release = library.current();
		const passed = { id, employeeId: row.employeeId, assessment: row.assessment, itemHash: row.itemHash, share: result.earned / result.possible, at: now };
		await evidenceOfAssessment(tx, release, passed, now);
		const { courseCompleted } = await recordProgress(tx, release, row.employeeId, row.assessment, now);
		await recordAudit(tx, submitted, now);
		return { passed: true, courseCompleted };
	});
}

/** Submits what was saved in attempts whose time is over, though nobody looks at them. Returns how many. */
export async function closeOverdue(db: Db, library: Library, now: Date): Promise<number> {
	const rows = await db
		.select({ id: attempt.id, questions: attempt.questions })
		.from(attempt)
		.where(and(eq(attempt.state, 'open'), lte(attempt.deadlineAt, now)))
		.limit(200);
	for (const row of rows) await finish(db, library, row, 'deadline', now);
	return rows.length;
}
