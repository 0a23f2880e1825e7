import { describe, expect, it } from 'vitest';
import { readResponse, scoreResponse, scoreWhole, showResponse, tellFeedback } from './kinds.ts';
import { anOrdering } from './testing.ts';

const question = { ...anOrdering('listen', 'apologise', 'solve', 'follow up'), points: 4 };
const arrangement = [2, 0, 3, 1];

function fields(...places: string[]): FormData {
	const form = new FormData();
	for (const [shown, place] of places.entries()) form.append(`place-${shown}`, place);
	return form;
}
const score = (order: (number | null)[]) => scoreResponse(question, { kind: 'ordering', order });

describe('ordering', () => {
	it('earns the share of right places', () => {
		expect(score([0, 1, 2, 3])).toMatchObject({ earned: 4, fraction: 1 });
		expect(score([0, 2, 1, 3])).toMatchObject({ earned: 2, fraction: 0.5 });
		expect(score([1, 2, 3, 0])).toMatchObject({ earned: 0, fraction: 0 });
	});

	it('counts what is not placed as not right', () => {
		expect(score([0, null, null, null])).toMatchObject({ fraction: 0.25 });
		expect(score([null, null, null, null])).toEqual({ is: 'invalid', code: 'empty' });
	});

	it('counts only whole where it is asked for whole', () => {
		const whole = (order: (number | null)[]) => scoreWhole(question, { kind: 'ordering', order });
		expect(whole([0, null, null, 3])).toEqual({ is: 'invalid', code: 'incomplete' });
		expect(whole([0, 0, null, null])).toEqual({ is: 'invalid', code: 'tie' });
		expect(whole([0, 2, 1, 3])).toMatchObject({ fraction: 0.5 });
	});

	it('reads the place of each shown item', () => {
		const response = readResponse(question, arrangement, fields('3', '1', '4', '2'));
		expect(response).toEqual({ kind: 'ordering', order: [0, 1, 2, 3] });
		expect(showResponse(question, arrangement, response)).toEqual({ kind: 'ordering', order: [1, 3, 0, 2] });
	});

	it('takes one place given twice for a tie, which is invalid input', () => {
		const response = readResponse(question, arrangement, fields('1', '1', '4', '2'));
		expect(scoreResponse(question, response)).toEqual({ is: 'invalid', code: 'tie' });
		expect(showResponse(question, arrangement, response)).toMatchObject({ order: [0, 3, null, 2, 1] });
		expect(score([0, 0, 1, 2])).toEqual({ is: 'invalid', code: 'tie' });
	});

	it.each(['0', '5', 'first', '1e0'])('takes place %j for none there is', (place) => {
		const response = readResponse(question, arrangement, fields(place, '1', '2', '3'));
		expect(scoreResponse(question, response)).toEqual({ is: 'invalid', code: 'not-an-option' });
	});

	it('lets equal texts change places', () => {
		const twice = anOrdering('thank', 'ask', 'thank');
		expect(scoreResponse(twice, { kind: 'ordering', order: [2, 1, 0] })).toMatchObject({ fraction: 1 });
	});

	it('tells which places are right, and the order only when it may', () => {
		const given = { kind: 'ordering', order: [0, 2, 1, 3] } as const;
		const response = { ...given, order: [...given.order] };
		expect(tellFeedback(question, arrangement, response, 'en', 'en', false)).toMatchObject({
			right: false,
			placesRight: [true, false, false, true],
			answer: null
		});
		expect(tellFeedback(question, arrangement, response, 'en', 'en', true).answer).toEqual([
			'listen',
			'apologise',
			'solve',
			'follow up'
		]);
	});
});
