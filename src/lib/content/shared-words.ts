/** Finds wording that one text has in common with another: runs of so many words in the same order. */

/** Words in a row; fewer are common speech, and figures and names are shared on purpose. */
export const RUN = 7;

interface Word {
	/** Lower case, ё = е. */
	word: string;
	/** From 1. */
	line: number;
}

export interface SharedRun {
	/** The words in our text, as compared. */
	words: string[];
	/** Where they begin in ours and in theirs, from 1. */
	line: number;
	theirLine: number;
}

const quoted = /[“„«][^”“»]*[”“»]/gu;

/**
 * What is compared of a lesson or a page: all but what stands in quotation marks in its last section. There sources are
 * named, and a title is a name.
 */
export function comparedText(markdown: string): string {
	const at = markdown.lastIndexOf('\n## ');
	return at < 0 ? markdown : markdown.slice(0, at) + markdown.slice(at).replace(quoted, (title) => title.replace(/[^\n]/gu, ' '));
}

function wordsOf(text: string): Word[] {
	return text.split('\n').flatMap((line, at) =>
		[...line.normalize('NFKC').toLowerCase().replaceAll('ё', 'е').matchAll(/[\p{L}\p{N}]+/gu)].map(([word]) => ({ word, line: at + 1 }))
	);
}

/** Every run of `run` words or more that both texts hold, once for each place in ours, the longest from there. */
export function sharedRuns(ours: string, theirs: string, run = RUN): SharedRun[] {
	const [our, their] = [wordsOf(ours), wordsOf(theirs)];
	const keyAt = (words: Word[], at: number) =>
		words
			.slice(at, at + run)
			.map(({ word }) => word)
			.join(' ');
	const places = new Map<string, number[]>();
	for (let at = 0; at + run <= their.length; at++) {
		const key = keyAt(their, at);
		const known = places.get(key);
		if (known) known.push(at);
		else places.set(key, [at]);
	}
	const found: SharedRun[] = [];
	let told = 0;
	for (let at = 0; at + run <= our.length; at++) {
		let best = { length: 0, from: 0 };
		for (const from of places.get(keyAt(our, at)) ?? []) {
			let length = run;
			while (our[at + length] && our[at + length]!.word === their[from + length]?.word) length++;
			if (length > best.length) best = { length, from };
		}
		// What lies within the run before it says nothing new.
		if (best.length === 0 || at + best.length <= told) continue;
		told = at + best.length;
		found.push({
			words: our.slice(at, told).map(({ word }) => word),
			line: our[at]!.line,
			theirLine: their[best.from]!.line
		});
	}
	return found;
}
