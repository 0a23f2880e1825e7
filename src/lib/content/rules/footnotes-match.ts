import type { Markdown } from '../markdown.ts';
import type { Source } from '../source.ts';

/** Each footnote is written once and used. */
export function checkFootnotes(source: Source, markdown: Markdown): void {
	const { used, defined } = markdown.footnotes;
	const labels = new Map<string, number>();
	for (const { label, at } of defined) {
		const first = labels.get(label);
		if (first !== undefined) {
			source.error(
				at,
				'footnote-duplicate',
				`The footnote [^${label}] is already written in line ${first}.`,
				'Give one of them another name.'
			);
		} else labels.set(label, at.line);
	}
	for (const { label, at } of used) {
		if (labels.has(label)) continue;
		source.error(
			at,
			'footnote-missing',
			`The footnote [^${label}] is nowhere written.`,
			`Write it in a line of its own: [^${label}]: the note.`
		);
	}
	const uses = new Set(used.map(({ label }) => label));
	for (const { label, at } of defined) {
		if (uses.has(label)) continue;
		source.error(
			at,
			'footnote-unused',
			`Nothing refers to the footnote [^${label}].`,
			`Put [^${label}] where it belongs, or delete it.`
		);
	}
}
