/** As drawn without scripts: what a browser would send of it is what was answered. */
import fc from 'fast-check';
import { render } from 'svelte/server';
import { describe, expect, it } from 'vitest';
import { arrange, publicQuestion, readResponse, showResponse, tellFeedback } from '../../core/questions/kinds.ts';
import type { Question, Response } from '../../core/questions/question.ts';
import { seededRandom } from '../../core/questions/random.ts';
import { aChoice, aMatching, anOrdering, anyQuestion, anyResponse } from '../../core/questions/testing.ts';
import QuestionFields from './QuestionFields.svelte';

function draw(question: Question, response: Response | null, tell = false): { html: string; arrangement: number[] } {
	const arrangement = arrange(question, seededRandom('drawn'));
	const { body } = render(QuestionFields, {
		props: {
			question: publicQuestion(question, arrangement, 'en', 'en'),
			response: response && showResponse(question, arrangement, response),
			idPrefix: 'q',
			feedback: tell && response ? tellFeedback(question, arrangement, response, 'en', 'en', false) : null
		}
	});
	return { html: body, arrangement };
}

/** The fields a browser would send of this HTML; it has only the elements our fields are made of. */
function sent(html: string): FormData {
	const form = new FormData();
	const attribute = (tag: string, name: string) => {
		const found = new RegExp(` ${name}="([^"]*)"`).exec(tag);
		return found ? unescape(found[1]!) : '';
	};
	for (const [, tag = ''] of html.matchAll(/<input((?:[^>"]|"[^"]*")*)>/g))
		if (!/type="(radio|checkbox)"/.test(tag) || / checked/.test(tag))
			form.append(attribute(tag, 'name'), attribute(tag, 'value'));
	for (const [, tag = '', inner = ''] of html.matchAll(/<select([^>]*)>(.*?)<\/select>/gs)) {
		const options = [...inner.matchAll(/<option([^>]*)>/g)].map(([, option = '']) => option);
		const chosen = options.filter((option) => / selected/.test(option));
		expect(chosen.length).toBeLessThanOrEqual(1);
		form.append(attribute(tag, 'name'), attribute(chosen[0] ?? options[0]!, 'value'));
	}
	for (const [, tag = '', inner = ''] of html.matchAll(/<textarea([^>]*)>(.*?)<\/textarea>/gs))
		form.append(attribute(tag, 'name'), unescape(inner));
	return form;
}

function unescape(html: string): string {
	return html.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

describe('the fields of a question', () => {
	it('send what they show', () => {
		const answered = anyQuestion().chain((question) => fc.tuple(fc.constant(question), anyResponse(question)));
		fc.assert(
			fc.property(answered, ([question, response]) => {
				const { html, arrangement } = draw(question, response);
				const read = readResponse(question, arrangement, sent(html));
				expect(sameLooking(question, read)).toEqual(sameLooking(question, response));
			}),
			{ numRuns: 300 }
		);
	});

	it('send nothing answered before anything is', () => {
		fc.assert(
			fc.property(anyQuestion(), (question) => {
				const { html, arrangement } = draw(question, null);
				expect(readResponse(question, arrangement, sent(html))).toEqual(
					readResponse(question, arrangement, new FormData())
				);
			})
		);
	});

	it('have a name each', () => {
		for (const question of [anOrdering('a', 'b', 'c'), aMatching({ a: 'x', b: 'y' })]) {
			const { html } = draw(question, null);
			const ids = [...html.matchAll(/<select[^>]* id="([^"]*)"/g)].map(([, id]) => id);
			expect(ids.length).toBeGreaterThan(1);
			for (const id of ids) expect(html).toContain(`for="${id}"`);
		}
	});
});

describe('feedback', () => {
	it('names what was chosen, says right or not in words, and tells why', () => {
		const { html } = draw(aChoice('single', 'x-'), { kind: 'single', choice: 1 }, true);
		expect(html).toContain('Not right');
		expect(html).toContain('You chose: option 1');
		expect(html).toContain('feedback 1');
		expect(html).not.toContain('feedback 0');
		expect(html).not.toContain('explanation');
	});

	it('says when what was chosen is right but not all', () => {
		const { html } = draw(aChoice('multiple', 'xx-'), { kind: 'multiple', choices: [0] }, true);
		expect(html).toContain('Partly right');
		expect(html).toContain('it is not all');
	});
});

/** A matching shows answers that read the same as one; which of them was meant is all the same. */
function sameLooking(question: Question, response: Response): Response {
	if (question.kind !== 'matching' || response.kind !== 'matching') return response;
	const words = question.right.map(({ en }) => en);
	return { ...response, pairs: response.pairs.map((own) => (own === null ? null : words.indexOf(words[own]!))) };
}
