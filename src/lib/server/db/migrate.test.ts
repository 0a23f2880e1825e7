import { randomBytes } from 'node:crypto';
import { drizzle } from 'drizzle-orm/postgres-js';
import { expect, inject, test } from 'vitest';
import { migrateDatabase } from './migrate.ts';
import { connections } from './open.ts';
import { testDatabase } from './testing.ts';

const { sql: admin } = await testDatabase();

test('a user who may not make tables is told so in one sentence', async () => {
	const { place, template } = inject('testServer');
	const name = `${template}_${randomBytes(6).toString('hex')}`;
	await admin.unsafe(`create database ${name} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'`);
	await admin.unsafe(`create role ${name}`);
	const sql = connections({ ...place, database: name }, 2);
	await sql.unsafe(`alter database ${name} set role ${name}`);
	await sql.end();
	const weak = connections({ ...place, database: name }, 2);
	try {
		const migrating = migrateDatabase({ sql: weak, db: drizzle(weak), close: () => weak.end() });
		await expect(migrating).rejects.toMatchObject({ name: 'Refusal', message: expect.stringContaining('may not make tables') as string });
	} finally {
		await weak.end();
		await admin.unsafe(`drop database ${name} with (force)`);
		await admin.unsafe(`drop role ${name}`);
	}
});

test('three servers that start together apply each migration once', async () => {
	const { place, template } = inject('testServer');
	const name = `${template}_${randomBytes(6).toString('hex')}`;
	await admin.unsafe(`create database ${name} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'`);
	const servers = Array.from({ length: 3 }, () => connections({ ...place, database: name }, 3));
	try {
		await Promise.all(servers.map((sql) => migrateDatabase({ sql, db: drizzle(sql), close: () => sql.end() })));
		const [sql] = servers;
		const applied = await sql!`select hash from drizzle.__drizzle_migrations`;
		expect(applied.length).toBeGreaterThan(0);
		expect(new Set(applied.map(({ hash }) => hash)).size).toBe(applied.length);
	} finally {
		await Promise.all(servers.map((sql) => sql.end()));
		await admin.unsafe(`drop database ${name} with (force)`);
	}
});
