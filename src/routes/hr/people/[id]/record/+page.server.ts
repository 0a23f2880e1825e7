import { error } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { readTrainingRecord } from '$lib/server/services/training-record';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireRole(event, 'hr');
	const { db, library } = app();
	const record = await readTrainingRecord(db, library, actor, event.params.id, event.locals.locale);
	if (!record) error(404, 'person');
	return { record };
};
