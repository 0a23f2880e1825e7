/** What a list of people would do, as the preview shows it. */
import type { ImportField } from './columns.ts';

/** Where a list stands. Those that end in -ing are being worked on. */
export type ImportState = 'reading' | 'unreadable' | 'columns' | 'judging' | 'preview' | 'writing' | 'done' | 'undoing' | 'undone';

export const rowKinds = ['wrong', 'changed', 'new', 'unchanged'] as const;
export type RowKind = (typeof rowKinds)[number];

/** One thing that is wrong with a cell. Texts as they stood in the file. */
export interface CellProblem {
	/** Null: the row as a whole. */
	field: ImportField | null;
	/** Place of its column, from 0; null when the file has none. */
	column: number | null;
	code: string;
	value: string;
	/** What was probably meant; for `twice` the other rows. */
	near: string | null;
}

/** One field that is other than before. */
export interface FieldChange {
	field: ImportField;
	/** As stored: a position's key, a team's name, a mentor's id. Null = none. */
	from: string | null;
	to: string | null;
	/** Names of the mentors. */
	fromName?: string;
	toName?: string;
}
