import { inLocale } from '$lib/core/localized';
import type { Release } from '$lib/server/library';

/** The positions of the current content, to choose from. */
export const listPositions = ({ academy }: Release, locale: string) =>
	academy.positions.map(({ key, title }) => ({ key, title: inLocale(title, locale, academy.defaultLocale) }));

/** A position's title; its key when the content does not know it any more. */
export function titleOf(release: Release, locale: string, position: string | null): string | null {
	if (position === null) return null;
	const known = release.position(position);
	return known ? inLocale(known.title, locale, release.academy.defaultLocale) : position;
}
