/** The response that earns all points, and how a form would send it: for the demo's people, the load generator and tests. */
import type { Question, Response, ShownResponse } from './question.ts';

export function modelAnswer(question: Question, locale: string): Response {
	switch (question.kind) {
		case 'single':
			return { kind: 'single', choice: question.key.right.indexOf(true) };
		case 'multiple':
			return { kind: 'multiple', choices: question.key.right.flatMap((right, own) => (right ? [own] : [])) };
		case 'ordering':
			return { kind: 'ordering', order: question.items.map((_, own) => own) };
		case 'matching':
			return { kind: 'matching', pairs: question.left.map((_, row) => row) };
		case 'text':
			return { kind: 'text', text: question.key.accepted[locale]?.[0]?.text ?? '' };
		case 'number':
			return { kind: 'number', text: String(question.key.value) };
		case 'open':
			return { kind: 'open', text: '…' };
	}
}

/** The form fields of a response by shown positions (named in `ShownResponse`). */
export function fieldsOf(shown: ShownResponse): [string, string][] {
	switch (shown.kind) {
		case 'single':
			return shown.choice === null ? [] : [['choice', String(shown.choice)]];
		case 'multiple':
			return shown.choices.map((choice) => ['choice', String(choice)]);
		case 'ordering':
			return shown.order.flatMap((item, place): [string, string][] =>
				item === null ? [] : [[`place-${item}`, String(place + 1)]]
			);
		case 'matching':
			return shown.pairs.flatMap((answer, row): [string, string][] =>
				answer === null ? [] : [[`pair-${row}`, String(answer)]]
			);
		default:
			return [['text', shown.text]];
	}
}
