import { describe, expect, test } from 'vitest';
import { getLocale, m } from '../i18n/index.ts';
import { acceptedLocale, inLanguage } from './locale.ts';

describe('Accept-Language', () => {
	test.each([
		[null, null],
		['', null],
		['bg', 'bg'],
		['bg-BG,bg;q=0.9,en;q=0.8', 'bg'],
		['de-DE,de;q=0.9,ru;q=0.5,en;q=0.4', 'ru'],
		['en;q=0.3, ru;q=0.7', 'ru'],
		['fr, de', null],
		['ru;q=0, en', 'en'],
		['RU-ru', 'ru'],
		['*', null],
		[';;;q=,,', null]
	])('%j means %j', (header, locale) => {
		expect(acceptedLocale(header)).toBe(locale);
	});
});

test('requests that run side by side each have their own language', async () => {
	const say = (locale: 'en' | 'ru' | 'bg') =>
		inLanguage(locale, async () => {
			await new Promise((resolve) => setImmediate(resolve));
			return [getLocale(), m.auth_password()];
		});
	expect(await Promise.all([say('ru'), say('bg'), say('en')])).toEqual([
		['ru', 'Пароль'],
		['bg', 'Парола'],
		['en', 'Password']
	]);
});
