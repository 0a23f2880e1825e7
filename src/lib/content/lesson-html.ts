/**
 * Markdown → sanitised HTML strings. mdsvex renders, an allow-list sanitises, and nothing is ever compiled as Svelte:
 * braces and angle brackets are put out of its sight first and come back as entities, so they are text and stay text.
 */
import { mdsvex } from 'mdsvex';
import remarkFootnotes from 'remark-footnotes';
import sanitizeHtml from 'sanitize-html';
import type { HandbookPiece, ItemBody, LessonPiece } from '../core/academy.ts';
import type { Localized, Question } from '../core/questions/question.ts';
import { isPhraseBank } from './phrase-bank.ts';
import { headingIds } from './rules/headings-in-order.ts';

/** block: any Markdown. line: one paragraph, without <p> around it. */
type Form = 'block' | 'line';
type Render = (text: string, form: Form, locale: string) => string;

/** The same body with HTML where Markdown was. Titles, units and accepted answers are plain text and stay as they are. */
export async function renderItem(body: ItemBody): Promise<ItemBody> {
	// Once to see what there is to render, and once more to put it in place.
	const wanted = new Map<string, Wanted>();
	const nameOf = (text: string, form: Form, locale: string) => `${form} ${locale} ${text}`;
	rebuild(body, (text, form, locale) => {
		wanted.set(nameOf(text, form, locale), { text, form, locale });
		return '';
	});
	const html = await renderTexts([...wanted.values()]);
	const rendered = new Map([...wanted.keys()].map((name, i) => [name, html[i]!]));
	return rebuild(body, (text, form, locale) => rendered.get(nameOf(text, form, locale))!);
}

function rebuild(body: ItemBody, render: Render): ItemBody {
	switch (body.kind) {
		case 'lesson':
			return { ...body, pieces: mapLocales(body.pieces, (pieces, locale) => lessonPieces(pieces, locale, render)) };
		case 'handbook':
			return { ...body, pieces: mapLocales(body.pieces, (pieces, locale) => handbookPieces(pieces, locale, render)) };
		case 'question':
			return { ...body, question: renderQuestion(body.question, render) };
		case 'call-review':
			return { ...body, task: mapLocales(body.task, (text, locale) => render(text, 'block', locale)) };
		case 'record':
			return { ...body, prompt: mapLocales(body.prompt, (text, locale) => render(text, 'block', locale)) };
		case 'scene':
			return { ...body, briefing: mapLocales(body.briefing, (text, locale) => render(text, 'block', locale)) };
		case 'role-play':
		case 'scorecard':
		case 'call':
		case 'observation':
			return body;
		case 'accept':
			return {
				...body,
				clauses: body.clauses.map((clause) => ({
					...clause,
					text: mapLocales(clause.text, (text, locale) => nameHeadings(render(text, 'block', locale), [], headingIds()))
				}))
			};
	}
}

function mapLocales<T, U>(texts: Localized<T>, make: (text: T, locale: string) => U): Localized<U> {
	return Object.fromEntries(Object.entries(texts).map(([locale, text]) => [locale, make(text, locale)]));
}

function lessonPieces(pieces: LessonPiece[], locale: string, render: Render): LessonPiece[] {
	const name = headingIds(
		pieces.flatMap((piece) => (piece.kind === 'text' ? (piece.headings ?? []).map(({ id }) => id) : []))
	);
	return pieces.map((piece, i) =>
		piece.kind === 'text'
			? {
					...piece,
					text: nameFootnotes(
						nameHeadings(render(piece.text, 'block', locale), piece.headings?.map(({ id }) => id) ?? [], name),
						`p${i + 1}`
					)
				}
			: piece
	);
}

function handbookPieces(pieces: HandbookPiece[], locale: string, render: Render): HandbookPiece[] {
	const name = headingIds(pieces.flatMap((piece) => (piece.kind === 'clause' ? [piece.key] : [])));
	return pieces.map((piece, i) =>
		piece.kind === 'letter'
			? { ...piece, text: renderLetter(piece.text) }
			: { ...piece, text: nameFootnotes(nameHeadings(render(piece.text, 'block', locale), [], name), `p${i + 1}`) }
	);
}

function renderQuestion(question: Question, render: Render): Question {
	const block = (texts: Localized): Localized => mapLocales(texts, (text, locale) => render(text, 'block', locale));
	const line = (texts: Localized): Localized => mapLocales(texts, (text, locale) => render(text, 'line', locale));
	const maybe = (texts: Localized | null) => texts && block(texts);
	const prompt = block(question.prompt);
	const explanation = maybe(question.key.explanation);
	switch (question.kind) {
		case 'single':
		case 'multiple':
			return {
				...question,
				prompt,
				options: question.options.map(line),
				key: { ...question.key, feedback: question.key.feedback.map(maybe), explanation }
			};
		case 'ordering':
			return { ...question, prompt, items: question.items.map(line), key: { explanation } };
		case 'matching':
			return {
				...question,
				prompt,
				columns: [line(question.columns[0]), line(question.columns[1])],
				left: question.left.map(line),
				right: question.right.map(line),
				key: { explanation }
			};
		case 'text':
			return { ...question, prompt, key: { ...question.key, explanation } };
		case 'number':
			return { ...question, prompt, key: { ...question.key, explanation } };
		case 'open':
			return { ...question, prompt, key: { explanation } };
	}
}

/** A letter is text with its paragraphs and line ends, not Markdown. */
function renderLetter(text: string): string {
	return text
		.split(/\n[ \t]*\n\s*/)
		.filter((paragraph) => paragraph.trim() !== '')
		.map((paragraph) => `<p>${escaped(paragraph.trim()).replace(/[ \t]*\n[ \t]*/g, '<br />')}</p>`)
		.join('\n');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '{': '&#123;', '}': '&#125;' };
function escaped(text: string): string {
	return text.replace(/[&<>{}\uFDD0-\uFDEF]/g, (sign) => entities[sign] ?? '');
}

// --- Rendering ---------------------------------------------------------------------------------------------------

interface Wanted {
	text: string;
	form: Form;
	locale: string;
}

// Noncharacters stand in for what mdsvex must not see. The compiler refuses them in files; here they are dropped.
const brace = { open: '\uFDD0', close: '\uFDD1' };
const angle = '\uFDD2';
/** Before a line, so that it never begins as a list or a heading. */
const lineStart = '\uFDD3';
const separator = '\uFDD4';
/** Two backslashes: one in text, two in code. */
const backslashes = '\uFDD6';

const renderer = mdsvex({
	extension: '.md',
	smartypants: false,
	highlight: false,
	remarkPlugins: [remarkFootnotes, () => takeEscapesBack],
	// A line “---” is a rule across the page, never front matter.
	frontmatter: { parse: () => undefined, type: 'none', marker: '\uFDD5' }
});

interface MarkdownNode {
	type: string;
	value?: string;
	title?: string | null;
	alt?: string | null;
	children?: MarkdownNode[];
}

/**
 * mdsvex's parser knows fewer escapes than GitHub (`\\<` and `\\=` are none, nor is a backslash at a line's end), and
 * cannot know those of the stand-ins.
 */
function takeEscapesBack(node: MarkdownNode): void {
	if (node.type === 'inlineCode' || node.type === 'code' || node.type === 'html') {
		node.value = node.value?.replaceAll(backslashes, '\\\\');
		return;
	}
	if (node.type === 'text') node.value = unescaped(node.value ?? '');
	if (node.title) node.title = unescaped(node.title);
	if (node.alt) node.alt = unescaped(node.alt);
	node.children = node.children?.flatMap((child) => {
		takeEscapesBack(child);
		const lines = child.type === 'text' ? (child.value ?? '').split('\\\n') : [];
		return lines.length < 2
			? [child]
			: lines.flatMap((value, i) => [...(i > 0 ? [{ type: 'break' }] : []), { type: 'text', value }]);
	});
}

function unescaped(text: string): string {
	return text.replace(/\\([!-/:-@[-`{-~\uFDD0-\uFDD2])/g, '$1').replaceAll(backslashes, '\\');
}

/** Many texts at once: a call of mdsvex costs more than a text. Those that could touch their neighbours go alone. */
async function renderTexts(wanted: Wanted[]): Promise<string[]> {
	const html: string[] = wanted.map(() => '');
	const together: number[] = [];
	for (const [i, { text, form }] of wanted.entries()) {
		if (isPlainLine(text)) {
			html[i] = form === 'line' ? escaped(text) : `<p>${escaped(text)}</p>`;
			continue;
		}
		// Footnotes gather at the end of a document, and definitions hold for all of it.
		if (/\[\^|\]:|<!--/.test(text) || hasOddFences(text)) html[i] = await renderAlone(wanted[i]!);
		else together.push(i);
	}
	if (together.length > 0) {
		const whole = await toHtml(together.map((i) => hidden(wanted[i]!)).join(`\n\n${separator}\n\n`));
		const parts = whole.split(`<p>${separator}</p>`);
		const apart = parts.length === together.length && !parts.some((part) => part.includes(separator));
		for (const [n, i] of together.entries()) {
			html[i] = apart ? finished(parts[n]!, wanted[i]!) : await renderAlone(wanted[i]!);
		}
	}
	return html;
}

/** One line of prose without any sign of Markdown, as most options are: nothing to render. */
function isPlainLine(text: string): boolean {
	return (
		/^[\p{Ps}\p{Pi}\p{Pf}"'„]*\p{L}/u.test(text) &&
		!/[\n\r\\`*_[\]<>&~|^@{}\uFDD0-\uFDEF]|:\/\/|www\.|mailto:| {2}|\s$/i.test(text)
	);
}

/** An unclosed code block would swallow the texts after it. */
function hasOddFences(text: string): boolean {
	return (text.match(/^[ \t>]*(?:`{3,}|~{3,})/gm)?.length ?? 0) % 2 === 1;
}

async function renderAlone(wanted: Wanted): Promise<string> {
	return finished(await toHtml(hidden(wanted)), wanted);
}

async function toHtml(markdown: string): Promise<string> {
	const made = await renderer.markup({ content: markdown, filename: 'text.md' });
	return made?.code ?? '';
}

function hidden({ text, form }: Wanted): string {
	const plain = text
		.replace(/[\uFDD0-\uFDEF]/g, '')
		.replaceAll('\\\\', backslashes)
		.replaceAll('{', brace.open)
		.replaceAll('}', brace.close)
		.replace(/</g, (sign, offset: number, whole: string) => (mayStay(whole, offset) ? sign : angle));
	return form === 'line' ? lineStart + plain.trim() : plain;
}

/** The four tags without attributes, addresses in angle brackets, comments, and the destination of a link. */
function mayStay(text: string, offset: number): boolean {
	return (
		/^<(?:(?:br|kbd|sub|sup)\s*\/?>|\/(?:kbd|sub|sup)\s*>|(?:https?:\/\/|mailto:)[^\s<>]*>|[^\s<>@:/]+@[^\s<>@]+>|!--)/i.test(
			text.slice(offset, offset + 300)
		) || /\](?:\(|:)[ \t]*$/.test(text.slice(Math.max(0, offset - 20), offset))
	);
}

const signs: Record<string, string> = {
	'{': '&#123;',
	'}': '&#125;',
	[brace.open]: '&#123;',
	[brace.close]: '&#125;',
	[angle]: '&lt;',
	[backslashes]: '\\'
};
function finished(html: string, { form, locale }: Wanted): string {
	const boxed = html.replace(
		/<input type="checkbox"( checked)? disabled>/g,
		(_, checked?: string) => `<span class="task-box">${checked ? '☑' : '☐'}</span>`
	);
	const clean = dressed(sanitizeHtml(boxed, allowed), locale)
		.replace(/%EF%B7%9([0-6])/gi, (_, n: string) => ['%7B', '%7D', '%3C', '', '', '', '%5C'][Number(n)]!)
		.replace(/[{}\uFDD0-\uFDEF]/g, (sign) => signs[sign] ?? '')
		.trim();
	if (form === 'block') return clean;
	const inner = /^<p>([^]*)<\/p>$/.exec(clean)?.[1];
	return inner !== undefined && !inner.includes('<p>') ? inner : clean;
}

const allowed: sanitizeHtml.IOptions = {
	allowedTags: [
		...['p', 'br', 'hr', 'h2', 'h3', 'h4', 'h5', 'h6', 'em', 'strong', 'del', 'code', 'pre', 'blockquote'],
		...['ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'a', 'img', 'kbd', 'sub', 'sup', 'div', 'span']
	],
	allowedAttributes: {
		a: ['href', 'title', 'rel', 'class'],
		img: ['src', 'alt', 'title'],
		ol: ['start'],
		li: ['id'],
		td: [{ name: 'align', values: ['left', 'center', 'right'] }],
		th: [{ name: 'align', values: ['left', 'center', 'right'] }],
		sup: ['id']
	},
	allowedClasses: {
		ul: ['contains-task-list'],
		ol: ['contains-task-list'],
		li: ['task-list-item'],
		span: ['task-box'],
		div: ['footnotes'],
		a: ['footnote-ref', 'footnote-backref'],
		code: [/^language-[a-z0-9-]+$/]
	},
	allowedSchemes: ['http', 'https', 'mailto', 'tel'],
	allowedSchemesAppliedToAttributes: ['href', 'src'],
	allowProtocolRelative: false,
	disallowedTagsMode: 'discard',
	nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'iframe', 'template', 'svg', 'math'],
	transformTags: {
		a: (tagName, { href = '', title, class: name }) => {
			const clause = /^standard:([a-z0-9-]+)\.([a-z0-9-]+)$/i.exec(href);
			const attribs: Record<string, string> = {};
			const call = /^call:([a-z0-9-]+)$/i.exec(href)?.[1];
			if (clause) attribs.href = `/handbook/${clause[1]}#${clause[2]}`;
			else if (call) attribs.href = `/calls/${call}`;
			else if (/^(?:https?:|mailto:|tel:|#)/i.test(href)) attribs.href = href;
			if (title) attribs.title = title;
			if (name) attribs.class = name;
			if (/^https?:/i.test(href)) attribs.rel = 'noopener';
			return { tagName, attribs };
		},
		h1: 'h2',
		img: (tagName, { src = '', alt = '', title }) => {
			const name = /^(?:\.\.\/)*\/?pictures\/([a-z0-9.-]+\.svg)$/.exec(src)?.[1];
			const attribs: Record<string, string> = { src: name ? `/pictures/${name}` : '', alt };
			if (title) attribs.title = title;
			return { tagName, attribs };
		}
	},
	exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !attribs.src
};

const calloutWords: Record<string, Record<string, string>> = {
	en: { NOTE: 'Note', TIP: 'Tip', WARNING: 'Warning' },
	ru: { NOTE: 'Обратите внимание', TIP: 'Совет', WARNING: 'Осторожно' },
	bg: { NOTE: 'Обърнете внимание', TIP: 'Съвет', WARNING: 'Внимание' }
};

/** Callouts, and tables that scroll by themselves on a narrow screen. Works on sanitised HTML. */
function dressed(html: string, locale: string): string {
	const words = calloutWords[locale] ?? calloutWords.en!;
	const open: boolean[] = [];
	return html
		.replace(
			/<blockquote>(?:\s*<p>\[!(NOTE|TIP|WARNING)\]\s*(?:<br \/>\s*)?(<\/p>)?)?|<\/blockquote>/g,
			(tag, kind?: string, ends?: string) => {
				if (tag === '</blockquote>') return open.pop() ? '</div>' : tag;
				open.push(kind !== undefined);
				if (kind === undefined) return tag;
				return `<div class="callout callout-${kind.toLowerCase()}" role="note"><p class="callout-title">${words[kind]!}</p>${ends ? '' : '<p>'}`;
			}
		)
		.replace(/<table>([^]*?)<\/table>/g, (table, inner: string) => {
			const titles = [...inner.matchAll(/<th[^>]*>([^]*?)<\/th>/g)].map(([, title]) =>
				title!.replace(/<[^>]*>/g, '').trim()
			);
			const label = titles
				.filter((title) => title !== '')
				.join(', ')
				.replaceAll('"', '&quot;');
			const bank = isPhraseBank(titles, locale) ? ' phrase-bank' : '';
			return `<div class="table-scroll${bank}" role="group" tabindex="0"${label ? ` aria-label="${label}"` : ''}>${table}</div>`;
		});
}

/** Headings get their addresses in order; those that nobody named are named here. */
function nameHeadings(html: string, ids: string[], name: (words: string) => string): string {
	let next = 0;
	return html.replace(/<h([2-6])>([^]*?)<\/h\1>/g, (_, level: string, inner: string) => {
		const id = ids[next++] ?? name(wordsOf(inner));
		return `<h${level} id="${escaped(id)}">${inner}</h${level}>`;
	});
}

function wordsOf(html: string): string {
	const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#123': '{', '#125': '}' };
	return html.replace(/<[^>]*>/g, '').replace(/&(amp|lt|gt|quot|#123|#125);/g, (_, name: string) => entities[name]!);
}

/** Footnotes of several pieces stand on one page. A note that is referred to twice has two places to return to. */
function nameFootnotes(html: string, prefix: string): string {
	const seen = new Map<string, number>();
	return html
		.replace(/(<a [^>]*href="#|<li id=")(fn(?:ref)?-)/g, `$1${prefix}-$2`)
		.replace(/<sup id="(fnref-[^"]*)"/g, (_, id: string) => {
			const count = (seen.get(id) ?? 0) + 1;
			seen.set(id, count);
			return `<sup id="${prefix}-${id}${count > 1 ? `-${count}` : ''}"`;
		});
}
