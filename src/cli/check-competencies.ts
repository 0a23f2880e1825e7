/**
 * Rebuilds every level from evidence and signatures and reports each that is stored otherwise.
 *   npm run competency:check [-- --repair] [--json]
 * Exit 0: all is as the evidence says. 1: differences, also those that were repaired. 2: an unknown option.
 */
import { parseArgs } from 'node:util';
import { Refusal } from '../lib/server/refusal.ts';
import { checkLevels } from '../lib/server/services/level-replay.ts';
import { readOptions, tellProgress, throughDoor, withDatabase } from './door.ts';

await throughDoor(async () => {
	const { values: options } = readOptions(() => parseArgs({ options: { repair: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } }), 'npm run competency:check -- [--repair] [--json]');
	return withDatabase(async ({ db, now, openLibrary }) => {
		const release = (await openLibrary()).currentOrNull();
		if (!release) throw new Refusal('No content has been published yet: there are no rules to judge by.');
		let faulty = 0;
		if (options.json) process.stdout.write('[');
		for await (const level of checkLevels(db, release, now, { onProgress: tellProgress, repair: options.repair })) {
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
	});
});
