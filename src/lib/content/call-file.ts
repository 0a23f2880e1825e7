/** What a call is: its channel, its scorecard, where it comes from and how long it may be kept. */
import { channels, type Channel } from '../core/academy.ts';
import type { Localized } from '../core/questions/question.ts';
import { isDate } from './academy-files.ts';
import type { Place, Problem } from './problem.ts';
import type { Source } from './source.ts';
import { key, localized, needed, oneOf, optional, pattern, placed, readYaml, record, text, type Placed } from './yaml-shape.ts';

export interface CallFile {
	file: string;
	title: Localized;
	channel: Channel;
	channelAt: Place;
	scorecard: Placed<string>;
	difficulty: 1 | 2 | 3;
	source: 'synthetic' | 'real';
	/** `YYYY-MM-DD`; null for a synthetic call. */
	keepUntil: string | null;
	keepUntilAt: Place | null;
	problems: Problem[];
}

const difficulties = { easy: 1, medium: 2, hard: 3 } as const;
const call = record({
	title: needed(localized),
	channel: needed(placed(oneOf(...channels))),
	scorecard: needed(placed(key)),
	difficulty: needed(oneOf('easy', 'medium', 'hard')),
	source: needed(placed(oneOf('synthetic', 'real'))),
	consent: optional(text, null),
	'keep-until': optional(pattern(isDate, 'Write a day of the calendar as YYYY-MM-DD.'), null)
});

/** Null when it could not be read whole. */
export function readCall(source: Source, locales: string[] | null): CallFile | null {
	const read = readYaml(call, source, locales);
	if (!read) return null;
	for (const name of ['consent', 'keep-until'] as const) {
		const at = read.places[name];
		if (read.source.value === 'real' && !at) {
			source.error(
				read.source.at,
				'call-keeping',
				`A real call needs \`${name}\`.`,
				name === 'consent'
					? 'Write who agreed to its use, and when.'
					: 'Write the last day on which it may be kept, as YYYY-MM-DD.'
			);
		} else if (read.source.value === 'synthetic' && at) {
			source.error(at, 'call-keeping', `An invented call needs no \`${name}\`.`, 'Delete the line, or write “source: real”.');
		}
	}
	return {
		file: source.file,
		title: read.title,
		channel: read.channel.value,
		channelAt: read.channel.at,
		scorecard: read.scorecard,
		difficulty: difficulties[read.difficulty],
		source: read.source.value,
		keepUntil: read['keep-until'],
		keepUntilAt: read.places['keep-until'] ?? null,
		problems: source.problems
	};
}
