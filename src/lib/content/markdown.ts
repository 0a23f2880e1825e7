/**
 * Markdown as the compiler sees it: blocks with their lines, and every link, picture, piece of raw HTML, heading and
 * footnote with its place. Nothing is rendered here.
 */
import MarkdownIt, { type ParserBlock, type ParserInline, type Token } from 'markdown-it';
import type { Place } from './problem.ts';
import type { Source } from './source.ts';

type BlockRule = Parameters<ParserBlock['ruler']['before']>[2];
type InlineRule = Parameters<ParserInline['ruler']['at']>[1];

const parser = new MarkdownIt({ html: true, linkify: false, typographer: false });
// Links that a renderer would refuse must be seen here, so that they can be told.
parser.validateLink = () => true;
// The renderer has no code by indentation either; what is indented is text.
parser.block.ruler.disable('code');

// Inline rules note where in the text of their block they matched.
for (const name of ['link', 'image', 'autolink', 'html_inline'] as const) {
	const rule = ruleNamed(name);
	parser.inline.ruler.at(name, (state, silent) => {
		const from = state.pos;
		const count = state.tokens.length;
		if (!rule(state, silent)) return false;
		if (!silent) {
			for (const token of state.tokens.slice(count)) {
				if (token.type !== 'text') token.meta ??= { from, to: state.pos };
			}
		}
		return true;
	});
}
function ruleNamed(name: string): InlineRule {
	const rule = parser.inline.ruler.getRules('')[parser.inline.ruler.__find__(name)];
	if (!rule) throw new Error(`markdown-it has no inline rule ${name}.`);
	return rule;
}

// Most text has neither link nor HTML, and then nothing inside it matters here. Headings are read for their words.
parser.core.ruler.at('inline', (state) => {
	const { tokens, env } = state;
	for (let i = 0; i < tokens.length; i++) {
		const token = tokens[i]!;
		if (token.type !== 'inline') continue;
		const { content } = token;
		const box = content.startsWith('[') && content[2] === ']' && content[3] === ' ' ? 1 : 0;
		if (
			env.everything ||
			content.includes('[', box) ||
			content.includes('<') ||
			tokens[i - 1]?.type === 'heading_open'
		) {
			parser.inline.parse(content, parser, env, token.children!);
		}
	}
});
// Rules for typography and bare addresses look at every token, and are not used.
parser.core.ruler.disable(['linkify', 'replacements', 'smartquotes']);

const footnoteLabel = /\[\^([^\s[\]]+)\]/y;

parser.inline.ruler.before('link', 'footnote_reference', (state, silent) => {
	if (state.src.charCodeAt(state.pos) !== 0x5b) return false;
	footnoteLabel.lastIndex = state.pos;
	const found = footnoteLabel.exec(state.src);
	if (!found) return false;
	if (!silent) {
		const token = state.push('footnote_reference', '', 0);
		token.meta = { from: state.pos, to: state.pos + found[0].length, label: found[1]! };
	}
	state.pos += found[0].length;
	return true;
});

/** `[^label]: text`, with what is indented by four spaces below it. */
const footnoteDefinition: BlockRule = (state, startLine, endLine, silent) => {
	const start = state.bMarks[startLine]! + state.tShift[startLine]!;
	const found = /^\[\^([^\s[\]]+)\]:/.exec(state.src.slice(start, Math.min(state.eMarks[startLine]!, start + 120)));
	if (!found || state.sCount[startLine]! - state.blkIndent >= 4) return false;
	if (silent) return true;
	const open = state.push('footnote_open', '', 1);
	open.meta = { label: found[1]! };
	open.map = [startLine, endLine];
	const kept = {
		mark: state.bMarks[startLine]!,
		shift: state.tShift[startLine]!,
		indent: state.sCount[startLine]!,
		parent: state.parentType
	};
	const textStart = start + found[0].length;
	let at = textStart;
	while (at < state.eMarks[startLine]! && (state.src[at] === ' ' || state.src[at] === '\t')) at++;
	state.bMarks[startLine] = textStart;
	state.tShift[startLine] = at - textStart;
	state.sCount[startLine] = state.blkIndent + 4;
	state.blkIndent += 4;
	state.parentType = 'footnote';
	state.md.block.tokenize(state, startLine, endLine);
	state.parentType = kept.parent;
	state.blkIndent -= 4;
	state.bMarks[startLine] = kept.mark;
	state.tShift[startLine] = kept.shift;
	state.sCount[startLine] = kept.indent;
	open.map[1] = state.line;
	state.push('footnote_close', '', -1);
	return true;
};
parser.block.ruler.before('reference', 'footnote_definition', footnoteDefinition, { alt: ['paragraph', 'reference'] });

export interface Link {
	/** As written, decoded. */
	to: string;
	at: Place;
	/** Nothing to click on. */
	empty: boolean;
}
export interface Picture {
	to: string;
	text: string;
	at: Place;
}
export interface RawHtml {
	html: string;
	at: Place;
	/** A block of its own, not part of a line. */
	block: boolean;
}
export interface Heading {
	level: number;
	/** Its words without markup. */
	text: string;
	at: Place;
	/** Counted from 0 in the file. */
	line: number;
	/** The code that stands first in it, else null. */
	code: string | null;
	/** Its words after that code. */
	rest: string;
	top: boolean;
}
export interface Block {
	type: 'paragraph' | 'heading' | 'bullet-list' | 'ordered-list' | 'table' | 'quote' | 'fence' | 'other';
	/** Lines of the file, counted from 0; `end` is the first one after it. */
	start: number;
	end: number;
	tokens: Token[];
}
export interface Markdown {
	/** Of the top level, in order. */
	blocks: Block[];
	links: Link[];
	pictures: Picture[];
	html: RawHtml[];
	headings: Heading[];
	/** Callouts: the word in the brackets. */
	callouts: { word: string; at: Place }[];
	footnotes: {
		used: { label: string; at: Place; line: number }[];
		defined: { label: string; at: Place; start: number; end: number }[];
	};
	/** Definitions `[label]: address` by their label, ready to be put below another piece of the same text. */
	references: Map<string, string>;
	words: number;
}

const blockTypes: Record<string, Block['type']> = {
	paragraph_open: 'paragraph',
	heading_open: 'heading',
	bullet_list_open: 'bullet-list',
	ordered_list_open: 'ordered-list',
	table_open: 'table',
	blockquote_open: 'quote',
	fence: 'fence'
};

/** Reads the lines `first` to `end` (counted from 0, `end` excluded) of a file as Markdown. */
export function readMarkdown(source: Source, first: number, end: number): Markdown {
	const env: { references?: Record<string, { href: string; title: string }> } = {};
	const tokens = parser.parse(source.lines.slice(first, end).join('\n'), env);
	const found: Markdown = {
		blocks: [],
		links: [],
		pictures: [],
		html: [],
		headings: [],
		callouts: [],
		footnotes: { used: [], defined: [] },
		references: new Map(
			Object.entries(env.references ?? {}).map(([label, { href, title }]) => [
				label,
				`[${label}]: <${href}>${title ? ` ${JSON.stringify(title)}` : ''}`
			])
		),
		words: 0
	};
	let block: Block | null = null;
	let line = first;
	/** Where in the line of a table the next cell is looked for. */
	let cell = 0;
	for (let i = 0; i < tokens.length; i++) {
		const token = tokens[i]!;
		if (token.map) {
			line = first + token.map[0];
			if (token.type === 'tr_open') cell = 0;
		}
		if (token.level === 0 && token.nesting >= 0) {
			block = {
				type: blockTypes[token.type] ?? 'other',
				start: line,
				end: first + (token.map?.[1] ?? 0),
				tokens: []
			};
			found.blocks.push(block);
		}
		block?.tokens.push(token);
		if (token.type === 'inline') {
			const before = tokens[i - 1];
			const isCell = before?.type === 'td_open' || before?.type === 'th_open';
			const places = new TextPlaces(source, token.content, line, isCell ? cell : 0);
			if (isCell) cell = places.end;
			if (token.children!.length > 0) readInline(token, places, found);
			found.words += countWords(token.content);
			if (before?.type === 'heading_open') {
				found.headings.push(readHeading(source, token, Number(before.tag.slice(1)), line, before.level === 0));
			} else if (before?.type === 'paragraph_open' && tokens[i - 2]?.type === 'blockquote_open') {
				const callout = /^\[!([^\]\n]*)\]/.exec(token.content);
				if (callout) found.callouts.push({ word: callout[1]!, at: places.place(0) });
			}
		} else if (token.type === 'html_block') {
			found.html.push({
				html: token.content,
				at: source.place(line, Math.max(0, source.lines[line]!.indexOf('<'))),
				block: true
			});
		} else if (token.type === 'footnote_open') {
			found.footnotes.defined.push({
				label: String(token.meta?.label),
				at: source.place(line, Math.max(0, source.lines[line]!.indexOf('['))),
				start: line,
				end: lastTextLine(source, line, first + token.map![1])
			});
		}
	}
	return found;
}

/** The words of some lines without their markup, a line for each block; comments and exercises left out. */
export function plainText(source: Source, first: number, end: number): string {
	const lines: string[] = [];
	for (const token of parser.parse(source.lines.slice(first, end).join('\n'), { everything: true })) {
		// The mark of a callout is no word.
		if (token.type === 'inline') lines.push(wordsOf(token.children!).replace(/^\[![A-Z]+\]\s*/, ''));
	}
	return lines.filter((line) => line !== '').join('\n');
}

/** Whether a block is a comment and nothing else. */
export function isComment(block: Block): boolean {
	const [first] = block.tokens;
	return first!.type === 'html_block' && /^\s*<!--[^]*-->\s*$/.test(first!.content);
}

/** One block of text without its markup. Line ends become spaces, those that were forced stay. */
export function plainWords(text: string): string {
	const [inline] = parser.parseInline(text, { everything: true });
	return wordsOf(inline?.children ?? [], '\n').trim();
}

/** Whether some text holds a link, a picture, HTML, or any block that is no paragraph. */
export function hasMarkup(text: string): boolean {
	const within = ['link_open', 'image', 'html_inline', 'footnote_reference'];
	return parser
		.parse(text, { everything: true })
		.some(
			({ type, children }) =>
				!['paragraph_open', 'paragraph_close', 'inline'].includes(type) ||
				children?.some((child) => within.includes(child.type))
		);
}

export function countWords(text: string): number {
	let count = 0;
	let inside = false;
	for (let at = 0; at < text.length; at++) {
		const space = text.charCodeAt(at) <= 0x20;
		if (!space && !inside) count++;
		inside = !space;
	}
	return count;
}

/** One after the last line that is not empty. */
function lastTextLine(source: Source, start: number, end: number): number {
	while (end > start + 1 && source.lines[end - 1]!.trim() === '') end--;
	return end;
}

/**
 * The places of a block's text in the file. The text begins in `line`, not before `from`; the file has more before each
 * of its lines (signs of quotes and lists), and in cells a backslash before each bar.
 */
class TextPlaces {
	private starts: number[] | null = null;
	private readonly rows: { first: number; escaped: boolean }[] = [];

	constructor(
		private readonly source: Source,
		private readonly content: string,
		private readonly line: number,
		private readonly from = 0
	) {}

	/** Where in the file's line the text's first line ends. */
	get end(): number {
		const { first, escaped } = this.row(0);
		return first + this.content.length + (escaped ? this.content.split('|').length - 1 : 0);
	}

	place(offset: number): Place {
		let low = 0;
		let high = this.lineStarts.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (this.lineStarts[middle]! <= offset) low = middle;
			else high = middle - 1;
		}
		const start = this.lineStarts[low]!;
		const { first, escaped } = this.row(low);
		const bars = escaped ? this.content.slice(start, offset).split('|').length - 1 : 0;
		return this.source.place(this.line + low, first + offset - start + bars);
	}

	private get lineStarts(): number[] {
		if (!this.starts) {
			this.starts = [0];
			for (let at = this.content.indexOf('\n'); at >= 0; at = this.content.indexOf('\n', at + 1)) {
				this.starts.push(at + 1);
			}
		}
		return this.starts;
	}

	private row(row: number): { first: number; escaped: boolean } {
		const known = this.rows[row];
		if (known) return known;
		const written = this.source.lines[this.line + row] ?? '';
		const from = row === 0 ? this.from : 0;
		const next = this.lineStarts[row + 1];
		const part = this.content.slice(this.lineStarts[row], next === undefined ? undefined : next - 1);
		const direct = written.indexOf(part, from);
		const found =
			direct >= 0
				? { first: direct, escaped: false }
				: { first: Math.max(from, written.indexOf(part.replaceAll('|', '\\|'), from)), escaped: true };
		this.rows[row] = found;
		return found;
	}
}

function readInline(inline: Token, places: TextPlaces, found: Markdown): void {
	let link: Link | null = null;
	for (const token of inline.children!) {
		const place = () => places.place(Number(token.meta?.from ?? 0));
		switch (token.type) {
			case 'text':
			case 'code_inline':
				if (link && token.content.trim() !== '') link.empty = false;
				break;
			case 'link_open':
				link = { to: String(token.attrGet('href') ?? ''), at: place(), empty: true };
				found.links.push(link);
				break;
			case 'link_close':
				link = null;
				break;
			case 'image':
				found.pictures.push({
					to: String(token.attrGet('src') ?? ''),
					text: wordsOf(token.children!),
					at: place()
				});
				if (link) link.empty = false;
				break;
			case 'html_inline':
				found.html.push({ html: token.content, at: place(), block: false });
				break;
			case 'footnote_reference': {
				const at = place();
				found.footnotes.used.push({ label: String(token.meta?.label), at, line: at.line - 1 });
				break;
			}
		}
	}
	const opened = inline.content.lastIndexOf('<!--');
	if (
		opened >= 0 &&
		inline.content[opened - 1] !== '\\' &&
		inline.children!.some(({ type, content }) => type === 'text' && content.includes('<!--'))
	) {
		found.html.push({ html: '<!--', at: places.place(opened), block: false });
	}
}

function wordsOf(tokens: Token[], forcedLineEnd = ' '): string {
	let words = '';
	for (const { type, content, children } of tokens) {
		if (type === 'text' || type === 'code_inline') words += content;
		else if (type === 'softbreak') words += ' ';
		else if (type === 'hardbreak') words += forcedLineEnd;
		else if (type === 'image') words += wordsOf(children!);
	}
	return words.replace(/[ \t]+/g, ' ').trim();
}

function readHeading(source: Source, inline: Token, level: number, line: number, top: boolean): Heading {
	const children = inline.children ?? [];
	const first = children.findIndex((token) => token.type !== 'text' || token.content !== '');
	const code = children[first]?.type === 'code_inline' ? children[first]!.content : null;
	return {
		level,
		text: wordsOf(children),
		at: source.place(line, source.lines[line]!.search(/\S/)),
		line,
		code,
		rest: wordsOf(code === null ? children : children.slice(first + 1)),
		top
	};
}

/** The definitions that a piece of text may refer to. */
export function referencesIn(text: string, { references }: Markdown): string[] {
	if (references.size === 0) return [];
	const labels = [...text.matchAll(/\[([^[\]]{1,200})\]/g)].map(([, label]) => parser.utils.normalizeReference(label!));
	return [...new Set(labels)].flatMap((label) => references.get(label) ?? []);
}
