import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreResponse, tellFeedback } from './kinds.ts';
import { readNumbers } from './number.ts';
import { aNumber } from './testing.ts';

const minutes = { en: 'min', bg: 'мин.' };

describe('a typed number', () => {
	it.each([
		['12', 12],
		[' 12. ', 12],
		['12,5', 12.5],
		['12.5', 12.5],
		[',5', 0.5],
		['0,05', 0.05],
		['+3', 3],
		['-3', -3],
		['−3', -3],
		['– 3', -3],
		['1 234,5', 1234.5],
		['1\u00a0234\u00a0567', 1234567],
		['12\u202f000', 12000],
		['12 min', 12],
		['12min', 12],
		['12 МИН', 12],
		['12,5 мин.', 12.5],
		['１２', 12],
		['١٢٫٥', 12.5],
		['۱۲', 12],
		['−5', -5],
		['‐5', -5],
		['‑5', -5],
		['1 000', 1000],
		['1.000,5', 1000.5],
		['1,234.5', 1234.5],
		['1.234.567', 1234567],
		['12,5000', 12.5],
		['0,125', 0.125]
	])('%j is %d', (typed, value) => expect(readNumbers(typed, Object.values(minutes))[0]).toBe(value));

	it('may be meant in two ways', () => {
		expect(readNumbers('1,250', [])).toEqual([1.25, 1250]);
		expect(readNumbers('-1.250', [])).toEqual([-1.25, -1250]);
		expect(readNumbers('12.5', [])).toEqual([12.5]);
	});

	it.each(['', '-', ',', 'twelve', '1,234.5.6', '1.23.456', '1,2,3', '1.000 000', '--5', '1 2', '12 000 0', '12 hours', 'min', '0x1f', '1e3', '12-15'])(
		'%j is none',
		(typed) => expect(readNumbers(typed, Object.values(minutes))).toEqual([])
	);

	it('reads back any number it could have been written from', () => {
		fc.assert(
			fc.property(fc.integer({ min: -1e9, max: 1e9 }), (hundredths) => {
				const value = hundredths / 100;
				for (const locale of ['en', 'ru', 'bg'])
					for (const useGrouping of [false, true])
						expect(readNumbers(new Intl.NumberFormat(locale, { useGrouping }).format(value), [])).toContain(value);
			})
		);
	});
});

describe('number', () => {
	const fraction = (value: number, tolerance: number, text: string) =>
		scoreResponse(aNumber(value, tolerance), { kind: 'number', text });

	it('= 12 ± 1 takes 11 to 13, bounds included', () => {
		for (const text of ['11', '12', '13', '11,01']) expect(fraction(12, 1, text)).toMatchObject({ fraction: 1 });
		for (const text of ['10,99', '13.01']) expect(fraction(12, 1, text)).toMatchObject({ fraction: 0 });
	});

	it('includes the bounds of decimal fractions, too', () => {
		for (const text of ['0,2', '0,4']) expect(fraction(0.3, 0.1, text)).toMatchObject({ fraction: 1 });
		expect(fraction(0.3, 0, '0.3')).toMatchObject({ fraction: 1 });
		expect(fraction(0.3, 0.1, '0.4000001')).toMatchObject({ fraction: 0 });
	});

	it('takes thousands as anybody writes them', () => {
		for (const text of ['1000', '1 000', '1.000', '1,000', '1.000,0']) expect(fraction(1000, 0, text), text).toMatchObject({ fraction: 1 });
		for (const text of ['1,25', '1.250']) expect(fraction(1.25, 0, text), text).toMatchObject({ fraction: 1 });
	});

	it('tells what is no number, or a number of something else, from a wrong one', () => {
		expect(fraction(12, 1, 'a dozen')).toEqual({ is: 'invalid', code: 'not-a-number' });
		expect(fraction(12, 1, '12 min')).toEqual({ is: 'invalid', code: 'not-a-number' });
		expect(fraction(12, 1, '')).toEqual({ is: 'invalid', code: 'empty' });
		expect(fraction(12, 1, '1'.repeat(201))).toEqual({ is: 'invalid', code: 'too-long' });
	});

	it('tells the answer as its reader writes numbers', () => {
		const told = (locale: string) =>
			tellFeedback(aNumber(1.5, 0.25, minutes), [], { kind: 'number', text: '9' }, locale, 'en', true).answer;
		expect(told('en')).toEqual(['1.5 ± 0.25 min']);
		expect(told('bg')).toEqual(['1,5 ± 0,25 мин.']);
	});
});
