/** The reference review of a call, on which two people agreed. It is secret; scorecard and turns are looked up later. */
import type { Localized } from '../core/questions/question.ts';
import { clausePattern, clauseRule } from './fences.ts';
import type { Place, Problem } from './problem.ts';
import type { Source } from './source.ts';
import {
	decimal,
	key,
	listOf,
	localized,
	mapOf,
	needed,
	oneOf,
	optional,
	pattern,
	placed,
	readYaml,
	record,
	text,
	yesOrNo,
	type Placed
} from './yaml-shape.ts';

export interface WrittenMark {
	criterion: string;
	at: Place;
	/** Null = not applicable, or not written. */
	mark: Placed<number> | null;
	/** Where “not applicable” is written; null when it is not. */
	naAt: Place | null;
	reason: Localized;
	turns: Placed<string>[];
}
export interface ReferenceFile {
	file: string;
	agreedBy: string[];
	marks: WrittenMark[];
	marksAt: Place;
	flags: { turn: Placed<string>; clause: Placed<string>; is: 'serves' | 'breaks' }[];
	problems: Problem[];
}

const reference = record({
	'agreed-by': needed(listOf(placed(text))),
	marks: needed(
		mapOf(
			record({
				mark: optional(placed(decimal), null),
				na: optional(yesOrNo, false),
				reason: needed(localized),
				turns: optional(listOf(placed(key)), [])
			})
		)
	),
	flags: optional(
		listOf(
			record({
				turn: needed(placed(key)),
				clause: needed(placed(pattern(clausePattern, clauseRule))),
				is: needed(oneOf('serves', 'breaks'))
			}),
			{ block: true }
		),
		[]
	)
});

/** Null when it could not be read whole. */
export function readReference(source: Source, locales: string[] | null): ReferenceFile | null {
	const read = readYaml(reference, source, locales);
	if (!read) return null;
	const people = read['agreed-by'].map(({ value }) => value);
	if (people.length !== 2 || people[0] === people[1]) {
		source.error(
			read.places['agreed-by']!,
			'reference-people',
			people.length === 2 ? 'One person alone cannot agree.' : `A reference is agreed by two people, not by ${people.length}.`,
			'Name the two who marked the call blind and then agreed.'
		);
	}
	const marks = read.marks.map(({ key: criterion, at, value }): WrittenMark => {
		const missing = !value.mark && !value.places.mark;
		if (value.na ? !missing : missing) {
			source.error(
				value.na ? value.places.na! : at,
				'reference-mark',
				value.na ? `\`${criterion}\` has a mark and is not applicable.` : `\`${criterion}\` has no mark.`,
				'Write either “mark: …” or “na: yes”.'
			);
		}
		for (const [i, turn] of value.turns.entries()) {
			if (value.turns.findIndex((other) => other.value === turn.value) < i)
				source.error(turn.at, 'list-duplicate', `“${turn.value}” stands twice in \`turns\`.`, 'Delete one of the two.');
		}
		return { criterion, at, mark: value.mark, naAt: value.na ? value.places.na! : null, reason: value.reason, turns: value.turns };
	});
	const flagged = new Set<string>();
	for (const { turn, clause, is } of read.flags) {
		const name = `${turn.value} ${clause.value} ${is}`;
		if (flagged.has(name)) {
			source.error(turn.at, 'list-duplicate', 'This flag is already there above.', 'Delete one of the two.');
		}
		flagged.add(name);
	}
	return {
		file: source.file,
		agreedBy: people,
		marks,
		marksAt: read.places.marks!,
		flags: read.flags.map(({ turn, clause, is }) => ({ turn, clause, is })),
		problems: source.problems
	};
}
