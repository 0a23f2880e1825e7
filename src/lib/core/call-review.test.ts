import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callsLeft, decideTry, nextCall, tellComparison } from './call-review.ts';
import { compareWithReference } from './comparison.ts';
import type { Scorecard } from './scorecard.ts';

const calls = ['one', 'two', 'three'].map((name) => ({ name }));

describe('the call of the next try', () => {
	it('is the first whose reference was not seen', () => {
		expect(nextCall(calls, new Set())).toEqual({ call: { name: 'one' }, again: false });
		expect(nextCall(calls, new Set(['one']))).toEqual({ call: { name: 'two' }, again: false });
		// The order of the exercise changed after the first try.
		expect(nextCall(calls, new Set(['two']))).toEqual({ call: { name: 'one' }, again: false });
	});

	it('is the last one again when every reference is known', () => {
		expect(nextCall(calls, new Set(['one', 'two', 'three']))).toEqual({ call: { name: 'three' }, again: true });
		expect(nextCall([], new Set())).toBeNull();
	});

	it('never has a known reference while another call is left', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.string({ minLength: 1 })), fc.array(fc.string()), (names, seenNames) => {
				const all = names.map((name) => ({ name }));
				const seen = new Set([...seenNames, ...names.filter((_, i) => i % 2 === 0)]);
				const next = nextCall(all, seen);
				expect(next !== null && !next.again).toBe(callsLeft(all, seen) > 0);
				if (next && !next.again) expect(seen.has(next.call.name)).toBe(false);
			})
		);
	});
});

describe('who decides a try', () => {
	const plain = { passed: true, mentor: false, knewReference: false, left: 1 };
	it.each([
		[{}, 'accepted'],
		[{ left: 0 }, 'accepted'],
		[{ passed: false }, 'failed'],
		[{ passed: false, left: 0 }, 'waiting'],
		[{ mentor: true }, 'waiting'],
		[{ mentor: true, passed: false }, 'waiting'],
		// Whoever has read the reference can copy it.
		[{ knewReference: true }, 'waiting']
	] as const)('%j is %s', (change, state) => expect(decideTry({ ...plain, ...change })).toBe(state));
});

describe('the sentence of a comparison', () => {
	const criterion = { weight: 1, min: 0, max: 4, notApplicableAllowed: true };
	const scorecard: Scorecard = {
		mode: 'pooled',
		sections: [
			{
				key: 'all',
				weight: 1,
				criteria: [
					{ ...criterion, key: 'a', critical: false },
					{ ...criterion, key: 'b', critical: false },
					{ ...criterion, key: 'c', critical: true }
				]
			}
		]
	};
	const told = (learner: Record<string, number | null>, reference: Record<string, number | null>) =>
		tellComparison(scorecard, compareWithReference(scorecard, { marks: learner, flags: [] }, { marks: reference, flags: [] }));

	it('names a critical failure that was not heard, and nothing else when the rest is right', () => {
		expect(told({ a: 2, b: 2, c: 2 }, { a: 2, b: 2, c: 0 })).toEqual({
			passed: false,
			because: ['missed-failure'],
			failures: { of: 1, missed: ['c'] },
			lean: 'little-lenient',
			furthest: { criterion: 'c', lean: 'much-lenient' }
		});
	});

	it('says that all is alike', () => {
		expect(told({ a: 2, b: 2, c: 0 }, { a: 2, b: 2, c: 0 })).toEqual({
			passed: true,
			because: [],
			failures: { of: 1, missed: [] },
			lean: 'alike',
			furthest: null
		});
	});

	it('says how far away and in which direction', () => {
		expect(told({ a: 0, b: 1, c: 0 }, { a: 3, b: 2, c: 0 })).toMatchObject({
			passed: false,
			because: ['agreement'],
			lean: 'much-strict',
			furthest: { criterion: 'a', lean: 'much-strict' }
		});
		expect(told({ a: 4, b: 4, c: 4 }, { a: 4, b: 4, c: 1 }).because).toEqual(['missed-failure', 'agreement', 'skill']);
		expect(told({ a: null, b: 2, c: 0 }, { a: 4, b: 2, c: 0 }).furthest).toEqual({ criterion: 'a', lean: null });
		expect(told({ a: null, b: null, c: null }, { a: 4, b: 2, c: 0 }).lean).toBeNull();
	});
});
