/** A file as text, with its lines, and the pen that writes its problems. */
import type { Place, Problem, ProblemCode } from './problem.ts';

/** Larger files are not read: a lesson is some 10 kB. */
export const largestFile = 256 * 1024;
export const largestPicture = 1024 * 1024;

export class Source {
	readonly file: string;
	/** Without byte order mark and line ends. Line 1 is lines[0]. */
	readonly lines: string[];
	/** The lines joined with LF. */
	readonly text: string;
	readonly problems: Problem[] = [];
	private lineStarts: number[] | null = null;
	private last = { line: -1, offset: 0, column: 1 };

	constructor(file: string, text: string) {
		this.file = file;
		const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
		this.text = plain.includes('\r') ? plain.replace(/\r\n?/g, '\n') : plain;
		this.lines = this.text.split('\n');
	}

	/** From a line and an offset in it, both counted from 0, the offset in UTF-16 units. */
	place(line: number, offset: number): Place {
		const written = this.lines[line] ?? '';
		const end = Math.min(Math.max(0, offset), written.length);
		// Places are mostly asked for from left to right: the next one counts on from the last.
		const { last } = this;
		const goesOn = last.line === line && last.offset <= end;
		let column = goesOn ? last.column : 1;
		let at = goesOn ? last.offset : 0;
		while (at < end) {
			const unit = written.charCodeAt(at);
			const next = unit >= 0xd800 && unit < 0xdc00 ? written.charCodeAt(at + 1) : 0;
			const pair = next >= 0xdc00 && next < 0xe000 && at + 1 < end;
			at += pair ? 2 : 1;
			column++;
		}
		this.last = { line, offset: at, column };
		return { line: line + 1, column };
	}

	/** Offset in `text` at which a line begins. */
	startOf(line: number): number {
		return this.starts[line] ?? this.text.length;
	}

	/** From an offset in `text`. */
	placeOf(offset: number): Place {
		const { starts } = this;
		let low = 0;
		let high = starts.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (starts[middle]! <= offset) low = middle;
			else high = middle - 1;
		}
		return this.place(low, offset - starts[low]!);
	}

	private get starts(): number[] {
		if (!this.lineStarts) {
			this.lineStarts = [0];
			for (const line of this.lines) this.lineStarts.push(this.lineStarts.at(-1)! + line.length + 1);
			this.lineStarts.pop();
		}
		return this.lineStarts;
	}

	error(at: Place, code: ProblemCode, says: string, fix: string): void {
		this.problems.push({ file: this.file, line: at.line, column: at.column, severity: 'error', code, says, fix });
	}
	warn(at: Place, code: ProblemCode, says: string, fix: string): void {
		this.problems.push({ file: this.file, line: at.line, column: at.column, severity: 'warning', code, says, fix });
	}
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The file's text, or the problem why it cannot be read. */
export function readSource(
	file: string,
	bytes: Uint8Array,
	largest = largestFile
): { source: Source } | { problem: Problem } {
	const refuse = (at: Place, code: ProblemCode, says: string, fix: string) => ({
		problem: { file, ...at, severity: 'error' as const, code, says, fix }
	});
	if (bytes.length > largest) {
		return refuse(
			{ line: 1, column: 1 },
			'file-size',
			`The file has ${Math.ceil(bytes.length / 1024)} kB; at most ${largest / 1024} kB are read.`,
			'Split it into several files.'
		);
	}
	let text: string;
	try {
		text = decoder.decode(bytes);
	} catch {
		const good = new Source(
			file,
			new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, firstBadByte(bytes)))
		);
		return refuse(
			good.placeOf(good.text.length),
			'file-encoding',
			'The file is not UTF-8 from here on.',
			'Save it with the encoding UTF-8.'
		);
	}
	const source = new Source(file, text);
	// eslint-disable-next-line no-control-regex
	const odd = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufdd0-\ufdef\ufffe\uffff]/.exec(source.text);
	if (odd) {
		source.error(
			source.placeOf(odd.index),
			'control-character',
			`There is an invisible control character here (U+${odd[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}).`,
			'Delete it; it often comes along when text is pasted.'
		);
	}
	return { source };
}

/** Offset of the first byte that is not part of well-formed UTF-8 (Unicode, table 3-7). */
function firstBadByte(bytes: Uint8Array): number {
	let at = 0;
	while (at < bytes.length) {
		const first = bytes[at]!;
		const more =
			first < 0x80
				? 0
				: first >= 0xc2 && first < 0xe0
					? 1
					: first >= 0xe0 && first < 0xf0
						? 2
						: first >= 0xf0 && first < 0xf5
							? 3
							: -1;
		if (more < 0) return at;
		for (let next = 1; next <= more; next++) {
			const byte = bytes[at + next];
			const low = next === 1 && first === 0xe0 ? 0xa0 : next === 1 && first === 0xf0 ? 0x90 : 0x80;
			const high = next === 1 && first === 0xed ? 0x9f : next === 1 && first === 0xf4 ? 0x8f : 0xbf;
			if (byte === undefined || byte < low || byte > high) return at;
		}
		at += more + 1;
	}
	return at;
}
