import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readResponse, scoreResponse, tellFeedback } from './kinds.ts';
import { TEXT_LIMIT } from './kind.ts';
import { comparable, isOneTypingErrorAway } from './text.ts';
import { aText } from './testing.ts';

const isRight = (accepted: string, text: string) => {
	const score = scoreResponse(aText(accepted), { kind: 'text', text });
	return score.is === 'points' && score.fraction === 1;
};

describe('comparing texts', () => {
	it.each([
		['  Thank   you ', 'thank you'],
		['Thank you.', 'thank you'],
		['Thank you !!', 'thank you'],
		['Hold the line…', 'hold the line'],
		['ＴＨＡＮＫ\u00a0ｙｏｕ', 'thank you'],
		['ЁЛКА', 'елка'],
		['Все\u0308', 'все'],
		['Й', 'и\u0306'],
		['STRASSE', 'straße'],
		['ΟΔΟΣ', 'οδος'],
		['ﬁnd', 'find']
	])('%j is %j', (one, other) => expect(comparable(one)).toBe(comparable(other)));

	it.each([
		['C#', 'C'],
		['5%', '5'],
		['?', '!'],
		['и', 'й'],
		['not one', 'notone']
	])('%j is not %j', (one, other) => expect(comparable(one)).not.toBe(comparable(other)));

	it('changes nothing the second time', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				expect(comparable(comparable(text))).toBe(comparable(text));
			})
		);
	});
});

/** Optimal string alignment, the plain table: what the short cut must agree with. */
function distance(one: string, other: string): number {
	const [a, b] = [[...one], [...other]];
	const table = a.map(() => b.map(() => 0));
	const at = (i: number, j: number): number => (i < 0 ? j + 1 : j < 0 ? i + 1 : table[i]![j]!);
	for (let i = 0; i < a.length; i++)
		for (let j = 0; j < b.length; j++) {
			let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i] === b[j] ? 0 : 1));
			if (i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j]) least = Math.min(least, at(i - 2, j - 2) + 1);
			table[i]![j] = least;
		}
	return at(a.length - 1, b.length - 1);
}

describe('one typing error', () => {
	it.each([
		['apologise', 'apologize', true],
		['apologise', 'apolgise', true],
		['apologise', 'apoologise', true],
		['apologise', 'aoplogise', true],
		['извините', 'извените', true],
		['apologise', 'apolozige', false],
		['apologise', 'apolgies', false]
	])('%s, %s: %s', (one, other, is) => expect(isOneTypingErrorAway(one, other)).toBe(is));

	it('is a Damerau-Levenshtein distance of 0 or 1', () => {
		const word = fc.string({ unit: fc.constantFrom('a', 'b', '𝄞'), maxLength: 7 });
		fc.assert(
			fc.property(word, word, (one, other) => {
				expect(isOneTypingErrorAway(one, other)).toBe(distance(one, other) <= 1);
			}),
			{ numRuns: 2000 }
		);
	});
});

describe('short text', () => {
	it('is right when it is an accepted answer, in any of the languages', () => {
		const question = aText('= order number', '= номер');
		question.key.accepted = {
			en: [{ text: 'order number', almost: false }],
			bg: [{ text: 'номер на поръчка', almost: false }]
		};
		for (const text of ['Order number.', 'НОМЕР НА ПОРЪЧКА'])
			expect(scoreResponse(question, { kind: 'text', text })).toMatchObject({ fraction: 1 });
	});

	it('forgives one typing error only after ≈, and only in five letters or more', () => {
		expect(isRight('≈ hello', 'helo')).toBe(true);
		expect(isRight('= hello', 'helo')).toBe(false);
		expect(isRight('≈ help', 'hell')).toBe(false);
		expect(isRight('≈ help', 'Help!')).toBe(true);
		expect(isRight('≈ 12345', '12346')).toBe(false);
	});

	it('is too long beyond its limit, and kept whole', () => {
		const form = new FormData();
		form.append('text', 'a'.repeat(TEXT_LIMIT + 1));
		const response = readResponse(aText('= a'), [], form);
		expect(response).toEqual({ kind: 'text', text: 'a'.repeat(TEXT_LIMIT + 1) });
		expect(scoreResponse(aText('= a'), response)).toEqual({ is: 'invalid', code: 'too-long' });
	});

	it('is empty when nothing but spaces were typed', () => {
		expect(scoreResponse(aText('= a'), { kind: 'text', text: ' \t\u00a0' })).toMatchObject({ code: 'empty' });
	});

	it('reads line ends as one sign, and drops what no database can hold', () => {
		const form = new FormData();
		form.append('text', 'a\r\nb\0c');
		expect(readResponse(aText('= a'), [], form)).toEqual({ kind: 'text', text: 'a\nbc' });
	});

	it('tells accepted answers as text, not as HTML', () => {
		const told = tellFeedback(aText('= <b>&'), [], { kind: 'text', text: 'x' }, 'en', 'en', true);
		expect(told.answer).toEqual(['&lt;b&gt;&amp;']);
	});
});
