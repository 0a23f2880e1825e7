import { expect, test } from 'vitest';
import { ruleExamples, ruleLineOf } from './rule-line.ts';

test.each([
	['lessons read', { kind: 'lessons-read' }],
	['assessment passed', { kind: 'assessment-passed' }],
	['role-play 75', { kind: 'role-play-passed', score: 75 }],
	['call review passed', { kind: 'call-review-passed' }],
	['4 observed calls at 75 by 2 mentors', { kind: 'observed-calls', calls: 4, score: 75, mentors: 2 }],
	['9 observed calls by 3 mentors', { kind: 'observed-calls', calls: 9, score: null, mentors: 3 }],
	['1 observed call by 1 mentor', { kind: 'observed-calls', calls: 1, score: null, mentors: 1 }],
	['no critical failure in the last 4 observed calls', { kind: 'no-critical-failure', calls: 4 }],
	['pass rate 0.60', { kind: 'pass-rate', low: 0.6 }],
	['pass rate .6', { kind: 'pass-rate', low: 0.6 }],
	['calibrated on 10 calls', { kind: 'calibrated', calls: 10, alpha: 0.8, bias: 0.05 }],
	['role-play   75', { kind: 'role-play-passed', score: 75 }],
	['', null],
	['lesson read', null],
	['role-play', null],
	['role-play 0', null],
	['role-play 101', null],
	['0 observed calls by 0 mentors', null],
	['2 observed calls by 3 mentors', null],
	['4 observed calls at 400 by 2 mentors', null],
	['pass rate 60', null],
	['pass rate 0.0', null],
	['calibrated', null]
])('“%s”', (written, line) => {
	expect(ruleLineOf(written)).toEqual(line);
});

test('every example is a line', () => {
	for (const example of ruleExamples) expect(ruleLineOf(example), example).not.toBeNull();
});
