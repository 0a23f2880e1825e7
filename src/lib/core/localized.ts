/** Texts per locale. */
import type { Localized } from './questions/question.ts';

/** The text in this locale, else in the default one. An empty string when neither is there. */
export function inLocale(text: Localized, locale: string, fallback: string): string {
	return text[locale] ?? text[fallback] ?? '';
}
