import { error, redirect } from '@sveltejs/kit';
import { longestChoice } from '$lib/core/choice';
import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { listPage, rowsOf } from '$lib/server/page-number';
import { offerTeams, readChosen } from '$lib/server/services/choices';
import { readReport, reportKeys, reportsOfCourses } from '$lib/server/services/reports';
import type { PageServerLoad } from './$types';
import { readBeside, readFilter, writeFilter } from '../address';
import { knownTo } from '../known';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const report = reportKeys.find((one) => one === event.params.report);
	if (!report) error(404, 'not-found');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const { academy } = library.current();
	const mentor = await readChosen(db, person, 'mentor', event.url.searchParams.get('mentor')?.replaceAll('\0', '').slice(0, longestChoice) ?? null);
	const filter = { ...readFilter(event.url.searchParams, knownTo(academy)), mentor: mentor.id };
	const page = listPage(event.url.searchParams);
	const found = await readReport(db, library, person, { report, filter }, { ...rowsOf(page), beside: readBeside(event.url.searchParams) }, locale, now);
	if (!found) error(403, 'forbidden');
	// A kept address of what has become shorter.
	if (found.rows.length === 0 && page.page > 1) redirect(303, event.url.pathname + writeFilter(filter, { rows: page.rows }));
	const told = ({ key, title }: { key: string; title: Record<string, string> }) => ({ key, title: inLocale(title, locale, academy.defaultLocale) });
	return {
		...{ report, filter, page, found },
		teams: await offerTeams(db, person, filter.team, now),
		mentor: { ...mentor, choices: found.mentors },
		positions: academy.positions.map(told),
		courses: reportsOfCourses.includes(report) ? academy.courses.map(told) : null
	};
};
