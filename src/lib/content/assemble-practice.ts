/** Scorecards, checklists, calls and scenes → items, and the exercises about them. Called only without an error. */
import type { Item, ItemBody, Turn } from '../core/academy.ts';
import type { Localized } from '../core/questions/question.ts';
import { each, makeItem, withPictures, type Library } from './make-item.ts';
import type { CallParts } from './gathered.ts';
import type { LessonFile, WrittenExercise } from './lesson-file.ts';
import type { ObservationFile } from './observation-file.ts';
import { sceneOf, type SceneFile } from './scene-file.ts';
import type { ScorecardFile } from './scorecard-file.ts';
import type { TranscriptFile } from './transcript-file.ts';

const whole = (file: string): Item['sources'] => [{ file, line: 1 }];
const values = (placed: { value: string }[]): string[] => placed.map(({ value }) => value);

export function assembleScorecard(card: ScorecardFile): Item {
	return makeItem(
		`scorecards/${card.key}`,
		{
			kind: 'scorecard',
			key: card.key,
			title: card.title,
			mode: card.mode,
			competencies: values(card.competencies),
			sections: card.sections.map(({ key, title, weight, criteria }) => ({
				key,
				title,
				weight,
				criteria: criteria.map((criterion) => ({
					key: criterion.key,
					title: criterion.title,
					weight: criterion.weight,
					min: criterion.anchors[0]!.mark,
					max: criterion.anchors.at(-1)!.mark,
					critical: criterion.critical,
					notApplicableAllowed: criterion.notApplicable,
					clause: criterion.clause?.value ?? null,
					anchors: criterion.anchors
				}))
			}))
		},
		whole(card.file)
	);
}

export function assembleObservation(list: ObservationFile): Item {
	return makeItem(
		`observations/${list.key}`,
		{
			kind: 'observation',
			key: list.key,
			title: list.title,
			competencies: values(list.competencies),
			items: list.items.map(({ key, text, clause }) => ({ key, text, clause: clause?.value ?? null }))
		},
		whole(list.file)
	);
}

/** Its turns were compared: all transcripts have the same. */
export function assembleCall(key: string, parts: CallParts, { locales, defaultLocale }: Library): Item {
	const call = parts.call!;
	const reference = parts.reference!;
	const transcripts = locales.flatMap((locale) => parts.transcripts.get(locale) ?? []);
	const source = parts.transcripts.get(defaultLocale)!;
	const isTimed = source.form === 'timed';
	const seconds = (i: number, end: 'from' | 'to'): Localized<number> | null =>
		isTimed ? each(transcripts, (file: TranscriptFile) => file.turns![i]![end]!) : null;
	return makeItem(
		`calls/${key}`,
		{
			kind: 'call',
			name: `calls/${key}`,
			title: call.title,
			channel: call.channel,
			difficulty: call.difficulty,
			source: call.source,
			keepUntil: call.keepUntil,
			turns: source.turns!.map(({ id, speaker }, i): Turn => ({
				id,
				speaker,
				name: each(transcripts, (file) => file.turns![i]!.name),
				text: each(transcripts, (file) => file.turns![i]!.text),
				from: seconds(i, 'from'),
				to: seconds(i, 'to')
			})),
			audio: Object.fromEntries(
				transcripts.flatMap(({ locale }) => {
					const sound = parts.audio.get(locale);
					return sound ? [[locale, { hash: sound.hash, seconds: sound.seconds! }]] : [];
				})
			),
			key: {
				agreedBy: reference.agreedBy,
				marks: Object.fromEntries(reference.marks.map(({ criterion, mark }) => [criterion, mark?.value ?? null])),
				reasons: Object.fromEntries(
					reference.marks.map(({ criterion, reason, turns }) => [criterion, { reason, turns: values(turns) }])
				),
				flags: reference.flags.map(({ turn, clause, is }) => ({ turn: turn.value, is, clause: clause.value }))
			}
		},
		[...whole(call.file), ...transcripts.flatMap(({ file }) => whole(file)), ...whole(reference.file)]
	);
}

/** The translations were compared: all files run alike. */
export function assembleScene(key: string, files: SceneFile[], library: Library): Item {
	const source = files.find(({ locale }) => locale === library.defaultLocale)!;
	return makeItem(
		`role-plays/${key}`,
		{
			kind: 'scene',
			name: `role-plays/${key}`,
			title: each(files, ({ front }) => front!.title),
			briefing: each(files, ({ briefing, locale }) => withPictures(briefing, locale, library)),
			scene: sceneOf(source),
			words: Object.fromEntries(
				source.passages.map((passage, at) => [
					passage.key,
					{
						lines: passage.lines.map(({ speaker, when }, i) => ({
							speaker,
							name: each(files, ({ passages }) => passages[at]!.lines[i]!.name),
							text: each(files, ({ passages }) => passages[at]!.lines[i]!.text),
							when
						})),
						choices: passage.choices.map(({ feedback, clauses }, i) => ({
							text: each(files, ({ passages }) => passages[at]!.choices[i]!.text),
							feedback: feedback === null ? null : each(files, ({ passages }) => passages[at]!.choices[i]!.feedback!),
							clauses: values(clauses)
						}))
					}
				])
			)
		},
		files.flatMap(({ file }) => whole(file))
	);
}

/** The body of an exercise that is the `place`th in each of these files; null when it is of another kind. */
export function practiceBody(files: LessonFile[], place: number, exercise: WrittenExercise, library: Library): ItemBody | null {
	const { callReview, rolePlay, record } = exercise;
	const named = (key: string, hash: string | undefined) => ({ key, hash: hash! });
	const scorecard = (key: string) => named(key, library.scorecardHash.get(key));
	if (callReview) {
		return {
			kind: 'call-review',
			optional: callReview.optional,
			task: each(files, ({ exercises }) => exercises[place]!.callReview!.task),
			calls: callReview.calls.map(({ value }) => named(value, library.callHash.get(value))),
			scorecard: scorecard(library.all.calls.get(callReview.calls[0]!.value)!.call!.scorecard.value),
			mentor: callReview.mentor
		};
	}
	if (rolePlay) {
		return {
			kind: 'role-play',
			optional: rolePlay.optional,
			scene: named(rolePlay.scene.value, library.sceneHash.get(rolePlay.scene.value)),
			pass: rolePlay.pass,
			scorecard: rolePlay.scorecard && scorecard(rolePlay.scorecard.value)
		};
	}
	if (record) {
		return {
			kind: 'record',
			optional: record.optional,
			prompt: each(files, ({ exercises }) => exercises[place]!.record!.prompt),
			seconds: record.seconds,
			scorecard: scorecard(record.scorecard.value)
		};
	}
	return null;
}

/** Whether its course asks more than doing it. */
export function isJudged({ question, callReview, rolePlay, record }: WrittenExercise): boolean {
	if (rolePlay) return rolePlay.pass !== null;
	return question?.kind === 'open' || callReview !== null || record !== null;
}
