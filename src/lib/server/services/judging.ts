/**
 * One piece of work with everything a mentor judges it by, and what its learner sees of the judgement afterwards.
 */
import { and, desc, eq, inArray, isNull, lt } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Academy } from '../../core/academy.ts';
import type { Comparison } from '../../core/comparison.ts';
import { disputableUntil } from '../../core/dispute.ts';
import { dayOf, dueDate } from '../../core/due-date.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { CallView, ReviewDraft, ScorecardView } from '../../core/review.ts';
import { targetWorkingDays, type UsualWait } from '../../core/waiting.ts';
import type { Db } from '../db/open.ts';
import { comparison, deskItem, dispute, employee, leave, recording, review, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { callView } from './calls.ts';
import { isMarked, listColleagues, readJudgeable, type DeskKind } from './desk.ts';
import { relationTo } from './relations.ts';
import { readReview, scorecardView, type ReviewRead } from './reviews.ts';
import { listSnippets, type Snippet } from './snippets.ts';
import type { SubmissionKind } from './submissions.ts';
import { readUsualWaits } from './waiting.ts';

/** What was handed in, in one language. */
export interface Work {
	id: string;
	exercise: string;
	kind: SubmissionKind;
	number: number;
	state: 'waiting' | 'accepted' | 'returned' | 'failed';
	/** Title of the lesson it belongs to. */
	title: string;
	/** What was asked, HTML; null where nothing is to be said. */
	prompt: string | null;
	submittedAt: Date;
	answer: string | null;
	/** `src` is null when its time was over and it was deleted. */
	recording: { src: string | null; seconds: number } | null;
	/** The call that was reviewed; null for other kinds. */
	call: CallView | null;
	decision: { at: Date; by: string | null; reason: string | null; againBy: Date | null } | null;
}

const decider = alias(employee, 'decider');

const selectWork = (db: Db) =>
	db
		.select({ row: submission, recording, decidedByName: decider.name })
		.from(submission)
		.leftJoin(recording, eq(recording.id, submission.recordingId))
		.leftJoin(decider, eq(decider.id, submission.decidedBy));
type WorkRow = Awaited<ReturnType<typeof selectWork>>[number];

async function describeWork(library: Library, { row, recording: spoken, decidedByName }: WorkRow, locale: string, now: Date): Promise<Work> {
	const release = library.current();
	const { defaultLocale } = release.academy;
	const body = await library.item(row.itemHash);
	const asked = body.kind === 'question' ? body.question.prompt : body.kind === 'record' ? body.prompt : body.kind === 'call-review' ? body.task : null;
	const lesson = release.lesson(row.exercise.slice(0, row.exercise.lastIndexOf('/')))?.lesson;
	return {
		id: row.id,
		exercise: row.exercise,
		kind: row.kind as SubmissionKind,
		number: row.number,
		state: row.state as Work['state'],
		title: lesson ? inLocale(lesson.title, locale, defaultLocale) : row.exercise,
		prompt: asked && inLocale(asked, locale, defaultLocale),
		submittedAt: row.submittedAt ?? row.startedAt,
		answer: row.answer,
		recording: spoken && { src: spoken.deletedAt ? null : `/recordings/${spoken.id}`, seconds: spoken.seconds ?? 0 },
		call: row.kind === 'call-review' && row.subjectHash ? callView(release, await library.itemOf(row.subjectHash, 'call'), locale, now) : null,
		decision: row.decidedAt && { at: row.decidedAt, by: decidedByName, reason: row.reason, againBy: row.againBy }
	};
}

/** A learner's own review of a call beside its reference, as it came out. */
export interface SelfReview {
	review: ReviewRead;
	result: Comparison | null;
	/** Marks of the reference with their reasons, by criterion. */
	reference: Record<string, { mark: number | null; reason: string; turns: string[] }>;
}

async function readSelfReview(db: Db, library: Library, row: typeof submission.$inferSelect, locale: string): Promise<SelfReview | null> {
	const [own] = await db
		.select({ id: review.id, result: comparison.result })
		.from(review)
		.leftJoin(comparison, eq(comparison.reviewId, review.id))
		.where(and(eq(review.submissionId, row.id), eq(review.kind, 'learner'), isNull(review.supersededAt)));
	if (!own || !row.subjectHash) return null;
	const [read, call] = await Promise.all([readReview(db, library, own.id, locale), library.itemOf(row.subjectHash, 'call')]);
	if (!read?.finishedAt) return null;
	const { defaultLocale } = library.current().academy;
	const { marks, reasons } = call.key;
	return {
		review: read,
		result: own.result,
		reference: Object.fromEntries(
			Object.entries(marks).map(([criterion, mark]) => [
				criterion,
				{ mark, reason: reasons[criterion] ? inLocale(reasons[criterion].reason, locale, defaultLocale) : '', turns: reasons[criterion]?.turns ?? [] }
			])
		)
	};
}

export interface ContestedMark {
	id: string;
	criterion: string;
	reason: string;
	raisedAt: Date;
	/** Null while it waits. */
	decision: 'kept' | 'changed' | null;
}

export interface Judging {
	id: string;
	kind: DeskKind;
	round: number;
	waitingSince: Date;
	person: { id: string; name: string };
	claimed: { by: string; until: Date; mine: boolean } | null;
	handedTo: { name: string; mine: boolean } | null;
	finished: { by: string; at: Date; mine: boolean } | null;
	/** Null for a dispute about a call that was heard at work. */
	work: Work | null;
	/** On which it is marked; null when it is decided without marks. */
	scorecard: ScorecardView | null;
	/** The actor's review in the making; null without a claim. */
	own: { revision: number; draft: ReviewDraft; savedAt: Date } | null;
	/** The finished review: of this work, or the one with the contested mark. */
	review: ReviewRead | null;
	selfReview: SelfReview | null;
	/** The round before, with its review. */
	earlier: { work: Work; review: ReviewRead | null } | null;
	contested: ContestedMark | null;
	colleagues: { id: string; name: string }[];
	snippets: Snippet[];
	/** Proposal for a return, YYYY-MM-DD: so many working days of that person from today. */
	againBy: string;
}

/**
 * A desk item as its judge sees it; null when it is none of the actor's. Reading takes nothing: claiming is a step of its
 * own. Marks of an unfinished review are shown to nobody but who makes them.
 */
export async function readJudging(db: Db, library: Library, actor: Actor, id: string, locale: string, now: Date): Promise<Judging | null> {
	const found = await readJudgeable(db, actor, id);
	if (!found) return null;
	const { item } = found;
	const [names, colleagues, snippets, away, [contestedReview]] = await Promise.all([
		namesOf(db, [item.employeeId, item.claimedBy, item.handedTo, item.finishedBy]),
		listColleagues(db, actor, item.employeeId),
		listSnippets(db, actor),
		db.select({ firstDay: leave.firstDay, lastDay: leave.lastDay }).from(leave).where(eq(leave.employeeId, item.employeeId)),
		found.dispute ? db.select({ id: review.id, submissionId: review.submissionId }).from(review).where(eq(review.id, found.dispute.reviewId)) : []
	]);
	const submissionId = item.submissionId ?? contestedReview?.submissionId ?? null;
	const [row] = submissionId ? await selectWork(db).where(eq(submission.id, submissionId)) : [];
	const [work, standing, earlierRow] = await Promise.all([
		row ? describeWork(library, row, locale, now) : null,
		submissionId ? readStanding(db, submissionId) : null,
		row && item.submissionId && row.row.number > 1 ? readEarlier(db, row.row) : null
	]);
	const reviewId = contestedReview?.id ?? (standing?.finishedAt ? standing.id : null);
	const held = item.claimedBy !== null && item.claimedUntil !== null && item.claimedUntil > now;
	const isOwn = standing !== null && !standing.finishedAt && item.claimedBy === actor.id && standing.reviewerId === actor.id;
	const [shown, scorecard, selfReview, earlier] = await Promise.all([
		reviewId ? readReview(db, library, reviewId, locale) : null,
		item.submissionId && row && isMarked(row.row) ? scorecardView(db, library, row.row.scorecardHash!, locale) : null,
		row?.row.kind === 'call-review' ? readSelfReview(db, library, row.row, locale) : null,
		earlierRow ? readJudged(db, library, earlierRow, locale, now) : null
	]);
	return {
		id,
		kind: item.kind as DeskKind,
		round: item.round,
		waitingSince: item.waitingSince,
		person: { id: item.employeeId, name: names.get(item.employeeId) ?? '' },
		claimed: held ? { by: names.get(item.claimedBy!) ?? '', until: item.claimedUntil!, mine: item.claimedBy === actor.id } : null,
		handedTo: item.handedTo ? { name: names.get(item.handedTo) ?? '', mine: item.handedTo === actor.id } : null,
		finished: item.finishedAt && { by: names.get(item.finishedBy!) ?? '', at: item.finishedAt, mine: item.finishedBy === actor.id },
		work,
		scorecard,
		own: isOwn ? { revision: standing.revision, draft: standing.draft, savedAt: standing.savedAt } : null,
		review: shown,
		selfReview,
		earlier,
		contested: found.dispute && {
			id: found.dispute.id,
			criterion: found.dispute.criterion,
			reason: found.dispute.reason,
			raisedAt: found.dispute.raisedAt,
			decision: found.dispute.decision as ContestedMark['decision']
		},
		colleagues: colleagues.filter((one) => one.id !== found.dispute?.reviewerId),
		snippets,
		againBy: proposeDay(library.current().academy, away, now)
	};
}

async function namesOf(db: Db, ids: (string | null)[]): Promise<Map<string, string>> {
	const known = ids.filter((id) => id !== null);
	const rows = await db.select({ id: employee.id, name: employee.name }).from(employee).where(inArray(employee.id, known));
	return new Map(rows.map(({ id, name }) => [id, name]));
}

async function readStanding(db: Db, submissionId: string) {
	const [row] = await db
		.select()
		.from(review)
		.where(and(eq(review.submissionId, submissionId), eq(review.kind, 'mentor'), isNull(review.supersededAt)));
	return row ?? null;
}

/** The round before this one that a mentor judged. */
async function readEarlier(db: Db, row: typeof submission.$inferSelect): Promise<WorkRow | null> {
	const [earlier] = await selectWork(db)
		.where(
			and(
				eq(submission.employeeId, row.employeeId),
				eq(submission.exercise, row.exercise),
				eq(submission.kind, row.kind),
				lt(submission.number, row.number),
				inArray(submission.state, ['returned', 'failed'])
			)
		)
		.orderBy(desc(submission.number))
		.limit(1);
	return earlier ?? null;
}

async function readJudged(db: Db, library: Library, row: WorkRow, locale: string, now: Date): Promise<{ work: Work; review: ReviewRead | null }> {
	const [work, standing] = await Promise.all([describeWork(library, row, locale, now), readStanding(db, row.row.id)]);
	return { work, review: standing?.finishedAt ? await readReview(db, library, standing.id, locale) : null };
}

const proposeDay = ({ workingWeek, holidays, workingDays, timeZone }: Academy, away: { firstDay: string; lastDay: string }[], now: Date): string =>
	dueDate({ start: dayOf(now, timeZone), startKind: 'assignment', workingDays: targetWorkingDays, workingWeek, holidays, worked: workingDays ?? [], leave: away, timeZone }).date;

/** A submission with what was said of it, for its learner and their mentors. */
export interface JudgedSubmission {
	work: Work;
	/** On the desk since then; null once it is decided. */
	waiting: { since: Date; claimed: boolean; usual: UsualWait | null } | null;
	review: ReviewRead | null;
	/** By mark id: until when its learner may contest it; marks that cannot be contested are not named. */
	disputable: Record<string, Date>;
}

/**
 * What was handed in and how it was judged; null for a draft, and when the actor may not see it. The draft of an unfinished
 * review is nobody's but its maker's.
 */
export async function readJudgedSubmission(db: Db, library: Library, actor: Actor, submissionId: string, locale: string, now: Date): Promise<JudgedSubmission | null> {
	const [row] = await selectWork(db).where(eq(submission.id, submissionId));
	const relation = row ? await relationTo(db, actor, row.row.employeeId) : null;
	if (!row || row.row.state === 'draft' || !relation || !may(actor, 'submission.see', { relation })) return null;
	const waits = row.row.state === 'waiting';
	const [judged, [item], usual] = await Promise.all([
		readJudged(db, library, row, locale, now),
		waits ? db.select().from(deskItem).where(eq(deskItem.submissionId, submissionId)) : [],
		waits ? readUsualWaits(db, library, [row.row.kind]) : new Map<string, UsualWait | null>()
	]);
	const decided = judged.review && relation === 'self' ? await settledMarks(db, judged.review.id) : new Set<string>();
	return {
		...judged,
		waiting: item
			? { since: item.waitingSince, claimed: item.claimedUntil !== null && item.claimedUntil > now, usual: usual.get(row.row.kind) ?? null }
			: null,
		review: judged.review && { ...judged.review, draft: { marks: {}, flags: [], comment: judged.review.draft.comment } },
		disputable:
			judged.review && relation === 'self'
				? Object.fromEntries(
						judged.review.marks
							.filter((one) => !decided.has(one.id) && now <= disputableUntil(one.at))
							.map((one) => [one.id, disputableUntil(one.at)])
					)
				: {}
	};
}

/** Marks that were contested before, or given by whoever decided a dispute. */
async function settledMarks(db: Db, reviewId: string): Promise<Set<string>> {
	const rows = await db.select({ markId: dispute.markId, newMarkId: dispute.newMarkId }).from(dispute).where(eq(dispute.reviewId, reviewId));
	return new Set(rows.flatMap(({ markId, newMarkId }) => (newMarkId ? [markId, newMarkId] : [markId])));
}

/** The newest submission of these exercises that is no draft, by exercise: what their cards show. Of the actor's own. */
export async function readOwnSubmissions(
	db: Db,
	library: Library,
	actor: Actor,
	exercises: readonly string[],
	locale: string,
	now: Date
): Promise<Record<string, { newest: JudgedSubmission; before: JudgedSubmission | null }>> {
	if (exercises.length === 0) return {};
	const rows = await db
		.select({ id: submission.id, exercise: submission.exercise, state: submission.state, number: submission.number })
		.from(submission)
		.where(and(eq(submission.employeeId, actor.id), inArray(submission.exercise, [...exercises]), inArray(submission.state, ['waiting', 'accepted', 'returned', 'failed'])))
		.orderBy(desc(submission.number));
	const read = async (id: string | undefined) => (id ? await readJudgedSubmission(db, library, actor, id, locale, now) : null);
	const found = await Promise.all(
		exercises.map(async (exercise) => {
			const own = rows.filter((row) => row.exercise === exercise);
			const newest = await read(own[0]?.id);
			// While the next round waits, what was said of the one before is still to be read.
			const before = own[0]?.state === 'waiting' ? await read(own[1]?.id) : null;
			return newest ? ([exercise, { newest, before }] as const) : null;
		})
	);
	return Object.fromEntries(found.filter((one) => one !== null));
}
