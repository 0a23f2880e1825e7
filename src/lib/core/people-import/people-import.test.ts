import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnLetter, guessColumns, headersKey, importFields, judgeColumns, recogniseHeader } from './columns.ts';
import { judgeOrder, readDate } from './date.ts';
import { languagesByName } from './language.ts';
import { csvText } from '../../server/csv.ts';
import { mostRows, readText } from './table.ts';

/** Windows-1251 as Excel writes it in Bulgaria and Russia. */
function in1251(text: string): Uint8Array {
	const decoder = new TextDecoder('windows-1251');
	const bytes = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(new Uint8Array([byte])), byte] as const));
	return new Uint8Array(Array.from(text, (sign) => bytes.get(sign)!));
}
const inUtf8 = (text: string) => new TextEncoder().encode(text);
function inUtf16(text: string, bigEnd = false): Uint8Array {
	const bytes = new Uint8Array(text.length * 2);
	const view = new DataView(bytes.buffer);
	for (let place = 0; place < text.length; place++) view.setUint16(place * 2, text.charCodeAt(place), !bigEnd);
	return bytes;
}
const writings: [string, (text: string) => Uint8Array][] = [
	['UTF-8', inUtf8],
	['UTF-8 with a mark', (text) => inUtf8(`\ufeff${text}`)],
	['Windows-1251', in1251],
	['UTF-16 with a mark', (text) => inUtf16(`\ufeff${text}`)],
	['UTF-16, the other end first', (text) => inUtf16(`\ufeff${text}`, true)],
	['UTF-16 without a mark', (text) => inUtf16(text)]
];
const sheetOf = (bytes: Uint8Array) => {
	const found = readText(bytes);
	if (found.code !== 'read') throw new Error(found.code);
	return found.sheet;
};

/** As HR programs of three countries write their lists. */
const lists = {
	bg: 'Служебен №;Име;Презиме;Фамилия;Служебен имейл;Длъжност;Отдел;Дата на назначаване;ЕГН\r\n00123;Мария;Петрова;Иванова;m.ivanova@firma.bg;Служител;"Отдел ""Юг""; Пловдив";01.12.2025 г.;9001011234\r\n;;;;;;;;\r\n00124;Георги;;Димитров;;;;3 ноември 2026;\r\n',
	ru: 'Табельный номер\tФИО\tЭл. почта\tДолжность\tПодразделение\tНаставник\tДата приёма на работу\n77\tПчёлкина Зинаида Ильинична\tz@firma.ru\tСпециалист\tМосква\tОрлова К.\t9 мая 2026 г.\n',
	en: 'Employee ID,Full name,Work e-mail,Job title,Department,Mentor,Start date,Salary\nA-7,"Novak, Ada",ada@firm.example,Clerk,"Sales, north",Maria Mentor,12/31/2025,1000\n'
};

describe.each(writings)('a list in %s', (_, write) => {
	test.each(['bg', 'ru'] as const)('in %s comes out with its columns', (locale) => {
		const { headers, rows } = sheetOf(write(lists[locale]));
		const expected = {
			bg: {
				columns: ['personnelNumber', 'name', 'name', 'name', 'email', 'position', 'team', 'hiredOn', null],
				rows: [
					{ line: 2, cells: ['00123', 'Мария', 'Петрова', 'Иванова', 'm.ivanova@firma.bg', 'Служител', 'Отдел "Юг"; Пловдив', '01.12.2025 г.', '9001011234'] },
					{ line: 4, cells: ['00124', 'Георги', '', 'Димитров', '', '', '', '3 ноември 2026', ''] }
				]
			},
			ru: {
				columns: ['personnelNumber', 'name', 'email', 'position', 'team', 'mentor', 'hiredOn'],
				rows: [{ line: 2, cells: ['77', 'Пчёлкина Зинаида Ильинична', 'z@firma.ru', 'Специалист', 'Москва', 'Орлова К.', '9 мая 2026 г.'] }]
			}
		};
		expect(guessColumns(headers)).toEqual(expected[locale].columns);
		expect(rows).toEqual(expected[locale].rows);
	});
});

test('an English list with commas', () => {
	const { headers, rows } = sheetOf(inUtf8(lists.en));
	expect(guessColumns(headers)).toEqual(['personnelNumber', 'name', 'email', 'position', 'team', 'mentor', 'hiredOn', null]);
	expect(rows[0]!.cells.slice(1, 6)).toEqual(['Novak, Ada', 'ada@firm.example', 'Clerk', 'Sales, north', 'Maria Mentor']);
});

test('whatever stands between the cells and in whichever letters: the same cells come out', () => {
	const cell = fc
		.string({ unit: fc.constantFrom(...'абвёжЯ', ...'abz', ...'09', ' ', ';', ',', '\t', '"', "'", '@', '-', '='), maxLength: 14 })
		.map((text) => text.replace(/^[ \t']+/, '').trim());
	const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.nat(99_999), cell, cell), { minLength: 1, maxLength: 12 }),
			fc.constantFrom(';', ',', '\t'),
			fc.constantFrom('\n', '\r\n', '\r'),
			fc.constantFrom(...writings),
			(rows, delimiter, ending, [, write]) => {
				const text = [['Табельный номер', 'ФИО', 'Команда'], ...rows.map((row) => row.map((one) => quoted(String(one))))]
					.map((row) => row.join(delimiter))
					.join(ending);
				expect(sheetOf(write(text)).rows.map(({ cells }) => cells)).toEqual(rows.map((row) => row.map(String)));
			}
		)
	);
});

test('what we write is read as it was', () => {
	const cell = fc.string({ unit: fc.constantFrom(...'=+-@aя1;", '), minLength: 1, maxLength: 8 }).map((text) => `x${text}`.slice(fc.sample(fc.nat(1), 1)[0]!).trim() || 'x');
	fc.assert(
		fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), (rows) => {
			const text = csvText([['Number', 'Name'], ...rows], 'bg');
			expect(text.startsWith('\ufeff')).toBe(true);
			expect(sheetOf(inUtf8(text)).rows.map(({ cells }) => cells)).toEqual(rows);
		})
	);
});

describe('what is no list', () => {
	test.each([
		['nothing', ''],
		['nothing', 'Name;Email\n'],
		['nothing', '\n \n;;\n'],
		['no-table', 'GIF\x01\x02;Name\n1;2'],
		['quotes', `Number;Name\n1;"One\n${'2;Two\n'.repeat(30)}`]
	])('%s', (code, text) => expect(readText(inUtf8(text))).toMatchObject({ code }));

	test.each([
		[2, 'Number;Name\n1;"One\n2;Two\n3;Three\n'],
		[3, 'Number;Name\r\n0;Zero\r\n1;"One\r\n2;Two'],
		[3, 'Number;Name\r1;"On ""one"";\rhand"\r2;"Two\r3;Three'],
		[1, '"Number;Name\n1;One\n']
	])('the row of a quotation mark that is never closed: %i', (line, text) => expect(readText(inUtf8(text))).toEqual({ code: 'quotes', line }));

	test('more rows than a list may have', () => {
		expect(readText(inUtf8(`Number\n${'1\n'.repeat(mostRows + 1)}`))).toMatchObject({ code: 'too-many-rows' });
		expect(sheetOf(inUtf8(`Number\n${'1\n'.repeat(mostRows)}`)).rows).toHaveLength(mostRows);
	});

	test('a first line for the spreadsheet is no header', () => {
		expect(sheetOf(inUtf8('sep=,\nNumber,Name\n1,One;Two\n'))).toEqual({ headers: ['Number', 'Name'], rows: [{ line: 3, cells: ['1', 'One;Two'] }] });
	});
});

describe('dates', () => {
	test.each([
		...['31.12.2026', '31/12/2026', '2026-12-31', '12/31/2026', '31-12-2026', '31.12.26', '2026/12/31', '31.12.2026 г.', '31.12.2026 00:00', '2026-12-31T00:00:00Z'],
		...['31 December 2026', 'December 31, 2026', '31 декабря 2026 г.', '31 декември 2026', '31 дек. 2026', '31-Dec-2026', '46387']
	])('%s', (typed) => expect(readDate(typed, 'day-first', '2026-11-28')).toEqual({ date: '2026-12-31' }));

	test.each(['31.02.2026', '2026-13-01', 'yesterday', '12', '1 smarch 2026', '99999', '0.0.2026'])('%s is none', (typed) => {
		expect(readDate(typed, 'day-first', '2026-11-28')).toEqual({ problem: 'date-wrong' });
	});

	test('every calendar day in every form is that day', () => {
		fc.assert(
			fc.property(fc.date({ min: new Date('1970-01-01'), max: new Date('2028-12-31'), noInvalidDate: true }), (moment) => {
				const date = moment.toISOString().slice(0, 10);
				const [year, month, day] = date.split('-') as [string, string, string];
				const serial = String(Math.round((Date.parse(date) - Date.UTC(1899, 11, 30)) / 86_400_000));
				for (const typed of [date, `${day}.${month}.${year}`, `${Number(day)}/${Number(month)}/${year}`, serial]) {
					expect(readDate(typed, 'day-first', '2026-11-28')).toEqual({ date });
				}
				for (const locale of ['en-GB', 'en-US', 'ru', 'bg']) {
					const typed = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(date));
					expect(readDate(typed, 'day-first', '2026-11-28'), typed).toEqual({ date });
				}
			})
		);
	});

	test('month first only where the column can be read no other way, and then a doubtful one is doubtful', () => {
		const column = ['', '12/31/2026', '05/06/2026'];
		expect(judgeOrder(column)).toBe('month-first');
		expect(readDate('05/06/2026', 'month-first', '2026-11-28')).toEqual({ problem: 'date-ambiguous' });
		expect(readDate('05/05/2026', 'month-first', '2026-11-28')).toEqual({ date: '2026-05-05' });
		expect(judgeOrder(['05/06/2026'])).toBe('day-first');
		expect(readDate('05/06/2026', 'day-first', '2026-11-28')).toEqual({ date: '2026-06-05' });
		expect(judgeOrder(['31/12/2026', '12/31/2026'])).toBe('day-first');
	});
});

describe('columns', () => {
	test.each([
		['Personnel No.', 'personnelNumber'],
		['E-MAIL', 'email'],
		['Hire date (dd.mm.yyyy)', 'hiredOn'],
		['Дата приема', 'hiredOn'],
		['Имейл', 'email'],
		['Трите имена', 'name'],
		['Язык интерфейса', 'locale'],
		['Language skills', null],
		['Number of children', null],
		['Заплата', null],
		['', null]
	] as const)('%s', (header, field) => expect(recogniseHeader(header)).toBe(field));

	test('our own words for the fields are known in every language', async () => {
		for (const locale of ['en', 'ru', 'bg']) {
			const { default: words } = (await import(`../../i18n/messages/${locale}.json`)) as { default: Record<string, string> };
			const keys = ['hr_number', 'hr_name', 'hr_email', 'hr_position', 'hr_team', 'hr_mentor', 'hr_hired_on', 'account_language'];
			const headers = keys.map((key) => words[key]!);
			expect(guessColumns(headers), headers.join()).toEqual(importFields);
		}
	});

	test('a language is named by its code, its own name or what another of them calls it', () => {
		const read = languagesByName(['en', 'ru', 'bg']);
		for (const cell of ['bg', 'BG', 'bg-BG', 'bg_BG', ' Български ', 'Bulgarian', 'болгарский']) expect(read(cell), cell).toBe('bg');
		for (const cell of ['Russian', 'РУССКИЙ', 'руски']) expect(read(cell), cell).toBe('ru');
		for (const cell of ['', '-', 'de', 'German', 'b', 'bulgaria', 'constructor']) expect(read(cell), cell).toBeNull();
	});

	test('a mapping needs something to recognise people by', () => {
		expect(judgeColumns(['name'])).toEqual({ code: 'no-key' });
		expect(judgeColumns(['name', 'name', 'email'])).toBeNull();
		expect(judgeColumns(['email', null, 'team', 'team'])).toEqual({ code: 'twice', field: 'team' });
		expect(headersKey([' Имя ', 'E-mail'])).toBe(headersKey(['имя', 'E mail']));
	});

	test('letters as a spreadsheet has them', () => {
		expect([0, 25, 26, 51, 52, 701, 702].map(columnLetter)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']);
	});
});

