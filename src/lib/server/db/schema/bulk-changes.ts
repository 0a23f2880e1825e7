import { sql } from 'drizzle-orm';
import { boolean, check, date, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { id, moment } from './common.ts';
import { employee } from './people.ts';

/** One change to many people at once: begun by choosing them, looked at, done, and perhaps undone. */
export const bulkChange = pgTable(
	'bulk_change',
	{
		/** Made by the form: sent twice it is one change. */
		id: id(),
		kind: text('kind').notNull(),
		chosenBy: uuid('chosen_by')
			.notNull()
			.references(() => employee.id),
		chosenAt: moment('chosen_at').notNull(),
		/** The new mentor; null = none, or another kind of change. */
		mentorId: uuid('mentor_id').references(() => employee.id),
		/** The course that was given, and how; null of another kind, and while it is only looked at. */
		course: text('course'),
		mandatory: boolean('mandatory'),
		workingDays: integer('working_days'),
		dueOn: date('due_on', { mode: 'string' }),
		/** Null while it is only looked at. */
		doneAt: moment('done_at'),
		doneBy: uuid('done_by').references(() => employee.id),
		undoneAt: moment('undone_at'),
		undoneBy: uuid('undone_by').references(() => employee.id)
	},
	(t) => [
		index('bulk_change_chosen').on(t.chosenBy, t.chosenAt),
		check('bulk_change_kind_known', sql`${t.kind} in ('mentor', 'course', 'invite', 'leave')`),
		check('bulk_change_course_whole', sql`(${t.course} is not null) = (${t.kind} = 'course' and ${t.doneAt} is not null) and (${t.course} is null) = (${t.mandatory} is null)`),
		check('bulk_change_done_whole', sql`(${t.doneAt} is null) = (${t.doneBy} is null)`),
		check('bulk_change_undone_whole', sql`(${t.undoneAt} is null) = (${t.undoneBy} is null)`),
		check('bulk_change_undone_after', sql`${t.undoneAt} is null or ${t.doneAt} is not null`)
	]
);

/** Who was chosen, and what became of them. */
export const bulkChangePerson = pgTable(
	'bulk_change_person',
	{
		bulkChangeId: uuid('bulk_change_id')
			.notNull()
			.references(() => bulkChange.id, { onDelete: 'cascade' }),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		/** `changed`, `same`, or why it could not be; null until it is done. */
		outcome: text('outcome'),
		/** The mentor there was; null = none, or another kind of change. */
		mentorBefore: uuid('mentor_before').references(() => employee.id),
		/** back: as it was before. kept: something has happened since. Null: nobody asked for it, or nothing was changed. */
		undone: text('undone')
	},
	(t) => [
		primaryKey({ columns: [t.bulkChangeId, t.employeeId] }),
		index('bulk_change_person_employee').on(t.employeeId),
		check('bulk_change_person_outcome_known', sql`${t.outcome} in ('changed', 'same', 'completed', 'left', 'self', 'no-mail', 'last-admin', 'mentees')`),
		check('bulk_change_person_undone_known', sql`${t.undone} in ('back', 'kept')`)
	]
);
