/**
 * A learner's call review as a series of tries: which call comes next, who decides a try, and what its comparison with
 * the reference says in one sentence. Calls are known by their lasting names, so that a corrected text is no new call.
 */
import { defaultComparisonRules, type Comparison, type ComparisonRules } from './comparison.ts';
import { criteriaOf, type Scorecard } from './scorecard.ts';

/** A call whose reference this person has seen: they handed in a review of it. */
type Seen = ReadonlySet<string>;

/**
 * The call of the next try: the first one whose reference was not seen. `again` when none is left: the last one once
 * more, which a mentor decides, because its reference is known. Null without any call.
 */
export function nextCall<C extends { name: string }>(calls: readonly C[], seen: Seen): { call: C; again: boolean } | null {
	const fresh = calls.find(({ name }) => !seen.has(name));
	if (fresh) return { call: fresh, again: false };
	const last = calls.at(-1);
	return last ? { call: last, again: true } : null;
}

/** How many calls are left whose reference this person has not seen. */
export const callsLeft = (calls: readonly { name: string }[], seen: Seen): number => calls.filter(({ name }) => !seen.has(name)).length;

/**
 * What follows from handing in: accepted and failed are decided by the comparison; waiting = a mentor decides, because
 * the exercise asks for one, the reference was known before, or no call is left to try.
 */
export function decideTry(of: { passed: boolean; mentor: boolean; knewReference: boolean; left: number }): 'accepted' | 'failed' | 'waiting' {
	if (of.mentor || of.knewReference) return 'waiting';
	if (of.passed) return 'accepted';
	return of.left > 0 ? 'failed' : 'waiting';
}

/** How somebody's marks lean: much from a quarter of the scale on. */
export type Lean = 'alike' | 'little-lenient' | 'much-lenient' | 'little-strict' | 'much-strict';

export interface ComparisonTold {
	passed: boolean;
	/** Why it is not passed: a critical failure unheard, too far from the reference, hardly better than full marks everywhere. */
	because: ('missed-failure' | 'agreement' | 'skill')[];
	/** Critical failures in the reference, and the keys of those that were not heard. */
	failures: { of: number; missed: string[] };
	/** Over all criteria both marked. Null when they share none. */
	lean: Lean | null;
	/** The criterion furthest apart; null when all are alike. `lean` is null when only one side called it not applicable. */
	furthest: { criterion: string; lean: Exclude<Lean, 'alike'> | null } | null;
}

/** Below this mean difference two people lean alike. */
const ALIKE_BELOW = 0.05;
const MUCH_FROM = 0.25;
/** Shares of a scale are sums of fractions. */
const ROUNDING = 1e-9;

/** The parts of the one sentence a person understands; the screen words it. */
export function tellComparison(
	scorecard: Scorecard,
	comparison: Comparison,
	rules: ComparisonRules = defaultComparisonRules
): ComparisonTold {
	const critical = new Set(criteriaOf(scorecard).filter((one) => one.critical).map(({ key }) => key));
	const failed = comparison.criteria.filter(({ key, reference }) => critical.has(key) && reference !== null && reference < 0.5);
	const [first] = comparison.criteria;
	const apart = first && first.agreement < 1 - ROUNDING ? first : null;
	return {
		passed: comparison.passed,
		because: [
			...(comparison.missedFailures.length > 0 ? (['missed-failure'] as const) : []),
			...(comparison.agreement < rules.agreement - ROUNDING ? (['agreement'] as const) : []),
			...(comparison.skill !== null && comparison.skill < rules.skill - ROUNDING ? (['skill'] as const) : [])
		],
		failures: { of: failed.length, missed: comparison.missedFailures },
		lean: comparison.bias === null ? null : leanOf(comparison.bias),
		furthest: apart && { criterion: apart.key, lean: apart.learner === null || apart.reference === null ? null : direction(apart.learner - apart.reference) }
	};
}

const leanOf = (difference: number): Lean => (Math.abs(difference) < ALIKE_BELOW ? 'alike' : direction(difference));

function direction(difference: number): Exclude<Lean, 'alike'> {
	const much = Math.abs(difference) >= MUCH_FROM - ROUNDING;
	if (difference > 0) return much ? 'much-lenient' : 'little-lenient';
	return much ? 'much-strict' : 'little-strict';
}
