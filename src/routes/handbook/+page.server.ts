import { app } from '$lib/server/app';
import { requireUser } from '$lib/server/guard';
import { searchHandbook } from '$lib/server/handbook-search';
import { readContents } from '$lib/server/services/handbook';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { library } = app();
	const { locale } = event.locals;
	const typed = event.url.searchParams.get('q') ?? '';
	return {
		contents: readContents(library, person, locale),
		answer: typed.trim() === '' ? null : await searchHandbook(library, person, locale, typed)
	};
};
