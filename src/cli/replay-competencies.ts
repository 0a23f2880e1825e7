/**
 * Whose level the rules of a content folder would move, before it is published. Nothing is written.
 *   npm run competency:replay [-- --dir FOLDER] [--json]
 * Exit 0: said what would change, or that nothing would. 1: the content has errors. 2: an unknown option.
 */
import { parseArgs } from 'node:util';
import { compile } from '../lib/content/compile.ts';
import { printProblems } from '../lib/content/problem.ts';
import { readContentFolder } from '../lib/server/content-folder.ts';
import { readClock } from '../lib/server/db/clock.ts';
import { openDatabase } from '../lib/server/db/open.ts';
import { migrateDatabase } from '../lib/server/db/migrate.ts';
import { readEnvironment } from '../lib/server/env.ts';
import { Library, readRelease } from '../lib/server/library.ts';
import { Refusal } from '../lib/server/refusal.ts';
import { replayLevels } from '../lib/server/services/level-replay.ts';
import { sayChange } from './level-words.ts';

async function main(): Promise<number> {
	const env = readEnvironment();
	let options: { dir: string; json: boolean };
	try {
		const { values } = parseArgs({ options: { dir: { type: 'string', default: env.CONTENT_DIR }, json: { type: 'boolean', default: false } } });
		options = { dir: values.dir, json: values.json };
	} catch (error) {
		console.error(`${(error as Error).message}\nUsage: npm run competency:replay -- [--dir FOLDER] [--json]`);
		return 2;
	}
	const files = await readContentFolder(options.dir).catch((error: NodeJS.ErrnoException) => {
		throw new Refusal(`The folder ${options.dir} cannot be read: ${error.code ?? error.message}.`);
	});
	const database = await openDatabase(env, { join: true, connections: 2 });
	try {
		await migrateDatabase(database);
		const now = await readClock(database.db);
		const { academy, problems } = compile(files, undefined, now);
		const errors = problems.filter(({ severity }) => severity === 'error');
		if (!academy || errors.length > 0) {
			console.error(printProblems(errors));
			return 1;
		}
		const library = new Library(database.db);
		await library.refresh();
		const present = library.currentOrNull();
		if (!present) throw new Refusal('No content has been published yet: there is nothing to compare with.');
		let changes = 0;
		const onProgress = (done: number, all: number) => {
			if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all} people${done === all ? '\n' : ''}`);
		};
		if (options.json) process.stdout.write('[');
		for await (const change of replayLevels(database.db, present, readRelease('proposed', present.number + 1, academy), now, { onProgress })) {
			if (options.json) process.stdout.write(`${changes === 0 ? '' : ','}\n${JSON.stringify(change)}`);
			else console.info(sayChange(change));
			changes++;
		}
		if (options.json) process.stdout.write('\n]\n');
		else console.info(changes === 0 ? 'Nobody’s level would change.' : `${changes} ${changes === 1 ? 'level' : 'levels'} would change. Nothing was written.`);
		return 0;
	} finally {
		await database.close();
	}
}

try {
	process.exitCode = await main();
} catch (error) {
	if (!(error instanceof Refusal)) throw error;
	console.error(error.message);
	process.exitCode = 1;
}
