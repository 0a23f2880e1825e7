import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { pageNumber } from '$lib/server/page-number';
import { listPeople, type PersonState } from '$lib/server/services/people';
import type { PageServerLoad } from './$types';
import { titleOf } from './positions';

const rowsPerPage = 50;
const states = ['invited', 'active', 'left'] as const satisfies readonly PersonState[];

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { searchParams } = event.url;
	const search = (searchParams.get('search') ?? '').slice(0, 100);
	const state = states.find((one) => one === searchParams.get('state')) ?? null;
	const page = pageNumber(searchParams);
	const { people, total } = await listPeople(db, person, {
		search,
		state,
		limit: rowsPerPage,
		offset: (page - 1) * rowsPerPage
	});
	const release = library.current();
	return {
		search,
		state,
		page,
		pages: Math.max(1, Math.ceil(total / rowsPerPage)),
		total,
		people: people.map((row) => ({ ...row, position: titleOf(release, event.locals.locale, row.position) }))
	};
};
