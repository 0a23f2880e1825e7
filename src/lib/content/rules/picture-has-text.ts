import type { Markdown } from '../markdown.ts';
import type { Place } from '../problem.ts';
import type { Source } from '../source.ts';
import { schemeOf } from './link-leads-somewhere.ts';

/** A picture that is wanted; whether its file is there is looked up once all files are known. */
export interface PictureUse {
	/** Without folder, like `steps.svg`. */
	name: string;
	at: Place;
}

export const pictureName = /^[a-z0-9-]{1,64}\.svg$/;

/** Pictures come from the folder `pictures` and have words for those who do not see them. `up` leads to the content folder. */
export function readPictures(source: Source, markdown: Markdown, up: string, locales: readonly string[]): PictureUse[] {
	const uses: PictureUse[] = [];
	for (const { to, text, at } of markdown.pictures) {
		if (text === '') {
			source.error(
				at,
				'picture-text',
				'This picture has no words for those who cannot see it.',
				'Say between the square brackets what it shows: ![Five steps from call to solution](…).'
			);
		}
		if (schemeOf(to) !== null || to.startsWith('//')) {
			source.error(
				at,
				'picture-external',
				'Pictures from other addresses are not shown.',
				`Put the file into pictures/ and write ${up}pictures/name.svg.`
			);
			continue;
		}
		const name = to.startsWith(`${up}pictures/`) ? to.slice(up.length + 'pictures/'.length) : '';
		const [, base, locale] = /^([a-z0-9-]{1,64})\.([a-zA-Z-]+)\.svg$/.exec(name) ?? [];
		if (locale && locales.includes(locale)) {
			source.error(
				at,
				'picture-locale',
				`This names the picture for “${locale}” only.`,
				`Write ${up}pictures/${base}.svg; where there is one for the reader's language, it is taken by itself.`
			);
			continue;
		}
		if (!pictureName.test(name)) {
			source.error(
				at,
				'picture-place',
				`“${to.slice(0, 80)}” is not a picture of this content.`,
				`Write ${up}pictures/name.svg; a name has small Latin letters, digits and hyphens.`
			);
			continue;
		}
		uses.push({ name, at });
	}
	return uses;
}

/** What an SVG must not have: it would run, or tell others who reads. Returns where, and what. */
export function unsafeInPicture(svg: string): { offset: number; what: string } | null {
	const found =
		/<script\b|<foreignObject\b|<iframe\b|\son[a-z]+\s*=|javascript\s*:|<!ENTITY|<!DOCTYPE|<\?xml-stylesheet|@import|(?:href|src)\s*=\s*["']\s*(?!#|data:image\/(?:png|jpeg|webp);)[^"'\s]|url\(\s*["']?\s*(?!#)[^)"'\s]/i.exec(
			svg
		);
	return found
		? {
				offset: found.index + (found[0].length - found[0].trimStart().length),
				what: svg.slice(found.index).trim().replace(/\s+/g, ' ').slice(0, 30)
			}
		: null;
}
