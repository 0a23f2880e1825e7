import { describe, expect, it } from 'vitest';
import { scoreResponse } from '../questions/kinds.ts';
import type { Question, Response } from '../questions/question.ts';
import { aChoice, aNumber, anOpen, anOrdering } from '../questions/testing.ts';
import { answerCheck, openCheck, type CheckState } from './check.ts';

/** Plays responses one after the other and gives the state after each. */
function walk(question: Question, ...responses: Response[]): CheckState[] {
	let state = openCheck();
	return responses.map((response) => (state = answerCheck(state, scoreResponse(question, response))));
}
const choose = (choice: number | null): Response => ({ kind: 'single', choice });

describe('an inline check', () => {
	const question = aChoice('single', '-x--');

	it('is open before anything', () => {
		expect(openCheck()).toEqual({ tries: 0, wrong: 0, done: null });
	});

	it('is done when right at once', () => {
		expect(walk(question, choose(1))).toEqual([{ tries: 1, wrong: 0, done: 'right' }]);
	});

	it('is tried again freely, and done when right once', () => {
		expect(walk(question, choose(0), choose(2), choose(1))).toEqual([
			{ tries: 1, wrong: 1, done: null },
			{ tries: 2, wrong: 2, done: null },
			{ tries: 3, wrong: 2, done: 'right' }
		]);
	});

	it('is shown after three wrong tries, and stays shown when answered right then', () => {
		expect(walk(question, choose(0), choose(0), choose(3), choose(1), choose(0))).toEqual([
			{ tries: 1, wrong: 1, done: null },
			{ tries: 2, wrong: 2, done: null },
			{ tries: 3, wrong: 3, done: 'shown' },
			{ tries: 4, wrong: 3, done: 'shown' },
			{ tries: 5, wrong: 4, done: 'shown' }
		]);
	});

	it('stays right when it is played with afterwards', () => {
		const states = walk(question, choose(1), choose(0), choose(0), choose(0), choose(0));
		expect(states.map(({ done }) => done)).toEqual(['right', 'right', 'right', 'right', 'right']);
		expect(states.at(-1)).toEqual({ tries: 5, wrong: 4, done: 'right' });
	});

	it('takes nothing chosen and impossible input for no try', () => {
		expect(walk(question, choose(null), choose(9), choose(0)).map(({ tries }) => tries)).toEqual([0, 0, 1]);
		expect(walk(anOrdering('a', 'b'), { kind: 'ordering', order: [0, null, 1] })).toEqual([openCheck()]);
		expect(walk(aNumber(3), { kind: 'number', text: 'three' })).toEqual([openCheck()]);
	});

	it('takes a partly right answer for a wrong try', () => {
		const multiple = aChoice('multiple', 'xx-');
		expect(walk(multiple, { kind: 'multiple', choices: [0] })).toEqual([{ tries: 1, wrong: 1, done: null }]);
	});

	it('with an open question is done when handed in', () => {
		const write = (text: string): Response => ({ kind: 'open', text });
		expect(walk(anOpen(), write(' '), write('Dear Ms Petrova'), write('Dear Ms Petrova, …'))).toEqual([
			{ tries: 0, wrong: 0, done: null },
			{ tries: 1, wrong: 0, done: 'submitted' },
			{ tries: 2, wrong: 0, done: 'submitted' }
		]);
	});
});
