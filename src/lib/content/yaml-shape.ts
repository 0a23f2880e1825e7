/**
 * Reads YAML into a wanted shape and keeps the place of everything, so that each mistake (unknown key, missing key,
 * wrong type, missing locale) is told where it stands. Readers return undefined after they told a problem.
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument, type ParsedNode, type YAMLMap } from 'yaml';
import type { Localized } from '../core/questions/question.ts';
import { nearest } from './nearest.ts';
import type { Place } from './problem.ts';
import type { Source } from './source.ts';

export const keyPattern = /^[a-z0-9-]{1,64}$/;
export const keyRule = 'A key has small Latin letters, digits and hyphens, at most 64.';

/** Deeper nesting is refused before it is parsed. */
const deepest = 32;

/** A value with its place, for what is checked against other files. */
export interface Placed<T> {
	value: T;
	at: Place;
}

/** What a reader needs to know besides the node. */
export interface Reading {
	source: Source;
	/** Offset of the YAML in the source's text. */
	from: number;
	/** The academy's locales; null when they are not known. */
	locales: string[] | null;
}
type Node = ParsedNode | null;
/** `at` stands in for a value that is not written. */
export type Reader<T> = (node: Node, reading: Reading, at: Place, name: string) => T | undefined;

function placeOf(node: Node, reading: Reading, otherwise: Place): Place {
	// A value that is not written stands after its colon; its key is the better place to look.
	if (!node || (isScalar(node) && node.source === '' && node.value === null)) return otherwise;
	return reading.source.placeOf(reading.from + node.range[0]);
}

function said(node: Node): string {
	if (node === null || (isScalar(node) && node.value === null)) return 'nothing';
	if (isMap(node)) return 'a map';
	if (isSeq(node)) return 'a list';
	if (isScalar(node)) {
		if (typeof node.value === 'string') return `“${shortened(node.value)}”`;
		if (typeof node.value === 'number' || typeof node.value === 'bigint') return `the number ${shortened(node.source)}`;
		return `“${shortened(node.source)}”`;
	}
	return 'something else';
}
function shortened(text: string): string {
	const points = [...text.replace(/\s+/g, ' ')];
	return points.length > 40 ? `${points.slice(0, 40).join('')}…` : points.join('');
}

function called(name: string): string {
	return name === '' ? 'The file' : `\`${name}\``;
}

function wrongType(node: Node, reading: Reading, at: Place, name: string, wanted: string, fix: string): undefined {
	reading.source.error(
		placeOf(node, reading, at),
		'yaml-type',
		`${called(name)} should be ${wanted}, but it is ${said(node)}.`,
		fix
	);
}
function wrongValue(node: Node, reading: Reading, at: Place, name: string, fix: string): undefined {
	reading.source.error(placeOf(node, reading, at), 'yaml-value', `${called(name)} cannot be ${said(node)}.`, fix);
}

/** One line or more of text. */
export const text: Reader<string> = (node, reading, at, name) => {
	if (!isScalar(node) || typeof node.value !== 'string' || node.value.trim() === '') {
		return wrongType(
			node,
			reading,
			at,
			name,
			'a text',
			isScalar(node) && node.value !== null && node.value !== ''
				? 'Put it in quotes.'
				: 'Write the text after the colon.'
		);
	}
	return node.value.trim();
};

/** A text whose spelling is checked; `rule` says how it is spelled. */
export function pattern(shape: RegExp | ((value: string) => boolean), rule: string): Reader<string> {
	return (node, reading, at, name) => {
		const value = isScalar(node) && node.value !== null ? node.source : undefined;
		if (value === undefined) return wrongType(node, reading, at, name, 'a word', rule);
		if (!(typeof shape === 'function' ? shape(value) : shape.test(value)))
			return wrongValue(node, reading, at, name, rule);
		return value;
	};
}
export const key = pattern(keyPattern, keyRule);

export function wholeNumber(least: number, most: number): Reader<number> {
	const rule = `Write a whole number from ${least} to ${most}.`;
	return (node, reading, at, name) => {
		if (!isScalar(node) || typeof node.value !== 'number') return wrongType(node, reading, at, name, 'a number', rule);
		if (!Number.isInteger(node.value) || node.value < least || node.value > most) {
			return wrongValue(node, reading, at, name, rule);
		}
		return node.value;
	};
}

/** A number above 0, at most `most`; decimals are allowed. */
export function positiveNumber(most: number): Reader<number> {
	const rule = `Write a number above 0 and up to ${most}.`;
	return (node, reading, at, name) => {
		if (!isScalar(node) || typeof node.value !== 'number') return wrongType(node, reading, at, name, 'a number', rule);
		if (!(node.value > 0 && node.value <= most)) return wrongValue(node, reading, at, name, rule);
		return node.value;
	};
}

/** Any number, whole or decimal; what it may be is checked elsewhere. */
export const decimal: Reader<number> = (node, reading, at, name) => {
	if (!isScalar(node) || typeof node.value !== 'number' || !Number.isFinite(node.value))
		return wrongType(node, reading, at, name, 'a number', 'Write a number like 3 or 0.5.');
	return node.value;
};

export function oneOf<const T extends string>(...values: T[]): Reader<T> {
	const rule = `Write one of: ${values.join(', ')}.`;
	return (node, reading, at, name) => {
		const value = isScalar(node) ? node.source : undefined;
		if (value === undefined || node === null) return wrongType(node, reading, at, name, 'a word', rule);
		const found = values.find((one) => one === value);
		return found ?? wrongValue(node, reading, at, name, rule);
	};
}

/** yes or no; true and false are understood too. */
export const yesOrNo: Reader<boolean> = (node, reading, at, name) => {
	const value = oneOf('yes', 'no', 'true', 'false')(node, reading, at, name);
	return value === undefined ? undefined : value === 'yes' || value === 'true';
};

/** A length of time in seconds: `20m`, `24h`, `3d`; null for `none`. */
export const duration: Reader<number | null> = (node, reading, at, name) => {
	const shape = /^([1-9]\d{0,3})([mhd])$/;
	const value = pattern(
		(written) => written === 'none' || shape.test(written),
		'Write minutes, hours or days like 20m, 24h or 3d, or none.'
	)(node, reading, at, name);
	if (value === undefined) return undefined;
	const [, count, unit] = shape.exec(value) ?? [];
	return count ? Number(count) * { m: 60, h: 3600, d: 86_400 }[unit as 'm' | 'h' | 'd'] : null;
};

export function placed<T>(read: Reader<T>): Reader<Placed<T>> {
	return (node, reading, at, name) => {
		const value = read(node, reading, at, name);
		return value === undefined ? undefined : { value, at: placeOf(node, reading, at) };
	};
}

/** Broken entries are told and left out. */
export function listOf<T>(read: Reader<T>, { block = false } = {}): Reader<T[]> {
	return (node, reading, at, name) => {
		if (!isSeq(node)) {
			return wrongType(
				node,
				reading,
				at,
				name,
				'a list',
				block ? 'Write one entry a line, each with “- ” before it.' : 'Write it as [one, two].'
			);
		}
		if (block && node.flow && node.items.length > 0) {
			reading.source.error(
				placeOf(node, reading, at),
				'yaml-block-list',
				`\`${name}\` is written in brackets.`,
				'Write one entry a line, each with “- ” before it: then a change shows as the line it is.'
			);
		}
		return node.items.flatMap((item) => {
			const one = read(item as Node, reading, placeOf(node, reading, at), `${name}[]`);
			return one === undefined ? [] : [one];
		});
	};
}

/** A map with keys of the author's own. Broken entries are told and left out. */
export function mapOf<T>(
	read: Reader<T>,
	keys: { shape: RegExp; rule: string } = { shape: keyPattern, rule: keyRule }
): Reader<{ key: string; at: Place; value: T }[]> {
	return (node, reading, at, name) => {
		if (!isMap(node)) return wrongType(node, reading, at, name, 'a map', 'Write lines of the form “key: value”.');
		return pairsOf(node as YAMLMap.Parsed, reading, at).flatMap((pair) => {
			if (!keys.shape.test(pair.key)) {
				reading.source.error(pair.at, 'yaml-value', `“${shortened(pair.key)}” cannot be a key here.`, keys.rule);
				return [];
			}
			const value = read(pair.value, reading, pair.at, pair.key);
			return value === undefined ? [] : [{ key: pair.key, at: pair.at, value }];
		});
	};
}

interface Field<T> {
	read: Reader<T>;
	/** Null: the key must be there. */
	otherwise: { value: T } | null;
}
export function needed<T>(read: Reader<T>): Field<T> {
	return { read, otherwise: null };
}
export function optional<T, E>(read: Reader<T>, otherwise: E): Field<T | E> {
	return { read: read as Reader<T | E>, otherwise: { value: otherwise } };
}
type Shape = Record<string, Field<unknown>>;
type Read<S extends Shape> = { [K in keyof S]: S[K] extends Field<infer T> ? T : never };
export type Fields<S extends Shape> = Read<S> & {
	/** Where each key that is written stands. */
	places: { [K in keyof S]?: Place };
};

/** A map with these keys and no other. Undefined when a needed key is missing or broken. */
export function record<S extends Shape>(shape: S): Reader<Fields<S>> {
	return (node, reading, at, name) => {
		if (!isMap(node)) {
			return wrongType(
				node,
				reading,
				at,
				name,
				'a map',
				`Write lines of the form “key: value” with the keys ${Object.keys(shape).join(', ')}.`
			);
		}
		const fields: Record<string, unknown> = {};
		const places: Record<string, Place> = {};
		/** Keys that were surely meant by others: they are told once. */
		const meant = new Set<string | null>();
		let whole = true;
		for (const pair of pairsOf(node as YAMLMap.Parsed, reading, at)) {
			const field = Object.hasOwn(shape, pair.key) ? shape[pair.key] : undefined;
			if (!field) {
				const near = nearest(pair.key, Object.keys(shape));
				meant.add(near);
				reading.source.error(
					pair.at,
					'yaml-unknown-key',
					`There is no key \`${shortened(pair.key)}\` here.`,
					near ? `Did you mean \`${near}\`?` : `The keys are: ${Object.keys(shape).join(', ')}.`
				);
				continue;
			}
			places[pair.key] = pair.at;
			const value = field.read(pair.value, reading, pair.at, pair.key);
			if (value !== undefined) fields[pair.key] = value;
			else if (field.otherwise) fields[pair.key] = field.otherwise.value;
			else whole = false;
		}
		for (const [key, field] of Object.entries(shape)) {
			if (Object.hasOwn(places, key)) continue;
			if (field.otherwise) fields[key] = field.otherwise.value;
			else {
				whole = false;
				if (meant.has(key)) continue;
				reading.source.error(
					placeOf(node, reading, at),
					'yaml-missing-key',
					`${called(name)} has no \`${key}\`.`,
					`Add a line “${key}: …”.`
				);
			}
		}
		return whole ? ({ ...fields, places } as unknown as Fields<S>) : undefined;
	};
}

/** A text in every locale of the academy. */
export const localized: Reader<Localized> = (node, reading, at, name) => {
	if (!isMap(node)) {
		const locales = reading.locales ?? ['en'];
		return wrongType(
			node,
			reading,
			at,
			name,
			'a text in each language',
			`Write a line for each of ${locales.map((locale) => `“${locale}: …”`).join(', ')} under it.`
		);
	}
	const texts: Localized = {};
	let whole = true;
	for (const pair of pairsOf(node as YAMLMap.Parsed, reading, at)) {
		if (reading.locales && !reading.locales.includes(pair.key)) {
			whole = false;
			reading.source.error(
				pair.at,
				'yaml-locale-unknown',
				`“${shortened(pair.key)}” is not a language of this academy.`,
				`The languages are: ${reading.locales.join(', ')} (academy.yaml).`
			);
			continue;
		}
		const value = text(pair.value, reading, pair.at, `${name}.${pair.key}`);
		if (value === undefined) whole = false;
		texts[pair.key] = value ?? '';
	}
	for (const locale of reading.locales ?? []) {
		if (Object.hasOwn(texts, locale)) continue;
		whole = false;
		reading.source.error(
			placeOf(node, reading, at),
			'yaml-locale-missing',
			`\`${name}\` has no text for “${locale}”.`,
			`Add a line “${locale}: …”.`
		);
	}
	return whole ? texts : undefined;
};

function pairsOf(node: YAMLMap.Parsed, reading: Reading, at: Place): { key: string; at: Place; value: Node }[] {
	return node.items.map((pair) => ({
		key: isScalar(pair.key) ? pair.key.source : '',
		at: placeOf(pair.key, reading, at),
		value: pair.value
	}));
}

/** The YAML of a whole file, or of `count` lines from line `first` (from 0) on. Undefined when it has no such shape. */
export function readYaml<T>(
	read: Reader<T>,
	source: Source,
	locales: string[] | null,
	part: { first: number; count: number } = { first: 0, count: source.lines.length },
	name = ''
): T | undefined {
	const lines = source.lines.slice(part.first, part.first + part.count);
	const from = source.startOf(part.first);
	const written = lines.join('\n');
	const reading: Reading = { source, from, locales };
	const start = source.place(part.first, 0);

	for (let line = 0; line < lines.length; line++) {
		const tab = /^\s*\t/.exec(lines[line]!);
		if (tab && lines[line]!.trim() !== '') {
			source.error(
				source.place(part.first + line, tab[0].indexOf('\t')),
				'yaml-tab',
				'This line is indented with a tab.',
				'Indent with spaces; YAML does not allow tabs there.'
			);
			return undefined;
		}
	}
	const deep = tooDeep(lines);
	if (deep) {
		source.error(
			source.place(part.first + deep.line, deep.offset),
			'yaml-depth',
			'The YAML is nested too deeply.',
			'Write it flatter: nothing here needs more than a few levels.'
		);
		return undefined;
	}

	const document = parseDocument(written, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
	let broken = false;
	for (const error of [...document.errors, ...document.warnings]) {
		// After the first one the rest is mostly its consequence.
		if (broken) break;
		const at = source.placeOf(from + Math.min(error.pos[0], written.length));
		broken = true;
		source.error(
			at,
			error.code === 'TAG_RESOLVE_FAILED' ? 'yaml-feature' : 'yaml-syntax',
			error.code === 'BLOCK_AS_IMPLICIT_KEY'
				? 'A second colon makes another key of this value.'
				: `This is not YAML: ${error.message.replace(/\s+/g, ' ').replace(/\.?$/, '.')}`,
			'Check the indentation, the colons and the quotes; a text with a colon or a # in it goes in quotes.'
		);
	}
	if (broken) return undefined;
	const odd: Oddities = { twice: [], unusual: null };
	findOddities(document.contents, odd);
	for (const node of odd.twice) {
		source.error(
			placeOf(node, reading, start),
			'yaml-duplicate-key',
			'This key is already there above.',
			'Delete one of the two.'
		);
	}
	if (odd.unusual) {
		source.error(
			placeOf(odd.unusual, reading, start),
			'yaml-feature',
			'Anchors, aliases, tags and merged keys are not used here.',
			'Write the value out.'
		);
		return undefined;
	}
	return read(document.contents, reading, start, name);
}

/** Where brackets open too often, or a line is indented too far; both would exhaust a recursive parser. */
function tooDeep(lines: string[]): { line: number; offset: number } | null {
	let open = 0;
	for (let line = 0; line < lines.length; line++) {
		const written = lines[line]!;
		// Short forms like “- - - -” and “? ? ?” nest as well.
		const dashes = /^\s*(?:[-?:][ \t]+)*/.exec(written)![0];
		if (dashes.length > deepest * 4) return { line, offset: deepest * 4 };
		for (let offset = 0; offset < written.length; offset++) {
			const sign = written.charCodeAt(offset);
			if (sign === 0x5b || sign === 0x7b) open++;
			else if ((sign === 0x5d || sign === 0x7d) && open > 0) open--;
			if (open > deepest) return { line, offset };
		}
	}
	return null;
}

interface Oddities {
	/** Keys that stand twice in their map. */
	twice: ParsedNode[];
	/** The first node with an alias, an anchor or a tag, or a key that is no word. */
	unusual: ParsedNode | null;
}
/** Looks for what YAML allows and we do not. (The parser's own search for doubled keys takes the square of their number.) */
function findOddities(node: unknown, found: Oddities): void {
	if (isAlias(node)) found.unusual ??= node as ParsedNode;
	if (!isScalar(node) && !isMap(node) && !isSeq(node)) return;
	if (node.anchor || node.tag !== undefined) found.unusual ??= node as ParsedNode;
	if (isSeq(node)) for (const item of node.items) findOddities(item, found);
	if (!isMap(node)) return;
	const keys = new Set<string>();
	for (const { key, value } of node.items) {
		if (isScalar(key)) {
			const word = (key as ParsedNode & { source: string }).source;
			if (keys.has(word)) found.twice.push(key as ParsedNode);
			keys.add(word);
			findOddities(key, found);
		} else if (key) found.unusual ??= key as ParsedNode;
		findOddities(value, found);
	}
}
