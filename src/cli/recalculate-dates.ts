/** `npm run dates:recalculate`: reckons the courses and due dates of everybody anew; a server does it by itself, at its start or within the hour, when calendar or paths have changed. Exit 2: an option was given. */
import { recalculateEverybody } from '../lib/server/services/enrolments.ts';
import { throughDoor, withDatabase, WrongCommand } from './door.ts';

await throughDoor(() => {
	if (process.argv.length > 2) throw new WrongCommand('npm run dates:recalculate takes no options.');
	return withDatabase(async ({ db, now, openLibrary }) => {
		const onProgress = (done: number) => {
			if (done % 1000 === 0) console.log(`${done} people`);
		};
		const changed = await recalculateEverybody(db, await openLibrary(), now, { onProgress });
		console.log(`Done. Dates or courses of ${changed} people changed.`);
	});
});
