import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readText } from '../core/people-import/table.ts';
import { csvFile, csvFileAsCame, csvText, roundedTo } from './csv.ts';

test('a cell is shown and not computed; numbers stay numbers', () => {
	expect(csvText([['=HYPERLINK("x")', '+1', '-1+2', '@a', '-', 'a-b', -1.5, null]], 'bg')).toBe('\ufeff"\'=HYPERLINK(""x"")";\'+1;\'-1+2;\'@a;\'-;a-b;-1,5;\r\n');
	expect(csvText([['a', 71.35, -2.5, 3]], 'ru')).toBe('\ufeffa;71,35;-2,5;3\r\n');
	expect(csvText([['a', 71.35]], 'en')).toBe('\ufeffa,71.35\r\n');
	expect(csvText([['a', 'b;c']], 'en')).toBe('\ufeffa,b;c\r\n');
});

test('what is written without the library is what the library would write', () => {
	const sign = fc.constantFrom('a', 'Ж', ' ', '-', '=', '+', '@', '\t', '\r', '\n', ',', ';', '"', "'", '\uff1d', '\uff0b', '\uff0d', '\uff20', '.', '😀');
	const cell = fc.oneof(fc.string({ unit: sign, maxLength: 6 }), fc.string(), fc.integer(), fc.double(), fc.constant(null));
	fc.assert(
		fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 4 }), fc.constantFrom('en' as const, 'bg' as const), (rows, locale) => {
			const cast = locale === 'en' ? {} : { number: (value: number) => String(value).replace('.', ',') };
			const whole = stringify(rows, { delimiter: locale === 'en' ? ',' : ';', escape_formulas: true, record_delimiter: 'windows', cast });
			expect(csvText(rows, locale)).toBe(`\ufeff${whole}`);
		}),
		{ numRuns: 500 }
	);
});

test('parts are read one after another, and no more when nobody listens', async () => {
	let read = 0;
	async function* parts() {
		for (let n = 0; n < 1000; n++) {
			read++;
			yield await Promise.resolve([[n]]);
		}
	}
	const reader = csvFile('Списък', ['n'], parts(), 'en').body!.getReader();
	const first = await reader.read();
	expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(first.value)).toBe('\ufeffn\r\n');
	await reader.read();
	await reader.cancel();
	expect(read).toBeLessThan(5);
});

test('a number is rounded as a page rounds it', () => {
	expect([70 / 3, 66.665, 1234567.891, -2.5, 12].map((value) => roundedTo(value, 2))).toEqual([23.33, 66.67, 1234567.89, -2.5, 12]);
	expect([66.5, 66.4].map((value) => roundedTo(value, 0))).toEqual([67, 66]);
});

test('its name may be in any letters', () => {
	expect(csvFile('Списък', [], [], 'bg').headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''${encodeURIComponent('Списък')}.csv`);
});

test.each(['utf-8', 'utf-16le', 'utf-16be', 'windows-1251'] as const)('rows of a list go back in the signs and letters they came in: %s', async (letters) => {
	for (const delimiter of [';', ',', '\t']) {
		const form = { as: 'csv' as const, delimiter, letters };
		const rows = [['Име', 'Имейл', 'Причина'], ['Ан;на, "Б"\t', '=1+1', 'Дата: „31.02“'], ['Ёж', '', 'ok']];
		const sent = new Uint8Array(await csvFileAsCame('x', rows, form).arrayBuffer());
		const trimmed = rows.map((row) => row.map((cell) => cell.trim()));
		expect(readText(sent)).toEqual({ code: 'read', sheets: [], form, sheet: { headers: trimmed[0], rows: [{ line: 2, cells: trimmed[1] }, { line: 3, cells: trimmed[2] }] } });
		if (letters === 'utf-8') expect(Array.from(sent.subarray(0, 3))).toEqual([0xef, 0xbb, 0xbf]);
	}
});

test('what Windows-1251 cannot write goes in UTF-8, with its mark', async () => {
	const sent = csvFileAsCame('x', [['Име'], ['ѝ €']], { as: 'csv', delimiter: ';', letters: 'windows-1251' });
	expect(readText(new Uint8Array(await sent.arrayBuffer()))).toMatchObject({ form: { letters: 'utf-8' }, sheet: { rows: [{ cells: ['ѝ €'] }] } });
});
