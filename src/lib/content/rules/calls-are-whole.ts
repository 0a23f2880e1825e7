/** A call has all its parts, its languages have the same turns, and its reference marks what its scorecard asks. */
import type { CallParts, Gathered } from '../gathered.ts';
import type { ReferenceFile } from '../reference-file.ts';
import type { ScorecardFile } from '../scorecard-file.ts';
import { top, type Tell, type Teller } from '../tell.ts';
import type { TranscriptFile } from '../transcript-file.ts';
import { checkClause, checkScorecard } from './practice-names.ts';

export function checkCalls(all: Gathered, teller: Teller): void {
	for (const [key, parts] of all.calls) {
		const { call, reference, transcripts } = parts;
		const folder = `calls/${key}`;
		const missing: [boolean, string, string][] = [
			[call === undefined, 'call.yaml', 'Write it: title, channel, scorecard, difficulty, source.'],
			[reference === undefined, 'reference.yaml', 'Write it: agreed-by, and under marks each criterion with its reason.'],
			[
				transcripts.size === 0,
				`transcript.${all.defaultLocale}.vtt`,
				'Write it, or transcript.en.md for a case in writing: a call must do without its sound.'
			]
		];
		for (const [isMissing, name, fix] of missing) {
			if (isMissing)
				teller(`${folder}/${name}`)(top, 'call-file-missing', `The call \`${key}\` has no ${name}.`, fix);
		}
		if (call) checkScorecard(call.scorecard, all, teller(call.file));
		const source = transcripts.get(all.defaultLocale);
		for (const transcript of transcripts.values()) {
			if (source && transcript && transcript !== source) compareTurns(source, transcript, teller(transcript.file));
		}
		checkAudio(key, parts, all, teller);
		if (reference) {
			const scorecard = call && all.scorecards.get(call.scorecard.value);
			checkReference(reference, scorecard ?? null, source ?? null, all, teller(reference.file));
		}
	}
}

/** Turns are paired by position; ids and speakers do not change, times and words do. */
function compareTurns(source: TranscriptFile, translation: TranscriptFile, tell: Tell): void {
	if (source.form !== translation.form) {
		tell(
			top,
			'transcript-format',
			`This is ${translation.form === 'timed' ? 'WebVTT' : 'Markdown'}, unlike ${source.file}.`,
			'Write a call the same way in all languages.'
		);
		return;
	}
	if (!source.turns || !translation.turns) return;
	const count = Math.max(source.turns.length, translation.turns.length);
	for (let i = 0; i < count; i++) {
		const [one, other] = [source.turns[i], translation.turns[i]];
		if (one && other && one.id === other.id && one.speaker === other.speaker) continue;
		tell(
			other?.at ?? translation.turns.at(-1)!.at,
			'translation-turns',
			!other
				? `Turns are missing here: ${translation.turns.length} of the ${source.turns.length} in ${source.file}.`
				: !one
					? `There is no such turn in ${source.file}.`
					: one.id === other.id
						? `\`${other.id}\` is said by the ${other.speaker} here, and by the ${one.speaker} in ${source.file}:${one.at.line}.`
						: `This turn is \`${other.id}\`, and \`${one.id}\` in ${source.file}:${one.at.line}.`,
			'Give all languages the same turns: the same ids and speakers, in the same order.'
		);
		return;
	}
}

function checkAudio(key: string, { call, transcripts, audio }: CallParts, all: Gathered, teller: Teller): void {
	for (const [locale, sound] of audio) {
		const transcript = transcripts.get(locale);
		if (transcript === undefined) {
			teller(sound.file, 'warning')(
				top,
				'file-unused',
				`There is no transcript of this sound in “${locale}”, so nobody hears it.`,
				`Write calls/${key}/transcript.${locale}.vtt.`
			);
		} else if (transcript?.form === 'written') {
			teller(sound.file)(
				top,
				'transcript-format',
				`A call with sound needs times, and ${transcript.file} has none.`,
				'Write the transcript as WebVTT, or delete the sound.'
			);
		} else if (sound.seconds !== null) {
			// Times are written by ear, and sound is cut in frames of some hundredths.
			const beyond = transcript?.turns?.find(({ to }) => to! > sound.seconds! + 0.1);
			if (beyond)
				teller(transcript!.file)(
					beyond.at,
					'audio-short',
					`This turn ends at ${beyond.to!.toFixed(1)} s, and the sound after ${sound.seconds.toFixed(1)} s.`,
					`Correct the times, or save ${sound.file} whole.`
				);
		}
	}
	if (call?.channel !== 'phone') return;
	for (const locale of all.languages) {
		if (!transcripts.has(locale) || audio.has(locale)) continue;
		teller(call.file, 'warning')(
			call.channelAt,
			'audio-missing',
			`There is no calls/${key}/audio.${locale}.mp3.`,
			'Add it; until then this call is read, not heard.'
		);
	}
}

function checkReference(
	reference: ReferenceFile,
	scorecard: ScorecardFile | null,
	transcript: TranscriptFile | null,
	all: Gathered,
	tell: Tell
): void {
	const turns = transcript?.turns && new Set(transcript.turns.map(({ id }) => id));
	const checkTurn = ({ value, at }: { value: string; at: { line: number; column: number } }) => {
		if (!turns || turns.has(value)) return;
		tell(
			at,
			'turn-unknown',
			`The call has no turn \`${value}\`.`,
			`Its turns are ${[...turns].slice(0, 12).join(', ')}${turns.size > 12 ? ' …' : ''}.`
		);
	};
	for (const mark of reference.marks) mark.turns.forEach(checkTurn);
	for (const { turn, clause } of reference.flags) {
		checkTurn(turn);
		checkClause(clause, all, tell);
	}
	// What could not be read is no mark or criterion less.
	if (!scorecard || [...scorecard.problems, ...reference.problems].some(({ severity }) => severity === 'error')) return;
	const criteria = new Map(scorecard.sections.flatMap((section) => section.criteria.map((one) => [one.key, one] as const)));
	const marked = new Set<string>();
	for (const { criterion: key, at, mark, naAt } of reference.marks) {
		marked.add(key);
		const criterion = criteria.get(key);
		if (!criterion) {
			tell(at, 'reference-criterion', `There is no criterion \`${key}\` in ${scorecard.file}.`, `Its criteria are ${[...criteria.keys()].join(', ')}.`);
		} else if (mark && !criterion.anchors.some((anchor) => anchor.mark === mark.value)) {
			tell(
				mark.at,
				'reference-mark',
				`${mark.value} is no mark of \`${key}\`.`,
				`The scale has ${criterion.anchors.map((anchor) => anchor.mark).join(', ')}.`
			);
		} else if (naAt && !criterion.notApplicable) {
			tell(
				naAt,
				'reference-mark',
				`\`${key}\` always applies.`,
				`Give it a mark, or write “not-applicable: yes” in ${scorecard.file}.`
			);
		}
	}
	for (const key of criteria.keys()) {
		if (marked.has(key)) continue;
		tell(
			reference.marksAt,
			'reference-criterion',
			`The reference says nothing of \`${key}\`.`,
			`Mark every criterion of ${scorecard.file}, each with its reason.`
		);
	}
}
