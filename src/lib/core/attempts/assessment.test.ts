import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssessmentRules, Exercise } from '../academy.ts';
import { emptyResponse, scoreResponse } from '../questions/kinds.ts';
import { seededRandom } from '../questions/random.ts';
import { aChoice } from '../questions/testing.ts';
import {
	bestOf,
	deadlineOf,
	displayPercent,
	drawQuestions,
	isLate,
	mayShowFeedback,
	mayStart,
	resultOf
} from './assessment.ts';

const rules: AssessmentRules = {
	pass: 0.8,
	attempts: 3,
	wait: 0,
	timeLimit: null,
	draw: null,
	shuffle: false,
	feedback: 'after-pass'
};
const at = (time: string) => new Date(`2026-11-02T${time}Z`);
const failed = (time: string) => ({ submittedAt: at(time), passed: false });

describe('starting', () => {
	it('walks through three attempts, a granted one, and a pass', () => {
		const attempts: { submittedAt: Date | null; passed: boolean | null }[] = [];
		const ask = (granted: number) => mayStart({ rules, attempts, granted, now: at('12:00:00') });
		for (const number of [1, 2, 3]) {
			expect(ask(0)).toEqual({ ok: true, number });
			attempts.push(failed('10:00:00'));
		}
		expect(ask(0)).toEqual({ ok: false, code: 'none-left', nextAt: null });
		expect(ask(1)).toEqual({ ok: true, number: 4 });
		attempts.push({ submittedAt: at('11:00:00'), passed: true });
		expect(ask(1)).toEqual({ ok: false, code: 'passed', nextAt: null });
		expect(ask(5)).toEqual({ ok: false, code: 'passed', nextAt: null });
	});

	it('waits from the last submit to the second, granted attempts too', () => {
		const waiting = { ...rules, wait: 3600 };
		const attempts = [failed('09:00:00'), failed('10:00:00'), failed('08:00:00')];
		const ask = (time: string, granted: number) => mayStart({ rules: waiting, attempts, granted, now: at(time) });
		expect(ask('10:59:59', 1)).toEqual({ ok: false, code: 'wait', nextAt: at('11:00:00') });
		expect(ask('11:00:00', 1)).toEqual({ ok: true, number: 4 });
		expect(ask('10:59:59', 0)).toMatchObject({ code: 'none-left' });
		expect(mayStart({ rules: waiting, attempts: [], granted: 0, now: at('00:00:00') })).toEqual({ ok: true, number: 1 });
	});
});

const exercise = (key: string, ...tags: string[]): Exercise => ({
	name: `complaints/test/${key}`,
	key,
	kind: 'question',
	judged: false,
	hash: key,
	points: 1,
	optional: false,
	tags,
	clauses: []
});
const names = (drawn: Exercise[]) => drawn.map(({ key }) => key).join('');
const seen = (...keys: string[]) => new Set(keys.map((key) => `complaints/test/${key}`));

describe('drawing', () => {
	const pool = [...'abcdef'].map((key) => exercise(key));

	it('takes the whole pool, in its order', () => {
		expect(names(drawQuestions(rules, pool, seen('a'), seededRandom('1')))).toBe('abcdef');
	});

	it('takes some, in the order of the pool unless it shuffles', () => {
		const drawn = names(drawQuestions({ ...rules, draw: 4 }, pool, seen(), seededRandom('1')));
		expect(drawn).toHaveLength(4);
		expect([...drawn].sort().join('')).toBe(drawn);
		const orders = new Set(
			Array.from({ length: 50 }, (_, i) =>
				names(drawQuestions({ ...rules, shuffle: true }, pool, seen(), seededRandom(`${i}`)))
			)
		);
		expect(orders.size).toBeGreaterThan(40);
	});

	it('prefers what the person has not seen', () => {
		for (let i = 0; i < 20; i++) {
			const draw = (number: number, ...keys: string[]) =>
				names(drawQuestions({ ...rules, draw: number }, pool, seen(...keys), seededRandom(`${i}`)));
			expect(draw(3, 'a', 'c', 'e')).toBe('bdf');
			expect(draw(4, 'a', 'c', 'e')).toMatch(/b.*d.*f/);
		}
	});

	it('gives each unseen question the same chance', () => {
		const counts = new Map<string, number>();
		for (let i = 0; i < 3000; i++)
			for (const { key } of drawQuestions({ ...rules, draw: 2 }, pool, seen(), seededRandom(`${i}`)))
				counts.set(key, (counts.get(key) ?? 0) + 1);
		for (const key of 'abcdef') expect(Math.abs(counts.get(key)! - 1000)).toBeLessThan(150);
	});

	it('takes as many as there are', () => {
		expect(names(drawQuestions({ ...rules, draw: 9 }, pool, seen(), seededRandom('1')))).toBe('abcdef');
	});

	it('fills each tag, whichever of two tags a question has to stand for', () => {
		const tagged = [exercise('a', 'greeting', 'complaints'), exercise('b', 'greeting'), exercise('c', 'other')];
		for (let i = 0; i < 20; i++) {
			const draw = { ...rules, draw: { greeting: 1, complaints: 1 } };
			expect(names(drawQuestions(draw, tagged, seen(), seededRandom(`${i}`)))).toBe('ab');
		}
	});

	it('by tag takes no question twice, no more than asked, as many as can be, and unseen ones first', () => {
		const tag = fc.constantFrom('x', 'y', 'z');
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.uniqueArray(tag), fc.boolean()), { maxLength: 6 }),
				fc.dictionary(tag, fc.integer({ min: 1, max: 2 }), { noNullPrototype: true }),
				fc.string(),
				(questions, draw, seed) => {
					const tagged = questions.map(([tags], i) => exercise(String(i), ...tags));
					const known = new Set(tagged.filter((_, i) => questions[i]![1]).map(({ name }) => name));
					const drawn = drawQuestions({ ...rules, draw }, tagged, known, seededRandom(seed));
					const slots = Object.entries(draw).flatMap(([name, size]) => Array.from({ length: size }, () => name));
					expect(new Set(drawn).size).toBe(drawn.length);
					expect(most(drawn, slots)).toBe(drawn.length);
					expect(drawn.length).toBe(most(tagged, slots));
					const unseen = tagged.filter(({ name }) => !known.has(name));
					expect(drawn.filter((one) => unseen.includes(one)).length).toBe(most(unseen, slots));
				}
			),
			{ numRuns: 300 }
		);
	});
});

/** How many of the slots the questions can fill at most, by trying everything. */
function most(questions: Exercise[], slots: string[]): number {
	const [slot, ...rest] = slots;
	if (slot === undefined) return 0;
	const without = most(questions, rest);
	const fitting = questions.filter(({ tags }) => tags.includes(slot));
	return Math.max(without, ...fitting.map((one) => 1 + most(questions.filter((other) => other !== one), rest)));
}

describe('time', () => {
	it('is over at the deadline', () => {
		const deadline = deadlineOf({ ...rules, timeLimit: 1200 }, at('10:00:00'));
		expect(deadline).toEqual(at('10:20:00'));
		expect(isLate(deadline, at('10:19:59'))).toBe(false);
		expect(isLate(deadline, at('10:20:00'))).toBe(true);
	});
	it('has no end without a limit', () => {
		expect(deadlineOf(rules, at('10:00:00'))).toBeNull();
		expect(isLate(null, new Date(8.64e15))).toBe(false);
	});
});

describe('the result', () => {
	it('is points over possible, and nothing chosen earns 0', () => {
		const question = { ...aChoice('multiple', 'xxxx--'), points: 4 };
		const parts = [[0, 1, 2, 4, 5], [0, 1, 2, 3]].map((choices) =>
			scoreResponse(question, { kind: 'multiple', choices })
		);
		parts.push(scoreResponse(question, emptyResponse(question)));
		const earned = parts.map((score) => ({ earned: score.is === 'points' ? score.earned : 0, possible: 4 }));
		expect(resultOf(earned, 0.8)).toEqual({ earned: 5, possible: 12, share: 5 / 12, passed: false });
	});

	it('is passed at the mark, in spite of how computers add', () => {
		const parts = Array.from({ length: 8 }, () => ({ earned: 0.1, possible: 0.125 }));
		expect(resultOf(parts, 0.8).share).toBeLessThan(0.8);
		expect(resultOf(parts, 0.8).passed).toBe(true);
		expect(resultOf([{ earned: 7.99, possible: 10 }], 0.8).passed).toBe(false);
	});

	it('has no share when nothing could be earned', () => {
		expect(resultOf([], 0.8)).toEqual({ earned: 0, possible: 0, share: null, passed: false });
	});

	it('counts with the best attempt', () => {
		const attempts = [
			{ number: 1, earned: 5, possible: 10 },
			{ number: 2, earned: 9, possible: 12 },
			{ number: 3, earned: 6, possible: 8 },
			{ number: 4, earned: null, possible: null }
		];
		expect(bestOf(attempts)?.number).toBe(2);
		expect(bestOf(attempts.slice(3))).toBeNull();
		expect(bestOf([])).toBeNull();
	});

	it('comes with feedback as the policy says', () => {
		expect([true, false].map((passed) => mayShowFeedback('after-submit', passed))).toEqual([true, true]);
		expect([true, false].map((passed) => mayShowFeedback('after-pass', passed))).toEqual([true, false]);
		expect([true, false].map((passed) => mayShowFeedback('never', passed))).toEqual([false, false]);
	});
});

describe('the percentage on the screen', () => {
	it.each([
		[0.8, 0.8, 80],
		[0.7999, 0.8, 79],
		[0.796, 0.8, 79],
		[0.794, 0.8, 79],
		[0.285, 0.8, 29],
		[0.29, 0.8, 29],
		[0.995, 0.8, 100],
		[0.999, 1, 99],
		[2 / 3, 0.667, 66],
		[2 / 3, 0.6, 67],
		[0, 0.8, 0],
		[1, 1, 100]
	])('of %d with the mark %d is %d', (share, pass, percent) => expect(displayPercent(share, pass)).toBe(percent));

	it('never shows a missed mark as reached', () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 100 }), (share, pass) => {
				const { passed } = resultOf([{ earned: share, possible: 1 }], pass / 100);
				expect(displayPercent(share, pass / 100) >= pass).toBe(passed);
			})
		);
	});
});
