import { sql } from 'drizzle-orm';
import { check, date, index, integer, jsonb, pgTable, primaryKey, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Head, StoredDetails } from '../../../core/audit.ts';
import type { Told } from '../../../core/notification.ts';
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
		/** The language it is written in; null = not noted, as in old rows. */
		locale: text('locale'),
		/** Of which kind it is, so that its recipient can have none of these; null = it is sent whatever they chose. */
		kind: text('kind'),
		/** Address that turns this kind off with one click; null = there is none. */
		unsubscribe: text('unsubscribe'),
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
			.where(sql`${t.sentAt} is null`),
		index('mail_outbox_age').on(t.createdAt)
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

/** What a person is told in the product. One row per person, kind, subject and planned day: told twice, it is told once. */
export const notification = pgTable(
	'notification',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		/** See core/notification.ts. */
		kind: text('kind').notNull(),
		/** A course, a competency, with whose it is when it is not the person's own; empty when it is about no single thing. */
		subject: text('subject').notNull(),
		/** The day it was planned for; it may have been told later. */
		day: date('day', { mode: 'string' }).notNull(),
		/** Whom it is about; null = the person themselves, or nobody in particular. */
		aboutId: uuid('about_id').references(() => employee.id),
		/** Keys and numbers, no names. */
		told: jsonb('told').$type<Told>().notNull(),
		createdAt: moment('created_at').notNull(),
		readAt: moment('read_at')
	},
	(t) => [
		uniqueIndex('notification_once').on(t.employeeId, t.kind, t.subject, t.day),
		index('notification_newest').on(t.employeeId, t.createdAt, t.id),
		index('notification_unread')
			.on(t.employeeId)
			.where(sql`${t.readAt} is null`),
		index('notification_about')
			.on(t.aboutId)
			.where(sql`${t.aboutId} is not null`),
		index('notification_age').on(t.createdAt)
	]
);

/** Kinds of mail that a person does not want. */
export const mailRefusal = pgTable(
	'mail_refusal',
	{
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		kind: text('kind').notNull(),
		refusedAt: moment('refused_at').notNull()
	},
	(t) => [
		primaryKey({ columns: [t.employeeId, t.kind] }),
		check('mail_refusal_kind_known', sql`${t.kind} in ('own', 'mentees', 'people', 'overview')`)
	]
);

/** Keys that this installation made for itself; they never leave the database and its servers. */
export const ownKey = pgTable('own_key', {
	/** What it is for. */
	purpose: text('purpose').primaryKey(),
	/** 32 random bytes, hex. */
	value: text('value').notNull(),
	createdAt: moment('created_at').notNull()
});
