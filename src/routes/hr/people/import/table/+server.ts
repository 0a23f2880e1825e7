/** An empty list with the columns that are understood, in the reader's language. */
import { importFields } from '$lib/core/people-import/columns';
import { writeText } from '$lib/core/people-import/table';
import { fieldWords } from '$lib/i18n/import-problems';
import { requireRole } from '$lib/server/guard';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => {
	requireRole(event, 'hr');
	return new Response(writeText([importFields.map((field) => fieldWords[field]())]), {
		headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="people.csv"' }
	});
};
