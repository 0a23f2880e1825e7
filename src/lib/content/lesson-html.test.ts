import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HandbookPiece, ItemBody, LessonPiece } from '../core/academy.ts';
import type { Question } from '../core/questions/question.ts';
import { renderItem } from './lesson-html.ts';

/** Text pieces of a lesson in English, rendered. */
async function renderPieces(pieces: LessonPiece[], locale = 'en'): Promise<string[]> {
	const body = await renderItem({ kind: 'lesson', title: { [locale]: 'T' }, pieces: { [locale]: pieces } });
	if (body.kind !== 'lesson') throw new Error('not a lesson');
	return body.pieces[locale]!.map((piece) => (piece.kind === 'text' ? piece.text : piece.key));
}
async function render(text: string, locale = 'en'): Promise<string> {
	return (await renderPieces([{ kind: 'text', text }], locale))[0]!;
}

const common = { points: 1, shuffle: true, optional: false, standard: [], tags: [] };
async function renderQuestion(question: Question): Promise<Question> {
	const body = await renderItem({ kind: 'question', question });
	if (body.kind !== 'question') throw new Error('not a question');
	return body.question;
}
async function renderOption(text: string): Promise<string> {
	const question = await renderQuestion({
		...common,
		kind: 'ordering',
		prompt: { en: 'What?' },
		items: [{ en: text }, { en: 'other' }],
		key: { explanation: null }
	});
	return question.kind === 'ordering' ? question.items[0]!.en! : '';
}

describe('what GitHub shows', () => {
	test.each([
		['a *b* **c** ~~d~~ `e`', '<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e</code></p>'],
		['a  \nb\\\nc', '<p>a<br />\nb<br />\nc</p>'],
		['- a\n- b', '<ul>\n<li>a</li>\n<li>b</li>\n</ul>'],
		['3. a\n4. b', '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'],
		[
			'- [ ] a\n- [x] b',
			'<ul class="contains-task-list">\n<li class="task-list-item"><span class="task-box">☐</span> a</li>\n<li class="task-list-item"><span class="task-box">☑</span> b</li>\n</ul>'
		],
		['> a', '<blockquote>\n<p>a</p>\n</blockquote>'],
		['```js\nif (a < b) {}\n```', '<pre><code class="language-js">if (a &lt; b) &#123;&#125;\n</code></pre>'],
		['a\n\n---\n\nb', '<p>a</p>\n<hr />\n<p>b</p>'],
		['---\ntitle: a\n---', '<hr />\n<h2 id="title-a">title: a</h2>'],
		['H<sub>2</sub>O<br>x<sup>2</sup> <kbd>Esc</kbd>', '<p>H<sub>2</sub>O<br />x<sup>2</sup> <kbd>Esc</kbd></p>'],
		['a <!-- {not} shown --> b', '<p>a  b</p>'],
		['\\*a\\* \\<b> \\{c\\} \\= \\\\', '<p>*a* &lt;b&gt; &#123;c&#125; = \\</p>'],
		['`\\{\\\\`', '<p><code>\\&#123;\\\\</code></p>'],
		['“a” -- it\'s... "b"', '<p>“a” -- it\'s... "b"</p>']
	])('%j', async (markdown, html) => {
		expect(await render(markdown)).toBe(html);
	});

	test('a table scrolls by itself, has a name, and is aligned without a style', async () => {
		expect(await render('| A | "B" |\n|:-:|--:|\n| 1 | 2 \\| 3 |')).toBe(
			'<div class="table-scroll" role="group" tabindex="0" aria-label="A, &quot;B&quot;"><table>\n<thead>\n<tr>\n<th align="center">A</th>\n<th align="right">"B"</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align="center">1</td>\n<td align="right">2 | 3</td>\n</tr>\n</tbody>\n</table></div>'
		);
	});

	test.each([
		['en', 'Say', 'Rather not'],
		['ru', 'Скажите', 'Лучше не говорить'],
		['bg', 'Кажете', 'По-добре не']
	])('a phrase bank is known by its titles (%s)', async (locale, say, not) => {
		expect(await render(`| ${say} | ${not} |\n|---|---|\n| a | b |`, locale)).toContain(
			'class="table-scroll phrase-bank"'
		);
		expect(await render(`| ${say} | c |\n|---|---|\n| a | b |`, locale)).toContain('class="table-scroll"');
	});

	test('callouts, also with quotes in them and beside them', async () => {
		expect(await render('> [!NOTE]\n> a\n> > b\n>\n> c\n\n> d')).toBe(
			'<div class="callout callout-note" role="note"><p class="callout-title">Note</p><p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n<p>c</p>\n</div>\n<blockquote>\n<p>d</p>\n</blockquote>'
		);
		expect(await render('> [!WARNING]\n>\n> a', 'ru')).toBe(
			'<div class="callout callout-warning" role="note"><p class="callout-title">Осторожно</p>\n<p>a</p>\n</div>'
		);
		expect(await render('> [!TIP]\n> a', 'bg')).toContain('Съвет');
	});

	test('footnotes have addresses of their own in each piece, and return to each place', async () => {
		const note = 'a[^x] b[^x]\n\n[^x]: The {note}.';
		const [first, , second] = await renderPieces([
			{ kind: 'text', text: note },
			{ kind: 'exercise', key: 'one' },
			{ kind: 'text', text: note }
		]);
		expect(first).toBe(
			'<p>a<sup id="p1-fnref-x"><a href="#p1-fn-x" class="footnote-ref">x</a></sup> b<sup id="p1-fnref-x-2"><a href="#p1-fn-x" class="footnote-ref">x</a></sup></p>\n<div class="footnotes">\n<hr />\n<ol>\n<li id="p1-fn-x">The &#123;note&#125;.<a href="#p1-fnref-x" class="footnote-backref">↩</a></li>\n</ol>\n</div>'
		);
		expect(second).toBe(first!.replaceAll('p1-', 'p3-'));
	});

	test('headings take the addresses that the compiler gave them, or one of their own', async () => {
		const pieces: LessonPiece[] = [
			{
				kind: 'text',
				text: '## Ёж и `код`\n\n## Ёж',
				headings: [
					{ id: 'one', level: 2, text: '' },
					{ id: 'ёж', level: 2, text: '' }
				]
			},
			{ kind: 'text', text: '## Ёж\n\n### A & B' }
		];
		const [first, second] = await renderPieces(pieces);
		expect(first).toBe('<h2 id="one">Ёж и <code>код</code></h2>\n<h2 id="ёж">Ёж</h2>');
		expect(second).toBe('<h2 id="ёж-2">Ёж</h2>\n<h3 id="a-b">A &amp; B</h3>');
	});

	test('links to clauses, headings and outside; pictures from our own folder', async () => {
		expect(await render('[a](standard:phone.hold) [b](#ёж) [c](https://example.com/?a={b}&c "d")')).toBe(
			'<p><a href="/handbook/phone#hold">a</a> <a href="#%D1%91%D0%B6">b</a> <a href="https://example.com/?a=%7Bb%7D&amp;c" title="d" rel="noopener">c</a></p>'
		);
		expect(await render(`![a {b}](/pictures/${'0'.repeat(64)}.svg)`)).toBe(
			`<p><img src="/pictures/${'0'.repeat(64)}.svg" alt="a &#123;b&#125;" /></p>`
		);
		expect(await render('![a](../../pictures/b.svg)')).toBe('<p><img src="/pictures/b.svg" alt="a" /></p>');
	});
});

describe('an item keeps its shape', () => {
	test('a choice: options in a line, feedback in paragraphs', async () => {
		const question: Question = {
			...common,
			kind: 'single',
			prompt: { en: '*What?*', ru: 'Что?\n\n- a' },
			options: [
				{ en: '2. b', ru: '# c' },
				{ en: 'a < b & "c"', ru: '- {d}' }
			],
			key: { right: [true, false], feedback: [{ en: 'Yes.', ru: 'Да.' }, null], explanation: { en: '`a`', ru: 'б' } }
		};
		expect(await renderQuestion(question)).toEqual({
			...question,
			prompt: { en: '<p><em>What?</em></p>', ru: '<p>Что?</p>\n<ul>\n<li>a</li>\n</ul>' },
			options: [
				{ en: '2. b', ru: '# c' },
				{ en: 'a &lt; b &amp; "c"', ru: '- &#123;d&#125;' }
			],
			key: {
				right: [true, false],
				feedback: [{ en: '<p>Yes.</p>', ru: '<p>Да.</p>' }, null],
				explanation: { en: '<p><code>a</code></p>', ru: '<p>б</p>' }
			}
		});
	});

	test('matching, text, number and open', async () => {
		const prompt = { en: 'What?' };
		expect(
			await renderQuestion({
				...common,
				kind: 'matching',
				prompt,
				columns: [{ en: '*a*' }, { en: 'b' }],
				left: [{ en: '1 | 2' }],
				right: [{ en: '`3`' }],
				key: { explanation: null }
			})
		).toMatchObject({
			columns: [{ en: '<em>a</em>' }, { en: 'b' }],
			left: [{ en: '1 | 2' }],
			right: [{ en: '<code>3</code>' }]
		});
		const accepted = { en: [{ text: '<b>', almost: true }] };
		expect(
			await renderQuestion({ ...common, kind: 'text', prompt, key: { accepted, explanation: { en: 'x' } } })
		).toMatchObject({ prompt: { en: '<p>What?</p>' }, key: { accepted, explanation: { en: '<p>x</p>' } } });
		expect(
			await renderQuestion({
				...common,
				kind: 'number',
				prompt,
				unit: { en: '%' },
				key: { value: 1, tolerance: 0, explanation: null }
			})
		).toMatchObject({ unit: { en: '%' }, key: { value: 1, tolerance: 0, explanation: null } });
		expect(
			await renderQuestion({ ...common, kind: 'open', prompt, rubric: 'phone', key: { explanation: null } })
		).toMatchObject({ prompt: { en: '<p>What?</p>' }, rubric: 'phone' });
	});

	test('the handbook and an accept', async () => {
		const pieces: HandbookPiece[] = [
			{ kind: 'text', text: '## `hold`' },
			{ kind: 'clause', id: 'phone.hold', key: 'hold', title: 'Hold <on>', text: 'Ask **first**.\n\n### Hold' },
			{ kind: 'letter', key: 'late', text: 'Dear {name},\n\n*we* are <late>.\nYours' }
		];
		const page: ItemBody = { kind: 'handbook', title: { en: 'Phone' }, pieces: { en: pieces } };
		expect(await renderItem(page)).toEqual({
			...page,
			pieces: {
				en: [
					{ kind: 'text', text: '<h2 id="hold-2"><code>hold</code></h2>' },
					{ ...pieces[1], text: '<p>Ask <strong>first</strong>.</p>\n<h3 id="hold-3">Hold</h3>' },
					{ ...pieces[2], text: '<p>Dear &#123;name&#125;,</p>\n<p>*we* are &lt;late&gt;.<br />Yours</p>' }
				]
			}
		});
		const accept: ItemBody = {
			kind: 'accept',
			optional: false,
			clauses: [{ id: 'phone.hold', title: { en: 'Hold' }, text: { en: 'Ask *first*.' } }]
		};
		expect(await renderItem(accept)).toMatchObject({
			clauses: [{ title: { en: 'Hold' }, text: { en: '<p>Ask <em>first</em>.</p>' } }]
		});
	});
});

const hostile = [
	'<script>alert(1)</script>',
	'<script',
	'<ScRiPt src=//evil.example>',
	'<style>a{}</style>',
	'<style\n>a{}</style>',
	'<svelte:head><title>x</title></svelte:head>',
	'<svelte:window on:click={x}/>',
	'<Button on:click={x}/>',
	'{@html x}',
	'{#if x}a{:else}b{/if}',
	'{#each x as y}{y}{/each}',
	'{@const a = 1}{@debug a}',
	'`{@html x}`',
	'```svelte\n<script>{@html x}</script>\n```',
	'``` {x}\na\n```',
	'~~~<script>\na\n~~~',
	'<img src=x onerror=alert(1)>',
	'<svg onload=alert(1)>',
	'<kbd onclick="alert(1)">a</kbd>',
	'<a href="javascript:alert(1)">a</a>',
	'[a](javascript:alert(1))',
	'[a](<javascript:alert(1)>)',
	'[a](java&#115;cript:alert(1))',
	'[a](JaVaScRiPt&colon;alert(1))',
	'[a](java\tscript:alert(1))',
	'[a](vbscript:x)',
	'[a](data:text/html;base64,PHNjcmlwdD4=)',
	'[a](//evil.example)',
	'[a](https://example.com "onmouseover={x}")',
	'[a]: javascript:alert(1)\n\n[a]',
	'[a]: <script>alert(1)</script>\n\n[a]',
	'[a](<b>c)',
	'](<script>alert(1)</script>',
	'![a](javascript:alert(1))',
	'![a](https://evil.example/a.png)',
	'![a" onerror="alert(1)](/pictures/a.svg)',
	'<!-- {@html x} -->',
	'<!--><script>alert(1)</script>-->',
	'<!-- unclosed <script>alert(1)</script>',
	'<![CDATA[<script>alert(1)</script>]]>',
	'<?php x ?>',
	'</div></main><script>',
	'&lt;script&gt;alert(1)&lt;/script&gt; &#123;x&#125;',
	'<p style="color:red">a</p>',
	'<div class="footnotes">a</div>',
	'a[^<script>]\n\n[^<script>]: b',
	'a[^1]\n\n[^1]: <script>alert(1)</script> {x}',
	'## <script> {x} `<b>`',
	'| <script> | {x} |\n|---|---|\n| " onclick="x | b |',
	'> [!NOTE]<script>\n> {x}',
	'\uFDD0 \uFDD2script> \uFDD4',
	'<br/{x}> <kbd/onclick=x>'
];
const knownTags =
	/^<\/?(?:p|br|hr|h[2-6]|em|strong|del|code|pre|blockquote|ul|ol|li|table|thead|tbody|tr|th|td|a|img|kbd|sub|sup|div|span)(?: (?:href|title|rel|class|src|alt|start|id|align|role|tabindex|aria-label)="[^"<>{}]*")*(?: \/)?>$/;

/** Every tag is on the list, every attribute too, no address runs anything, and no brace is left for Svelte. */
function expectHarmless(html: string): void {
	for (const [tag] of html.matchAll(/<[^>]*>?/g)) {
		expect(tag).toMatch(knownTags);
		for (const [, address] of tag.matchAll(/ href="([^"]*)"/g))
			expect(address).toMatch(/^(?:https?:|mailto:|tel:|\/handbook\/|#)/i);
		for (const [, address] of tag.matchAll(/ src="([^"]*)"/g))
			expect(address).toMatch(/^\/pictures\/[a-z0-9.-]+\.svg$/);
	}
	expect(html).not.toMatch(/[{}\uFDD0-\uFDEF]/);
}

describe('hostile text is text', () => {
	test.each(hostile)('%j', async (text) => {
		expectHarmless(await render(text));
		expectHarmless(await renderOption(text));
		const page: ItemBody = {
			kind: 'handbook',
			title: { en: 'T' },
			pieces: { en: [{ kind: 'letter', key: 'a', text }] }
		};
		const letter = await renderItem(page);
		expectHarmless(letter.kind === 'handbook' ? letter.pieces.en!.map((piece) => piece.text).join('') : '');
	});

	test('what is written is shown, letter by letter', async () => {
		expect(await render('<script>alert(1)</script>')).toBe('<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>');
		expect(await render('{#if x}<b>{@html y}</b>{/if}')).toBe(
			'<p>&#123;#if x&#125;&lt;b&gt;&#123;@html y&#125;&lt;/b&gt;&#123;/if&#125;</p>'
		);
		expect(await render('<svelte:head>{x}')).toBe('<p>&lt;svelte:head&gt;&#123;x&#125;</p>');
	});

	const part = fc.oneof(
		fc.constantFrom(...hostile),
		fc.constantFrom(
			'\n',
			'\n\n',
			'  ',
			'> ',
			'- ',
			'1. ',
			'| ',
			'```',
			'`',
			'*',
			'_',
			'[',
			']',
			'(',
			')',
			'<',
			'>',
			'{',
			'}',
			'\\',
			'&',
			'"',
			'!'
		),
		fc.string({ unit: 'grapheme', maxLength: 8 })
	);
	const texts = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));

	test('whatever it is put together of', async () => {
		await fc.assert(
			fc.asyncProperty(texts, async (text) => {
				expectHarmless(await render(text));
				expectHarmless(await renderOption(text));
			}),
			{ numRuns: 300 }
		);
	}, 60_000);

	test('texts that are rendered together come out as if each were alone', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(texts, { minLength: 2, maxLength: 4 }), async (list) => {
				const alone = [];
				for (const text of list) alone.push(await renderOption(text));
				const together = await renderQuestion({
					...common,
					kind: 'ordering',
					prompt: { en: 'What?' },
					items: list.map((en) => ({ en })),
					key: { explanation: null }
				});
				expect(together.kind === 'ordering' && together.items.map(({ en }) => en)).toEqual(alone);
			}),
			{ numRuns: 100 }
		);
	}, 60_000);

	test('a line of prose is not rendered at all, and comes out the same', async () => {
		const words = fc.string({
			unit: fc.constantFrom(...'abcЯёй 12.,:;!?()-–—«»„“”"\'%/=+#'),
			minLength: 1,
			maxLength: 40
		});
		await fc.assert(
			fc.asyncProperty(words, async (line) => {
				const text = `A${line.trim()}z`;
				const [, rendered] = (await render(`*x*\n\n${text}`)).split('\n');
				expect(await render(text)).toBe(rendered);
			}),
			{ numRuns: 200 }
		);
	}, 60_000);
});
