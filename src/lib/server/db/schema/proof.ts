import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Localized } from '../../../core/questions/question.ts';
import { id, moment } from './common.ts';
import { release } from './content.ts';
import { employee } from './people.ts';

/** That somebody has completed a course, or every mandatory course of a position's path. Issued once, for good. */
export const certificate = pgTable(
	'certificate',
	{
		id: id(),
		/** What is typed or scanned to check it; cannot be guessed. */
		number: text('number').notNull(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		kind: text('kind').$type<'course' | 'path'>().notNull(),
		/** Key of the course or of the position. */
		subject: text('subject').notNull(),
		/** Of course or position, as it was called then. */
		title: jsonb('title').$type<Localized>().notNull(),
		completedAt: moment('completed_at').notNull(),
		/** Whose course it was that was completed. */
		releaseId: uuid('release_id')
			.notNull()
			.references(() => release.id),
		issuedAt: moment('issued_at').notNull(),
		/** What anybody who checks it is told of its holder; the holder chooses. */
		shows: text('shows').$type<'name' | 'initials' | 'nothing'>().notNull().default('nothing'),
		revokedAt: moment('revoked_at'),
		revokedBy: uuid('revoked_by').references(() => employee.id),
		/** HR and the holder read it. */
		revokedReason: text('revoked_reason')
	},
	(t) => [
		uniqueIndex('certificate_number').on(t.number),
		uniqueIndex('certificate_one').on(t.employeeId, t.kind, t.subject),
		check('certificate_kind_known', sql`${t.kind} in ('course', 'path')`),
		check('certificate_shows_known', sql`${t.shows} in ('name', 'initials', 'nothing')`),
		check('certificate_revoked_not_self', sql`${t.revokedBy} <> ${t.employeeId}`),
		check(
			'certificate_revoked_whole',
			sql`(${t.revokedAt} is null) = (${t.revokedBy} is null) and (${t.revokedAt} is null) = (${t.revokedReason} is null)`
		)
	]
);

/**
 * Whose personal data was erased. Ids only, and no foreign key: the list outlives a restore of an older state, which is
 * then brought in line with it.
 */
export const erasure = pgTable(
	'erasure',
	{
		id: id(),
		employeeId: uuid('employee_id').notNull(),
		/** Null: from the shell. */
		erasedBy: uuid('erased_by'),
		erasedAt: moment('erased_at').notNull(),
		/** When the state that is served now was last brought in line; null = not yet. */
		appliedAt: moment('applied_at')
	},
	(t) => [uniqueIndex('erasure_one').on(t.employeeId), index('erasure_open').on(t.erasedAt).where(sql`${t.appliedAt} is null`)]
);
