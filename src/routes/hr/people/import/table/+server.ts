/** An empty list with the columns that are understood, in the reader's language. */
import { importFields } from '$lib/core/people-import/columns';
import { fieldWords } from '$lib/i18n/import-problems';
import { csvFile } from '$lib/server/csv';
import { requireRole } from '$lib/server/guard';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => {
	requireRole(event, 'hr');
	return csvFile('people', importFields.map((field) => fieldWords[field]()), [], event.locals.locale);
};
