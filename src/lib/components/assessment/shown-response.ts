/** Reads a question's fields back into the response that was drawn, to draw an answer again that was never sent. */
import type { PublicQuestion, ShownResponse } from '$lib/core/questions/question';

export function responseIn(question: PublicQuestion, fields: readonly [string, string][]): ShownResponse {
	const all = (name: string) => fields.filter(([field]) => field === name).map(([, value]) => value);
	const position = (name: string): number | null => {
		const text = all(name)[0];
		return text === undefined || text === '' ? null : Number(text);
	};
	const { kind } = question;
	switch (kind) {
		case 'single':
			return { kind, choice: position('choice') };
		case 'multiple':
			return { kind, choices: all('choice').map(Number) };
		case 'ordering': {
			const order: (number | null)[] = question.options.map(() => null);
			question.options.forEach((_, shown) => {
				const place = position(`place-${shown}`);
				if (place !== null) order[place - 1] = shown;
			});
			return { kind, order };
		}
		case 'matching':
			return { kind, pairs: question.left.map((_, row) => position(`pair-${row}`)) };
		default:
			return { kind, text: all('text')[0] ?? '' };
	}
}

/** Whether there is anything in it. */
export function hasAnswer(response: ShownResponse | null): boolean {
	if (!response) return false;
	if ('choice' in response) return response.choice !== null;
	if ('choices' in response) return response.choices.length > 0;
	if ('order' in response) return response.order.some((shown) => shown !== null);
	if ('pairs' in response) return response.pairs.some((shown) => shown !== null);
	return response.text.trim() !== '';
}
