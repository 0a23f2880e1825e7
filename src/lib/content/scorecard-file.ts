/** A scorecard: what is judged, on which scale, with which weight. Clauses and competencies are looked up later. */
import type { Localized } from '../core/questions/question.ts';
import { clausePattern, clauseRule } from './fences.ts';
import type { Place, Problem } from './problem.ts';
import type { Source } from './source.ts';
import {
	key,
	listOf,
	localized,
	mapOf,
	needed,
	oneOf,
	optional,
	pattern,
	placed,
	positiveNumber,
	readYaml,
	record,
	yesOrNo,
	type Placed
} from './yaml-shape.ts';

export interface WrittenCriterion {
	key: string;
	at: Place;
	title: Localized;
	weight: number;
	/** Lowest first. */
	anchors: { mark: number; words: Localized }[];
	critical: boolean;
	notApplicable: boolean;
	clause: Placed<string> | null;
}
export interface ScorecardFile {
	file: string;
	key: string;
	title: Localized;
	mode: 'nested' | 'pooled';
	competencies: Placed<string>[];
	sections: { key: string; at: Place; title: Localized; weight: number; criteria: WrittenCriterion[] }[];
	problems: Problem[];
}

const markPattern = /^(?:0|[1-9]\d?|100)(?:\.\d{1,2})?$/;
const weight = positiveNumber(1000);
const criterion = record({
	key: needed(placed(key)),
	title: needed(localized),
	weight: needed(weight),
	scale: needed(mapOf(localized, { shape: markPattern, rule: 'A mark is a number from 0 to 100, like 3 or 0.5.' })),
	critical: optional(yesOrNo, false),
	'not-applicable': optional(yesOrNo, false),
	clause: optional(placed(pattern(clausePattern, clauseRule)), null)
});
const scorecard = record({
	title: needed(localized),
	mode: needed(oneOf('nested', 'pooled')),
	competencies: needed(listOf(placed(key))),
	sections: needed(
		listOf(
			record({
				key: needed(placed(key)),
				title: needed(localized),
				weight: needed(weight),
				criteria: needed(listOf(criterion, { block: true }))
			}),
			{ block: true }
		)
	)
});

/** Null when it could not be read whole; what is wrong is told to the source. */
export function readScorecard(source: Source, name: string, locales: string[] | null): ScorecardFile | null {
	const read = readYaml(scorecard, source, locales);
	if (!read) return null;
	const sectionKey = uniqueKeys(source, 'section');
	const criterionKey = uniqueKeys(source, 'criterion');
	const sections = read.sections.map((section) => {
		sectionKey(section.key);
		if (section.criteria.length === 0)
			source.error(section.places.criteria!, 'list-empty', '`criteria` is empty.', 'Write at least one criterion.');
		return {
			key: section.key.value,
			at: section.key.at,
			title: section.title,
			weight: section.weight,
			criteria: section.criteria.map((one): WrittenCriterion => {
				criterionKey(one.key);
				if (one.critical && !one.clause && !one.places.clause) {
					source.error(
						one.places.critical!,
						'criterion-clause',
						`\`${one.key.value}\` is critical and names no clause.`,
						'Add “clause: page.key”: whoever fails on it must be able to read what was asked.'
					);
				}
				return {
					key: one.key.value,
					at: one.key.at,
					title: one.title,
					weight: one.weight,
					anchors: readScale(source, one.key.value, one.scale, one.places.scale!),
					critical: one.critical,
					notApplicable: one['not-applicable'],
					clause: one.clause
				};
			})
		};
	});
	if (sections.length === 0)
		source.error(read.places.sections!, 'list-empty', '`sections` is empty.', 'Write at least one section.');
	return {
		file: source.file,
		key: name,
		title: read.title,
		mode: read.mode,
		competencies: read.competencies,
		sections,
		problems: source.problems
	};
}

function readScale(
	source: Source,
	name: string,
	scale: { key: string; at: Place; value: Localized }[],
	at: Place
): WrittenCriterion['anchors'] {
	const anchors = new Map<number, { mark: number; words: Localized }>();
	for (const { key: written, at: here, value } of scale) {
		const mark = Number(written);
		if (anchors.has(mark))
			source.error(here, 'scale-mark', `The mark ${mark} stands twice in the scale.`, 'Keep one of the two.');
		anchors.set(mark, { mark, words: value });
	}
	if (anchors.size < 2) {
		source.error(
			at,
			'scale-mark',
			`The scale of \`${name}\` has fewer than two marks.`,
			'Write every mark that can be given, each with its words.'
		);
	}
	return [...anchors.values()].sort((a, b) => a.mark - b.mark);
}

/** Tells a key that was there before; a key names one thing in its file. */
export function uniqueKeys(source: Source, what: string): (key: Placed<string>) => void {
	const seen = new Map<string, number>();
	return ({ value, at }) => {
		const first = seen.get(value);
		if (first === undefined) seen.set(value, at.line);
		else
			source.error(
				at,
				'key-duplicate',
				`The ${what} \`${value}\` is already there in line ${first}.`,
				'Give one of the two another key.'
			);
	};
}
