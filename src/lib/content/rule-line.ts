/** A line of a competency level's evidence rule, as competencies.yaml writes it. */
import type { RuleLine } from '../core/academy.ts';

/** What a mentor's own marks must reach against references (rules.md, "Agreement between mentors"). */
const calibration = { alpha: 0.8, bias: 0.05 };

const forms: { shape: RegExp; example: string; make: (numbers: number[]) => RuleLine | null }[] = [
	{ shape: /^lessons read$/, example: 'lessons read', make: () => ({ kind: 'lessons-read' }) },
	{ shape: /^assessment passed$/, example: 'assessment passed', make: () => ({ kind: 'assessment-passed' }) },
	{
		shape: /^role-play (\d{1,3})$/,
		example: 'role-play 75',
		make: ([score]) => (isScore(score!) ? { kind: 'role-play-passed', score: score! } : null)
	},
	{ shape: /^call review passed$/, example: 'call review passed', make: () => ({ kind: 'call-review-passed' }) },
	{
		shape: /^([1-9]\d{0,2}) observed calls?(?: at (\d{1,3}))? by ([1-9]\d?) mentors?$/,
		example: '4 observed calls at 75 by 2 mentors',
		make: ([calls, score, mentors]) =>
			mentors! <= calls! && (Number.isNaN(score) || isScore(score!))
				? { kind: 'observed-calls', calls: calls!, score: Number.isNaN(score) ? null : score!, mentors: mentors! }
				: null
	},
	{
		shape: /^no critical failure in the last ([1-9]\d{0,2}) observed calls?$/,
		example: 'no critical failure in the last 4 observed calls',
		make: ([calls]) => ({ kind: 'no-critical-failure', calls: calls! })
	},
	{
		shape: /^pass rate (0?\.\d{1,4})$/,
		example: 'pass rate 0.60',
		make: ([low]) => (low! > 0 ? { kind: 'pass-rate', low: low! } : null)
	},
	{
		shape: /^calibrated on ([1-9]\d{0,2}) calls$/,
		example: 'calibrated on 10 calls',
		make: ([calls]) => ({ kind: 'calibrated', calls: calls!, ...calibration })
	}
];

const isScore = (score: number): boolean => score >= 1 && score <= 100;

export const ruleExamples = forms.map(({ example }) => example);

/** Null when it is none. */
export function ruleLineOf(written: string): RuleLine | null {
	for (const { shape, make } of forms) {
		const found = shape.exec(written.replace(/\s+/g, ' '));
		if (found) return make(found.slice(1).map(Number));
	}
	return null;
}
