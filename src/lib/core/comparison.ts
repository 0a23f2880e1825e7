/**
 * A learner's review beside the reference review of the same call (rules.md, "Learner's review against the reference").
 * Marks are compared as values 0 to 1 of each criterion's scale; null = not applicable.
 */
import { criteriaOf, criterionWeights, valueOf, type Marks, type Scorecard } from './scorecard.ts';

export const comparisonFormulaVersion = 1;

/** A turn that keeps or breaks a clause. */
export interface TurnFlag {
	turn: string;
	is: 'serves' | 'breaks';
}

/** What must be reached; rules.md's defaults are ours. */
export interface ComparisonRules {
	agreement: number;
	skill: number;
}
export const defaultComparisonRules: ComparisonRules = { agreement: 0.8, skill: 0.4 };

/** Above this agreement of full marks everywhere, skill over a lazy reviewer says nothing. */
const LAZY_IS_ENOUGH = 0.9;
const ROUNDING = 1e-9;

export interface Comparison {
	/** A: weighted agreement, 0 to 1. */
	agreement: number;
	/** Criteria marked exactly alike, and of how many. */
	exact: { same: number; of: number };
	/** Mean of learner − reference over criteria both marked; above 0 = more lenient. Null without any. */
	bias: number | null;
	/** Quadratic-weighted kappa over criteria both marked; null without variation. */
	kappa: number | null;
	/** A0: agreement of full marks everywhere. */
	lazy: number;
	/** S = (A − A0) / (1 − A0); null, and not required, when A0 is above .90. */
	skill: number | null;
	turns: { found: number; wrong: number; missed: number; precision: number | null; recall: number | null; f1: number | null };
	/** Critical failures of the reference which the learner did not mark as failures. */
	missedFailures: string[];
	passed: boolean;
	/** Each criterion, biggest difference first. `agreement` is 0 to 1. */
	criteria: { key: string; learner: number | null; reference: number | null; agreement: number; weight: number }[];
}

export function compareWithReference(
	scorecard: Scorecard,
	learner: { marks: Marks; flags: readonly TurnFlag[] },
	reference: { marks: Marks; flags: readonly TurnFlag[] },
	rules: ComparisonRules = defaultComparisonRules
): Comparison {
	const weights = criterionWeights(scorecard);
	const rows = criteriaOf(scorecard).map((criterion) => {
		const read = (marks: Marks) => {
			const mark = marks[criterion.key] ?? null;
			return mark === null ? null : valueOf(criterion, mark);
		};
		const [own, theirs] = [read(learner.marks), read(reference.marks)];
		return { key: criterion.key, critical: criterion.critical, learner: own, reference: theirs, weight: weights.get(criterion.key)! };
	});
	const weighted = (value: (row: (typeof rows)[number]) => number) => rows.reduce((sum, row) => sum + row.weight * value(row), 0);
	const agreement = weighted((row) => alike(row.learner, row.reference));
	const lazy = weighted((row) => alike(1, row.reference));
	const skill = lazy > LAZY_IS_ENOUGH ? null : (agreement - lazy) / (1 - lazy);
	const shared = rows.flatMap((row) => (row.learner === null || row.reference === null ? [] : [[row.learner, row.reference] as const]));
	const missedFailures = rows
		.filter((row) => row.critical && row.reference !== null && row.reference < 0.5 && !(row.learner !== null && row.learner < 0.5))
		.map((row) => row.key);
	return {
		agreement,
		exact: { same: rows.filter((row) => row.learner === row.reference).length, of: rows.length },
		bias: shared.length === 0 ? null : mean(shared.map(([own, theirs]) => own - theirs)),
		kappa: kappaOf(shared),
		lazy,
		skill,
		turns: compareTurns(learner.flags, reference.flags),
		missedFailures,
		passed:
			agreement >= rules.agreement - ROUNDING &&
			(skill === null || skill >= rules.skill - ROUNDING) &&
			missedFailures.length === 0,
		criteria: rows
			.map(({ key, learner: own, reference: theirs, weight }) => ({ key, learner: own, reference: theirs, weight, agreement: alike(own, theirs) }))
			.sort((a, b) => a.agreement - b.agreement)
	};
}

/** 1 − the distance of two values; not applicable on one side only is 0, on both 1. */
function alike(own: number | null, theirs: number | null): number {
	if (own === null || theirs === null) return own === theirs ? 1 : 0;
	return 1 - Math.abs(own - theirs);
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** 1 − mean (m−r)² / mean over all pairs m × r of (m−r)². */
function kappaOf(shared: readonly (readonly [number, number])[]): number | null {
	if (shared.length < 2) return null;
	const expected = mean(shared.flatMap(([own]) => shared.map(([, theirs]) => (own - theirs) ** 2)));
	return expected === 0 ? null : 1 - mean(shared.map(([own, theirs]) => (own - theirs) ** 2)) / expected;
}

/** A flag matches on turn and direction. */
function compareTurns(own: readonly TurnFlag[], reference: readonly TurnFlag[]): Comparison['turns'] {
	const names = (flags: readonly TurnFlag[]) => new Set(flags.map(({ turn, is }) => `${is} ${turn}`));
	const [mine, theirs] = [names(own), names(reference)];
	const found = [...mine].filter((name) => theirs.has(name)).length;
	const wrong = mine.size - found;
	const missed = theirs.size - found;
	return {
		found,
		wrong,
		missed,
		precision: mine.size === 0 ? null : found / mine.size,
		recall: theirs.size === 0 ? null : found / theirs.size,
		f1: mine.size + theirs.size === 0 ? null : (2 * found) / (mine.size + theirs.size)
	};
}
