import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPEN_LIMIT } from './kind.ts';
import {
	arrange,
	emptyResponse,
	isAnswered,
	publicQuestion,
	readResponse,
	scoreResponse,
	showResponse,
	tellFeedback
} from './kinds.ts';
import type { ShownResponse } from './question.ts';
import { seededRandom } from './random.ts';
import { aChoice, anOpen, anyQuestion, anyResponse, SECRET, words } from './testing.ts';

/** The fields a browser sends for what it shows. */
function fieldsOf(shown: ShownResponse): FormData {
	const form = new FormData();
	if (shown.kind === 'single' && shown.choice !== null) form.append('choice', String(shown.choice));
	if (shown.kind === 'multiple') for (const choice of shown.choices) form.append('choice', String(choice));
	if (shown.kind === 'ordering')
		for (const [place, item] of shown.order.entries())
			if (item !== null) form.append(`place-${item}`, String(place + 1));
	if (shown.kind === 'matching')
		for (const [row, answer] of shown.pairs.entries()) form.append(`pair-${row}`, answer === null ? '' : String(answer));
	if ('text' in shown) form.append('text', shown.text);
	return form;
}

const answered = anyQuestion().chain((question) =>
	fc.tuple(
		fc.constant(question),
		anyResponse(question),
		fc.string().map((seed) => arrange(question, seededRandom(seed)))
	)
);

describe('every kind', () => {
	it('reads what it showed', () => {
		fc.assert(
			fc.property(answered, ([question, response, arrangement]) => {
				const shown = showResponse(question, arrangement, response);
				expect(readResponse(question, arrangement, fieldsOf(shown))).toEqual(response);
			}),
			{ numRuns: 500 }
		);
	});

	it('scores from 0 to 1, and an empty response as empty', () => {
		fc.assert(
			fc.property(answered, ([question, response]) => {
				const score = scoreResponse(question, response);
				expect(score.is === 'invalid' && score.code === 'empty').toBe(!isAnswered(question, response));
				if (score.is === 'invalid') return;
				expect(score.possible).toBe(question.points);
				if (score.is === 'waiting') return;
				expect(score.fraction).toBeGreaterThanOrEqual(0);
				expect(score.fraction).toBeLessThanOrEqual(1);
				expect(score.earned).toBe(score.fraction * question.points);
			}),
			{ numRuns: 500 }
		);
	});

	it('has an empty response that is not answered', () => {
		fc.assert(
			fc.property(anyQuestion(), (question) => {
				const empty = emptyResponse(question);
				expect(empty.kind).toBe(question.kind);
				expect(isAnswered(question, empty)).toBe(false);
				expect(readResponse(question, arrange(question, Math.random), new FormData())).toEqual(empty);
			})
		);
	});

	it('says nothing in public that is a secret', () => {
		fc.assert(
			fc.property(answered, ([question, response, arrangement]) => {
				const page = JSON.stringify([
					publicQuestion(question, arrangement, 'en', 'en'),
					showResponse(question, arrangement, response)
				]);
				if (!('text' in response)) expect(page).not.toContain(SECRET);
				expect(page).not.toContain('918273645');
			}),
			{ numRuns: 500 }
		);
	});

	it('tells no answer, no explanation and no feedback of what was not chosen, while it is not right', () => {
		fc.assert(
			fc.property(answered, ([question, response, arrangement]) => {
				const told = tellFeedback(question, arrangement, response, 'en', 'en', false);
				if (told.right) return;
				expect(told.answer).toBeNull();
				const chosen =
					response.kind === 'multiple'
						? response.choices.length
						: response.kind === 'single' && response.choice !== null
							? 1
							: 0;
				expect(told.chosen).toHaveLength(chosen);
				expect(JSON.stringify({ ...told, chosen: [] })).not.toContain(SECRET);
			}),
			{ numRuns: 500 }
		);
	});

	it('survives any form, and scores it as invalid, empty or something from 0 to 1', () => {
		const value = fc.oneof(fc.string(), fc.integer().map(String), fc.constantFrom('', '1', '0', '-0', 'NaN'));
		const name = fc.oneof(
			fc.constantFrom('choice', 'text', 'place-0', 'place-1', 'pair-0', 'pair-1', '__proto__'),
			fc.string()
		);
		fc.assert(
			fc.property(anyQuestion(), fc.array(fc.tuple(name, value), { maxLength: 8 }), (question, entries) => {
				const form = new FormData();
				for (const [key, text] of entries) form.append(key, text);
				const arrangement = arrange(question, seededRandom('any'));
				const response = readResponse(question, arrangement, form);
				const score = scoreResponse(question, response);
				if (score.is === 'points') expect(score.fraction >= 0 && score.fraction <= 1).toBe(true);
				expect(showResponse(question, arrangement, response).kind).toBe(question.kind);
				expect(tellFeedback(question, arrangement, response, 'en', 'en', false).fraction).toBeLessThanOrEqual(1);
			}),
			{ numRuns: 500 }
		);
	});
});

describe('the public question', () => {
	it('has the fields it may have, and the words of its locale', () => {
		const question = { ...aChoice('single', 'x-'), prompt: { en: 'Which?', bg: 'Кое?' } };
		expect(publicQuestion(question, [1, 0], 'bg', 'en')).toEqual({
			kind: 'single',
			points: 1,
			optional: false,
			prompt: 'Кое?',
			options: ['option 1', 'option 0'],
			left: [],
			columns: null,
			unit: null
		});
	});

	it('falls back to the source language, and throws for no locale, no words and no fitting arrangement', () => {
		const question = { ...aChoice('single', 'x-'), prompt: { en: 'Which?' } };
		expect(publicQuestion(question, [0, 1], 'ru', 'en').prompt).toBe('Which?');
		expect(publicQuestion({ ...question, prompt: {} }, [7, 1], 'ru', 'en')).toMatchObject({
			prompt: '',
			options: ['', 'option 1']
		});
		expect(publicQuestion({ ...question, options: [words('only')] }, [], 'ru', 'en').options).toEqual([]);
	});
});

describe('an open question', () => {
	it('waits for a mentor', () => {
		expect(scoreResponse({ ...anOpen(), points: 5 }, { kind: 'open', text: 'Dear Ms Petrova' })).toEqual({
			is: 'waiting',
			possible: 5
		});
	});
	it('has a limit', () => {
		const score = (length: number) => scoreResponse(anOpen(), { kind: 'open', text: 'a'.repeat(length) });
		expect(score(OPEN_LIMIT)).toMatchObject({ is: 'waiting' });
		expect(score(OPEN_LIMIT + 1)).toEqual({ is: 'invalid', code: 'too-long' });
	});
});
