import type { Academy } from '$lib/core/academy';

/** Keys that a filter may name. */
export const knownTo = ({ positions, courses }: Academy) => ({
	positions: positions.map(({ key }) => key),
	courses: courses.map(({ key }) => key)
});
