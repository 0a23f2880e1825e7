/** The people of the list as it is filtered, all pages of it, as a file that *Import a list* understands: `as=xlsx`, else CSV. */
import { error } from '@sveltejs/kit';
import { dayOf } from '$lib/core/due-date';
import { importFields } from '$lib/core/people-import/columns';
import { fieldWords } from '$lib/i18n/import-problems';
import { app } from '$lib/server/app';
import { csvFile } from '$lib/server/csv';
import { requireRole } from '$lib/server/guard';
import { exportPeople } from '$lib/server/services/people-list';
import { workbookFile } from '$lib/server/workbook';
import type { RequestHandler } from './$types';
import { readList } from '../read-list';

export const GET: RequestHandler = (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const { searchParams } = event.url;
	const parts = exportPeople(db, library, person, readList(searchParams), locale, now);
	if (!parts) error(403, 'forbidden');
	const name = `people-${dayOf(now, library.current().academy.timeZone)}`;
	if (searchParams.get('as') !== 'xlsx') return csvFile(name, importFields.map((field) => fieldWords[field]()), parts, locale);
	const columns = importFields.map((field) => ({ title: fieldWords[field](), kind: field === 'hiredOn' ? ('day' as const) : ('text' as const) }));
	async function* written() {
		for await (const rows of parts!) yield rows.map((row) => row.map((cell, nth) => (columns[nth]!.kind === 'day' && cell !== null ? new Date(cell) : cell)));
	}
	return workbookFile(name, columns, written());
};
