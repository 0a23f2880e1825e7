/** The files of a content folder by the things they belong to: a thing with all its languages, a call with all its parts. */
import type { CourseFile } from './academy-files.ts';
import type { AudioFile } from './audio-file.ts';
import type { CallFile } from './call-file.ts';
import type { ContentFile } from './content-files.ts';
import type { HandbookFile } from './handbook-file.ts';
import type { LessonFile, WrittenExercise } from './lesson-file.ts';
import type { ObservationFile } from './observation-file.ts';
import type { ReadFile } from './read-file.ts';
import type { ReferenceFile } from './reference-file.ts';
import type { SceneFile } from './scene-file.ts';
import type { ScorecardFile } from './scorecard-file.ts';
import { top, type Teller } from './tell.ts';
import type { TranscriptFile } from './transcript-file.ts';

/** Null = a file that could not be read; it may hold anything. */
export interface Gathered {
	languages: string[];
	defaultLocale: string;
	courses: Map<string, CourseFile | null>;
	/** By `course/lesson`. */
	lessons: Map<string, { course: string; key: string; byLocale: Map<string, LessonFile | null> }>;
	pages: Map<string, Map<string, HandbookFile | null>>;
	pictures: Set<string>;
	scorecards: Map<string, ScorecardFile | null>;
	observations: Map<string, ObservationFile | null>;
	calls: Map<string, CallParts>;
	scenes: Map<string, Map<string, SceneFile | null>>;
	clauses: Map<string, WrittenClauseTexts>;
	/** Whether the handbook has it, or may have it. */
	isClause: (id: string) => boolean;
}
export interface WrittenClauseTexts {
	page: string;
	byLocale: Map<string, { title: string; text: string }>;
}
/** Undefined = the file is not there. */
export interface CallParts {
	call: CallFile | null | undefined;
	reference: ReferenceFile | null | undefined;
	transcripts: Map<string, TranscriptFile | null>;
	audio: Map<string, AudioFile>;
}

export function gather(
	known: ContentFile[],
	read: Map<string, ReadFile>,
	languages: string[],
	defaultLocale: string,
	teller: Teller
): Gathered {
	const all: Omit<Gathered, 'clauses' | 'isClause'> = {
		languages,
		defaultLocale,
		courses: new Map(),
		lessons: new Map(),
		pages: new Map(),
		pictures: new Set(),
		scorecards: new Map(),
		observations: new Map(),
		calls: new Map(),
		scenes: new Map()
	};
	const callOf = (key: string): CallParts =>
		madeIn(all.calls, key, () => ({ call: undefined, reference: undefined, transcripts: new Map(), audio: new Map() }));
	for (const file of known) {
		const one = read.get(file.path);
		if ('locale' in file && !languages.includes(file.locale)) {
			const [name, end] = [file.path.split('/').at(-1)!.split('.')[0]!, file.path.split('.').at(-1)!];
			teller(file.path)(
				top,
				'file-name',
				`“${file.locale}” is not a language of this academy.`,
				`The languages are: ${languages.join(', ')} (academy.yaml). A file is named ${name}.locale.${end}.`
			);
			continue;
		}
		switch (file.kind) {
			case 'picture':
				all.pictures.add(file.name);
				break;
			case 'course':
				all.courses.set(file.course, one!.course ?? null);
				break;
			case 'lesson': {
				const lesson = madeIn(all.lessons, `${file.course}/${file.key}`, () => ({
					course: file.course,
					key: file.key,
					byLocale: new Map<string, LessonFile | null>()
				}));
				lesson.byLocale.set(file.locale, one!.lesson ?? null);
				break;
			}
			case 'handbook':
				madeIn(all.pages, file.page, () => new Map<string, HandbookFile | null>()).set(file.locale, one!.page ?? null);
				break;
			case 'scorecard':
				all.scorecards.set(file.key, one!.scorecard ?? null);
				break;
			case 'observation':
				all.observations.set(file.key, one!.observation ?? null);
				break;
			case 'scene':
				madeIn(all.scenes, file.key, () => new Map<string, SceneFile | null>()).set(file.locale, one!.scene ?? null);
				break;
			case 'call':
				callOf(file.call).call = one!.call ?? null;
				break;
			case 'reference':
				callOf(file.call).reference = one!.reference ?? null;
				break;
			case 'audio':
				callOf(file.call).audio.set(file.locale, one!.audio!);
				break;
			case 'transcript': {
				const { transcripts } = callOf(file.call);
				if (transcripts.has(file.locale)) {
					teller(file.path)(
						top,
						'transcript-format',
						'This transcript is there twice, as .vtt and as .md.',
						'Keep .vtt for what was spoken, .md for what was written.'
					);
				} else transcripts.set(file.locale, one!.transcript ?? null);
				break;
			}
		}
	}
	return { ...all, ...clausesOf(all.pages, languages, defaultLocale) };
}

function madeIn<K, V>(map: Map<K, V>, key: K, make: () => V): V {
	const known = map.get(key);
	if (known !== undefined) return known;
	const made = make();
	map.set(key, made);
	return made;
}

/** Every clause there is. A page that could not be read may have any. */
function clausesOf(
	pages: Gathered['pages'],
	languages: string[],
	defaultLocale: string
): Pick<Gathered, 'clauses' | 'isClause'> {
	const clauses: Gathered['clauses'] = new Map();
	const unreadPages = new Set<string>();
	for (const [key, byLocale] of pages) {
		const source = byLocale.get(defaultLocale);
		if (!source) unreadPages.add(key);
		const byKey = languages.map(
			(locale) => [locale, new Map(byLocale.get(locale)?.clauses.map((clause) => [clause.key, clause]))] as const
		);
		for (const clause of source?.clauses ?? []) {
			const texts = new Map<string, { title: string; text: string }>();
			for (const [locale, translated] of byKey) {
				const same = translated.get(clause.key);
				if (same) texts.set(locale, { title: same.title, text: same.text });
			}
			clauses.set(`${key}.${clause.key}`, { page: key, byLocale: texts });
		}
	}
	return { clauses, isClause: (id) => clauses.has(id) || unreadPages.has(id.split('.')[0]!) };
}

/** Clauses that a scorecard's criteria judge. */
export function scorecardClauses(scorecard: ScorecardFile | null | undefined): string[] {
	const clauses = scorecard?.sections.flatMap(({ criteria }) => criteria.flatMap(({ clause }) => clause?.value ?? []));
	return [...new Set(clauses)];
}

/** Clauses that a scene's choices serve or break. */
export function sceneClauses(scene: SceneFile | null | undefined): string[] {
	const clauses = scene?.passages.flatMap(({ choices }) => choices.flatMap((choice) => choice.clauses));
	return [...new Set(clauses?.map(({ value }) => value))];
}

/** Clauses that an exercise asks: its own, or those of the scorecards and the scene it is about. */
export function exerciseClauses(exercise: WrittenExercise, { scorecards, calls, scenes, defaultLocale }: Gathered): string[] {
	const { question, accept, callReview, rolePlay, record } = exercise;
	const keys = [
		...(callReview?.calls ?? []).map(({ value }) => calls.get(value)?.call?.scorecard.value),
		record?.scorecard.value
	];
	const all = [
		...(question?.standard ?? accept?.clauses ?? []).map(({ value }) => value),
		...(rolePlay ? sceneClauses(scenes.get(rolePlay.scene.value)?.get(defaultLocale)) : []),
		...keys.flatMap((key) => (key === undefined ? [] : scorecardClauses(scorecards.get(key))))
	];
	return [...new Set(all)];
}
