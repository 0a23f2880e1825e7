/** Clauses that a person reads and accepts by name. */
import { attributeOf, checkAttributes, clausePattern, clauseRule, yesNo, type Fence } from './fences.ts';
import type { Source } from './source.ts';
import { listOf, needed, pattern, placed, readYaml, record, type Placed } from './yaml-shape.ts';

export interface WrittenAccept {
	optional: boolean;
	clauses: Placed<string>[];
}

const shape = record({ clauses: needed(listOf(placed(pattern(clausePattern, clauseRule)))) });

/** Null when something is wrong with it; what is wrong is told to the source. */
export function readAccept(source: Source, fence: Fence): WrittenAccept | null {
	checkAttributes(source, fence, ['optional']);
	const first = fence.start + 1;
	const count = fence.end - 1 - first;
	const optional = attributeOf(source, fence, 'optional', yesNo)?.value === 'yes';
	if (source.lines.slice(first, first + count).every((line) => line.trim() === '')) {
		source.error(fence.at, 'fence-empty', 'No clause is named here.', 'Write clauses: [page.key, page.key].');
		return null;
	}
	const written = readYaml(shape, source, null, { first, count }, 'accept');
	if (!written) return null;
	const clauses: Placed<string>[] = [];
	for (const clause of written.clauses) {
		if (clauses.some(({ value }) => value === clause.value)) {
			source.error(
				clause.at,
				'list-duplicate',
				`“${clause.value}” stands twice in \`clauses\`.`,
				'Delete one of the two.'
			);
		} else clauses.push(clause);
	}
	if (
		written.clauses.length === 0 &&
		!source.problems.some(({ severity, line }) => severity === 'error' && line > fence.start)
	) {
		source.error(
			written.places.clauses ?? fence.at,
			'fence-empty',
			'No clause is named here.',
			'Write clauses: [page.key, page.key].'
		);
		return null;
	}
	return { optional, clauses };
}
