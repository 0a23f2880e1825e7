/**
 * The work on a list of people, beside the requests: reading the file, reckoning the preview, writing, taking back. Who
 * works holds a lease; when their process ends, the next look at the page goes on with it, in whichever process that is.
 * A step ends in one statement that only the holder of the lease can make, so none is done twice.
 */
import { createHash } from 'node:crypto';
import { and, asc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import { v4, v7 } from 'uuid';
import { guessColumns, headersKey, judgeColumns } from '../../core/people-import/columns.ts';
import type { ImportState, RowKind } from '../../core/people-import/preview.ts';
import type { SheetRow } from '../../core/people-import/table.ts';
import { readClock } from '../db/clock.ts';
import { brokenConstraint } from '../db/constraint.ts';
import { isDatabaseAway, transact, type Db } from '../db/open.ts';
import { peopleImport, peopleImportColumns, peopleImportRow } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { log } from '../log.ts';
import { wakeDelivery } from '../mail/delivery.ts';
import { readSheet } from '../spreadsheet.ts';
import { keysOf, planRows, type RowPlan } from './people-import-plan.ts';
import { lockPeople, readKnown, undoPeople, writePeople, type PersonChange } from './people-import-write.ts';

/** Milliseconds without a sign of life, after which somebody else goes on. */
const lease = 60_000;
/** What fails so often is not tried again. */
const mostTries = 3;
/** Rows of one statement. */
const setSize = 2000;

export const workStates = ['reading', 'judging', 'writing', 'undoing'] as const satisfies readonly ImportState[];
type WorkState = (typeof workStates)[number];
type Row = typeof peopleImport.$inferSelect;

/** Where a list stands when a step cannot be finished. */
const fallback: Record<WorkState, ImportState> = { reading: 'unreadable', judging: 'columns', writing: 'preview', undoing: 'done' };

/** Somebody else has taken this work over, or it was thrown away. */
class Overtaken extends Error {}
/** People have changed since the preview. */
class OtherThanShown extends Error {}

/** What this process works on, the last first; and what it will look at once more after that. */
const running = new Map<string, Promise<void>>();
const again = new Set<string>();

/** Begins or takes up the work on a list, if there is any to do, and returns at once. */
export function workOnImport(db: Db, library: Library, id: string): void {
	const before = running.get(id);
	if (before) {
		if (again.has(id)) return;
		again.add(id);
	}
	const work = (before ?? Promise.resolve())
		.then(() => {
			again.delete(id);
			return takeUp(db, library, id);
		})
		.catch((error: unknown) => {
			if (!(error instanceof Overtaken) && !isDatabaseAway(error)) log.error('Import of people', error);
		})
		.finally(() => {
			if (running.get(id) === work) running.delete(id);
		});
	running.set(id, work);
}

/** Does the work on a list to its end: for the shell, and for tests. */
export async function finishImportWork(db: Db, library: Library, id: string): Promise<void> {
	workOnImport(db, library, id);
	await running.get(id);
}

async function takeUp(db: Db, library: Library, id: string): Promise<void> {
	const now = await readClock(db);
	const worker = v4();
	const [job] = await db
		.update(peopleImport)
		.set({ worker, workerUntil: new Date(now.getTime() + lease), tries: sql`${peopleImport.tries} + 1` })
		.where(
			and(
				eq(peopleImport.id, id),
				inArray(peopleImport.state, [...workStates]),
				or(isNull(peopleImport.workerUntil), lt(peopleImport.workerUntil, now))
			)
		)
		.returning();
	if (!job) return;
	const step = new Step(db, library, job, worker, now);
	const state = job.state as WorkState;
	if (job.tries > mostTries) return step.end(db, { state: fallback[state], problem: 'failed' });
	// One statement may take longer than the lease.
	const beat = setInterval(() => void step.keep().catch(() => undefined), lease / 4);
	try {
		if (state === 'reading') await read(step);
		else if (state === 'judging') await judge(step, null);
		else if (state === 'writing') await write(step);
		else await undo(step);
	} catch (error) {
		// The lease runs out by itself while the database is away.
		if (error instanceof Overtaken || isDatabaseAway(error)) throw error;
		await step.end(db, { state: fallback[state], problem: 'failed' });
		throw error;
	} finally {
		clearInterval(beat);
	}
}

/** One piece of work: what it is about, and that it is still ours. */
class Step {
	constructor(
		readonly db: Db,
		readonly library: Library,
		readonly job: Row,
		readonly worker: string,
		readonly now: Date
	) {}

	get #ours() {
		return and(eq(peopleImport.id, this.job.id), eq(peopleImport.worker, this.worker));
	}

	/** Keeps the lease; false when somebody else has it. */
	async keep(far: { done: number; total: number } | null = null): Promise<boolean> {
		const rows = await this.db
			.update(peopleImport)
			.set({ ...far, workerUntil: sql`now() + ${`${lease} milliseconds`}::interval` })
			.where(this.#ours)
			.returning({ id: peopleImport.id });
		return rows.length > 0;
	}

	/** Says how far it is, and gives requests a turn. Beside the transaction that does the work. */
	async progress(done: number, total: number): Promise<void> {
		if (!(await this.keep({ done, total }))) throw new Overtaken();
		await new Promise((resolve) => setImmediate(resolve));
	}

	/** The end of the step, in the transaction that did the work where there was one. */
	async end(db: Db, outcome: Partial<Row> & { state: ImportState }): Promise<void> {
		const rows = await db
			.update(peopleImport)
			.set({ ...outcome, worker: null, workerUntil: null, tries: 0, done: 0, total: 0 })
			.where(this.#ours)
			.returning({ id: peopleImport.id });
		if (rows.length === 0) throw new Overtaken();
	}

	async readRows(db: Db): Promise<SheetRow[]> {
		return db
			.select({ line: peopleImportRow.line, cells: peopleImportRow.cells })
			.from(peopleImportRow)
			.where(eq(peopleImportRow.importId, this.job.id))
			.orderBy(asc(peopleImportRow.line));
	}
}

/** Columns of a file with the same headers, from the last time. */
export const columnsKey = (headers: readonly string[]): string => createHash('sha256').update(headersKey(headers)).digest('hex');

async function read(step: Step): Promise<void> {
	const { db, job } = step;
	const found = await readSheet(job.file ?? new Uint8Array());
	if (found.code !== 'read') return step.end(db, { state: 'unreadable', file: null, sheets: found.sheets ?? [], problem: found.code, problemLine: found.line });
	const { sheets, form } = found;
	const { headers, rows } = found.sheet;
	await step.progress(0, rows.length);
	await db.delete(peopleImportRow).where(eq(peopleImportRow.importId, job.id));
	for (let place = 0; place < rows.length; place += setSize) {
		const set = rows.slice(place, place + setSize);
		await db.execute(sql`
			insert into ${peopleImportRow} (import_id, line, cells)
			select ${job.id}::uuid, one.line, one.cells from jsonb_to_recordset(${JSON.stringify(set)}::jsonb) as one(line int, cells jsonb)
			on conflict do nothing`);
		await step.progress(place + set.length, rows.length);
	}
	const [kept] = await db
		.select({ columns: peopleImportColumns.columns })
		.from(peopleImportColumns)
		.where(eq(peopleImportColumns.headers, columnsKey(headers)));
	const fits = kept?.columns.length === headers.length && judgeColumns(kept.columns) === null;
	const columns = fits ? kept.columns : guessColumns(headers);
	await step.end(db, { state: 'columns', file: null, sheets, form, headers, columns, remembered: fits, problem: null });
}

/** The rows as people are now. */
async function plan(step: Step, db: Db, rows: SheetRow[], reckoned: (done: number) => Promise<void>) {
	const known = await readKnown(db, step.library.current(), keysOf(rows, step.job.columns), step.now);
	return planRows(rows, step.job.columns, known, v7, reckoned);
}

/** What tells two previews of a row apart: everything but the id of somebody who is not there yet. */
const gist = ({ kind, changes, problems }: Pick<RowPlan, 'changes' | 'problems'> & { kind: RowKind | null }) =>
	JSON.stringify([kind, changes.map(({ field, from, to }) => [field, from, to]), problems.map(({ field, code }) => [field, code])]);

async function readGists(step: Step, db: Db): Promise<Map<number, string>> {
	const rows = await db
		.select({ line: peopleImportRow.line, kind: peopleImportRow.kind, changes: peopleImportRow.changes, problems: peopleImportRow.problems })
		.from(peopleImportRow)
		.where(eq(peopleImportRow.importId, step.job.id));
	return new Map(rows.map((row) => [row.line, gist(row)]));
}

/** Reckons the preview. `shown`: what the one who confirmed saw; the difference is told. Null: nobody has seen one. */
async function judge(step: Step, shown: Map<number, string> | null): Promise<void> {
	const { db, job } = step;
	const rows = await step.readRows(db);
	await step.progress(0, rows.length);
	const { plans, newTeams } = await plan(step, db, rows, (done) => step.progress(Math.floor(done / 2), rows.length));
	const counts: Record<RowKind, number> = { new: 0, changed: 0, unchanged: 0, wrong: 0 };
	for (const { kind } of plans) counts[kind]++;
	await transact(db, async (tx) => {
		for (let place = 0; place < plans.length; place += setSize) {
			const set = plans.slice(place, place + setSize);
			await tx.execute(sql`
				update ${peopleImportRow} as kept set kind = one.kind, employee_id = one."employeeId", title = one.title,
					changes = one.changes, problems = one.problems
				from jsonb_to_recordset(${JSON.stringify(set)}::jsonb)
					as one(line int, kind text, "employeeId" uuid, title text, changes jsonb, problems jsonb)
				where kept.import_id = ${job.id}::uuid and kept.line = one.line`);
			await step.progress(Math.floor((rows.length + place + set.length) / 2), rows.length);
		}
		const differs = shown && plans.filter((one) => shown.get(one.line) !== gist(one)).length;
		await step.end(tx, { state: 'preview', counts, newTeams, differs, revision: job.revision + 1, problem: null });
	});
}

async function write(step: Step): Promise<void> {
	const { db, job, now } = step;
	const rows = await step.readRows(db);
	const shown = await readGists(step, db);
	await step.progress(0, rows.length);
	try {
		await transact(db, async (tx) => {
			const concerned = await tx
				.select({ id: peopleImportRow.employeeId })
				.from(peopleImportRow)
				.where(and(eq(peopleImportRow.importId, job.id), inArray(peopleImportRow.kind, ['changed', 'unchanged'])));
			await lockPeople(tx, concerned.flatMap(({ id }) => id ?? []));
			const { plans } = await plan(step, tx, rows, () => step.progress(0, rows.length));
			if (plans.some((one) => shown.get(one.line) !== gist(one))) throw new OtherThanShown();
			const people = plans.filter((one): one is RowPlan & PersonChange => one.kind === 'new' || one.kind === 'changed');
			const from = { importId: job.id, by: job.confirmedBy };
			const invite = job.invite ? { origin: job.origin } : null;
			await writePeople(tx, step.library.current(), people, from, invite, now, (done) => step.progress(done, people.length));
			// For the undoing: who came of which row.
			const made = people.map(({ line, employeeId }) => ({ line, employeeId }));
			await tx.execute(sql`
				update ${peopleImportRow} as kept set employee_id = one."employeeId"
				from jsonb_to_recordset(${JSON.stringify(made)}::jsonb) as one(line int, "employeeId" uuid)
				where kept.import_id = ${job.id}::uuid and kept.line = one.line`);
			await step.end(tx, { state: 'done', writtenAt: now, problem: null, differs: null });
		});
	} catch (error) {
		// Somebody was quicker with one of the e-mails or numbers, or with a place that only one can hold.
		if (!(error instanceof OtherThanShown) && brokenConstraint(error) === null) throw error;
		return judge(step, shown);
	}
	if (job.invite) wakeDelivery();
}

async function undo(step: Step): Promise<void> {
	const { db, job, now } = step;
	const rows = await db
		.select({ kind: peopleImportRow.kind, employeeId: peopleImportRow.employeeId, changes: peopleImportRow.changes })
		.from(peopleImportRow)
		.where(and(eq(peopleImportRow.importId, job.id), inArray(peopleImportRow.kind, ['new', 'changed'])));
	const people = rows.map((row) => ({ ...row, kind: row.kind as 'new' | 'changed', employeeId: row.employeeId! }));
	await step.progress(0, people.length);
	await transact(db, async (tx) => {
		const kept = await undoPeople(tx, step.library.current(), people, job.newTeams, job.id, job.writtenAt!, job.undoneBy, now, (done) =>
			step.progress(done, people.length)
		);
		await step.end(tx, { state: 'undone', undoneAt: now, kept, problem: null });
	});
}
