/**
 * What somebody had before them, exactly, as it was then: items never change and are kept by their hash. For HR, and for
 * mentors of the person; whose work it is has pages of their own.
 */
import { and, asc, eq, exists, isNotNull, isNull, not, or } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { validate as isUuid } from 'uuid';
import { displayPercent } from '../../core/attempts/assessment.ts';
import type { EvidenceKind } from '../../core/competency.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { isAnswered, publicQuestion, showResponse, tellFeedback } from '../../core/questions/kinds.ts';
import type { Feedback, PublicQuestion, ShownResponse } from '../../core/questions/question.ts';
import type { Db } from '../db/open.ts';
import {
	acceptance,
	attempt,
	employee,
	enrolment,
	evidence,
	lessonProgress,
	observation,
	observedCall,
	release,
	response,
	review,
	rolePlayRun,
	signOff,
	signOffEvidence,
	submission,
	type ObservationAnswer
} from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { relationTo } from './relations.ts';
import { isAskedAgain } from './renewals.ts';
import { readReview, type ReviewRead } from './reviews.ts';
import { readEndedRun, type PlayedTurn, type SpokenLine, type StepView } from './role-plays.ts';
import type { JudgedLine } from './timeline.ts';

interface SeenCommon {
	person: { id: string; name: string };
	title: string;
	/** How the actor stands to the person: whose page leads on. */
	by: 'hr' | 'mentor';
	at: Date;
}
export interface SeenQuestion {
	key: string;
	/** 64 hexadecimal digits: names the very question. */
	hash: string;
	question: PublicQuestion;
	response: ShownResponse | null;
	answered: boolean;
	earned: number;
	/** Null where the right answer is not told. */
	feedback: Feedback | null;
}
/** A place of a run; `came` is what the choice came to, null where that is not told. */
export interface SeenStep extends PlayedTurn {
	at: Date;
	came: Pick<StepView, 'points' | 'lost' | 'critical' | 'better' | 'feedback'> | null;
}
/** What a signature rests on. */
export interface SeenEvidence {
	id: string;
	kind: EvidenceKind;
	/** As it was called then; null for what has no name of its own. */
	title: string | null;
	at: Date;
	/** 0 to 100; null where there is none. */
	score: number | null;
	/** Null when the rules judged. */
	by: string | null;
	hash: string | null;
}
export type Seen =
	/** Closed by the mentor; `confirmedAt` is null until the employee has confirmed it. */
	| (SeenCommon & { kind: 'checklist'; hash: string; mentor: string; note: string; confirmedAt: Date | null; items: { key: string; text: string; answer: ObservationAnswer | null }[] })
	/** `words`: what the release whose rules were met said of the level. */
	| (SeenCommon & { kind: 'sign-off'; level: number; words: string; mentor: string; statement: string; validUntil: Date; revoked: { at: Date; reason: string } | null; evidence: SeenEvidence[] })
	| (SeenCommon & { kind: 'attempt'; number: number; earned: number; possible: number; percent: number; passed: boolean; keysTold: boolean; questions: SeenQuestion[] })
	| (SeenCommon & {
			kind: 'role-play';
			hash: string;
			number: number;
			/** Null when nothing can be earned. */
			percent: number | null;
			passed: boolean;
			ending: 'good' | 'bad';
			/** HTML; empty when there was nothing to say. */
			briefing: string;
			textLocale: string;
			keysTold: boolean;
			steps: SeenStep[];
			lastLines: SpokenLine[];
	  })
	/** A real call, on the scorecard it was marked on. */
	| (SeenCommon & { kind: 'call'; hash: string; about: { heardOn: string; channel: string; mentorName: string; finishedAt: Date; acknowledgedAt: Date | null }; review: ReviewRead })
	/** HTML, as of a lesson. */
	| (SeenCommon & { kind: 'acceptance'; hash: string; clauses: { id: string; title: string; text: string }[] })
	/** HTML, sanitised when it was published; exercises stand where null is. */
	| (SeenCommon & { kind: 'lesson'; hash: string; pieces: (string | null)[] })
	| (SeenCommon & { kind: 'work'; hash: string; task: string; number: number; answer: string | null; reason: string | null; subject: { title: string; hash: string } | null });

/** Where HR sees the item of a line of what was judged. */
export const seenAddress = ({ kind, id }: Pick<JudgedLine, 'kind' | 'id'>): string =>
	kind === 'assessment' ? `/seen/attempt/${id}` : kind === 'observed-call' ? `/seen/call/${id}` : ['checklist', 'sign-off', 'role-play'].includes(kind) ? `/seen/${kind}/${id}` : `/seen/work/${id}`;

/** As HR or as a mentor of this person; null for everybody else, the person included. */
async function standing(db: Db, actor: Actor, employeeId: string): Promise<'hr' | 'mentor' | null> {
	const relation = isUuid(employeeId) ? await relationTo(db, actor, employeeId) : null;
	if (!relation || !may(actor, 'learning.see', { relation })) return null;
	if (relation === 'self') return null;
	return may(actor, 'people.see', { relation }) ? 'hr' : 'mentor';
}

async function nameOf(db: Db, id: string): Promise<{ id: string; name: string }> {
	const [row] = await db.select({ id: employee.id, name: employee.name }).from(employee).where(eq(employee.id, id));
	return row!;
}

/** Whether the actor still has to pass this assessment, or has to again: then nobody tells them its answers, by way of another's attempt either. */
async function hasToPass(db: Db, library: Library, actor: Actor, assessment: string): Promise<boolean> {
	const course = library.current().lesson(assessment)?.course.key ?? assessment.split('/')[0]!;
	const passed = db.select({ id: attempt.id }).from(attempt).where(and(eq(attempt.employeeId, actor.id), eq(attempt.assessment, assessment), eq(attempt.passed, true)));
	const [asked] = await db
		.select({ id: enrolment.id })
		.from(enrolment)
		.where(and(eq(enrolment.employeeId, actor.id), eq(enrolment.course, course), or(not(exists(passed)), isAskedAgain(actor.id, assessment))));
	return asked !== undefined;
}

/** Whether the actor still has to play this scene to an end of their own: then nobody tells them what its choices earn. */
async function hasToPlay(db: Db, actor: Actor, exercise: string): Promise<boolean> {
	const course = exercise.split('/')[0]!;
	const [[enrolled], [played]] = await Promise.all([
		db.select({ id: enrolment.id }).from(enrolment).where(and(eq(enrolment.employeeId, actor.id), eq(enrolment.course, course))),
		db.select({ id: rolePlayRun.id }).from(rolePlayRun).where(and(eq(rolePlayRun.employeeId, actor.id), eq(rolePlayRun.exercise, exercise), isNotNull(rolePlayRun.endedAt))).limit(1)
	]);
	return enrolled !== undefined && played === undefined;
}

/** A submitted attempt: each question as it was drawn and shown, what was answered, what it earned. Null when there is none the actor may see. */
export async function seeAttempt(db: Db, library: Library, actor: Actor, id: string, locale: string): Promise<Seen | null> {
	if (!isUuid(id)) return null;
	const [row] = await db.select().from(attempt).where(and(eq(attempt.id, id), eq(attempt.state, 'submitted')));
	const by = row ? await standing(db, actor, row.employeeId) : null;
	if (!row || !by) return null;
	const [person, answers, keysTold, items] = await Promise.all([
		nameOf(db, row.employeeId),
		db.select().from(response).where(eq(response.attemptId, id)),
		hasToPass(db, library, actor, row.assessment).then((has) => !has),
		library.items([row.itemHash, ...row.questions.map(({ hash }) => hash)])
	]);
	const { defaultLocale } = library.current().academy;
	const own = items.get(row.itemHash);
	const given = new Map(answers.map((one) => [one.question, one]));
	return {
		...{ kind: 'attempt', person, by, at: row.submittedAt!, title: own?.kind === 'lesson' ? inLocale(own.title, locale, defaultLocale) : row.assessment },
		...{ number: row.number, earned: row.earned!, possible: row.possible!, passed: row.passed!, keysTold },
		percent: row.possible ? displayPercent(row.earned! / row.possible, row.rules.pass) : 0,
		questions: row.questions.map(({ key, hash, arrangement }): SeenQuestion => {
			const body = items.get(hash);
			if (body?.kind !== 'question') throw new Error('An attempt names an item that is no question.');
			const { question } = body;
			const answer = given.get(key);
			return {
				...{ key, hash, question: publicQuestion(question, arrangement, locale, defaultLocale) },
				response: answer ? showResponse(question, arrangement, answer.response) : null,
				answered: answer ? isAnswered(question, answer.response) : false,
				earned: answer?.earned ?? 0,
				feedback: answer && keysTold ? tellFeedback(question, arrangement, answer.response, locale, defaultLocale, true) : null
			};
		})
	};
}

/** The body of a lesson that somebody marked as read, word for word. */
export async function seeLesson(db: Db, library: Library, actor: Actor, input: { employeeId: string; lesson: string }, locale: string): Promise<Seen | null> {
	const by = await standing(db, actor, input.employeeId);
	if (!by) return null;
	const [row] = await db
		.select({ hash: lessonProgress.readHash, at: lessonProgress.readAt })
		.from(lessonProgress)
		.where(and(eq(lessonProgress.employeeId, input.employeeId), eq(lessonProgress.lesson, input.lesson), isNotNull(lessonProgress.readHash)));
	if (!row?.hash || !row.at) return null;
	const body = await library.itemOf(row.hash, 'lesson');
	const { defaultLocale } = library.current().academy;
	const pieces = body.pieces[locale] ?? body.pieces[defaultLocale] ?? [];
	return {
		...{ kind: 'lesson', person: await nameOf(db, input.employeeId), by, at: row.at, title: inLocale(body.title, locale, defaultLocale) },
		...{ hash: row.hash, pieces: pieces.map((piece) => (piece.kind === 'text' ? piece.text : null)) }
	};
}

/** Something handed in: the task as it was, and the answer in the person's words. What was spoken is heard by mentors, on the desk. */
export async function seeWork(db: Db, library: Library, actor: Actor, id: string, locale: string): Promise<Seen | null> {
	if (!isUuid(id)) return null;
	const [row] = await db.select().from(submission).where(and(eq(submission.id, id), isNotNull(submission.submittedAt)));
	const by = row ? await standing(db, actor, row.employeeId) : null;
	if (!row || !by) return null;
	const items = await library.items([row.itemHash, ...(row.subjectHash ? [row.subjectHash] : [])]);
	const { defaultLocale } = library.current().academy;
	const told = (text: Record<string, string>) => inLocale(text, locale, defaultLocale);
	const [body, subject] = [items.get(row.itemHash)!, row.subjectHash ? items.get(row.subjectHash) : undefined];
	const task =
		body.kind === 'question' ? told(body.question.prompt) : body.kind === 'record' ? told(body.prompt) : body.kind === 'call-review' ? told(body.task) : subject?.kind === 'scene' ? told(subject.briefing) : '';
	const lesson = library.current().exercise(row.exercise)?.lesson;
	return {
		...{ kind: 'work', person: await nameOf(db, row.employeeId), by, at: row.submittedAt!, title: lesson ? told(lesson.title) : row.exercise },
		...{ hash: row.itemHash, task, number: row.number, answer: row.answer, reason: row.reason },
		subject: subject?.kind === 'call' || subject?.kind === 'scene' ? { title: told(subject.title), hash: row.subjectHash! } : null
	};
}

/** A checklist that its mentor closed: the items as they were worded then, and what was noted. */
export async function seeChecklist(db: Db, library: Library, actor: Actor, id: string, locale: string): Promise<Seen | null> {
	if (!isUuid(id)) return null;
	const mentor = alias(employee, 'mentor');
	const [found] = await db
		.select({ row: observation, mentor: mentor.name })
		.from(observation)
		.innerJoin(mentor, eq(mentor.id, observation.mentorId))
		.where(and(eq(observation.id, id), isNotNull(observation.mentorConfirmedAt)));
	const by = found ? await standing(db, actor, found.row.employeeId) : null;
	if (!found || !by) return null;
	const { row } = found;
	const body = await library.itemOf(row.itemHash, 'observation');
	const told = (text: Record<string, string>) => inLocale(text, locale, library.current().academy.defaultLocale);
	return {
		...{ kind: 'checklist', person: await nameOf(db, row.employeeId), by, at: row.mentorConfirmedAt!, title: told(body.title) },
		...{ hash: row.itemHash, mentor: found.mentor, note: row.note, confirmedAt: row.employeeConfirmedAt },
		items: body.items.map(({ key, text }) => ({ key, text: told(text), answer: row.answers[key] ?? null }))
	};
}

/** A signature: what the level said in the release it was given by, the statement, and the evidence under its names of then. */
export async function seeSignOff(db: Db, library: Library, actor: Actor, id: string, locale: string): Promise<Seen | null> {
	if (!isUuid(id)) return null;
	const mentor = alias(employee, 'mentor');
	const [found] = await db
		.select({ row: signOff, mentor: mentor.name, academy: release.academy })
		.from(signOff)
		.innerJoin(mentor, eq(mentor.id, signOff.mentorId))
		.innerJoin(release, eq(release.id, signOff.releaseId))
		.where(eq(signOff.id, id));
	const by = found ? await standing(db, actor, found.row.employeeId) : null;
	if (!found || !by) return null;
	const { row, academy } = found;
	const rows = await db
		.select({
			...{ id: evidence.id, kind: evidence.kind, at: evidence.at },
			...{ score: evidence.score, by: mentor.name, hash: evidence.itemHash }
		})
		.from(signOffEvidence)
		.innerJoin(evidence, eq(evidence.id, signOffEvidence.evidenceId))
		.leftJoin(mentor, eq(mentor.id, evidence.reviewerId))
		.where(eq(signOffEvidence.signOffId, id))
		.orderBy(asc(evidence.at), asc(evidence.id));
	const items = await library.items(rows.flatMap(({ hash }) => hash ?? []));
	const told = (text: Record<string, string>) => inLocale(text, locale, academy.defaultLocale);
	const competency = academy.competencies.find(({ key }) => key === row.competency);
	const level = competency?.levels.find((one) => one.level === row.level);
	return {
		...{ kind: 'sign-off', person: await nameOf(db, row.employeeId), by, at: row.signedAt, title: competency ? told(competency.title) : row.competency },
		...{ level: row.level, words: level ? told(level.description) : '', mentor: found.mentor, statement: row.statement, validUntil: row.validUntil },
		revoked: row.revokedAt && { at: row.revokedAt, reason: row.revokedReason! },
		evidence: rows.map(({ hash, kind, ...one }): SeenEvidence => {
			const body = hash === null ? undefined : items.get(hash);
			return { ...one, kind: kind as EvidenceKind, hash, title: body && 'title' in body && body.title ? told(body.title) : null };
		})
	};
}

/** A run of a role-play that has ended: the scene as it was, and the way that was taken through it. */
export async function seeRun(db: Db, library: Library, actor: Actor, id: string, locale: string): Promise<Seen | null> {
	if (!isUuid(id)) return null;
	const [row] = await db.select().from(rolePlayRun).where(and(eq(rolePlayRun.id, id), isNotNull(rolePlayRun.endedAt)));
	const by = row ? await standing(db, actor, row.employeeId) : null;
	if (!row || !by) return null;
	const [person, { scene, textLocale, result }, keysTold] = await Promise.all([
		nameOf(db, row.employeeId),
		readEndedRun(db, library, row, locale),
		hasToPlay(db, actor, row.exercise).then((has) => !has)
	]);
	const told = (text: Record<string, string>) => inLocale(text, textLocale, library.current().academy.defaultLocale);
	return {
		...{ kind: 'role-play', person, by, at: row.endedAt!, title: told(scene.title), hash: row.sceneHash, briefing: told(scene.briefing), textLocale },
		...{ number: row.number, percent: result.percent, passed: row.passed!, ending: result.ending, keysTold },
		steps: result.steps.map(({ lines, said, at, points, lost, critical, better, feedback }): SeenStep => ({ lines, said, at, came: keysTold ? { points, lost, critical, better, feedback } : null })),
		lastLines: result.lastLines
	};
}

/** A real call whose marking is finished: the scorecard in the version it was marked on, with every mark. */
export async function seeCall(db: Db, library: Library, actor: Actor, id: string, locale: string): Promise<Seen | null> {
	if (!isUuid(id)) return null;
	const [found] = await db
		.select({ call: observedCall, reviewId: review.id, hash: review.scorecardHash })
		.from(observedCall)
		.innerJoin(review, and(eq(review.observedCallId, observedCall.id), eq(review.kind, 'mentor'), isNull(review.supersededAt)))
		.where(and(eq(observedCall.id, id), isNotNull(observedCall.finishedAt)));
	const by = found ? await standing(db, actor, found.call.employeeId) : null;
	if (!found || !by) return null;
	const { call, hash } = found;
	const [person, read] = await Promise.all([nameOf(db, call.employeeId), readReview(db, library, found.reviewId, locale)]);
	const { heardOn, channel, acknowledgedAt } = call;
	const finishedAt = call.finishedAt!;
	return {
		...{ kind: 'call', person, by, at: finishedAt, title: call.reference, hash, review: read! },
		about: { heardOn, channel, acknowledgedAt, finishedAt, mentorName: read!.reviewer.name }
	};
}

/** Clauses that somebody said they have read and accept, in the words that stood there. */
export async function seeAcceptance(db: Db, library: Library, actor: Actor, id: string, locale: string): Promise<Seen | null> {
	if (!isUuid(id)) return null;
	const [row] = await db.select().from(acceptance).where(eq(acceptance.id, id));
	const by = row ? await standing(db, actor, row.employeeId) : null;
	if (!row || !by) return null;
	const [person, body] = await Promise.all([nameOf(db, row.employeeId), library.itemOf(row.itemHash, 'accept')]);
	const told = (text: Record<string, string>) => inLocale(text, locale, library.current().academy.defaultLocale);
	const lesson = library.current().exercise(row.exercise)?.lesson;
	return {
		...{ kind: 'acceptance', person, by, at: row.at, title: lesson ? told(lesson.title) : row.exercise, hash: row.itemHash },
		clauses: body.clauses.map(({ id: clause, title, text }) => ({ id: clause, title: told(title), text: told(text) }))
	};
}
