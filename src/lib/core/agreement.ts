/**
 * How far people who marked the same calls agree (rules.md, "Agreement between mentors"). `ratings` is units × raters
 * with null for a missing mark. Each figure is null when it cannot be computed: fewer than two comparable marks, or no
 * variation to agree about.
 */

export type Ratings = readonly (readonly (number | null)[])[];
export type Level = 'nominal' | 'ordinal' | 'interval' | 'ratio';
export type Weighting = 'identity' | 'linear' | 'quadratic';

const marksOf = (unit: Ratings[number]): number[] => unit.filter((mark) => mark !== null);
const valuesOf = (ratings: Ratings): number[] => [...new Set(ratings.flatMap(marksOf))].sort((a, b) => a - b);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Krippendorff's α = 1 − Do/De from coincidences (K. Krippendorff, Content Analysis, 2004). */
export function krippendorffAlpha(ratings: Ratings, level: Level): number | null {
	const values = valuesOf(ratings);
	const place = new Map(values.map((value, at) => [value, at]));
	const coincidences = values.map(() => values.map(() => 0));
	for (const unit of ratings) {
		const marks = marksOf(unit);
		if (marks.length < 2) continue;
		marks.forEach((first, one) =>
			marks.forEach((second, other) => {
				if (one !== other) coincidences[place.get(first)!]![place.get(second)!]! += 1 / (marks.length - 1);
			})
		);
	}
	const totals = coincidences.map(sum);
	const all = sum(totals);
	if (all < 2) return null;
	const distance = distanceOf(level, values, totals);
	let observed = 0;
	let expected = 0;
	values.forEach((_, c) =>
		values.forEach((__, k) => {
			observed += coincidences[c]![k]! * distance(c, k);
			expected += totals[c]! * totals[k]! * distance(c, k);
		})
	);
	return expected === 0 ? null : 1 - ((all - 1) * observed) / expected;
}

/** Squared distance of two values, by their places among the values seen. */
function distanceOf(level: Level, values: number[], totals: number[]): (c: number, k: number) => number {
	switch (level) {
		case 'nominal':
			return (c, k) => (c === k ? 0 : 1);
		case 'interval':
			return (c, k) => (values[c]! - values[k]!) ** 2;
		case 'ratio':
			return (c, k) => (c === k ? 0 : ((values[c]! - values[k]!) / (values[c]! + values[k]!)) ** 2);
		case 'ordinal':
			return (c, k) => {
				const [from, to] = c < k ? [c, k] : [k, c];
				return (sum(totals.slice(from, to + 1)) - (totals[c]! + totals[k]!) / 2) ** 2;
			};
	}
}

/** How much of an agreement two values are, 1 to 0; `range` is the scale's. */
function weightOf(weighting: Weighting, first: number, second: number, range: number): number {
	if (first === second) return 1;
	const apart = Math.abs(first - second) / range;
	return weighting === 'identity' ? 0 : weighting === 'linear' ? 1 - apart : 1 - apart ** 2;
}

/** Share of pairs of marks that agree, weighted, averaged over units with two or more marks. */
function observedAgreement(ratings: Ratings, weight: (first: number, second: number) => number): number | null {
	const units = ratings.map(marksOf).filter((marks) => marks.length > 1);
	if (units.length === 0) return null;
	const shares = units.map((marks) => {
		const pairs = marks.flatMap((first, one) => marks.flatMap((second, other) => (one === other ? [] : [weight(first, second)])));
		return sum(pairs) / pairs.length;
	});
	return sum(shares) / shares.length;
}

/** Share of pairs of marks on the same unit that are equal. */
export function percentAgreement(ratings: Ratings): number | null {
	return observedAgreement(ratings, (first, second) => (first === second ? 1 : 0));
}

/**
 * Gwet's AC1 (identity) and AC2 (linear, quadratic): (p_a − p_e) / (1 − p_e) (K. L. Gwet, 2008). Unlike kappa it does not
 * collapse where nearly all marks are the same. `categories` are the scale's values; those seen when left out.
 */
export function gwetAC(ratings: Ratings, weighting: Weighting, categories: readonly number[] = valuesOf(ratings)): number | null {
	const q = categories.length;
	if (q < 2) return null;
	const range = Math.max(...categories) - Math.min(...categories);
	const weight = (first: number, second: number) => weightOf(weighting, first, second, range);
	const agreement = observedAgreement(ratings, weight);
	if (agreement === null) return null;
	const units = ratings.map(marksOf).filter((marks) => marks.length > 0);
	const shares = categories.map(
		(category) => sum(units.map((marks) => marks.filter((mark) => mark === category).length / marks.length)) / units.length
	);
	const weights = sum(categories.flatMap((first) => categories.map((second) => weight(first, second))));
	const chance = (weights / (q * (q - 1))) * sum(shares.map((share) => share * (1 - share)));
	return chance === 1 ? null : (agreement - chance) / (1 - chance);
}

/** Cohen's kappa over a square table of counts: rows one rater, columns the other, categories in the scale's order. */
export function cohenKappa(table: readonly (readonly number[])[], weighting: Weighting): number | null {
	const all = sum(table.map(sum));
	if (all === 0) return null;
	const rows = table.map((row) => sum(row) / all);
	const columns = table.map((_, column) => sum(table.map((row) => row[column] ?? 0)) / all);
	let observed = 0;
	let chance = 0;
	table.forEach((row, i) =>
		row.forEach((cell, j) => {
			const weight = weightOf(weighting, i, j, table.length - 1);
			observed += (weight * cell) / all;
			chance += weight * rows[i]! * columns[j]!;
		})
	);
	return chance >= 1 ? null : (observed - chance) / (1 - chance);
}
