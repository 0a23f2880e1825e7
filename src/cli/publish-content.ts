/** `npm run content:publish`: publishes the content folder into the database; running servers serve it within seconds. */
import { printProblems } from '../lib/content/problem.ts';
import { readClock } from '../lib/server/db/clock.ts';
import { migrateDatabase } from '../lib/server/db/migrate.ts';
import { openDatabase } from '../lib/server/db/open.ts';
import { readEnvironment } from '../lib/server/env.ts';
import { Refusal } from '../lib/server/refusal.ts';
import { publish } from '../lib/server/services/releases.ts';

try {
	const env = readEnvironment();
	const database = await openDatabase(env, { join: true });
	try {
		await migrateDatabase(database);
		const onProgress = (done: number, all: number) => {
			if (done === all || done % 500 === 0) console.log(`${done} of ${all} items`);
		};
		const outcome = await publish(database.db, { folder: env.CONTENT_DIR, onProgress }, await readClock(database.db));
		if (outcome.code === 'problems') {
			console.error(printProblems(outcome.problems));
			process.exitCode = 1;
		} else if (outcome.code === 'orphans') {
			console.error('Not published: people have results in names that are gone. Bring them back:');
			console.error(outcome.names.join('\n'));
			process.exitCode = 1;
		} else if (outcome.code === 'unchanged') {
			console.log(`Nothing to publish: release ${outcome.number} is this content.`);
		} else {
			console.log(`Published as release ${outcome.number}: ${outcome.items} items, ${outcome.rendered} of them new.`);
		}
	} finally {
		await database.close();
	}
} catch (error) {
	if (!(error instanceof Refusal)) throw error;
	console.error(error.message);
	process.exitCode = 1;
}
