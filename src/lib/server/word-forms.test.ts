import { describe, expect, it } from 'vitest';
import { findWords, stemWord } from './word-forms.ts';

describe('forms of one word have one stem', () => {
	it.each([
		['bg', 'клиент клиента клиентът клиенти клиентите'],
		['bg', 'оплакване оплакването оплаквания оплакванията'],
		['bg', 'обещание обещанието обещания обещанията обещавам обещаваме обещах обещахте обещайте'],
		['bg', 'извинение извиненията извинете извинявайте извинявам извинява'],
		['bg', 'срок срокът срока срокове сроковете'],
		['bg', 'въпрос въпросът въпроси въпросите'],
		['bg', 'граница границата граници границите'],
		['bg', 'минута минутата минути минутите'],
		['bg', 'работа работата работя работи работите'],
		['bg', 'бял бяла бели белите'],
		['bg', 'добър добра добро добри добрият'],
		['bg', 'вероятен вероятна вероятно вероятни'],
		['bg', 'човек човека човекът хора хората'],
		['bg', 'ден деня дни дните'],
		['bg', 'дете детето деца децата'],
		['bg', 'запиша запишете запише'],
		['bg', 'компания компанията компании'],
		['ru', 'жалоба жалобы жалобе жалобами жалоб'],
		['ru', 'звонок звонка звонки звонков'],
		['ru', 'перезвонить перезвоню перезвоните перезванивать перезваниваем перезванивайте перезванивал'],
		['ru', 'конец конца концу'],
		['ru', 'ошибка ошибок ошибками'],
		['ru', 'письмо письма писем письмами'],
		['ru', 'день дня дней'],
		['ru', 'ждать жду ждет ждут ждите ждал ждали подождать подождете подождите ожидание ожидать'],
		['ru', 'человек человека люди людей'],
		['en', 'complaint complaints'],
		['en', 'transfer transfers transferred transferring'],
		['en', 'delivery deliveries']
	])('%s %s', (locale, forms) => {
		const stems = forms.split(' ').map((form) => [form, stemWord(form, locale)]);
		const first = stems[0]![1];
		expect(stems).toEqual(stems.map(([form]) => [form, first]));
	});
});

describe('different words keep different stems', () => {
	it.each([
		['bg', 'правило направя'],
		['bg', 'маса махна'],
		['bg', 'минута минавам'],
		['bg', 'страна страх'],
		['bg', 'доставка достоен'],
		['ru', 'звонок звено'],
		['ru', 'ждать дать'],
		['ru', 'жди дожди'],
		['ru', 'ждет каждый'],
		['en', 'customer custom-made']
	])('%s %s', (locale, words) => {
		const [one, other] = words.split(' ').map((word) => stemWord(word, locale));
		expect(one).not.toBe(other);
	});
});

it('a language without a stemmer, and names of JavaScript, stay whole', () => {
	expect(stemWord('häuser', 'de')).toBe('häuser');
	for (const word of ['constructor', '__proto__']) expect(stemWord(word, 'bg')).not.toBe('');
});

it('words are found where they stand, folded', () => {
	const text = 'It’s Ms Petrova’s “hold-return”: ещё ѝ сто\u0301ит 30 %';
	const words = findWords(text);
	expect(words.map(({ folded }) => folded)).toEqual(['it', 'ms', 'petrova', 'hold', 'return', 'еще', 'и', 'стоит', '30']);
	expect(words.map(({ start, end }) => text.slice(start, end))[2]).toBe('Petrova’s');
});
