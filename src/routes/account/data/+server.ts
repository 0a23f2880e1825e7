import { error } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { archiveFile, zipped } from '$lib/server/archive';
import { requireUser } from '$lib/server/guard';
import { exportPerson } from '$lib/server/services/personal-data';
import type { RequestHandler } from './$types';

/** All there is about the one who asks, as one file. */
export const GET: RequestHandler = async (event) => {
	const person = requireUser(event);
	const { db, storage } = app();
	const outcome = await exportPerson(db, storage, person, person.id, event.locals.now);
	if (outcome.code === 'missing') error(404, 'person');
	return archiveFile(outcome.name, zipped(outcome.files, event.locals.now));
};
