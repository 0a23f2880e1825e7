/**
 * People from a list: a file is handed over, its columns are named, a preview tells what would happen, and nothing is
 * written before somebody confirms that. The work itself is done beside the requests (people-import-work.ts).
 */
import { and, asc, desc, eq, gt, inArray, lte, notInArray, sql } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { judgeColumns, type Columns, type ColumnsProblem } from '../../core/people-import/columns.ts';
import { rowKinds, type RowKind } from '../../core/people-import/preview.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { transact, type Db } from '../db/open.ts';
import { employee, peopleImport, peopleImportColumns, peopleImportRow } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { recordAudit } from './audit.ts';
import { columnsKey, finishImportWork, workOnImport, workStates } from './people-import-work.ts';

/** Bytes of a file: 50,000 rows have some six million. */
export const largestListBytes = 16 * 1024 * 1024;
/** Milliseconds that a list and its rows are kept; so long an import can be taken back. */
const keptFor = 7 * 24 * 60 * 60_000;
/** Rows that show what stands in a column. */
const samples = 3;

/** Hands a file over; the reading begins at once. `id` is made by the form: sent twice, it is one list. */
export async function beginImport(
	db: Db,
	library: Library,
	actor: Actor,
	input: { id: string; fileName: string; bytes: Uint8Array },
	now: Date
): Promise<{ code: 'begun' } | { code: 'forbidden' | 'too-large' }> {
	if (!may(actor, 'people.import')) return { code: 'forbidden' };
	if (input.bytes.length > largestListBytes) return { code: 'too-large' };
	await keepFile(db, actor.id, input, now);
	workOnImport(db, library, input.id);
	return { code: 'begun' };
}

async function keepFile(
	db: Db,
	createdBy: string | null,
	input: { id: string; fileName: string; bytes: Uint8Array },
	now: Date
): Promise<void> {
	await db
		.insert(peopleImport)
		.values({
			id: input.id,
			createdBy,
			createdAt: now,
			expiresAt: new Date(now.getTime() + keptFor),
			fileName: input.fileName.replaceAll('\0', '').slice(0, 200),
			file: input.bytes,
			state: 'reading'
		})
		.onConflictDoNothing({ target: peopleImport.id });
}

const head = {
	id: peopleImport.id,
	fileName: peopleImport.fileName,
	createdAt: peopleImport.createdAt,
	expiresAt: peopleImport.expiresAt,
	state: peopleImport.state,
	counts: peopleImport.counts,
	writtenAt: peopleImport.writtenAt
};

/** The lists of the last week, newest first, a hundred at most. */
export async function listImports(db: Db, actor: Actor, now: Date) {
	if (!may(actor, 'people.import')) return [];
	return db
		.select({ ...head, by: employee.name })
		.from(peopleImport)
		.leftJoin(employee, eq(employee.id, peopleImport.createdBy))
		.where(gt(peopleImport.expiresAt, now))
		.orderBy(desc(peopleImport.createdAt))
		.limit(100);
}

/**
 * One list with a page of the rows of one kind, the first kind that has any unless one is asked for; while its columns
 * are named, and with `samples`, with its first rows. Takes up work that was left lying. Null when there is none, or not for the actor.
 */
export async function readImport(
	db: Db,
	library: Library,
	actor: Actor,
	id: string,
	page: { kind: RowKind | null; limit: number; offset: number; samples: boolean },
	now: Date
) {
	if (!isUuid(id) || !may(actor, 'people.import')) return null;
	const [list] = await db
		.select({
			...head,
			sheets: peopleImport.sheets,
			headers: peopleImport.headers,
			columns: peopleImport.columns,
			remembered: peopleImport.remembered,
			newTeams: peopleImport.newTeams,
			revision: peopleImport.revision,
			invite: peopleImport.invite,
			skipWrong: peopleImport.skipWrong,
			differs: peopleImport.differs,
			problem: peopleImport.problem,
			problemLine: peopleImport.problemLine,
			done: peopleImport.done,
			total: peopleImport.total,
			kept: peopleImport.kept,
			isLast: isLast()
		})
		.from(peopleImport)
		.where(and(eq(peopleImport.id, id), gt(peopleImport.expiresAt, now)));
	if (!list) return null;
	if (workStates.some((state) => state === list.state)) workOnImport(db, library, id);
	const { counts } = list;
	const kind = page.kind ?? rowKinds.find((one) => (counts?.[one] ?? 0) > 0) ?? 'wrong';
	const isPaged = list.state !== 'columns' && !page.samples;
	const hasRows = ['columns', 'preview', 'done'].includes(list.state);
	const limit = hasRows ? (isPaged ? page.limit : samples) : 0;
	const rows =
		limit === 0
			? []
			: await db
					.select({
						line: peopleImportRow.line,
						cells: peopleImportRow.cells,
						kind: peopleImportRow.kind,
						employeeId: peopleImportRow.employeeId,
						title: peopleImportRow.title,
						changes: peopleImportRow.changes,
						problems: peopleImportRow.problems
					})
					.from(peopleImportRow)
					.where(and(eq(peopleImportRow.importId, id), isPaged ? eq(peopleImportRow.kind, kind) : undefined))
					.orderBy(asc(peopleImportRow.line))
					.limit(limit)
					.offset(isPaged ? page.offset : 0);
	return { ...list, kind, rows };
}

/** Condition, also as a column: nothing was written by a list after this one. */
const isLast = () => sql<boolean>`not exists (
	select 1 from ${peopleImport} as later
	where later.written_at > ${peopleImport}.written_at and later.state <> 'undone')`;

/** How far the work on a list is; null when there is no such list. Takes up what was left lying. */
export async function readImportProgress(db: Db, library: Library, actor: Actor, id: string) {
	if (!isUuid(id) || !may(actor, 'people.import')) return null;
	const [list] = await db
		.select({ state: peopleImport.state, done: peopleImport.done, total: peopleImport.total })
		.from(peopleImport)
		.where(eq(peopleImport.id, id));
	if (!list) return null;
	const isWorking = workStates.some((state) => state === list.state);
	if (isWorking) workOnImport(db, library, id);
	return { ...list, isWorking };
}

/** Names the columns, remembers that for the next file with the same headers, and has the preview reckoned. */
export async function nameColumns(
	db: Db,
	library: Library,
	actor: Actor,
	input: { id: string; columns: Columns },
	now: Date
): Promise<{ code: 'named' } | { code: 'problem'; problem: ColumnsProblem } | { code: 'missing' | 'moved-on' }> {
	const list = await readHead(db, actor, input.id, now);
	if (!list) return { code: 'missing' };
	const columns = list.headers.map((_, place) => input.columns[place] ?? null);
	const problem = judgeColumns(columns);
	if (problem) return { code: 'problem', problem };
	const named = await transact(db, async (tx) => {
		const rows = await tx
			.update(peopleImport)
			.set({ columns, state: 'judging', problem: null, differs: null, tries: 0, worker: null, workerUntil: null })
			.where(and(eq(peopleImport.id, input.id), inArray(peopleImport.state, ['columns', 'preview'])))
			.returning({ id: peopleImport.id });
		if (rows.length === 0) return false;
		const kept = { columns, usedAt: now };
		await tx
			.insert(peopleImportColumns)
			.values({ headers: columnsKey(list.headers), ...kept })
			.onConflictDoUpdate({ target: peopleImportColumns.headers, set: kept });
		return true;
	});
	if (!named) return { code: 'moved-on' };
	workOnImport(db, library, input.id);
	return { code: 'named' };
}

export type Confirming =
	| { code: 'confirmed' }
	/** `wrong`: some rows are, and nobody said to leave them out. `nothing`: no row would change anything. */
	| { code: 'wrong' | 'nothing' }
	/** `moved-on`: the preview is not the one that was seen. */
	| { code: 'missing' | 'moved-on' };

/** Has written what the preview of this revision shows, all or nothing. Said twice, it is done once. */
export async function confirmImport(
	db: Db,
	library: Library,
	actor: Actor,
	input: { id: string; revision: number; skipWrong: boolean; invite: boolean; origin: string },
	now: Date
): Promise<Confirming> {
	const list = await readHead(db, actor, input.id, now);
	if (!list) return { code: 'missing' };
	const outcome = await confirm(db, actor, input, now);
	if (outcome.code === 'confirmed') workOnImport(db, library, input.id);
	return outcome;
}

async function confirm(
	db: Db,
	actor: Actor | null,
	input: { id: string; revision: number; skipWrong: boolean; invite: boolean; origin: string },
	now: Date
): Promise<Confirming> {
	return transact(db, async (tx) => {
		const [list] = await tx
			.select({ state: peopleImport.state, revision: peopleImport.revision, counts: peopleImport.counts })
			.from(peopleImport)
			.where(eq(peopleImport.id, input.id))
			.for('update');
		if (!list) return { code: 'missing' };
		if (list.revision !== input.revision) return { code: 'moved-on' };
		if (list.state === 'writing' || list.state === 'done') return { code: 'confirmed' };
		if (list.state !== 'preview' || !list.counts) return { code: 'moved-on' };
		if (list.counts.wrong > 0 && !input.skipWrong) return { code: 'wrong' };
		if (list.counts.new + list.counts.changed === 0) return { code: 'nothing' };
		await tx
			.update(peopleImport)
			.set({
				...{ state: 'writing', confirmedBy: actor?.id ?? null, skipWrong: input.skipWrong, invite: input.invite, origin: input.origin },
				...{ problem: null, differs: null, tries: 0, worker: null, workerUntil: null }
			})
			.where(eq(peopleImport.id, input.id));
		await recordAudit(tx, { actor, action: 'import.confirmed', person: null, target: { kind: 'import', id: input.id }, details: {} }, now);
		return { code: 'confirmed' };
	});
}

/** Throws a list away that was not written. */
export async function discardImport(db: Db, actor: Actor, input: { id: string }, now: Date): Promise<{ code: 'discarded' | 'missing' | 'moved-on' }> {
	if (!(await readHead(db, actor, input.id, now))) return { code: 'missing' };
	const rows = await db
		.delete(peopleImport)
		.where(and(eq(peopleImport.id, input.id), notInArray(peopleImport.state, ['writing', 'done', 'undoing', 'undone'])))
		.returning({ id: peopleImport.id });
	return { code: rows.length > 0 ? 'discarded' : 'moved-on' };
}

/** Has the last import taken back, as far as nobody has gone on with it. `moved-on`: it is not the last. */
export async function undoImport(
	db: Db,
	library: Library,
	actor: Actor,
	input: { id: string },
	now: Date
): Promise<{ code: 'undoing' | 'missing' | 'moved-on' }> {
	const list = await readHead(db, actor, input.id, now);
	if (!list) return { code: 'missing' };
	const isBegun = await transact(db, async (tx) => {
		const rows = await tx
			.update(peopleImport)
			.set({ state: 'undoing', undoneBy: actor.id, problem: null, tries: 0, worker: null, workerUntil: null })
			.where(and(eq(peopleImport.id, input.id), eq(peopleImport.state, 'done'), isLast()))
			.returning({ id: peopleImport.id });
		if (rows.length === 0) return false;
		await recordAudit(tx, { actor, action: 'import.undone', person: null, target: { kind: 'import', id: input.id }, details: {} }, now);
		return true;
	});
	if (isBegun) workOnImport(db, library, input.id);
	else if (list.state !== 'undoing' && list.state !== 'undone') return { code: 'moved-on' };
	return { code: 'undoing' };
}

/** The wrong rows of a list as they stood in the file, with what is wrong, and what the file came as; null when there is no such list. */
export async function readWrongRows(db: Db, actor: Actor, id: string, now: Date) {
	const list = await readHead(db, actor, id, now);
	return list && { form: list.form, headers: list.headers, rows: await wrongRows(db, id) };
}

async function wrongRows(db: Db, id: string) {
	return db
		.select({ line: peopleImportRow.line, cells: peopleImportRow.cells, problems: peopleImportRow.problems })
		.from(peopleImportRow)
		.where(and(eq(peopleImportRow.importId, id), eq(peopleImportRow.kind, 'wrong')))
		.orderBy(asc(peopleImportRow.line));
}

async function readHead(db: Db, actor: Actor, id: string, now: Date) {
	if (!isUuid(id) || !may(actor, 'people.import')) return null;
	const [list] = await db
		.select({ state: peopleImport.state, headers: peopleImport.headers, form: peopleImport.form })
		.from(peopleImport)
		.where(and(eq(peopleImport.id, id), gt(peopleImport.expiresAt, now)));
	return list ?? null;
}

/** Forgets lists whose time is over, and columns that nobody has used for two years. */
export async function tidyImports(db: Db, now: Date): Promise<void> {
	await db.delete(peopleImport).where(lte(peopleImport.expiresAt, now));
	await db.delete(peopleImportColumns).where(lte(peopleImportColumns.usedAt, new Date(now.getTime() - 104 * keptFor)));
}

/** What came of a list from the shell. */
export type ShellImport =
	| { code: 'unreadable'; problem: string; line: number | null; sheets: string[] }
	| { code: 'columns'; problem: ColumnsProblem; headers: string[]; columns: Columns }
	/** `written`: the people are there. Otherwise nothing was changed, and `differs` says whether others were quicker. */
	| {
			code: 'judged';
			written: boolean;
			differs: boolean;
			counts: Record<RowKind, number>;
			newTeams: string[];
			/** The sheet that was read, and those left out; empty unless there are several. */
			sheets: string[];
			headers: string[];
			columns: Columns;
			wrong: Awaited<ReturnType<typeof wrongRows>>;
	  };

/**
 * For the shell: the same steps in one go. `columns` null: remembered, else guessed. With `dryRun`, and with wrong rows
 * that are not to be left out, nothing is written and nothing is kept.
 */
export async function importFromShell(
	db: Db,
	library: Library,
	input: {
		id: string;
		fileName: string;
		bytes: Uint8Array;
		columns: Columns | null;
		dryRun: boolean;
		skipWrong: boolean;
		invite: boolean;
		origin: string;
	},
	now: Date
): Promise<ShellImport> {
	const { id } = input;
	if (input.bytes.length > largestListBytes) return { code: 'unreadable', problem: 'too-large', line: null, sheets: [] };
	await keepFile(db, null, input, now);
	const look = async () => (await db.select().from(peopleImport).where(eq(peopleImport.id, id)))[0]!;
	let isWritten = false;
	try {
		await finishImportWork(db, library, id);
		let list = await look();
		if (list.state !== 'columns') return { code: 'unreadable', problem: list.problem ?? 'failed', line: list.problemLine, sheets: list.sheets };
		const { headers } = list;
		const columns = input.columns ? headers.map((_, place) => input.columns?.[place] ?? null) : list.columns;
		const problem = judgeColumns(columns);
		if (problem) return { code: 'columns', problem, headers, columns };
		await db.update(peopleImport).set({ columns, state: 'judging' }).where(eq(peopleImport.id, id));
		await finishImportWork(db, library, id);
		list = await look();
		const { counts, newTeams, sheets, revision } = list;
		if (list.state !== 'preview' || !counts) throw new Error('The preview could not be reckoned.');
		const wrong = await wrongRows(db, id);
		const outcome = input.dryRun ? null : await confirm(db, null, { ...input, revision }, now);
		if (outcome?.code === 'confirmed') {
			await finishImportWork(db, library, id);
			list = await look();
			isWritten = list.state === 'done';
			if (list.problem !== null) throw new Error('The people could not be written; nothing was changed.');
		}
		return { code: 'judged', written: isWritten, differs: list.differs !== null, counts, newTeams, sheets, headers, columns, wrong };
	} finally {
		// What was written stays for a week: HR can take it back from the page.
		if (!isWritten) await db.delete(peopleImport).where(eq(peopleImport.id, id));
	}
}
