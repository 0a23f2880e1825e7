import { sql } from 'drizzle-orm';
import { boolean, check, customType, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { Columns } from '../../../core/people-import/columns.ts';
import type { CellProblem, FieldChange, ImportState, RowKind } from '../../../core/people-import/preview.ts';
import type { TableForm } from '../../../core/people-import/table.ts';
import { id, moment } from './common.ts';
import { employee } from './people.ts';

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** A list of people on its way: file, columns, preview, done. Forgotten a week after it came. */
export const peopleImport = pgTable(
	'people_import',
	{
		/** Made by the form: sent twice, it is one. */
		id: id(),
		/** Null: from the shell. */
		createdBy: uuid('created_by').references(() => employee.id),
		/** Who confirmed what is written of it; null: the shell, or nobody yet. */
		confirmedBy: uuid('confirmed_by').references(() => employee.id),
		createdAt: moment('created_at').notNull(),
		expiresAt: moment('expires_at').notNull(),
		fileName: text('file_name').notNull(),
		/** Until its rows are read. */
		file: bytes('file'),
		/** Of a workbook with more than one filled sheet: the name of the one that was read, then of those left out. */
		sheets: jsonb('sheets').$type<string[]>().notNull().default([]),
		/** What the file came as; null until it is read, and where it was read by an earlier version. */
		form: jsonb('form').$type<TableForm>(),
		state: text('state').$type<ImportState>().notNull(),
		headers: jsonb('headers').$type<string[]>().notNull().default([]),
		columns: jsonb('columns').$type<Columns>().notNull().default([]),
		/** The columns are those of an earlier file with the same headers. */
		remembered: boolean('remembered').notNull().default(false),
		/** Of the last preview, by kind. */
		counts: jsonb('counts').$type<Record<RowKind, number>>(),
		newTeams: jsonb('new_teams').$type<string[]>().notNull().default([]),
		/** Counts the previews: one that was made anew is not confirmed by who saw the one before. */
		revision: integer('revision').notNull().default(0),
		invite: boolean('invite').notNull().default(false),
		/** Where the academy answers, for the links of the invitations. */
		origin: text('origin').notNull().default(''),
		skipWrong: boolean('skip_wrong').notNull().default(false),
		/** Rows that came out otherwise when it was to be written: people had changed meanwhile. Null = never asked. */
		differs: integer('differs'),
		/** Why a file could not be read, or the code of what stopped the writing. */
		problem: text('problem'),
		problemLine: integer('problem_line'),
		done: integer('done').notNull().default(0),
		total: integer('total').notNull().default(0),
		/** Who works on it now; nobody when the time is over. */
		worker: uuid('worker'),
		workerUntil: moment('worker_until'),
		/** How often this step was begun: what fails again and again is given up. */
		tries: integer('tries').notNull().default(0),
		/** When it was written: the moment of every change it made. */
		writtenAt: moment('written_at'),
		/** Who had it taken back; null while nobody has. */
		undoneBy: uuid('undone_by').references(() => employee.id),
		undoneAt: moment('undone_at'),
		/** Of the undoing: people and fields that stayed, because somebody had gone on with them. */
		kept: jsonb('kept').$type<{ people: number; fields: number }>()
	},
	(t) => [
		index('people_import_created').on(t.createdAt),
		index('people_import_expires').on(t.expiresAt),
		check(
			'people_import_state_known',
			sql`${t.state} in ('reading', 'unreadable', 'columns', 'judging', 'preview', 'writing', 'done', 'undoing', 'undone')`
		)
	]
);

/** One row of the file, and what would become of it. */
export const peopleImportRow = pgTable(
	'people_import_row',
	{
		importId: uuid('import_id')
			.notNull()
			.references(() => peopleImport.id, { onDelete: 'cascade' }),
		/** As a spreadsheet counts. */
		line: integer('line').notNull(),
		cells: jsonb('cells').$type<string[]>().notNull(),
		kind: text('kind').$type<RowKind>(),
		/** Whom it is about; for a new person the id they get. No foreign key: a new person is not there yet. */
		employeeId: uuid('employee_id'),
		/** Name, number or e-mail: how the preview calls them. */
		title: text('title'),
		changes: jsonb('changes').$type<FieldChange[]>().notNull().default([]),
		problems: jsonb('problems').$type<CellProblem[]>().notNull().default([])
	},
	(t) => [
		primaryKey({ columns: [t.importId, t.line] }),
		index('people_import_row_kind').on(t.importId, t.kind, t.line),
		check('people_import_row_kind_known', sql`${t.kind} in ('new', 'changed', 'unchanged', 'wrong')`)
	]
);

/** Which column held what in a file with these headers, for the next one like it. */
export const peopleImportColumns = pgTable('people_import_columns', {
	/** SHA-256 of `headersKey`, hex. */
	headers: text('headers').primaryKey(),
	columns: jsonb('columns').$type<Columns>().notNull(),
	usedAt: moment('used_at').notNull()
});
