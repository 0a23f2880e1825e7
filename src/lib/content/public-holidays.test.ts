import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readContentFolder } from '../server/content-folder.ts';
import { readAcademy } from './academy-files.ts';
import { compile } from './compile.ts';
import { isHolidayCountry, publicHolidays } from './public-holidays.ts';
import { Source } from './source.ts';

describe('public holidays', () => {
	test('of a country, each day once, in order, with a name in each language', () => {
		const found = publicHolidays('BG', { first: 2026, last: 2027 }, ['en', 'ru', 'bg']);
		expect(found.map(({ date }) => date)).toEqual([...new Set(found.map(({ date }) => date))].toSorted());
		expect(found.find(({ date }) => date === '2026-01-01')!.name).toEqual({ en: "New Year's Day", ru: 'Новый год', bg: 'Нова Година' });
		expect(found.find(({ date }) => date === '2026-04-13')).toBeDefined();
		for (const { name } of found) expect(Object.keys(name)).toEqual(['en', 'ru', 'bg']);
	});

	test('are known for BG, RU, a region, and not for what is no place', () => {
		expect(['BG', 'RU', 'DE-BY'].map(isHolidayCountry)).toEqual([true, true, true]);
		expect(['XX', 'bg', 'BG-ZZZ', 'DE-', ''].map(isHolidayCountry)).toEqual([false, false, false, false, false]);
	});
});

describe('academy.yaml', () => {
	const base = 'name:\n  en: A\nlocales: [en]\ndefault-locale: en\ntime-zone: Europe/Sofia\nworking-week: [mon]\n';
	function read(more: string) {
		const source = new Source('academy.yaml', base + more);
		const academy = readAcademy(source);
		return { academy, problems: source.problems.map(({ line, says }) => `${line} ${says}`) };
	}

	test('names a country; own holidays add to it and go before it; days that are worked stand by themselves', () => {
		const { academy, problems } = read(
			'holidays-of:\n  country: BG\n  years: 2026-2026\nholidays:\n  - date: 2026-01-01\n    name:\n      en: Our day\n  - date: 2026-12-26\n    name:\n      en: One more\nworking-days:\n  - 2026-12-12\n'
		);
		expect(problems).toEqual([]);
		expect(academy!.holidays[0]).toEqual({ date: '2026-01-01', name: { en: 'Our day' } });
		expect(academy!.holidays.map(({ date }) => date)).toEqual(expect.arrayContaining(['2026-03-03', '2026-12-25', '2026-12-26']));
		expect(academy!.workingDays).toEqual(['2026-12-12']);
		expect(read('').academy).not.toHaveProperty('workingDays');
	});

	test('says what it does not know', () => {
		expect(read('holidays-of:\n  country: XX\n  years: 2027-2026\n').problems).toEqual([
			'9 “2027-2026” is no range of years.',
			'8 The holidays of “XX” are not known.'
		]);
		expect(read('holidays-of:\n  country: Bulgaria\n  years: soon\n').problems).toHaveLength(2);
		expect(read('holidays:\n  - date: 2026-01-01\n    name:\n      en: Our day\nworking-days:\n  - 2026-01-01\n').problems).toEqual([
			'12 2026-01-01 is a holiday in line 8 and a working day here.'
		]);
	});
});

test('the shipped content keeps its own list: the library lacks days off in lieu', async () => {
	const { academy } = compile(await readContentFolder(join(import.meta.dirname, '../../../content')));
	expect(academy!.holidays.map(({ date }) => date)).toEqual(expect.arrayContaining(['2026-04-11', '2026-05-25', '2026-09-07', '2026-12-28']));
	expect(academy!.workingDays).toBeUndefined();
});
