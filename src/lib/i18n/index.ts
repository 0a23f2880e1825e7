/**
 * The one door to the words on the screen. On the server the locale of a request lives in an async context
 * (hooks.server.ts); in the browser it is the page's `lang`.
 */
import { overwriteGetLocale, locales as known } from './compiled/runtime.js';

// A namespace export, not an object: a page then carries only the words it uses.
export * as m from './compiled/messages.js';

export type Locale = (typeof known)[number];
export const locales: readonly Locale[] = known;
export const isLocale = (value: unknown): value is Locale => (locales as readonly unknown[]).includes(value);
/** Each language by its own name. */
export const localeNames: Record<Locale, string> = { en: 'English', ru: 'Русский', bg: 'Български' };

/** Says where the current locale is read from; called once on each side. */
export function readLocaleFrom(read: () => Locale): void {
	overwriteGetLocale(read);
}
export { getLocale } from './compiled/runtime.js';
