import { error } from '@sveltejs/kit';
import { dayOf } from '$lib/core/due-date';
import { m } from '$lib/i18n';
import { app } from '$lib/server/app';
import { csvFile } from '$lib/server/csv';
import { requireRole } from '$lib/server/guard';
import { readStuck } from '$lib/server/services/stuck';
import type { RequestHandler } from './$types';
import { readFilter } from '../address';
import { sayStep } from '../words';

/** The table of the page as a file. */
export const GET: RequestHandler = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const { positions, timeZone } = library.current().academy;
	const filter = readFilter(event.url.searchParams, positions.map(({ key }) => key));
	const found = await readStuck(db, library, person, filter, locale, now);
	if (!found) error(403, 'forbidden');
	const head = [m.stuck_place(), m.stuck_kind(), m.stuck_course(), m.stuck_people(), m.stuck_half(), m.stuck_most()];
	const rows = found.steps.map(({ title, kind, courseTitle, people, half, most }) => [title, sayStep(kind), courseTitle, people, half, most]);
	return csvFile(`where-people-stand-${dayOf(now, timeZone)}`, head, [rows], locale);
};
