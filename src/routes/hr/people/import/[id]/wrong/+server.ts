/** The wrong rows of a list as they stood in the file, with the reason in a last column. */
import { error } from '@sveltejs/kit';
import { keepApostrophe } from '$lib/core/people-import/table';
import { m } from '$lib/i18n';
import { fieldWords, sayCellProblem } from '$lib/i18n/import-problems';
import { app } from '$lib/server/app';
import { csvFile } from '$lib/server/csv';
import { requireRole } from '$lib/server/guard';
import { readWrongRows } from '$lib/server/services/people-import';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = requireRole(event, 'hr');
	const list = await readWrongRows(app().db, person, event.params.id, event.locals.now);
	if (!list) error(404, 'list');
	const rows = list.rows.map(({ cells, problems }) => [
		...cells.map(keepApostrophe),
		problems.map((one) => [one.field && fieldWords[one.field](), sayCellProblem(one)].filter(Boolean).join(': ')).join(' ')
	]);
	return csvFile(m.import_wrong_file(), [...list.headers, m.import_reason()], [rows], event.locals.locale);
};
