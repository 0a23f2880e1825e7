import { clausePattern } from '../fences.ts';
import type { Markdown } from '../markdown.ts';
import type { Place } from '../problem.ts';
import type { Source } from '../source.ts';
import { keyPattern } from '../yaml-shape.ts';

/** A link that has been read; clauses and calls are looked up once all files are known. */
export interface LinkUse {
	kind: 'clause' | 'call' | 'external' | 'anchor';
	to: string;
	at: Place;
}

/** The scheme of an address, as a browser would find it; null when it has none. */
export function schemeOf(address: string): string | null {
	const visible = decoded(address).replace(/[\p{Cc}\p{Cf}\s]/gu, '');
	return /^([a-z][a-z0-9+.-]*):/i.exec(visible)?.[1]?.toLowerCase() ?? null;
}

/** An address without its escapes; one that cannot be decoded stays as it is. */
export function decoded(address: string): string {
	try {
		return decodeURIComponent(address);
	} catch {
		return address;
	}
}

/** Links go to a clause, a call, a heading of the same text, or an address outside. */
export function readLinks(source: Source, markdown: Markdown, anchors: ReadonlySet<string>): LinkUse[] {
	const uses: LinkUse[] = [];
	for (const { to, at, empty } of markdown.links) {
		if (empty)
			source.error(at, 'link-empty', 'This link has no words to click on.', 'Write them between the square brackets.');
		const scheme = schemeOf(to);
		if (scheme === 'standard') {
			const id = to.slice('standard:'.length);
			if (!clausePattern.test(id)) {
				source.error(
					at,
					'link-clause',
					`“${id.slice(0, 80)}” is not the name of a clause.`,
					'Write standard:page.key, like standard:phone.greeting.'
				);
			} else uses.push({ kind: 'clause', to: id, at });
		} else if (scheme === 'call') {
			const key = to.slice('call:'.length);
			if (keyPattern.test(key)) uses.push({ kind: 'call', to: key, at });
			else {
				source.error(
					at,
					'link-call',
					`“${decoded(key).slice(0, 80)}” is not the name of a call.`,
					'Write call:key with the name of its folder, like call:late-delivery.'
				);
			}
		} else if (scheme === 'http' || scheme === 'https') {
			if (URL.canParse(to) && new URL(to).hostname !== '') uses.push({ kind: 'external', to, at });
			else
				source.error(at, 'link-address', 'This address is not complete.', 'Write it as a browser shows it: https://…');
		} else if (scheme === 'mailto' || scheme === 'tel') {
			uses.push({ kind: 'external', to, at });
		} else if (scheme !== null) {
			source.error(
				at,
				'link-scheme',
				`Links of the kind \`${scheme.slice(0, 40)}:\` are not allowed.`,
				'Use https:, mailto:, tel:, standard:, call: or #heading; a word in <…> that is no address is written in backticks.'
			);
		} else if (to.startsWith('#') && to.length > 1) {
			const id = decoded(to.slice(1)).normalize('NFC');
			if (anchors.has(id)) uses.push({ kind: 'anchor', to: id, at });
			else {
				source.error(
					at,
					'link-anchor',
					`This text has no heading “${id.slice(0, 80)}”.`,
					anchors.size > 0
						? `Its headings are: ${someOf(anchors)}.`
						: 'It has no headings at all.'
				);
			}
		} else {
			source.error(
				at,
				'link-address',
				to === '' ? 'This link has no address.' : `“${decoded(to).slice(0, 80)}” leads nowhere from a lesson.`,
				'Link to a clause with standard:page.key, to a heading with #heading, or to a full address with https://…'
			);
		}
	}
	return uses;
}

function someOf(anchors: ReadonlySet<string>): string {
	const some: string[] = [];
	for (const anchor of anchors) {
		if (some.push(`#${anchor}`) === 12) break;
	}
	return some.join(', ');
}
