/**
 * Cuts the text of a file into pieces that are rendered one by one. A piece keeps what it refers to: footnotes and
 * addresses by reference that are written elsewhere in the file are put below it.
 */
import { referencesIn, type Markdown } from './markdown.ts';
import type { Source } from './source.ts';

/** Cuts pieces off a text one after the other, from its beginning on. */
export class TextCutter {
	private readonly notes: Map<number, number>;
	private use = 0;

	constructor(
		private readonly source: Source,
		private readonly markdown: Markdown
	) {
		this.notes = new Map(markdown.footnotes.defined.map(({ start, end }) => [start, Math.max(end, start + 1)]));
	}

	/** The Markdown of lines `start` to `end` (excluded), or an empty string when there is nothing to show. */
	cut(start: number, end: number): string {
		const { lines } = this.source;
		const kept: string[] = [];
		for (let line = start; line < end;) {
			const after = this.notes.get(line);
			if (after === undefined) kept.push(lines[line++]!);
			else line = after;
		}
		const labels = this.labelsIn(start, end);
		const text = kept
			.join('\n')
			.replace(/^(?:[ \t]*\n)+/, '')
			.trimEnd();
		if (text === '') return '';
		const notes = (labels.size > 0 ? this.markdown.footnotes.defined : []).flatMap((note) =>
			labels.delete(note.label) ? [lines.slice(note.start, note.end).join('\n').trimEnd()] : []
		);
		const references = referencesIn([text, ...notes].join('\n'), this.markdown);
		return [text, ...notes, ...(references.length > 0 ? [references.join('\n')] : [])].join('\n\n');
	}

	private labelsIn(start: number, end: number): Set<string> {
		const { used } = this.markdown.footnotes;
		const labels = new Set<string>();
		while (used[this.use] && used[this.use]!.line < start) this.use++;
		for (let at = this.use; used[at] && used[at]!.line < end; at++) labels.add(used[at]!.label);
		return labels;
	}
}
