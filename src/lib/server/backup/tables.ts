/** Tables as text and back: PostgreSQL's own COPY, in an order and a notation that are the same on every server. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Sql, TransactionSql } from 'postgres';
import { projectRoot } from '../env.ts';

/** A connection or a transaction on it. */
export type Connection = Sql | TransactionSql;

export interface TableShape {
	name: string;
	/** Those that are stored, not computed by the database. */
	columns: string[];
	/** What its rows are ordered by, as SQL. */
	order: string;
}

/** A change of the tables: when it was made (its name to drizzle), and the hash of its text. */
export interface Migration {
	/** As the file is called; null when this version does not have it. */
	name: string | null;
	when: number;
	hash: string;
}
export type OwnMigration = Migration & { statements: string[] };

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** So that text is the same whatever the server, its user and its database are set to. For the current transaction. */
export async function settleNotation(tx: Connection): Promise<void> {
	await tx.unsafe(`
		set local timezone to 'UTC';
		set local datestyle to 'ISO, MDY';
		set local intervalstyle to 'postgres';
		set local extra_float_digits to 1;
		set local bytea_output to 'hex';
		set local statement_timeout to 0;
		set local idle_in_transaction_session_timeout to 0`);
}

/** The tables of the product, by name. */
export async function readShapes(tx: Connection): Promise<TableShape[]> {
	const rows = await tx<{ name: string; columns: string[]; key: string[]; texts: string[] }[]>`
		select relname as name,
			array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum) as columns,
			array(select attname::text from pg_index i, unnest(i.indkey) with ordinality k(num, place), pg_attribute a
				where i.indrelid = c.oid and indisprimary and attrelid = c.oid and attnum = num order by place) as key,
			array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and attcollation <> 0) as texts
		from pg_class c
		where relnamespace = current_schema()::regnamespace and relkind = 'r'
			and not exists (select 1 from pg_depend where objid = c.oid and deptype = 'e')
		order by relname collate "C"`;
	return rows.map(({ name, columns, key, texts }) => ({
		name,
		columns,
		// Letters have another order in another database.
		order: key.length === 0 ? `${quoted(name)}::text collate "C"` : key.map((column) => quoted(column) + (texts.includes(column) ? ' collate "C"' : '')).join(', ')
	}));
}

/** The rows of a table as COPY writes them, in pieces that end with a row. */
export async function* copyOut(tx: Connection, { name, columns, order }: TableShape): AsyncGenerator<Buffer> {
	const list = columns.map(quoted).join(', ');
	const stream = await tx.unsafe(`copy (select ${list} from ${quoted(name)} order by ${order}) to stdout`).readable();
	try {
		yield* stream.iterator({ destroyOnReturn: false });
	} finally {
		// Who leaves early, because the disk is full: the connection is free for the rollback only after the last row.
		if (!stream.readableEnded && !stream.destroyed) {
			stream.resume();
			await once(stream, 'end');
		}
		// The driver stops reading when we are slow and goes on when the stream asks for more, which one that has ended never does.
		stream._read(0);
	}
}

export interface Count {
	rows: number;
	sha256: string;
}

/** Counts rows and hashes them while they pass. */
export function newCount(): { add(piece: Buffer): void; rows(): number; end(): Count } {
	const hash = createHash('sha256');
	let rows = 0;
	return {
		add(piece) {
			hash.update(piece);
			// A line break inside a value is written as \n in letters.
			for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) rows += 1;
		},
		rows: () => rows,
		end: () => ({ rows, sha256: hash.digest('hex') })
	};
}

/** A table as it is now. */
export async function countTable(tx: Connection, shape: TableShape): Promise<Count> {
	const count = newCount();
	for await (const piece of copyOut(tx, shape)) count.add(piece);
	return count.end();
}

/** Takes rows as COPY writes them. End it with `end()` and wait for its `finish`. */
export async function copyIn(tx: Connection, name: string, columns: readonly string[]): Promise<Writable> {
	return tx.unsafe(`copy ${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin`).writable();
}

/** What was applied to this database, oldest first; empty when it is none of ours. */
export async function readApplied(tx: Connection): Promise<Migration[]> {
	const [there] = await tx`select to_regclass('drizzle.__drizzle_migrations') is not null as is`;
	if (!there!['is']) return [];
	const rows = await tx<{ hash: string; when: string }[]>`select hash, created_at as when from drizzle.__drizzle_migrations order by created_at`;
	const names = new Map(ownMigrations().map(({ name, when }) => [when, name]));
	return rows.map(({ hash, when }) => ({ name: names.get(Number(when)) ?? null, when: Number(when), hash }));
}

/** The changes that this version of the product has, oldest first. */
export function ownMigrations(): OwnMigration[] {
	const migrationsFolder = path.join(projectRoot(), 'drizzle');
	const journal = JSON.parse(readFileSync(path.join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as { entries: { tag: string; when: number }[] };
	const tags = new Map(journal.entries.map(({ tag, when }) => [when, tag]));
	return readMigrationFiles({ migrationsFolder }).map(({ sql, hash, folderMillis }) => ({
		...{ name: tags.get(folderMillis)!, when: folderMillis, hash, statements: sql }
	}));
}

/** Makes tables by these changes and writes down that they were applied, as drizzle does it. */
export async function applyMigrations(tx: Connection, migrations: readonly OwnMigration[]): Promise<void> {
	await tx.unsafe(`
		create schema if not exists drizzle;
		create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`);
	for (const { statements, hash, when } of migrations) {
		for (const statement of statements) await tx.unsafe(statement);
		await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${when})`;
	}
}

/** Takes the foreign keys off while rows are loaded in any order. Returns what puts them back, which also checks them. */
export async function liftForeignKeys(tx: Connection): Promise<() => Promise<void>> {
	const keys = await tx<{ table: string; name: string; definition: string }[]>`
		select c.relname as table, conname as name, pg_get_constraintdef(k.oid) as definition
		from pg_constraint k join pg_class c on c.oid = conrelid
		where contype = 'f' and connamespace = current_schema()::regnamespace order by 1, 2`;
	for (const { table, name } of keys) await tx.unsafe(`alter table ${quoted(table)} drop constraint ${quoted(name)}`);
	return async () => {
		for (const { table, name, definition } of keys) await tx.unsafe(`alter table ${quoted(table)} add constraint ${quoted(name)} ${definition}`);
	};
}

/** Whether there is nothing of anybody's in the database. */
export async function isEmpty(tx: Connection): Promise<boolean> {
	const found = await tx`
		select 1 from pg_class c join pg_namespace n on n.oid = relnamespace
		where nspname !~ '^pg_' and nspname <> 'information_schema' and relkind in ('r', 'p', 'v', 'm', 'f')
			and not exists (select 1 from pg_depend where objid = c.oid and deptype = 'e')
		limit 1`;
	return found.length === 0;
}

/** Drops everything of the product. */
export async function dropAll(tx: Connection): Promise<void> {
	for (const { name } of await readShapes(tx)) await tx.unsafe(`drop table ${quoted(name)} cascade`);
	await tx.unsafe('drop schema if exists drizzle cascade; drop schema if exists pgboss cascade');
}
