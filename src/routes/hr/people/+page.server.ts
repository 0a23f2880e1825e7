import { redirect } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { listDisputesForHr } from '$lib/server/services/disputes';
import { listFilterChoices, listPeople } from '$lib/server/services/people-list';
import type { PageServerLoad } from './$types';
import { queryOf } from './list-address';
import { listPositions, titleOf } from './positions';
import { readList } from './read-list';

const rowsPerPage = 50;

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const list = readList(event.url.searchParams);
	const { now, locale } = event.locals;
	const asked = { filter: list, sort: list.sort, limit: rowsPerPage, offset: (list.page - 1) * rowsPerPage };
	const [{ people, total }, choices, disputes] = await Promise.all([
		listPeople(db, person, asked, now),
		listFilterChoices(db, person),
		listDisputesForHr(db, person)
	]);
	const pages = Math.max(1, Math.ceil(total / rowsPerPage));
	// A kept address of a list that has become shorter.
	if (list.page > pages) redirect(303, `/hr/people${queryOf({ ...list, page: pages })}`);
	const release = library.current();
	return {
		list,
		pages,
		total,
		disputes,
		...choices,
		positions: listPositions(release, locale),
		people: people.map((row) => ({ ...row, position: titleOf(release, locale, row.position) }))
	};
};
