import { error } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireUser } from '$lib/server/guard';
import { readContents, readHandbookPage } from '$lib/server/services/handbook';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const { locale } = event.locals;
	const page = await readHandbookPage(db, library, person, event.params.page, locale);
	if (!page) error(404, 'page');
	return {
		page,
		chapters: readContents(library, person, locale).map(({ key, title, lang }) => ({ key, title, lang }))
	};
};
