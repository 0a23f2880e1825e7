import { expect, test } from 'vitest';
import { lanesOf } from './lanes';

const turn = (id: string, speaker: 'agent' | 'customer', text: string, from: number | null, to: number | null) => ({ id, speaker, name: speaker === 'agent' ? 'Ana' : 'Boris', text, from, to });

test('a turn is as long as it was spoken, in the whole of the sound', () => {
	const turns = [turn('t1', 'agent', 'a', 0, 5), turn('t2', 'customer', 'b', 5, 10)];
	const { timed, bars, lanes } = lanesOf(turns, 20);
	expect(timed).toBe(true);
	expect(bars).toEqual([{ x: 0, width: 25 }, { x: 25, width: 25 }]);
	expect(lanes).toEqual([
		{ speaker: 'agent', shape: 'M0 0h0.25v1h-0.25z', names: 'Ana' },
		{ speaker: 'customer', shape: 'M0.25 0h0.25v1h-0.25z', names: 'Boris' }
	]);
	expect(lanesOf(turns, 20).bars).toBe(bars);
	expect(lanesOf(turns, null).bars).toEqual([{ x: 0, width: 50 }, { x: 50, width: 50 }]);
});

test('without times a turn is as long as its text', () => {
	const { timed, bars } = lanesOf([turn('t1', 'agent', 'abc', null, null), turn('t2', 'agent', 'abc', null, null)], null);
	expect(timed).toBe(false);
	expect(bars).toEqual([{ x: 0, width: 37.5 }, { x: 50, width: 37.5 }]);
	expect(lanesOf([], null)).toMatchObject({ bars: [] });
});
