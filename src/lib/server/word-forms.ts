/** Words of a text, and what the forms of one word have in common, for search in the languages of the content. */
import { stemmer as stemEnglish } from '@orama/stemmers/english';
import { stemmer as stemRussianWord } from '@orama/stemmers/russian';
import { stemBulgarian } from './bulgarian-stem.ts';

const stemmers: Record<string, (word: string) => string> = { en: stemEnglish, ru: stemRussian, bg: stemBulgarian };

/** Where a word stands in a text. `folded` is what is compared: case, ё, ѝ, stress and “’s” aside. */
export interface Word {
	start: number;
	end: number;
	folded: string;
}

export function findWords(text: string): Word[] {
	return [...text.matchAll(/[\p{L}\p{N}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu)].map(({ 0: word, index }) => ({
		start: index,
		end: index + word.length,
		folded: foldWord(word)
	}));
}

function foldWord(word: string): string {
	return word
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[\u0300\u0301]/g, '')
		.replaceAll('ё', 'е')
		.replaceAll('ѝ', 'и')
		.replaceAll('’', "'")
		.replace(/'s$/, '');
}

/**
 * The stem of a folded word; for comparing only, it need not be a word. Latin words within Cyrillic text are English. A
 * language without a stemmer keeps its words whole.
 */
export function stemWord(word: string, locale: string): string {
	const latin = /^[a-z']+$/.test(word);
	const stem = stemmers[latin && (locale === 'ru' || locale === 'bg') ? 'en' : locale]?.(word) ?? word;
	return stem === '' ? word : stem;
}

/** Common words whose forms share no stem. */
const irregularRussian = new Map([
	...['дня', 'дню', 'днем', 'дне', 'дни', 'дней', 'дням', 'днями', 'днях'].map((form) => [form, 'ден'] as const),
	...['люди', 'людей', 'людям', 'людьми', 'людях'].map((form) => [form, 'человк'] as const),
	['писем', 'письм']
]);

/** Waiting in all its forms: ждать, жду, ждёт, подождите, выждать, ожидание. Snowball gives each a stem of its own. */
const waiting = /^(?:(?:подо|обо|пере|вы|про)?жд(?:а(?:ть|[лв])|[уеи])|ожида)/;

/** Snowball's Russian stemmer, and the vowel that comes and goes: звонок, звонка; конец, конца; ошибок, ошибка. */
function stemRussian(word: string): string {
	if (waiting.test(word)) return 'жд';
	const stem = irregularRussian.get(word) ?? stemRussianWord(word).replace(/(?<=..[^аеиоуыэюя])[ое](?=[кц]$)/, '');
	// To call is done once or again and again: перезвонить, перезваниваем.
	return stem.replace(/званива.*$/, 'звон');
}
