/** Single and multiple choice: one kind that differs in how many may be chosen and in the formula. */
import { inOwnOrder, ownPosition, shownPosition, shuffled } from './arrangement.ts';
import { isPosition, NO_OPTION, pointsFor, readPosition, textIn, type Kind } from './kind.ts';
import type { ChoiceQuestion, Response } from './question.ts';

export type ChoiceResponse = Extract<Response, { kind: 'single' | 'multiple' }>;

function chosen(response: ChoiceResponse): number[] {
	if (response.kind === 'multiple') return response.choices;
	return response.choice === null ? [] : [response.choice];
}

function responseOf(question: ChoiceQuestion, positions: (number | null)[]): ChoiceResponse {
	const choices = [...new Set(positions.filter((position) => position !== null))].sort((a, b) => a - b);
	if (question.kind === 'multiple') return { kind: 'multiple', choices };
	return { kind: 'single', choice: choices.length > 1 ? NO_OPTION : (choices[0] ?? null) };
}

export const choice: Kind<ChoiceQuestion, ChoiceResponse> = {
	arrange({ options, shuffle }, random) {
		const order = inOwnOrder(options.length);
		return shuffle ? shuffled(order, random) : order;
	},
	publicPart({ options }, arrangement, reader) {
		return { options: arrangement.map((own) => textIn(options[own], reader)) };
	},
	empty(question) {
		return responseOf(question, []);
	},
	read(question, arrangement, fields) {
		const positions = fields
			.getAll('choice')
			.map((value) => ownPosition(arrangement, readPosition(value, question.options.length)));
		return responseOf(question, positions);
	},
	show(question, arrangement, response) {
		return responseOf(
			question,
			chosen(response).map((own) => shownPosition(arrangement, own))
		);
	},
	isAnswered(_, response) {
		return chosen(response).length > 0;
	},
	score(question, response) {
		const choices = [...new Set(chosen(response))];
		if (!choices.every((own) => isPosition(own, question.options.length)))
			return { is: 'invalid', code: 'not-an-option' };
		const right = choices.filter((own) => question.key.right[own]).length;
		if (question.kind === 'single') return pointsFor(question, right);
		const possible = question.key.right.filter(Boolean).length;
		const wrong = choices.length - right;
		return pointsFor(question, possible === 0 ? 0 : Math.max(0, (right - wrong) / possible));
	},
	told({ key }, arrangement, response, reader) {
		const choices = chosen(response);
		return {
			chosen: arrangement.flatMap((own, shown) => {
				if (!choices.includes(own)) return [];
				const words = key.feedback[own];
				return [{ shown, right: key.right[own] ?? false, feedback: words ? textIn(words, reader) : null }];
			})
		};
	},
	answer({ options, key }, arrangement, reader) {
		return arrangement.filter((own) => key.right[own]).map((own) => textIn(options[own], reader));
	}
};
