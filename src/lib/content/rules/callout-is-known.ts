import type { Markdown } from '../markdown.ts';
import type { Source } from '../source.ts';

export const calloutKinds = ['NOTE', 'TIP', 'WARNING'] as const;

export function checkCallouts(source: Source, markdown: Markdown): void {
	for (const { word, at } of markdown.callouts) {
		if (calloutKinds.some((kind) => kind === word)) continue;
		source.error(
			at,
			'callout-kind',
			`There is no callout [!${word.slice(0, 40)}].`,
			`Write one of: ${calloutKinds.map((kind) => `[!${kind}]`).join(', ')}.`
		);
	}
}
