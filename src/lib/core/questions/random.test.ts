import { expect, it } from 'vitest';
import { seededRandom } from './random.ts';

it('gives the same numbers for the same seed, for good', () => {
	const random = seededRandom('attempt 1');
	expect([random(), random(), random()]).toEqual([0.3325387849472463, 0.2497256740462035, 0.2725762219633907]);
});

it('gives other numbers for seeds that differ in one letter', () => {
	const firsts = Array.from({ length: 10_000 }, (_, i) => seededRandom(`employee-${i}`)());
	expect(new Set(firsts).size).toBe(10_000);
	expect(seededRandom('')()).not.toBe(seededRandom(' ')());
});

it('spreads evenly, within one seed and over neighbouring seeds', () => {
	const random = seededRandom('even');
	const within = Array.from({ length: 20_000 }, random);
	const over = Array.from({ length: 20_000 }, (_, i) => seededRandom(String(i))());
	for (const numbers of [within, over]) {
		const tenths = Array.from({ length: 10 }, () => 0);
		for (const number of numbers) tenths[Math.floor(number * 10)]! += 1;
		for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200);
	}
});
