/** What a file is, by its place in the content folder. */
import { keyPattern, keyRule } from './yaml-shape.ts';
import { pictureName } from './rules/picture-has-text.ts';

export type ContentFile =
	| { kind: 'academy' | 'competencies' | 'positions'; path: string }
	| { kind: 'course'; path: string; course: string }
	| { kind: 'lesson'; path: string; course: string; key: string; locale: string }
	| { kind: 'handbook'; path: string; page: string; locale: string }
	| { kind: 'picture'; path: string; name: string };
type OtherFile =
	{ kind: 'misnamed'; says: string; fix: string } | { kind: 'unknown'; fix: string } | { kind: 'ignored' };

const roots = {
	'academy.yaml': 'academy',
	'competencies.yaml': 'competencies',
	'positions.yaml': 'positions'
} as const;

export function contentFileOf(path: string): ContentFile | OtherFile {
	const parts = path.split('/');
	const [folder, name, inner] = parts;
	if (parts.some((part) => part.startsWith('.')) || /^README(\.[a-z]+)?\.md$/i.test(parts.at(-1)!))
		return { kind: 'ignored' };
	if (path in roots) return { kind: roots[path as keyof typeof roots], path };
	if (folder === 'courses' && parts.length === 3) {
		if (inner === 'course.yaml' || inner!.endsWith('.md')) {
			if (!keyPattern.test(name!))
				return { kind: 'misnamed', says: `“${name!}” cannot be the key of a course.`, fix: keyRule };
			if (inner === 'course.yaml') return { kind: 'course', path, course: name! };
			const text = textFile(inner!, 'lesson');
			return 'key' in text ? { kind: 'lesson', path, course: name!, ...text } : text;
		}
	} else if (folder === 'handbook' && parts.length === 2 && name!.endsWith('.md')) {
		const text = textFile(name!, 'page');
		return 'key' in text ? { kind: 'handbook', path, page: text.key, locale: text.locale } : text;
	} else if (folder === 'pictures' && parts.length === 2 && name!.endsWith('.svg')) {
		if (pictureName.test(name!.replace(/\.[a-z]{2,3}(-[A-Za-z]+)?\.svg$/, '.svg')))
			return { kind: 'picture', path, name: name! };
		return {
			kind: 'misnamed',
			says: `“${name!}” cannot be the name of a picture.`,
			fix: 'Name it name.svg, or name.ru.svg for one language; small Latin letters, digits and hyphens.'
		};
	}
	return {
		kind: 'unknown',
		fix: path.endsWith('.yml')
			? 'Name it .yaml if it should be read; delete it if nothing needs it.'
			: 'Read are academy.yaml, competencies.yaml, positions.yaml, courses/<course>/course.yaml and lessons, handbook/*.md and pictures/*.svg. Delete it if nothing needs it.'
	};
}

function textFile(name: string, what: string): { key: string; locale: string } | OtherFile {
	const [, key, locale] = /^(.*)\.([A-Za-z-]+)\.md$/.exec(name) ?? [];
	if (key === undefined) {
		return {
			kind: 'misnamed',
			says: `The name of this ${what} says no language.`,
			fix: 'Name it key.locale.md, like receive.en.md.'
		};
	}
	if (!keyPattern.test(key))
		return { kind: 'misnamed', says: `“${key}” cannot be the key of a ${what}.`, fix: keyRule };
	return { key, locale: locale! };
}
