import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criteriaOf, criterionWeights, missingMarks, scoreScorecard, valueOf, wilsonInterval, type Scorecard } from './scorecard.ts';

const criterion = (key: string, weight = 1, extra: object = {}) => ({
	key,
	weight,
	min: 0,
	max: 1,
	critical: false,
	notApplicableAllowed: true,
	...extra
});

describe('the published examples', () => {
	it('nested, with one criterion and one section not applicable: 71.35', () => {
		const card: Scorecard = {
			mode: 'nested',
			sections: [
				{ key: 'opening', weight: 15, criteria: [criterion('a'), criterion('b')] },
				{ key: 'resolution', weight: 35, criteria: [criterion('c', 2), criterion('d'), criterion('e')] },
				{ key: 'communication', weight: 30, criteria: [criterion('f'), criterion('g')] },
				{ key: 'complaint', weight: 20, criteria: [criterion('h'), criterion('i')] }
			]
		};
		const score = scoreScorecard(card, { a: 1, b: 1, c: 0.5, d: 1, e: null, f: 0.75, g: 0.5, h: null, i: null });
		expect(score.raw).toBeCloseTo(71.35, 2);
		expect(score.sections[1]!.value).toBeCloseTo(0.6667, 4);
		expect(score.sections[3]!.value).toBeNull();
	});

	it('pooled and nested differ: 60 and 66.67', () => {
		const sections = [
			{ key: 'first', weight: 40, criteria: [criterion('a', 40), criterion('b', 40)] },
			{ key: 'second', weight: 20, criteria: [criterion('c', 20)] }
		];
		const marks = { a: 1, b: 0, c: 1 };
		expect(scoreScorecard({ mode: 'pooled', sections }, marks).raw).toBeCloseTo(60, 10);
		expect(scoreScorecard({ mode: 'nested', sections }, marks).raw).toBeCloseTo(66.67, 2);
	});

	it('everything not applicable is null, not 0', () => {
		const card: Scorecard = { mode: 'nested', sections: [{ key: 's', weight: 1, criteria: [criterion('a')] }] };
		expect(scoreScorecard(card, { a: null })).toMatchObject({ raw: null, final: null, critical: null });
	});

	it('Wilson: 5 of 5 is .57 to 1, 9 of 10 is .60 to .98, 9 of 9 is .70, 10 of 11 is .62', () => {
		expect(wilsonInterval(5, 5)!.low).toBeCloseTo(0.57, 2);
		expect(wilsonInterval(5, 5)!.high).toBeCloseTo(1, 10);
		expect(wilsonInterval(9, 10)!.low).toBeCloseTo(0.596, 3);
		expect(wilsonInterval(9, 10)!.high).toBeCloseTo(0.98, 2);
		expect(wilsonInterval(9, 9)!.low).toBeCloseTo(0.7, 2);
		expect(wilsonInterval(10, 11)!.low).toBeCloseTo(0.62, 2);
		expect(wilsonInterval(0, 0)).toBeNull();
	});
});

describe('critical criteria', () => {
	const card: Scorecard = {
		mode: 'pooled',
		sections: [
			{
				key: 's',
				weight: 1,
				criteria: [criterion('polite'), criterion('identified', 1, { critical: true }), criterion('dated', 1, { critical: true })]
			}
		]
	};
	it('a failure makes the final score 0, and keeps the raw one', () => {
		const score = scoreScorecard(card, { polite: 1, identified: 0.25, dated: 1 });
		expect(score).toMatchObject({ raw: 75, final: 0, critical: 0.5, failures: ['identified'] });
	});
	it('exactly half is no failure; not applicable does not count', () => {
		expect(scoreScorecard(card, { polite: 1, identified: 0.5, dated: null })).toMatchObject({ final: 75, critical: 1, failures: [] });
	});
	it('is missing what is not marked, or not applicable where that is not allowed', () => {
		const strict: Scorecard = {
			mode: 'pooled',
			sections: [{ key: 's', weight: 1, criteria: [criterion('a', 1, { notApplicableAllowed: false }), criterion('b')] }]
		};
		expect(missingMarks(strict, {})).toEqual(['a', 'b']);
		expect(missingMarks(strict, { a: null, b: null })).toEqual(['a']);
	});
	it('refuses a mark outside the scale', () => {
		expect(() => valueOf({ ...criterion('a'), min: 1, max: 5 }, 6)).toThrow(RangeError);
		expect(() => valueOf({ ...criterion('a'), min: 1, max: 5 }, Number.NaN)).toThrow(RangeError);
	});
});

describe('properties', () => {
	const cards = fc
		.record({
			mode: fc.constantFrom('nested' as const, 'pooled' as const),
			sections: fc.array(
				fc.record({ weight: fc.integer({ min: 1, max: 50 }), criteria: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }) }),
				{ minLength: 1, maxLength: 4 }
			)
		})
		.map(
			({ mode, sections }): Scorecard => ({
				mode,
				sections: sections.map(({ weight, criteria }, s) => ({
					key: `s${s}`,
					weight,
					criteria: criteria.map((own, c) => ({ ...criterion(`s${s}c${c}`, own), min: 1, max: 5 }))
				}))
			})
		);
	const marked = cards.chain((card) =>
		fc
			.array(fc.option(fc.integer({ min: 1, max: 5 })), { minLength: criteriaOf(card).length, maxLength: criteriaOf(card).length })
			.map((marks) => ({ card, marks: Object.fromEntries(criteriaOf(card).map(({ key }, at) => [key, marks[at] ?? null])) }))
	);

	it('a score is null or between 0 and 100, and null exactly when nothing applies', () => {
		fc.assert(
			fc.property(marked, ({ card, marks }) => {
				const { raw } = scoreScorecard(card, marks);
				const applies = Object.values(marks).some((mark) => mark !== null);
				expect(raw === null).toBe(!applies);
				if (raw !== null) expect(raw >= -1e-9 && raw <= 100 + 1e-9).toBe(true);
			})
		);
	});
	it('equal marks give their value whatever the weights; scaling all weights changes nothing', () => {
		fc.assert(
			fc.property(marked, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 9 }), ({ card, marks }, mark, factor) => {
				const same = Object.fromEntries(criteriaOf(card).map(({ key }) => [key, mark]));
				expect(scoreScorecard(card, same).raw).toBeCloseTo(((mark - 1) / 4) * 100, 8);
				const scaled: Scorecard = {
					...card,
					sections: card.sections.map((section) => ({
						...section,
						weight: section.weight * factor,
						criteria: section.criteria.map((one) => ({ ...one, weight: one.weight * factor }))
					}))
				};
				const [before, after] = [scoreScorecard(card, marks).raw, scoreScorecard(scaled, marks).raw];
				if (before === null) expect(after).toBeNull();
				else expect(after).toBeCloseTo(before, 8);
			})
		);
	});
	it('criterion weights sum to 1 and give the score when everything applies', () => {
		fc.assert(
			fc.property(cards, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (card, stream) => {
				const marks = Object.fromEntries(criteriaOf(card).map(({ key }) => [key, stream.next().value as number]));
				const weights = criterionWeights(card);
				expect([...weights.values()].reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10);
				const sum = criteriaOf(card).reduce((total, one) => total + weights.get(one.key)! * valueOf(one, marks[one.key]!), 0);
				expect(scoreScorecard(card, marks).raw).toBeCloseTo(sum * 100, 8);
			})
		);
	});
});
