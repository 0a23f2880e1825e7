import { error, redirect } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { listPage, rowsOf } from '$lib/server/page-number';
import { listStanding } from '$lib/server/services/stuck';
import type { PageServerLoad } from './$types';
import { readFilter, readPlace, writeFilter } from '../address';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const { searchParams } = event.url;
	const filter = readFilter(searchParams, library.current().academy.positions.map(({ key }) => key));
	const place = readPlace(searchParams);
	if (!place) error(404, 'not-found');
	const page = listPage(searchParams);
	const found = await listStanding(db, library, person, { ...place, filter }, rowsOf(page), locale, now);
	if (!found) error(404, 'not-found');
	// A kept address of what has become shorter.
	if (found.people.length === 0 && page.page > 1) redirect(303, event.url.pathname + writeFilter(filter, { ...place, rows: page.rows }));
	return { filter, place, page, found };
};
