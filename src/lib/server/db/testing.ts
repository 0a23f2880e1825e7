// Real PostgreSQL for tests: `const { db } = await testDatabase()` at the top of a test file gives it an empty migrated
// database of its own, gone again when the file is done.
import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import { connections, drizzleOn, type Database } from './open.ts';

/** Where test databases are made, and the migrated one they are copied from. */
export interface TestServer {
	place: { socketFolder: string } | { url: string };
	template: string;
}

export async function testDatabase(): Promise<Database> {
	const { place, template } = inject('testServer');
	const name = `${template}_${randomBytes(6).toString('hex')}`;
	const admin = connections({ ...place, database: 'postgres' }, 1);
	// Copied as files: page by page through the log, as is usual, costs a quarter more.
	await admin.unsafe(`create database ${name} template ${template} strategy file_copy`);
	const sql = connections({ ...place, database: name }, 10);
	const database: Database = { sql, db: drizzleOn(sql), close: () => sql.end({ timeout: 1 }) };
	afterAll(async () => {
		await database.close();
		await admin.unsafe(`drop database ${name} with (force)`);
		await admin.end();
	});
	return database;
}
