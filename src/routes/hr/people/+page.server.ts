import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { pageNumber } from '$lib/server/page-number';
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
	const page = pageNumber(searchParams);
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
		disputes: {
			...disputes,
			disputes: disputes.disputes.map((one) => ({ ...one, criterion: one.criterion && inLocale(one.criterion, event.locals.locale, release.academy.defaultLocale) }))
		},
		people: people.map((row) => ({ ...row, position: titleOf(release, event.locals.locale, row.position) }))
	};
};
