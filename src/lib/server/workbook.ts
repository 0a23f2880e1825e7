/** Tables as workbooks (.xlsx) with real numbers and dates. A text stays a text, whatever sign it begins with: only a formula is computed. */
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

export type WorkbookCell = string | number | Date | null;
/** day: a Date at midnight UTC of that day. */
export interface WorkbookColumn {
	title: string;
	kind: 'text' | 'number' | 'day';
}

/** What may wait for a slow reader, in bytes. */
const mostWaiting = 256 * 1024;
/** How often a slow reader is looked after, in milliseconds. */
const lookEvery = 10;
const widths = { text: 28, number: 12, day: 14 };

/** A table to be kept under `name`, sent while it is read: no more of it is in memory than a reader has not taken yet. */
export function workbookFile(name: string, columns: readonly WorkbookColumn[], parts: AsyncIterable<readonly (readonly WorkbookCell[])[]> | Iterable<readonly (readonly WorkbookCell[])[]>): Response {
	const out = new PassThrough();
	async function write() {
		// Loaded when it is first needed: each process would hold 20 MB of it.
		const { default: ExcelJS } = await import('exceljs');
		const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useStyles: true, useSharedStrings: false });
		const sheet = book.addWorksheet('1', { views: [{ state: 'frozen', ySplit: 1 }] });
		sheet.columns = columns.map(({ title, kind }) => ({ header: title, width: widths[kind], style: kind === 'day' ? { numFmt: 'yyyy-mm-dd' } : {} }));
		sheet.getRow(1).font = { bold: true };
		for await (const rows of parts) {
			for (const row of rows) sheet.addRow(row).commit();
			do await pause(lookEvery);
			while (!out.destroyed && out.readableLength + out.writableLength > mostWaiting);
			// Whoever asked has gone.
			if (out.destroyed) return;
		}
		sheet.commit();
		await book.commit();
	}
	write().catch((error: Error) => out.destroy(error));
	const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(name)}.xlsx`;
	const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
	return new Response(Readable.toWeb(out) as ReadableStream<Uint8Array>, { headers: { 'content-type': type, 'content-disposition': disposition } });
}
