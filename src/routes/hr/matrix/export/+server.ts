import { error } from '@sveltejs/kit';
import { stringify } from 'csv-stringify/sync';
import { m, type Locale } from '$lib/i18n';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { exportMatrix, type MatrixRow } from '$lib/server/services/matrix';
import { readFilter } from '../address';
import { knownTo } from '../known';
import { sayLevel } from '../words';
import type { RequestHandler } from './$types';

/** Lists are separated as spreadsheets expect it where a comma is the decimal sign. */
const delimiters: Record<Locale, string> = { en: ',', ru: ';', bg: ';' };
/** So that spreadsheets read it as UTF-8. */
const mark = '\ufeff';

/** The matrix as seen, all pages of it, as a file. Texts that a spreadsheet would compute begin with an apostrophe. */
export const GET: RequestHandler = (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const filter = readFilter(event.url.searchParams, knownTo(library.current().academy));
	const found = exportMatrix(db, library, person, filter, locale, now);
	if (!found) error(403, 'forbidden');
	const line = (rows: (string | number | null)[][]) => stringify(rows, { delimiter: delimiters[locale], escape_formulas: true, record_delimiter: 'windows' });
	const head = [
		...[m.matrix_person(), m.matrix_team(), m.matrix_position()],
		...found.columns.flatMap(({ title: competency }) =>
			[m.matrix_csv_level, m.matrix_csv_word, m.matrix_csv_needed, m.matrix_csv_lacks, m.matrix_csv_ready, m.matrix_csv_until].map((say) => say({ competency }))
		)
	];
	async function* text() {
		yield mark + line([head]);
		for await (const rows of found!.parts) yield line(rows.map(written));
	}
	const encoder = new TextEncoder();
	const texts = text();
	const body = new ReadableStream<Uint8Array>({
		async pull(controller) {
			const { done, value } = await texts.next();
			if (done) controller.close();
			else controller.enqueue(encoder.encode(value));
		},
		async cancel() {
			await texts.return(undefined);
		}
	});
	return new Response(body, {
		headers: {
			'content-type': 'text/csv; charset=utf-8',
			'content-disposition': `attachment; filename="matrix-${now.toISOString().slice(0, 10)}.csv"`,
			'cache-control': 'no-store'
		}
	});
};

const written = (row: MatrixRow): (string | number | null)[] => [
	...[row.name, row.team, row.position],
	...row.cells.flatMap((cell) => [
		...[cell.level, sayLevel(cell.level), cell.target, cell.target === null ? null : cell.lacks, cell.ready],
		cell.validUntil && cell.validUntil.toISOString().slice(0, 10)
	])
];
