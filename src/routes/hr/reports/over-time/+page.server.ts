import { error } from '@sveltejs/kit';
import { leastPeople } from '$lib/core/over-time';
import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { offerTeams } from '$lib/server/services/choices';
import { readOverTime } from '$lib/server/services/over-time';
import type { PageServerLoad } from './$types';
import { readFilter } from './address';
import { knownTo } from './known';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const { academy } = library.current();
	const filter = readFilter(event.url.searchParams, knownTo(academy));
	const found = await readOverTime(db, library, person, filter, locale, now);
	if (!found) error(403, 'forbidden');
	const told = ({ key, title }: { key: string; title: Record<string, string> }) => ({ key, title: inLocale(title, locale, academy.defaultLocale) });
	return { filter, found, teams: await offerTeams(db, person, filter.team, now), least: leastPeople, positions: academy.positions.map(told), competencies: academy.competencies.map(told) };
};
