/**
 * Transcripts as the WebVTT standard has them. The cases follow those of the W3C's web-platform-tests (webvtt/parsing:
 * file-parsing, cue-text-parsing), rebuilt from the specification: where a browser would skip something without a
 * word, an author is told here.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Source } from './source.ts';
import { readTranscript } from './transcript-file.ts';

function read(text: string, locale = 'en') {
	const file = readTranscript(new Source('t.vtt', text), locale);
	return {
		turns: file.turns,
		told: file.problems.map(({ line, column, code }) => `${line}:${column} ${code}`)
	};
}
/** The turns of a transcript without a mistake, as `id speaker name from-to text`. */
function turnsOf(text: string, locale = 'en'): string[] {
	const { turns, told } = read(text, locale);
	expect(told).toEqual([]);
	return turns!.map(({ id, speaker, name, from, to, text: words }) => `${id} ${speaker} (${name}) ${from}-${to} ${words}`);
}
const cue = (words: string, times = '00:00.000 --> 00:01.000', id = 't1') => `${id}\n${times}\n${words}\n`;
const file = (...cues: string[]) => `WEBVTT\n\n${cues.join('\n')}`;
const said = (words: string) => turnsOf(file(cue(`<v Agent>${words}`)))[0]!.replace('t1 agent (Agent) 0-1 ', '');

describe('what the standard allows', () => {
	const one = ['t1 agent (Agent) 0-1 Yes.'];
	const plain = cue('<v Agent>Yes.');

	test.each([
		['a byte order mark', `\uFEFFWEBVTT\n\n${plain}`],
		['words behind the signature', `WEBVTT - a call --&gt;\n\n${plain}`],
		['a tab behind the signature', `WEBVTT\tcall\n\n${plain}`],
		['lines that end with CRLF', file(plain).replaceAll('\n', '\r\n')],
		['lines that end with CR', file(plain).replaceAll('\n', '\r')],
		['no line end at the end', file(plain).trimEnd()],
		['many empty lines', `WEBVTT\n\n\n\n${plain}\n\n\n`],
		['a comment in one line', file('NOTE one line\n', plain)],
		['a comment of several lines', file('NOTE\nfirst\nsecond\n', plain, '\nNOTE\tafter a tab\n')],
		['a comment at the end, without an empty line below', file(plain, '\nNOTE the end')],
		['a style', file('STYLE\n::cue(v[voice=Agent]) {\n\tcolor: lime;\n}\n', plain)],
		['a region', file('REGION\nid:fred\nwidth:40%\nlines:3\nregionanchor:0%,100%\nscroll:up\n', plain)],
		['several regions and styles', file('REGION \nid:a\n', 'STYLE\n::cue {}\n', 'REGION\nid:b\n', plain)],
		['a cue in a region', file('REGION\nid:fred\n', cue('<v Agent>Yes.', '00:00.000 --> 00:01.000 region:fred align:left'))],
		['settings', file(cue('<v Agent>Yes.', '00:00.000 --> 00:01.000 position:10%,line-left align:left size:35% line:0'))],
		['tabs and many spaces around the arrow', file(cue('<v Agent>Yes.', '00:00.000 \t -->\t  00:01.000'))],
		['times with hours', file(cue('<v Agent>Yes.', '00:00:00.000 --> 00:00:01.000'))],
		['a closed voice', file(cue('<v Agent>Yes.</v>'))],
		['an end of line behind the voice', file(cue('<v Agent>\nYes.'))]
	])('%s', (_, text) => {
		expect(turnsOf(text)).toEqual(one);
	});

	test('hours, of two digits and more', () => {
		expect(turnsOf(file(cue('<v Agent>Yes.', '00:59:59.999 --> 01:00:00.000'), cue('<v Agent>No.', '100:00:00.000 --> 123:04:05.678', 't2')))).toEqual([
			't1 agent (Agent) 3599.999-3600 Yes.',
			't2 agent (Agent) 360000-443045.678 No.'
		]);
	});

	test('turns that follow each other without a pause', () => {
		expect(turnsOf(file(cue('<v Agent>Yes.'), cue('<v Customer>No.', '00:01.000 --> 00:02.000', 't2')))).toHaveLength(2);
	});

	test.each([
		['&amp; &lt; &gt;', '& < >'],
		['a&nbsp;b', 'a b'],
		['&lrm;a&rlm;', '\u200ea\u200f'],
		['&eacute;&mdash;&euro;', 'é—€'],
		['&#65;&#1041;', 'AБ'],
		['--&gt;', '-->'],
		['&lt;v Customer&gt;', '<v Customer>'],
		['a &lt; b', 'a < b']
	])('the escapes of %s', (written, words) => {
		expect(said(written)).toBe(words);
	});

	test.each([
		['<b>a</b> <i>b</i> <u>c</u>', 'a b c'],
		['<c.loud.red>a</c>', 'a'],
		['<lang en-GB>a</lang>', 'a'],
		['<ruby>a<rt>b</rt></ruby>', 'ab'],
		['<b><i>a</i></b>b', 'ab'],
		['a <00:00:00.500>b', 'a b'],
		['one\ntwo', 'one two'],
		['  much   space ', 'much space']
	])('the tags of %s', (written, words) => {
		expect(said(written)).toBe(words);
	});

	test.each([
		['<v Agent>', 'agent', 'Agent'],
		['<v Customer>', 'customer', 'Customer'],
		['<v Agent Maria>', 'agent', 'Maria'],
		['<v Agent, Maria>', 'agent', 'Maria'],
		['<v.loud Customer Ms Petrova>', 'customer', 'Ms Petrova'],
		['<v.first.loud Customer>', 'customer', 'Customer'],
		['<v\tAgent   Maria  Ivanova >', 'agent', 'Maria Ivanova'],
		['<v\nAgent>', 'agent', 'Agent']
	])('the voice %s', (voice, speaker, name) => {
		expect(read(file(cue(`${voice}Yes.`))).turns).toMatchObject([{ speaker, name, text: 'Yes.' }]);
	});

	test('a voice without a name is called in the language of the transcript', () => {
		expect(turnsOf(file(cue('<v Customer>Да.')), 'ru')).toEqual(['t1 customer (Клиент) 0-1 Да.']);
		expect(turnsOf(file(cue('<v Agent>Да.')), 'bg')).toEqual(['t1 agent (Служител) 0-1 Да.']);
	});
});

describe('what would be lost or misread is told, with its place', () => {
	const good = cue('<v Agent>Yes.');
	const second = (words: string, times = '00:01.000 --> 00:02.000') => cue(words, times, 't2');
	test.each([
		['nothing', '', ['1:1 cue-syntax']],
		['no signature', good, ['1:1 cue-syntax']],
		['a signature in small letters', `webvtt\n\n${good}`, ['1:1 cue-syntax']],
		['a signature that goes on', `WEBVTTx\n\n${good}`, ['1:1 cue-syntax']],
		['a space before the signature', ` WEBVTT\n\n${good}`, ['1:1 cue-syntax']],
		['a cue right below the signature', `WEBVTT\n${good}`, ['2:1 cue-syntax']],
		['a header', `WEBVTT\nKind: captions\nLanguage: en\n\n${good}`, ['2:1 cue-syntax']],
		['a comma before the milliseconds', file(cue('<v Agent>a', '00:00,000 --> 00:01,000')), ['4:6 cue-syntax']],
		['no milliseconds', file(cue('<v Agent>a', '00:00 --> 00:01')), ['4:6 cue-syntax']],
		['two digits of milliseconds', file(cue('<v Agent>a', '00:00.00 --> 00:01.000')), ['4:9 cue-syntax']],
		['four digits of milliseconds', file(cue('<v Agent>a', '00:00.0000 --> 00:01.000')), ['4:11 cue-syntax']],
		['one digit of minutes', file(cue('<v Agent>a', '0:00.000 --> 00:01.000')), ['4:5 cue-syntax']],
		['60 seconds', file(cue('<v Agent>a', '00:00.000 --> 00:60.000')), ['4:24 cue-syntax']],
		['60 minutes', file(cue('<v Agent>a', '00:00.000 --> 60:00.000')), ['4:20 cue-syntax']],
		['a negative time', file(cue('<v Agent>a', '-00:00.000 --> 00:01.000')), ['4:1 cue-syntax']],
		['no second time', file(cue('<v Agent>a', '00:00.000 -->')), ['4:14 cue-syntax']],
		['no space before the arrow', file(cue('<v Agent>a', '00:00.000--> 00:01.000')), ['4:10 cue-syntax']],
		['no space behind the arrow', file(cue('<v Agent>a', '00:00.000 -->00:01.000')), ['4:14 cue-syntax']],
		['an arrow that is too long', file(cue('<v Agent>a', '00:00.000 ---> 00:01.000')), ['4:13 cue-syntax']],
		['an arrow that is too short', file(cue('<v Agent>a', '00:00.000 -> 00:01.000')), ['4:1 cue-syntax']],
		['words behind the times', file(cue('<v Agent>a', '00:00.000 --> 00:01.000 quietly')), ['4:25 cue-syntax']],
		['a setting of its own', file(cue('<v Agent>a', '00:00.000 --> 00:01.000 mood:low')), ['4:25 cue-syntax']],
		['a setting without a value', file(cue('<v Agent>a', '00:00.000 --> 00:01.000 align:')), ['4:25 cue-syntax']],
		['the second cue without an empty line before it', `${file(good).trimEnd()}\n${second('<v Agent>b')}`, ['7:1 cue-syntax']],
		['an id alone', file(good, 't2\n'), ['7:1 cue-syntax']],
		['words in an empty space', file(good, 'and so on\nand on\n', second('<v Agent>b')), ['7:1 cue-syntax']],
		['an arrow in words', file(cue('<v Agent>from a --> b')), ['5:1 cue-syntax']],
		['an arrow in a comment', file('NOTE\na --> b\n', good), ['4:1 cue-syntax']],
		['an arrow in a style', file('STYLE\na --> b\n', good), ['4:1 cue-syntax']],
		['an arrow in a region', file('REGION\na --> b\n', good), ['4:1 cue-syntax']],
		['a style below a cue', file(good, 'STYLE\n::cue {}\n', second('<v Agent>b')), ['7:1 cue-syntax']],
		['a region below a cue', file(good, 'REGION\nid:fred\n', second('<v Agent>b')), ['7:1 cue-syntax']],
		['a bare ampersand', file(cue('<v Agent>salt & pepper')), ['5:15 cue-syntax']],
		['an escape without its end', file(cue('<v Agent>salt &amp pepper')), ['5:15 cue-syntax']],
		['an escape that nobody knows', file(cue('<v Agent>salt &salt; pepper')), ['5:15 cue-syntax']],
		['an escape at the end', file(cue('<v Agent>salt &amp')), ['5:15 cue-syntax']],
		['an escape in the second line', file(cue('<v Agent>salt\nand & pepper')), ['6:5 cue-syntax']],
		['a tag that nobody knows', file(cue('<v Agent>a <big>b</big>')), ['5:12 cue-syntax']],
		['a tag without a name', file(cue('<v Agent>a <> b')), ['5:12 cue-syntax']],
		['an end without a beginning', file(cue('<v Agent>a</b>')), ['5:11 cue-syntax']],
		['tags that cross', file(cue('<v Agent><b><i>a</b></i>')), ['5:17 cue-syntax']],
		['rt without ruby', file(cue('<v Agent><rt>a</rt>')), ['5:10 cue-syntax']],
		['words in a tag', file(cue('<v Agent><b loud>a</b>')), ['5:10 cue-syntax']],
		['a time within words beyond the cue', file(cue('<v Agent>a <00:09.000>b')), ['5:23 cue-syntax']],
		['a voice that is never closed with >', file(cue('<v Agent hello')), ['5:1 turn-empty']],
		['a voice within a voice', file(cue('<v Agent>a <v Customer>b')), ['5:12 cue-voice']],
		['two voices one after the other', file(cue('<v Agent>a</v><v Customer>b</v>')), ['5:1 cue-voice']],
		['words before the voice', file(cue('Well, <v Agent>a')), ['5:1 cue-voice']],
		['words behind the voice', file(cue('<v Agent>a</v> b')), ['5:1 cue-voice']],
		['a voice in a tag', file(cue('<b><v Agent>a</v></b>')), ['5:1 cue-voice']],
		['no voice', file(cue('a')), ['5:1 cue-voice']],
		['no words', file(cue('')), ['4:1 cue-voice']],
		['a voice with no name', file(cue('<v>a')), ['5:1 cue-voice']],
		['the voice of somebody else', file(cue('<v Agentura>a')), ['5:1 cue-voice']],
		['a translated voice', file(cue('<v Клиент>а')), ['5:1 cue-voice']],
		['no id', file('00:00.000 --> 00:01.000\n<v Agent>a\n'), ['3:1 cue-id']],
		['an id with spaces', file(cue('<v Agent>a', '00:00.000 --> 00:01.000', 'turn 1')), ['3:1 cue-id']],
		['an id twice', file(good, cue('<v Agent>b', '00:01.000 --> 00:02.000')), ['7:1 cue-id']],
		['a cue of no length', file(cue('<v Agent>a', '00:01.000 --> 00:01.000')), ['4:24 cue-order']],
		['a cue that ends before it begins', file(cue('<v Agent>a', '00:01.000 --> 00:00.500')), ['4:24 cue-order']],
		['a cue before the one above', file(second('<v Agent>a'), good), ['8:10 cue-order']],
		['two cues at once', file(good, second('<v Agent>b', '00:00.999 --> 00:02.000')), ['8:1 cue-order']]
	])('%s', (_, text, told) => {
		expect(read(text).told).toEqual(told);
		expect(read(text).turns).toBeNull();
	});

	test('mistakes of several cues come in one run, one for each', () => {
		expect(read(file(cue('<v Agent>a & b & <x>'), cue('<v Agent>c', '00:01,000 --> 00:02.000', 't2'), cue('<v Agent>d & e', '00:02.000 --> 00:03.000', 't3'))).told).toEqual([
			'5:12 cue-syntax',
			'8:6 cue-syntax',
			'13:12 cue-syntax'
		]);
	});
});

test('what is written by the rules is read back, whatever is said', () => {
	const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
	const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).map((text) => `a${text.replace(/[\0\r\n]/g, '')}`);
	const time = (ms: number) => {
		const two = (n: number) => String(n).padStart(2, '0');
		const seconds = Math.floor(ms / 1000);
		return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(ms % 1000).padStart(3, '0')}`;
	};
	const turn = fc.record({ speaker: fc.constantFrom('Agent', 'Customer'), words, pause: fc.nat(90_000), length: fc.integer({ min: 1, max: 90_000 }) });
	fc.assert(
		fc.property(fc.array(turn, { minLength: 1, maxLength: 30 }), (turns) => {
			let at = 0;
			const cues = turns.map(({ speaker, words: text, pause, length }, i) => {
				const from = at + pause;
				at = from + length;
				return { cue: cue(`<v ${speaker}>${escaped(text)}`, `${time(from)} --> ${time(at)}`, `t${i}`), from, to: at };
			});
			const { turns: back, told } = read(file(...cues.map((one) => one.cue)));
			expect(told).toEqual([]);
			expect(back!.map(({ text }) => text)).toEqual(turns.map((one) => one.words.replace(/\s+/g, ' ').trim()));
			expect(back!.map(({ from, to }) => [Math.round(from! * 1000), Math.round(to! * 1000)])).toEqual(cues.map(({ from, to }) => [from, to]));
		}),
		{ numRuns: 100 }
	);
});
