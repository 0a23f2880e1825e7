// What a first visit costs, and that no language pays for another.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { measureFirstLoad } from './bench/first-load.ts';
import { expect, test } from './fixtures.ts';
import { m } from './words.ts';

test('a lesson takes at most ten requests, and 90 kB of scripts and styles', async ({ newcomer, signIn, context, baseURL }) => {
	await signIn(await newcomer());
	const cookies = (await context.cookies()).map(({ name, value }) => ({ name, value }));
	const { requests, bytes, encodings, fetched } = await measureFirstLoad(baseURL!, cookies, '/learn/the-standard/one-history');
	expect(requests).toBeLessThanOrEqual(10);
	expect(bytes.js + bytes.css).toBeLessThanOrEqual(90_000);
	expect(encodings).toEqual(['br']);
	expect(fetched.filter(({ type }) => type === 'script').map((one) => one.path)).toEqual([
		expect.stringMatching(/\/start\.[\w-]+\.en\.js$/),
		expect.stringMatching(/\/learn\.[\w-]+\.en\.js$/)
	]);
});

test('each script has the words of one language, and those its screens use', () => {
	const folder = 'build/client/_app/immutable';
	const read = (area: string, language: string) =>
		readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((file) => path.basename(file).startsWith(`${area}.`) && file.endsWith(`.${language}.js`))
			.map((file) => readFileSync(path.join(folder, file), 'utf8'))
			.join('\n');
	const languages = ['en', 'ru', 'bg'] as const;
	for (const language of languages) {
		for (const other of languages) {
			expect(read('learn', other).includes(m.learn_mark_read({}, { locale: language }))).toBe(language === other);
			expect(read('start', other).includes(m.frame_skip({}, { locale: language }))).toBe(language === other);
			expect(read('mentor', other).includes(m.learn_mark_read({}, { locale: language }))).toBe(false);
		}
	}
});
