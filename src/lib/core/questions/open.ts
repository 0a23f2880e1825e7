/** An open answer: a mentor marks it, so its score waits. */
import { OPEN_LIMIT, readText, type Kind } from './kind.ts';
import type { OpenQuestion, Response } from './question.ts';

export type OpenResponse = Extract<Response, { kind: 'open' }>;

export const open: Kind<OpenQuestion, OpenResponse> = {
	arrange: () => [],
	publicPart: () => ({}),
	empty: () => ({ kind: 'open', text: '' }),
	read: (_question, _arrangement, fields) => ({ kind: 'open', text: readText(fields) }),
	show: (_question, _arrangement, response) => response,
	isAnswered: (_question, response) => response.text.trim() !== '',
	score(question, response) {
		if (response.text.length > OPEN_LIMIT) return { is: 'invalid', code: 'too-long' };
		return { is: 'waiting', possible: question.points };
	},
	told: () => ({}),
	answer: () => null
};
