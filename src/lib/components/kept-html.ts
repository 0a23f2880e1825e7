/**
 * Long HTML of ours that many pages hold alike, such as the rows of a call. A page drawn on the server has only a name where
 * it stands; its letters, encoded once, are put there when the page is sent (hooks.server.ts). Drawn into each page
 * they were joined, searched and encoded anew for everybody, most of what such a page cost.
 */
import { browser, dev } from '$app/environment';

/** What stands for the pieces from one up to before another. */
export type Kept = (from: number, to: number) => string;

/** For pieces that stand one after the other. In development Svelte compares what was drawn with what the browser would draw. */
export const keep = (pieces: readonly string[]): Kept => (browser || dev ? (from, to) => pieces.slice(from, to).join('') : keepBytes(pieces));

export function keepBytes(pieces: readonly string[]): Kept {
	const ends = [0];
	for (const piece of pieces) ends.push(ends.at(-1)! + Buffer.byteLength(piece));
	const bytes = Buffer.from(pieces.join(''));
	return (from, to) => nameOf(bytes.subarray(ends[from], ends[to]));
}

/** What pages being drawn wait for, by its number; taken out as they are sent, a moment later. */
const awaited = new Map<number, Uint8Array>();
let last = 0;
/** A page that fails while it is drawn leaves its own behind: of so many the oldest goes. They are parts of what is kept anyway. */
const mostAwaited = 10_000;

function nameOf(bytes: Uint8Array): string {
	if (awaited.size >= mostAwaited) awaited.delete(awaited.keys().next().value!);
	awaited.set(++last, bytes);
	return `${begin}${last}${end}`;
}

// Nobody else's: what people write is escaped, and what the content holds is sanitised, which leaves no comment in it.
const begin = '<!--kept ';
const end = '-->';

/** The HTML of a page in its parts, what was kept among them in its place. @throws Error for a name that nobody waits for */
export function withKept(html: string): (string | Uint8Array)[] {
	const parts: (string | Uint8Array)[] = [];
	let from = 0;
	for (let at = html.indexOf(begin); at >= 0; at = html.indexOf(begin, from)) {
		const number = at + begin.length;
		const to = html.indexOf(end, number);
		const name = Number(html.slice(number, to));
		const bytes = awaited.get(name);
		if (!bytes) throw new Error(`Nothing is kept for ${name}.`);
		awaited.delete(name);
		parts.push(html.slice(from, at), bytes);
		from = to + end.length;
	}
	parts.push(html.slice(from));
	return parts;
}
