import { app } from '$lib/server/app';
import { requireUser } from '$lib/server/guard';
import { readPath } from '$lib/server/services/learning';
import { readWaitingWork } from '$lib/server/services/waiting';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const { locale, now } = event.locals;
	const [path, work] = await Promise.all([readPath(db, library, person, locale, now), readWaitingWork(db, library, person, locale, now)]);
	return { path, work };
};
