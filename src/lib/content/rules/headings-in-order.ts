import type { Markdown } from '../markdown.ts';
import type { Source } from '../source.ts';

/** The title of the page is heading 1, so a text begins at 2; a level is never skipped on the way down. */
export function checkHeadings(source: Source, markdown: Markdown): void {
	let level = 1;
	for (const heading of markdown.headings) {
		if (heading.text === '') {
			source.error(heading.at, 'heading-empty', 'This heading is empty.', 'Write it, or delete the sign.');
		}
		if (heading.level === 1) {
			source.error(
				heading.at,
				'heading-top',
				'The title in the front matter is the first heading of the page.',
				'Begin headings of the text with “## ”. A line of “=” under a text makes it a heading too.'
			);
		} else if (heading.level > level + 1) {
			source.error(
				heading.at,
				'heading-jump',
				`A heading ${heading.level} stands under a heading ${level}: a level is skipped.`,
				`Write it with ${'#'.repeat(level + 1)}.`
			);
		}
		level = Math.max(heading.level, 1);
	}
}

/** Makes the addresses of headings: letters (of any script) and digits, hyphens between, each once in a text. */
export function headingIds(taken: Iterable<string> = []): (words: string) => string {
	const used = new Set(taken);
	const next = new Map<string, number>();
	return (words) => {
		const base =
			words
				.normalize('NFC')
				.toLowerCase()
				.replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
				.replace(/^-+|-+$/g, '')
				.slice(0, 80) || 'section';
		let id = base;
		let n = next.get(base) ?? 2;
		while (used.has(id)) id = `${base}-${n++}`;
		next.set(base, n);
		used.add(id);
		return id;
	};
}
