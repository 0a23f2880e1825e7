/** What the fences of practice have in common: YAML inside, `optional` in the head, texts without links. */
import { attributeOf, checkAttributes, yesNo, type Fence } from './fences.ts';
import { hasMarkup } from './markdown.ts';
import type { Source } from './source.ts';
import { placed, type Reader } from './yaml-shape.ts';

/** A text in which emphasis is all the Markdown there is. */
export function plain(read: Reader<string>): Reader<string> {
	return (node, reading, at, name) => {
		const found = placed(read)(node, reading, at, name);
		if (found && hasMarkup(found.value)) {
			reading.source.error(
				found.at,
				'text-markup',
				`\`${name}\` is plain text: it has no links, lists, pictures or HTML.`,
				'Write them into the lesson above the exercise.'
			);
		}
		return found?.value;
	};
}

/** Its YAML, and whether it is optional. Null after it was told that there is none. */
export function openFence(source: Source, fence: Fence, example: string): { part: { first: number; count: number }; optional: boolean } | null {
	checkAttributes(source, fence, ['optional']);
	const part = { first: fence.start + 1, count: fence.end - fence.start - 2 };
	const optional = attributeOf(source, fence, 'optional', yesNo)?.value === 'yes';
	if (source.lines.slice(part.first, part.first + part.count).every((line) => line.trim() === '')) {
		source.error(fence.at, 'fence-empty', `This \`${fence.kind}\` is empty.`, `Write in it: ${example}.`);
		return null;
	}
	return { part, optional };
}
