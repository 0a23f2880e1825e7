import { describe, expect, it } from 'vitest';
import { publicQuestion, readResponse, scoreResponse, scoreWhole, tellFeedback } from './kinds.ts';
import { aMatching } from './testing.ts';

const question = aMatching({ late: 'apologise', broken: 'replace', lost: 'search', rude: 'apologise' }, 'ignore');
const arrangement = [4, 3, 2, 1, 0];
const score = (...pairs: (number | null)[]) => scoreResponse(question, { kind: 'matching', pairs });

function fields(...pairs: string[]): FormData {
	const form = new FormData();
	for (const [row, pair] of pairs.entries()) form.append(`pair-${row}`, pair);
	return form;
}

describe('matching', () => {
	it('earns the share of right pairs', () => {
		expect(score(0, 1, 2, 3)).toMatchObject({ fraction: 1 });
		expect(score(0, 2, 1, 3)).toMatchObject({ fraction: 0.5 });
		expect(score(0, null, null, null)).toMatchObject({ fraction: 0.25 });
		expect(score(null, null, null, null)).toEqual({ is: 'invalid', code: 'empty' });
	});

	it('counts only whole where it is asked for whole', () => {
		const whole = (...pairs: (number | null)[]) => scoreWhole(question, { kind: 'matching', pairs });
		expect(whole(0, null, null, null)).toEqual({ is: 'invalid', code: 'incomplete' });
		expect(whole(0, 1, 2)).toEqual({ is: 'invalid', code: 'incomplete' });
		expect(whole(null, null, null, null)).toEqual({ is: 'invalid', code: 'empty' });
		expect(whole(0, 2, 1, 3)).toMatchObject({ fraction: 0.5 });
	});

	it('lets equal texts stand for each other', () => {
		expect(score(3, 1, 2, 0)).toMatchObject({ fraction: 1 });
		expect(score(0, 1, 2, 0)).toMatchObject({ fraction: 1 });
	});

	it('lets texts stand for each other that are equal in one locale only', () => {
		const nearly = {
			...aMatching({ good: 'fine', bad: 'well' }),
			right: [
				{ en: 'fine', bg: 'добре' },
				{ en: 'well', bg: 'добре' }
			]
		};
		expect(scoreResponse(nearly, { kind: 'matching', pairs: [1, 0] })).toMatchObject({ fraction: 1 });
	});

	it('reads shown answers, and keeps the rows in their order', () => {
		expect(publicQuestion(question, arrangement, 'en', 'en')).toMatchObject({
			left: ['late', 'broken', 'lost', 'rude'],
			options: ['ignore', 'apologise', 'search', 'replace', 'apologise'],
			columns: ['Said', 'Meant']
		});
		expect(readResponse(question, arrangement, fields('4', '3', '', '0'))).toEqual({
			kind: 'matching',
			pairs: [0, 1, null, 4]
		});
	});

	it('takes what is no answer for no option', () => {
		const response = readResponse(question, arrangement, fields('5', '3', '2', '1'));
		expect(scoreResponse(question, response)).toEqual({ is: 'invalid', code: 'not-an-option' });
		expect(score(0, 1, 2, 3, 4)).toEqual({ is: 'invalid', code: 'not-an-option' });
	});

	it('tells which rows are right', () => {
		const response = { kind: 'matching' as const, pairs: [0, 2, null, 3] };
		expect(tellFeedback(question, arrangement, response, 'en', 'en', false)).toMatchObject({
			placesRight: [true, false, false, true],
			answer: null
		});
		expect(tellFeedback(question, arrangement, response, 'en', 'en', true).answer).toContain('lost → search');
	});
});
