import { describe, expect, it } from 'vitest';
import { withFlag, withFlagPart, withMark, withPart, withSecond, withTurn } from './draft.ts';

const empty = { marks: {}, flags: [], comment: '' };

describe('steps in a review', () => {
	it('marking anew keeps comment and evidence', () => {
		const first = withPart(withMark(empty, 'empathy', 2), 'empathy', { comment: 'Cool.', turns: ['t3'] });
		expect(withMark(first, 'empathy', null).marks.empathy).toEqual({ mark: null, comment: 'Cool.', turns: ['t3'], seconds: [], snippet: null });
		expect(first.marks.empathy!.mark).toBe(2);
	});

	it('a criterion without a mark takes neither comment nor evidence', () => {
		expect(withPart(empty, 'empathy', { comment: 'x' })).toBe(empty);
		expect(withTurn(empty, 'empathy', 't1', []).marks).toEqual({});
	});

	it('turns stand in the order of the call and are taken away again', () => {
		const order = ['t1', 't2', 't3'].map((id) => ({ id }));
		const two = withTurn(withTurn(withMark(empty, 'a', 1), 'a', 't3', order), 'a', 't1', order);
		expect(two.marks.a!.turns).toEqual(['t1', 't3']);
		expect(withTurn(two, 'a', 't3', order).marks.a!.turns).toEqual(['t1']);
	});

	it('seconds are whole tenths, in order, once', () => {
		const one = withSecond(withSecond(withMark(empty, 'a', 1), 'a', 12.34), 'a', 3);
		expect(one.marks.a!.seconds).toEqual([3, 12.3]);
		expect(withSecond(one, 'a', 12.31).marks.a!.seconds).toEqual([3]);
	});

	it('a flag of each direction stands once a turn', () => {
		const both = withFlag(withFlag(empty, 't1', 'serves', 'a.b'), 't1', 'breaks', '');
		expect(both.flags).toHaveLength(2);
		const noted = withFlagPart(both, both.flags[1]!, { note: 'late' });
		expect(noted.flags.map(({ note }) => note)).toEqual(['', 'late']);
		expect(withFlag(noted, 't1', 'serves', '').flags).toEqual([{ turn: 't1', is: 'breaks', clause: '', note: 'late' }]);
	});
});
