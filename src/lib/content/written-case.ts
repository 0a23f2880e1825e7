/** A call in writing (mail, chat, comment): its paragraphs that begin `**Agent:**` or `**Customer:**` are turns t1, t2 … */
import { isComment, plainWords, readMarkdown } from './markdown.ts';
import { checkRawHtml } from './rules/no-raw-html.ts';
import type { Source } from './source.ts';
import type { TranscriptFile, WrittenTurn } from './transcript-file.ts';
import { voiceOf, voiceRule } from './voice.ts';

/** `**Speaker:** words`; the speaker with what stands in brackets behind it. */
export const spokenLine = /^\*\*([^*\n]{1,200}?):\*\*(?:[ \t]*\n|[ \t]*)([^]*)$/;
/** What people type instead. */
const almostSpoken = /^(?:\*\*|__)?(?:Agent|Customer)\b[^:\n]{0,80}(?:\*\*|__)?:/;

export function readWrittenCase(source: Source, locale: string): TranscriptFile {
	const markdown = readMarkdown(source, 0, source.lines.length);
	checkRawHtml(source, markdown);
	for (const { at } of [...markdown.links, ...markdown.pictures]) {
		source.error(at, 'text-markup', 'Turns are shown as plain words, without links and pictures.', 'Write it in words.');
	}
	const turns: WrittenTurn[] = [];
	for (const block of markdown.blocks) {
		const at = source.place(block.start, Math.max(0, source.lines[block.start]!.search(/\S/)));
		if (isComment(block)) continue;
		if (block.type !== 'paragraph') {
			source.error(
				at,
				'turn-shape',
				'A written case has paragraphs alone.',
				'Write it as a paragraph; a message of several belongs to whoever spoke last.'
			);
			continue;
		}
		const content = block.tokens.find(({ type }) => type === 'inline')?.content ?? '';
		const [, speaker, words] = spokenLine.exec(content) ?? [];
		const last = turns.at(-1);
		if (speaker === undefined) {
			if (!last || almostSpoken.test(content)) {
				source.error(
					at,
					'turn-shape',
					last ? 'This looks like a new turn, but it is not written as one.' : 'Before this paragraph nobody speaks.',
					'Begin each turn with **Agent:** or **Customer:**.'
				);
			} else last.text += `\n\n${plainWords(content)}`;
			continue;
		}
		const voice = voiceOf(speaker, locale);
		if (!voice) {
			source.error(
				at,
				'turn-shape',
				`“${speaker.slice(0, 80)}” is neither the employee nor the customer.`,
				voiceRule
			);
			continue;
		}
		const text = plainWords(words ?? '');
		if (text === '') source.error(at, 'turn-empty', 'Nothing is said in this turn.', 'Write the words after the speaker.');
		turns.push({ id: `t${turns.length + 1}`, at, ...voice, text, from: null, to: null });
	}
	const whole = !source.problems.some(({ severity }) => severity === 'error');
	if (turns.length === 0 && whole) {
		source.error(
			{ line: 1, column: 1 },
			'turn-empty',
			'Nobody speaks in this transcript.',
			'Write paragraphs that begin with **Customer:** or **Agent:**.'
		);
	}
	return {
		file: source.file,
		locale,
		form: 'written',
		turns: whole && turns.length > 0 ? turns : null,
		words: markdown.words,
		problems: source.problems
	};
}
