/**
 * `npm run backup -- --to FILE|FOLDER [--unverified]`: writes the database and its recordings and photos into one file, beside
 * a running server, then restores it into a database that is thrown away and compares (--unverified leaves that out). In a
 * folder the file gets a name with the moment. Beside it `erasures.json` is brought up to date.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeBackup } from '../lib/server/backup/backup.ts';
import { erasuresBeside, writeErasures } from '../lib/server/backup/erasure-list.ts';
import { tryBackup } from '../lib/server/backup/scratch.ts';
import { openDatabase } from '../lib/server/db/open.ts';
import { readEnvironment } from '../lib/server/env.ts';
import { Refusal } from '../lib/server/refusal.ts';
import { listErasures } from '../lib/server/services/erasures.ts';
import { folderStorage } from '../lib/server/storage/folder.ts';
import { readOptions, tellStep, throughDoor, WrongCommand } from './door.ts';

const usage = 'npm run backup -- --to FILE|FOLDER [--unverified]';
/** What a backup is called until it is whole. */
const unfinished = '.part';
const day = 86_400_000;

/** The file to write. @throws Refusal when it is there already, its name is no backup's, or its folder is not there */
function fileFor(to: string): string {
	const place = path.resolve(to);
	if (existsSync(place) && statSync(place).isDirectory()) {
		return path.join(place, `nastavnik-${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z.tar.gz`);
	}
	if (existsSync(place)) throw new Refusal(`${to} is there already; name another file, or a folder.`);
	if (!place.endsWith('.tar.gz') || !existsSync(path.dirname(place))) throw new Refusal(`There is no folder ${place.endsWith('.tar.gz') ? path.dirname(place) : place}; make it first, or name a file that ends in .tar.gz.`);
	return place;
}

/** Those that a killed backup left behind: a day is longer than any takes. */
function dropUnfinished(folder: string): void {
	for (const name of readdirSync(folder).filter((one) => one.startsWith('nastavnik-') && one.endsWith(`.tar.gz${unfinished}`))) {
		const file = path.join(folder, name);
		if (Date.now() - statSync(file).mtimeMs > day) rmSync(file, { force: true });
	}
}

await throughDoor(async () => {
	const { values } = readOptions(() => parseArgs({ options: { to: { type: 'string' }, unverified: { type: 'boolean', default: false } } }), usage);
	if (!values.to) throw new WrongCommand(`Usage: ${usage}`);
	const env = readEnvironment();
	const file = fileFor(values.to);
	dropUnfinished(path.dirname(file));
	const part = file + unfinished;
	// Not brought up to date: a backup is made before an upgrade, too.
	const database = await openDatabase(env, { join: true, connections: 2 });
	try {
		const { manifest, missing } = await writeBackup(database.sql, folderStorage(env.RECORDINGS_DIR), part, tellStep('Writing'));
		if (manifest.tables.some(({ name }) => name === 'erasure')) writeErasures(erasuresBeside(file), await listErasures(database.db));
		await database.close();
		if (!values.unverified) await tryBackup(part, tellStep('Trying it out'));
		renameSync(part, file);
		tellStep('Done')();
		const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
		const { files, bytes } = manifest.recordings;
		for (const id of missing) console.error(`The file of recording ${id} is missing in ${env.RECORDINGS_DIR}; it is not in the backup.`);
		console.log(`${file}: ${rows} rows of ${manifest.tables.length} tables, ${files} recordings and photos (${Math.ceil(bytes / 1e6)} MB), as of ${manifest.takenAt}.`);
		console.log(values.unverified ? 'It was not tried out.' : 'Restored into a database that was thrown away: every table was the same.');
	} catch (error) {
		rmSync(part, { force: true });
		throw error;
	} finally {
		await database.close();
	}
});
