import type { Markdown } from '../markdown.ts';
import type { Source } from '../source.ts';

const allowed = /^<(?:(?:br|kbd|sub|sup)\s*\/?|\/(?:kbd|sub|sup)\s*)>$/i;
const comment = /^<!--[^]*?-->$/;

/** Text is Markdown. Of HTML only br, kbd, sub and sup are known, without attributes; comments are dropped. */
export function checkRawHtml(source: Source, markdown: Markdown): void {
	for (const { html, at, block } of markdown.html) {
		const written = html.trim();
		if (comment.test(written) || allowed.test(written)) continue;
		if (written.startsWith('<!--')) {
			const end = written.indexOf('-->');
			source.error(
				at,
				end < 0 ? 'comment-unclosed' : 'raw-html',
				end < 0 ? 'This comment is never closed.' : 'Text in the line where a comment ends would be lost.',
				end < 0 ? 'Close it with --> .' : 'Write it in a line of its own.'
			);
			continue;
		}
		const tag = /^<[^>\n]{0,40}>?/.exec(written)?.[0] ?? '<';
		source.error(
			at,
			'raw-html',
			`${tag} is HTML${block ? ' and would swallow what follows' : ''}; a text has none except br, kbd, sub and sup without attributes.`,
			'Say it in Markdown; to show it as it stands, write it in backticks or begin it with \\< .'
		);
	}
}
