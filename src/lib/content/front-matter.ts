/** The YAML between two lines `---` at the head of a Markdown file. */
import type { Source } from './source.ts';

/** Its lines, and the line on which the text begins, all counted from 0. Null after the problem was told. */
export function findFrontMatter(source: Source): { first: number; count: number; body: number } | null {
	const start = { line: 1, column: 1 };
	if (!/^---\s*$/.test(source.lines[0]!)) {
		source.error(
			start,
			'front-matter-missing',
			'The file does not begin with its front matter.',
			'Begin it with a line “---”, then title, summary and so on, then “---” again.'
		);
		return null;
	}
	const end = source.lines.findIndex((line, at) => at > 0 && /^---\s*$/.test(line));
	if (end < 0) {
		source.error(start, 'front-matter-unclosed', 'The front matter is never closed.', 'Write a line “---” below it.');
		return null;
	}
	return { first: 1, count: end - 1, body: end + 1 };
}
