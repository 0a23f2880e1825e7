import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapRun } from './role-play-map.ts';
import { bestFrom, bestPathBeside, choose, describeRun, inspectScene, isPassed, offeredChoices, scoreRun, standingsOf, startOf, type Choice, type Scene, type Standing } from './role-play.ts';

const go = (to: string, points = 0, extra: Partial<Choice> = {}): Choice => ({ to, points, mood: 0, critical: false, when: [], ...extra });
const scene = (passages: Record<string, Choice[]>, extra: Partial<Scene> = {}): Scene => ({
	start: 'start',
	mood: 0,
	hangUp: null,
	passages: Object.entries(passages).map(([key, choices]) => ({ key, choices })),
	endings: { good: 'good', bad: 'bad' },
	...extra
});

/** rules.md: options 2/1/0, then 3/0 or 1/0. */
const published = scene({
	start: [go('warm', 2), go('cool', 1), go('bad', 0)],
	warm: [go('good', 3), go('bad', 0)],
	cool: [go('good', 1), go('bad', 0)],
	good: [],
	bad: []
});

describe('the published example', () => {
	it('1 then 1 is 2 of 5 = 40 %, not 2 of 3', () => {
		expect(scoreRun(published, [1, 0])).toEqual({ earned: 2, best: 5, share: 0.4, critical: false, ending: 'good' });
		expect(bestFrom(published, startOf(published))).toEqual({ points: 5, path: [0, 0] });
	});
	it('an unfinished run has no ending; a choice that is not offered is refused', () => {
		expect(scoreRun(published, [0])).toMatchObject({ earned: 2, ending: null });
		expect(() => scoreRun(published, [7])).toThrow(RangeError);
	});
});

describe('mood', () => {
	const moody = scene(
		{
			start: [go('middle', 1, { mood: 2 }), go('middle', 0, { mood: -2 }), go('middle', 0, { mood: -9, critical: true })],
			middle: [go('good', 2, { when: [{ is: '>=', than: 1 }] }), go('bad', 0, { when: [{ is: '<', than: 1 }] })],
			good: [],
			bad: [],
			gone: []
		},
		{ hangUp: 'gone', endings: { good: 'good', bad: 'bad', gone: 'bad' } }
	);
	it('opens and closes choices, and is never part of the score', () => {
		const warm = choose(moody, startOf(moody), 0)!;
		expect(warm).toEqual({ passage: 'middle', mood: 2 });
		expect(offeredChoices(moody, warm)).toEqual([0]);
		expect(offeredChoices(moody, choose(moody, startOf(moody), 1)!)).toEqual([1]);
		expect(choose(moody, warm, 1)).toBeNull();
		expect(bestFrom(moody, startOf(moody)).points).toBe(3);
	});
	it('is clamped, and at −3 the customer hangs up', () => {
		expect(choose(moody, startOf(moody), 2)).toEqual({ passage: 'gone', mood: -3 });
		expect(scoreRun(moody, [2])).toMatchObject({ critical: true, ending: 'bad', share: 0 });
		expect(inspectScene(moody)).toEqual({ cycle: [], unreachable: [], stuck: [], reachesGoodEnding: true });
	});
});

describe('what is wrong with a scene', () => {
	it('a circle', () => {
		expect(inspectScene(scene({ start: [go('a')], a: [go('b')], b: [go('a'), go('good')], good: [], bad: [] })).cycle).toEqual(['a', 'b']);
	});
	it('a passage nobody reaches, a dead end that is none, no good ending', () => {
		const found = inspectScene(
			scene({ start: [go('a', 0, { mood: -1 })], a: [go('bad', 0, { when: [{ is: '>', than: 0 }] })], good: [], bad: [] })
		);
		expect(found).toEqual({ cycle: [], unreachable: ['good', 'bad'], stuck: [{ passage: 'a', mood: -1 }], reachesGoodEnding: false });
	});
});

describe('a run explained', () => {
	it('says what each choice earned, what it lost, and what would have lost nothing', () => {
		expect(describeRun(published, [1, 1])).toEqual([
			{ at: { passage: 'start', mood: 0 }, choice: 1, offered: [0, 1, 2], points: 1, critical: false, to: { passage: 'cool', mood: 0 }, lost: 3, best: 0 },
			{ at: { passage: 'cool', mood: 0 }, choice: 1, offered: [0, 1], points: 0, critical: false, to: { passage: 'bad', mood: 0 }, lost: 1, best: 0 }
		]);
		expect(describeRun(published, [0, 0]).map(({ lost }) => lost)).toEqual([0, 0]);
		expect(() => describeRun(published, [0, 5])).toThrow(RangeError);
	});
	it('the best path keeps to the run until something is lost', () => {
		const twice = scene({ start: [go('left', 1), go('right', 1)], left: [go('good', 1)], right: [go('good', 1), go('bad', 0)], good: [], bad: [] });
		expect(bestPathBeside(twice, [])).toEqual([0, 0]);
		expect(bestPathBeside(twice, [1, 0])).toEqual([1, 0]);
		expect(bestPathBeside(twice, [1, 1])).toEqual([1, 0]);
		expect(bestPathBeside(published, [1, 0])).toEqual([0, 0]);
	});
	it('passes at the mark exactly; a critical choice never does, unless nothing is asked', () => {
		const run = { share: 0.1 + 0.2 + 0.45, critical: false };
		expect(isPassed(run, 75)).toBe(true);
		expect(isPassed({ ...run, share: 0.7499 }, 75)).toBe(false);
		expect(isPassed({ share: 1, critical: true }, 75)).toBe(false);
		expect(isPassed({ share: 0, critical: true }, null)).toBe(true);
		expect(isPassed({ share: null, critical: false }, 75)).toBe(true);
	});
});

describe('the map', () => {
	it('marks what was taken, what is best, and of the rest only that it exists', () => {
		const { rows, columns, places, ways } = mapRun(published, [1, 1], new Set(['start', 'cool', 'bad']));
		expect({ rows, columns }).toEqual({ rows: 3, columns: 2 });
		expect(places).toEqual([
			{ row: 0, column: 0, of: 1, taken: 1, best: true, seen: true, ending: null },
			{ row: 1, column: 0, of: 2, taken: null, best: true, seen: false, ending: null },
			{ row: 1, column: 1, of: 2, taken: 2, best: false, seen: true, ending: null },
			{ row: 2, column: 0, of: 2, taken: null, best: true, seen: false, ending: null },
			{ row: 2, column: 1, of: 2, taken: 3, best: false, seen: true, ending: 'bad' }
		]);
		expect(ways.filter(({ taken }) => taken).map(({ from, to }) => [from, to])).toEqual([
			[0, 2],
			[2, 4]
		]);
		expect(ways.filter(({ best }) => best).map(({ from, to }) => [from, to])).toEqual([
			[0, 1],
			[1, 3]
		]);
		expect(mapRun(published, [1, 1], new Set(['good'])).places[3]).toMatchObject({ seen: true, ending: 'good', taken: null });
	});
	it('knows the way to the passage where the customer hangs up', () => {
		const hanging = scene({ start: [go('good', 1), go('good', 0, { mood: -3 })], good: [], gone: [] }, { hangUp: 'gone' });
		expect(mapRun(hanging, [1], new Set()).places).toMatchObject([{ taken: 1 }, { taken: null, best: true }, { taken: 2, ending: 'bad' }]);
	});
});

describe('best total', () => {
	/** Layers of passages; links lead to later layers only. */
	const scenes = fc
		.array(
			fc.array(
				fc.record({
					jump: fc.integer({ min: 1, max: 3 }),
					points: fc.integer({ min: -2, max: 3 }),
					mood: fc.integer({ min: -3, max: 3 }),
					when: fc.option(fc.record({ is: fc.constantFrom('<', '<=', '=', '>=', '>' as const), than: fc.integer({ min: -3, max: 3 }) }))
				}),
				{ maxLength: 3 }
			),
			{ minLength: 2, maxLength: 7 }
		)
		.chain((layers) => fc.record({ layers: fc.constant(layers), mood: fc.integer({ min: -3, max: 3 }), hangs: fc.boolean() }))
		.map(({ layers, mood, hangs }): Scene => {
			const last = layers.length;
			const key = (at: number) => (at === 0 ? 'start' : `p${at}`);
			const passages = layers.map((choices, at) => ({
				key: key(at),
				choices: choices.map((one) => go(key(Math.min(last, at + one.jump)), one.points, { mood: one.mood, when: one.when ? [one.when as Choice['when'][number]] : [] }))
			}));
			return { start: 'start', mood, hangUp: hangs ? key(last) : null, endings: {}, passages: [...passages, { key: key(last), choices: [] }] };
		});

	const brute = (one: Scene, here: Standing): number => {
		const offered = offeredChoices(one, here);
		if (offered.length === 0) return 0;
		const { choices } = one.passages.find(({ key }) => key === here.passage)!;
		return Math.max(...offered.map((at) => choices[at]!.points + brute(one, choose(one, here, at)!)));
	};

	it('is what trying every path finds, and its path earns it', () => {
		fc.assert(
			fc.property(scenes, (one) => {
				const best = bestFrom(one, startOf(one));
				expect(best.points).toBe(brute(one, startOf(one)));
				expect(scoreRun(one, best.path).earned).toBe(best.points);
				expect(inspectScene(one).cycle).toEqual([]);
			})
		);
	});

	it('is what a run earned and what its choices lost, whatever the run', () => {
		fc.assert(
			fc.property(scenes, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (one, wishes) => {
				const path: number[] = [];
				let here = startOf(one);
				for (let offered = offeredChoices(one, here); offered.length > 0; offered = offeredChoices(one, here)) {
					path.push(offered[wishes[path.length]! % offered.length]!);
					here = choose(one, here, path.at(-1)!)!;
				}
				const steps = describeRun(one, path);
				const lost = steps.reduce((sum, step) => sum + step.lost, 0);
				expect(scoreRun(one, path).earned + lost).toBe(bestFrom(one, startOf(one)).points);
				expect(steps.every((step) => step.lost >= 0 && step.offered.includes(step.best))).toBe(true);
				expect(scoreRun(one, bestPathBeside(one, path)).earned).toBe(bestFrom(one, startOf(one)).points);

				const standings = standingsOf(one);
				const followed = path.reduce((at, choice) => standings[at]!.ways.find((way) => way.choice === choice)!.to, 0);
				expect(standings[followed]!.at).toEqual(here);

				const { places, ways, rows, columns } = mapRun(one, path, new Set());
				expect(new Set(places.map(({ row, column }) => `${row} ${column}`)).size).toBe(places.length);
				expect(places.every(({ row, column, of }) => row < rows && column < of && of <= columns)).toBe(true);
				expect(ways.every(({ from, to }) => places[from]!.row < places[to]!.row)).toBe(true);
				expect(places.flatMap(({ taken }) => taken ?? []).toSorted((a, b) => a - b)).toEqual(Array.from({ length: path.length + 1 }, (_, at) => at + 1));
				expect(places.every((place) => place.seen === (place.taken !== null))).toBe(true);
			})
		);
	});
});
