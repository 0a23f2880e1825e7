import { error } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { readCourses } from '$lib/server/services/course-overview';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const found = await readCourses(db, library, person, event.locals.locale, event.locals.now);
	if (!found) error(403, 'forbidden');
	return found;
};
