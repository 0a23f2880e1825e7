import { error } from '@sveltejs/kit';
import { dayOf } from '$lib/core/due-date';
import { m } from '$lib/i18n';
import { app } from '$lib/server/app';
import { csvFile, roundedTo } from '$lib/server/csv';
import { requireRole } from '$lib/server/guard';
import { exportReport, reportKeys, type ReportColumn, type ReportRow } from '$lib/server/services/reports';
import { workbookFile, type WorkbookColumn } from '$lib/server/workbook';
import type { RequestHandler } from './$types';
import { readFilter } from '../../address';
import { knownTo } from '../../known';
import { sayColumn, sayWord } from '../../words';

/** The report as seen, all pages of it, as a file: `as=xlsx`, else CSV. Times are days of the academy. */
export const GET: RequestHandler = (event) => {
	const person = requireRole(event, 'hr');
	const report = reportKeys.find((one) => one === event.params.report);
	if (!report) error(404, 'not-found');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const { academy } = library.current();
	const filter = readFilter(event.url.searchParams, knownTo(academy));
	const found = exportReport(db, library, person, { report, filter }, locale, now);
	if (!found) error(403, 'forbidden');
	const columns: WorkbookColumn[] = [
		{ title: m.report_person(), kind: 'text' },
		...found.columns.map((column) => ({ title: sayColumn(column.key), kind: sheetKinds[column.kind] })),
		...[m.report_position(), m.report_team(), m.report_mentor()].map((title) => ({ title, kind: 'text' as const }))
	];
	const { timeZone } = academy;
	const name = `${report}-${dayOf(now, timeZone)}`;
	async function* written<T>(write: (value: Date) => T, count: (value: number, column: ReportColumn) => number) {
		for await (const rows of found!.parts) yield rows.map((row) => writeRow(row, found!.columns, write, count));
	}
	if (event.url.searchParams.get('as') === 'xlsx') return workbookFile(name, columns, written((date) => new Date(dayOf(date, timeZone)), (value) => value));
	const rounded = (value: number, { kind }: ReportColumn) => roundedTo(value, kind === 'percent' ? 0 : 2);
	return csvFile(name, columns.map(({ title }) => title), written((date) => dayOf(date, timeZone), rounded), locale);
};

const sheetKinds = { text: 'text', word: 'text', number: 'number', percent: 'number', day: 'day', moment: 'day' } as const;

function writeRow<T>(row: ReportRow, columns: ReportColumn[], write: (value: Date) => T, count: (value: number, column: ReportColumn) => number): (string | number | T | null)[] {
	const cells = row.cells.map((value, nth) => {
		if (value instanceof Date) return write(value);
		if (typeof value === 'number') return count(value, columns[nth]!);
		return typeof value === 'string' && columns[nth]!.kind === 'word' ? sayWord(value) : value;
	});
	return [row.person, ...cells, row.position, row.team, row.mentor];
}
