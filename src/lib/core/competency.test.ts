import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Competency, RuleLine } from './academy.ts';
import { evaluateCompetency, freshness, standingEvidence, type Evidence, type SignedLevel } from './competency.ts';

const now = new Date('2026-11-20T09:00:00Z');
const day = 86_400_000;
const ago = (days: number) => new Date(now.getTime() - days * day);

const rules: RuleLine[][] = [
	[{ kind: 'lessons-read' }],
	[{ kind: 'assessment-passed' }, { kind: 'role-play-passed', score: 75 }, { kind: 'call-review-passed' }],
	[
		{ kind: 'observed-calls', calls: 4, score: 75, mentors: 2 },
		{ kind: 'no-critical-failure', calls: 4 }
	],
	[
		{ kind: 'observed-calls', calls: 9, score: null, mentors: 3 },
		{ kind: 'pass-rate', low: 0.6 },
		{ kind: 'no-critical-failure', calls: 9 }
	],
	[{ kind: 'calibrated', calls: 10, alpha: 0.8, bias: 0.05 }]
];
const levels: Competency['levels'] = rules.map((rule, i) => ({ level: i + 1, description: { en: '' }, rule }));
const lessons = ['c/one', 'c/two'];

let counter = 0;
const row = (kind: Evidence['kind'], more: Partial<Evidence> = {}): Evidence => ({
	id: `e${String(++counter).padStart(5, '0')}`,
	kind,
	source: `s${counter}`,
	reviewerId: null,
	score: null,
	criticalFailure: false,
	passed: true,
	at: ago(1),
	cancels: null,
	...more
});
const call = (score: number, mentor = 'm1', more: Partial<Evidence> = {}) =>
	row('observed-call', { score, reviewerId: mentor, passed: score >= 75, criticalFailure: score === 0, ...more });
const read = lessons.map((source) => row('lesson', { source }));
const second = [row('assessment'), row('role-play', { score: 75 }), row('call-review')];
const basis = [...read, ...second];
const fourCalls = [call(80), call(90), call(75, 'm2'), call(100, 'm2')];
const nineCalls = (failing: number) =>
	Array.from({ length: 9 + failing }, (_, i) => call(i < failing ? 60 : 80, `m${(i % 3) + 1}`, { at: ago(30 - i) }));
const signed = (level: number, more: Partial<SignedLevel> = {}): SignedLevel => ({
	level,
	signedAt: ago(10),
	validUntil: ago(-355),
	revokedAt: null,
	...more
});
const judge = (evidence: Evidence[], signOffs: SignedLevel[] = [], at = now) => evaluateCompetency(levels, lessons, evidence, signOffs, at);
const line = (evidence: Evidence[], level: number, at: number) => judge(evidence).levels[level - 1]!.lines[at]!;

describe('levels by rule', () => {
	it('the first when all lessons are read', () => {
		expect(judge([])).toMatchObject({ level: 0, ready: null, validity: null });
		expect(judge(read.slice(0, 1)).level).toBe(0);
		expect(line(read.slice(0, 1), 1, 0)).toMatchObject({ met: false, have: 1, need: 2 });
		expect(judge(read)).toMatchObject({ level: 1, newlyReached: [1] });
	});
	it('the second when all three lines are met, and the first is', () => {
		expect(judge(basis)).toMatchObject({ level: 2, newlyReached: [1, 2] });
		expect(judge(second).level).toBe(0);
		for (const missing of second) expect(judge(basis.filter((one) => one !== missing)).level).toBe(1);
	});
	it('a role-play below the mark, or with a critical choice, does not count', () => {
		const without = basis.filter(({ kind }) => kind !== 'role-play');
		expect(judge([...without, row('role-play', { score: 74.99 })]).level).toBe(1);
		expect(judge([...without, row('role-play', { score: 90, criticalFailure: true })]).level).toBe(1);
	});
	it('once reached stays, whatever the content asks later', () => {
		const reached = [row('level', { source: '1' }), row('level', { source: '2' })];
		expect(evaluateCompetency(levels, [...lessons, 'c/new'], [...basis, ...reached], [], now)).toMatchObject({ level: 2, newlyReached: [] });
	});
	it('a level without lines is never reached by rule', () => {
		const empty = levels.map((one) => ({ ...one, rule: one.level === 1 ? [] : one.rule }));
		expect(evaluateCompetency(empty, lessons, second, [], now)).toMatchObject({ level: 2, newlyReached: [2] });
		expect(evaluateCompetency(levels.map((one) => ({ ...one, rule: [] })), lessons, basis, [], now)).toMatchObject({ level: 0, ready: null });
	});
});

describe('the third level', () => {
	it('becomes ready by four calls of two mentors, and is held by a sign-off', () => {
		expect(judge([...basis, ...fourCalls])).toMatchObject({ level: 2, ready: 3 });
		expect(judge([...basis, ...fourCalls], [signed(3)])).toMatchObject({ level: 3, ready: null, validity: { state: 'current' } });
	});
	it('is what one works towards, with what a level below still lacks', () => {
		expect(judge(basis).next).toMatchObject({ level: 3, lines: [{ met: false, have: 0, need: 4 }, { met: false }] });
		expect(judge(read).next?.lines.map((state) => state.line.kind)).toEqual(['assessment-passed', 'role-play-passed', 'call-review-passed']);
		expect(judge([...basis, ...fourCalls]).next?.level).toBe(4);
		expect(evaluateCompetency(levels, [...lessons, 'c/new'], [...basis, row('level', { source: '2' })], [], now).next?.lines[0]).toMatchObject({ line: { kind: 'lessons-read' }, have: 2, need: 3 });
	});
	it('says what is missing: 2 of 4 observed calls, by 1 of 2 mentors', () => {
		const state = line([...basis, call(80), call(90), call(60, 'm2')], 3, 0);
		expect(state).toMatchObject({ met: false, have: 2, need: 4, mentors: { have: 1, need: 2 } });
		expect(state.evidence).toHaveLength(2);
	});
	it('not by one mentor alone, not with a critical failure in the last four', () => {
		expect(judge([...basis, ...[1, 2, 3, 4].map(() => call(80))]).ready).toBeNull();
		const failed = call(0, 'm1', { at: ago(0.5) });
		expect(judge([...basis, ...fourCalls, failed]).ready).toBeNull();
		const since = fourCalls.map(() => call(80, 'm2', { at: ago(0.1) }));
		expect(judge([...basis, ...fourCalls, failed, ...since]).ready).toBe(3);
	});
	it('needs what is below it', () => {
		expect(judge([...read, ...fourCalls]).ready).toBeNull();
	});
});

describe('the fourth level', () => {
	it.each([
		['9 of 9', 0, 0.7, true],
		['9 of 10', 1, 0.596, false]
	])('%s', (_, failing, bound, met) => {
		const state = line(nineCalls(failing), 4, 1);
		expect(state.bound).toBeCloseTo(bound, 2);
		expect(state.met).toBe(met);
	});
	it('10 of 11', () => {
		const state = line([...nineCalls(1), call(80, 'm3')], 4, 1);
		expect(state.bound).toBeCloseTo(0.62, 2);
		expect(state.met).toBe(true);
	});
	it('is ready with nine of nine by three mentors', () => {
		expect(judge([...basis, ...nineCalls(0)]).ready).toBe(4);
		expect(judge([...basis, ...nineCalls(1)]).ready).toBe(3);
	});
	it('a sign-off of the fourth stands above one of the third', () => {
		expect(judge([...basis, ...nineCalls(0)], [signed(3), signed(4)]).level).toBe(4);
	});
});

it('the fifth cannot be reached before there is calibration', () => {
	expect(judge([...basis, ...nineCalls(0)], [signed(4)])).toMatchObject({ level: 4, ready: null });
});

describe('as time goes by', () => {
	it('evidence of one day is worth half after 198 days', () => {
		expect(freshness([{ at: ago(198) }, { at: ago(198) }], now)).toBeCloseTo(1, 12);
		const calls = fourCalls.map((one) => ({ ...one, at: ago(0) }));
		const at = (days: number) => judge([...basis, ...calls], [signed(3, { validUntil: ago(-700) })], ago(-days)).validity;
		expect(at(197)).toMatchObject({ state: 'current' });
		expect(at(199)).toMatchObject({ state: 'due', why: 'fading' });
	});
	it('a level is due 30 days before its validity ends, expired after it, and keeps its number', () => {
		const until = ago(-29);
		const all = [...basis, ...fourCalls];
		expect(judge(all, [signed(3, { validUntil: until })])).toMatchObject({ level: 3, ready: 3, validity: { until, state: 'due', why: 'ends-soon' } });
		expect(judge(all, [signed(3, { validUntil: ago(-31) })]).validity).toMatchObject({ state: 'current' });
		expect(judge(all, [signed(3, { validUntil: ago(1) })])).toMatchObject({ level: 3, validity: { state: 'expired' } });
	});
	it('calls older than a year do not make a level ready', () => {
		expect(judge([...basis, ...fourCalls.map((one) => ({ ...one, at: ago(366) }))]).ready).toBeNull();
	});
	it('a revoked sign-off holds nothing', () => {
		expect(judge([...basis, ...fourCalls], [signed(3, { revokedAt: now })])).toMatchObject({ level: 2, ready: 3, validity: null });
	});
});

describe('evidence', () => {
	const some = fc.array(
		fc.record({
			kind: fc.constantFrom<Evidence['kind'][]>('lesson', 'assessment', 'role-play', 'call-review', 'observed-call', 'checklist'),
			score: fc.double({ min: 0, max: 100, noNaN: true }),
			mentor: fc.constantFrom('m1', 'm2', 'm3'),
			days: fc.integer({ min: 0, max: 400 }),
			failure: fc.boolean()
		}),
		{ maxLength: 25 }
	).map((all) => all.map(({ kind, score, mentor, days, failure }) => row(kind, { score: failure ? 0 : score, reviewerId: mentor, criticalFailure: failure, passed: score >= 75, at: ago(days), source: kind === 'lesson' ? lessons[days % 2]! : `x${days}` })));

	it('counts whatever its order', () => {
		fc.assert(fc.property(some, fc.func(fc.double({ noNaN: true })), (evidence, shake) => {
			const shuffled = evidence.map((one, i) => ({ one, by: shake(i) })).sort((a, b) => a.by - b.by).map(({ one }) => one);
			expect(judge(shuffled)).toEqual(judge(evidence));
		}));
	});
	it('that is cancelled counts as if it had never been', () => {
		fc.assert(fc.property(some, some, (kept, cancelled) => {
			const all = [...kept, ...cancelled, ...cancelled.map(({ id, kind }) => row(kind, { cancels: id }))];
			expect(judge(all)).toEqual(judge(kept));
			expect(standingEvidence(all)).toEqual(standingEvidence(kept));
		}));
	});
	it('a checklist more changes no level', () => {
		fc.assert(fc.property(some, (evidence) => {
			expect(judge([...evidence, row('checklist')])).toEqual(judge(evidence));
		}));
	});
	it('never makes a held level lower', () => {
		fc.assert(fc.property(some, some, (before, more) => {
			const first = judge(before);
			const facts = first.newlyReached.map((level) => row('level', { source: String(level) }));
			expect(judge([...before, ...facts, ...more]).level).toBeGreaterThanOrEqual(first.level);
		}));
	});
});
