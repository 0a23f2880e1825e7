/**
 * How an inline check flows (rules.md): it is done when answered right once, or shown after three wrong tries. Trying
 * is free, before and after; what is done stays done.
 */
import type { Score } from '../questions/question.ts';

export interface CheckState {
	tries: number;
	/** Tries that were not entirely right. */
	wrong: number;
	/**
	 * right = answered right once; shown = the answer is shown after too many wrong tries; submitted = an open answer
	 * was handed in, which is all an open question asks of a lesson. Null = not done.
	 */
	done: 'right' | 'shown' | 'submitted' | null;
}

const WRONG_TRIES_UNTIL_SHOWN = 3;

/** A check nobody has answered yet. */
export function openCheck(): CheckState {
	return { tries: 0, wrong: 0, done: null };
}

/** The state after one more answer. An invalid answer (empty, a tie, no number) is no try. */
export function answerCheck(state: CheckState, score: Score): CheckState {
	if (score.is === 'invalid') return state;
	const tries = state.tries + 1;
	if (score.is === 'waiting') return { ...state, tries, done: state.done ?? 'submitted' };
	const isRight = score.fraction === 1;
	const wrong = isRight ? state.wrong : state.wrong + 1;
	const now = isRight ? 'right' : wrong >= WRONG_TRIES_UNTIL_SHOWN ? 'shown' : null;
	return { tries, wrong, done: state.done ?? now };
}
