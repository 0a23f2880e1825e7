/** Everything that was read without an error → the academy and its items. */
import { createHash } from 'node:crypto';
import type { Academy, HandbookPage, Item, Lesson } from '../core/academy.ts';
import type { AcademyFile, CompetenciesFile, PositionsFile } from './academy-files.ts';
import { assembleLesson, assemblePage } from './assemble.ts';
import { assembleCall, assembleObservation, assembleScene, assembleScorecard } from './assemble-practice.ts';
import { scorecardClauses, type Gathered } from './gathered.ts';
import type { Assembled, Library } from './make-item.ts';

export interface Whole {
	academy: AcademyFile;
	competencies: CompetenciesFile;
	positions: PositionsFile;
	/** Without an error each of them could be read. */
	all: Gathered;
}
/** What was made before, by name, and from what. */
export type AssembledBefore = Map<string, { from: unknown[]; made: unknown }>;

/** Only what changed since `before` is made again; `kept` is what to hand in the next time. */
export function assembleAcademy(
	files: Map<string, Uint8Array>,
	{ academy: academyFile, competencies, positions, all }: Whole,
	before: AssembledBefore
): { academy: Academy; items: Item[]; kept: AssembledBefore } {
	const { locales: languages, defaultLocale } = academyFile;
	const library: Library = {
		locales: languages,
		defaultLocale,
		all,
		scorecardHash: new Map(),
		callHash: new Map(),
		sceneHash: new Map(),
		pictureHash: pictureHashes(files)
	};
	const kept: AssembledBefore = new Map();
	const assemble = <T>(name: string, from: unknown[], make: () => T): T => {
		const known = before.get(name);
		const one =
			known?.from.length === from.length && known.from.every((part, i) => part === from[i])
				? { from, made: known.made }
				: { from, made: make() };
		kept.set(name, one);
		return one.made as T;
	};
	const items: Item[] = [];
	const add = (name: string, from: unknown[], make: () => Item): Item => {
		const item = assemble(name, from, make);
		items.push(item);
		return item;
	};
	const inOrder = <F>(byLocale: Map<string, F | null>): F[] => languages.flatMap((locale) => byLocale.get(locale) ?? []);
	const picturesKey = [...library.pictureHash].join();

	const scorecards = [...all.scorecards].map(([key, file]) => {
		const card = file!;
		const { hash } = add(`scorecards/${key}`, [card], () => assembleScorecard(card));
		library.scorecardHash.set(key, hash);
		const competenciesOf = card.competencies.map(({ value }) => value);
		return { key, title: card.title, hash, competencies: competenciesOf, clauses: scorecardClauses(card) };
	});
	const calls = [...all.calls].map(([key, parts]) => {
		const { title, channel, scorecard, difficulty, keepUntil } = parts.call!;
		const from = [defaultLocale, parts.call, parts.reference, ...inOrder(parts.transcripts), ...parts.audio.values()];
		const { hash } = add(`calls/${key}`, from, () => assembleCall(key, parts, library));
		library.callHash.set(key, hash);
		return { key, title, hash, channel, scorecard: scorecard.value, difficulty, keepUntil };
	});
	const scenes = [...all.scenes].map(([key, byLocale]) => {
		const translations = inOrder(byLocale);
		const item = add(`role-plays/${key}`, [defaultLocale, picturesKey, ...translations], () =>
			assembleScene(key, translations, library)
		);
		library.sceneHash.set(key, item.hash);
		const title = Object.fromEntries(translations.map(({ locale, front }) => [locale, front!.title]));
		return { key, title, hash: item.hash };
	});
	const observations = [...all.observations].map(([key, file]) => {
		const list = file!;
		const { hash } = add(`observations/${key}`, [list], () => assembleObservation(list));
		return {
			key,
			title: list.title,
			hash,
			competencies: list.competencies.map(({ value }) => value),
			clauses: [...new Set(list.items.flatMap(({ clause }) => clause?.value ?? []))]
		};
	});

	const handbookFiles = [...all.pages.values()].flatMap((byLocale) => [...byLocale.values()]);
	const judgedFiles = [
		...all.scorecards.values(),
		...[...all.calls.values()].map(({ call }) => call),
		...library.callHash.values(),
		...library.sceneHash.values()
	];
	const courses = [...all.courses].map(([courseKey, file]) => {
		const course = file!;
		const { title, summary, audience } = course;
		return {
			key: courseKey,
			title,
			summary,
			audience,
			competencies: course.competencies.map(({ value }) => value),
			lessons: course.lessons.map(({ value }): Lesson => {
				const translations = inOrder(all.lessons.get(`${courseKey}/${value}`)!.byLocale);
				const exercises = translations.flatMap((lesson) => lesson.exercises);
				const accepts = exercises.some(({ accept }) => accept);
				const practises = exercises.some(({ kind }) => kind !== 'question' && kind !== 'accept');
				const from = [
					defaultLocale,
					picturesKey,
					...translations,
					...(accepts ? handbookFiles : []),
					...(practises ? judgedFiles : [])
				];
				const made = assemble<Assembled<Lesson>>(`${courseKey}/${value}`, from, () =>
					assembleLesson(courseKey, value, translations, library)
				);
				items.push(...made.items);
				return made.shown;
			}),
			pass: course.pass?.value ?? ('all' as const),
			validity: course.validity?.value ?? null,
			prerequisites: course.prerequisites.map(({ value }) => value)
		};
	});
	const handbook = [...all.pages].map(([key, byLocale]): HandbookPage => {
		const translations = inOrder(byLocale);
		const made = assemble<Assembled<HandbookPage>>(`handbook/${key}`, [defaultLocale, picturesKey, ...translations], () =>
			assemblePage(key, translations, library)
		);
		items.push(...made.items);
		return made.shown;
	});

	const academy: Academy = {
		...academyFile,
		scorecards,
		calls,
		scenes,
		observations,
		competencies: competencies.map(({ key, value }) => ({
			key,
			title: value.title,
			description: value.description,
			levels: ([1, 2, 3, 4, 5] as const).map((level) => ({
				level,
				description: value.levels[level].description,
				rule: value.levels[level].rule.map((rule) => rule.value.line)
			}))
		})),
		positions: positions.map(({ key, value }) => ({
			key,
			title: value.title,
			path: value.path.map((step) => ({
				course: step.course.value,
				due: step.due,
				from: startOf(step.from?.value ?? 'hire'),
				mandatory: step.mandatory
			})),
			targets: value.targets.map((target) => ({ competency: target.key, level: target.value.value }))
		})),
		courses,
		handbook: handbook.sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1))
	};
	return { academy, items, kept };
}

function startOf(from: string): Academy['positions'][number]['path'][number]['from'] {
	return from === 'hire' || from === 'assignment' ? { kind: from } : { kind: 'course', course: from };
}

function pictureHashes(files: Map<string, Uint8Array>): Map<string, string> {
	return new Map(
		[...files].flatMap(([path, bytes]) =>
			path.startsWith('pictures/')
				? [[path.slice('pictures/'.length), createHash('sha256').update(bytes).digest('hex')]]
				: []
		)
	);
}
