import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import type { Head, StoredDetails } from '../../../core/audit.ts';
import { id, moment } from './common.ts';
import { employee } from './people.ts';

/** Mail to be sent; kept when there is no mail server, so that an administrator can read it out. */
export const mailOutbox = pgTable(
	'mail_outbox',
	{
		id: id(),
		recipient: text('recipient').notNull(),
		employeeId: uuid('employee_id').references(() => employee.id),
		subject: text('subject').notNull(),
		plain: text('plain').notNull(),
		html: text('html').notNull(),
		createdAt: moment('created_at').notNull(),
		tries: integer('tries').notNull().default(0),
		/** Not before this; also the lease of the server that is sending it. */
		nextTryAt: moment('next_try_at').notNull(),
		sentAt: moment('sent_at'),
		lastProblem: text('last_problem')
	},
	(t) => [
		index('mail_outbox_employee').on(t.employeeId),
		index('mail_outbox_waiting')
			.on(t.nextTryAt)
			.where(sql`${t.sentAt} is null`)
	]
);

/**
 * Who did what to whom, when, from where: rows are added, never changed, and hang together by
 * their hashes, per person concerned. Ids have no foreign key: a row stays whatever becomes of what it tells of.
 */
export const auditEvent = pgTable(
	'audit_event',
	{
		id: id(),
		at: moment('at').notNull(),
		/** Null: the product itself, or somebody who was not signed in. */
		actorId: uuid('actor_id'),
		/** Network address; null when no request was behind it. */
		address: text('address'),
		/** One of core/audit.ts. */
		action: text('action').notNull(),
		/** Null: no person in particular. */
		personId: uuid('person_id'),
		/** From 1 in the chain of this person. */
		place: integer('place').notNull(),
		targetKind: text('target_kind'),
		targetId: text('target_id'),
		/** Ids and codes only. */
		details: jsonb('details').$type<StoredDetails>().notNull(),
		/** Hash of the row before; null for the first. */
		previous: text('previous'),
		hash: text('hash').notNull()
	},
	(t) => [
		unique('audit_event_place').on(t.personId, t.place).nullsNotDistinct(),
		index('audit_event_at').on(t.at, t.id),
		index('audit_event_actor').on(t.actorId, t.at, t.id),
		index('audit_event_action').on(t.action, t.at, t.id)
	]
);

/** Where chains stood that had gone on since the checkpoint before: what is cut off the end of one is missed here. */
export const auditCheckpoint = pgTable('audit_checkpoint', {
	number: integer('number').primaryKey(),
	at: moment('at').notNull(),
	heads: jsonb('heads').$type<Head[]>().notNull(),
	previous: text('previous'),
	hash: text('hash').notNull()
});
