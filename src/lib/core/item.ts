/**
 * How an item is named: the SHA-256 of its canonical JSON (RFC 8785) with all text in NFC and LF. The same content has
 * the same name on every machine, whatever editor, line ending or order of keys it was written with.
 */
import { createHash } from 'node:crypto';
import type { ItemBody } from './academy.ts';

/** One way to write each text: line ends as LF, composed characters (NFC). */
export function normaliseText(text: string): string {
	return (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).normalize('NFC');
}

/** A copy of plain data with every text normalised, names of fields included. */
export function normaliseTexts<T>(value: T): T {
	return normalised(value) as T;
}

function normalised(value: unknown): unknown {
	if (typeof value === 'string') return normaliseText(value);
	if (Array.isArray(value)) return value.map(normalised);
	if (typeof value === 'object' && value !== null) {
		return Object.fromEntries(Object.entries(value).map(([name, field]) => [normaliseText(name), normalised(field)]));
	}
	return value;
}

/**
 * Canonical JSON after RFC 8785: no white space, names sorted by UTF-16 code units, numbers and texts as ECMAScript
 * writes them. Fields that are undefined are left out, as in JSON. Throws on what JSON cannot say: numbers that are not
 * finite, lone surrogates, functions.
 */
export function canonicalJson(value: unknown): string {
	switch (typeof value) {
		case 'string':
			return canonicalText(value);
		case 'number':
			if (!Number.isFinite(value)) throw new TypeError(`JSON has no number ${value}.`);
			return JSON.stringify(value);
		case 'boolean':
			return value ? 'true' : 'false';
		case 'object':
			break;
		default:
			throw new TypeError(`JSON cannot hold a ${typeof value}.`);
	}
	if (value === null) return 'null';
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
	const fields = value as Record<string, unknown>;
	const names = Object.keys(fields)
		.filter((name) => fields[name] !== undefined)
		// The default order of `sort` is by UTF-16 code units, which is what the RFC asks for.
		.sort();
	return `{${names.map((name) => `${canonicalText(name)}:${canonicalJson(fields[name])}`).join(',')}}`;
}

function canonicalText(text: string): string {
	const written = JSON.stringify(text);
	// JSON.stringify escapes lone surrogates as \udXXX; the RFC forbids them. Paired ones are never escaped.
	if (written.includes('\\ud') && /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(written)) {
		throw new TypeError('JSON cannot hold half a surrogate pair.');
	}
	return written;
}

/** The hash of a text's UTF-8, 64 hexadecimal digits. */
export function sha256Hex(text: string): string {
	return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** The name of an item. Independent of normalisation: `hashItem(normaliseTexts(body)) === hashItem(body)`. */
export function hashItem(body: ItemBody): string {
	return sha256Hex(canonicalJson(normaliseTexts(body)));
}
