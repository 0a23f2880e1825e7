/** How far the work on a list is, for the page that waits for it. */
import { error, json } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { readImportProgress } from '$lib/server/services/people-import';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const progress = await readImportProgress(db, library, person, event.params.id);
	if (!progress) error(404, 'list');
	return json(progress);
};
