/**
 * Disputes: a learner contests one mark, somebody else than its reviewer decides. The old mark stays to be seen; the
 * decision can become a ruling that is shown beside the criterion from then on.
 */
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { disputableUntil } from '../../core/dispute.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Localized } from '../../core/questions/question.ts';
import type { ScorecardScore } from '../../core/scorecard.ts';
import { transact, worded, type Db } from '../db/open.ts';
import { deskItem, dispute, employee, mark, review, ruling } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { recordAudit } from './audit.ts';
import { contestedCriterion, finishItem, readJudgeable } from './desk.ts';
import { commentLength, correctStandingMark, reasonLength, type Correcting } from './reviews.ts';

/**
 * Contests a mark of the actor's own work; the same `clientKey` again is the same dispute. `over`: its time is over.
 * `decided`: it was given by whoever decided a dispute, and is not contested again. `older`: another mark stands by now.
 */
export async function raiseDispute(
	db: Db,
	actor: Actor,
	input: { markId: string; reason: string; clientKey: string },
	now: Date
): Promise<{ code: 'raised' } | { code: 'no-reason' | 'too-long' | 'over' | 'decided' | 'older' | 'missing' }> {
	const [found] = await db
		.select({ mark, review })
		.from(mark)
		.innerJoin(review, eq(review.id, mark.reviewId))
		.where(and(eq(mark.id, input.markId), eq(review.employeeId, actor.id)));
	if (found?.review.kind !== 'mentor' || !found.review.finishedAt || !may(actor, 'dispute.raise', { relation: 'self' })) return { code: 'missing' };
	const reason = input.reason.trim();
	if (reason === '') return { code: 'no-reason' };
	if (reason.length > reasonLength) return { code: 'too-long' };
	return transact(db, async (tx) => {
		// The review's lock: a correction and a dispute of the same mark come one after the other.
		await tx.select({ id: review.id }).from(review).where(eq(review.id, found.review.id)).for('update');
		const [known] = await tx.select({ id: dispute.id }).from(dispute).where(eq(dispute.markId, input.markId));
		if (known) return { code: 'raised' };
		const [standing] = await tx.select({ supersededAt: mark.supersededAt }).from(mark).where(eq(mark.id, input.markId));
		if (standing!.supersededAt) return { code: 'older' };
		const [settled] = await tx.select({ id: dispute.id }).from(dispute).where(eq(dispute.newMarkId, input.markId));
		if (settled) return { code: 'decided' };
		if (now > disputableUntil(found.mark.at)) return { code: 'over' };
		const [raised] = await tx
			.insert(dispute)
			.values({
				id: input.clientKey,
				markId: input.markId,
				reviewId: found.review.id,
				criterion: found.mark.criterion,
				raisedBy: actor.id,
				reviewerId: found.mark.markedBy,
				reason,
				raisedAt: now
			})
			.onConflictDoNothing()
			.returning({ id: dispute.id });
		if (raised) {
			await tx.insert(deskItem).values({ kind: 'dispute', employeeId: actor.id, disputeId: raised.id, round: 1, waitingSince: now });
			const details = { criterion: found.mark.criterion };
			await recordAudit(tx, { actor, action: 'dispute.raised', person: actor.id, target: { kind: 'dispute', id: raised.id }, details }, now);
		}
		return { code: 'raised' };
	});
}

export interface DisputeDecision {
	itemId: string;
	decision: 'kept' | 'changed';
	/** The new mark when it is changed; null = not applicable. */
	mark: number | null;
	/** Of the new mark. */
	comment: string;
	reason: string;
	/** Shown beside the criterion from now on; '' = no ruling. */
	ruling: string;
	/** Becomes the id of the new mark. */
	clientKey: string;
}
export type DecidingDispute =
	| { code: 'decided'; decision: 'kept' | 'changed'; score: ScorecardScore | null }
	| { code: 'taken'; by: string }
	| { code: 'unclaimed' | 'finished' | 'no-reason' | 'too-long' | 'missing' }
	| { code: Exclude<Correcting['code'], 'corrected'> };

/**
 * Keeps or changes a contested mark, with a reason, and finishes the desk's item, once. Who gave the mark gets `missing`.
 */
export async function decideDispute(db: Db, library: Library, actor: Actor, input: DisputeDecision, now: Date): Promise<DecidingDispute> {
	const found = await readJudgeable(db, actor, input.itemId);
	if (!found?.dispute) return { code: 'missing' };
	const [reason, words] = [input.reason.trim(), input.ruling.trim()];
	if (found.item.finishedAt === null) {
		if (reason === '') return { code: 'no-reason' };
		if (reason.length > reasonLength || words.length > reasonLength || input.comment.length > commentLength) return { code: 'too-long' };
	}
	const { id: disputeId, markId } = found.dispute;
	return transact(db, async (tx): Promise<DecidingDispute> => {
		const [item] = await tx.select().from(deskItem).where(eq(deskItem.id, input.itemId)).for('update');
		const [row] = await tx.select().from(dispute).where(eq(dispute.id, disputeId)).for('update');
		if (!item || !row) return { code: 'missing' };
		if (item.finishedAt || row.decision) {
			return row.decidedBy === actor.id ? { code: 'decided', decision: row.decision as 'kept' | 'changed', score: null } : { code: 'finished' };
		}
		if (item.claimedBy !== actor.id) {
			const [other] =
				item.claimedBy && item.claimedUntil && item.claimedUntil > now
					? await tx.select({ name: employee.name }).from(employee).where(eq(employee.id, item.claimedBy))
					: [];
			return other ? { code: 'taken', by: other.name } : { code: 'unclaimed' };
		}
		let score: ScorecardScore | null = null;
		if (input.decision === 'changed') {
			const correction = { markId, mark: input.mark, comment: input.comment, reason, clientKey: input.clientKey };
			const outcome = await correctStandingMark(tx, library, actor, correction, now, { isDecision: true });
			if (outcome.code !== 'corrected') return outcome;
			score = outcome.score;
		}
		await tx
			.update(dispute)
			.set({
				decision: input.decision,
				decidedBy: actor.id,
				decidedAt: now,
				decisionReason: reason,
				newMarkId: input.decision === 'changed' ? input.clientKey : null
			})
			.where(eq(dispute.id, disputeId));
		if (words !== '') await makeRuling(tx, library, row, { body: words, by: actor.id }, now);
		await finishItem(tx, item.id, actor, now);
		const details = { criterion: row.criterion, decision: input.decision };
		await recordAudit(tx, { actor, action: 'dispute.decided', person: item.employeeId, target: { kind: 'dispute', id: row.id }, details }, now);
		return { code: 'decided', decision: input.decision, score };
	});
}

async function makeRuling(tx: Db, library: Library, { id, reviewId, criterion }: typeof dispute.$inferSelect, { body, by }: { body: string; by: string }, now: Date): Promise<void> {
	const [of] = await tx.select({ scorecardHash: review.scorecardHash }).from(review).where(eq(review.id, reviewId));
	const { key } = await library.itemOf(of!.scorecardHash, 'scorecard', tx);
	await tx.insert(ruling).values({ scorecard: key, criterion, body, disputeId: id, madeBy: by, madeAt: now });
}

/** Disputes that wait and that HR may decide, oldest first, and how many there are. */
export async function listDisputesForHr(
	db: Db,
	actor: Actor,
	limit = 20
): Promise<{ disputes: { itemId: string; person: string; criterion: Localized | null; since: Date; claimedBy: string | null }[]; total: number }> {
	if (!may(actor, 'dispute.decide', { relation: 'other' })) return { disputes: [], total: 0 };
	const found = await waitingForHr(db).execute({ me: actor.id, limit });
	return { disputes: found.map(({ total: _, ...one }) => one), total: found[0]?.total ?? 0 };
}

const waitingForHr = worded((db) => {
	const me = sql.placeholder('me');
	const claimer = sql<string | null>`(select claimer.name from ${employee} claimer where claimer.id = ${deskItem.claimedBy})`;
	return db
		.select({
			...{ itemId: deskItem.id, person: employee.name, criterion: contestedCriterion, since: deskItem.waitingSince, claimedBy: claimer },
			total: sql<number>`(count(*) over ())::int`
		})
		.from(deskItem)
		.innerJoin(dispute, eq(dispute.id, deskItem.disputeId))
		.innerJoin(employee, eq(employee.id, deskItem.employeeId))
		.where(and(eq(deskItem.kind, 'dispute'), isNull(deskItem.finishedAt), sql`${deskItem.employeeId} <> ${me}`, sql`${dispute.reviewerId} <> ${me}`))
		.orderBy(asc(deskItem.waitingSince), asc(deskItem.id))
		.limit(sql.placeholder('limit'))
		.prepare('disputes_for_hr');
});
