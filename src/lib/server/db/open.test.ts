import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sql as statement } from 'drizzle-orm';
import { describe, expect, inject, test } from 'vitest';
import { isDatabaseAway, openDatabase, sqlState, transact, worded } from './open.ts';
import { testDatabase } from './testing.ts';

const { sql, db } = await testDatabase();

describe('transact', () => {
	test('repeats a body that lost a race, so that no increment is lost', async () => {
		await sql`create table counter (n integer not null)`;
		await sql`insert into counter values (0)`;
		let runs = 0;
		const increment = () =>
			transact(
				db,
				async (tx) => {
					runs += 1;
					const [row] = await tx.execute<{ n: number }>(statement`select n from counter`);
					await tx.execute(statement`update counter set n = ${row!.n + 1}`);
				},
				{ isolationLevel: 'serializable' }
			);
		await Promise.all(Array.from({ length: 6 }, increment));
		expect(await sql`select n from counter`).toEqual([{ n: 6 }]);
		expect(runs).toBeGreaterThan(6);
	});

	test('passes any other error on at once', async () => {
		let runs = 0;
		const failing = transact(db, async (tx) => {
			runs += 1;
			await tx.execute(statement`select 1 / 0`);
		});
		await expect(failing).rejects.toSatisfy((error) => sqlState(error) === '22012');
		expect(runs).toBe(1);
	});

	test('inside a transaction becomes part of it', async () => {
		await sql`create table note (text text)`;
		const failing = db.transaction(async (tx) => {
			await transact(tx, (inner) => inner.execute(statement`insert into note values ('a')`));
			throw new Error('undo');
		});
		await expect(failing).rejects.toThrow('undo');
		expect(await sql`select * from note`).toHaveLength(0);
	});
});

test('what is worded once is asked on the connection of each transaction', async () => {
	await sql`create table said (word text)`;
	let times = 0;
	const say = worded((db) => {
		times += 1;
		return db.select({ word: statement<string>`word`, connection: statement<number>`pg_backend_pid()` }).from(statement`said`).where(statement`word = ${statement.placeholder('word')}`).prepare('said');
	});
	const inside = (word: string, meanwhile: Promise<unknown>) =>
		transact(db, async (tx) => {
			const [own] = await tx.execute<{ pid: number }>(statement`select pg_backend_pid() as pid`);
			await tx.execute(statement`insert into said values (${word})`);
			await meanwhile;
			expect(await say(tx).execute({ word })).toEqual([{ word, connection: own!.pid }]);
			expect(await transact(tx, (inner) => say(inner).execute({ word }))).toHaveLength(1);
			throw new Error('undo');
		});
	let release = () => {};
	const first = inside('a', new Promise<void>((resolve) => (release = resolve)));
	await expect(inside('b', Promise.resolve())).rejects.toThrow('undo');
	release();
	await expect(first).rejects.toThrow('undo');
	expect(await say(db).execute({ word: 'a' })).toEqual([]);
	expect(times).toBe(1);
});

describe('a database of one’s own', () => {
	const open = (databaseUrl: string) => openDatabase({ DATABASE_URL: databaseUrl, DATA_DIR: '/nowhere' });

	test('that cannot be reached is refused in one sentence without the password', async () => {
		const refused = open('postgres://ann:s3cret@127.0.0.1:1/academy');
		await expect(refused).rejects.toMatchObject({
			name: 'Refusal',
			message: 'The database at 127.0.0.1:1/academy cannot be used (DATABASE_URL): nothing answers at that address.'
		});
	});

	test('that does not exist is refused', async () => {
		await expect(open(urlOf('missing'))).rejects.toThrow('there is no database of that name');
	});

	test('in which Cyrillic letters are no letters is refused', async () => {
		const name = `${inject('testServer').template}_c`;
		await sql.unsafe(`create database ${name} template template0 encoding 'UTF8' locale_provider libc locale 'C'`);
		try {
			await expect(open(urlOf(name))).rejects.toThrow('the letter type (LC_CTYPE) C');
		} finally {
			await sql.unsafe(`drop database ${name}`);
		}
	});

	test('in another encoding is refused with what to do', async () => {
		const name = `${inject('testServer').template}_latin`;
		await sql.unsafe(`create database ${name} template template0 encoding 'LATIN1' locale_provider libc locale 'C'`);
		try {
			await expect(open(urlOf(name))).rejects.toThrow('has the encoding LATIN1');
		} finally {
			await sql.unsafe(`drop database ${name}`);
		}
	});

	test('at whose address something listens that says nothing is refused', async () => {
		const silent = createServer(() => {}).listen(0, '127.0.0.1');
		await once(silent, 'listening');
		try {
			const { port } = silent.address() as AddressInfo;
			await expect(open(`postgres://ann:s3cret@127.0.0.1:${port}/academy`)).rejects.toThrow('no PostgreSQL answers at that address in time');
		} finally {
			silent.close();
		}
	}, 40_000);

	test('that is fit is opened', async () => {
		const [{ name } = { name: '' }] = await sql<{ name: string }[]>`select current_database() as name`;
		const own = await open(urlOf(name));
		expect(await own.sql`select 1 as one`).toEqual([{ one: 1 }]);
		await own.close();
	});
});

test('a shell door uses the database of the running program, and starts its own when there is none', async () => {
	const dataDir = mkdtempSync(path.join(os.tmpdir(), 'nastavnik-join-'));
	chmodSync(dataDir, 0o711);
	try {
		const env = { DATABASE_URL: null, DATA_DIR: dataDir };
		const door = await openDatabase(env, { join: true });
		await door.sql`create table kept (n integer)`;
		const second = await openDatabase(env, { join: true });
		await second.sql`insert into kept values (1)`;
		await second.close();
		expect(await door.sql`select n from kept`).toEqual([{ n: 1 }]);
		await door.close();
		const again = await openDatabase(env);
		expect(await again.sql`select n from kept`).toEqual([{ n: 1 }]);
		await again.close();
	} finally {
		rmSync(dataDir, { recursive: true, force: true });
	}
});

test('a connection that the server ends is an absent database, a mistake in a query is not', async () => {
	const away = sql`select pg_terminate_backend(pg_backend_pid())`.catch((error: unknown) => error);
	expect(isDatabaseAway(await away)).toBe(true);
	const mistake = db.execute(statement`select nonsense`).catch((error: unknown) => error);
	expect(isDatabaseAway(await mistake)).toBe(false);
});

/** The address of a database on the server of this test run. */
function urlOf(database: string): string {
	const { place } = inject('testServer');
	if ('socketFolder' in place) return `postgres://nastavnik@localhost/${database}?host=${encodeURIComponent(place.socketFolder)}`;
	const url = new URL(place.url);
	url.pathname = `/${database}`;
	return url.href;
}
