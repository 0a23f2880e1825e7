import { app } from '$lib/server/app';
import { requireUser } from '$lib/server/guard';
import { readPath } from '$lib/server/services/learning';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	return { path: await readPath(db, library, person, event.locals.locale, event.locals.now) };
};
