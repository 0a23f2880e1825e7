/**
 * Whose level the rules of a content folder would move, before it is published. Nothing is written.
 *   npm run competency:replay [-- --dir FOLDER] [--json]
 * Exit 0: said what would change, or that nothing would. 1: the content has errors. 2: an unknown option.
 */
import { parseArgs } from 'node:util';
import { compile } from '../lib/content/compile.ts';
import { printProblems } from '../lib/content/problem.ts';
import { readContentFolder } from '../lib/server/content-folder.ts';
import { readRelease } from '../lib/server/library.ts';
import { Refusal } from '../lib/server/refusal.ts';
import { replayLevels } from '../lib/server/services/level-replay.ts';
import { readOptions, tellProgress, throughDoor, withDatabase } from './door.ts';
import { sayChange } from './level-words.ts';

await throughDoor(async () => {
	const { values: options } = readOptions(() => parseArgs({ options: { dir: { type: 'string' }, json: { type: 'boolean', default: false } } }), 'npm run competency:replay -- [--dir FOLDER] [--json]');
	return withDatabase(async ({ env, db, now, openLibrary }) => {
		const folder = options.dir ?? env.CONTENT_DIR;
		const files = await readContentFolder(folder).catch((error: NodeJS.ErrnoException) => {
			throw new Refusal(`The folder ${folder} cannot be read: ${error.code ?? error.message}.`);
		});
		const { academy, problems } = compile(files, undefined, now);
		const errors = problems.filter(({ severity }) => severity === 'error');
		if (!academy || errors.length > 0) {
			console.error(printProblems(errors));
			return 1;
		}
		const present = (await openLibrary()).currentOrNull();
		if (!present) throw new Refusal('No content has been published yet: there is nothing to compare with.');
		let changes = 0;
		if (options.json) process.stdout.write('[');
		for await (const change of replayLevels(db, present, readRelease('proposed', present.number + 1, academy), now, { onProgress: tellProgress })) {
			if (options.json) process.stdout.write(`${changes === 0 ? '' : ','}\n${JSON.stringify(change)}`);
			else console.info(sayChange(change));
			changes++;
		}
		if (options.json) process.stdout.write('\n]\n');
		else console.info(changes === 0 ? 'Nobody’s level would change.' : `${changes} ${changes === 1 ? 'level' : 'levels'} would change. Nothing was written.`);
		return 0;
	});
});
