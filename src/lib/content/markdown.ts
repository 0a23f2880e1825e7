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
	line: number;
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
	/** Definitions `[label]: address`, ready to be put below another piece of the same text. */
	references: string[];
	/** All words, markup and comments left out. */
	plain: string;
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
		references: Object.entries(env.references ?? {}).map(
			([label, { href, title }]) => `[${label}]: <${href}>${title ? ` ${JSON.stringify(title)}` : ''}`
		),
		plain: ''
	};
	const words: string[] = [];
	let block: Block | null = null;
	let line = first;
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
			const where = textPlaces(source, token.content, line, cell);
			if (where.cell !== null) cell = where.cell;
			const before = tokens[i - 1];
			readInline(token, where.place, line, found, words);
			if (before?.type === 'heading_open') {
				found.headings.push(readHeading(source, token, Number(before.tag.slice(1)), line, before.level === 0));
			} else if (before?.type === 'paragraph_open' && tokens[i - 2]?.type === 'blockquote_open') {
				const callout = /^\[!([^\]\n]*)\]/.exec(token.content);
				if (callout) found.callouts.push({ word: callout[1]!, at: where.place(0) });
			}
			words.push('\n');
		} else if (token.type === 'html_block') {
			found.html.push({
				html: token.content,
				at: source.place(line, Math.max(0, source.lines[line]!.indexOf('<'))),
				block: true,
				line
			});
		} else if (token.type === 'footnote_open') {
			found.footnotes.defined.push({
				label: String(token.meta?.label),
				at: source.place(line, Math.max(0, source.lines[line]!.indexOf('['))),
				start: line,
				end: lastTextLine(source, line, first + token.map![1])
			});
		} else if (token.type === 'code_block' || (token.type === 'fence' && token.level > 0)) {
			words.push(token.content, '\n');
		}
	}
	found.plain = words.join('').replace(/[ \t]+/g, ' ').replace(/\s*\n\s*/g, '\n').trim();
	return found;
}

/** One after the last line that is not empty. */
function lastTextLine(source: Source, start: number, end: number): number {
	while (end > start + 1 && source.lines[end - 1]!.trim() === '') end--;
	return end;
}

/** Maps offsets in a block's text to places in the file. Cells of a table follow each other in one line. */
function textPlaces(source: Source, content: string, line: number, cell: number) {
	const starts = [0];
	for (let at = content.indexOf('\n'); at >= 0; at = content.indexOf('\n', at + 1)) starts.push(at + 1);
	const offsetIn = (row: number, from: number) => {
		const written = source.lines[line + row] ?? '';
		const part = content.slice(starts[row], starts[row + 1] === undefined ? undefined : starts[row + 1]! - 1);
		const direct = written.indexOf(part, from);
		if (direct >= 0) return direct;
		// A bar in a cell is written with a backslash.
		return Math.max(0, written.indexOf(part.replaceAll('|', '\\|'), from));
	};
	let first: number | null = null;
	return {
		place: (offset: number): Place => {
			let row = starts.length - 1;
			while (row > 0 && starts[row]! > offset) row--;
			if (row === 0) first ??= offsetIn(0, cell);
			return source.place(line + row, (row === 0 ? first! : offsetIn(row, 0)) + offset - starts[row]!);
		},
		cell: (source.lines[line] ?? '').includes('|') ? (first ??= offsetIn(0, cell)) + content.length : null
	};
}

function readInline(inline: Token, place: (offset: number) => Place, line: number, found: Markdown, words: string[]): void {
	let link: { link: Link; words: number } | null = null;
	for (const token of inline.children ?? []) {
		const from = Number(token.meta?.from ?? 0);
		switch (token.type) {
			case 'text':
			case 'code_inline':
				words.push(token.content);
				if (link) link.words += token.content.trim().length;
				break;
			case 'softbreak':
			case 'hardbreak':
				words.push(' ');
				break;
			case 'link_open':
				link = { link: { to: String(token.attrGet('href') ?? ''), at: place(from), empty: false }, words: 0 };
				found.links.push(link.link);
				break;
			case 'link_close':
				if (link) link.link.empty = link.words === 0;
				link = null;
				break;
			case 'image':
				found.pictures.push({
					to: String(token.attrGet('src') ?? ''),
					text: token.children?.map((child) => child.content).join('').trim() ?? '',
					at: place(from)
				});
				if (link) link.words++;
				break;
			case 'html_inline':
				found.html.push({ html: token.content, at: place(from), block: false, line });
				break;
			case 'footnote_reference': {
				const at = place(from);
				found.footnotes.used.push({ label: String(token.meta?.label), at, line: at.line - 1 });
				break;
			}
		}
	}
}

function readHeading(source: Source, inline: Token, level: number, line: number, top: boolean): Heading {
	const children = inline.children ?? [];
	const words = (tokens: Token[]) =>
		tokens
			.map((token) => (token.type === 'text' || token.type === 'code_inline' ? token.content : token.type.endsWith('break') ? ' ' : ''))
			.join('')
			.trim();
	const first = children.findIndex((token) => token.type !== 'text' || token.content !== '');
	const code = children[first]?.type === 'code_inline' ? children[first]!.content : null;
	return {
		level,
		text: words(children),
		at: source.place(line, source.lines[line]!.search(/\S/)),
		line,
		code,
		rest: code === null ? words(children) : words(children.slice(first + 1)),
		top
	};
}

/** The words of a line of Markdown, without its markup. */
export function plainWords(markdown: string): string {
	const [inline] = parser.parseInline(markdown, {});
	return (inline?.children ?? [])
		.map((token) => (token.type === 'text' || token.type === 'code_inline' ? token.content : token.type.endsWith('break') ? ' ' : ''))
		.join('')
		.trim();
}
