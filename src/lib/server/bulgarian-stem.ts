/**
 * What the forms of a Bulgarian word have in common, for search. In the manner of J. Savoy's light stemmer (“Searching
 * strategies for the Bulgarian language”, Information Retrieval 10, 2007): the article goes, then the plural, then final
 * vowels, then sounds that change within a word are made equal. His rules are for nouns and adjectives; a handbook tells
 * people what to do, so the endings of verbs and verbal nouns go as well. A stem is for comparing; it need not be a word.
 */

/** Forms that share no beginning, or only a misleading one. */
const irregular = new Map([
	['хора', 'човек'],
	['хората', 'човек'],
	['деня', 'ден'],
	['денят', 'ден'],
	['дни', 'ден'],
	['дните', 'ден'],
	['деца', 'дет'],
	['децата', 'дет'],
	['имена', 'име'],
	['имената', 'име'],
	['вечерта', 'вечер']
]);

/** -ане, -ение and their plurals: обажда-не, обеща-ние. */
const verbalNoun = /[аея]н(?:е|и[еия])$/;
/** The -ва- of imperfective verbs with its endings: обеща-ва-м, изчак-ва-хте. -став- is a root (остава, доставя). */
const imperfective = /(?:(?<!ст)[ая]|(?<=[бгжзкпстчш]))ва(?:м|ме|ш|т|х|хме|х?те|ха|ше|л[аио]?|йт?е?|йки|н[аеои]?|ни[еия])?$/;
/** Present, aorist, imperfect, participle in -л, gerund; final vowels are gone already. страх and правило only look so. */
const verbEnding = /(?:[аеия](?:хм|йк)|[аеия][мш]|(?<!стр)[аеия]х|[аея]л|(?<!прав)ил|[ая]т)$/;

/** `word` in lower case. Words of three letters or fewer have no endings to lose. */
export function stemBulgarian(word: string): string {
	const known = irregular.get(word);
	if (known) return known;
	if (word.length < 4) return word.length < 3 ? word : sounds(word);
	let stem = withoutPlural(withoutArticle(word));
	stem = cut(stem, imperfective);
	stem = cut(stem, verbalNoun);
	stem = withoutFinalVowels(stem);
	stem = cut(stem, verbEnding);
	return sounds(withoutFinalVowels(withoutN(stem)));
}

/** The word without this ending, if three letters are left. */
function cut(word: string, ending: RegExp): string {
	const short = word.replace(ending, '');
	return short.length >= 3 ? short : word;
}

/** Only where the sound before it allows an article: минута and просто have none. */
function withoutArticle(word: string): string {
	const { length } = word;
	if (length > 6 && word.endsWith('ият')) return word.slice(0, -3);
	if (length > 5 && /(?:ито|[аеийхя]те|[автщя]та)$/.test(word)) return word.slice(0, -2);
	if (length > 4 && /(?:[ъя]т|[ео]то)$/.test(word)) return word.slice(0, -2);
	return word;
}

function withoutPlural(word: string): string {
	if (word.length > 6 && word.endsWith('овци')) return word.slice(0, -4);
	if (word.length > 6 && /(?:ове|ища)$/.test(word)) return word.slice(0, -3);
	if (word.length > 5 && word.endsWith('еве')) return word.slice(0, -3);
	return word;
}

function withoutFinalVowels(word: string): string {
	let end = word.length;
	while (end > 3 && 'аеийоуъюя'.includes(word[end - 1]!)) end--;
	return word.slice(0, end);
}

/** The -н of participles and adjectives, whose -е- comes and goes: вероятен, вероятна; but short верен, верна keep it. */
function withoutN(word: string): string {
	const short = word.replace(/(?:[ая]н|(?<=[^аеиоуъюя])н)$/, '');
	if (word.endsWith('ен') && word.length > 4) return word.length > 5 ? word.slice(0, -2) : `${word.slice(0, -2)}н`;
	return short.length > 3 ? short : word;
}

/** бял, бели; добър, добри; ръка, ръце; прилог, прилози; въпрос, въпроси as кожух, кожуси. */
function sounds(stem: string): string {
	const even = stem.replace(/(?<=..)ъ(?=[^аеиоуъюя]$)/, '').replace(/(?<=.)я/g, 'е');
	return even.length < 4 ? even : even.replace(/ц$/, 'к').replace(/з$/, 'г').replace(/х$/, 'с');
}
