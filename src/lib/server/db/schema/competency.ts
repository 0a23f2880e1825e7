import { sql } from 'drizzle-orm';
import { type AnyPgColumn, boolean, check, date, doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { NextLevel } from '../../../core/competency.ts';
import { id, moment } from './common.ts';
import { item, release } from './content.ts';
import { employee } from './people.ts';
import { recording } from './practice.ts';

/** A real call that a mentor heard and marks on a scorecard. No customer's data. */
export const observedCall = pgTable(
	'observed_call',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		mentorId: uuid('mentor_id')
			.notNull()
			.references(() => employee.id),
		/** Key of the scorecard; its version is the review's. */
		scorecard: text('scorecard').notNull(),
		heardOn: date('heard_on', { mode: 'string' }).notNull(),
		channel: text('channel').notNull(),
		/** The call's number in the company's own system. */
		reference: text('reference').notNull(),
		clientKey: uuid('client_key').notNull(),
		startedAt: moment('started_at').notNull(),
		/** Marked whole; from then on it waits for the employee. */
		finishedAt: moment('finished_at'),
		/** Acknowledged by the employee: only then is it evidence. */
		acknowledgedAt: moment('acknowledged_at')
	},
	(t) => [
		uniqueIndex('observed_call_one_per_mentor').on(t.employeeId, t.mentorId, t.reference),
		uniqueIndex('observed_call_once').on(t.mentorId, t.clientKey),
		index('observed_call_employee').on(t.employeeId, t.heardOn),
		check('observed_call_not_self', sql`${t.mentorId} <> ${t.employeeId}`),
		check('observed_call_acknowledged_when_finished', sql`${t.acknowledgedAt} is null or ${t.finishedAt} is not null`)
	]
);

export interface ObservationAnswer {
	is: 'yes' | 'not-yet' | 'not-seen';
	note: string;
}

/** A checklist filled in while standing beside somebody. */
export const observation = pgTable(
	'observation',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		mentorId: uuid('mentor_id')
			.notNull()
			.references(() => employee.id),
		/** Key of the checklist. */
		checklist: text('checklist').notNull(),
		itemHash: text('item_hash')
			.notNull()
			.references(() => item.hash),
		/** By item key. */
		answers: jsonb('answers').$type<Record<string, ObservationAnswer>>().notNull(),
		note: text('note').notNull().default(''),
		revision: integer('revision').notNull().default(0),
		clientKey: uuid('client_key').notNull(),
		startedAt: moment('started_at').notNull(),
		savedAt: moment('saved_at').notNull(),
		/** Both confirm at the end: the mentor first. */
		mentorConfirmedAt: moment('mentor_confirmed_at'),
		employeeConfirmedAt: moment('employee_confirmed_at'),
		/** What the employee wrote when they confirmed. */
		employeeRemark: text('employee_remark').notNull().default('')
	},
	(t) => [
		uniqueIndex('observation_once').on(t.mentorId, t.clientKey),
		index('observation_employee').on(t.employeeId, t.startedAt),
		check('observation_not_self', sql`${t.mentorId} <> ${t.employeeId}`),
		check('observation_mentor_first', sql`${t.employeeConfirmedAt} is null or ${t.mentorConfirmedAt} is not null`)
	]
);

/** A photo of one item of a checklist. Its file, and how long it is kept, is a `recording` of the mentor who took it. */
export const observationPhoto = pgTable(
	'observation_photo',
	{
		recordingId: uuid('recording_id')
			.primaryKey()
			.references(() => recording.id),
		observationId: uuid('observation_id')
			.notNull()
			.references(() => observation.id),
		/** Key of the item. */
		item: text('item').notNull(),
		/** In pixels, as it is shown. */
		width: integer('width').notNull(),
		height: integer('height').notNull(),
		/** Another one took its place, or it was taken away. */
		removedAt: moment('removed_at')
	},
	(t) => [
		uniqueIndex('observation_photo_one')
			.on(t.observationId, t.item)
			.where(sql`${t.removedAt} is null`)
	]
);

/** A learner asks for a level; a mentor signs it off or returns it with reasons. */
export const signOffRequest = pgTable(
	'sign_off_request',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		competency: text('competency').notNull(),
		level: integer('level').notNull(),
		askedAt: moment('asked_at').notNull(),
		decision: text('decision'),
		decidedBy: uuid('decided_by').references(() => employee.id),
		decidedAt: moment('decided_at'),
		/** Why it was returned. */
		reason: text('reason')
	},
	(t) => [
		uniqueIndex('sign_off_request_one_open')
			.on(t.employeeId, t.competency)
			.where(sql`${t.decidedAt} is null`),
		index('sign_off_request_employee').on(t.employeeId),
		check('sign_off_request_decision_known', sql`${t.decision} in ('signed', 'returned')`),
		check(
			'sign_off_request_decision_whole',
			sql`(${t.decision} is null) = (${t.decidedAt} is null) and (${t.decision} is null) = (${t.decidedBy} is null)`
		),
		check('sign_off_request_returned_with_reason', sql`${t.decision} is null or ${t.decision} <> 'returned' or ${t.reason} is not null`),
		check('sign_off_request_not_self', sql`${t.decidedBy} <> ${t.employeeId}`)
	]
);

/** What supports a level; only ever added. A later row may cancel one. */
export const evidence = pgTable(
	'evidence',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		competency: text('competency').notNull(),
		kind: text('kind').notNull(),
		/** What it came from: the id of an attempt, a run, a submission, an observed call …, or the name of a lesson. */
		source: text('source').notNull(),
		/** From 1; counted up when a corrected row takes the place of a cancelled one. */
		version: integer('version').notNull().default(1),
		/** What was judged, and on which scorecard. */
		itemHash: text('item_hash').references(() => item.hash),
		scorecardHash: text('scorecard_hash').references(() => item.hash),
		/** Null when nobody but the rules judged. */
		reviewerId: uuid('reviewer_id').references(() => employee.id),
		/** 0 to 100; null where there is none. */
		score: doublePrecision('score'),
		/** A critical criterion failed, or a critical choice was taken. */
		criticalFailure: boolean('critical_failure').notNull().default(false),
		passed: boolean('passed').notNull(),
		/** When the work was done. */
		at: moment('at').notNull(),
		recordedAt: moment('recorded_at').notNull(),
		/** Cancels that row (another row may stand for the same source afterwards); with a reason. */
		cancels: uuid('cancels').references((): AnyPgColumn => evidence.id),
		reason: text('reason')
	},
	(t) => [
		index('evidence_employee').on(t.employeeId, t.competency),
		index('evidence_reviewer')
			.on(t.reviewerId)
			.where(sql`${t.reviewerId} is not null`),
		/** When levels were reached by rule. */
		index('evidence_reached')
			.on(t.competency, t.source, t.employeeId, t.at)
			.where(sql`${t.kind} = 'level' and ${t.cancels} is null`),
		/** The same thing recorded twice is one row. */
		uniqueIndex('evidence_once')
			.on(t.employeeId, t.competency, t.kind, t.source, t.version)
			.where(sql`${t.cancels} is null`),
		uniqueIndex('evidence_cancelled_once').on(t.cancels),
		check(
			'evidence_kind_known',
			sql`${t.kind} in ('lesson', 'assessment', 'role-play', 'call-review', 'observed-call', 'checklist', 'recording', 'open', 'live-role-play', 'level')`
		),
		check('evidence_cancel_has_reason', sql`(${t.cancels} is null) = (${t.reason} is null)`)
	]
);

/** A mentor certifies a level with their name. */
export const signOff = pgTable(
	'sign_off',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		mentorId: uuid('mentor_id')
			.notNull()
			.references(() => employee.id),
		competency: text('competency').notNull(),
		level: integer('level').notNull(),
		statement: text('statement').notNull(),
		/** Release whose rules were met. */
		releaseId: uuid('release_id')
			.notNull()
			.references(() => release.id),
		signedAt: moment('signed_at').notNull(),
		validUntil: moment('valid_until').notNull(),
		clientKey: uuid('client_key').notNull(),
		revokedAt: moment('revoked_at'),
		revokedBy: uuid('revoked_by').references(() => employee.id),
		revokedReason: text('revoked_reason')
	},
	(t) => [
		uniqueIndex('sign_off_once').on(t.mentorId, t.clientKey),
		index('sign_off_employee').on(t.employeeId),
		index('sign_off_valid').on(t.validUntil),
		check('sign_off_not_self', sql`${t.mentorId} <> ${t.employeeId}`),
		check('sign_off_revoked_not_self', sql`${t.revokedBy} <> ${t.employeeId}`),
		check('sign_off_level_signed', sql`${t.level} between 3 and 5`),
		check('sign_off_valid_after', sql`${t.validUntil} > ${t.signedAt}`),
		check(
			'sign_off_revoked_whole',
			sql`(${t.revokedAt} is null) = (${t.revokedBy} is null) and (${t.revokedAt} is null) = (${t.revokedReason} is null)`
		)
	]
);

/** On which evidence it was signed. */
export const signOffEvidence = pgTable(
	'sign_off_evidence',
	{
		signOffId: uuid('sign_off_id')
			.notNull()
			.references(() => signOff.id),
		evidenceId: uuid('evidence_id')
			.notNull()
			.references(() => evidence.id)
	},
	(t) => [primaryKey({ columns: [t.signOffId, t.evidenceId] })]
);

/** Where a person stands in a competency: derived, can be made again from evidence and sign-offs. */
export const levelState = pgTable(
	'level_state',
	{
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		competency: text('competency').notNull(),
		/** Held; 0 = none. */
		level: integer('level').notNull(),
		/** Ready to be signed off; null = nothing more. */
		ready: integer('ready'),
		validUntil: moment('valid_until'),
		/** From when on the level is to be renewed; null where there is no validity. */
		dueAt: moment('due_at'),
		/** When time alone may change this row: then it is derived anew. Null when it will not. */
		refreshAt: moment('refresh_at'),
		/** The first level above what is held or ready, with what its rule has and lacks; null when there is none. */
		next: jsonb('next').$type<NextLevel | null>(),
		computedAt: moment('computed_at').notNull()
	},
	(t) => [
		primaryKey({ columns: [t.employeeId, t.competency] }),
		index('level_state_competency').on(t.competency),
		index('level_state_due').on(t.dueAt),
		index('level_state_expired').on(t.validUntil),
		index('level_state_ready').on(t.employeeId).where(sql`${t.ready} is not null`),
		index('level_state_refresh').on(t.refreshAt),
		check('level_state_level_known', sql`${t.level} between 0 and 5`)
	]
);
