/**
 * A text file as rows of cells: which alphabet its bytes are in, what stands between its cells; and the way back, for
 * the rows that are handed out again.
 */
import { CsvError, parse } from 'csv-parse/sync';
import { recogniseHeader } from './columns.ts';

/** Rows of one file, the header among them. More is two files. */
export const mostRows = 50_000;
/** Columns of one file; what stands farther right is not about people. */
export const mostColumns = 100;
/** Letters of a cell; longer is no name and no address. */
const longestCell = 500;

export interface SheetRow {
	/** As a spreadsheet counts, from 1. */
	line: number;
	/** Trimmed. */
	cells: string[];
}
/** The first row with something in it names the columns. */
export interface Sheet {
	headers: string[];
	/** As many cells as headers each; rows with nothing in them are left out. */
	rows: SheetRow[];
}

export type SheetProblem =
	/** Nothing in it but a header, or not even that. */
	| 'nothing'
	| 'too-many-rows'
	| 'too-large'
	/** No text, and no workbook. */
	| 'no-table'
	/** A quotation mark is opened and never closed. */
	| 'quotes'
	/** A workbook that cannot be opened: damaged, or locked with a password. */
	| 'damaged'
	/** The spreadsheet format before 2007. */
	| 'old-workbook';
/** `sheets`: of a workbook with more than one that has something in it, the name of the one read, then of those left out. */
export type ReadSheet = { code: 'read'; sheet: Sheet; sheets: string[]; form: TableForm } | { code: SheetProblem; line: number | null; sheets?: string[] };

type Letters = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1251';
/** What a list came as, for rows of it that are handed out again. */
export type TableForm = { as: 'xlsx' } | { as: 'csv'; delimiter: string; letters: Letters };

/** In which alphabet a file is. A mark at its start decides; without one UTF-8 when it can be that, else Windows-1251. */
function lettersOf(bytes: Uint8Array): Letters {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
	// UTF-16 without a mark: every other byte of the signs between the cells is empty.
	const start = bytes.subarray(0, 2000);
	const empty = (odd: number) => start.filter((byte, place) => place % 2 === odd && byte === 0).length;
	if (empty(1) > start.length / 20 && empty(0) === 0) return 'utf-16le';
	if (empty(0) > start.length / 20 && empty(1) === 0) return 'utf-16be';
	try {
		new TextDecoder('utf-8', { fatal: true }).decode(bytes);
		return 'utf-8';
	} catch {
		return 'windows-1251';
	}
}

/** A text in these letters, with a mark where they have one; in UTF-8 where they lack a sign of it. */
export function encodeText(text: string, letters: Letters): Uint8Array<ArrayBuffer> {
	const marked = `\ufeff${text}`;
	if (letters === 'windows-1251') {
		const signs = new TextDecoder(letters).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
		const bytes = new Map(Array.from(signs, (sign, byte) => [sign, byte] as const));
		if (Array.from(text).every((sign) => bytes.has(sign))) return Uint8Array.from(text, (sign) => bytes.get(sign)!);
	} else if (letters !== 'utf-8') {
		const view = new DataView(new ArrayBuffer(marked.length * 2));
		for (let place = 0; place < marked.length; place++) view.setUint16(place * 2, marked.charCodeAt(place), letters === 'utf-16le');
		return new Uint8Array(view.buffer);
	}
	return new TextEncoder().encode(marked);
}

const delimiters = [';', '\t', ','] as const;
type Delimiter = (typeof delimiters)[number];
const options = { relax_column_count: true, relax_quotes: true, skip_empty_lines: false, record_delimiter: ['\r\n', '\n', '\r'] };

/** What stands between the cells: the sign with which most headers are known, then most columns come out evenly. */
function judgeDelimiter(text: string): Delimiter {
	const scores = delimiters.map((delimiter) => {
		const rows = firstRows(text, delimiter);
		const [header = [], ...rest] = rows.filter((row) => row.some((cell) => cell.trim() !== ''));
		const even = rest.filter((row) => row.length === header.length).length / Math.max(1, rest.length);
		const recognised = header.filter((cell) => recogniseHeader(cell) !== null).length;
		return { delimiter, score: recognised * 1000 + Math.min(header.length, 50) * (0.5 + even) };
	});
	return scores.reduce((best, one) => (one.score > best.score ? one : best)).delimiter;
}

function firstRows(text: string, delimiter: Delimiter): string[][] {
	// A quotation mark may be open where the piece ends: then fewer rows tell enough.
	for (const count of [20, 5, 1]) {
		try {
			return parse(text.slice(0, 200_000), { ...options, delimiter, to: count });
		} catch {
			continue;
		}
	}
	return [];
}

/** Reads a text file with `;`, `,` or tabs between its cells. */
export function readText(bytes: Uint8Array): ReadSheet {
	const letters = lettersOf(bytes);
	const text = new TextDecoder(letters).decode(bytes);
	// eslint-disable-next-line no-control-regex -- these are what tells a picture or a document from a text
	if (/[\0-\x08\x0e-\x1a]/.test(text.slice(0, 10_000))) return { code: 'no-table', line: null };
	// Spreadsheets understand a first line that says it.
	const said = /^sep=([;,\t])\r?\n/.exec(text)?.[1];
	const delimiter = said ?? judgeDelimiter(text);
	let rows: string[][];
	try {
		rows = parse(text, { ...options, delimiter, to: mostRows + 2 });
	} catch (error) {
		if (!(error instanceof CsvError)) throw error;
		return { code: 'quotes', line: rowOfOpenQuote(text, delimiter) };
	}
	if (said) rows[0] = [];
	return toSheet(rows.map((cells, place) => ({ line: place + 1, cells })), { as: 'csv', delimiter, letters });
}

/** In which row the quotation mark stands that is never closed, from 1; null when every one is. The parser tells only where the text ends. */
function rowOfOpenQuote(text: string, delimiter: string): number | null {
	let [row, openedIn, begins] = [1, null as number | null, true];
	for (let place = 0; place < text.length; place++) {
		const sign = text[place]!;
		if (openedIn !== null) {
			if (sign !== '"') continue;
			// Two of them are one that belongs to the text.
			if (text[place + 1] === '"') place++;
			else openedIn = null;
		} else if (sign === '"' && begins) openedIn = row;
		else if (sign === '\n' || (sign === '\r' && text[place + 1] !== '\n')) row++;
		begins = openedIn === null && (sign === delimiter || sign === '\n' || sign === '\r');
	}
	return openedIn;
}

/** Rows as they were read, as a sheet: the header apart, empty rows and columns left out. */
export function toSheet(read: SheetRow[], form: TableForm, sheets: string[] = []): ReadSheet {
	if (read.length > mostRows + 1) return { code: 'too-many-rows', line: null };
	const clean = read.map(({ line, cells }) => ({
		line,
		cells: cells.slice(0, mostColumns).map((cell) => unguard(cell.replaceAll('\0', '').trim().slice(0, longestCell)))
	}));
	const [first, ...rest] = clean.filter(({ cells }) => cells.some((cell) => cell !== ''));
	if (!first || rest.length === 0) return { code: 'nothing', line: null, sheets };
	let width = Math.max(...[first, ...rest.slice(0, 200)].map(({ cells }) => cells.length));
	while (width > 1 && [first, ...rest].every(({ cells }) => (cells[width - 1] ?? '') === '')) width--;
	const evenly = (cells: string[]) => Array.from({ length: width }, (_, place) => cells[place] ?? '');
	const sheet = { headers: evenly(first.cells), rows: rest.map(({ line, cells }) => ({ line, cells: evenly(cells) })) };
	return { code: 'read', sheet, sheets, form };
}

/** What was saved for a spreadsheet has an apostrophe before a text that it would compute. */
const unguard = (cell: string) => cell.replace(/^'(?='*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/, '');

/** A text that looks so by itself, with one apostrophe more: whoever reads it here has it back as it was. */
export const keepApostrophe = (cell: string): string => cell.replace(/^(?='+[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/, "'");
