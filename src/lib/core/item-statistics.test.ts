import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consistencyOf, itemFigures, leastPeople, type ItemSums, type Sums } from './item-statistics.ts';

const sumsOf = (values: number[]): Sums => ({ n: values.length, x: values.reduce((a, b) => a + b, 0), xx: values.reduce((a, b) => a + b * b, 0) });
/** `rows`: the points of each person for each question. */
const itemSums = (rows: number[][], place: number): ItemSums => {
	const xs = rows.map((row) => row[place]!);
	const ys = rows.map((row) => row.reduce((a, b) => a + b, 0) - row[place]!);
	const { x: y, xx: yy } = sumsOf(ys);
	return { ...sumsOf(xs), y, yy, xy: xs.reduce((sum, x, nth) => sum + x * ys[nth]!, 0) };
};
const consistency = (rows: number[][]) =>
	consistencyOf(rows[0]!.map((_, place) => sumsOf(rows.map((row) => row[place]!))), sumsOf(rows.map((row) => row.reduce((a, b) => a + b, 0))));
const times = (rows: number[][], n: number) => Array.from({ length: n }, () => rows).flat();

/** Twenty people and three questions: five each of 1 1 1, 1 1 0, 1 0 0, 0 0 0. */
const ladder = times([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]], 5);

describe('a question', () => {
	test('facility is the average out of what is possible', () => {
		expect(itemFigures(itemSums(ladder, 0), 1).facility).toBeCloseTo(75, 9);
		expect(itemFigures(itemSums(ladder, 2), 1).facility).toBeCloseTo(25, 9);
		expect(itemFigures(itemSums(ladder, 0), 2).facility).toBeCloseTo(37.5, 9);
	});

	test('discrimination is the correlation with all others', () => {
		// x = 1 1 0 0, y = 2 1 1 0: together 1/4, spreads 1/4 and 1/2.
		expect(itemFigures(itemSums(ladder, 1), 1).discrimination).toBeCloseTo(100 * Math.SQRT1_2, 9);
		const against = times([[1, 0], [0, 1]], 10);
		expect(itemFigures(itemSums(against, 0), 1).discrimination).toBeCloseTo(-100, 9);
		const alike = times([[1, 0], [1, 1]], 10);
		expect(itemFigures(itemSums(alike, 0), 1)).toEqual({ n: 20, facility: 100, discrimination: null });
	});

	test('says nothing of fewer than twenty', () => {
		expect(itemFigures(itemSums(ladder.slice(1), 0), 1)).toEqual({ n: leastPeople - 1, facility: null, discrimination: null });
		expect(itemFigures({ n: 0, x: 0, xx: 0, y: 0, yy: 0, xy: 0 }, 1)).toEqual({ n: 0, facility: null, discrimination: null });
	});
});

describe('an assessment', () => {
	test('consistency and error ratio', () => {
		// Variances 3/16, 4/16, 3/16 and of the total 20/16, all × 20/19: 3/2 · (1 − 10/20) = 75 %.
		expect(consistency(ladder).consistency).toBeCloseTo(75, 9);
		expect(consistency(ladder).errorRatio).toBeCloseTo(50, 9);
		expect(consistency(times([[1, 1], [0, 0]], 10)).consistency).toBeCloseTo(100, 9);
	});

	test('null with one question, too few people, or all the same', () => {
		const none = { consistency: null, errorRatio: null };
		expect(consistency(times([[1], [0]], 10))).toEqual(none);
		expect(consistency(ladder.slice(1))).toEqual(none);
		expect(consistency(times([[1, 0], [0, 1]], 10))).toEqual(none);
	});
});

test('figures stay in their bounds, and no order of people changes them', () => {
	const people = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 }), { minLength: leastPeople, maxLength: 60 });
	fc.assert(
		fc.property(people, (rows) => {
			const { facility, discrimination } = itemFigures(itemSums(rows, 0), 4);
			expect(facility).toBeGreaterThanOrEqual(0);
			expect(facility).toBeLessThanOrEqual(100);
			if (discrimination !== null) expect(Math.abs(discrimination)).toBeLessThanOrEqual(100 + 1e-6);
			expect(itemFigures(itemSums(rows.toReversed(), 0), 4)).toEqual({ n: rows.length, facility, discrimination });
			const { consistency: value } = consistency(rows);
			if (value !== null) expect(value).toBeLessThanOrEqual(100 + 1e-6);
		})
	);
});
