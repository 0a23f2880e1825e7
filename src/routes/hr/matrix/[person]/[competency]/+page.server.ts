import { error } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { listPage } from '$lib/server/page-number';
import { explainCell } from '$lib/server/services/matrix-why';
import { readFilter, writeFilter } from '../../address';
import { knownTo } from '../../known';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const cell = { employeeId: event.params.person, competency: event.params.competency };
	const why = await explainCell(db, library, person, cell, locale, now);
	if (!why) error(404, 'competency');
	const { searchParams } = event.url;
	return { why, back: writeFilter(readFilter(searchParams, knownTo(library.current().academy)), listPage(searchParams)) };
};
