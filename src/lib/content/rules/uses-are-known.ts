/** Links to clauses and calls, and pictures of a text, lead to something. */
import type { Gathered } from '../gathered.ts';
import { nearest } from '../nearest.ts';
import type { Tell } from '../tell.ts';
import type { LinkUse } from './link-leads-somewhere.ts';
import type { PictureUse } from './picture-has-text.ts';

export function checkUses(
	{ links, pictures }: { links: LinkUse[]; pictures: PictureUse[] },
	{ isClause, clauses, calls, pictures: known }: Gathered,
	tell: Tell
): void {
	for (const { kind, to, at } of links) {
		if (kind === 'clause' && !isClause(to)) {
			tell(at, 'link-clause', `The handbook has no clause \`${to}\`.`, clauseHint(to, clauses.keys()));
		} else if (kind === 'call' && !calls.has(to)) {
			const meant = nearest(to, calls.keys());
			tell(
				at,
				'link-call',
				`There is no call \`${to}\`.`,
				meant ? `Did you mean \`call:${meant}\`?` : 'Name a folder of calls/, or describe the call in the text.'
			);
		}
	}
	for (const { name, at } of pictures) {
		if (known.has(name)) continue;
		const meant = nearest(name, known);
		tell(
			at,
			'picture-missing',
			`There is no pictures/${name}.`,
			meant ? `Did you mean ${meant}?` : 'Put the file there, or correct the name.'
		);
	}
}

export function clauseHint(written: string, known: Iterable<string>): string {
	const meant = nearest(written, known);
	return meant
		? `Did you mean \`${meant}\`?`
		: 'Clauses are headings “## `key` Title” in handbook/page.locale.md, and are named page.key.';
}
