/** The wrong rows of a list as they stood in the file, with the reason in a last column, as a file of the same form. */
import { error } from '@sveltejs/kit';
import { keepApostrophe } from '$lib/core/people-import/table';
import { m } from '$lib/i18n';
import { fieldWords, sayCellProblem } from '$lib/i18n/import-problems';
import { app } from '$lib/server/app';
import { csvFile, csvFileAsCame } from '$lib/server/csv';
import { requireRole } from '$lib/server/guard';
import { readWrongRows } from '$lib/server/services/people-import';
import { workbookFile } from '$lib/server/workbook';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = requireRole(event, 'hr');
	const list = await readWrongRows(app().db, person, event.params.id, event.locals.now);
	if (!list) error(404, 'list');
	const rows = list.rows.map(({ cells, problems }) => [
		...cells.map(keepApostrophe),
		problems.map((one) => [one.field && fieldWords[one.field](), sayCellProblem(one)].filter(Boolean).join(': ')).join(' ')
	]);
	const head = [...list.headers, m.import_reason()];
	if (list.form?.as === 'xlsx') return workbookFile(m.import_wrong_file(), head.map((title) => ({ title, kind: 'text' as const })), [rows]);
	if (list.form) return csvFileAsCame(m.import_wrong_file(), [head, ...rows], list.form);
	return csvFile(m.import_wrong_file(), head, [rows], event.locals.locale);
};
