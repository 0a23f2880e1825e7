/**
 * Puts a backup into a database: all of it in one transaction that also compares every table with what was written, or
 * nothing. Files come first, so that the database never names one that is not there.
 */
import type { Writable } from 'node:stream';
import { setImmediate as afterwards } from 'node:timers/promises';
import * as v from 'valibot';
import type { Sql, TransactionSql } from 'postgres';
import { MIGRATION_LOCK } from '../db/migrate.ts';
import { drizzleOn, sqlState, type Db } from '../db/open.ts';
import { Refusal } from '../refusal.ts';
import { recordAudit } from '../services/audit.ts';
import { bringErasures, type ErasureRow } from '../services/erasures.ts';
import { isKey, type Storage } from '../storage/storage.ts';
import { format, formatVersion, type Manifest, type Progress } from './backup.ts';
import { unpack } from './container.ts';
import { applyMigrations, copyIn, countTable, dropAll, isEmpty, liftForeignKeys, ownMigrations, readApplied, readShapes, settleNotation, type OwnMigration } from './tables.ts';

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const manifestSchema = v.object({
	format: v.literal(format),
	version: whole,
	product: v.string(),
	takenAt: v.pipe(v.string(), v.isoTimestamp()),
	migrations: v.pipe(v.array(v.object({ name: v.nullable(v.string()), when: whole, hash: sha256 })), v.minLength(1)),
	tables: v.array(v.object({ name: v.string(), columns: v.array(v.string()), rows: whole, sha256 })),
	recordings: v.object({ files: whole, bytes: whole, missing: whole })
});

export interface Restored {
	manifest: Manifest;
	/** People who were erased after the backup was made, and are again. */
	erased: number;
}

export interface Restoring {
	file: string;
	/** Null: recordings are read and not kept, as when a backup is tried out. */
	storage: Storage | null;
	/** Erasures that the backup may not know. */
	erasures: readonly ErasureRow[];
	/** Puts the backup in the place of what is in the database, all of which goes. */
	replace: boolean;
}

/**
 * Reads the backup to its end without writing anything.
 *
 * @throws Refusal when it was changed or cut off, or is of a version that this one does not know
 */
export async function readManifest(file: string): Promise<Manifest> {
	let manifest: Manifest | null = null;
	for await (const { name, content } of unpack(file)) {
		if (name === 'manifest.json') manifest = parseManifest(file, content);
	}
	if (manifest === null) throw new Refusal(`${file} is no backup of Nastavnik: it does not say what is in it.`);
	return manifest;
}

function parseManifest(file: string, content: Buffer): Manifest {
	let written: unknown = null;
	try {
		written = JSON.parse(content.toString('utf8'));
	} catch {
		// Said below.
	}
	const version = (written as { version?: unknown } | null)?.version;
	if (typeof version === 'number' && version > formatVersion) {
		throw new Refusal(`${file} was made by a newer Nastavnik (format ${version}, this one reads up to ${formatVersion}); restore it with that version.`);
	}
	const result = v.safeParse(manifestSchema, written);
	if (!result.success) throw new Refusal(`${file} is no backup of Nastavnik: its manifest.json cannot be read.`);
	return result.output;
}

/**
 * Restores a backup whose file was read before (`readManifest`). Afterwards the tables are those of this version, nobody is
 * signed in, and who was erased since is erased again.
 *
 * @throws Refusal when the database is not empty and `replace` is not said, or a server uses it; nothing has changed then
 */
export async function restoreBackup(sql: Sql, manifest: Manifest, restoring: Restoring, onProgress: Progress): Promise<Restored> {
	const { storage, replace } = restoring;
	const { before, after } = splitMigrations(manifest);
	const erasures = [...restoring.erasures];
	await sql.begin(async (tx) => {
		await settleNotation(tx);
		await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK})`;
		if (replace) erasures.push(...(await clear(tx)));
		if (!(await isEmpty(tx))) {
			throw new Refusal(
				'The database is not empty, and nothing was restored. Name a new one (DATABASE_URL, or DATA_DIR for the embedded database), or say --replace: then all that is in it goes.'
			);
		}
		await applyMigrations(tx, before);
		const putBack = await liftForeignKeys(tx);
		await load(tx, manifest, restoring.file, storage, onProgress);
		await compare(tx, manifest, onProgress);
		await putBack();
		await applyMigrations(tx, after);
		// Who signed out since, or left, must not be signed in again.
		await tx`delete from session`;
		for (const { id, employeeId, erasedBy, erasedAt } of erasures) {
			// Written down with the rest: should this program end now, the next start of the server applies them.
			await tx`
				insert into erasure (id, employee_id, erased_by, erased_at) values (${id}, ${employeeId}, ${erasedBy}, ${erasedAt.toISOString()})
				on conflict do nothing`;
		}
	});
	await sql`analyze`;
	if (storage === null) return { manifest, erased: 0 };
	const db = drizzleOn(sql);
	const now = new Date(Number((await sql`select extract(epoch from now()) * 1000 as at`)[0]!['at']));
	const erased = await bringErasures(db, storage, [], now);
	await noteRestore(db, manifest, now);
	return { manifest, erased };
}

/** Into the audit log: from here on it goes on from an earlier state. `takenAt` holds no space, so it is a code there. */
export const noteRestore = (db: Db, { takenAt }: Pick<Manifest, 'takenAt'>, now: Date): Promise<void> =>
	recordAudit(db, { actor: null, action: 'backup.restored', person: null, details: { taken: takenAt } }, now);

/** Our changes up to the backup's, and those since. */
function splitMigrations({ migrations, product }: Manifest): { before: OwnMigration[]; after: OwnMigration[] } {
	const own = ownMigrations();
	const isKnown = migrations.every(({ hash, when }, at) => own[at]?.hash === hash && own[at].when === when);
	if (!isKnown) {
		throw new Refusal(`The backup was made by another version of Nastavnik (${product}), whose tables this one does not know; restore it with that version or a newer one.`);
	}
	return { before: own.slice(0, migrations.length), after: own.slice(migrations.length) };
}

/** Empties a database of ours. Returns its erasures: they hold whatever comes in its place. */
async function clear(tx: TransactionSql): Promise<ErasureRow[]> {
	if ((await readApplied(tx)).length === 0) return [];
	const others = await tx`
		select 1 from pg_stat_activity
		where datname = current_database() and application_name = 'nastavnik' and pid <> pg_backend_pid() limit 1`;
	if (others.length > 0) throw new Refusal('A server of Nastavnik uses this database; stop it first. Nothing was restored.');
	const [there] = await tx`select to_regclass('erasure') is not null as is`;
	const rows = there!['is']
		? await tx<(Omit<ErasureRow, 'erasedAt'> & { erasedAt: string })[]>`
			select id, employee_id as "employeeId", erased_by as "erasedBy", to_char(erased_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "erasedAt" from erasure`
		: [];
	await dropAll(tx);
	return rows.map((row) => ({ ...row, erasedAt: new Date(row.erasedAt) }));
}

async function load(tx: TransactionSql, manifest: Manifest, file: string, storage: Storage | null, onProgress: Progress): Promise<void> {
	const shapes = new Map((await readShapes(tx)).map((shape) => [shape.name, shape]));
	const wrong = (what: string) => new Refusal(`The backup does not fit the tables it names: ${what}. Nothing was restored.`);
	const columnsOf = new Map<string, string[]>();
	for (const { name, columns } of manifest.tables) {
		const known = shapes.get(name)?.columns ?? [];
		if (known.length !== columns.length || !columns.every((column) => known.includes(column))) throw wrong(name);
		columnsOf.set(name, columns);
	}
	if (columnsOf.size !== shapes.size) throw wrong('one is missing');

	let files = 0;
	const rows = rowsInto(tx);
	try {
		for await (const { name, content } of unpack(file)) {
			const [, table] = /^tables\/(\w+)\/\d{6}\.copy$/.exec(name) ?? [];
			const [, key] = /^recordings\/(\w+)$/.exec(name) ?? [];
			if (table !== undefined && columnsOf.has(table)) {
				await rows.add(table, columnsOf.get(table)!, content);
				onProgress(table, 0);
			} else if (key !== undefined && isKey(key)) {
				await rows.end();
				await storage?.write(key, 0, content);
				await storage?.finish(key, content.length);
				onProgress('recordings', ++files);
			} else if (name !== 'manifest.json') throw wrong(name);
		}
		await rows.end();
	} catch (error) {
		throw rows.giveUp(error);
	}
}

/** Rows of one table after the other, each table by one COPY. */
function rowsInto(tx: TransactionSql) {
	let open: { table: string; into: Writable } | null = null;
	/** The database's own reason, which comes apart from the write that fails. */
	let refusal: unknown = null;
	const end = async () => {
		if (!open) return;
		const { table, into } = open;
		open = null;
		into.end();
		// The driver tells nobody when the database refuses rows at their end; the next query does.
		await afterwards();
		await tx`select 1`.catch((error: unknown) => {
			throw refusal ?? (sqlState(error) === '25P02' ? new Refusal(`The table ${table} does not take the rows of the backup. Nothing was restored.`) : error);
		});
	};
	return {
		async add(table: string, columns: readonly string[], content: Buffer): Promise<void> {
			if (open?.table !== table) {
				await end();
				const into = await copyIn(tx, table, columns);
				into.on('error', (error) => (refusal ??= error));
				open = { table, into };
			}
			const { into } = open;
			await new Promise<void>((resolve, reject) => into.write(content, (error) => (error ? reject(error) : resolve())));
		},
		end,
		/** Frees the connection for the rollback. Returns why. */
		giveUp(error: unknown): unknown {
			open?.into.destroy(error instanceof Error ? error : undefined);
			return refusal ?? error;
		}
	};
}

/** @throws Refusal when a table is not to the last letter what the backup says it was */
async function compare(tx: TransactionSql, manifest: Manifest, onProgress: Progress): Promise<void> {
	const written = new Map(manifest.tables.map((table) => [table.name, table]));
	for (const shape of await readShapes(tx)) {
		const { columns, ...then } = written.get(shape.name)!;
		onProgress(`comparing ${shape.name}`, then.rows);
		const now = await countTable(tx, { ...shape, columns });
		if (now.rows !== then.rows || now.sha256 !== then.sha256) {
			throw new Refusal(`The table ${shape.name} came out of the backup with other rows than went in (${now.rows}, then ${then.rows}). Nothing was restored.`);
		}
	}
}
