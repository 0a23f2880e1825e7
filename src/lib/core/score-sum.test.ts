import { describe, expect, it } from 'vitest';
import { sumOf } from './score-sum.ts';
import type { Criterion, Scorecard } from './scorecard.ts';

const criterion = (key: string, weight = 1): Criterion => ({
	key,
	weight,
	min: 0,
	max: 1,
	critical: false,
	notApplicableAllowed: true
});

describe('the sum of a score', () => {
	// rules.md, "Scorecard", worked, nested.
	const worked: Scorecard = {
		mode: 'nested',
		sections: [
			{ key: 'opening', weight: 15, criteria: [criterion('a'), criterion('b')] },
			{ key: 'resolution', weight: 35, criteria: [criterion('c', 2), criterion('d'), criterion('e')] },
			{ key: 'communication', weight: 30, criteria: [criterion('f'), criterion('g')] },
			{ key: 'complaint', weight: 20, criteria: [criterion('h')] }
		]
	};
	const marks = { a: 1, b: 1, c: 0.5, d: 1, e: null, f: 0.75, g: 0.5, h: null };

	it('shows the worked example part by part', () => {
		const sum = sumOf(worked, marks);
		expect(sum.raw).toBeCloseTo(71.35, 2);
		expect(sum.weight).toBe(80);
		expect(sum.sections.map(({ value }) => value && Math.round(value * 1e4) / 1e4)).toEqual([1, 0.6667, 0.625, null]);
		expect(sum.sections[1]!.criteria[2]).toEqual({ key: 'e', weight: 1, value: null });
	});

	it('divides by the criteria that apply when they are pooled', () => {
		expect(sumOf({ ...worked, mode: 'pooled' }, marks).weight).toBe(7);
		expect(sumOf({ ...worked, mode: 'pooled' }, {}).weight).toBe(0);
	});
});
