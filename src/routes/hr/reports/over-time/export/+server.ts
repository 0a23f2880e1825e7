import { error } from '@sveltejs/kit';
import { dayOf } from '$lib/core/due-date';
import { shareAt, type Curve } from '$lib/core/over-time';
import { m } from '$lib/i18n';
import { app } from '$lib/server/app';
import { csvFile } from '$lib/server/csv';
import { requireRole } from '$lib/server/guard';
import { readOverTime } from '$lib/server/services/over-time';
import type { RequestHandler } from './$types';
import { readFilter } from '../address';
import { knownTo } from '../known';
import { sayCohort, tellingWeeks } from '../words';

const percent = (share: number | null) => share && Math.round(share * 1000) / 10;
const counts = ({ n, reached, waiting, left }: Curve) => [n, reached, waiting, left];

/** A table of the page as a file: `table=competencies`, else the cohorts. Shares are percent. */
export const GET: RequestHandler = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const { academy } = library.current();
	const filter = readFilter(event.url.searchParams, knownTo(academy));
	const found = await readOverTime(db, library, person, filter, locale, now);
	if (!found) error(403, 'forbidden');
	const today = dayOf(now, academy.timeZone);
	const headOfCounts = [m.overtime_people(), m.overtime_reached(), m.overtime_waiting(), m.overtime_left()];
	if (event.url.searchParams.get('table') === 'competencies') {
		const head = [m.overtime_competency(), ...headOfCounts, m.overtime_first_quarter(), m.overtime_half(), m.overtime_three_quarters()];
		const rows = found.competencies.map((one) => [one.title, ...counts(one), one.quarter, one.half, one.threeQuarters]);
		return csvFile(`time-to-level-${filter.level}-${today}`, head, [rows], locale);
	}
	const head = [m.overtime_hired(), ...headOfCounts, ...tellingWeeks.map((n) => m.overtime_share_after({ n: String(n) })), m.overtime_half()];
	const rows = found.cohorts.map((one) => [sayCohort(one.from, filter.by), ...counts(one), ...tellingWeeks.map((week) => percent(shareAt(one, week))), one.half]);
	return csvFile(`cohorts-level-${filter.level}-${today}`, head, [rows], locale);
};
