/**
 * How long people need, told honestly while many are still on their way: the product-limit estimate (Kaplan & Meier, 1958,
 * "Nonparametric estimation from incomplete observations", JASA 53: 457-481), turned over: the share that has reached something.
 */

/** People hired alike, counted in whole weeks from the day they were hired. */
export interface Followed {
	/** Week in which it was reached, rounded up; 0 = on the day of hire or before. Null = not yet. */
	reached: number | null;
	/** Whole weeks that are known of them: up to today or, who left without it, up to the day they left. */
	seen: number;
	/** Left without having reached it. */
	left: boolean;
	/** How many people. */
	n: number;
}

interface CurvePoint {
	/** Weeks from hire. */
	week: number;
	/** Still without it when the week began, and known to its end. */
	atRisk: number;
	/** Reached it in this week. */
	reached: number;
	/** 0 to 1: reached it by the end of the week. */
	share: number;
}

export interface Curve {
	n: number;
	reached: number;
	/** Still here and without it. */
	waiting: number;
	left: number;
	/** Week by week from 0; ends before the week that fewer than `leastPeople` are left to tell about. Empty for fewer people than that. */
	points: CurvePoint[];
	/** Weeks until a quarter, half and three quarters had reached it; null = the curve does not come so far. */
	quarter: number | null;
	half: number | null;
	threeQuarters: number | null;
}

/** A share of fewer people than this is not drawn (ours): one person is not a curve. */
export const leastPeople = 3;
const ROUNDING = 1e-9;

/**
 * F(k) = 1 − Π over weeks i ≤ k of (1 − reached in i / at risk in i). At risk in week i are those without it who are known to the end
 * of that week; so who is still too new counts as long as they are known and not a week longer. What was reached in a week that
 * is not over yet is not in the curve: others could still reach it in that week, too.
 * Worked: of 4 people one reaches it in week 2, one in week 4, one is known for 3 weeks and one for 5, both without it:
 * F(2) = 1 − 3/4 = .25; in week 4 two are at risk, F(4) = 1 − 3/4 · 1/2 = .625 (curve cut where fewer than three are at risk).
 * @param least people at risk from which a week is told
 */
export function reachedCurve(people: readonly Followed[], least = leastPeople): Curve {
	const total = (those: readonly Followed[]) => those.reduce((sum, { n }) => sum + n, 0);
	const n = total(people);
	const counts = {
		n,
		reached: total(people.filter(({ reached }) => reached !== null)),
		waiting: total(people.filter(({ reached, left }) => reached === null && !left)),
		left: total(people.filter(({ reached, left }) => reached === null && left))
	};
	const events = new Map<number, number>();
	const ends = new Map<number, number>();
	let last = 0;
	for (const one of people) {
		const isEvent = one.reached !== null && one.reached <= one.seen;
		const week = isEvent ? one.reached! : Math.max(0, one.seen);
		const into = isEvent ? events : ends;
		into.set(week, (into.get(week) ?? 0) + one.n);
		last = Math.max(last, week);
	}
	const points: CurvePoint[] = [];
	let atRisk = n;
	let without = 1;
	for (let week = 0; week <= last && atRisk >= Math.max(1, least); week++) {
		const reached = events.get(week) ?? 0;
		without *= 1 - reached / atRisk;
		points.push({ week, atRisk, reached, share: 1 - without });
		atRisk -= reached + (ends.get(week) ?? 0);
	}
	const weekOf = (share: number) => points.find((point) => point.share >= share - ROUNDING)?.week ?? null;
	return { ...counts, points, quarter: weekOf(0.25), half: weekOf(0.5), threeQuarters: weekOf(0.75) };
}

/** The share by the end of this week; null beyond what the curve tells. */
export const shareAt = (curve: Pick<Curve, 'points'>, week: number): number | null => curve.points[week]?.share ?? null;
