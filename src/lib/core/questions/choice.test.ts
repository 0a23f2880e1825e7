import { describe, expect, it } from 'vitest';
import { emptyResponse, isAnswered, readResponse, scoreResponse, tellFeedback } from './kinds.ts';
import type { Response } from './question.ts';
import { aChoice } from './testing.ts';

function fields(...choices: string[]): FormData {
	const form = new FormData();
	for (const choice of choices) form.append('choice', choice);
	return form;
}

describe('single choice', () => {
	const question = { ...aChoice('single', '-x-'), points: 2 };

	it('is 1 or 0', () => {
		expect(scoreResponse(question, { kind: 'single', choice: 1 })).toEqual({
			is: 'points',
			earned: 2,
			possible: 2,
			fraction: 1
		});
		expect(scoreResponse(question, { kind: 'single', choice: 0 })).toMatchObject({ earned: 0, fraction: 0 });
	});

	it('reads shown positions as own ones', () => {
		expect(readResponse(question, [2, 0, 1], fields('2'))).toEqual({ kind: 'single', choice: 1 });
	});

	it.each(['3', '-1', '1.0', '0x1', 'one', ' 1', '99999999999999999999'])('takes %j for no option', (value) => {
		const response = readResponse(question, [0, 1, 2], fields(value));
		expect(scoreResponse(question, response)).toEqual({ is: 'invalid', code: 'not-an-option' });
	});

	it('takes two choices, or a file, for no option', () => {
		const file = new FormData();
		file.append('choice', new File(['1'], 'choice.txt'));
		for (const form of [fields('0', '1'), file])
			expect(scoreResponse(question, readResponse(question, [0, 1, 2], form))).toMatchObject({
				code: 'not-an-option'
			});
	});

	it('is empty with nothing chosen', () => {
		for (const form of [fields(), fields('')]) {
			const response = readResponse(question, [0, 1, 2], form);
			expect(response).toEqual(emptyResponse(question));
			expect(isAnswered(question, response)).toBe(false);
			expect(scoreResponse(question, response)).toEqual({ is: 'invalid', code: 'empty' });
		}
	});

	it('is empty when it was answered as another kind', () => {
		expect(scoreResponse(question, { kind: 'text', text: '1' })).toEqual({ is: 'invalid', code: 'empty' });
	});
});

describe('multiple choice', () => {
	const question = aChoice('multiple', 'xxxx--');
	const fractionOf = (choices: number[]) => scoreResponse(question, { kind: 'multiple', choices });

	it('of 4 right ones, 3 right and 2 wrong are 0.25', () => {
		expect(fractionOf([0, 1, 2, 4, 5])).toMatchObject({ fraction: 0.25 });
	});

	it('takes a wrong one for each right one, but never less than nothing', () => {
		expect(fractionOf([0, 1, 2, 3])).toMatchObject({ fraction: 1 });
		expect(fractionOf([0, 1, 2, 3, 4, 5])).toMatchObject({ fraction: 0.5 });
		expect(fractionOf([0, 4, 5])).toMatchObject({ fraction: 0 });
	});

	it('counts one option once', () => {
		expect(fractionOf([0, 0, 0, 0])).toMatchObject({ fraction: 0.25 });
		expect(readResponse(question, [5, 4, 3, 2, 1, 0], fields('5', '5', '0'))).toEqual({
			kind: 'multiple',
			choices: [0, 5]
		});
	});

	it('is invalid with one choice that is no option', () => {
		const response = readResponse(question, [0, 1, 2, 3, 4, 5], fields('0', '6'));
		expect(scoreResponse(question, response)).toEqual({ is: 'invalid', code: 'not-an-option' });
	});
});

describe('feedback on choices', () => {
	const question = aChoice('multiple', 'xx-');
	const arrangement = [2, 1, 0];
	const tell = (choices: number[], reveal = false) =>
		tellFeedback(question, arrangement, { kind: 'multiple', choices } satisfies Response, 'en', 'en', reveal);

	it('tells of the options chosen, as shown, and of no other', () => {
		expect(tell([0, 2])).toEqual({
			right: false,
			fraction: 0,
			chosen: [
				{ shown: 0, right: false, feedback: 'feedback 2' },
				{ shown: 2, right: true, feedback: 'feedback 0' }
			],
			placesRight: [],
			answer: null,
			explanation: null
		});
	});

	it('tells the answer, in the order shown, with a right response or when it is being shown', () => {
		const answer = { answer: ['option 1', 'option 0'], explanation: 'explanation' };
		expect(tell([0, 1])).toMatchObject({ right: true, ...answer });
		expect(tell([2], true)).toMatchObject({ right: false, ...answer });
	});
});
