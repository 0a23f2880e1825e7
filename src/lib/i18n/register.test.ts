// One voice: the screens speak to everybody politely, buttons included (Russian and Bulgarian вы, вие).
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const familiar = {
	/** Singular pronouns and verbs anywhere; at the beginning of a sentence the imperatives that buttons are tempted by. */
	bg: /(?<!\p{L})(ти|теб|тебе|твоя|твой|твоят|твоето|твоите|можеш|искаш|имаш|виждаш)(?!\p{L})|(?:^|[.!?] )(копирай|търси|намери|промени|запази|изпрати|разреши|премести|премахни|махни|изтрий|върни|подпиши|приеми|избери|въведи|напиши|отвори|покажи|смени|започни|продължи|провери|опитай|прочети|отбележи|отговори|дай|виж|влез|излез|покани|предай|отпечатай|направи|запиши)(?!\p{L})/iu,
	ru: /(?<!\p{L})(ты|тебя|тебе|тобой|твой|твоя|твоё|твои|можешь|хочешь)(?!\p{L})|(?:^|[.!?] )(скопируй|найди|измени|сохрани|отправь|разреши|выбери|введи|напиши|открой|покажи|смени|начни|продолжи|проверь|попробуй|прочитай|отметь|ответь|дай|войди|выйди|пригласи|сдай|распечатай|сделай)(?!\p{L})/iu
};

/** `key: text` of every text of a language, variants included. */
function textsOf(locale: string): [string, string][] {
	const all = (value: unknown): string[] =>
		typeof value === 'string' ? [value] : value !== null && typeof value === 'object' ? Object.values(value).flatMap(all) : [];
	const messages = JSON.parse(readFileSync(`src/lib/i18n/messages/${locale}.json`, 'utf8')) as Record<string, unknown>;
	return Object.entries(messages).flatMap(([key, value]) => all(value).map((text): [string, string] => [key, text]));
}

describe.each(Object.entries(familiar))('%s', (locale, words) => {
	test('nobody is spoken to familiarly', () => {
		expect(textsOf(locale).filter(([, text]) => words.test(text))).toEqual([]);
	});
});

describe.each(['bg', 'ru'])('%s', (locale) => {
	test('no sentence ends with a date: „г.“ brings a full stop of its own, and two would stand there', () => {
		expect(textsOf(locale).filter(([, text]) => /\{(date|day|first|last)\}\./.test(text))).toEqual([]);
	});
});
