import { error } from '@sveltejs/kit';
import { leastPeople } from '$lib/core/item-statistics';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { readQuestionReport } from '$lib/server/services/question-report';
import type { PageServerLoad } from './$types';
import { sourceLines } from './source-lines';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr', 'author');
	const { db, library, env } = app();
	const report = await readQuestionReport(db, library, person, event.url.searchParams.get('assessment'), event.locals.locale);
	if (!report) error(403, 'forbidden');
	const lines = report.shown ? await sourceLines(env.CONTENT_DIR, report.shown.name, library.current().academy.defaultLocale) : {};
	return { report, lines, least: leastPeople };
};
