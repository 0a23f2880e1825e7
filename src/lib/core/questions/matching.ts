/** Give each row on the left its answer on the right. Some right-hand answers may belong to no row. */
import { neverRight, ownPosition, shownPosition } from './arrangement.ts';
import { isPosition, isSameText, pointsFor, readPosition, textIn, type Kind } from './kind.ts';
import type { MatchingQuestion, Response } from './question.ts';

export type MatchingResponse = Extract<Response, { kind: 'matching' }>;

function isRight({ right }: MatchingQuestion, { pairs }: MatchingResponse, row: number): boolean {
	const own = pairs[row];
	return own !== null && own !== undefined && isSameText(right[own], right[row]);
}

export const matching: Kind<MatchingQuestion, MatchingResponse> = {
	arrange({ left, right }, random) {
		return neverRight(right, left.length, random);
	},
	publicPart({ left, right, columns }, arrangement, reader) {
		return {
			options: arrangement.map((own) => textIn(right[own], reader)),
			left: left.map((row) => textIn(row, reader)),
			columns: [textIn(columns[0], reader), textIn(columns[1], reader)]
		};
	},
	empty({ left }) {
		return { kind: 'matching', pairs: left.map(() => null) };
	},
	read({ left, right }, arrangement, fields) {
		return {
			kind: 'matching',
			pairs: left.map((_, row) =>
				ownPosition(arrangement, readPosition(fields.get(`pair-${row}`), right.length))
			)
		};
	},
	show(_, arrangement, { pairs }) {
		return { kind: 'matching', pairs: pairs.map((own) => shownPosition(arrangement, own)) };
	},
	isAnswered(_, { pairs }) {
		return pairs.some((own) => own !== null);
	},
	isComplete({ left }, { pairs }) {
		return left.every((_, row) => (pairs[row] ?? null) !== null);
	},
	score(question, response) {
		const { left, right } = question;
		const isPossible = response.pairs.every((own) => own === null || isPosition(own, right.length));
		if (!isPossible || response.pairs.length > left.length) return { is: 'invalid', code: 'not-an-option' };
		return pointsFor(question, left.filter((_, row) => isRight(question, response, row)).length / left.length);
	},
	told(question, _, response) {
		return { placesRight: question.left.map((_, row) => isRight(question, response, row)) };
	},
	answer({ left, right }, _, reader) {
		return left.map((row, position) => `${textIn(row, reader)} → ${textIn(right[position], reader)}`);
	}
};
