/** Questions for tests: small ones to build on, and arbitrary ones with a secret planted wherever a secret can be. */
import fc from 'fast-check';
import type {
	ChoiceQuestion,
	Localized,
	MatchingQuestion,
	NumberQuestion,
	OpenQuestion,
	OrderingQuestion,
	Question,
	Response,
	TextQuestion
} from './question.ts';

const common = { points: 1, shuffle: true, optional: false, standard: [], tags: [] };

/** The same text in both locales of the tests. */
export function words(text: string): Localized {
	return { en: text, bg: text };
}

/** `right` has one sign per option: x right, - wrong. */
export function aChoice(kind: 'single' | 'multiple', right: string): ChoiceQuestion {
	const marks = [...right].map((sign) => sign === 'x');
	return {
		...common,
		kind,
		prompt: words('Which?'),
		options: marks.map((_, own) => words(`option ${own}`)),
		key: {
			right: marks,
			feedback: marks.map((_, own) => words(`feedback ${own}`)),
			explanation: words('explanation')
		}
	};
}

export function anOrdering(...items: string[]): OrderingQuestion {
	return {
		...common,
		kind: 'ordering',
		prompt: words('In which order?'),
		items: items.map(words),
		key: { explanation: null }
	};
}

/** `rows` are left to right; `extra` right-hand answers belong to no row. */
export function aMatching(rows: Record<string, string>, ...extra: string[]): MatchingQuestion {
	return {
		...common,
		kind: 'matching',
		prompt: words('Which to which?'),
		columns: [words('Said'), words('Meant')],
		left: Object.keys(rows).map(words),
		right: [...Object.values(rows), ...extra].map(words),
		key: { explanation: null }
	};
}

/** Accepted answers as an author writes them: `= exact`, `≈ almost`. */
export function aText(...accepted: string[]): TextQuestion {
	const read = accepted.map((line) => ({ text: line.slice(1).trim(), almost: line.startsWith('≈') }));
	return {
		...common,
		kind: 'text',
		prompt: words('What?'),
		key: { accepted: { en: read, bg: read }, explanation: null }
	};
}

export function aNumber(value: number, tolerance = 0, unit: Localized | null = null): NumberQuestion {
	return { ...common, kind: 'number', prompt: words('How many?'), unit, key: { value, tolerance, explanation: null } };
}

export function anOpen(): OpenQuestion {
	return { ...common, kind: 'open', prompt: words('Write it.'), rubric: 'letter', key: { explanation: null } };
}

/** What every planted secret contains. */
export const SECRET = 'zq7-secret';

/** Any question of any kind, entries that look the same included. */
export function anyQuestion(): fc.Arbitrary<Question> {
	const entry = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'constructor', '__proto__').map(words);
	const entries = fc.array(entry, { minLength: 1, maxLength: 7 });
	const secret = fc.constantFrom(SECRET, `${SECRET}-too`).map(words);
	const shared = fc.record({
		points: fc.integer({ min: 1, max: 100 }),
		shuffle: fc.boolean(),
		optional: fc.boolean(),
		standard: fc.constant<string[]>([`${SECRET}.clause`]),
		tags: fc.constant<string[]>([SECRET]),
		prompt: fc.constant(words('prompt')),
		explanation: secret
	});
	const choice = fc
		.tuple(shared, fc.constantFrom('single', 'multiple'), fc.array(fc.boolean(), { minLength: 2, maxLength: 7 }))
		.map(([{ explanation, ...rest }, kind, marks]): Question => {
			const right = kind === 'single' ? marks.map((_, own) => own === 0) : [true, ...marks.slice(1)];
			const feedback = marks.map(() => explanation);
			return {
				...rest,
				kind,
				options: marks.map((_, own) => words(`option ${own}`)),
				key: { right, feedback, explanation }
			};
		});
	const ordering = fc
		.tuple(shared, entries)
		.map(([{ explanation, ...rest }, items]): Question => ({ ...rest, kind: 'ordering', items, key: { explanation } }));
	const matching = fc.tuple(shared, entries, fc.array(entry, { maxLength: 3 })).map(
		([{ explanation, ...rest }, right, extra]): Question => ({
			...rest,
			kind: 'matching',
			columns: [words('left'), words('right')],
			left: right.map((_, row) => words(`row ${row}`)),
			right: [...right, ...extra],
			key: { explanation }
		})
	);
	const text = shared.map(
		({ explanation, ...rest }): Question => ({
			...rest,
			kind: 'text',
			key: { accepted: { en: [{ text: SECRET, almost: true }], bg: [] }, explanation }
		})
	);
	const number = fc.tuple(shared, fc.option(fc.constant(words('min')))).map(
		([{ explanation, ...rest }, unit]): Question => ({
			...rest,
			kind: 'number',
			unit,
			key: { value: 918_273_645, tolerance: 0, explanation }
		})
	);
	const open = shared.map(
		({ explanation, ...rest }): Question => ({ ...rest, kind: 'open', rubric: SECRET, key: { explanation } })
	);
	return fc.oneof(choice, ordering, matching, text, number, open);
}

/** Any response that could have been given to a question in our own forms. */
export function anyResponse(question: Question): fc.Arbitrary<Response> {
	const position = (count: number) => fc.integer({ min: 0, max: count - 1 });
	const { kind } = question;
	switch (kind) {
		case 'single':
			return fc.option(position(question.options.length)).map((choice) => ({ kind, choice }));
		case 'multiple':
			return fc.subarray(question.options.map((_, own) => own)).map((choices) => ({ kind, choices }));
		case 'ordering':
			return fc
				.tuple(
					fc.shuffledSubarray(question.items.map((_, own) => own), { minLength: question.items.length }),
					fc.array(fc.boolean(), { minLength: question.items.length, maxLength: question.items.length })
				)
				.map(([order, placed]) => ({ kind, order: order.map((own, place) => (placed[place] ? own : null)) }));
		case 'matching':
			return fc
				.array(fc.option(position(question.right.length)), {
					minLength: question.left.length,
					maxLength: question.left.length
				})
				.map((pairs) => ({ kind, pairs }));
		default:
			return fc.string({ maxLength: 300 }).map((text) => ({ kind, text: text.replace(/[\r\0]/g, '') }));
	}
}
