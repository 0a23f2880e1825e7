/**
 * Every broken input of `fixtures/broken` gives exactly the problems it expects. Each is one text file that says in a
 * sentence what an author did, which problems are expected (all of them), and which files of the good academy it
 * replaces:
 *
 *   # A misspelt kind.
 *   expect courses/desk/spare.en.md:8:4 fence-kind
 *   expect warning handbook/phone.en.md:7:1 clause-not-asked
 *   === courses/desk/spare.en.md
 *   (the whole file)
 *   === competencies.yaml edit
 *   -a line of the good file
 *   +what stands there instead
 *
 * After a path may stand `edit`, `deleted`, `bom`, `crlf`, `base64`, `size=BYTES` (repeated until it is that long);
 * after `base64` also `fill=BYTES` (with zeros).
 * Warnings are compared where a file expects one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile, newCompileCache } from './compile.ts';
import { problemCodes } from './problem.ts';

const folder = join(import.meta.dirname, 'fixtures');

function goodFiles(): Map<string, Uint8Array> {
	const root = join(folder, 'good');
	const paths = readdirSync(root, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
	return new Map(paths.map((path) => [path.slice(root.length + 1).replaceAll('\\', '/'), readFileSync(path)]));
}

function readBroken(name: string): { says: string; expected: string[]; files: Map<string, Uint8Array> } {
	const [head, ...sections] = readFileSync(join(folder, 'broken', name), 'utf8').split(/^=== /m);
	const files = goodFiles();
	for (const section of sections) {
		const [first, ...lines] = section.split('\n');
		const [path, ...modes] = first!.split(' ');
		if (!modes.includes('deleted')) files.set(path!, bytesOf(lines.join('\n'), modes, files.get(path!)));
		else if (!files.delete(path!)) throw new Error(`There is no ${path} to delete.`);
	}
	return {
		says: head!.split('\n')[0]!.slice(2),
		expected: [...head!.matchAll(/^expect (?:(warning) )?(\S+ \S+)$/gm)].map(
			([, severity, place]) => `${severity ?? 'error'} ${place}`
		),
		files
	};
}

function bytesOf(text: string, modes: string[], good: Uint8Array | undefined): Uint8Array {
	let body = text;
	for (const mode of modes) {
		if (mode === 'base64') return filled(Buffer.from(body, 'base64'), modes);
		if (mode === 'edit') body = edited(new TextDecoder().decode(good), text);
		else if (mode === 'crlf') body = body.replaceAll('\n', '\r\n');
		else if (mode === 'bom') body = `\uFEFF${body}`;
		else if (mode.startsWith('size=')) body = body.repeat(Math.ceil(Number(mode.slice(5)) / Buffer.byteLength(body)));
		else throw new Error(`What is “${mode}”?`);
	}
	return Buffer.from(body);
}

function filled(bytes: Buffer, modes: string[]): Uint8Array {
	const fill = modes.find((mode) => mode.startsWith('fill='));
	return fill ? Buffer.concat([bytes], Number(fill.slice('fill='.length))) : bytes;
}

function edited(good: string, changes: string): string {
	const lines = good.split('\n');
	let at = -1;
	for (const change of changes.split('\n').filter((line) => line !== '')) {
		const line = change.slice(1);
		if (change.startsWith('-')) {
			at = lines.indexOf(line, Math.max(at, 0));
			if (at < 0) throw new Error(`The good file has no line “${line}”.`);
			lines.splice(at, 1);
		} else lines.splice(at++, 0, line);
	}
	return lines.join('\n');
}

/** One for all: what one input leaves must not be told of the next. */
const cache = newCompileCache();
const now = new Date('2026-11-20T09:00:00Z');
const names = readdirSync(join(folder, 'broken')).sort();

describe('broken inputs', () => {
	test('the good academy has no error, and of warnings only its missing translations', () => {
		const { academy, problems } = compile(goodFiles(), newCompileCache(), now);
		expect(academy).not.toBeNull();
		expect(problems.map(({ file, severity, code }) => `${severity} ${file} ${code}`)).toEqual([
			'warning courses/desk/spare.en.md translation-missing',
			'warning courses/desk/spare.en.md translation-missing'
		]);
	});

	test.each(names.map((name) => [name, readBroken(name)] as const))('%s', (_, { says, expected, files }) => {
		const { academy, items, problems } = compile(files, cache, now);
		const withWarnings = expected.some((one) => one.startsWith('warning'));
		const told = problems.filter(({ severity }) => withWarnings || severity === 'error');
		expect(
			told.map(({ severity, file, line, column, code }) => `${severity} ${file}:${line}:${column} ${code}`),
			says
		).toEqual(expected);
		expect(expected.length).toBeGreaterThan(0);
		// What is wrong makes no release; what is only a pity does.
		expect(academy === null).toBe(problems.some(({ severity }) => severity === 'error'));
		expect(items.length > 0).toBe(academy !== null);
		for (const problem of told) {
			expect(problem.says, says).toMatch(/^[^a-z].*[.?!…]$/su);
			expect(problem.fix, says).toMatch(/^[A-Z“\p{P}].*[.?!…)]$/su);
		}
	});

	test('every code has a broken input', () => {
		const seen = new Set(names.flatMap((name) => readBroken(name).expected.map((one) => one.split(' ').at(-1)!)));
		expect(problemCodes.filter((code) => !seen.has(code))).toEqual([]);
		expect([...seen].filter((code) => !(problemCodes as readonly string[]).includes(code))).toEqual([]);
		expect(names.length).toBeGreaterThanOrEqual(50);
	});
});
