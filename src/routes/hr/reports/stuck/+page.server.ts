import { error } from '@sveltejs/kit';
import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { offerTeams } from '$lib/server/services/choices';
import { readStuck } from '$lib/server/services/stuck';
import type { PageServerLoad } from './$types';
import { readFilter, writeFilter } from './address';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const { positions, defaultLocale } = library.current().academy;
	const filter = readFilter(event.url.searchParams, positions.map(({ key }) => key));
	const found = await readStuck(db, library, person, filter, locale, now);
	if (!found) error(403, 'forbidden');
	return {
		filter,
		teams: await offerTeams(db, person, filter.team, now),
		found: { ...found, steps: found.steps.map((step) => ({ ...step, who: writeFilter(filter, { kind: step.kind, lesson: step.lesson }) })) },
		query: writeFilter(filter),
		positions: positions.map(({ key, title }) => ({ key, title: inLocale(title, locale, defaultLocale) }))
	};
};
