import { error } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { archiveFile, zipped } from '$lib/server/archive';
import { requireRole } from '$lib/server/guard';
import { exportPerson } from '$lib/server/services/personal-data';
import type { RequestHandler } from './$types';

/** All there is about one person, as one file. */
export const GET: RequestHandler = async (event) => {
	const actor = requireRole(event, 'hr');
	const { db, storage } = app();
	const outcome = await exportPerson(db, storage, actor, event.params.id, event.locals.now);
	if (outcome.code === 'missing') error(404, 'person');
	return archiveFile(outcome.name, zipped(outcome.files, event.locals.now));
};
