import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { listDisputesForHr } from '$lib/server/services/disputes';
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
	const page = Math.max(1, Math.trunc(Number(searchParams.get('page') ?? 1)) || 1);
	const [{ people, total }, disputes] = await Promise.all([
		listPeople(db, person, { search, state, limit: rowsPerPage, offset: (page - 1) * rowsPerPage }),
		listDisputesForHr(db, person)
	]);
	const release = library.current();
	return {
		search,
		state,
		page,
		pages: Math.max(1, Math.ceil(total / rowsPerPage)),
		total,
		disputes,
		people: people.map((row) => ({ ...row, position: titleOf(release, event.locals.locale, row.position) }))
	};
};
