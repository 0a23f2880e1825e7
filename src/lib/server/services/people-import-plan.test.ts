import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Position } from '../../core/academy.ts';
import { guessColumns, importFields } from '../../core/people-import/columns.ts';
import { csvFile } from '../csv.ts';
import { readSheet } from '../spreadsheet.ts';
import { workbookFile } from '../workbook.ts';
import { listRows, planRows, type KnownPerson } from './people-import-plan.ts';
import { cleanLine } from './person-fields.ts';

const today = '2026-11-22';
const headers = { en: 'Personnel number|Name|E-mail|Position|Team|Mentor|Hired on|Language', ru: 'Табельный номер|Имя|Эл. почта|Должность|Команда|Наставник|Дата приёма|Язык', bg: 'Служебен номер|Име|Имейл|Длъжност|Екип|Наставник|Дата на назначаване|Език' };
const titles = ['Clerk', 'clerk', 'Служител', 'courier', "'=Lead", '=Lead', 'Старший; смены', '"Shift"'];
const text = fc.string({ unit: fc.constantFrom(...'=+-–@\'";,.аЖёЯz9 ', '\n', '\r\n', '\t', '\uff1d'), maxLength: 10 });
const position = (key: string): fc.Arbitrary<Position> =>
	fc.record({ en: fc.constantFrom(...titles), ru: fc.constantFrom(...titles), bg: fc.constantFrom(...titles) }).map((title) => ({ key, title, path: [], expects: [] }) as unknown as Position);
const person = fc.record({
	name: fc.tuple(text, fc.constantFrom('Ж', 'n'), text).map((parts) => parts.join('')),
	/** Which of the two there is; one is enough. */
	has: fc.constantFrom('both', 'email', 'number'),
	sign: fc.constantFrom('', '=', '+', '-', "'="),
	hiredOn: fc.option(fc.date({ min: new Date('1960-01-01'), max: new Date('2028-12-31'), noInvalidDate: true }).map((day) => day.toISOString().slice(0, 10))),
	position: fc.option(fc.constantFrom('clerk', 'courier', 'lead', 'no-longer-known')),
	team: fc.option(text.map(cleanLine).filter(Boolean)),
	mentor: fc.option(fc.nat(5)),
	locale: fc.option(fc.constantFrom('en', 'ru', 'bg', 'xx')),
	choseLocale: fc.boolean()
});

/** Of the body of a file, as a spreadsheet or a browser would have kept it. */
const keep = async (file: Response) => new Uint8Array(await file.arrayBuffer());

test.each(['csv', 'xlsx'] as const)('whoever is written into a list (%s) and read from it again is unchanged', async (as) => {
	const positions = fc.tuple(position('clerk'), position('courier'), position('lead'));
	await fc.assert(
		fc.asyncProperty(fc.array(person, { minLength: 1, maxLength: 6 }), positions, fc.constantFrom('en', 'ru', 'bg'), async (described, known, locale) => {
			const people = described.map((one, nth): KnownPerson => {
				const [id, email] = [`id ${nth}`, `${one.sign.replace("'", '')}p${nth}@example.com`];
				const mentor = one.mentor === null || one.mentor >= described.length || one.mentor === nth ? null : `id ${one.mentor}`;
				return { ...one, id, email: one.has === 'number' ? null : email, personnelNumber: one.has === 'email' ? null : `0${nth}-Ж`, mentor, hasLeft: false };
			});
			const mentors = people.map(({ id, name, email, personnelNumber }) => ({ id, name, email, personnelNumber, isMentor: true }));
			const toRow = listRows(known, locale, 'en');
			const rows = people.map((one) => toRow({ ...one, mentor: mentors.find(({ id }) => id === one.mentor)?.name ?? null }));
			const head = headers[locale].split('|');
			async function* parts() {
				yield await Promise.resolve(rows);
			}
			const file = as === 'csv' ? csvFile('people', head, parts(), locale) : workbookFile('people', head.map((title) => ({ title, kind: 'text' })), parts());
			const read = await readSheet(await keep(file));
			if (read.code !== 'read') throw new Error(read.code);
			const columns = guessColumns(read.sheet.headers);
			expect(columns).toEqual(importFields);
			const teams = people.flatMap(({ team }) => team ?? []);
			const { plans, newTeams } = await planRows(read.sheet.rows, columns, { people, mentors, teams, positions: known, today }, () => 'new');
			expect(plans.map(({ kind, changes, problems }) => [kind, changes, problems])).toEqual(people.map(() => ['unchanged', [], []]));
			expect(newTeams).toEqual([]);
		}),
		{ numRuns: as === 'csv' ? 300 : 40 }
	);
});
