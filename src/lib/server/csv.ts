/** Tables as files that spreadsheets open: UTF-8 with a mark, lines as on Windows; a text that would be computed begins with an apostrophe. */
import { stringify } from 'csv-stringify/sync';
import { encodeText, type TableForm } from '../core/people-import/table.ts';
import type { Locale } from '../i18n/index.ts';

type Row = readonly (string | number | null)[];

/** Where a comma is the decimal sign, spreadsheets expect semicolons between cells; there they take 4.5 for the fourth of May. */
const delimiters: Record<Locale, string> = { en: ',', ru: ';', bg: ';' };
const mark = '\ufeff';

/** Texts that stand in a file as they are. All others are left to the library; most rows have none, and it takes ten times as long. */
const plain: Record<string, RegExp> = {
	',': /^(?:[^-=+@\t\r\n",\uff1d\uff0b\uff0d\uff20][^\r\n",]*)?$/,
	';': /^(?:[^-=+@\t\r\n";\uff1d\uff0b\uff0d\uff20][^\r\n";]*)?$/,
	'\t': /^(?:[^-=+@\t\r\n"\uff1d\uff0b\uff0d\uff20][^\r\n"\t]*)?$/
};

/** Very large ones are written with a point, too. */
const hasPoint = (cell: Row[number]) => typeof cell === 'number' && !Number.isSafeInteger(cell);
const withComma = (value: number) => String(value).replace('.', ',');

function lines(rows: readonly Row[], delimiter: string): string {
	const isPlain = plain[delimiter]!;
	const cast = delimiter === ';' ? { number: withComma } : {};
	const written = rows.map((row) => {
		if (!row.every((cell) => typeof cell !== 'string' || isPlain.test(cell))) {
			return stringify([row as Row[number][]], { delimiter, escape_formulas: true, record_delimiter: 'windows', cast });
		}
		const said = delimiter === ';' && row.some(hasPoint) ? row.map((cell) => (typeof cell === 'number' ? withComma(cell) : cell)) : row;
		return `${said.join(delimiter)}\r\n`;
	});
	return written.join('');
}

/** By digits; making one costs a hundred times what using it does. */
const roundings = new Map<number, Intl.NumberFormat>();

/** A number as a page shows it, half away from zero; a workbook keeps it whole. */
export function roundedTo(value: number, digits: number): number {
	if (Number.isInteger(value)) return value;
	let rounding = roundings.get(digits);
	if (!rounding) roundings.set(digits, (rounding = new Intl.NumberFormat('en', { maximumFractionDigits: digits, useGrouping: false })));
	return Number(rounding.format(value));
}

/** A whole table as text. */
export const csvText = (rows: readonly Row[], locale: Locale): string => mark + lines(rows, delimiters[locale]);

/** A table to be kept under `name`, sent part by part as it is read: the whole of it is never in memory. */
export function csvFile(name: string, head: Row, parts: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>, locale: Locale): Response {
	async function* texts() {
		yield csvText([head], locale);
		for await (const rows of parts) yield lines(rows, delimiters[locale]);
	}
	const reading = texts();
	const encoder = new TextEncoder();
	const body = new ReadableStream<Uint8Array>({
		async pull(controller) {
			const { done, value } = await reading.next();
			if (done) controller.close();
			else controller.enqueue(encoder.encode(value));
		},
		async cancel() {
			await reading.return(undefined);
		}
	});
	return keptAs(name, body);
}

/** Rows of a list that came as CSV, as it came: the spreadsheet that wrote it opens them. */
export const csvFileAsCame = (name: string, rows: readonly Row[], { delimiter, letters }: Extract<TableForm, { as: 'csv' }>): Response =>
	keptAs(name, encodeText(lines(rows, delimiter), letters), 'text/csv');

const keptAs = (name: string, body: BodyInit, type = 'text/csv; charset=utf-8') =>
	new Response(body, { headers: { 'content-type': type, 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}.csv` } });
