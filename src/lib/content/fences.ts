/** Finds the fenced blocks that mean something, and what only looks like one. */
import { fenceKinds, isFenceKind, kindsOf, type FenceHome, type FenceKind } from './fence-kinds.ts';
import type { Block, Markdown } from './markdown.ts';
import { nearest } from './nearest.ts';
import type { Place } from './problem.ts';
import type { Source } from './source.ts';
import { keyPattern, keyRule, type Placed } from './yaml-shape.ts';

export interface Attribute extends Placed<string> {
	/** Where its name stands. */
	nameAt: Place;
}
export interface Fence {
	kind: FenceKind;
	key: string;
	keyAt: Place;
	attributes: Map<string, Attribute>;
	/** The opening line, counted from 0. */
	start: number;
	/** The line after the closing one. */
	end: number;
	at: Place;
}

const words = Object.keys(fenceKinds).join('|');
const lookalike = new RegExp(`^\\s*(?:[>*+-]\\s*|\\d+[.)]\\s+)*(\`{3,}|~{3,})[ \\t]*(?:${words})(?![\\w-])`);
const openingLine = /^(`{3,})[ \t]*(.*)$/;

/** All fences of known kinds at the top level, in order. What is wrong with their heads is told to the source. */
export function readFences(source: Source, markdown: Markdown, home: FenceHome): Fence[] {
	const fences: Fence[] = [];
	const keys = new Map<string, number>();
	for (const block of markdown.blocks) {
		const token = block.tokens[0]!;
		if (block.type !== 'fence') {
			findLookalikes(source, block);
			continue;
		}
		const line = source.lines[block.start]!;
		const at = source.place(block.start, line.search(/\S/));
		const info = line
			.trim()
			.replace(/^[`~]+/, '')
			.trim();
		const word = info.split(/\s/, 1)[0]!;
		const known = isFenceKind(word);
		if (!isClosed(source, block)) {
			source.error(
				at,
				'fence-unclosed',
				known ? `This \`${word}\` is never closed.` : 'This code block is never closed.',
				`Close it with a line of ${token.markup.length} ${token.markup[0] === '`' ? 'backticks' : 'tildes'} of its own.`
			);
			continue;
		}
		const inner = firstInner(source, block, known);
		if (inner !== null) {
			source.error(
				at,
				'fence-unclosed',
				`This block is not closed before line ${inner + 1}, where the next one begins.`,
				known
					? `Close it with a line of ${token.markup.length} backticks above line ${inner + 1}.`
					: 'Close it above that line; to show an exercise as code, open and close the block with more backticks than the exercise has.'
			);
			continue;
		}
		if (known && (token.markup.startsWith('~') || line !== line.trimStart())) {
			tellPlace(source, at, word, token.markup.startsWith('~') ? 'with tildes' : 'indented');
			continue;
		}
		const fence = readHead(source, block, line, home);
		if (!fence) continue;
		const first = keys.get(fence.key);
		if (first !== undefined) {
			source.error(
				fence.keyAt,
				'fence-key-duplicate',
				`The key \`${fence.key}\` is already used in line ${first + 1}.`,
				'Give one of them another key; each key names one thing in its file.'
			);
			continue;
		}
		keys.set(fence.key, fence.start);
		fences.push(fence);
	}
	return fences;
}

function isClosed(source: Source, block: Block): boolean {
	const { markup } = block.tokens[0]!;
	const written = source.lines[block.end - 1] ?? '';
	const last = written.trim();
	return (
		block.end - 1 > block.start &&
		/^ {0,3}\S/.test(written) &&
		last.length >= markup.length &&
		last === markup[0]!.repeat(last.length)
	);
}

/** The line inside a block where an exercise begins that is not shown as code by a longer fence around it. */
function firstInner(source: Source, block: Block, known: boolean): number | null {
	const { markup } = block.tokens[0]!;
	for (let line = block.start + 1; line < block.end - 1; line++) {
		const marks = lookalike.exec(source.lines[line]!)?.[1];
		if (marks && marks[0] === markup[0] && (marks.length >= markup.length || known)) return line;
	}
	return null;
}

function tellPlace(source: Source, at: Place, word: string, how: string): void {
	source.error(
		at,
		'fence-place',
		`This looks like a \`${word}\`, but it is written ${how}, so it is none.`,
		'Write it with three backticks in column 1, outside of lists, quotes and HTML; to show it as code, put it inside a block with more backticks.'
	);
}

/** Blocks of other kinds in which a line looks like the head of an exercise. */
function findLookalikes(source: Source, block: Block): void {
	if (block.type === 'heading') return;
	for (let line = block.start; line < Math.min(block.end, source.lines.length); line++) {
		const written = source.lines[line]!;
		const found = lookalike.exec(written);
		if (!found) continue;
		const at = written.indexOf(found[1]!);
		const how =
			block.type === 'quote'
				? 'in a quote'
				: block.type.endsWith('list')
					? 'in a list'
					: block.tokens[0]!.type === 'html_block'
						? 'inside HTML or a comment'
						: /^\s/.test(written)
							? 'indented'
							: 'with backticks in its first line';
		tellPlace(source, source.place(line, at), /[a-z][a-z-]*/.exec(written.slice(at))![0], how);
		return;
	}
}

function readHead(source: Source, block: Block, line: string, home: FenceHome): Fence | null {
	const [, marks, info] = openingLine.exec(line) ?? [];
	if (!marks) return null;
	const from = line.length - info!.length;
	const parts = [...info!.matchAll(/\S+/g)].map((match) => ({ word: match[0], offset: from + match.index }));
	const [kind, key, ...rest] = parts;
	if (!kind) return null;
	const at = source.place(block.start, 0);
	const kindAt = source.place(block.start, kind.offset);
	const kinds = kindsOf(home);
	if (!isFenceKind(kind.word) || fenceKinds[kind.word].home !== home) {
		const meant = nearest(kind.word, kinds);
		// One strange word is the language of a code block.
		if (!isFenceKind(kind.word) && !meant && !key) return null;
		const said = isFenceKind(kind.word)
			? `A \`${kind.word}\` does not belong in a ${home === 'lesson' ? 'lesson' : 'page of the handbook'}.`
			: `There is no kind of block \`${kind.word}\`.`;
		source.error(
			kindAt,
			'fence-kind',
			said,
			`${meant && meant !== kind.word ? `Did you mean \`${meant}\`? ` : ''}The kinds here are: ${kinds.join(', ')}. A code block has one word at most after its backticks.`
		);
		return null;
	}
	if (!key || key.word.includes('=')) {
		source.error(
			key ? source.place(block.start, key.offset) : kindAt,
			'fence-key',
			`The \`${kind.word}\` has no key.`,
			`Write its lasting name after the kind: \`${kind.word} some-name\`.`
		);
		return null;
	}
	const keyAt = source.place(block.start, key.offset);
	if (!keyPattern.test(key.word)) {
		source.error(keyAt, 'fence-key', `“${key.word.slice(0, 80)}” cannot be a key.`, keyRule);
		return null;
	}
	const attributes = new Map<string, Attribute>();
	for (const part of rest) {
		const [, name, value] = /^([^=]+)(?:=(.*))?$/.exec(part.word) ?? [];
		const nameAt = source.place(block.start, part.offset);
		if (!name || value === '' || (value === undefined && name !== 'optional')) {
			source.error(
				nameAt,
				'fence-attribute',
				`“${part.word.slice(0, 80)}” is not understood here.`,
				'After the key come settings like name=value, without spaces in them.'
			);
			break;
		}
		if (attributes.has(name)) {
			source.error(
				nameAt,
				'fence-attribute',
				`\`${name}\` is set twice.`,
				'Keep one of the two; lists are written a,b.'
			);
			continue;
		}
		attributes.set(name, {
			value: value ?? 'yes',
			nameAt,
			at: value === undefined ? nameAt : source.place(block.start, part.offset + name.length + 1)
		});
	}
	return { kind: kind.word, key: key.word, keyAt, attributes, start: block.start, end: block.end, at };
}

/** Tells attributes that this kind of block does not know. */
export function checkAttributes(source: Source, fence: Fence, known: readonly string[]): void {
	for (const [name, attribute] of fence.attributes) {
		if (known.includes(name)) continue;
		const meant = nearest(name, known);
		source.error(
			attribute.nameAt,
			'fence-attribute',
			`\`${fence.kind}\` has no setting \`${name.slice(0, 40)}\`.`,
			meant ? `Did you mean \`${meant}\`?` : `The settings are: ${known.join(', ')}.`
		);
	}
}

/** A word from a list of values, or undefined after it was told. */
export function attributeOf<T extends string>(
	source: Source,
	fence: Fence,
	name: string,
	values: readonly T[]
): Placed<T> | undefined {
	const written = fence.attributes.get(name);
	if (!written) return undefined;
	const value = values.find((one) => one === written.value);
	if (value === undefined) {
		source.error(
			written.at,
			'fence-attribute',
			`\`${name}\` cannot be “${written.value.slice(0, 80)}”.`,
			`Write one of: ${values.join(', ')}.`
		);
		return undefined;
	}
	return { value, at: written.at };
}

/** The entries of a list by comma, each with its place. */
export function listAttribute(
	source: Source,
	fence: Fence,
	name: string,
	shape: RegExp,
	rule: string
): Placed<string>[] {
	const written = fence.attributes.get(name);
	if (!written) return [];
	const entries = new Map<string, Placed<string>>();
	let column = written.at.column;
	for (const value of written.value.split(',')) {
		const at = { line: written.at.line, column };
		column += [...value].length + 1;
		if (!shape.test(value)) {
			source.error(at, 'fence-attribute', `“${value.slice(0, 80)}” cannot stand in \`${name}\`.`, rule);
		} else if (entries.has(value)) {
			source.error(at, 'list-duplicate', `“${value}” stands twice in \`${name}\`.`, 'Delete one of the two.');
		} else entries.set(value, { value, at });
	}
	return [...entries.values()];
}

export const yesNo = ['yes', 'no'] as const;
export const clausePattern = /^[a-z0-9-]{1,64}\.[a-z0-9-]{1,64}$/;
export const clauseRule = 'A clause is named page.key, like phone.greeting.';
