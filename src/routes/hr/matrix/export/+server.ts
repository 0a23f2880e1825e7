import { error } from '@sveltejs/kit';
import { dayOf } from '$lib/core/due-date';
import { m } from '$lib/i18n';
import { app } from '$lib/server/app';
import { csvFile } from '$lib/server/csv';
import { requireRole } from '$lib/server/guard';
import { exportMatrix, type MatrixRow } from '$lib/server/services/matrix';
import { readFilter } from '../address';
import { knownTo } from '../known';
import { sayLevel } from '../words';
import type { RequestHandler } from './$types';

/** The matrix as seen, all pages of it, as a file. */
export const GET: RequestHandler = (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const filter = readFilter(event.url.searchParams, knownTo(library.current().academy));
	const found = exportMatrix(db, library, person, filter, locale, now);
	if (!found) error(403, 'forbidden');
	const head = [
		...[m.matrix_person(), m.matrix_team(), m.matrix_position()],
		...found.columns.flatMap(({ title: competency }) =>
			[m.matrix_csv_level, m.matrix_csv_word, m.matrix_csv_needed, m.matrix_csv_lacks, m.matrix_csv_ready, m.matrix_csv_until].map((say) => say({ competency }))
		)
	];
	const { timeZone } = library.current().academy;
	async function* parts() {
		for await (const rows of found!.parts) yield rows.map((row) => written(row, timeZone));
	}
	return csvFile(`matrix-${dayOf(now, timeZone)}`, head, parts(), locale);
};

const written = (row: MatrixRow, timeZone: string): (string | number | null)[] => [
	...[row.name, row.team, row.position],
	...row.cells.flatMap((cell) => [
		...[cell.level, sayLevel(cell.level), cell.target, cell.target === null ? null : cell.lacks, cell.ready],
		cell.validUntil && dayOf(cell.validUntil, timeZone)
	])
];
