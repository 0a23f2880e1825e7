/** No input makes the compiler throw or hang: mutated real files, bytes, put-together signs, and what is known to be slow. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile, newCompileCache } from './compile.ts';
import { readContentFolder } from '../server/content-folder.ts';

const good = await readContentFolder(join(import.meta.dirname, 'fixtures/good'));
const textOf = (path: string) => new TextDecoder().decode(good.get(path));

function withFile(path: string, text: string | Uint8Array, files = good): Map<string, Uint8Array> {
	return new Map([...files, [path, typeof text === 'string' ? Buffer.from(text) : text]]);
}

describe('no input makes it throw or hang', () => {
	/** Milliseconds of processor time that one input may take, also on a slow and busy machine. */
	const patience = 3000;
	const path = 'courses/desk/calls.en.md';
	const places = [
		path,
		'courses/desk/test.ru.md',
		'handbook/phone.en.md',
		'courses/desk/course.yaml',
		'competencies.yaml',
		'positions.yaml',
		'academy.yaml',
		'pictures/steps.svg',
		'scorecards/phone.yaml',
		'observations/first-week.yaml',
		'calls/late/call.yaml',
		'calls/late/reference.yaml',
		'calls/late/transcript.en.vtt',
		'calls/late/audio.en.mp3',
		'calls/mail/transcript.ru.md',
		'role-plays/kettle.en.md',
		'courses/practice/drill.en.md'
	];
	const cache = newCompileCache();

	// A parser makes an error for each of twenty thousand quotes. Where in the program, nobody reads.
	const { stackTraceLimit } = Error;
	beforeAll(() => void (Error.stackTraceLimit = 0));
	afterAll(() => void (Error.stackTraceLimit = stackTraceLimit));

	function expectAnswer(files: Map<string, Uint8Array>): void {
		const start = process.cpuUsage();
		const { academy, items, problems } = compile(files, cache);
		expect(process.cpuUsage(start).user / 1000).toBeLessThan(patience);
		expect(academy === null).toBe(problems.some(({ severity }) => severity === 'error'));
		expect(items.length > 0).toBe(academy !== null);
		const lengths = new Map<string, number[]>();
		for (const { file, line, column, says, fix } of problems) {
			if (!lengths.has(file)) lengths.set(file, lineLengths(files.get(file)));
			const last = lengths.get(file)!;
			if (line >= 1 && line <= last.length && column >= 1 && column <= last[line - 1]! + 1 && says && fix) continue;
			expect.fail(`${file}:${line}:${column} is outside the file: ${says} — ${fix}`);
		}
	}

	/** Code points in each line. A file that is not there has one empty line. */
	function lineLengths(bytes: Uint8Array | undefined): number[] {
		const lines = new TextDecoder()
			.decode(bytes)
			.replace(/^\uFEFF/, '')
			.split(/\r\n|\r|\n/);
		return lines.map((line) => [...line].length);
	}

	const pieces = [
		...[
			'---',
			'```',
			'````',
			'~~~',
			'```question one',
			'```accept a\nclauses: [phone.hold]',
			'question',
			'`',
			'> ',
			'- ',
			'- [ ] ',
			'- [x] ',
			'1. ',
			'| ',
			'|---|---|',
			'= ',
			'≈ ',
			'# ',
			'## ',
			'## `a` b',
			'[a](b)',
			'![',
			'](',
			'[^a]',
			'[^a]: ',
			'[a]: b',
			'<!--',
			'-->',
			'<b>',
			'<',
			'>',
			'{',
			'}',
			'\\',
			'[!NOTE]'
		],
		...[
			'title: ',
			'en: ',
			'- ',
			'[',
			']',
			'{',
			': ',
			'&a',
			'*a',
			'!!',
			'? ',
			'"',
			"'",
			'|',
			'>',
			'%',
			'@',
			'#',
			'points=2',
			'kind=multiple',
			'standard=phone.hold',
			'../../pictures/steps.svg',
			'standard:phone.hold',
			'javascript:'
		],
		...[
			'WEBVTT',
			'NOTE ',
			'STYLE',
			'REGION',
			'00:00.000 --> 00:01.000',
			'<v Agent>',
			'</v>',
			'&amp;',
			'**Customer:** ',
			'**Agent (mood<0):** ',
			'## details',
			'- [a](#details "+1 mood-1 critical")',
			'if=mood>=1',
			'```call-review a\ncalls: [late]',
			'```role-play b\nscene: kettle'
		],
		...[
			'\n',
			'\n\n',
			'\r\n',
			'\r',
			'\t',
			'  ',
			'    ',
			'\uFEFF',
			'\0',
			'\u2028',
			'é',
			'e\u0301',
			'😀',
			'👩‍👩‍👧',
			'\u202e',
			'й',
			'\ud800'
		]
	];
	const junk = fc.oneof(
		{ weight: 5, arbitrary: fc.constantFrom(...pieces) },
		{ weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) }
	);
	const texts = fc.array(junk, { maxLength: 40 }).map((parts) => parts.join(''));

	test('real files with pieces cut out, put in, doubled and exchanged', () => {
		const change = fc.record({
			at: fc.nat(),
			length: fc.nat({ max: 60 }),
			text: texts,
			how: fc.constantFrom('cut', 'put', 'replace', 'double', 'swap')
		});
		fc.assert(
			fc.property(fc.constantFrom(...places), fc.array(change, { minLength: 1, maxLength: 4 }), (place, changes) => {
				let text = textOf(place);
				for (const { at, length, text: put, how } of changes) {
					const from = text.length === 0 ? 0 : at % text.length;
					const part = text.slice(from, from + length);
					const [before, after] = [text.slice(0, from), text.slice(from + length)];
					if (how === 'cut') text = before + after;
					else if (how === 'put') text = before + put + part + after;
					else if (how === 'replace') text = before + put + after;
					else if (how === 'double') text = before + part + part + after;
					else text = after + part + before;
				}
				expectAnswer(withFile(place, text));
			}),
			{ numRuns: 600 }
		);
	}, 120_000);

	test('bytes that are no text', () => {
		fc.assert(
			fc.property(fc.constantFrom(...places), fc.uint8Array({ maxLength: 200 }), fc.nat(), (place, bytes, at) => {
				const whole = good.get(place)!;
				const from = at % whole.length;
				expectAnswer(withFile(place, Buffer.concat([whole.subarray(0, from), bytes, whole.subarray(from)])));
			}),
			{ numRuns: 150 }
		);
	}, 120_000);

	test('text that is put together of signs', () => {
		const front = textOf('courses/desk/spare.en.md').split('\n\n')[0]!;
		fc.assert(
			fc.property(texts, texts, (body, fence) => {
				expectAnswer(
					withFile('courses/desk/spare.en.md', `${front}\n\n${body}\n\n\`\`\`question one\n${fence}\n\`\`\`\n`)
				);
				expectAnswer(withFile('handbook/phone.en.md', `${textOf('handbook/phone.en.md')}\n${body}`));
				expectAnswer(withFile('positions.yaml', body));
				expectAnswer(withFile('calls/late/transcript.en.vtt', `WEBVTT\n\n${body}\n\nt1\n00:00.000 --> 00:01.000\n${fence}\n`));
				expectAnswer(withFile('calls/mail/transcript.en.md', body));
				expectAnswer(withFile('role-plays/kettle.en.md', `${textOf('role-plays/kettle.en.md')}\n${body}\n\n- ${fence}\n`));
			}),
			{ numRuns: 200 }
		);
	}, 120_000);

	test('names of files', () => {
		const names = fc.array(
			fc.oneof(
				fc.constantFrom(
					'courses',
					'handbook',
					'pictures',
					'calls',
					'scorecards',
					'observations',
					'role-plays',
					'call.yaml',
					'reference.yaml',
					'transcript.en.vtt',
					'transcript.en.md',
					'audio.en.mp3',
					'..',
					'',
					'.',
					'desk',
					'a.en.md',
					'b.svg',
					'course.yaml',
					'__proto__',
					'constructor'
				),
				fc.string({ maxLength: 10 })
			),
			{ minLength: 1, maxLength: 4 }
		);
		fc.assert(
			fc.property(names, texts, (parts, text) => {
				expect(() => compile(withFile(parts.join('/'), text), cache)).not.toThrow();
			}),
			{ numRuns: 400 }
		);
		for (const name of ['constructor', '__proto__', 'toString']) {
			const { problems } = compile(withFile(name, 'x'));
			expect(problems.filter((one) => one.file === name).map(({ code }) => code)).toEqual(['file-unused']);
		}
		expect(compile(new Map()).problems.map(({ code }) => code)).toEqual(['academy-missing']);
	}, 120_000);

	// Each of these is known to be slow or deep in some parser of Markdown or YAML.
	const size = 40_000;
	const fill = (part: string) => part.repeat(Math.floor(size / Buffer.byteLength(part)));
	test.each([
		['[', fill('[')],
		['![', fill('![')],
		['[a](', fill('[a](')],
		['[a](<b', fill('[a](<b')],
		['](', `${fill('[').slice(0, size / 2)}${fill('](').slice(0, size / 2)}`],
		['*a_', fill('*a_ ')],
		['**x', fill('**x ')],
		['a**b', `a${fill('**b')}`],
		['`', Array.from({ length: 260 }, (_, i) => '`'.repeat(i + 1)).join(' ')],
		['> ', fill('> ')],
		['- ', fill('- ')],
		['1. ', fill('1. ')],
		['nested list', Array.from({ length: 260 }, (_, i) => `${' '.repeat(i)}- a`).join('\n')],
		['nested quotes', Array.from({ length: 260 }, (_, i) => `${'>'.repeat(i)} a\n`).join('\n')],
		['<', fill('<')],
		['<a ', fill('<a ')],
		['<!--', fill('<!-- ')],
		['<!-- in lines', fill('a <!--\n')],
		['<?', fill('<?')],
		['<!A', fill('<!A ')],
		['<![CDATA[', fill('<![CDATA[')],
		['&', fill('&#x')],
		['\\', fill('\\')],
		['[^', fill('[^')],
		['[^a]', fill('[^a]')],
		['[^a]:', fill('[^a]:\n')],
		['footnotes', Array.from({ length: 2500 }, (_, i) => `[^${i}]: a[^${i + 1}]\n\n`).join('')],
		['[a]:', fill('[a]:\n')],
		['references', Array.from({ length: 2500 }, (_, i) => `[a${i}]: b\n`).join('')],
		['| a ', `${fill('| a ').slice(0, size / 2)}\n${fill('|---').slice(0, size / 2)}\n`],
		['wide table', `${'|a'.repeat(4000)}\n${'|-'.repeat(4000)}\n${'|\n'.repeat(10_000)}`],
		['tall table', `|a|b|\n|-|-|\n${fill('|[x](#y)|<b>|\n')}`],
		[
			'cells',
			`|${fill('a|').slice(0, size / 3)}\n|${fill('-|').slice(0, size / 3)}\n|${fill('[|').slice(0, size / 3)}\n`
		],
		['```', fill('```\n')],
		['```question', fill('```question a\n')],
		['questions', Array.from({ length: 1200 }, (_, i) => `\`\`\`question q${i}\nW?\n\n= a\n\`\`\`\n`).join('')],
		['one key', fill('```question a\nW?\n\n= a\n```\n')],
		['headings', fill('## a\n')],
		['# #', fill('# ')],
		['=', `a\n${fill('=\n')}`],
		['links in a line', fill('[a](#b) ')],
		['HTML in lines', fill('a <b>\n')],
		['spaces', `a${' '.repeat(size)}b`],
		['spaces in lines', fill(`${' '.repeat(500)}\n`)],
		['tabs', fill('\t')],
		['one letter', fill('a')],
		['emoji', fill('😀')],
		['accents', `a${fill('\u0301')}`],
		['callouts', fill('> [!NOTE]\n\n')],
		['===', fill('===')],
		['-->', fill('-->')],
		['"', fill('[a](b "')]
	])(
		'a text of %s',
		(_, body) => {
			const front = textOf('courses/desk/spare.en.md').split('\n\n')[0]!;
			expectAnswer(withFile('courses/desk/spare.en.md', `${front}\n\n${body}\n`));
			const part = body.slice(0, size / 2);
			expectAnswer(
				withFile('courses/desk/spare.en.md', `${front}\n\n\`\`\`\`\`question one\nW?\n\n${part}\n\`\`\`\`\`\n`)
			);
			expectAnswer(
				withFile(
					'courses/desk/spare.en.md',
					`${front}\n\n\`\`\`question one\nW?\n\n- [x] ${part.replaceAll('\n', ' ')}\n- [ ] b\n\`\`\`\n`
				)
			);
			expectAnswer(withFile('handbook/phone.en.md', `${textOf('handbook/phone.en.md')}\n${body}\n`));
			expectAnswer(withFile('role-plays/kettle.en.md', `${textOf('role-plays/kettle.en.md')}\n\n${part}\n`));
			expectAnswer(withFile('calls/mail/transcript.en.md', `**Agent:** ${part}\n`));
			expectAnswer(withFile('calls/late/transcript.en.vtt', `WEBVTT\n\nt1\n00:00.000 --> 00:01.000\n<v Agent>${part}\n`));
		},
		60_000
	);

	const whole = 250_000;
	const much = (part: string) => part.repeat(Math.floor(whole / Buffer.byteLength(part)));
	const clock = (ms: number) => `${String(Math.floor(ms / 60_000)).padStart(2, '0')}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}.${String(ms % 1000).padStart(3, '0')}`;
	test.each([
		['<', much('<')],
		['<b>', much('<b>')],
		['<b> in lines', much('<b>\n')],
		['<v a>', much('<v a>')],
		['&', much('&')],
		['&a;', much('&a;')],
		['-->', much('--> ')],
		['--> in lines', much('-->\n')],
		['NOTE', much('NOTE\n\n')],
		['REGION', much('REGION\n\n')],
		['region:', `00:00.000 --> 00:01.000 ${much('region:a ')}`],
		['STYLE', much('STYLE\n')],
		['settings', `00:00.000 --> 00:01.000 ${much('a:b ')}`],
		['ids', much('a\n\n')],
		['digits', `${much('9')}:00.000 --> 00:01.000`],
		['words', `t9\n00:00.000 --> 00:01.000\n<v Agent>${much('a ')}`],
		['cues', Array.from({ length: 4500 }, (_, i) => `c${i}\n${clock(i)} --> ${clock(i + 1)}\n<v Agent>a\n`).join('\n')],
		['cues with one id', Array.from({ length: 4500 }, (_, i) => `c\n${clock(i)} --> ${clock(i + 1)}\n<v Agent>a\n`).join('\n')],
		['lines', much('\n')]
	])(
		'a transcript of %s',
		(_, body) => {
			expectAnswer(withFile('calls/late/transcript.en.vtt', `WEBVTT\n\n${body}`));
			expectAnswer(withFile('calls/late/transcript.en.vtt', body));
		},
		60_000
	);

	const sceneFront = '---\ntitle: A\nstart: p0\nendings: { end: good }\n---\n\n';
	const chain = (count: number, choice: (i: number) => string) =>
		`${Array.from({ length: count }, (_, i) => `## p${i}\n\nA.\n\n${choice(i)}\n`).join('\n')}\n## p${count}\n\nB.\n\n- [a](#end "1")\n\n## end\n\nC.\n`;
	test.each([
		['a chain of passages', chain(5000, (i) => `- [a](#p${i + 1} "1")`)],
		['a chain with two ways at each', chain(190, (i) => `- [a](#p${i + 1} "1 mood+1")\n- [b](#p${i + 1} "0 mood-1")`)],
		['every passage leading to all later ones', chain(70, (i) => Array.from({ length: 70 - i }, (_, n) => `- [a](#p${i + n + 1} "1 mood-1")`).join('\n'))],
		['a circle of passages', chain(190, (i) => `- [a](#p${i + 1} "1")\n- [b](#p${(i + 100) % 190} "1")`)],
		['choices', `## p0\n\nA.\n\n${much('- [a](#end "1")\n')}\n## end\n\nC.\n`],
		['one title', `## p0\n\nA.\n\n- [a](#end "1 ${much('if=mood>0 ')}")\n\n## end\n\nC.\n`],
		['strange words', `## p0\n\nA.\n\n- [a](#end "1 ${much('moood+1 ')}")\n\n## end\n\nC.\n`],
		['lines', `## p0\n\n${much('**Agent (mood<0):** a\n\n')}`],
		['conditions', `## p0\n\n**Agent (${'mood<0,'.repeat(25)}):** a\n`],
		['stars', `## p0\n\n${much('**')}:** a\n`],
		['one heading', much('## p0\n\n')]
	])(
		'a scene of %s',
		(_, body) => expectAnswer(withFile('role-plays/kettle.en.md', sceneFront + body)),
		60_000
	);

	test.each([
		['[', fill('[')],
		['{', fill('{')],
		['{a: ', fill('{a: ')],
		['- ', fill('- ')],
		['? ', fill('? ')],
		['-\\t', fill('-\t')],
		['a:', fill('a: ')],
		['lines', fill('a: b\n')],
		['nested', Array.from({ length: 260 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
		['nested lists', Array.from({ length: 260 }, (_, i) => `${' '.repeat(i)}-`).join('\n')],
		['anchors', `a: &a [x]\n${Array.from({ length: 2000 }, (_, i) => `b${i}: &b${i} [*a, *a]\n`).join('')}`],
		[
			'a billion laughs',
			`a: &a [x, x]\n${'bcdefghijk'
				.split('')
				.map((key, i) => `${key}: &${key} [${`*${'abcdefghij'[i]!}, `.repeat(9)}]`)
				.join('\n')}`
		],
		['quotes', fill('"')],
		['a text', `a: |\n${fill('  b\n')}`],
		['#', fill('# a\n')],
		['documents', fill('---\n')],
		['directives', fill('%YAML 1.2\n')],
		['keys', Array.from({ length: 3000 }, (_, i) => `a${i}: b\n`).join('')],
		['__proto__', '__proto__: a\nconstructor: b\ntoString: c\n']
	])(
		'YAML of %s',
		(_, yaml) => {
			const places = [
				'positions.yaml',
				'competencies.yaml',
				'academy.yaml',
				'courses/desk/course.yaml',
				'scorecards/phone.yaml',
				'calls/late/reference.yaml'
			];
			for (const place of places)
				expectAnswer(withFile(place, yaml));
			expectAnswer(withFile('courses/desk/spare.en.md', `---\n${yaml}\n---\n\nText.\n`));
			expectAnswer(
				withFile('courses/desk/spare.en.md', textOf('courses/desk/spare.en.md') + `\n\`\`\`accept a\n${yaml}\n\`\`\`\n`)
			);
		},
		120_000
	);
});
