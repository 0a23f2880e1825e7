/** A scorecard's score with every part of its sum, so that the screen that shows the number can show how it came about. */
import { scoreScorecard, valueOf, type Marks, type Scorecard, type ScorecardScore } from './scorecard.ts';

export interface ScoreSum extends Omit<ScorecardScore, 'sections'> {
	mode: Scorecard['mode'];
	/** Each section's value 0 to 1 (null: nothing in it applies) and what it is made of. */
	sections: {
		key: string;
		weight: number;
		value: number | null;
		/** `value` is null where the criterion does not apply. */
		criteria: { key: string; weight: number; value: number | null }[];
	}[];
	/** The weights that count in the last division: of sections when nested, of criteria when pooled. */
	weight: number;
}

export function sumOf(scorecard: Scorecard, marks: Marks): ScoreSum {
	const { sections: values, ...score } = scoreScorecard(scorecard, marks);
	const sections = scorecard.sections.map(({ key, weight, criteria }, place) => ({
		key,
		weight,
		value: values[place]!.value,
		criteria: criteria.map((criterion) => {
			const mark = marks[criterion.key] ?? null;
			return { key: criterion.key, weight: criterion.weight, value: mark === null ? null : valueOf(criterion, mark) };
		})
	}));
	const counted = scorecard.mode === 'nested' ? sections : sections.flatMap(({ criteria }) => criteria);
	const weight = counted.reduce((sum, part) => (part.value === null ? sum : sum + part.weight), 0);
	return { ...score, mode: scorecard.mode, sections, weight };
}
