/** What a file is, by its place in the content folder. */
import { keyPattern, keyRule } from './yaml-shape.ts';
import { pictureName } from './rules/picture-has-text.ts';

export type ContentFile =
	| { kind: 'academy' | 'competencies' | 'positions'; path: string }
	| { kind: 'course'; path: string; course: string }
	| { kind: 'lesson'; path: string; course: string; key: string; locale: string }
	| { kind: 'handbook'; path: string; page: string; locale: string }
	| { kind: 'picture'; path: string; name: string }
	| { kind: 'scorecard' | 'observation'; path: string; key: string }
	| { kind: 'call' | 'reference'; path: string; call: string }
	| { kind: 'transcript'; path: string; call: string; locale: string; form: 'timed' | 'written' }
	| { kind: 'audio'; path: string; call: string; locale: string }
	| { kind: 'scene'; path: string; key: string; locale: string };
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
	if (parts.some((part) => part.startsWith('.')) || /^(?:README|SOURCES)(\.[a-z]+)?\.md$/i.test(parts.at(-1)!))
		return { kind: 'ignored' };
	if (Object.hasOwn(roots, path)) return { kind: roots[path as keyof typeof roots], path };
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
	} else if (folder === 'role-plays' && parts.length === 2 && name!.endsWith('.md')) {
		const text = textFile(name!, 'scene');
		return 'key' in text ? { kind: 'scene', path, ...text } : text;
	} else if ((folder === 'scorecards' || folder === 'observations') && parts.length === 2 && name!.endsWith('.yaml')) {
		const key = name!.slice(0, -'.yaml'.length);
		const [kind, what] =
			folder === 'scorecards' ? (['scorecard', 'a scorecard'] as const) : (['observation', 'a checklist'] as const);
		return keyPattern.test(key)
			? { kind, path, key }
			: { kind: 'misnamed', says: `“${key}” cannot be the key of ${what}.`, fix: keyRule };
	} else if (folder === 'calls' && parts.length === 3) {
		const file = callFile(path, name!, inner!);
		if (file) return file;
	}
	return {
		kind: 'unknown',
		fix: path.endsWith('.yml')
			? 'Name it .yaml if it should be read; delete it if nothing needs it.'
			: 'Read are academy.yaml, competencies.yaml, positions.yaml, courses/<course>/course.yaml and lessons, handbook/*.md, pictures/*.svg, scorecards/*.yaml, observations/*.yaml, role-plays/*.md, and in calls/<call> call.yaml, reference.yaml, transcript.<locale>.vtt or .md and audio.<locale>.mp3. Delete it if nothing needs it.'
	};
}

function callFile(path: string, call: string, name: string): ContentFile | OtherFile | null {
	const [, what, locale, end] = /^(transcript|audio)(?:\.([A-Za-z-]+))?\.(vtt|md|mp3)$/.exec(name) ?? [];
	const known = name === 'call.yaml' || name === 'reference.yaml' || (what === 'audio' ? end === 'mp3' : what && end !== 'mp3');
	if (!known) return null;
	if (!keyPattern.test(call)) return { kind: 'misnamed', says: `“${call}” cannot be the key of a call.`, fix: keyRule };
	if (name === 'call.yaml') return { kind: 'call', path, call };
	if (name === 'reference.yaml') return { kind: 'reference', path, call };
	if (!locale) {
		return {
			kind: 'misnamed',
			says: `The name of this ${what === 'audio' ? 'sound' : 'transcript'} says no language.`,
			fix: `Name it ${what}.en.${end}, with the language it is in.`
		};
	}
	if (what === 'audio') return { kind: 'audio', path, call, locale };
	return { kind: 'transcript', path, call, locale, form: end === 'vtt' ? 'timed' : 'written' };
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
