/** What learners hand in for a mentor's judgement: open answers, recordings, call reviews, live role-plays. */
import { and, desc, eq, sql } from 'drizzle-orm';
import type { Actor } from '../../core/permissions.ts';
import { transact, type Db, worded } from '../db/open.ts';
import { deskItem, employee, submission } from '../db/schema/index.ts';
import type { Release } from '../library.ts';
import { recordAudit } from './audit.ts';
import { recordExercise } from './progress.ts';

export type SubmissionKind = 'call-review' | 'recording' | 'open' | 'live-role-play';

export interface HandIn {
	employeeId: string;
	/** Who hands it in, with the address of the request; the person themselves when not told. */
	by?: Actor;
	/** `course/lesson/key` */
	exercise: string;
	kind: SubmissionKind;
	/** The exercise as it was shown. */
	itemHash: string;
	/** The call of a call review, the scene of a live role-play. */
	subjectHash?: string | null;
	/** Scorecard a mentor marks it on; null = decided without marks. */
	scorecardHash?: string | null;
	/** Words of an open answer. */
	answer?: string | null;
	recordingId?: string | null;
	/** The draft that becomes this, where the kind has drafts (call reviews). */
	submissionId?: string;
	/** Made by the page: the same again is the same submission. */
	clientKey: string;
	/** When the work on it began; `now` when not told. */
	startedAt?: Date;
}

export type HandingIn =
	| {
			code: 'waiting';
			submissionId: string;
			deskItemId: string;
			/** Round, from 1. */
			number: number;
			lessonDone: boolean;
			courseCompleted: boolean;
	  }
	/** A mentor is judging what was handed in before: nothing was changed. */
	| { code: 'claimed' }
	/** Accepted before: there is nothing to hand in any more. */
	| { code: 'accepted' };

/**
 * Puts work on the review desk: a submission that waits, and the desk's item for it. What waits already and no mentor has
 * taken is replaced, and keeps its place in the queue; after a return it is the next round. The exercise counts as handed
 * in (a live role-play does not: that is played with the mentor). Call it inside the transaction of the step that hands
 * in; the caller has asked permission and enrolment. Throws when `submissionId` is not a draft of this person.
 */
export async function handIn(tx: Db, release: Release, input: HandIn, now: Date): Promise<HandingIn> {
	return transact(tx, async (tx) => {
		// One hand-in of a person after the other: two at once would make two rounds.
		await tx.select({ id: employee.id }).from(employee).where(eq(employee.id, input.employeeId)).for('no key update');
		const own = and(
			eq(submission.employeeId, input.employeeId),
			eq(submission.exercise, input.exercise),
			eq(submission.kind, input.kind)
		);
		const rounds = await tx
			.select({ id: submission.id, number: submission.number, state: submission.state, clientKey: submission.clientKey, deskItemId: deskItem.id })
			.from(submission)
			.leftJoin(deskItem, eq(deskItem.submissionId, submission.id))
			.where(own)
			.orderBy(desc(submission.number));
		const progress = async (id: string, round: number) => {
			const done = await recordHandIn(tx, release, input, now);
			const { employeeId: person, exercise, kind } = input;
			const actor = input.by ?? { id: person };
			await recordAudit(tx, { actor, action: 'submission.handed-in', person, target: { kind: 'submission', id }, details: { exercise, kind, round } }, now);
			return done;
		};
		const sent = rounds.find((one) => one.state !== 'draft' && (one.id === input.submissionId || one.clientKey === input.clientKey));
		if (sent?.deskItemId) {
			const { id, number, deskItemId } = sent;
			return { code: 'waiting', submissionId: id, deskItemId, number, lessonDone: false, courseCompleted: false };
		}
		if (rounds.some(({ state }) => state === 'accepted')) return { code: 'accepted' };

		const waiting = rounds.find(({ state }) => state === 'waiting');
		const content = {
			state: 'waiting',
			itemHash: input.itemHash,
			subjectHash: input.subjectHash ?? null,
			scorecardHash: input.scorecardHash ?? null,
			answer: input.answer ?? null,
			recordingId: input.recordingId ?? null,
			clientKey: input.clientKey,
			submittedAt: now
		};
		if (waiting?.deskItemId) {
			const { id, number, deskItemId } = waiting;
			const [item] = await tx.select().from(deskItem).where(eq(deskItem.id, deskItemId)).for('update');
			if (item!.finishedAt || (item!.claimedUntil && item!.claimedUntil > now)) return { code: 'claimed' };
			await tx.update(submission).set(content).where(eq(submission.id, id));
			return { code: 'waiting', submissionId: id, deskItemId, number, ...(await progress(id, number)) };
		}
		const begun = input.submissionId ? await finishDraft(tx, input.submissionId, input.employeeId, content) : null;
		const number = begun?.number ?? (rounds[0]?.number ?? 0) + 1;
		const submissionId = begun?.id ?? (await insertSubmission(tx, input, number, content, now));
		const [item] = await tx
			.insert(deskItem)
			.values({ kind: input.kind, employeeId: input.employeeId, submissionId, round: number, waitingSince: now })
			.returning({ id: deskItem.id });
		return { code: 'waiting', submissionId, deskItemId: item!.id, number, ...(await progress(submissionId, number)) };
	});
}

type Content = Pick<
	typeof submission.$inferInsert,
	'state' | 'itemHash' | 'subjectHash' | 'scorecardHash' | 'answer' | 'recordingId' | 'clientKey' | 'submittedAt'
>;

async function insertSubmission(tx: Db, input: HandIn, number: number, content: Content, now: Date): Promise<string> {
	const { employeeId, exercise, kind } = input;
	const [row] = await tx
		.insert(submission)
		.values({ employeeId, exercise, kind, number, startedAt: input.startedAt ?? now, ...content })
		.returning({ id: submission.id });
	return row!.id;
}

/** The draft keeps its own key: that is what the page that works on it knows. */
async function finishDraft(tx: Db, id: string, employeeId: string, content: Content) {
	const { state, scorecardHash, submittedAt } = content;
	const [row] = await tx
		.update(submission)
		.set({ state, scorecardHash, submittedAt })
		.where(and(eq(submission.id, id), eq(submission.employeeId, employeeId), eq(submission.state, 'draft')))
		.returning({ id: submission.id, number: submission.number });
	if (!row) throw new Error(`Submission ${id} is no draft of ${employeeId}.`);
	return row;
}

async function recordHandIn(tx: Db, release: Release, { employeeId, exercise, itemHash, kind }: HandIn, now: Date) {
	if (kind === 'live-role-play') return { lessonDone: false, courseCompleted: false };
	return recordExercise(tx, release, employeeId, { exercise, itemHash, done: 'submitted', met: false }, now);
}

const acceptedRow = worded((db) =>
	db
		.update(submission)
		.set({
			state: 'accepted',
			decidedAt: sql`${sql.placeholder('at')}::timestamptz`,
			decidedBy: sql`${sql.placeholder('by')}::uuid`,
			reason: sql`${sql.placeholder('comment')}`
		})
		.where(and(eq(submission.id, sql.placeholder('id')), eq(submission.state, 'waiting')))
		.returning({ id: submission.id })
		.prepare('accepted_submission')
);

/**
 * A mentor accepts: what the course asks of the exercise is reached. Inside the transaction that finishes the desk's item.
 *
 * @throws Error when the submission does not wait any more: the transaction must not go on
 */
export async function acceptSubmission(
	tx: Db,
	release: Release,
	{ row, by, comment }: { row: typeof submission.$inferSelect; by: string; comment: string | null },
	now: Date
): Promise<void> {
	const { id, exercise, itemHash, kind } = row;
	const done = kind === 'live-role-play' ? 'ended' : 'submitted';
	const [accepted] = await Promise.all([
		acceptedRow(tx).execute({ id, by, comment, at: now.toISOString() }),
		recordExercise(tx, release, row.employeeId, { exercise, itemHash, done, met: true }, now)
	]);
	if (accepted.length === 0) throw new Error(`Submission ${id} does not wait.`);
}

/** A mentor returns it with reasons; it is wanted again by then. Inside the transaction that finishes the desk's item. */
export async function returnSubmission(
	tx: Db,
	decision: { submissionId: string; by: string; reason: string; againBy: Date },
	now: Date
): Promise<void> {
	const { submissionId, by, reason, againBy } = decision;
	const [row] = await tx
		.update(submission)
		.set({ state: 'returned', decidedAt: now, decidedBy: by, reason, againBy })
		.where(and(eq(submission.id, submissionId), eq(submission.state, 'waiting')))
		.returning({ id: submission.id });
	if (!row) throw new Error(`Submission ${submissionId} does not wait.`);
}
