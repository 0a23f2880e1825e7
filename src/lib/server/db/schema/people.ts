import { sql, type SQL } from 'drizzle-orm';
import {
	type AnyPgColumn,
	check,
	date,
	index,
	integer,
	pgTable,
	primaryKey,
	text,

	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { id, moment } from './common.ts';

/**
 * The letters of a text alone: in lower case and without what stands above or below them (“Ё” is «е», “é” is “e”).
 * Functions that never answer otherwise: a stored column may be made of them.
 */
export const foldedForSearch = (text: SQL) => sql`lower(regexp_replace(normalize(${text}, NFKD), '[\\u0300-\\u036f]', '', 'g'))`;

/** A person. Roles beyond learner are granted in `role_grant`. */
export const employee = pgTable(
	'employee',
	{
		id: id(),
		name: text('name').notNull(),
		/** Lower case; null for people without a mailbox. */
		email: text('email'),
		personnelNumber: text('personnel_number'),
		/** argon2id; null until an invitation is accepted. */
		passwordHash: text('password_hash'),
		/** Chosen in the account; null = by the browser. */
		locale: text('locale'),
		theme: text('theme'),
		teamId: uuid('team_id').references(() => team.id),
		hiredOn: date('hired_on', { mode: 'string' }),
		/** From then on the person cannot sign in; records stay. */
		leftAt: moment('left_at'),
		/** News up to then has been seen; null = none yet. */
		newsSeenAt: moment('news_seen_at'),
		/** Last here, to the hour; outlives the sessions. Null = never. */
		lastSeenAt: moment('last_seen_at'),
		createdAt: moment('created_at').notNull(),
		/** Name, e-mail and personnel number as they are searched: `foldedForSearch`, kept by the database itself. */
		searched: text('searched')
			.notNull()
			.generatedAlwaysAs(foldedForSearch(sql.raw(`name || ' ' || coalesce(email, '') || ' ' || coalesce(personnel_number, '')`)))
	},
	(t) => [
		index('employee_name').on(t.name, t.id),
		uniqueIndex('employee_email').on(t.email),
		uniqueIndex('employee_personnel_number').on(t.personnelNumber),
		index('employee_team').on(t.teamId),
		index('employee_by_name').on(t.name, t.id).where(sql`${t.leftAt} is null`),
		check('employee_email_lower', sql`${t.email} = lower(${t.email})`),
		check('employee_can_be_addressed', sql`${t.email} is not null or ${t.personnelNumber} is not null`),
		check('employee_theme_known', sql`${t.theme} in ('light', 'dark')`)
	]
);

export const team = pgTable('team', {
	id: id(),
	name: text('name').notNull().unique()
});

/** A mentor serves a whole team … */
export const teamMentor = pgTable(
	'team_mentor',
	{
		teamId: uuid('team_id')
			.notNull()
			.references(() => team.id),
		mentorId: uuid('mentor_id')
			.notNull()
			.references(() => employee.id)
	},
	(t) => [primaryKey({ columns: [t.teamId, t.mentorId] }), index('team_mentor_mentor').on(t.mentorId)]
);

/** … or one person. Nobody mentors themselves. */
export const mentorship = pgTable(
	'mentorship',
	{
		id: id(),
		mentorId: uuid('mentor_id')
			.notNull()
			.references(() => employee.id),
		menteeId: uuid('mentee_id')
			.notNull()
			.references(() => employee.id),
		since: moment('since').notNull(),
		until: moment('until')
	},
	(t) => [
		uniqueIndex('mentorship_standing')
			.on(t.menteeId)
			.where(sql`${t.until} is null`),
		index('mentorship_mentor').on(t.mentorId),
		index('mentorship_mentee').on(t.menteeId),
		check('mentorship_not_self', sql`${t.mentorId} <> ${t.menteeId}`)
	]
);

/** Roles add up; everyone is a learner without a row. */
export const roleGrant = pgTable(
	'role_grant',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		role: text('role').notNull(),
		grantedBy: uuid('granted_by').references((): AnyPgColumn => employee.id),
		grantedAt: moment('granted_at').notNull(),
		withdrawnAt: moment('withdrawn_at')
	},
	(t) => [
		uniqueIndex('role_grant_standing')
			.on(t.employeeId, t.role)
			.where(sql`${t.withdrawnAt} is null`),
		check('role_grant_role_known', sql`${t.role} in ('mentor', 'hr', 'author', 'admin')`)
	]
);

export const positionAssignment = pgTable(
	'position_assignment',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		/** Key in positions.yaml. */
		position: text('position').notNull(),
		since: date('since', { mode: 'string' }).notNull(),
		until: date('until', { mode: 'string' })
	},
	(t) => [
		index('position_assignment_employee').on(t.employeeId),
		uniqueIndex('position_assignment_standing')
			.on(t.employeeId)
			.where(sql`${t.until} is null`),
		index('position_assignment_position').on(t.position).where(sql`${t.until} is null`)
	]
);

/** What HR changed about somebody's employment and no other table remembers; append-only. */
export const employmentChange = pgTable(
	'employment_change',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		what: text('what').notNull(),
		/** Name of the team, or a day YYYY-MM-DD; null = none. */
		before: text('before'),
		after: text('after'),
		changedBy: uuid('changed_by').references((): AnyPgColumn => employee.id),
		at: moment('at').notNull()
	},
	(t) => [
		index('employment_change_employee').on(t.employeeId, t.at),
		check('employment_change_what_known', sql`${t.what} in ('team', 'hired-on', 'left', 'back')`)
	]
);

/** Days away; both ends included. The reason is HR's alone. */
export const leave = pgTable(
	'leave',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		firstDay: date('first_day', { mode: 'string' }).notNull(),
		lastDay: date('last_day', { mode: 'string' }).notNull(),
		reason: text('reason')
	},
	(t) => [
		index('leave_employee').on(t.employeeId),
		check('leave_in_order', sql`${t.firstDay} <= ${t.lastDay}`)
	]
);

/** After Lucia's published session code: only a hash of the secret is here. */
export const session = pgTable(
	'session',
	{
		id: text('id').primaryKey(),
		/** SHA-256 of the secret, hex. */
		secretHash: text('secret_hash').notNull(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		createdAt: moment('created_at').notNull(),
		/** Written at most hourly. */
		lastSeenAt: moment('last_seen_at').notNull(),
		/** What the browser calls itself, for the list of own sessions. */
		device: text('device').notNull()
	},
	(t) => [index('session_employee').on(t.employeeId)]
);

/** One-time links: invitation, password reset, first administrator. Only a hash of the token is here. */
export const oneTimeLink = pgTable(
	'one_time_link',
	{
		id: id(),
		purpose: text('purpose').notNull(),
		tokenHash: text('token_hash').notNull().unique(),
		/** Null only for the first administrator, who does not exist yet. */
		employeeId: uuid('employee_id').references(() => employee.id),
		createdAt: moment('created_at').notNull(),
		createdBy: uuid('created_by').references((): AnyPgColumn => employee.id),
		expiresAt: moment('expires_at').notNull(),
		usedAt: moment('used_at')
	},
	(t) => [
		index('one_time_link_employee').on(t.employeeId),
		index('one_time_link_maker').on(t.createdBy),
		check('one_time_link_purpose_known', sql`${t.purpose} in ('invite', 'reset', 'first-admin')`),
		check('one_time_link_of_somebody', sql`${t.employeeId} is not null or ${t.purpose} = 'first-admin'`)
	]
);

/** Failed sign-ins, per account and per address. */
export const throttle = pgTable(
	'throttle',
	{
		key: text('key').primaryKey(),
		points: integer('points').notNull(),
		expiresAt: moment('expires_at').notNull()
	},
	(t) => [index('throttle_expires').on(t.expiresAt)]
);

