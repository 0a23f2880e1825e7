import { error } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireUser } from '$lib/server/guard';
import { readTrainingRecord } from '$lib/server/services/training-record';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const record = await readTrainingRecord(db, library, person, person.id, event.locals.locale);
	if (!record) error(404, 'record');
	return { record };
};
