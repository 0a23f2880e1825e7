import { m } from '$lib/i18n';
import type { AnswerProblem } from '$lib/core/questions/question';

const words: Record<AnswerProblem, () => string> = {
	empty: m.learn_check_empty,
	tie: m.learn_check_tie,
	'not-a-number': m.learn_check_not_a_number,
	'not-an-option': m.learn_check_not_an_option,
	'too-long': m.learn_check_too_long
};

/** Why what was given cannot be an answer, and what to do. */
export const sayProblem = (problem: AnswerProblem): string => words[problem]();
