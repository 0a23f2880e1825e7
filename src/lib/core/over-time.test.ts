import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reachedCurve, shareAt, type Followed } from './over-time.ts';

const got = (reached: number, seen = 52, n = 1): Followed => ({ reached, seen, left: false, n });
const waits = (seen: number, n = 1): Followed => ({ reached: null, seen, left: false, n });
const left = (seen: number, n = 1): Followed => ({ reached: null, seen, left: true, n });

describe('the share that has reached it', () => {
	test('as worked in the docstring', () => {
		const people = [got(2, 9), got(4, 9), waits(3), waits(5)];
		const curve = reachedCurve(people, 1);
		expect(curve.points.map(({ share }) => share)).toEqual([0, 0, 0.25, 0.25, 0.625, 0.625]);
		expect(curve.points.map(({ atRisk }) => atRisk)).toEqual([4, 4, 4, 3, 2, 1]);
		expect(curve).toMatchObject({ n: 4, reached: 2, waiting: 2, left: 0, quarter: 2, half: 4, threeQuarters: null });
		// Two at risk are too few to tell.
		expect(reachedCurve(people)).toMatchObject({ quarter: 2, half: null });
		expect(reachedCurve(people).points).toHaveLength(4);
	});

	test('remission of leukaemia, the 6-MP arm (Freireich 1963): the published estimate', () => {
		const at = (weeks: number, n = 1) => got(weeks, 99, n);
		const curve = reachedCurve([at(6, 3), waits(6), at(7), waits(9), at(10), waits(10), waits(11), at(13), at(16), waits(17), waits(19), waits(20), at(22), at(23), waits(25), waits(32, 2), waits(34), waits(35)], 1);
		const told = [6, 7, 10, 13, 16, 22, 23].map((week) => (1 - shareAt(curve, week)!).toFixed(3));
		expect(told).toEqual(['0.857', '0.807', '0.753', '0.690', '0.627', '0.538', '0.448']);
		expect(curve.half).toBe(23);
	});

	test('fewer than three are no curve; nobody is nothing', () => {
		expect(reachedCurve([got(1), got(2)])).toMatchObject({ n: 2, reached: 2, points: [], half: null });
		expect(reachedCurve([])).toMatchObject({ n: 0, points: [], quarter: null });
	});

	test('a week that is not over yet is not told: one of many has reached it, and the curve does not jump', () => {
		const curve = reachedCurve([got(5, 4), waits(4, 9)]);
		expect(curve).toMatchObject({ reached: 1, waiting: 9 });
		expect(curve.points.at(-1)).toMatchObject({ week: 4, share: 0 });
	});

	test('who left counts until then', () => {
		expect(reachedCurve([got(3, 20, 3), left(1, 3)])).toMatchObject({ left: 3, waiting: 0, half: 3 });
	});

	const followed = fc.record({ reached: fc.option(fc.nat(60)), seen: fc.nat(60), left: fc.boolean(), n: fc.integer({ min: 1, max: 40 }) });
	test('never falls, stays within 0 and 1, and counts everybody once', () => {
		fc.assert(
			fc.property(fc.array(followed, { maxLength: 40 }), (people) => {
				const { points, n, reached, waiting, left: gone } = reachedCurve(people, 1);
				expect(reached + waiting + gone).toBe(n);
				points.forEach(({ share, atRisk }, week) => {
					expect(points[week]!.week).toBe(week);
					expect(share).toBeGreaterThanOrEqual(week > 0 ? points[week - 1]!.share : 0);
					expect(share).toBeLessThanOrEqual(1);
					expect(atRisk).toBeGreaterThan(0);
				});
			})
		);
	});
	test('with nobody still on the way it is the plain share', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(30), { minLength: 3, maxLength: 60 }), (weeks) => {
				const curve = reachedCurve(weeks.map((week) => got(week)), 1);
				for (const { week, share } of curve.points) expect(share).toBeCloseTo(weeks.filter((one) => one <= week).length / weeks.length, 9);
			})
		);
	});
	test('people told one by one or counted together are the same', () => {
		fc.assert(
			fc.property(fc.array(followed, { maxLength: 20 }), (people) => {
				const one = people.flatMap((those) => Array.from({ length: those.n }, () => ({ ...those, n: 1 })));
				expect(reachedCurve(one)).toEqual(reachedCurve(people));
			})
		);
	});
});
