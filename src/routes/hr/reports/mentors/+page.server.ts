import { error } from '@sveltejs/kit';
import { targetWorkingDays } from '$lib/core/waiting';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { offerTeams } from '$lib/server/services/choices';
import { deskKinds } from '$lib/server/services/desk';
import { readMentorLoad, weekChoices } from '$lib/server/services/mentor-load';
import type { PageServerLoad } from './$types';
import { readFilter, writeFilter } from './address';

/** The file has them all. */
const mentorsShown = 200;

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const filter = readFilter(event.url.searchParams);
	const found = await readMentorLoad(db, library, person, filter, event.locals.now);
	if (!found) error(403, 'forbidden');
	return {
		filter,
		teams: await offerTeams(db, person, filter.team, event.locals.now),
		isFiltered: writeFilter(filter) !== '',
		found: { ...found, mentors: found.mentors.slice(0, mentorsShown) },
		notShown: Math.max(0, found.mentors.length - mentorsShown),
		files: { weeks: writeFilter(filter, { table: 'weeks' }), mentors: writeFilter(filter, { table: 'mentors' }) },
		target: targetWorkingDays,
		kinds: deskKinds,
		weekChoices
	};
};
