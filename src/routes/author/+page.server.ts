import { error } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { checkContentFolder, readContentState } from '$lib/server/services/content-state';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'author', 'admin');
	const { db, library, env } = app();
	const checked = event.url.searchParams.has('check');
	const [content, problems] = await Promise.all([
		readContentState(db, library, person, event.locals.locale),
		checked ? checkContentFolder(person, env.CONTENT_DIR, event.locals.now) : null
	]);
	if (!content) error(404, 'content');
	return { content, problems };
};
