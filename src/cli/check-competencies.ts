/**
 * Rebuilds every level from evidence and signatures and reports each that is stored otherwise.
 *   npm run competency:check [-- --repair] [--json]
 * Exit 0: all is as the evidence says. 1: differences, also those that were repaired. 2: an unknown option.
 */
import { parseArgs } from 'node:util';
import { readClock } from '../lib/server/db/clock.ts';
import { openDatabase } from '../lib/server/db/open.ts';
import { migrateDatabase } from '../lib/server/db/migrate.ts';
import { readEnvironment } from '../lib/server/env.ts';
import { Library } from '../lib/server/library.ts';
import { Refusal } from '../lib/server/refusal.ts';
import { checkLevels } from '../lib/server/services/level-replay.ts';

async function main(): Promise<number> {
	let options: { repair: boolean; json: boolean };
	try {
		const { values } = parseArgs({ options: { repair: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } });
		options = values;
	} catch (error) {
		console.error(`${(error as Error).message}\nUsage: npm run competency:check -- [--repair] [--json]`);
		return 2;
	}
	const database = await openDatabase(readEnvironment(), { join: true, connections: 2 });
	try {
		await migrateDatabase(database);
		const now = await readClock(database.db);
		const library = new Library(database.db);
		await library.refresh();
		const release = library.currentOrNull();
		if (!release) throw new Refusal('No content has been published yet: there are no rules to judge by.');
		let faulty = 0;
		const onProgress = (done: number, all: number) => {
			if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all} people${done === all ? '\n' : ''}`);
		};
		if (options.json) process.stdout.write('[');
		for await (const level of checkLevels(database.db, release, now, { onProgress, repair: options.repair })) {
			if (options.json) process.stdout.write(`${faulty === 0 ? '' : ','}\n${JSON.stringify(level)}`);
			else {
				const lines = level.differences.map(({ field, stored, rebuilt }) => `    ${field}: stored ${stored}, by the evidence ${rebuilt}`);
				console.info([`${level.name} (${level.employeeId}), ${level.competency}:`, ...lines].join('\n'));
			}
			faulty++;
		}
		if (options.json) process.stdout.write('\n]\n');
		else if (faulty === 0) console.info('Every level is what its evidence says.');
		else console.info(`${faulty} ${faulty === 1 ? 'level differs' : 'levels differ'}. ${options.repair ? 'Each was derived anew.' : 'To derive them anew: npm run competency:check -- --repair'}`);
		return faulty === 0 ? 0 : 1;
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
