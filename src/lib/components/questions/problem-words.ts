import { m } from '$lib/i18n';
import type { AnswerProblem } from '$lib/core/questions/question';

/** claimed, accepted: of an open answer that a mentor judges just now, or has accepted. */
export type CheckProblem = AnswerProblem | 'claimed' | 'accepted';

const words: Record<CheckProblem, () => string> = {
	empty: m.learn_check_empty,
	tie: m.learn_check_tie,
	incomplete: m.learn_check_incomplete,
	'not-a-number': m.learn_check_not_a_number,
	'not-an-option': m.learn_check_not_an_option,
	'too-long': m.learn_check_too_long,
	claimed: m.desk_answer_claimed,
	accepted: m.desk_answer_accepted
};

/** Why what was given cannot be an answer, and what to do. */
export const sayProblem = (problem: CheckProblem): string => words[problem]();
