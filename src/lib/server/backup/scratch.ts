/** A backup that was never restored is a hope: this restores it into a database that is thrown away. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startEmbedded } from '../db/embedded.ts';
import { connections } from '../db/open.ts';
import type { Manifest, Progress } from './backup.ts';
import { readManifest, restoreBackup } from './restore.ts';

/**
 * Reads the file to its end, restores it into an embedded PostgreSQL in the folder for temporary files, and compares every
 * table with what went in. It works whatever the user of DATABASE_URL may do, and costs the real database nothing.
 *
 * @throws Refusal when the backup cannot be used
 */
export async function tryBackup(file: string, onProgress: Progress): Promise<Manifest> {
	const manifest = await readManifest(file);
	const folder = mkdtempSync(path.join(os.tmpdir(), 'nastavnik-try-'));
	// Under root the database runs as another user, who must be able to pass.
	chmodSync(folder, 0o711);
	try {
		const server = await startEmbedded(folder, { durable: false, say: () => {} });
		try {
			const admin = connections({ socketFolder: server.socketFolder, database: 'postgres' }, 1);
			await admin`create database nastavnik`.finally(() => admin.end());
			const sql = connections({ socketFolder: server.socketFolder, database: 'nastavnik' }, 1);
			try {
				await restoreBackup(sql, manifest, { file, storage: null, erasures: [], replace: false }, onProgress);
			} finally {
				await sql.end({ timeout: 5 });
			}
		} finally {
			await server.stop();
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	return manifest;
}
