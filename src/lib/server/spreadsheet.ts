/**
 * A workbook of Excel or LibreOffice (.xlsx) as rows of cells: its first sheet with something in it. A workbook is a zip
 * that can hold a thousand times what it weighs, so it is unpacked within limits before anything reads it.
 */
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import type ExcelJS from 'exceljs';
import { mostColumns, mostRows, readText, toSheet, type ReadSheet, type SheetRow } from '../core/people-import/table.ts';

/** Bytes of all parts together, unpacked: 50,000 rows of twenty columns have some 60 MB. */
const mostUnpacked = 96 * 1024 * 1024;
/** Sheets that are told by their names. */
const mostSheets = 20;
/** Cells of a sheet, filled or only coloured in. */
const mostCells = 1_500_000;
const unpack = promisify(inflateRaw);

/** Reads a list of people, whatever it was saved as. */
export async function readSheet(bytes: Uint8Array): Promise<ReadSheet> {
	const starts = (...signs: number[]) => signs.every((sign, place) => bytes[place] === sign);
	if (starts(0x50, 0x4b, 0x03, 0x04)) return readWorkbook(bytes);
	// Also what Excel makes of a workbook locked with a password.
	if (starts(0xd0, 0xcf, 0x11, 0xe0)) return { code: 'old-workbook', line: null };
	return readText(bytes);
}

async function readWorkbook(bytes: Uint8Array): Promise<ReadSheet> {
	const refused = await refuseHuge(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
	if (refused) return { code: refused, line: null };
	// Loaded when it is first needed: each process would hold 20 MB of it.
	const { default: excel } = await import('exceljs');
	const workbook = new excel.Workbook();
	try {
		const unread = ['dataValidations', 'conditionalFormatting', 'hyperlinks', 'drawing', 'tableParts', 'picture', 'extLst'];
		await workbook.xlsx.load(new Uint8Array(bytes).buffer as ArrayBuffer, { ignoreNodes: unread });
	} catch {
		return { code: 'damaged', line: null };
	}
	const filled = workbook.worksheets.filter(({ state, actualRowCount }) => state === 'visible' && actualRowCount > 0);
	const [sheet] = filled;
	if (!sheet) return { code: 'nothing', line: null };
	const rows: SheetRow[] = [];
	sheet.eachRow((row, line) => {
		const cells: string[] = [];
		row.eachCell((cell, place) => {
			if (place <= mostColumns) cells[place - 1] = textOf(cell, cell.type === excel.ValueType.Formula);
		});
		const whole = Array.from(cells, (cell) => cell ?? '');
		if (whole.some((cell) => cell.trim() !== '')) rows.push({ line, cells: whole });
	});
	return toSheet(rows, { as: 'xlsx' }, filled.length > 1 ? filled.slice(0, mostSheets).map(({ name }) => name.replaceAll('\0', '')) : []);
}

/** What a cell says, as text: the result of a formula; a date as YYYY-MM-DD; a number with the zeros its format shows. */
function textOf(cell: ExcelJS.Cell, isFormula: boolean): string {
	const value = isFormula ? cell.result : cell.value;
	if (value === null || value === undefined) return '';
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 10);
	if (typeof value === 'number') {
		const digits = /^0+$/.test(cell.numFmt ?? '') ? cell.numFmt.length : 0;
		return Number.isInteger(value) ? BigInt(value).toString().padStart(digits, '0') : String(value);
	}
	if (typeof value !== 'object') return String(value);
	if ('richText' in value) return value.richText.map(({ text }) => text).join('');
	// Typed: a string. Read from a file: formatted text, too.
	const text: unknown = 'text' in value ? value.text : null;
	if (typeof text === 'object' && text !== null && 'richText' in text) {
		return (text as ExcelJS.CellRichTextValue).richText.map((piece) => piece.text).join('');
	}
	if (typeof text === 'string') return text;
	return 'error' in value ? value.error : '';
}

/** The parts of a zip by its table of contents; null when it has none. */
function partsOf(zip: Buffer): { name: string; method: number; at: number; size: number }[] | null {
	// The end record is 22 bytes and a remark of 65,535 at most.
	const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
	if (end < 0 || end + 22 > zip.length || end < zip.length - 22 - 65_535) return null;
	const parts = [];
	let place = zip.readUInt32LE(end + 16);
	for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
		if (place + 46 > zip.length || zip.readUInt32LE(place) !== 0x02014b50) return null;
		const [names, extra, remark] = [28, 30, 32].map((offset) => zip.readUInt16LE(place + offset)) as [number, number, number];
		const at = zip.readUInt32LE(place + 42);
		if (at + 30 > zip.length) return null;
		parts.push({
			name: zip.toString('utf8', place + 46, place + 46 + names),
			method: zip.readUInt16LE(place + 10),
			size: zip.readUInt32LE(place + 20),
			at: at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28)
		});
		place += 46 + names + extra + remark;
	}
	return parts;
}

/** Unpacks every part, whatever its size is said to be, and counts rows and cells. Null: it may be read. */
async function refuseHuge(zip: Buffer): Promise<'damaged' | 'too-large' | 'too-many-rows' | null> {
	const parts = partsOf(zip);
	if (!parts) return 'damaged';
	let left = mostUnpacked;
	for (const { name, method, at, size } of parts) {
		let content: Buffer = zip.subarray(at, at + size);
		if (method === 8) {
			try {
				content = await unpack(content, { maxOutputLength: left });
			} catch (error) {
				return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'damaged';
			}
		} else if (method !== 0) return 'damaged';
		left -= content.length;
		if (left <= 0) return 'too-large';
		if (!/^xl\/worksheets\/[^/]+\.xml$/.test(name)) continue;
		// Rows that only have a colour or a height are not counted; without cells they say nothing.
		if (count(content, '</row>', mostRows + 2) > mostRows + 1) return 'too-many-rows';
		if (count(content, '<c ', mostCells + 1) > mostCells) return 'too-large';
	}
	return null;
}

/** How often something stands there; counting ends at `most`. */
function count(content: Buffer, sought: string, most: number): number {
	let found = 0;
	for (let at = content.indexOf(sought); at >= 0 && found < most; at = content.indexOf(sought, at + sought.length)) found++;
	return found;
}
