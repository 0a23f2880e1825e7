/** Orders in which options are shown, as `Arrangement` in question.ts describes them. */
import { isSameText, NO_OPTION } from './kind.ts';
import type { Arrangement, Localized } from './question.ts';

/** The entries in another order, each order equally likely (Fisher-Yates). `random` gives 0 to below 1. */
export function shuffled<T>(entries: readonly T[], random: () => number): T[] {
	const result = [...entries];
	for (let last = result.length - 1; last > 0; last--) {
		const other = Math.floor(random() * (last + 1));
		[result[last], result[other]] = [result[other]!, result[last]!];
	}
	return result;
}

export function inOwnOrder(count: number): Arrangement {
	return Array.from({ length: count }, (_, position) => position);
}

/**
 * A shuffled order in which the first `rows` places do not all hold what belongs there, so that leaving things as
 * they are shown is never the right answer. Impossible only when all entries look the same; then any order will do.
 */
export function neverRight(entries: Localized[], rows: number, random: () => number): Arrangement {
	const order = shuffled(inOwnOrder(entries.length), random);
	const places = inOwnOrder(Math.min(rows, entries.length));
	const belongs = (place: number, own: number) => isSameText(entries[place], entries[own]);
	if (!places.every((place) => belongs(place, order[place]!))) return order;
	const swaps = places.flatMap((place) =>
		order.flatMap((own, from) => (belongs(place, own) ? [] : [[place, from] as const]))
	);
	const swap = swaps[Math.floor(random() * swaps.length)];
	if (swap) {
		const [place, from] = swap;
		[order[place], order[from]] = [order[from]!, order[place]!];
	}
	return order;
}

/** Own position of what is shown at a place. */
export function ownPosition(arrangement: Arrangement, shown: number | null): number | null {
	return shown === null ? null : (arrangement[shown] ?? NO_OPTION);
}

/** Where something is shown, by its own position; NO_OPTION (which is what indexOf says, too) when it is not. */
export function shownPosition(arrangement: Arrangement, own: number | null): number | null {
	return own === null ? null : arrangement.indexOf(own);
}
