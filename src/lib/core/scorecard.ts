/**
 * How a scorecard becomes a number (rules.md, "Scorecard"). Marks are on each criterion's own scale; values are 0 to 1;
 * scores 0 to 100. Nothing to judge is null, never 0 and never 100.
 */

/** Version of the formulas here; stored with every score. */
export const scorecardFormulaVersion = 1;

export interface Criterion {
	key: string;
	/** Above 0; only the ratio within its section (nested) or scorecard (pooled) counts. */
	weight: number;
	min: number;
	max: number;
	critical: boolean;
	notApplicableAllowed: boolean;
}
export interface Section {
	key: string;
	/** Counts in nested scorecards alone. */
	weight: number;
	criteria: readonly Criterion[];
}
export interface Scorecard {
	/** nested: sections are averaged by their weights; pooled: all criteria by theirs. Fixed with the version, because they differ. */
	mode: 'nested' | 'pooled';
	sections: readonly Section[];
}

/** A mark on the criterion's scale; null = not applicable. Missing in the record = not marked yet. */
export type Marks = Readonly<Record<string, number | null>>;

/** A critical criterion below this value is a critical failure. */
const CRITICAL_BELOW = 0.5;

/** (mark − min) / (max − min), 0 to 1. Throws RangeError for a mark outside the scale. */
export function valueOf({ key, min, max }: Criterion, mark: number): number {
	if (!(mark >= min && mark <= max)) throw new RangeError(`${mark} is outside the scale of ${key}.`);
	return (mark - min) / (max - min);
}

export interface ScorecardScore {
	/** Before critical failures; coaching uses it. Null when everything is not applicable. */
	raw: number | null;
	/** 0 after a critical failure, else raw; gates use it. */
	final: number | null;
	/** Passed of applicable critical criteria, 0 to 1; null without any. */
	critical: number | null;
	/** Keys of the critical criteria that failed. */
	failures: string[];
	/** The sum's parts, to be shown: each section's value 0 to 1, null when nothing in it applies. */
	sections: { key: string; value: number | null; weight: number }[];
}

/** What is still to be marked: criteria without a mark, or not applicable where that is not allowed. */
export function missingMarks(scorecard: Scorecard, marks: Marks): string[] {
	return criteriaOf(scorecard)
		.filter(({ key, notApplicableAllowed }) => marks[key] === undefined || (marks[key] === null && !notApplicableAllowed))
		.map(({ key }) => key);
}

/** The score of a scorecard; criteria without a mark are left out as not applicable ones are. */
export function scoreScorecard(scorecard: Scorecard, marks: Marks): ScorecardScore {
	const valued = (criteria: readonly Criterion[]) =>
		criteria.flatMap((criterion) => {
			const mark = marks[criterion.key];
			return mark === undefined || mark === null ? [] : [{ criterion, value: valueOf(criterion, mark) }];
		});
	const sections = scorecard.sections.map(({ key, weight, criteria }) => ({
		key,
		weight,
		value: mean(valued(criteria).map(({ criterion, value }) => ({ weight: criterion.weight, value })))
	}));
	const all = valued(criteriaOf(scorecard));
	const share =
		scorecard.mode === 'nested'
			? mean(sections.flatMap(({ weight, value }) => (value === null ? [] : [{ weight, value }])))
			: mean(all.map(({ criterion, value }) => ({ weight: criterion.weight, value })));
	const critical = all.filter(({ criterion }) => criterion.critical);
	const failures = critical.filter(({ value }) => value < CRITICAL_BELOW).map(({ criterion }) => criterion.key);
	const raw = share === null ? null : share * 100;
	return {
		raw,
		final: raw === null ? null : failures.length > 0 ? 0 : raw,
		critical: critical.length === 0 ? null : (critical.length - failures.length) / critical.length,
		failures,
		sections
	};
}

/** Every criterion's share of the whole: W · w / Σw of its section when nested, w when pooled. Sums to 1. */
export function criterionWeights(scorecard: Scorecard): Map<string, number> {
	const weights = scorecard.sections.flatMap(({ weight, criteria }) => {
		const sum = criteria.reduce((total, criterion) => total + criterion.weight, 0);
		return criteria.map(
			(criterion) =>
				[criterion.key, scorecard.mode === 'nested' ? (weight * criterion.weight) / sum : criterion.weight] as const
		);
	});
	const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
	return new Map(weights.map(([key, weight]) => [key, weight / total]));
}

export function criteriaOf(scorecard: Scorecard): Criterion[] {
	return scorecard.sections.flatMap(({ criteria }) => criteria);
}

function mean(parts: readonly { weight: number; value: number }[]): number | null {
	const weight = parts.reduce((sum, part) => sum + part.weight, 0);
	return weight > 0 ? parts.reduce((sum, part) => sum + part.weight * part.value, 0) / weight : null;
}

/**
 * Wilson's 95 % interval of a share of successes (E. B. Wilson 1927), 0 to 1; null without any trial. It is honest about
 * small numbers: 5 of 5 is .57 to 1.
 */
export function wilsonInterval(successes: number, trials: number): { low: number; high: number } | null {
	if (trials === 0) return null;
	const z = 1.959963984540054;
	const share = successes / trials;
	const spread = (z * z) / trials;
	const middle = share + spread / 2;
	const reach = z * Math.sqrt((share * (1 - share)) / trials + spread / (4 * trials));
	return { low: (middle - reach) / (1 + spread), high: (middle + reach) / (1 + spread) };
}
