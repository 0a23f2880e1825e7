import type { WrittenExercise } from '../lesson-file.ts';

/** Fewer questions say nothing about a habit. */
const fewest = 5;
/** Chance would be a quarter to a third. */
const most = 0.4;

/** In how many of a pool's single-choice questions the right option is the longest. Null when that is not too many. */
export function tooOftenLongest(pool: WrittenExercise[]): { longest: number; of: number } | null {
	const choices = pool.flatMap(({ question }) => (question?.kind === 'single' ? [question.options] : []));
	const longest = choices.filter((options) => {
		const right = options.find((option) => option.right)!;
		return options.every((option) => option === right || option.text.length < right.text.length);
	}).length;
	return choices.length >= fewest && longest / choices.length > most ? { longest, of: choices.length } : null;
}
