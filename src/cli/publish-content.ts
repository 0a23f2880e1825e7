/**
 * `npm run content:publish`: publishes the content folder into the database; running servers serve it within seconds. Where the rules of
 * competencies are others now, everybody's levels are derived anew before it ends; stopped meanwhile, a server goes on within the hour.
 */
import { parseArgs } from 'node:util';
import { printProblems } from '../lib/content/problem.ts';
import { refreshLevels } from '../lib/server/services/level-refresh.ts';
import { publish } from '../lib/server/services/releases.ts';
import { readOptions, throughDoor, withDatabase } from './door.ts';

await throughDoor(() => {
	readOptions(() => parseArgs({}), 'npm run content:publish');
	return withDatabase(async ({ env, db, now, openLibrary }) => {
		const onProgress = (done: number, all: number) => {
			if (done === all || done % 500 === 0) console.log(`${done} of ${all} items`);
		};
		const outcome = await publish(db, { folder: env.CONTENT_DIR, onProgress }, now);
		if (outcome.code === 'problems') {
			console.error(printProblems(outcome.problems));
			return 1;
		}
		if (outcome.code === 'orphans') {
			console.error('Not published: people have results in names that are gone. Bring them back:');
			console.error(outcome.names.join('\n'));
			return 1;
		}
		if (outcome.code === 'unchanged') console.log(`Nothing to publish: release ${outcome.number} is this content.`);
		else console.log(`Published as release ${outcome.number}: ${outcome.items} items, ${outcome.rendered} of them new.`);
		const derived = await refreshLevels(db, (await openLibrary()).current(), now, undefined, (done, all) => {
			if (done === all || done % 10_000 === 0) console.log(`${done} of ${all} levels derived anew`);
		});
		if (derived > 0) console.log('Every level follows the rules as published.');
		return 0;
	});
});
