/** `npm run dates:recalculate`: reckons the courses and due dates of everybody anew; a server does it at a start after the calendar changed. */
import { readClock } from '../lib/server/db/clock.ts';
import { migrateDatabase } from '../lib/server/db/migrate.ts';
import { openDatabase } from '../lib/server/db/open.ts';
import { readEnvironment } from '../lib/server/env.ts';
import { Library } from '../lib/server/library.ts';
import { Refusal } from '../lib/server/refusal.ts';
import { recalculateEverybody } from '../lib/server/services/enrolments.ts';

try {
	const database = await openDatabase(readEnvironment(), { join: true });
	try {
		await migrateDatabase(database);
		const library = new Library(database.db);
		await library.refresh();
		const onProgress = (done: number) => {
			if (done % 1000 === 0) console.log(`${done} people`);
		};
		const changed = await recalculateEverybody(database.db, library, await readClock(database.db), { onProgress });
		console.log(`Done. Dates or courses of ${changed} people changed.`);
	} finally {
		await database.close();
	}
} catch (error) {
	if (!(error instanceof Refusal)) throw error;
	console.error(error.message);
	process.exitCode = 1;
}
