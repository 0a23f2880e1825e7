// Runs once before the database tests: one server, and on it one migrated database that every test file copies.
// TEST_DATABASE_URL names a server to use instead of the embedded one; its user must be allowed to create databases.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from './embedded.ts';
import { migrateDatabase } from './migrate.ts';
import { connections } from './open.ts';
import type { TestServer } from './testing.ts';

declare module 'vitest' {
	export interface ProvidedContext {
		testServer: TestServer;
	}
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const url = process.env['TEST_DATABASE_URL'];
	const { place, stop } = url ? { place: { url }, stop: async () => {} } : await startServer();

	const template = `nastavnik_test_${process.pid}`;
	const admin = connections({ ...place, database: 'postgres' }, 1);
	await admin.unsafe(`drop database if exists ${template} with (force)`);
	await admin.unsafe(
		`create database ${template} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'`
	);
	const sql = connections({ ...place, database: template }, 2);
	await migrateDatabase({ sql, db: drizzle(sql), close: () => sql.end() });
	await sql.end();
	project.provide('testServer', { place, template });

	return async () => {
		await admin.unsafe(`drop database if exists ${template} with (force)`);
		await admin.end();
		await stop();
	};
}

async function startServer(): Promise<{ place: { socketFolder: string }; stop: () => Promise<void> }> {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'nastavnik-test-'));
	// Under root the server runs as another user, who must be able to pass.
	chmodSync(folder, 0o711);
	const { socketFolder, stop } = await startEmbedded(folder, { durable: false });
	return {
		place: { socketFolder },
		async stop() {
			await stop();
			rmSync(folder, { recursive: true, force: true });
		}
	};
}
