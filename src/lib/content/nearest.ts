/** What an author probably meant. */

/** Enough for every real list; looking through more would take long when much is wrong. */
const most = 300;

/** The one of `known` at most two typing errors away (one for short words), nearest first; null when none is. */
export function nearest(written: string, known: Iterable<string>): string | null {
	if (written.length > 80) return null;
	let best: string | null = null;
	let least = written.length <= 4 ? 2 : 3;
	let seen = 0;
	for (const one of known) {
		if (++seen > most) break;
		const steps = distance(written.toLowerCase(), one.toLowerCase(), least);
		if (steps < least) {
			least = steps;
			best = one;
		}
	}
	return best;
}

/** Levenshtein distance with neighbours exchanged counted once; `enough` or more is returned as it comes. */
function distance(a: string, b: string, enough: number): number {
	if (Math.abs(a.length - b.length) >= enough) return enough;
	let before: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
			let cost = Math.min(change, last[j]! + 1, row[j - 1]! + 1);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
			row.push(cost);
		}
		if (Math.min(...row) >= enough && Math.min(...last) >= enough) return enough;
		before = last;
		last = row;
	}
	return last[b.length]!;
}
