/**
 * A call in one language as WebVTT: one cue is one turn, its id the turn's. The standard's own parser reads it; what the
 * parser passes over, and what a transcript needs beyond the standard, is told here.
 */
import vtt, { type VttCue, type VttNode } from 'webvtt-parser';
import entities from 'webvtt-parser/html-entities.json' with { type: 'json' };
import { countWords } from './markdown.ts';
import type { Place, Problem, ProblemCode } from './problem.ts';
import type { Source } from './source.ts';
import { voiceOf, voiceRule } from './voice.ts';
import { keyPattern, keyRule } from './yaml-shape.ts';

export interface WrittenTurn {
	id: string;
	at: Place;
	speaker: 'agent' | 'customer';
	name: string;
	text: string;
	/** Seconds; null in a written case. */
	from: number | null;
	to: number | null;
}
export interface TranscriptFile {
	file: string;
	locale: string;
	/** timed: WebVTT; written: Markdown. */
	form: 'timed' | 'written';
	/** Null when they could not be read. */
	turns: WrittenTurn[] | null;
	words: number;
	problems: Problem[];
}

/** More tags in one cue are no transcript, and nest too deeply to be read. */
const mostTags = 100;

export function readTranscript(source: Source, locale: string): TranscriptFile {
	const turns = readCues(source, locale);
	return {
		file: source.file,
		locale,
		form: 'timed',
		turns,
		words: turns?.reduce((sum, { text }) => sum + countWords(text), 0) ?? 0,
		problems: source.problems
	};
}

function readCues(source: Source, locale: string): WrittenTurn[] | null {
	const crowded = crowdedBlock(source);
	if (crowded !== null) {
		source.error(
			source.place(crowded, 0),
			'cue-tags',
			`More than ${mostTags} tags stand in this cue.`,
			'A turn has one voice and its words.'
		);
		return null;
	}
	const { cues, errors } = new vtt.WebVTTParser(entities).parse(withoutRegions(source));
	tellErrors(source, errors);
	if (errors.length > 0) return null;
	// In a file without errors only the lines of times have an arrow, and cues come in their order.
	const arrows = source.lines.flatMap((line, at) => (line.includes('-->') ? [at] : []));
	const told = source.problems.length;
	const ids = new Map<string, number>();
	const turns = cues.flatMap((cue, i) => readCue(source, locale, cue, arrows[i]!, cues[i - 1] ?? null, ids) ?? []);
	if (cues.length === 0) {
		source.error(
			{ line: 1, column: 1 },
			'turn-empty',
			'The transcript has no cue.',
			'Write one for each turn: its id, its times, and <v Agent> or <v Customer> before the words.'
		);
	}
	return source.problems.length > told ? null : turns;
}

function readCue(
	source: Source,
	locale: string,
	cue: VttCue,
	timesLine: number,
	before: VttCue | null,
	ids: Map<string, number>
): WrittenTurn | null {
	const timesAt = source.place(timesLine, Math.max(0, source.lines[timesLine]!.search(/\S/)));
	const at = cue.id === '' ? timesAt : source.place(timesLine - 1, 0);
	const first = ids.get(cue.id);
	if (cue.id === '') {
		source.error(
			at,
			'cue-id',
			'This cue has no id.',
			'Write a lasting one in the line above its times: marks and flags name the turn by it.'
		);
	} else if (!keyPattern.test(cue.id)) {
		source.error(at, 'cue-id', `“${cue.id.slice(0, 80)}” cannot be the id of a turn.`, keyRule);
	} else if (first !== undefined) {
		source.error(at, 'cue-id', `The id \`${cue.id}\` is already used in line ${first}.`, 'Give one of the two another id.');
	} else ids.set(cue.id, at.line);

	if (before && cue.startTime < before.endTime) {
		source.error(
			timesAt,
			'cue-order',
			'This turn begins before the one above ends.',
			'Turns follow each other: let it begin when that one ends, or let that one end earlier.'
		);
	}
	const parts = cue.tree.children.filter((node) => node.type !== 'text' || String(node.value).trim() !== '');
	const voices = parts.filter(({ name }) => name === 'v');
	const [voice] = voices;
	const wordsAt = source.place(timesLine + 1, 0);
	if (!voice || parts.length > 1) {
		source.error(
			cue.text === '' ? timesAt : wordsAt,
			'cue-voice',
			!voice
				? 'This cue does not say who speaks.'
				: voices.length > 1
					? 'Two voices speak in one cue.'
					: 'Some words of this cue belong to no voice.',
			voices.length > 1
				? 'Make a cue of each turn.'
				: 'Begin its words with <v Agent> or <v Customer>, and write all of them after it.'
		);
		return null;
	}
	const said = voiceOf(String(voice.value ?? ''), locale);
	if (!said) {
		source.error(
			wordsAt,
			'cue-voice',
			`The voice “${String(voice.value ?? '').slice(0, 80)}” is neither the employee nor the customer.`,
			voiceRule
		);
		return null;
	}
	const text = wordsOf(voice.children ?? []);
	if (text === '') {
		source.error(wordsAt, 'turn-empty', 'Nothing is said in this cue.', 'Write the words after the voice, or delete the cue.');
		return null;
	}
	return { id: cue.id, at, ...said, text, from: cue.startTime, to: cue.endTime };
}

function wordsOf(nodes: VttNode[]): string {
	const collect = (all: VttNode[]): string =>
		all.map(({ type, value, children }) => (type === 'text' ? String(value) : collect(children ?? []))).join('');
	return collect(nodes).replace(/\s+/g, ' ').trim();
}

/** The first line of a block between empty lines that has too many tags. */
function crowdedBlock(source: Source): number | null {
	let start = 0;
	let tags = 0;
	for (const [at, line] of source.lines.entries()) {
		if (line === '') {
			start = at + 1;
			tags = 0;
			continue;
		}
		tags += line.split('<').length - 1;
		if (tags > mostTags) return start;
	}
	return null;
}

/**
 * Regions say where on a screen a caption stands. The standard allows them and the parser does not know them, so they
 * become comments for it; lines and columns stay.
 */
function withoutRegions({ lines }: Source): string {
	let cueSeen = false;
	return lines
		.map((line, at) => {
			if (line.includes('-->')) {
				cueSeen = true;
				return line.replace(/(\s)region:\S+/g, (part, space: string) => space.padEnd(part.length));
			}
			return !cueSeen && lines[at - 1] === '' && /^REGION[ \t]*$/.test(line) ? 'NOTE' : line;
		})
		.join('\n');
}

/** One for each block: what follows in it is mostly a consequence. */
function tellErrors(source: Source, errors: { message: string; line: number; col?: number }[]): void {
	const starts = blockStarts(source);
	const told = new Set<number>();
	for (const { message, line, col } of errors) {
		const about = aboutOf(message, source.lines[line - 1] ?? '');
		// Of a cue's words the parser tells when it has come to the line below them.
		const at = Math.max(0, Math.min(about.where === 'line' ? line : line - 1, source.lines.length) - 1);
		const start = starts[at]!;
		if (told.has(start)) continue;
		told.add(start);
		source.error(placeOf(source, about, at, (col ?? 1) - 1, start), about.code ?? 'cue-syntax', about.says, about.fix);
	}
}

/** For each line the first one of its block; blocks stand between empty lines. */
function blockStarts({ lines }: Source): number[] {
	let start = 0;
	return lines.map((line, at) => {
		if (lines[at - 1] === '') start = at;
		return line === '' ? at : start;
	});
}

/** words: in the text of a cue; id: in the line of its id; block: where the block begins; line: in the line itself. */
type Where = 'words' | 'id' | 'block' | 'line';

/** `line` is the last one that can be meant, `start` the first one of its block. */
function placeOf(source: Source, { where, sign }: About, line: number, offset: number, start: number): Place {
	if (where === 'line') return source.place(line, offset);
	if (where === 'id') return source.place(line, 0);
	if (where === 'block') return source.place(start, 0);
	// The offset counts from the beginning of the cue's text, below its times.
	let first = line;
	while (first > start && !source.lines[first - 1]!.includes('-->')) first--;
	const text = source.lines.slice(first, line + 1).join('\n');
	// It stands behind the sign that is wrong.
	let left = sign ? Math.max(0, text.lastIndexOf(sign, Math.max(0, offset - 1))) : offset;
	for (let at = first; at <= line; at++) {
		const { length } = source.lines[at]!;
		if (left <= length) return source.place(at, left);
		left -= length + 1;
	}
	return source.place(line, 0);
}

interface About {
	says: string;
	fix: string;
	where: Where;
	code?: ProblemCode;
	/** With which the mistake begins. */
	sign?: '&' | '<';
}
const times = 'Write times like 00:12.500 --> 00:15.000, with hours before them from the first hour on.';
const about: Record<string, About> = {
	'No valid signature. (File needs to start with "WEBVTT".)': {
		says: 'The file does not begin with WEBVTT.',
		fix: 'Write WEBVTT as its first line and an empty line below it.',
		where: 'line'
	},
	'No blank line after the signature.': {
		says: 'The first line must stand alone.',
		fix: 'Leave an empty line below WEBVTT.',
		where: 'line'
	},
	'Cannot have timestamp in a comment.': {
		says: 'A comment must not hold “-->”.',
		fix: 'Leave an empty line after the comment, or write the arrow in words.',
		where: 'line'
	},
	'Cannot have timestamp in a style block.': {
		says: 'A style must not hold “-->”.',
		fix: 'Leave an empty line after the style.',
		where: 'line'
	},
	'Style blocks cannot appear after the first cue.': {
		says: 'A style stands before all cues.',
		fix: 'Move it up, or delete it: it is not used here.',
		where: 'block'
	},
	'Cue identifier cannot be standalone.': {
		says: 'This line stands alone and would be lost.',
		fix: 'If it belongs to the turn above, delete the empty line before it; if it is an id, write times below it.',
		where: 'id'
	},
	'Cue identifier needs to be followed by timestamp.': {
		says: 'No times follow this line, and the words below it would be lost.',
		fix: 'If they belong to the turn above, delete the empty line before them; if a new turn begins, write its times below its id.',
		where: 'id'
	},
	'Blank line missing before cue.': {
		says: 'An arrow “-->” stands here, and no empty line before it.',
		fix: 'Leave an empty line between two cues; within words write the arrow as --&gt;.',
		where: 'line'
	},
	'Start timestamp is not greater than or equal to start timestamp of previous cue.': {
		says: 'This cue begins before the one above.',
		fix: 'Write the cues in the order in which they are spoken.',
		where: 'line',
		code: 'cue-order'
	},
	'End timestamp is not greater than start timestamp.': {
		says: 'This cue ends before it has begun.',
		fix: 'Let the second time be the later one.',
		where: 'line',
		code: 'cue-order'
	},
	'Incorrect escape.': {
		says: 'This sign is written in a way that nothing understands.',
		fix: 'Write & as &amp;, < as &lt; and > as &gt;.',
		where: 'words',
		sign: '&'
	},
	'Only <v> and <lang> can have an annotation.': {
		says: 'This tag can hold no words of its own.',
		fix: 'Only <v …> names somebody. Write a < in words as &lt;.',
		where: 'words',
		sign: '<'
	},
	'<v> cannot be nested inside itself.': {
		says: 'A second voice begins before the first has ended.',
		fix: 'One cue is one turn: make a second cue of it.',
		where: 'words',
		sign: '<',
		code: 'cue-voice'
	},
	'<v> requires an annotation.': {
		says: 'This voice has no name.',
		fix: 'Write <v Agent> or <v Customer>.',
		where: 'words',
		sign: '<',
		code: 'cue-voice'
	},
	'Incorrect start tag.': {
		says: 'There is no such tag.',
		fix: 'Write a < in words as &lt;. The tags are v, i, b, u, c, lang and ruby.',
		where: 'words',
		sign: '<'
	},
	'Incorrect end tag.': {
		says: 'This tag closes nothing.',
		fix: 'Delete it, or close what was opened last.',
		where: 'words',
		sign: '<'
	},
	'Required end tag missing.': {
		says: 'A tag of this cue is never closed.',
		fix: 'Close it, like <b>…</b>.',
		where: 'words',
		sign: '<'
	},
	'Timestamp must not have trailing characters.': { says: 'This is not a time.', fix: times, where: 'words' },
	'Timestamp must be between start timestamp and end timestamp.': {
		says: 'A time within words lies outside of its cue.',
		fix: 'Delete it: nothing here uses it.',
		where: 'words'
	},
	'Timestamp must be greater than any previous timestamp.': {
		says: 'The times within these words do not follow each other.',
		fix: 'Delete them: nothing here uses them.',
		where: 'words'
	}
};
const settings = ['vertical', 'line', 'position', 'size', 'align'];

function aboutOf(message: string, line: string): About {
	const known = about[message];
	const timesMeant = known?.where === 'id' && /\d[:.,]\d+ *[-–—]+> *\d/.test(line);
	if (known && !timesMeant) return known;
	if (/setting|direction|position|Line|Size|align/.test(message)) {
		return {
			says: 'What follows the times is no setting of a cue.',
			fix: `Delete it; turns need none. The words of the turn begin in the next line. (Settings are: ${settings.join(', ')}.)`,
			where: 'line'
		};
	}
	return { says: 'This is not a time that WebVTT knows.', fix: times, where: 'line' };
}
