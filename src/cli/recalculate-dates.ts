/** `npm run dates:recalculate`: reckons the courses and due dates of everybody anew; a server does it by itself, at its start or within the hour, when calendar or paths have changed. Exit 2: an option was given. */
import { parseArgs } from 'node:util';
import { recalculateEverybody } from '../lib/server/services/enrolments.ts';
import { readOptions, throughDoor, withDatabase } from './door.ts';

await throughDoor(() => {
	readOptions(() => parseArgs({}), 'npm run dates:recalculate');
	return withDatabase(async ({ db, now, openLibrary }) => {
		const onProgress = (done: number) => {
			if (done % 1000 === 0) console.log(`${done} people`);
		};
		const changed = await recalculateEverybody(db, await openLibrary(), now, { onProgress });
		console.log(`Done. Dates or courses of ${changed} people changed.`);
	});
});
