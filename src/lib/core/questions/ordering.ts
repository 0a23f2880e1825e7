/** Put things in order. */
import { neverRight, shownPosition } from './arrangement.ts';
import { isPosition, isSameText, NO_OPTION, pointsFor, readPosition, textIn, type Kind } from './kind.ts';
import type { OrderingQuestion, Response } from './question.ts';

/**
 * `order` has one entry per place. Only a form filled in without scripts can give one place to two items: then the
 * first keeps it and the others follow after the last place, which is how a tie is known.
 */
export type OrderingResponse = Extract<Response, { kind: 'ordering' }>;

function isRight({ items }: OrderingQuestion, { order }: OrderingResponse, place: number): boolean {
	const own = order[place];
	return own !== null && own !== undefined && isSameText(items[own], items[place]);
}

export const ordering: Kind<OrderingQuestion, OrderingResponse> = {
	arrange({ items }, random) {
		return neverRight(items, items.length, random);
	},
	publicPart({ items }, arrangement, reader) {
		return { options: arrangement.map((own) => textIn(items[own], reader)) };
	},
	empty({ items }) {
		return { kind: 'ordering', order: items.map(() => null) };
	},
	read({ items }, arrangement, fields) {
		const order: (number | null)[] = items.map(() => null);
		const over: number[] = [];
		for (const [shown, own] of arrangement.entries()) {
			const place = readPosition(fields.get(`place-${shown}`), items.length, 1);
			if (place === null) continue;
			if (place === NO_OPTION) over.push(NO_OPTION);
			else if (order[place] === null) order[place] = own;
			else over.push(own);
		}
		return { kind: 'ordering', order: [...order, ...over] };
	},
	show(_, arrangement, { order }) {
		return { kind: 'ordering', order: order.map((own) => shownPosition(arrangement, own)) };
	},
	isAnswered(_, { order }) {
		return order.some((own) => own !== null);
	},
	isComplete({ items }, { order }) {
		return items.every((_, place) => (order[place] ?? null) !== null);
	},
	score(question, response) {
		const count = question.items.length;
		const placed = response.order.filter((own) => own !== null);
		if (!placed.every((own) => isPosition(own, count))) return { is: 'invalid', code: 'not-an-option' };
		if (response.order.length > count || new Set(placed).size < placed.length)
			return { is: 'invalid', code: 'tie' };
		const right = question.items.filter((_, place) => isRight(question, response, place)).length;
		return pointsFor(question, right / count);
	},
	told(question, _, response) {
		return { placesRight: question.items.map((_, place) => isRight(question, response, place)) };
	},
	answer({ items }, _, reader) {
		return items.map((item) => textIn(item, reader));
	}
};
