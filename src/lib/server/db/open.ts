// The one way to a database: a PostgreSQL of one's own when DATABASE_URL says so, else the embedded one. Everything
// above this file sees the same thing either way.
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PgTransaction, type PgDatabase, type PgTransactionConfig } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase, type PostgresJsQueryResultHKT, type PostgresJsSession } from 'drizzle-orm/postgres-js';
import postgres, { type Options, type Sql, type TransactionSql } from 'postgres';
import type { Environment } from '../env.ts';
import { Refusal } from '../refusal.ts';
import { EMBEDDED_USER, runningEmbedded, startEmbedded } from './embedded.ts';

/** What services take: the database, or a transaction on it. */
export type Db = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>;

export interface Database {
	/** The driver itself. Moments come back from it as text: drizzle reads them per column. */
	sql: Sql;
	db: PostgresJsDatabase<Record<string, never>>;
	/** Waits for running queries (five seconds at most), then stops the embedded server if this opened it. */
	close(): Promise<void>;
}

/** Connections of one program; the embedded server allows forty. */
const CONNECTIONS = 10;
const OLDEST = 15;

/**
 * Opens the database and checks that it can hold what we keep.
 *
 * @param options.join true for a shell door: it uses the embedded server of a running program, and starts its own only
 * when there is none
 * @param options.say where sentences for the person at the terminal go (standard error)
 * @throws Refusal when the database cannot be reached or used; the sentence holds no password
 */
export async function openDatabase(
	env: Pick<Environment, 'DATABASE_URL' | 'DATA_DIR'>,
	options: { join?: boolean; say?: (sentence: string) => void; connections?: number } = {}
): Promise<Database> {
	const max = options.connections ?? CONNECTIONS;
	if (env.DATABASE_URL !== null) return openOwn(env.DATABASE_URL, max);

	const joined = options.join ? await joinRunning(env.DATA_DIR) : null;
	if (joined) return databaseOn(connections({ socketFolder: joined, database: 'nastavnik' }, max));

	const server = await startEmbedded(env.DATA_DIR, options);
	try {
		await createDatabase(server.socketFolder);
		const sql = connections({ socketFolder: server.socketFolder, database: 'nastavnik' }, max);
		return databaseOn(sql, () => server.stop());
	} catch (error) {
		await server.stop();
		throw error;
	}
}

/** The database that a transaction of `transact` runs on. */
const databaseOf = new WeakMap<Db, Db>();

/**
 * Runs the body in a transaction, and again when the database asks for that (serialization failure, deadlock): the body
 * must be safe to repeat. Given a transaction, the body becomes part of it.
 */
export async function transact<T>(db: Db, body: (tx: Db) => Promise<T>, config?: PgTransactionConfig): Promise<T> {
	const inside: boolean = db instanceof PgTransaction;
	if (inside) return body(db);
	for (let tries = 1; ; tries++) {
		try {
			return await db.transaction((tx) => {
				databaseOf.set(tx, db);
				return body(tx);
			}, config);
		} catch (error) {
			if (tries === 12 || !['40001', '40P01'].includes(sqlState(error) ?? '')) throw error;
			// Those who met once must not meet again in step.
			await wait(Math.random() * Math.min(5 * 2 ** tries, 300));
		}
	}
}

/**
 * For a query that is asked all the time: drizzle words it once per database instead of at every call. `build` takes
 * what changes as `sql.placeholder` and ends with `.prepare`; the values are given to `execute`.
 */
export function worded<Query extends object>(build: (db: Db) => Query): (db: Db) => Query {
	const known = new WeakMap<Db, Query>();
	return (db) => {
		const database = databaseOf.get(db) ?? db;
		let query = known.get(database);
		if (query === undefined) known.set(database, (query = build(database)));
		// The same words, sent on the transaction's own connection.
		return database === db ? query : (Object.create(query, { client: { value: clientOf(db) } }) as Query);
	};
}
const clientOf = (db: Db) => (db._.session as unknown as PostgresJsSession<Sql, Record<string, never>, Record<string, never>>).client;

/** The five-character code of a database error, also when drizzle has wrapped it; null for any other error. */
export function sqlState(error: unknown): string | null {
	for (let cause = error; cause instanceof Error; cause = cause.cause) {
		if (cause instanceof postgres.PostgresError) return cause.code;
	}
	return null;
}

/** Whether the error means that the database cannot be reached just now: worth trying again, nothing was stored. */
export function isDatabaseAway(error: unknown): boolean {
	// Shutting down, crashed, starting up; the driver's own words; the system's.
	const codes = ['57P01', '57P02', '57P03', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED']
		.concat(['CONNECT_TIMEOUT', 'ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
	for (let cause = error; cause instanceof Error; cause = cause.cause) {
		const { code, syscall } = cause as NodeJS.ErrnoException;
		// A missing file is not a missing socket.
		if (code && codes.includes(code) && (code !== 'ENOENT' || syscall === 'connect')) return true;
	}
	return false;
}

/** A database on the embedded server, or on one's own (where the address names a database unless another is given). */
export type Target = { socketFolder: string; database: string } | { url: string; database?: string };

/** Connections to one database, made when they are needed. */
export function connections(target: Target, max: number): Sql {
	const options: Options<{}> = {
		connection: { application_name: 'nastavnik' },
		connect_timeout: 10,
		idle_timeout: 300,
		onnotice: () => {},
		max
	};
	if (target.database !== undefined) options.database = target.database;
	if ('socketFolder' in target) {
		// User and password are said here, so that the PG… variables of the environment say nothing.
		const path = socketIn(target.socketFolder);
		return postgres({ ...options, path, user: EMBEDDED_USER, password: 'none', ssl: false });
	}
	const url = new URL(target.url);
	// `?host=/folder` is how PostgreSQL's own tools are told of a socket; the driver does not know it.
	const folder = url.searchParams.get('host');
	if (folder?.startsWith('/')) options.path = socketIn(folder, url.port);
	url.searchParams.delete('host');
	return postgres(url.href, options);
}

const socketIn = (folder: string, port = '') => path.join(folder, `.s.PGSQL.${port || '5432'}`);

async function openOwn(databaseUrl: string, max: number): Promise<Database> {
	const url = new URL(databaseUrl);
	const database = databaseOn(connections({ url: databaseUrl }, max));
	try {
		await refuseUnfit(database.sql, `${url.host || (url.searchParams.get('host') ?? '')}${url.pathname}`);
		return database;
	} catch (error) {
		await database.close();
		throw error;
	}
}

function databaseOn(sql: Sql, after?: () => Promise<void>): Database {
	return {
		sql,
		db: drizzleOn(sql),
		async close() {
			await sql.end({ timeout: 5 });
			await after?.();
		}
	};
}

/** With more parameters than this a statement hardly comes twice: lists of many lengths, rows of many values. */
const PREPARED_PARAMETERS = 40;

/**
 * Lets drizzle's statements be prepared once per connection, as the driver's own are. Otherwise each is sent, planned and
 * described anew, and the driver waits for the description before it sends the parameters.
 */
function preparing<S extends Sql | TransactionSql>(sql: S): S {
	const { unsafe } = sql;
	sql.unsafe = ((text, parameters = [], options) =>
		unsafe(text, parameters, { ...options, prepare: parameters.length > 0 && parameters.length <= PREPARED_PARAMETERS })) as typeof unsafe;
	if ('begin' in sql) {
		const { begin } = sql;
		sql.begin = ((...given: [...string[], (tx: TransactionSql) => unknown]) => {
			const body = given.pop() as (tx: TransactionSql) => unknown;
			return begin(given.join(' '), (tx) => body(preparing(tx)));
		}) as typeof begin;
	}
	return sql;
}

/** Drizzle on a driver of ours, as the whole product has it. */
export const drizzleOn = (sql: Sql): Database['db'] => drizzle(preparing(sql));

interface Fitness {
	version: number;
	encoding: string;
	ctype: string;
}

/** How long the first answer may take: something may listen there that is no PostgreSQL and says nothing. */
const FIRST_ANSWER = 15_000;

/** @throws Refusal when the database does not answer, is too old, or cannot tell Cyrillic letters from other signs */
async function refuseUnfit(sql: Sql, place: string): Promise<void> {
	let found: Fitness | undefined;
	for (let tries = 0; !found; tries++) {
		try {
			[found] = await answerIn(
				FIRST_ANSWER,
				sql<Fitness[]>`
				select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
					datctype as ctype
				from pg_database where datname = current_database()`
			);
		} catch (error) {
			// A server that was started together with us may need a moment.
			if (sqlState(error) !== '57P03' || tries === 60) {
				throw new Refusal(`The database at ${place} cannot be used (DATABASE_URL): ${whyNot(error)}.`);
			}
			await wait(500);
		}
	}
	const { version, encoding, ctype } = found;
	if (version < OLDEST * 10_000) {
		throw new Refusal(
			`The database at ${place} is PostgreSQL ${Math.floor(version / 10_000)}; Nastavnik needs ${OLDEST} or newer.`
		);
	}
	// With the letter type "C" only Latin letters are letters to the search.
	const isFit = encoding === 'UTF8' && !['C', 'POSIX'].includes(ctype);
	const [letters] = isFit ? await sql<{ lowers: boolean }[]>`select lower('Ж') = 'ж' as lowers` : [];
	if (!letters?.lowers) {
		throw new Refusal(
			`The database at ${place} has the encoding ${encoding} and the letter type (LC_CTYPE) ${ctype}, in which Cyrillic cannot be searched; create it anew, for example with: createdb -T template0 -E UTF8 --lc-ctype=C.UTF-8 --lc-collate=C.UTF-8 NAME.`
		);
	}
}

/** @throws an error with the code of the driver's own time limit, which counts only until somebody takes the call */
async function answerIn<T>(limit: number, query: Promise<T>): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(Object.assign(new Error('late'), { code: 'CONNECT_TIMEOUT' })), limit);
	});
	try {
		return await Promise.race([query, late]);
	} finally {
		clearTimeout(timer);
	}
}

/** The reason in plain words. The driver's own text is used only where it cannot hold the address. */
function whyNot(error: unknown): string {
	const code = sqlState(error) ?? (error as NodeJS.ErrnoException).code ?? '';
	const known: Record<string, string> = {
		'28P01': 'the user or the password is wrong',
		'28000': 'this user may not sign in from here',
		'3D000': 'there is no database of that name',
		'53300': 'it has no connection left',
		'57P03': 'it is still starting',
		ECONNREFUSED: 'nothing answers at that address',
		ENOENT: 'there is no such socket',
		EACCES: 'this user may not open that socket',
		ENOTFOUND: 'there is no host of that name',
		EAI_AGAIN: 'the name of the host could not be looked up',
		CONNECT_TIMEOUT: 'no PostgreSQL answers at that address in time',
		CONNECTION_CLOSED: 'the connection was closed at once',
		ECONNRESET: 'the connection was closed at once'
	};
	if (known[code]) return known[code];
	return error instanceof postgres.PostgresError ? error.message : `the connection failed (${code || 'no reason given'})`;
}

/** The socket folder of the program that owns the data folder, once its database is up; null when nobody owns it. */
async function joinRunning(dataDir: string): Promise<string | null> {
	for (let tries = 0; tries < 600; tries++) {
		const running = runningEmbedded(dataDir);
		if (running !== 'starting') return running;
		await wait(100);
	}
	throw new Refusal(`The program that uses the data folder ${dataDir} has not opened its database within a minute.`);
}

async function createDatabase(socketFolder: string): Promise<void> {
	const sql = connections({ socketFolder, database: 'postgres' }, 1);
	try {
		const [there] = await sql`select 1 from pg_database where datname = 'nastavnik'`;
		if (!there) await sql`create database nastavnik`;
	} finally {
		await sql.end();
	}
}
