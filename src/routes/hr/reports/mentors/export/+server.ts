import { error } from '@sveltejs/kit';
import { dayOf } from '$lib/core/due-date';
import { m } from '$lib/i18n';
import { app } from '$lib/server/app';
import { csvFile } from '$lib/server/csv';
import { requireRole } from '$lib/server/guard';
import { readMentorLoad } from '$lib/server/services/mentor-load';
import type { RequestHandler } from './$types';
import { readFilter } from '../address';

/** A table of the page as a file: `table=weeks`, else the mentors. Days are the academy's, `YYYY-MM-DD`. */
export const GET: RequestHandler = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const { timeZone } = library.current().academy;
	const found = await readMentorLoad(db, library, person, readFilter(event.url.searchParams), now);
	if (!found) error(403, 'forbidden');
	const today = dayOf(now, timeZone);
	if (event.url.searchParams.get('table') === 'weeks') {
		const head = [m.mentorload_week(), m.mentorload_came_in(), m.mentorload_decided(), m.mentorload_waiting_then()];
		return csvFile(`desk-weeks-${today}`, head, [found.weeks.map(({ from, cameIn, decided, waiting }) => [from, cameIn, decided, waiting])], locale);
	}
	const head = [m.mentorload_mentor(), m.mentorload_decided(), m.mentorload_half(), m.mentorload_most(), m.mentorload_waiting(), m.mentorload_oldest(), m.mentorload_oldest_days()];
	const rows = found.mentors.map((one) => [
		...[one.mentor?.name ?? m.mentorload_nobody(), one.decided, one.half, one.most],
		...[one.waiting, one.oldest && dayOf(one.oldest, timeZone), one.oldestDays]
	]);
	return csvFile(`mentors-${today}`, head, [rows], locale);
};
