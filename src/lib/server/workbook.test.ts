import ExcelJS from 'exceljs';
import { expect, test } from 'vitest';
import { workbookFile, type WorkbookCell } from './workbook.ts';

test('numbers and days are real, and a text is never computed', async () => {
	const texts = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("http://x")', 'Ünï ✓ <b>&'];
	async function* parts(): AsyncGenerator<WorkbookCell[][]> {
		yield texts.map((text, nth) => [text, nth + 0.5, new Date('2026-11-20')]);
		yield [[null, null, null]];
	}
	const file = workbookFile('a b', [{ title: 'Name', kind: 'text' }, { title: 'N', kind: 'number' }, { title: 'Day', kind: 'day' }], parts());
	expect(file.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''a%20b.xlsx");
	const book = new ExcelJS.Workbook();
	await book.xlsx.load(await file.arrayBuffer());
	const sheet = book.worksheets[0]!;
	expect(sheet.getRow(1).values).toEqual([undefined, 'Name', 'N', 'Day']);
	texts.forEach((text, nth) => {
		const row = sheet.getRow(nth + 2);
		expect(row.getCell(1).formula).toBeUndefined();
		expect(String(row.getCell(1).value).trim()).toBe(text.trim());
		expect(row.getCell(2).value).toBe(nth + 0.5);
		expect(row.getCell(3).value).toEqual(new Date('2026-11-20'));
	});
});

test('nothing more is read for a reader who has gone', async () => {
	let read = 0;
	let closed = false;
	async function* parts(): AsyncGenerator<WorkbookCell[][]> {
		try {
			for (; read < 1000; read++) yield Array.from({ length: 1000 }, () => [crypto.randomUUID().repeat(5)]);
		} finally {
			closed = true;
		}
	}
	const reader = workbookFile('x', [{ title: 'Name', kind: 'text' }], parts()).body!.getReader();
	await reader.read();
	await reader.cancel();
	await expect.poll(() => closed, { timeout: 5000 }).toBe(true);
	expect(read).toBeLessThan(100);
});
