/**
 * What somebody had before them, exactly, as it was then: items never change and are kept by their hash. For HR, and for
 * mentors of the person; whose work it is has pages of their own.
 */
import { and, asc, eq, isNotNull } from 'drizzle-orm';
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
	attempt,
	employee,
	enrolment,
	evidence,
	lessonProgress,
	observation,
	release,
	response,
	signOff,
	signOffEvidence,
	submission,
	type ObservationAnswer
} from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { relationTo } from './relations.ts';
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
	/** HTML, sanitised when it was published; exercises stand where null is. */
	| (SeenCommon & { kind: 'lesson'; hash: string; pieces: (string | null)[] })
	| (SeenCommon & { kind: 'work'; hash: string; task: string; number: number; answer: string | null; reason: string | null; subject: { title: string; hash: string } | null });

/** Where HR sees the item of a line of what was judged; null where there is nothing to show. */
export const seenAddress = ({ kind, id }: Pick<JudgedLine, 'kind' | 'id'>): string | null =>
	kind === 'assessment' ? `/seen/attempt/${id}` : kind === 'checklist' || kind === 'sign-off' ? `/seen/${kind}/${id}` : ['call-review', 'recording', 'open', 'live-role-play'].includes(kind) ? `/seen/work/${id}` : null;

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

/** Whether the actor still has to pass this assessment: then nobody tells them its answers, by way of another's attempt either. */
async function hasToPass(db: Db, library: Library, actor: Actor, assessment: string): Promise<boolean> {
	const course = library.current().lesson(assessment)?.course.key ?? assessment.split('/')[0]!;
	const [[enrolled], [passed]] = await Promise.all([
		db.select({ id: enrolment.id }).from(enrolment).where(and(eq(enrolment.employeeId, actor.id), eq(enrolment.course, course))),
		db.select({ id: attempt.id }).from(attempt).where(and(eq(attempt.employeeId, actor.id), eq(attempt.assessment, assessment), eq(attempt.passed, true))).limit(1)
	]);
	return enrolled !== undefined && passed === undefined;
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
