/** As drawn without scripts: a list of a few, a text of many, a list again of those that fit. */
import { render } from 'svelte/server';
import { describe, expect, test } from 'vitest';
import { m } from '../i18n/index.ts';
import ChoiceField from './ChoiceField.svelte';

const maria = { id: '1', name: 'Maria Mentor', written: 'Maria Mentor · maria@example.com' };
const anna = { id: '2', name: 'Anna', written: 'Anna · anna@example.com' };
const namesake = { id: '3', name: 'Anna', written: 'Anna · N-7' };
const others = [
	{ value: '', label: 'any' },
	{ value: 'none', label: 'without' }
];
const asked = { name: 'mentor', kind: 'mentor' as const, label: 'Mentor', others, id: null, written: '' };

function draw(props: object) {
	const { body } = render(ChoiceField, { props: { ...asked, choices: null, ...props } });
	const options = [...body.matchAll(/<option([^>]*)>(.*?)<\/option>/gs)].map(([, tag = '', words = '']) => ({
		value: /value="([^"]*)"/.exec(tag)?.[1] ?? '',
		words: words.replace(/<!--.*?-->/g, ''),
		chosen: / selected/.test(tag)
	}));
	const inputs = [...body.matchAll(/<input([^>]*)>/g)].map(([, tag = '']) => tag);
	return { body, options, inputs };
}

describe('one of many', () => {
	test('is chosen from a list where they are few; the address tells those of one name apart', () => {
		const { options, inputs } = draw({ choices: [maria, anna, namesake], id: '1', written: maria.written });
		expect(inputs).toEqual([]);
		expect(options.map(({ value, words }) => [value, words])).toEqual([
			['', 'any'],
			['none', 'without'],
			['1', 'Maria Mentor'],
			['2', 'Anna · anna@example.com'],
			['3', 'Anna · N-7']
		]);
		expect(options.find(({ chosen }) => chosen)?.value).toBe('1');
	});

	test('is written where they are many; what else can be said is ticked, and read before the text', () => {
		const { options, inputs } = draw({ id: '1', written: maria.written });
		expect(options).toEqual([]);
		expect(inputs[0]).toMatch(/type="checkbox"[^>]*value="none"/);
		expect(inputs[0]).not.toContain('checked');
		expect(inputs[1]).toContain(`value="${maria.written}"`);
		expect(draw({ id: 'none', written: 'none' }).inputs[0]).toContain('checked');
		expect(draw({ id: 'none', written: 'none' }).inputs[1]).not.toContain('value="none"');
	});

	test('is chosen from those that fit what was sent; sent again as it is, it is no other', () => {
		const { body, options, inputs } = draw({ written: 'ann', problem: 'choice-several', fitting: [anna, namesake] });
		expect(inputs).toEqual([]);
		expect(options.map(({ value }) => value)).toEqual(['ann', '', 'none', anna.written, namesake.written, '?']);
		expect(options.find(({ chosen }) => chosen)?.value).toBe('ann');
		expect(body).toContain('aria-invalid="true"');
		expect(body).toContain(m.choice_several());
	});

	test('nobody fits: what was written stays, and what is wrong stands beside it', () => {
		const { body, inputs } = draw({ written: 'zzz', problem: 'choice-unknown' });
		expect(inputs[1]).toContain('value="zzz"');
		expect(inputs[1]).toContain('aria-invalid="true"');
		expect(body).toContain(m.choice_unknown());
		expect(draw({ written: '?', problem: 'choice-unknown' }).inputs[1]).not.toContain('?');
	});
});
