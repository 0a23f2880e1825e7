import { describe, expect, test } from 'vitest';
import { namedInFull, sayChoice, wordsOf, type Choice } from './choice.ts';

const choice = (name: string, address: string | null): Choice => ({ id: `${name} ${address}`, name, written: sayChoice(name, address) });
const anna = choice('Anna Petrova', 'anna@example.com');
const joanna = choice('Anna Petrova', 'joanna@example.com');
const numbered = choice('Anna', 'N-7');
const team = choice('Team 1', null);
const all = [anna, joanna, numbered, team];

describe('one of many', () => {
	test.each(all.map((one) => [one.written, one] as const))('«%s» names one', (said, one) => {
		expect(namedInFull(said, all)).toBe(one);
	});

	test.each([
		['anna@example.com', anna],
		['n-7', numbered],
		['  anna ', numbered],
		['TEAM 1', team],
		['Anna Petrova', null],
		['Petrova', null],
		['', null]
	])('«%s»', (said, one) => {
		expect(namedInFull(said, all)).toBe(one);
	});

	test('is looked for by words; signs alone are none', () => {
		expect(wordsOf(anna.written)).toEqual(['Anna', 'Petrova', 'anna@example.com']);
		expect(wordsOf(' ? · – ')).toEqual([]);
	});
});
