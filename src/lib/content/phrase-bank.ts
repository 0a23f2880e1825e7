/** A phrase bank is a table of two columns: what to say, and what rather not. Its titles tell it from other tables. */

const titlesOf: Record<string, [say: RegExp, ratherNot: RegExp]> = {
	en: [/^say$/i, /^rather not$/i],
	ru: [/^(?:скажите|говорите)$/iu, /^лучше не(?:$| )/iu],
	bg: [/^(?:кажете|казвайте)$/iu, /^по-добре не(?:$| )/iu]
};

export function isPhraseBank(titles: string[], locale: string): boolean {
	const wanted = titlesOf[locale] ?? titlesOf.en!;
	return titles.length === 2 && wanted.every((title, i) => title.test(titles[i]!));
}
