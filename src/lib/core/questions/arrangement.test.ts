import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrange } from './kinds.ts';
import { seededRandom } from './random.ts';
import { aChoice, aMatching, anOrdering, anyQuestion } from './testing.ts';

describe('an arrangement', () => {
	it('is a permutation of what the question shows', () => {
		fc.assert(
			fc.property(anyQuestion(), fc.string(), (question, seed) => {
				const entries =
					'options' in question
						? question.options
						: 'items' in question
							? question.items
							: 'right' in question
								? question.right
								: [];
				const arrangement = arrange(question, seededRandom(seed));
				expect([...arrangement].sort((a, b) => a - b)).toEqual(entries.map((_, own) => own));
			})
		);
	});

	it('of an ordering or a matching never comes out already right', () => {
		fc.assert(
			fc.property(anyQuestion(), fc.string(), (question, seed) => {
				if (question.kind !== 'ordering' && question.kind !== 'matching') return;
				const entries = (question.kind === 'ordering' ? question.items : question.right).map(({ en }) => en);
				const rows = question.kind === 'ordering' ? entries.length : question.left.length;
				fc.pre(new Set(entries).size >= 2);
				const shown = arrange(question, seededRandom(seed)).map((own) => entries[own]);
				expect(shown.slice(0, rows)).not.toEqual(entries.slice(0, rows));
			})
		);
	});

	it('of a matching with an extra answer is not right where the rows are', () => {
		const question = aMatching({ 'Where is my order?': 'worry' }, 'anger');
		expect(arrange(question, () => 0.99)).toEqual([1, 0]);
		expect(arrange(question, () => 0)).toEqual([1, 0]);
	});

	it('keeps the order of choices with shuffle off, and arranges an ordering all the same', () => {
		expect(arrange({ ...aChoice('single', 'x--'), shuffle: false }, () => 0)).toEqual([0, 1, 2]);
		expect(arrange({ ...anOrdering('a', 'b', 'c'), shuffle: false }, () => 0.99)).not.toEqual([0, 1, 2]);
	});

	it('gives every order of choices the same chance', () => {
		const random = seededRandom('fair');
		const seen = new Map<string, number>();
		for (let i = 0; i < 6000; i++) {
			const order = arrange(aChoice('single', 'x--'), random).join('');
			seen.set(order, (seen.get(order) ?? 0) + 1);
		}
		expect(seen.size).toBe(6);
		for (const times of seen.values()) expect(Math.abs(times - 1000)).toBeLessThan(150);
	});
});
