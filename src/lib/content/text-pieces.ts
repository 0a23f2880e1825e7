/**
 * Cuts the text of a file into pieces that are rendered one by one. A piece keeps what it refers to: footnotes and
 * addresses by reference that are written elsewhere in the file are put below it.
 */
import type { Markdown } from './markdown.ts';
import type { Source } from './source.ts';

/** The Markdown of lines `start` to `end` (excluded), or an empty string when there is nothing to show. */
export function cutText(source: Source, markdown: Markdown, start: number, end: number): string {
	const { used, defined } = markdown.footnotes;
	const kept: string[] = [];
	for (let line = start; line < end;) {
		const note = defined.find((one) => one.start === line);
		if (note) line = Math.max(note.end, line + 1);
		else kept.push(source.lines[line++]!);
	}
	const text = kept
		.join('\n')
		.replace(/^(?:[ \t]*\n)+/, '')
		.trimEnd();
	if (text === '') return '';
	const notes = defined
		.filter(({ label }) => used.some((use) => use.label === label && use.line >= start && use.line < end))
		.map((note) => source.lines.slice(note.start, note.end).join('\n').trimEnd());
	return [text, ...notes, ...(markdown.references.length > 0 ? [markdown.references.join('\n')] : [])].join('\n\n');
}
