import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohenKappa, gwetAC, krippendorffAlpha, percentAgreement, type Ratings } from './agreement.ts';

/** Rows of raters as printed, turned into units × raters. */
const read = (...raters: string[]): Ratings => {
	const rows = raters.map((row) => row.split(' ').map((mark) => (mark === '.' ? null : Number(mark))));
	return rows[0]!.map((_, unit) => rows.map((row) => row[unit]!));
};
/** A table of counts as marks of two raters. */
const spread = (table: number[][]): Ratings =>
	table.flatMap((row, i) => row.flatMap((cell, j) => Array.from({ length: cell }, () => [i, j])));

const published = read(
	'1 2 3 3 2 1 4 1 2 . . .',
	'1 2 3 3 2 2 4 1 2 5 . 3',
	'. 3 3 3 2 3 4 2 2 5 1 .',
	'1 2 3 3 2 4 4 1 2 5 1 .'
);

describe('the published examples', () => {
	it('Krippendorff 2004, p. 230', () => {
		expect(krippendorffAlpha(published, 'nominal')).toBeCloseTo(0.743, 3);
		expect(krippendorffAlpha(published, 'interval')).toBeCloseTo(0.849, 3);
		expect(krippendorffAlpha(published, 'ratio')).toBeCloseTo(0.797, 3);
		expect(krippendorffAlpha(published, 'ordinal')).toBeCloseTo(0.815, 3);
	});
	it('Cohen 1960, p. 45', () => {
		expect(cohenKappa([[88, 14, 18], [10, 40, 10], [2, 6, 12]], 'identity')).toBeCloseTo(0.492, 3);
	});
	it('Gwet', () => {
		const table = [[13, 0, 0], [0, 20, 7], [0, 4, 56]];
		expect(cohenKappa(table, 'identity')).toBeCloseTo(0.79641, 5);
		expect(cohenKappa(table, 'linear')).toBeCloseTo(0.843, 3);
		expect(cohenKappa(table, 'quadratic')).toBeCloseTo(0.892, 3);
		expect(gwetAC(spread(table), 'identity')).toBeCloseTo(0.84933, 5);
	});
	it('skewed marks: kappa collapses, AC1 does not', () => {
		const table = [[80, 7], [8, 5]];
		expect(percentAgreement(spread(table))).toBeCloseTo(0.85, 10);
		expect(gwetAC(spread(table), 'identity')).toBeCloseTo(0.808, 3);
		expect(cohenKappa(table, 'identity')).toBeCloseTo(0.314, 3);
	});
});

describe('not computable is null', () => {
	it('without two marks on a unit, or without variation', () => {
		for (const level of ['nominal', 'ordinal', 'interval', 'ratio'] as const) {
			expect(krippendorffAlpha([], level)).toBeNull();
			expect(krippendorffAlpha([[1, null], [null, 2]], level)).toBeNull();
			expect(krippendorffAlpha([[3, 3], [3, 3]], level)).toBeNull();
		}
		expect(percentAgreement([[1, null]])).toBeNull();
		expect(gwetAC([[1, null]], 'identity', [1, 2])).toBeNull();
		expect(gwetAC([[2, 2]], 'identity')).toBeNull();
		expect(cohenKappa([[0, 0], [0, 0]], 'identity')).toBeNull();
		expect(cohenKappa([[9, 0], [0, 0]], 'identity')).toBeNull();
	});
	it('with the scale named, full agreement on one value is 1', () => {
		expect(gwetAC([[2, 2], [2, 2]], 'quadratic', [1, 2, 3, 4, 5])).toBeCloseTo(1, 10);
	});
});

describe('properties', () => {
	const ratings = fc.array(fc.array(fc.option(fc.integer({ min: 1, max: 5 })), { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 12 });
	const same = (one: number | null, other: number | null) =>
		one === null ? expect(other).toBeNull() : expect(other).toBeCloseTo(one, 8);

	it('nothing depends on the order of raters or units', () => {
		fc.assert(
			fc.property(ratings, (units) => {
				const turned = units.map((unit) => [...unit].reverse()).reverse();
				for (const level of ['nominal', 'ordinal', 'interval', 'ratio'] as const) same(krippendorffAlpha(units, level), krippendorffAlpha(turned, level));
				for (const weighting of ['identity', 'linear', 'quadratic'] as const) same(gwetAC(units, weighting), gwetAC(turned, weighting));
				same(percentAgreement(units), percentAgreement(turned));
			})
		);
	});
	it('no figure is above 1, and full agreement with variation is 1', () => {
		fc.assert(
			fc.property(ratings, (units) => {
				for (const figure of [krippendorffAlpha(units, 'ordinal'), gwetAC(units, 'linear'), percentAgreement(units)]) {
					if (figure !== null) expect(figure).toBeLessThanOrEqual(1 + 1e-9);
				}
			})
		);
		expect(krippendorffAlpha([[1, 1], [2, 2]], 'ordinal')).toBeCloseTo(1, 10);
	});
	it('interval α does not change when the scale is moved and stretched', () => {
		fc.assert(
			fc.property(ratings, fc.integer({ min: 2, max: 9 }), (units, factor) => {
				same(
					krippendorffAlpha(units, 'interval'),
					krippendorffAlpha(units.map((unit) => unit.map((mark) => (mark === null ? null : mark * factor + 7))), 'interval')
				);
			})
		);
	});
});
