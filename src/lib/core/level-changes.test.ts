import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateCompetency, freshness, type Evidence } from './competency.ts';
import { compareStandings, compareStored } from './level-changes.ts';

const now = new Date('2026-11-20T09:00:00Z');
const day = 86_400_000;
const levels = [
	{ level: 1, description: {}, rule: [{ kind: 'assessment-passed' as const }] },
	{ level: 3, description: {}, rule: [{ kind: 'observed-calls' as const, calls: 4, score: 75, mentors: 1 }] }
];
const calls = fc.array(fc.record({ days: fc.integer({ min: 0, max: 700 }), score: fc.integer({ min: 0, max: 100 }) }), { maxLength: 12 }).map((all) =>
	all.map(({ days, score }, at): Evidence => ({
		...{ id: String(at).padStart(2, '0'), kind: 'observed-call', source: String(at), reviewerId: 'm', score },
		...{ criticalFailure: false, passed: score >= 75, at: new Date(now.getTime() - days * day), cancels: null }
	}))
);
const passed: Evidence = { id: 'p', kind: 'assessment', source: 'a', reviewerId: null, score: 90, criticalFailure: false, passed: true, at: now, cancels: null };
const signed = [{ level: 3, signedAt: now, validUntil: new Date(now.getTime() + 365 * day), revokedAt: null }];
const judge = (evidence: Evidence[], at = now, signatures = signed) => evaluateCompetency(levels, [], [passed, ...evidence], signatures, at);

describe('when a level becomes due', () => {
	it('is the moment at which it is judged to be, by whatever calls', () => {
		fc.assert(
			fc.property(calls, (evidence) => {
				const { dueAt } = judge(evidence);
				const state = (ms: number) => judge(evidence, new Date(Math.max(now.getTime(), dueAt!.getTime() + ms))).validity!.state;
				expect(state(1000)).toBe('due');
				if (dueAt!.getTime() - 1000 > now.getTime()) expect(state(-1000)).toBe('current');
			})
		);
	});

	it('nothing told changes before the moment named, and the moment lies ahead', () => {
		fc.assert(
			fc.property(calls, fc.double({ min: 0, max: 1, noNaN: true }), (evidence, share) => {
				const standing = judge(evidence);
				const { changesAt } = standing;
				if (changesAt === null) return;
				expect(changesAt > now).toBe(true);
				const between = new Date(now.getTime() + Math.floor((changesAt.getTime() - now.getTime() - 1) * share));
				expect(compareStandings(standing, judge(evidence, between))).toBeNull();
			})
		);
	});

	it('four calls of one day: after 198 days', () => {
		const four = Array.from({ length: 4 }, (_, at): Evidence => ({ ...passed, id: `c${at}`, kind: 'observed-call', source: `c${at}`, reviewerId: 'm' }));
		const { dueAt } = judge(four);
		expect(Math.abs(dueAt!.getTime() - now.getTime() - 198 * day)).toBeLessThan(1000);
		expect(freshness(four, dueAt!)).toBeCloseTo(2, 6);
	});
});

describe('what is compared', () => {
	it('the same standing is no change, and no difference to what is stored', () => {
		fc.assert(
			fc.property(calls, (evidence) => {
				const standing = judge(evidence);
				expect(compareStandings(standing, judge(evidence))).toBeNull();
				const { level, ready, dueAt, next, changesAt, validity } = standing;
				const stored = { level, ready, dueAt, next, refreshAt: changesAt, validUntil: validity!.until, computedAt: now };
				expect(compareStored(stored, judge(evidence), now).filter(({ field }) => field !== 'noted')).toEqual([]);
			})
		);
	});

	it('a competency in which somebody has nothing may come and go', () => {
		const nothing = evaluateCompetency(levels, [], [], [], now);
		expect(compareStandings(nothing, null)).toBeNull();
		expect(compareStandings(null, nothing)).toBeNull();
		expect(compareStandings(judge([]), null)).toMatchObject({ to: null, why: [] });
	});
});
