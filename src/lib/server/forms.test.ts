import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { readFile, readForm } from './forms.ts';

const schema = v.object({
	name: v.pipe(v.string(), v.trim(), v.nonEmpty('empty'), v.maxLength(10, 'too-long')),
	days: v.pipe(v.string(), v.regex(/^\d+$/, 'number-wrong'), v.transform(Number)),
	choice: v.array(v.string()),
	password: v.pipe(v.string(), v.minLength(3, 'password-short')),
	newPasswordAgain: v.string()
});
function send(fields: [string, string | Blob][]) {
	const body = new FormData();
	for (const [name, value] of fields) body.append(name, value);
	return readForm(schema, new Request('https://academy.example.com', { method: 'POST', body }));
}

describe('a form', () => {
	test('is read as the schema makes it', async () => {
		const form = await send([
			['name', ' Lena '],
			['days', '12'],
			['choice', 'a'],
			['choice', 'b'],
			['password', 'four'],
			['newPasswordAgain', 'four'],
			['unknown', 'left out']
		]);
		expect(form).toEqual({
			ok: true,
			input: { name: 'Lena', days: 12, choice: ['a', 'b'], password: 'four', newPasswordAgain: 'four' },
			values: { name: ' Lena ', days: '12', choice: 'a', password: '', newPasswordAgain: '' }
		});
	});

	test('gives back what was typed and the first problem of each field; no password', async () => {
		const form = await send([
			['name', ' '],
			['days', 'много'],
			['password', 'x'],
			['newPasswordAgain', 'secret']
		]);
		expect(form).toEqual({
			ok: false,
			values: { name: ' ', days: 'много', choice: '', password: '', newPasswordAgain: '' },
			problems: { name: 'empty', days: 'number-wrong', password: 'password-short' }
		});
	});

	test('takes a file for nothing, and no form for a bad request', async () => {
		expect(await send([['name', new Blob(['x'])], ['days', '1'], ['password', 'four']])).toMatchObject({
			ok: false,
			problems: { name: 'empty' }
		});
		const request = new Request('https://academy.example.com', { method: 'POST', body: '{}' });
		await expect(readForm(schema, request)).rejects.toMatchObject({ status: 400 });
	});
});

describe('a form with a file', () => {
	const sent = (fields: [string, string | File][], headers: Record<string, string> = {}) => {
		const body = new FormData();
		for (const [name, value] of fields) body.append(name, value);
		return new Request('https://academy.example.com', { method: 'POST', body, headers });
	};
	const ten = new File([new Uint8Array(10)], 'voice.m4a');

	test('gives its fields and its bytes', async () => {
		const { fields, file, tooLarge } = await readFile(sent([['offset', '0\0'], ['piece', ten]]), 'piece', 10);
		expect([...fields]).toEqual([['offset', '0']]);
		expect([file, tooLarge]).toEqual([new Uint8Array(10), false]);
	});

	test('in which none was chosen', async () => {
		for (const fields of [[], [['file', new File([], '')]], [['file', 'a text']]] as [string, string | File][][]) {
			expect(await readFile(sent(fields), 'file', 10)).toMatchObject({ file: null, tooLarge: false });
		}
	});

	test('that is too large gives nothing, said beforehand or not', async () => {
		const none = { file: null, tooLarge: true };
		expect(await readFile(sent([['a', 'b'], ['file', ten]]), 'file', 9)).toMatchObject(none);
		const told = sent([['file', ten]], { 'content-length': '1000000' });
		expect(await readFile(told, 'file', 9)).toMatchObject(none);
		expect(told.bodyUsed).toBe(true);
	});
});
