/** How the questions of an assessment do (rules.md, "Item statistics"), from sums that a database can make over any number of people. */

/** From this many people on anything is shown. */
export const leastPeople = 20;

/** Over those who got a question in their first attempt: x = its points, y = the points of all their other questions. */
export interface ItemSums {
	n: number;
	x: number;
	xx: number;
	y: number;
	yy: number;
	xy: number;
}
/** Over those who got the same questions, all of them. */
export interface Sums {
	n: number;
	x: number;
	xx: number;
}
export interface ItemFigures {
	n: number;
	/** 0 to 100: the average out of the points possible. Null with too few people. */
	facility: number | null;
	/** −100 to 100. Null with too few people, or where all earned the same. */
	discrimination: number | null;
}

/** Differences smaller than this are the last digits of sums, not differences of points. */
const nothing = 1e-9;

/** `possible`: points for a full answer. */
export function itemFigures(sums: ItemSums, possible: number): ItemFigures {
	const { n, x, y, xy } = sums;
	if (n < leastPeople) return { n, facility: null, discrimination: null };
	const spreadX = sampleVariance(sums);
	const spreadY = sampleVariance({ n, x: y, xx: sums.yy });
	const together = (xy - (x * y) / n) / (n - 1);
	const differs = spreadX > nothing && spreadY > nothing;
	return { n, facility: (100 * x) / n / possible, discrimination: differs ? (100 * together) / Math.sqrt(spreadX * spreadY) : null };
}

/** Never negative. Not for fewer than two. */
const sampleVariance = ({ n, x, xx }: Sums): number => Math.max(0, (xx - (x * x) / n) / (n - 1));

/**
 * Internal consistency (at most 100; below 0 when questions speak against each other) and error ratio, in percent. Null with too few people,
 * fewer than two questions, or where all totals are the same.
 */
export function consistencyOf(items: readonly Sums[], total: Sums): { consistency: number | null; errorRatio: number | null } {
	const p = items.length;
	if (p < 2 || total.n < leastPeople) return { consistency: null, errorRatio: null };
	const spread = sampleVariance(total);
	if (spread <= nothing) return { consistency: null, errorRatio: null };
	const parts = items.reduce((sum, item) => sum + sampleVariance(item), 0);
	const consistency = ((100 * p) / (p - 1)) * (1 - parts / spread);
	return { consistency, errorRatio: 100 * Math.sqrt(Math.max(0, 1 - consistency / 100)) };
}
