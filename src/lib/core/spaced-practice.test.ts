import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { dailyNew, dailyQuestions, longestInterval, planDay, rate, remember, retention, standingOf, type Memory, type Practised, type PracticeRating } from './spaced-practice.ts';

const zone = 'Europe/Sofia';
const day = 86_400_000;
const start = new Date('2026-11-10T08:00:00Z');
const later = (from: Date, days: number) => new Date(from.getTime() + days * day);
const daysOf = (memory: Memory) => (memory.dueAt.getTime() - memory.lastAt.getTime()) / day;

test('an answer is rated by whether it is right, and by what its giver says', () => {
	expect(rate(1, false)).toBe('good');
	expect(rate(1, true)).toBe('hard');
	expect(rate(0.5, false)).toBe('again');
	expect(rate(0, true)).toBe('again');
});

describe('when a question comes back', () => {
	it('right each time: further and further apart', () => {
		const days: number[] = [];
		let memory: Memory | null = null;
		let now = start;
		for (let i = 0; i < 6; i++) {
			memory = remember(memory, 'good', now);
			days.push(daysOf(memory));
			now = memory.dueAt;
		}
		expect(days).toEqual([3, 14, 57, 180, 180, 180]);
		expect(memory).toMatchObject({ reps: 6, lapses: 0 });
	});

	it('wrong first comes back the next day; wrong later counts as forgotten and comes back sooner', () => {
		expect(daysOf(remember(null, 'again', start))).toBe(1);
		const known = remember(remember(null, 'good', start), 'good', later(start, 2));
		const forgotten = remember(known, 'again', known.dueAt);
		expect(forgotten.lapses).toBe(1);
		expect(daysOf(forgotten)).toBeLessThan(daysOf(known));
	});

	it('is remembered with the wanted chance on its day', () => {
		const memory = remember(remember(null, 'good', start), 'good', later(start, 2));
		expect(retention(memory, memory.lastAt)).toBe(1);
		expect(retention(memory, memory.dueAt)).toBeCloseTo(0.9, 1);
	});

	it('whatever is answered: whole days, 1 to 180, the better the answer the later, and the same for the same', () => {
		const rating = fc.constantFrom<PracticeRating>('again', 'hard', 'good');
		fc.assert(
			fc.property(fc.array(fc.tuple(rating, fc.integer({ min: 0, max: 400 })), { maxLength: 20 }), (answers) => {
				let memory: Memory | null = null;
				let now = start;
				for (const [given, wait] of answers) {
					const after: Memory = remember(memory, given, now);
					expect(after).toEqual(remember(memory, given, now));
					const [again, hard, good] = (['again', 'hard', 'good'] as const).map((one) => daysOf(remember(memory, one, now)));
					expect(again).toBeLessThanOrEqual(hard!);
					expect(hard).toBeLessThanOrEqual(good!);
					expect(Number.isInteger(daysOf(after))).toBe(true);
					expect(daysOf(after)).toBeGreaterThanOrEqual(1);
					expect(daysOf(after)).toBeLessThanOrEqual(longestInterval);
					memory = after;
					now = later(memory.dueAt, wait);
				}
			})
		);
	});
});

describe('how a question stands', () => {
	const memory = remember(remember(null, 'good', start), 'good', later(start, 2));
	it('fresh, fading, due', () => {
		expect(standingOf(null, start, zone)).toBe('new');
		expect(standingOf(memory, memory.lastAt, zone)).toBe('fresh');
		expect(standingOf(memory, later(memory.dueAt, -2), zone)).toBe('fading');
		expect(standingOf(memory, memory.dueAt, zone)).toBe('due');
	});
	it('is due from midnight of the academy on', () => {
		const dueAt = new Date('2026-11-20T15:00:00Z');
		expect(standingOf({ ...memory, dueAt }, new Date('2026-11-19T21:59:00Z'), zone)).not.toBe('due');
		expect(standingOf({ ...memory, dueAt }, new Date('2026-11-19T22:00:00Z'), zone)).toBe('due');
	});
});

/** Answers one day until nothing is asked any more; the questions in order. */
function practise(all: Practised[], now: Date): string[] {
	const asked: string[] = [];
	for (let i = 0; ; i++) {
		const at = new Date(now.getTime() + i * 60_000);
		const { next } = planDay(all, at, zone);
		if (next === null) return asked;
		asked.push(next);
		const one = all.find(({ name }) => name === next)!;
		one.memory = remember(one.memory, 'good', at);
	}
}
const fresh = (count: number, courses = 2): Practised[] =>
	Array.from({ length: count }, (_, i) => ({ name: `q${i}`, course: `c${Math.floor((i * courses) / count)}`, memory: null }));

describe('a day', () => {
	it('asks at most five new questions, courses in turn', () => {
		const all = fresh(20);
		expect(planDay(all, start, zone)).toMatchObject({ next: 'q0', answered: 0, left: dailyNew, tomorrow: dailyNew });
		expect(practise(all, start)).toEqual(['q0', 'q10', 'q1', 'q11', 'q2']);
		expect(planDay(all, start, zone)).toMatchObject({ next: null, answered: 5, left: 0, comesBack: '2026-11-11' });
	});

	it('asks what fades most first, and new ones when there is room', () => {
		const old = (name: string, lastAt: Date): Practised => ({ name, course: name, memory: remember(null, 'good', lastAt) });
		const all = [old('b', later(start, -3)), old('a', later(start, -30)), ...fresh(3, 1)];
		expect(practise(all, start).slice(0, 2)).toEqual(['a', 'b']);
		expect(all.every(({ memory }) => memory !== null)).toBe(true);
	});

	it('after a long absence it is no more than a day’s worth, and the rest waits', () => {
		const all = fresh(60).map((one) => ({ ...one, memory: remember(null, 'good', later(start, -60)) }));
		const plan = planDay(all, start, zone);
		expect(plan).toMatchObject({ left: dailyQuestions, tomorrow: dailyQuestions, week: 48 });
		expect(practise(all, start)).toHaveLength(dailyQuestions);
		expect(planDay(all, later(start, 0.1), zone)).toMatchObject({ next: null, answered: dailyQuestions, comesBack: '2026-11-11' });
	});

	it('nothing to practise, and nothing due', () => {
		expect(planDay([], start, zone)).toEqual({ next: null, answered: 0, left: 0, tomorrow: 0, week: 0, comesBack: null });
		const memory = remember(remember(null, 'good', start), 'good', later(start, 2));
		const quiet = planDay([{ name: 'q', course: 'c', memory }], later(start, 3), zone);
		expect(quiet).toEqual({ next: null, answered: 0, left: 0, tomorrow: 0, week: 0, comesBack: '2026-11-23' });
	});

	it('no question comes twice in a day, whatever there is', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.option(fc.integer({ min: 1, max: 200 }))), { maxLength: 40 }), (given) => {
				const all = given.map(([course, ago], i): Practised => ({ name: `q${i}`, course: `c${course}`, memory: ago === null ? null : remember(null, 'good', later(start, -ago)) }));
				const { left } = planDay(all, start, zone);
				const asked = practise(all, start);
				expect(new Set(asked).size).toBe(asked.length);
				expect(asked.length).toBe(left);
				expect(asked.length).toBeLessThanOrEqual(dailyQuestions);
			}),
			{ numRuns: 50 }
		);
	});
});
