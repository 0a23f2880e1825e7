import { describe, expect, it } from 'vitest';
import { cleanLine, judgeEmail, judgeHireDate, judgeName, judgePersonnelNumber } from './person-fields.ts';

describe('a name', () => {
	it('is one line of what can be seen', () => {
		expect(cleanLine('  Нова \n\t Служителка\u200b ')).toBe('Нова Служителка');
		expect(cleanLine('\u202eEve\u202c\0')).toBe('Eve');
	});
	it.each([
		['Иван', null],
		['O’Neill-Ångström', null],
		['李', null],
		['', 'name-empty'],
		['?!', 'name-wrong'],
		['12345', 'name-wrong'],
		['а'.repeat(120), null],
		['а'.repeat(121), 'name-long'],
		['a'.repeat(300), 'name-long']
	])('%j: %s', (name, problem) => expect(judgeName(name)).toBe(problem));
});

describe('an e-mail', () => {
	it.each([
		['nova@example.com', null],
		['miles.o+neill@d-e.example.co.uk', null],
		['иван@пример.бг', null],
		['no', 'email-wrong'],
		['a b@example.com', 'email-wrong'],
		['a@b@example.com', 'email-wrong'],
		['a@example', 'email-wrong'],
		['a@example..com', 'email-wrong'],
		['a\u200b@example.com', 'email-wrong'],
		["o'neill@example.com", 'email-wrong'],
		['<a@example.com>', 'email-wrong'],
		['a@b.co, c@d.ef', 'email-wrong'],
		['a@b.co\nBcc: x@y.zz', 'email-wrong'],
		[`${'a'.repeat(250)}@b.bg`, 'email-wrong'],
		['novа@example.com', 'email-mixed'],
		['nova@example.сом', 'email-mixed']
	])('%j: %s', (email, problem) => expect(judgeEmail(email)).toBe(problem));
});

describe('a personnel number', () => {
	it.each([
		['7', null],
		['A-17/3', null],
		['Ж17', null],
		['-17', 'number-wrong'],
		['a b', 'number-wrong'],
		['...', 'number-wrong'],
		['1'.repeat(33), 'number-wrong'],
		// The first letter is Cyrillic.
		['АB17', 'number-mixed']
	])('%j: %s', (number, problem) => expect(judgePersonnelNumber(number)).toBe(problem));
});

describe('a hire date', () => {
	it.each([
		['2026-11-20', null],
		['2028-12-31', null],
		['1956-01-01', null],
		['0026-11-20', 'date-year'],
		['1955-12-31', 'date-year'],
		['2029-01-01', 'date-year'],
		['9999-12-31', 'date-year'],
		['2026-02-30', 'date-wrong'],
		['20-11-2026', 'date-wrong'],
		['+202026-11-20', 'date-wrong'],
		['soon', 'date-wrong']
	])('%j: %s', (date, problem) => expect(judgeHireDate(date, '2026-11-28')).toBe(problem));
});
