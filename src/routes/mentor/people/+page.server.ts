import { redirect } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { pageNumber } from '$lib/server/page-number';
import { listMentees } from '$lib/server/services/mentees';
import type { PageServerLoad } from './$types';

const rowsPerPage = 25;

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'mentor');
	const { db, library } = app();
	const { searchParams } = event.url;
	const search = (searchParams.get('search') ?? '').slice(0, 100);
	const page = pageNumber(searchParams);
	const list = await listMentees(db, library, person, event.locals.locale, { search, limit: rowsPerPage, offset: (page - 1) * rowsPerPage });
	const pages = Math.max(1, Math.ceil(list.found / rowsPerPage));
	// A kept address of a list that has become shorter.
	if (page > pages) redirect(303, `/mentor/people?${new URLSearchParams({ ...(search && { search }), page: String(pages) }).toString()}`);
	return { ...list, search, page, pages, isSearchable: search !== '' || list.total > rowsPerPage };
};
