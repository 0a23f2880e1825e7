/**
 * `npm run restore -- --from FILE [--erasures FILE | --without-erasures] [--replace]`: puts a backup into an empty database,
 * all of it or nothing; with --replace in the place of what is there. Erasures since then are applied again, from
 * `erasures.json` beside the backup unless another list is named.
 * `npm run restore -- --from FILE --try`: restores it into a database that is thrown away, and compares.
 */
import { existsSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { erasuresBeside, readErasures } from '../lib/server/backup/erasure-list.ts';
import { readManifest, restoreBackup } from '../lib/server/backup/restore.ts';
import { tryBackup } from '../lib/server/backup/scratch.ts';
import { openDatabase } from '../lib/server/db/open.ts';
import { readEnvironment } from '../lib/server/env.ts';
import { Refusal } from '../lib/server/refusal.ts';
import type { ErasureRow } from '../lib/server/services/erasures.ts';
import { folderStorage } from '../lib/server/storage/folder.ts';
import { readOptions, tellStep, throughDoor, WrongCommand } from './door.ts';

const usage = 'npm run restore -- --from FILE [--erasures FILE | --without-erasures] [--replace] [--try]';

/** @throws Refusal when the backup is not there, or nobody said where the list is, and none lies beside it */
function findErasures(from: string, named: string | undefined, without: boolean): ErasureRow[] {
	if (!statSync(from, { throwIfNoEntry: false })?.isFile()) throw new Refusal(`There is no file ${from}.`);
	if (without) return [];
	if (named !== undefined) return readErasures(named);
	const beside = erasuresBeside(from);
	if (existsSync(beside)) return readErasures(beside);
	throw new Refusal(
		`Who was erased after this backup must stay erased, and there is no list ${beside}. Name one with --erasures (npm run erasures writes it from a database), or say --without-erasures when nobody was.`
	);
}

await throughDoor(async () => {
	const options = {
		from: { type: 'string' },
		erasures: { type: 'string' },
		'without-erasures': { type: 'boolean', default: false },
		replace: { type: 'boolean', default: false },
		try: { type: 'boolean', default: false }
	} as const;
	const { values } = readOptions(() => parseArgs({ options }), usage);
	const { from: file } = values;
	const contradicts = (values.erasures !== undefined && values['without-erasures']) || (values.try && values.replace);
	if (!file || contradicts) throw new WrongCommand(`Usage: ${usage}`);
	if (values.try) {
		const { takenAt, tables } = await tryBackup(file, tellStep('Trying it out'));
		tellStep('Done')();
		return console.log(`The backup of ${takenAt} can be restored: ${tables.length} tables came out as they went in.`);
	}
	const env = readEnvironment();
	const erasures = findErasures(file, values.erasures, values['without-erasures']);
	tellStep('Reading')();
	const manifest = await readManifest(file);
	const { sql, close } = await openDatabase(env, { connections: 1 });
	try {
		const restoring = { file, storage: folderStorage(env.RECORDINGS_DIR), erasures, replace: values.replace };
		const { erased } = await restoreBackup(sql, manifest, restoring, tellStep('Restoring'));
		tellStep('Done')();
		const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
		console.log(`Restored as of ${manifest.takenAt}: ${rows} rows, each table compared; ${manifest.recordings.files} recordings and photos.`);
		if (erased > 0) console.log(`People who were erased since, and are again: ${erased}.`);
		console.log('Nobody is signed in. Start the server.');
	} finally {
		await close();
	}
});
