/** In which language a request is answered. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Cookies } from '@sveltejs/kit';
import { isLocale, locales, readLocaleFrom, type Locale } from '../i18n/index.ts';

const current = new AsyncLocalStorage<Locale>();
readLocaleFrom(() => current.getStore() ?? 'en');

/** Runs the body with this as the language of all messages. */
export const inLanguage = <T>(locale: Locale, body: () => T): T => current.run(locale, body);

const cookieName = 'locale';
const year = 365 * 24 * 60 * 60;

/** What a visitor chose in this browser; null when nothing. */
export function readLocaleCookie(cookies: Cookies): Locale | null {
	const chosen = cookies.get(cookieName);
	return isLocale(chosen) ? chosen : null;
}

/** `null`: nothing is chosen any more, the browser decides. */
export function writeLocaleCookie(cookies: Cookies, locale: Locale | null, secure: boolean): void {
	const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
	if (locale === null) cookies.delete(cookieName, attributes);
	else cookies.set(cookieName, locale, { ...attributes, maxAge: year });
}

/** The best of our languages for an Accept-Language header: highest q first, `bg-BG` counts as `bg`; null when none fits. */
export function acceptedLocale(header: string | null): Locale | null {
	const wishes = (header ?? '')
		.split(',')
		.map((part) => {
			const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
			const q = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
			return { language: tag.split('-')[0], q: q === undefined ? 1 : Number(q) };
		})
		.filter(({ q }) => q > 0)
		.sort((a, b) => b.q - a.q);
	for (const { language } of wishes) {
		const found = locales.find((locale) => locale === language);
		if (found) return found;
	}
	return null;
}
