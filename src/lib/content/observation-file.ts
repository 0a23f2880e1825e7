/** A checklist that a mentor fills in while watching. */
import type { Localized } from '../core/questions/question.ts';
import { clausePattern, clauseRule } from './fences.ts';
import type { Problem } from './problem.ts';
import { uniqueKeys } from './scorecard-file.ts';
import type { Source } from './source.ts';
import { key, listOf, localized, needed, optional, pattern, placed, readYaml, record, type Placed } from './yaml-shape.ts';

export interface ObservationFile {
	file: string;
	key: string;
	title: Localized;
	competencies: Placed<string>[];
	items: { key: string; text: Localized; clause: Placed<string> | null }[];
	problems: Problem[];
}

const observation = record({
	title: needed(localized),
	competencies: needed(listOf(placed(key))),
	items: needed(
		listOf(
			record({
				key: needed(placed(key)),
				text: needed(localized),
				clause: optional(placed(pattern(clausePattern, clauseRule)), null)
			}),
			{ block: true }
		)
	)
});

/** Null when it could not be read whole. */
export function readObservation(source: Source, name: string, locales: string[] | null): ObservationFile | null {
	const read = readYaml(observation, source, locales);
	if (!read) return null;
	const itemKey = uniqueKeys(source, 'item');
	for (const item of read.items) itemKey(item.key);
	if (read.items.length === 0)
		source.error(read.places.items!, 'list-empty', '`items` is empty.', 'Write at least one thing to watch for.');
	return {
		file: source.file,
		key: name,
		title: read.title,
		competencies: read.competencies,
		items: read.items.map((item) => ({ key: item.key.value, text: item.text, clause: item.clause })),
		problems: source.problems
	};
}
