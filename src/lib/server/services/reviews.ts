/**
 * Reviews: marks of one person on one scorecard, saved while they are made, then finished for good. A learner's review of
 * a call, a mentor's of a learner's work and a mentor's of a call they heard are one thing here. A mark once given stays:
 * a correction is a new row.
 */
import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { v7 } from 'uuid';
import * as v from 'valibot';
import type { ScorecardBody } from '../../core/academy.ts';
import { canonicalJson } from '../../core/item.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { emptyDraft, lacksOf, marksOf, type Lack, type ReviewDraft, type ScorecardView } from '../../core/review.ts';
import { criteriaOf, scorecardFormulaVersion, scoreScorecard, type Marks, type ScorecardScore } from '../../core/scorecard.ts';
import { sumOf, type ScoreSum } from '../../core/score-sum.ts';
import { transact, type Db, worded } from '../db/open.ts';
import { deskItem, dispute, employee, item, mark, markEvidence, review, ruling, snippet, turnFlag } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { recordAudit } from './audit.ts';
import { callWasCorrected } from './call-evidence.ts';
import { relationTo } from './relations.ts';
import { workWasCorrected } from './work-evidence.ts';

export const commentLength = 4000;
/** Of a reason for a correction, a return, a dispute or its decision. */
export const reasonLength = 2000;

type ReviewRow = typeof review.$inferSelect;

/** What is reviewed: a submission or an observed call. */
export type ReviewedThing =
	| { submissionId: string; observedCallId?: undefined }
	| { observedCallId: string; submissionId?: undefined };

/**
 * The standing review of this thing and kind, begun if there is none. When somebody else's unfinished one stands (their
 * claim ran out), it steps back with its draft and the reviewer's own takes its place: the one they had begun before, or a
 * new one. A finished one is given as it is, whoever's it is. The caller has asked permission.
 */
export async function startReview(
	tx: Db,
	input: { kind: 'learner' | 'mentor'; employeeId: string; reviewerId: string; scorecardHash: string } & ReviewedThing,
	now: Date
): Promise<{ id: string; revision: number; draft: ReviewDraft }> {
	const { kind, employeeId, reviewerId, scorecardHash } = input;
	const thing = input.submissionId ? { submissionId: input.submissionId } : { observedCallId: input.observedCallId };
	const ofThing = and(
		eq(review.kind, kind),
		thing.submissionId ? eq(review.submissionId, thing.submissionId) : eq(review.observedCallId, thing.observedCallId!)
	);
	const shown = ({ id, revision, draft }: ReviewRow) => ({ id, revision, draft });
	return transact(tx, async (tx) => {
		const rows = await tx.select().from(review).where(ofThing).orderBy(desc(review.startedAt)).for('update');
		const standing = rows.find((row) => row.supersededAt === null);
		if (standing && (standing.reviewerId === reviewerId || standing.finishedAt)) return shown(standing);
		if (standing) await tx.update(review).set({ supersededAt: now }).where(eq(review.id, standing.id));
		const own = rows.find((row) => row.reviewerId === reviewerId && !row.finishedAt && row.scorecardHash === scorecardHash);
		if (own) {
			await tx.update(review).set({ supersededAt: null }).where(eq(review.id, own.id));
			return shown(own);
		}
		const [begun] = await tx
			.insert(review)
			.values({ kind, employeeId, reviewerId, ...thing, scorecardHash, draft: emptyDraft(), startedAt: now, savedAt: now })
			.onConflictDoNothing()
			.returning();
		if (begun) return shown(begun);
		// Begun in the same moment, by another page of the same person or by somebody else.
		const [other] = await tx.select().from(review).where(and(ofThing, isNull(review.supersededAt)));
		return shown(other!);
	});
}

/** Without what the database cannot keep: NUL, and half of a pair of surrogates. */
const storable = (text: string) => text.replaceAll('\0', '').toWellFormed();
const shortText = (length: number) => v.pipe(v.string(), v.maxLength(length), v.transform(storable));
const turnId = shortText(80);

/** The shape of a draft for this scorecard: marks on its criteria alone, and only those that have an anchor. */
function draftSchema(scorecard: ScorecardBody) {
	const criteria = scorecard.sections.flatMap((section) => section.criteria);
	const given = (anchors: readonly { mark: number }[]) =>
		v.strictObject({
			mark: v.nullable(v.picklist(anchors.map(({ mark }) => mark))),
			comment: shortText(commentLength),
			turns: v.pipe(v.array(turnId), v.maxLength(100)),
			seconds: v.pipe(v.array(v.pipe(v.number(), v.finite(), v.minValue(0))), v.maxLength(100)),
			snippet: v.nullable(v.pipe(v.string(), v.uuid()))
		});
	return v.strictObject({
		marks: v.strictObject(Object.fromEntries(criteria.map(({ key, anchors }) => [key, v.optional(given(anchors))]))),
		flags: v.pipe(
			v.array(
				v.strictObject({
					turn: turnId,
					is: v.picklist(['serves', 'breaks']),
					clause: shortText(200),
					note: shortText(commentLength)
				})
			),
			v.maxLength(2000)
		),
		comment: shortText(commentLength)
	});
}

/** Reads what a browser sent as a draft; null when it is none for this scorecard. */
function readDraft(scorecard: ScorecardBody, draft: unknown): ReviewDraft | null {
	const read = v.safeParse(draftSchema(scorecard), draft);
	return read.success ? (read.output as ReviewDraft) : null;
}

export type DraftSaving =
	| { code: 'saved'; revision: number; savedAt: Date }
	/** A newer one is there, from another page or device; nothing was written. */
	| { code: 'older'; revision: number }
	/** The review was finished; its marks stand. */
	| { code: 'finished' }
	| { code: 'missing' | 'invalid' };

/**
 * Saves what the reviewer has marked so far. `revision` is the one the browser saw plus one; the same again with the same
 * draft is answered like the first. Also after somebody else took the work over, so that nothing typed is lost. Somebody
 * else's review, or one of a person who is no mentee any more, is `missing`.
 */
export async function saveDraft(
	db: Db,
	actor: Actor,
	input: { reviewId: string; revision: number; draft: unknown },
	now: Date
): Promise<DraftSaving> {
	const [found] = await db
		.select({
			kind: review.kind,
			employeeId: review.employeeId,
			reviewerId: review.reviewerId,
			observedCallId: review.observedCallId,
			finishedAt: review.finishedAt,
			scorecard: item.shown
		})
		.from(review)
		.innerJoin(item, eq(item.hash, review.scorecardHash))
		.where(eq(review.id, input.reviewId));
	if (!found || found.reviewerId !== actor.id || !(await mayReview(db, actor, found))) return { code: 'missing' };
	if (found.finishedAt) return { code: 'finished' };
	const draft = readDraft(found.scorecard as ScorecardBody, input.draft);
	if (!draft || !Number.isSafeInteger(input.revision) || input.revision < 1 || input.revision > 2 ** 31 - 1) return { code: 'invalid' };
	return transact(db, async (tx) => {
		const [row] = await tx.select().from(review).where(eq(review.id, input.reviewId)).for('update');
		if (!row) return { code: 'missing' };
		if (row.finishedAt) return { code: 'finished' };
		if (input.revision <= row.revision) {
			const again = input.revision === row.revision && canonicalJson(row.draft) === canonicalJson(draft);
			return again ? { code: 'saved', revision: row.revision, savedAt: row.savedAt } : { code: 'older', revision: row.revision };
		}
		await tx.update(review).set({ draft, revision: input.revision, savedAt: now }).where(eq(review.id, row.id));
		return { code: 'saved', revision: input.revision, savedAt: now };
	});
}

/** Whether the actor may mark this: their own review of a call, a mentee's work, or a call they hear. */
async function mayReview(db: Db, actor: Actor, of: { kind: string; employeeId: string; observedCallId: string | null }): Promise<boolean> {
	if (of.kind === 'learner') return may(actor, 'practice.do', { relation: 'self' }) && of.employeeId === actor.id;
	const relation = await relationTo(db, actor, of.employeeId);
	return relation !== null && may(actor, of.observedCallId ? 'work.observe' : 'submission.judge', { relation });
}

/**
 * Finishes a review: its marks, what proves them and its flags become rows, and it gets its score. Finished once; a second
 * time finds the same score. Of one that somebody else's has taken the place of, throws: a claim decides before. The caller
 * has asked permission.
 */
export async function finishReview(tx: Db, library: Pick<Library, 'itemOf'>, reviewId: string, now: Date): Promise<Finishing> {
	return transact(tx, async (tx) => {
		const [row] = await tx.select().from(review).where(eq(review.id, reviewId)).for('update');
		if (!row || row.supersededAt) throw new Error(`Review ${reviewId} does not stand.`);
		const weighed = await weighReview(tx, library, row);
		if (weighed.code === 'incomplete') return weighed;
		await writeReview(tx, row, weighed, now);
		return { code: 'finished', score: weighed.score };
	});
}
type Finishing = { code: 'finished'; score: ScorecardScore } | { code: 'incomplete'; lacks: Lack[] };

const standingReview = worded((db) =>
	db
		.select()
		.from(review)
		.where(
			and(
				eq(review.submissionId, sql`(select ${deskItem.submissionId} from ${deskItem} where ${deskItem.id} = ${sql.placeholder('item')}::uuid)`),
				eq(review.kind, 'mentor'),
				isNull(review.supersededAt)
			)
		)
		.for('update')
		.prepare('standing_review')
);

/** The mentor's review that stands of what this item of the desk is about, locked; null when there is none. Inside a transaction. */
export async function lockMentorReview(tx: Db, itemId: string): Promise<ReviewRow | null> {
	const [row] = await standingReview(tx).execute({ item: itemId });
	return row ?? null;
}

export interface WeighedReview {
	code: 'weighed';
	score: ScorecardScore;
	scorecard: ScorecardBody;
}

/** What a standing review comes to, whose row this transaction has locked. Nothing is written. */
export async function weighReview(tx: Db, library: Pick<Library, 'itemOf'>, row: ReviewRow): Promise<WeighedReview | { code: 'incomplete'; lacks: Lack[] }> {
	const scorecard = await library.itemOf(row.scorecardHash, 'scorecard', tx);
	if (row.finishedAt) return { code: 'weighed', score: scoreScorecard(scorecard, await standingMarks(tx, row.id)), scorecard };
	const lacks = lacksOf(scorecard, row.draft);
	return lacks.length > 0 ? { code: 'incomplete', lacks } : { code: 'weighed', score: scoreScorecard(scorecard, marksOf(row.draft)), scorecard };
}

/** Writes down what `weighReview` found: the review is finished. A second time nothing is written. */
export async function writeReview(tx: Db, row: ReviewRow, { score, scorecard }: WeighedReview, now: Date): Promise<void> {
	if (row.finishedAt) return;
	await Promise.all([
		writeMarks(tx, row, scorecard, now),
		finishedReview(tx).execute({ id: row.id, at: now.toISOString(), ...columnsOf(score) })
	]);
}

const columnsOf = ({ raw, final, critical }: ScorecardScore) => ({ raw, final, critical, formula: scorecardFormulaVersion });
const finishedReview = worded((db) =>
	db
		.update(review)
		.set({
			finishedAt: sql`${sql.placeholder('at')}::timestamptz`,
			raw: sql`${sql.placeholder('raw')}`,
			final: sql`${sql.placeholder('final')}`,
			critical: sql`${sql.placeholder('critical')}`,
			formula: sql`${sql.placeholder('formula')}`
		})
		.where(eq(review.id, sql.placeholder('id')))
		.prepare('finished_review')
);

async function writeMarks(tx: Db, row: ReviewRow, scorecard: ScorecardBody, now: Date): Promise<void> {
	const { draft } = row;
	const snippets = await knownSnippets(tx, row);
	const marks = criteriaOf(scorecard).map(({ key }) => {
		const given = draft.marks[key]!;
		return {
			id: v7(),
			reviewId: row.id,
			criterion: key,
			mark: given.mark,
			comment: given.comment.trim() || null,
			snippetId: given.snippet && snippets.has(given.snippet) ? given.snippet : null,
			markedBy: row.reviewerId,
			at: now
		};
	});
	const proofs = marks.flatMap(({ id, criterion }) => evidenceRows(id, draft.marks[criterion]!));
	const flags = draft.flags.map(({ turn, is, clause, note }) => ({ reviewId: row.id, turn, is, clause, note: note.trim() || null }));
	// Sent together, done in this order: what proves a mark comes after it.
	await Promise.all([
		tx.insert(mark).values(marks),
		proofs.length > 0 && tx.insert(markEvidence).values(proofs),
		flags.length > 0 && tx.insert(turnFlag).values(flags).onConflictDoNothing()
	]);
}

const evidenceRows = (markId: string, { turns, seconds }: { turns: readonly string[]; seconds: readonly number[] }) => [
	...[...new Set(turns)].map((turn) => ({ markId, turn })),
	...[...new Set(seconds)].map((second) => ({ markId, second }))
];

/** Snippet versions the draft names that are there and the reviewer's own. */
async function knownSnippets(tx: Db, { draft, reviewerId }: ReviewRow): Promise<Set<string>> {
	const named = Object.values(draft.marks).flatMap((given) => given.snippet ?? []);
	if (named.length === 0) return new Set();
	const rows = await tx
		.select({ id: snippet.id })
		.from(snippet)
		.where(and(inArray(snippet.id, named), eq(snippet.ownerId, reviewerId)));
	return new Set(rows.map(({ id }) => id));
}

async function standingMarks(tx: Db, reviewId: string): Promise<Marks> {
	const rows = await tx
		.select({ criterion: mark.criterion, mark: mark.mark })
		.from(mark)
		.where(and(eq(mark.reviewId, reviewId), isNull(mark.supersededAt)));
	return Object.fromEntries(rows.map((row) => [row.criterion, row.mark]));
}

export interface GivenMark {
	id: string;
	mark: number | null;
	comment: string | null;
	by: { id: string; name: string };
	at: Date;
	/** Why it took the place of an earlier one; null for a first mark. */
	reason: string | null;
}
export interface DisputeRead {
	id: string;
	/** The mark that was contested. */
	markId: string;
	reason: string;
	raisedAt: Date;
	/** Null while it waits. */
	decided: { is: 'kept' | 'changed'; by: string; at: Date; reason: string } | null;
}
/** The standing mark of one criterion. */
export interface MarkRead extends GivenMark {
	criterion: string;
	turns: string[];
	seconds: number[];
	/** What stood before it, newest first. */
	earlier: GivenMark[];
	/** Newest first. */
	disputes: DisputeRead[];
}
export interface ReviewRead {
	id: string;
	kind: 'learner' | 'mentor';
	employeeId: string;
	submissionId: string | null;
	observedCallId: string | null;
	reviewer: { id: string; name: string };
	revision: number;
	savedAt: Date;
	draft: ReviewDraft;
	/** Null while it is made: then there are no marks, flags or score. */
	finishedAt: Date | null;
	scorecard: ScorecardView;
	/** In the scorecard's order. */
	marks: MarkRead[];
	flags: { turn: string; is: 'serves' | 'breaks'; clause: { id: string; title: string }; note: string | null }[];
	score: ScoreSum | null;
}

/** A review with all that was said of it; null when there is none. The caller has asked permission. Six queries at most. */
export async function readReview(db: Db, library: Library, reviewId: string, locale: string): Promise<ReviewRead | null> {
	const reviewer = alias(employee, 'reviewer');
	const [[found], marks, proofs, flags, disputes] = await Promise.all([
		db
			.select({ row: review, name: reviewer.name })
			.from(review)
			.innerJoin(reviewer, eq(reviewer.id, review.reviewerId))
			.where(eq(review.id, reviewId)),
		db
			.select({ row: mark, name: employee.name })
			.from(mark)
			.innerJoin(employee, eq(employee.id, mark.markedBy))
			.where(eq(mark.reviewId, reviewId))
			.orderBy(desc(mark.at), desc(mark.id)),
		db
			.select({ markId: markEvidence.markId, turn: markEvidence.turn, second: markEvidence.second })
			.from(markEvidence)
			.innerJoin(mark, eq(mark.id, markEvidence.markId))
			.where(eq(mark.reviewId, reviewId))
			.orderBy(asc(markEvidence.second), asc(markEvidence.id)),
		db.select().from(turnFlag).where(eq(turnFlag.reviewId, reviewId)),
		db
			.select({ row: dispute, decider: employee.name })
			.from(dispute)
			.leftJoin(employee, eq(employee.id, dispute.decidedBy))
			.where(eq(dispute.reviewId, reviewId))
			.orderBy(desc(dispute.raisedAt))
	]);
	if (!found) return null;
	const { row } = found;
	const [body, view] = await Promise.all([
		library.itemOf(row.scorecardHash, 'scorecard'),
		scorecardView(db, library, row.scorecardHash, locale)
	]);
	const release = library.current();
	const read = criteriaOf(body).flatMap(({ key }): MarkRead[] => {
		const given = marks.filter((one) => one.row.criterion === key);
		const standing = given.find((one) => one.row.supersededAt === null);
		if (!standing) return [];
		const own = proofs.filter((one) => one.markId === standing.row.id);
		return [
			{
				criterion: key,
				...givenMark(standing),
				turns: own.flatMap(({ turn }) => turn ?? []),
				seconds: own.flatMap(({ second }) => second ?? []),
				earlier: inOrder(given, standing).map(givenMark),
				disputes: disputes.filter((one) => one.row.criterion === key).map(describeDispute)
			}
		];
	});
	return {
		id: row.id,
		kind: row.kind as ReviewRead['kind'],
		employeeId: row.employeeId,
		submissionId: row.submissionId,
		observedCallId: row.observedCallId,
		reviewer: { id: row.reviewerId, name: found.name },
		revision: row.revision,
		savedAt: row.savedAt,
		draft: row.draft,
		finishedAt: row.finishedAt,
		scorecard: view,
		marks: read,
		flags: flags.map(({ turn, is, clause, note }) => ({
			turn,
			is: is as 'serves' | 'breaks',
			clause: { id: clause, title: clauseTitle(release, clause, locale) },
			note
		})),
		score: row.finishedAt ? sumOf(body, Object.fromEntries(read.map((one) => [one.criterion, one.mark]))) : null
	};
}

type MarkRow = { row: typeof mark.$inferSelect; name: string };

const givenMark = ({ row, name }: MarkRow): GivenMark => ({
	id: row.id,
	mark: row.mark,
	comment: row.comment,
	by: { id: row.markedBy, name },
	at: row.at,
	reason: row.reason
});

/** What the standing mark corrects, and what that corrected: newest first. */
function inOrder(given: readonly MarkRow[], standing: MarkRow): MarkRow[] {
	const earlier = given.find(({ row }) => row.id === standing.row.corrects);
	return earlier ? [earlier, ...inOrder(given, earlier)] : [];
}

const describeDispute = ({ row, decider }: { row: typeof dispute.$inferSelect; decider: string | null }): DisputeRead => ({
	id: row.id,
	markId: row.markId,
	reason: row.reason,
	raisedAt: row.raisedAt,
	decided: row.decision
		? { is: row.decision as 'kept' | 'changed', by: decider ?? '', at: row.decidedAt!, reason: row.decisionReason ?? '' }
		: null
});

const clauseTitle = (release: Release, id: string, locale: string): string => {
	const found = release.clause(id);
	return found ? inLocale(found.clause.title, locale, release.academy.defaultLocale) : id;
};

/** A scorecard in one language, with its clauses by title and what disputes have settled. One query when it is in memory. */
export async function scorecardView(db: Db, library: Library, scorecardHash: string, locale: string): Promise<ScorecardView> {
	const body = await library.itemOf(scorecardHash, 'scorecard');
	const rulings = await db
		.select({ criterion: ruling.criterion, body: ruling.body, madeAt: ruling.madeAt })
		.from(ruling)
		.where(and(eq(ruling.scorecard, body.key), isNull(ruling.withdrawnAt)))
		.orderBy(desc(ruling.madeAt));
	const release = library.current();
	const told = (text: ScorecardBody['title']) => inLocale(text, locale, release.academy.defaultLocale);
	return {
		key: body.key,
		title: told(body.title),
		mode: body.mode,
		sections: body.sections.map((section) => ({
			key: section.key,
			title: told(section.title),
			weight: section.weight,
			criteria: section.criteria.map(({ key, title, weight, min, max, critical, notApplicableAllowed, clause, anchors }) => ({
				key,
				title: told(title),
				weight,
				min,
				max,
				critical,
				notApplicableAllowed,
				clause: clause === null ? null : { id: clause, title: clauseTitle(release, clause, locale) },
				anchors: anchors.map(({ mark, words }) => ({ mark, words: told(words) })),
				rulings: rulings.filter((one) => one.criterion === key).map(({ body, madeAt }) => ({ body, madeAt }))
			}))
		}))
	};
}

export interface Correction {
	/** The mark that stands now. */
	markId: string;
	/** On the criterion's scale; null = not applicable. */
	mark: number | null;
	comment: string;
	reason: string;
	/** Becomes the id of the new mark: sent twice, it is one correction. */
	clientKey: string;
}
export type Correcting =
	| { code: 'corrected'; score: ScorecardScore }
	/** Somebody corrected it in the meantime. */
	| { code: 'older' }
	/** Contested: whoever decides the dispute decides about it. */
	| { code: 'disputed' }
	| { code: 'missing' | 'no-reason' | 'no-comment' | 'too-long' | 'invalid' };

/**
 * The reviewer corrects a mark of a finished review. The old one stays to be seen, with the reason beside the new one, and
 * the score follows. Somebody else's mark is `missing`; `invalid` is a mark off the scale, `no-comment` a "not applicable"
 * without its reason.
 */
export async function correctMark(db: Db, library: Library, actor: Actor, input: Correction, now: Date): Promise<Correcting> {
	const [found] = await db
		.select({ kind: review.kind, employeeId: review.employeeId, observedCallId: review.observedCallId })
		.from(mark)
		.innerJoin(review, eq(review.id, mark.reviewId))
		.where(and(eq(mark.id, input.markId), eq(mark.markedBy, actor.id), eq(review.reviewerId, actor.id)));
	if (!found || found.kind !== 'mentor' || !(await mayReview(db, actor, found))) return { code: 'missing' };
	return transact(db, (tx) => correctStandingMark(tx, library, actor, input, now, { isDecision: false }));
}

/** Does it; the caller has asked permission. `isDecision`: a dispute about it is being decided by this. */
export async function correctStandingMark(
	tx: Db,
	library: Library,
	actor: Actor,
	input: Correction,
	now: Date,
	{ isDecision }: { isDecision: boolean }
): Promise<Correcting> {
	const by = actor.id;
	const [reason, comment] = [input.reason.trim(), input.comment.trim()];
	if (reason === '') return { code: 'no-reason' };
	if (reason.length > reasonLength || comment.length > commentLength) return { code: 'too-long' };
	const [old] = await tx.select().from(mark).where(eq(mark.id, input.markId));
	if (!old) return { code: 'missing' };
	const [row] = await tx.select().from(review).where(eq(review.id, old.reviewId)).for('update');
	if (!row?.finishedAt) return { code: 'missing' };
	const scorecard = await library.itemOf(row.scorecardHash, 'scorecard', tx);
	const criterion = scorecard.sections.flatMap(({ criteria }) => criteria).find(({ key }) => key === old.criterion);
	const onScale = input.mark === null ? criterion?.notApplicableAllowed : criterion?.anchors.some((one) => one.mark === input.mark);
	if (!onScale) return { code: 'invalid' };
	if (input.mark === null && comment === '') return { code: 'no-comment' };

	const [sent] = await tx.select({ corrects: mark.corrects, markedBy: mark.markedBy }).from(mark).where(eq(mark.id, input.clientKey));
	if (sent) {
		return sent.corrects === old.id && sent.markedBy === by
			? { code: 'corrected', score: scoreScorecard(scorecard, await standingMarks(tx, row.id)) }
			: { code: 'missing' };
	}
	if (!isDecision && (await isContested(tx, old.id))) return { code: 'disputed' };
	const [left] = await tx
		.update(mark)
		.set({ supersededAt: now })
		.where(and(eq(mark.id, old.id), isNull(mark.supersededAt)))
		.returning({ id: mark.id });
	if (!left) return { code: 'older' };
	await tx.insert(mark).values({
		id: input.clientKey,
		reviewId: row.id,
		criterion: old.criterion,
		mark: input.mark,
		comment: comment || null,
		markedBy: by,
		at: now,
		corrects: old.id,
		reason
	});
	// What proved the old mark is what the new one is about.
	const proofs = await tx.select().from(markEvidence).where(eq(markEvidence.markId, old.id));
	if (proofs.length > 0) {
		await tx.insert(markEvidence).values(proofs.map(({ turn, second }) => ({ markId: input.clientKey, turn, second })));
	}
	const score = scoreScorecard(scorecard, await standingMarks(tx, row.id));
	await tx.update(review).set(columnsOf(score)).where(eq(review.id, row.id));
	if (row.observedCallId) await callWasCorrected(tx, library, row.observedCallId, reason, now);
	else if (row.submissionId && row.kind === 'mentor') await workWasCorrected(tx, library, row.submissionId, reason, now);
	// A decision stands in the log as such.
	const corrected = { actor, action: 'mark.corrected', person: row.employeeId, target: { kind: 'mark', id: old.id }, details: { criterion: old.criterion } } as const;
	if (!isDecision) await recordAudit(tx, corrected, now);
	return { code: 'corrected', score };
}

async function isContested(tx: Db, markId: string): Promise<boolean> {
	const rows = await tx.select({ id: dispute.id }).from(dispute).where(and(eq(dispute.markId, markId), isNull(dispute.decidedAt)));
	return rows.length > 0;
}
