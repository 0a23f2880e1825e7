/**
 * Writes a backup: the database as it was at one moment, then the recordings and photos that it names. Beside a running
 * server; nothing is locked. README, "Backup and restore", says what the file looks like.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Sql } from 'postgres';
import { projectRoot } from '../env.ts';
import { Refusal } from '../refusal.ts';
import { readWhole, type Storage } from '../storage/storage.ts';
import { packInto } from './container.ts';
import { copyOut, newCount, readApplied, readShapes, settleNotation, type Count, type Migration } from './tables.ts';

export const format = 'nastavnik-backup';
/** Of the file's format. A change that older programs cannot read makes it larger. */
export const formatVersion = 1;

/** What the file says of itself, in its entry `manifest.json`. */
export interface Manifest {
	format: typeof format;
	version: number;
	/** Of the product. */
	product: string;
	/** The moment it shows, by the database's clock. */
	takenAt: string;
	/** What the tables were made by, oldest first. */
	migrations: Migration[];
	tables: ({ name: string; columns: string[] } & Count)[];
	recordings: { files: number; bytes: number; missing: number };
}

/** How far it is: rows, or files. */
export type Progress = (what: string, done: number) => void;

/** Bytes of a table's piece. */
const pieceBytes = 1024 * 1024;

export interface Backup {
	manifest: Manifest;
	/** Ids of recordings that the database names and whose file is not there. */
	missing: string[];
}

/**
 * @param file where it is written; what stands there is written over
 * @throws Refusal when there is nothing in the database to back up
 */
export async function writeBackup(sql: Sql, storage: Storage, file: string, onProgress: Progress): Promise<Backup> {
	return sql.begin('isolation level repeatable read read only', async (tx) => {
		await settleNotation(tx);
		const [clock] = await tx<{ at: string }[]>`select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`;
		const takenAt = clock!.at;
		const migrations = await readApplied(tx);
		if (migrations.length === 0) throw new Refusal('There is nothing to back up: this database has no tables of Nastavnik. Look at DATABASE_URL or DATA_DIR.');
		const packer = packInto(file, new Date(takenAt));
		try {
			const tables: Manifest['tables'] = [];
			for (const shape of await readShapes(tx)) {
				const count = newCount();
				let [pieces, bytes, number]: [Buffer[], number, number] = [[], 0, 0];
				const flush = async () => {
					await packer.add(`tables/${shape.name}/${String(++number).padStart(6, '0')}.copy`, Buffer.concat(pieces));
					[pieces, bytes] = [[], 0];
					onProgress(shape.name, count.rows());
				};
				for await (const piece of copyOut(tx, shape)) {
					count.add(piece);
					pieces.push(piece);
					bytes += piece.length;
					if (bytes >= pieceBytes) await flush();
				}
				if (bytes > 0) await flush();
				tables.push({ name: shape.name, columns: shape.columns, ...count.end() });
			}
			const missing: string[] = [];
			const recordings = { files: 0, bytes: 0, missing: 0 };
			// Of an upload nothing may have come yet.
			for await (const rows of tx<{ id: string; key: string }[]>`select id, key from recording where deleted_at is null and received > 0 order by id`.cursor(200)) {
				for (const { id, key } of rows) {
					const content = await readWhole(storage, key);
					if (content) {
						await packer.add(`recordings/${key}`, Buffer.from(content.buffer, content.byteOffset, content.byteLength));
						recordings.files += 1;
						recordings.bytes += content.byteLength;
						onProgress('recordings', recordings.files);
					} else if ((await sql`select 1 from recording where id = ${id} and key = ${key} and deleted_at is null`).length > 0) {
						// Still named: not one that was deleted since.
						missing.push(id);
					}
				}
			}
			recordings.missing = missing.length;
			const manifest: Manifest = { format, version: formatVersion, product: productVersion(), takenAt, migrations, tables, recordings };
			await packer.add('manifest.json', Buffer.from(`${JSON.stringify(manifest, null, '\t')}\n`));
			await packer.seal();
			return { manifest, missing };
		} catch (error) {
			await packer.abort();
			throw error;
		}
	}) as Promise<Backup>;
}

function productVersion(): string {
	const file = path.join(projectRoot(), 'package.json');
	return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : 'unknown';
}
