import type { Academy } from '$lib/core/academy';

/** Keys that a filter may name. */
export const knownTo = ({ positions, competencies }: Academy) => ({
	positions: positions.map(({ key }) => key),
	competencies: competencies.map(({ key }) => key)
});
