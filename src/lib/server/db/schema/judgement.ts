import { sql } from 'drizzle-orm';
import {
	type AnyPgColumn,
	check,
	doublePrecision,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import type { Comparison } from '../../../core/comparison.ts';
import type { ReviewDraft } from '../../../core/review.ts';
import { id, moment } from './common.ts';
import { observedCall } from './competency.ts';
import { item } from './content.ts';
import { employee } from './people.ts';
import { recording } from './practice.ts';

/** What a learner hands in for judgement: one try at a call review, a recording, an open answer, a live role-play. */
export const submission = pgTable(
	'submission',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		/** `course/lesson/key` */
		exercise: text('exercise').notNull(),
		kind: text('kind').notNull(),
		/** Try, from 1; the round of the review desk. */
		number: integer('number').notNull(),
		/**
		 * draft: still being worked on. waiting: on the review desk. accepted: by a mentor, or passed against the reference.
		 * returned: by a mentor, with reasons. failed: not passed against the reference; the next try is on the next call.
		 */
		state: text('state').notNull(),
		/** The exercise as it was. */
		itemHash: text('item_hash')
			.notNull()
			.references(() => item.hash),
		/** The call of a call review, the scene of a live role-play. */
		subjectHash: text('subject_hash').references(() => item.hash),
		scorecardHash: text('scorecard_hash').references(() => item.hash),
		/** The open answer in the learner's words. */
		answer: text('answer'),
		recordingId: uuid('recording_id').references(() => recording.id),
		clientKey: uuid('client_key').notNull(),
		startedAt: moment('started_at').notNull(),
		submittedAt: moment('submitted_at'),
		decidedAt: moment('decided_at'),
		/** Null when the comparison with the reference decided. */
		decidedBy: uuid('decided_by').references(() => employee.id),
		/** Why it was returned. */
		reason: text('reason'),
		/** By when it is wanted again after a return. */
		againBy: moment('again_by')
	},
	(t) => [
		uniqueIndex('submission_number_once').on(t.employeeId, t.exercise, t.kind, t.number),
		uniqueIndex('submission_once').on(t.employeeId, t.clientKey),
		uniqueIndex('submission_recording_once').on(t.recordingId),
		uniqueIndex('submission_one_open')
			.on(t.employeeId, t.exercise, t.kind)
			.where(sql`${t.state} in ('draft', 'waiting')`),
		index('submission_exercise').on(t.exercise),
		check('submission_kind_known', sql`${t.kind} in ('call-review', 'recording', 'open', 'live-role-play')`),
		check('submission_state_known', sql`${t.state} in ('draft', 'waiting', 'accepted', 'returned', 'failed')`),
		check('submission_submitted_whole', sql`(${t.state} = 'draft') = (${t.submittedAt} is null)`),
		check('submission_decided_whole', sql`(${t.state} in ('accepted', 'returned', 'failed')) = (${t.decidedAt} is not null)`),
		check('submission_returned_with_reason', sql`${t.state} <> 'returned' or (${t.reason} is not null and ${t.decidedBy} is not null)`),
		check('submission_not_self', sql`${t.decidedBy} <> ${t.employeeId}`)
	]
);

/** One thing that waits on the review desk: a submission or a dispute. A claim is a lease; finished once. */
export const deskItem = pgTable(
	'desk_item',
	{
		id: id(),
		kind: text('kind').notNull(),
		/** Whose work it is. */
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		submissionId: uuid('submission_id')
			.unique()
			.references(() => submission.id),
		disputeId: uuid('dispute_id')
			.unique()
			.references(() => dispute.id),
		round: integer('round').notNull(),
		waitingSince: moment('waiting_since').notNull(),
		claimedBy: uuid('claimed_by').references(() => employee.id),
		claimedUntil: moment('claimed_until'),
		/** Whom it was handed over to; null = to nobody in particular. */
		handedTo: uuid('handed_to').references(() => employee.id),
		finishedAt: moment('finished_at'),
		finishedBy: uuid('finished_by').references(() => employee.id)
	},
	(t) => [
		index('desk_item_waiting')
			.on(t.waitingSince, t.id)
			.where(sql`${t.finishedAt} is null`),
		index('desk_item_employee').on(t.employeeId),
		index('desk_item_claimed')
			.on(t.claimedBy)
			.where(sql`${t.finishedAt} is null`),
		index('desk_item_handed')
			.on(t.handedTo)
			.where(sql`${t.finishedAt} is null`),
		/** How long people waited, from the newest ones. */
		index('desk_item_finished')
			.on(t.kind, t.finishedAt)
			.where(sql`${t.finishedAt} is not null`),
		check('desk_item_kind_known', sql`${t.kind} in ('call-review', 'recording', 'open', 'live-role-play', 'dispute')`),
		check('desk_item_of_one_thing', sql`(${t.submissionId} is null) <> (${t.disputeId} is null)`),
		check('desk_item_claim_whole', sql`(${t.claimedBy} is null) = (${t.claimedUntil} is null)`),
		check('desk_item_finish_whole', sql`(${t.finishedAt} is null) = (${t.finishedBy} is null)`),
		check('desk_item_not_self', sql`${t.claimedBy} <> ${t.employeeId} and ${t.finishedBy} <> ${t.employeeId}`)
	]
);

/** Marks of one person on one scorecard: of a submission or of an observed call. */
export const review = pgTable(
	'review',
	{
		id: id(),
		kind: text('kind').notNull(),
		/** Whose work is judged; for a learner's own review of a call, the learner. */
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		reviewerId: uuid('reviewer_id')
			.notNull()
			.references(() => employee.id),
		submissionId: uuid('submission_id').references(() => submission.id),
		observedCallId: uuid('observed_call_id').references(() => observedCall.id),
		scorecardHash: text('scorecard_hash')
			.notNull()
			.references(() => item.hash),
		/** What was marked so far, saved by itself; kept as it was at the end. */
		draft: jsonb('draft').$type<ReviewDraft>().notNull(),
		/** Counted up by the browser; an older one never overwrites a newer one. */
		revision: integer('revision').notNull().default(0),
		startedAt: moment('started_at').notNull(),
		savedAt: moment('saved_at').notNull(),
		/** From then on its marks stand in `mark`. */
		finishedAt: moment('finished_at'),
		/** Another review of this kind stands in its place. */
		supersededAt: moment('superseded_at'),
		/** 0 to 100; null = everything not applicable, or not finished. Follows corrections of marks. */
		raw: doublePrecision('raw'),
		final: doublePrecision('final'),
		/** 0 to 1; null without critical criteria. */
		critical: doublePrecision('critical'),
		formula: integer('formula')
	},
	(t) => [
		uniqueIndex('review_one_standing')
			.on(t.submissionId, t.kind)
			.where(sql`${t.supersededAt} is null`),
		uniqueIndex('review_one_standing_observed')
			.on(t.observedCallId, t.kind)
			.where(sql`${t.supersededAt} is null`),
		index('review_employee').on(t.employeeId),
		index('review_reviewer').on(t.reviewerId),
		check('review_kind_known', sql`${t.kind} in ('learner', 'mentor')`),
		check('review_of_one_thing', sql`(${t.submissionId} is null) <> (${t.observedCallId} is null)`),
		check('review_self_is_learner', sql`(${t.kind} = 'learner') = (${t.reviewerId} = ${t.employeeId})`),
		check('review_finish_whole', sql`${t.finishedAt} is null or ${t.formula} is not null`)
	]
);

/** A mark once given. Never overwritten: a correction is a new row with a reason, and the old one stays to be seen. */
export const mark = pgTable(
	'mark',
	{
		id: id(),
		reviewId: uuid('review_id')
			.notNull()
			.references(() => review.id),
		criterion: text('criterion').notNull(),
		/** On the criterion's scale; null = not applicable. */
		mark: doublePrecision('mark'),
		comment: text('comment'),
		/** Version of the snippet the comment began as. */
		snippetId: uuid('snippet_id').references(() => snippet.id),
		markedBy: uuid('marked_by')
			.notNull()
			.references(() => employee.id),
		at: moment('at').notNull(),
		/** The mark it corrects, and why. */
		corrects: uuid('corrects').references((): AnyPgColumn => mark.id),
		reason: text('reason'),
		supersededAt: moment('superseded_at')
	},
	(t) => [
		uniqueIndex('mark_one_standing')
			.on(t.reviewId, t.criterion)
			.where(sql`${t.supersededAt} is null`),
		uniqueIndex('mark_corrected_once').on(t.corrects),
		check('mark_correction_has_reason', sql`(${t.corrects} is null) = (${t.reason} is null)`)
	]
);

/** What proves a mark: a turn of the transcript, or a moment of a recording. */
export const markEvidence = pgTable(
	'mark_evidence',
	{
		id: id(),
		markId: uuid('mark_id')
			.notNull()
			.references(() => mark.id),
		turn: text('turn'),
		/** Seconds from the beginning. */
		second: doublePrecision('second')
	},
	(t) => [
		index('mark_evidence_mark').on(t.markId),
		check('mark_evidence_one', sql`(${t.turn} is null) <> (${t.second} is null)`)
	]
);

/** A turn that serves or breaks a clause, in a finished review. */
export const turnFlag = pgTable(
	'turn_flag',
	{
		reviewId: uuid('review_id')
			.notNull()
			.references(() => review.id),
		turn: text('turn').notNull(),
		is: text('is').notNull(),
		clause: text('clause').notNull(),
		note: text('note')
	},
	(t) => [
		primaryKey({ columns: [t.reviewId, t.turn, t.is, t.clause] }),
		check('turn_flag_direction_known', sql`${t.is} in ('serves', 'breaks')`)
	]
);

/** A learner's review beside the reference, as it came out then. */
export const comparison = pgTable('comparison', {
	reviewId: uuid('review_id')
		.primaryKey()
		.references(() => review.id),
	/** The call whose reference it was. */
	callHash: text('call_hash')
		.notNull()
		.references(() => item.hash),
	result: jsonb('result').$type<Comparison>().notNull(),
	formula: integer('formula').notNull(),
	at: moment('at').notNull()
});

/** A learner contests one mark. Decided by somebody else than who gave it. */
export const dispute = pgTable(
	'dispute',
	{
		id: id(),
		markId: uuid('mark_id')
			.notNull()
			.unique()
			.references(() => mark.id),
		reviewId: uuid('review_id')
			.notNull()
			.references(() => review.id),
		criterion: text('criterion').notNull(),
		raisedBy: uuid('raised_by')
			.notNull()
			.references(() => employee.id),
		/** Who gave the mark. */
		reviewerId: uuid('reviewer_id')
			.notNull()
			.references(() => employee.id),
		reason: text('reason').notNull(),
		raisedAt: moment('raised_at').notNull(),
		decision: text('decision'),
		decidedBy: uuid('decided_by').references(() => employee.id),
		decidedAt: moment('decided_at'),
		decisionReason: text('decision_reason'),
		/** The new mark when it was changed. */
		newMarkId: uuid('new_mark_id').references(() => mark.id)
	},
	(t) => [
		index('dispute_review').on(t.reviewId),
		check('dispute_decision_known', sql`${t.decision} in ('kept', 'changed')`),
		check(
			'dispute_decision_whole',
			sql`(${t.decision} is null) = (${t.decidedAt} is null) and (${t.decision} is null) = (${t.decidedBy} is null) and (${t.decision} is null) = (${t.decisionReason} is null)`
		),
		check('dispute_changed_has_mark', sql`(${t.newMarkId} is not null) = (${t.decision} is not null and ${t.decision} = 'changed')`),
		check('dispute_not_by_reviewer', sql`${t.decidedBy} <> ${t.reviewerId} and ${t.decidedBy} <> ${t.raisedBy}`)
	]
);

/** A decision that is shown beside its criterion from then on. */
export const ruling = pgTable(
	'ruling',
	{
		id: id(),
		/** Keys of scorecard and criterion: lasting, across versions. */
		scorecard: text('scorecard').notNull(),
		criterion: text('criterion').notNull(),
		body: text('body').notNull(),
		disputeId: uuid('dispute_id')
			.notNull()
			.unique()
			.references(() => dispute.id),
		madeBy: uuid('made_by')
			.notNull()
			.references(() => employee.id),
		madeAt: moment('made_at').notNull(),
		/** From then on it is shown beside nothing; the row stays. */
		withdrawnAt: moment('withdrawn_at'),
		withdrawnBy: uuid('withdrawn_by').references(() => employee.id),
		withdrawnReason: text('withdrawn_reason')
	},
	(t) => [
		index('ruling_criterion').on(t.scorecard, t.criterion),
		check(
			'ruling_withdrawn_whole',
			sql`(${t.withdrawnAt} is null) = (${t.withdrawnBy} is null) and (${t.withdrawnAt} is null) = (${t.withdrawnReason} is null)`
		)
	]
);

/** A comment to be used again. A change is a new version; what was said with the old one keeps it. */
export const snippet = pgTable(
	'snippet',
	{
		id: id(),
		/** The same in all versions of one snippet. */
		lineId: uuid('line_id').notNull(),
		version: integer('version').notNull(),
		ownerId: uuid('owner_id')
			.notNull()
			.references(() => employee.id),
		body: text('body').notNull(),
		at: moment('at').notNull(),
		/** A newer version stands, or it was put away. */
		supersededAt: moment('superseded_at')
	},
	(t) => [
		uniqueIndex('snippet_version_once').on(t.lineId, t.version),
		index('snippet_owner')
			.on(t.ownerId)
			.where(sql`${t.supersededAt} is null`)
	]
);
