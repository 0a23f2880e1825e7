import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareWithReference, type TurnFlag } from './comparison.ts';
import type { Scorecard } from './scorecard.ts';

const weights = [5, 10, 15, 15, 25, 15, 10, 5];
const card = (critical: number[] = []): Scorecard => ({
	mode: 'pooled',
	sections: [
		{
			key: 's',
			weight: 1,
			criteria: weights.map((weight, at) => ({ key: `c${at}`, weight, min: 0, max: 1, critical: critical.includes(at), notApplicableAllowed: true }))
		}
	]
});
const marks = (values: (number | null)[]) => Object.fromEntries(values.map((value, at) => [`c${at}`, value]));
const reference = marks([1, 1, 0.5, 1, 0.5, 0, 1, null]);
const learner = marks([1, 1, 1, 1, 0.5, 0.5, 1, 0]);
const none: TurnFlag[] = [];

describe('the published example', () => {
	const compared = compareWithReference(card(), { marks: learner, flags: none }, { marks: reference, flags: none });
	it('A .80, exact 5 of 8, bias +.14, kappa .65, A0 .60, S .50: passed', () => {
		expect(compared.agreement).toBeCloseTo(0.8, 10);
		expect(compared.exact).toEqual({ same: 5, of: 8 });
		expect(compared.bias).toBeCloseTo(0.14, 2);
		expect(compared.kappa).toBeCloseTo(0.65, 2);
		expect(compared.lazy).toBeCloseTo(0.6, 10);
		expect(compared.skill).toBeCloseTo(0.5, 10);
		expect(compared.passed).toBe(true);
	});
	it('puts the biggest difference first', () => {
		expect(compared.criteria.slice(0, 3).map(({ key }) => key)).toEqual(['c7', 'c2', 'c5']);
	});
	it('turns: 4 found, 1 wrong, 2 missed', () => {
		const flags = (turns: string[]): TurnFlag[] => turns.map((turn) => ({ turn, is: 'breaks' }));
		const { turns } = compareWithReference(
			card(),
			{ marks: learner, flags: flags(['t1', 't2', 't3', 't4', 't9']) },
			{ marks: reference, flags: flags(['t1', 't2', 't3', 't4', 't5', 't6']) }
		);
		expect(turns).toMatchObject({ found: 4, wrong: 1, missed: 2 });
		expect(turns.precision).toBeCloseTo(0.8, 10);
		expect(turns.recall).toBeCloseTo(0.667, 3);
		expect(turns.f1).toBeCloseTo(0.727, 3);
	});
});

describe('what a criterion counts', () => {
	const pair = (mode: Scorecard['mode']): Scorecard => ({
		mode,
		sections: [
			{ key: 'first', weight: 30, criteria: ['a', 'b', 'c'].map((key) => ({ key, weight: key === 'a' ? 2 : 1, min: 0, max: 4, critical: false, notApplicableAllowed: true })) },
			{ key: 'second', weight: 10, criteria: [{ key: 'd', weight: 5, min: 0, max: 4, critical: false, notApplicableAllowed: true }] }
		]
	});
	const agreement = (mode: Scorecard['mode'], own: Record<string, number | null>, theirs: Record<string, number | null>) =>
		compareWithReference(pair(mode), { marks: own, flags: none }, { marks: theirs, flags: none }).agreement;
	const full = { a: 4, b: 4, c: 4, d: 4 };

	it('in a nested scorecard its share of its section, times the section’s weight; pooled its own weight', () => {
		// a is 2/4 of 30 and differs by half of the scale: (7.5 + 15 + 10) / 40.
		expect(agreement('nested', { ...full, a: 2 }, full)).toBeCloseTo(0.8125, 10);
		// a is 2 of 9: (1 + 1 + 1 + 5) / 9.
		expect(agreement('pooled', { ...full, a: 2 }, full)).toBeCloseTo(8 / 9, 10);
	});
	it('not applicable on one side alone is no agreement, on both it is full', () => {
		expect(agreement('nested', { ...full, d: null }, full)).toBeCloseTo(0.75, 10);
		expect(agreement('nested', full, { ...full, d: null })).toBeCloseTo(0.75, 10);
		expect(agreement('nested', { ...full, d: null }, { ...full, d: null })).toBeCloseTo(1, 10);
	});
});

describe('passing', () => {
	it('a missed critical failure fails whatever the agreement is', () => {
		const missed = compareWithReference(card([5]), { marks: { ...reference, c5: 0.5 }, flags: none }, { marks: reference, flags: none });
		expect(missed.agreement).toBeGreaterThan(0.9);
		expect(missed).toMatchObject({ passed: false, missedFailures: ['c5'] });
		const unsure = compareWithReference(card([5]), { marks: { ...reference, c5: null }, flags: none }, { marks: reference, flags: none });
		expect(unsure.missedFailures).toEqual(['c5']);
	});
	it('full marks everywhere do not pass a call that is not perfect', () => {
		const lazy = compareWithReference(card(), { marks: marks(weights.map(() => 1)), flags: none }, { marks: reference, flags: none });
		expect(lazy.skill).toBeCloseTo(0, 10);
		expect(lazy.passed).toBe(false);
	});
	it('skill is not required where full marks are nearly right', () => {
		const perfect = marks(weights.map(() => 1));
		expect(compareWithReference(card(), { marks: perfect, flags: none }, { marks: perfect, flags: none })).toMatchObject({ skill: null, passed: true, kappa: null });
	});
	it('a turn flagged in the wrong direction is wrong and missed', () => {
		const { turns } = compareWithReference(
			card(),
			{ marks: learner, flags: [{ turn: 't1', is: 'serves' }] },
			{ marks: reference, flags: [{ turn: 't1', is: 'breaks' }] }
		);
		expect(turns).toEqual({ found: 0, wrong: 1, missed: 1, precision: 0, recall: 0, f1: 0 });
	});
});

describe('properties', () => {
	const marked = fc.array(fc.option(fc.constantFrom(0, 0.25, 0.5, 0.75, 1)), { minLength: 8, maxLength: 8 }).map(marks);
	it('agreement is symmetric, 0 to 1, and 1 with oneself', () => {
		fc.assert(
			fc.property(marked, marked, (one, other) => {
				const there = compareWithReference(card(), { marks: one, flags: none }, { marks: other, flags: none });
				const back = compareWithReference(card(), { marks: other, flags: none }, { marks: one, flags: none });
				expect(there.agreement).toBeCloseTo(back.agreement, 10);
				expect(there.agreement >= -1e-9 && there.agreement <= 1 + 1e-9).toBe(true);
				if (there.bias !== null) expect(there.bias).toBeCloseTo(-back.bias!, 10);
				const self = compareWithReference(card([0, 5]), { marks: one, flags: none }, { marks: one, flags: none });
				expect(self).toMatchObject({ passed: true, missedFailures: [] });
				expect(self.agreement).toBeCloseTo(1, 10);
			})
		);
	});
});
