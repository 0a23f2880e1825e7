/**
 * The content compiler's front door: the files of a content folder in; the academy, its items and every problem out.
 * It reads nothing itself, throws for no input, and renders nothing. With a cache, only what changed is read again.
 */
import { createHash } from 'node:crypto';
import type { Academy, Item } from '../core/academy.ts';
import { dayOf } from '../core/due-date.ts';
import { findLocales } from './academy-files.ts';
import { assembleAcademy, type AssembledBefore, type Whole } from './assemble-academy.ts';
import { contentFileOf, type ContentFile } from './content-files.ts';
import { gather, type Gathered } from './gathered.ts';
import { sortProblems, type Problem } from './problem.ts';
import { readFile, type ReadFile } from './read-file.ts';
import { checkAssessment } from './rules/assessment-pool.ts';
import { warnOfKeeping } from './rules/calls-are-kept.ts';
import { checkCalls } from './rules/calls-are-whole.ts';
import { checkCompetencies, checkCourses, checkPositions } from './rules/names-are-known.ts';
import { checkPictures } from './rules/picture-is-used.ts';
import { checkPracticeNames } from './rules/practice-names.ts';
import { compareScenes } from './rules/scene-matches.ts';
import { compareLessons, comparePages } from './rules/translation-matches.ts';
import { checkUses, clauseHint } from './rules/uses-are-known.ts';
import { readSource } from './source.ts';
import { countContent, coverClauses, type Statistics } from './statistics.ts';
import { top, type Teller } from './tell.ts';

/** Changes whenever the same files would give other items or another academy. */
export const compilerVersion = '3';

export interface Compiled {
	/** Null when there is an error. */
	academy: Academy | null;
	/** Empty when there is an error. */
	items: Item[];
	problems: Problem[];
	statistics: Statistics;
}

/** What a compilation leaves for the next one. Pass the same object again; it is changed. */
export interface CompileCache {
	files: Map<string, { hash: string; context: string; read: ReadFile }>;
	assembled: AssembledBefore;
}
export function newCompileCache(): CompileCache {
	return { files: new Map(), assembled: new Map() };
}

/**
 * Academy, items, problems and statistics of these files, by their paths inside the content folder. What is made of them
 * does not depend on the day; given `now`, calls whose last day is near or over are warned of.
 */
export function compile(files: Map<string, Uint8Array>, previous: CompileCache = newCompileCache(), now: Date | null = null): Compiled {
	const checked = check(files, previous, now);
	const made = checked.whole && assembleAcademy(files, checked.whole, previous.assembled);
	if (made) previous.assembled = made.kept;
	return {
		academy: made?.academy ?? null,
		items: made?.items ?? [],
		problems: checked.problems,
		statistics: checked.statistics
	};
}

/** The same without making anything. */
export function checkContent(files: Map<string, Uint8Array>, now: Date): Pick<Compiled, 'problems' | 'statistics'> {
	const { problems, statistics } = check(files, newCompileCache(), now);
	return { problems, statistics };
}

/** `whole` is what was read, when there is no error in it. */
function check(
	files: Map<string, Uint8Array>,
	previous: CompileCache,
	now: Date | null
): { problems: Problem[]; statistics: Statistics; whole: Whole | null } {
	const problems: Problem[] = [];
	const teller: Teller =
		(file, severity = 'error') =>
		(at, code, says, fix) => {
			problems.push({ file, line: at.line, column: at.column, severity, code, says, fix });
		};
	const known = knownFiles(files, teller);
	const { read, locales } = readFiles(files, known, previous, teller);
	for (const one of read.values()) for (const problem of one.problems) problems.push(problem);

	const academyFile = read.get('academy.yaml')?.academy ?? null;
	// Without an academy, the languages are those of the files.
	const written = known.flatMap((file) => ('locale' in file ? [file.locale] : []));
	const languages = academyFile?.locales ?? locales ?? [...new Set(written)].sort();
	const defaultLocale =
		academyFile?.defaultLocale ?? (languages.includes('en') || languages.length === 0 ? 'en' : languages[0]!);
	const all = gather(known, read, languages, defaultLocale, teller);

	checkTranslationsAreThere(all, teller);
	checkTexts(all, teller);
	checkCalls(all, teller);
	checkPracticeNames(all, teller);
	if (now && academyFile) warnOfKeeping(all, dayOf(now, academyFile.timeZone), teller);
	const shown = [
		...[...all.lessons.values()].flatMap(({ byLocale }) => [...byLocale.values()]),
		...[...all.pages.values()].flatMap((byLocale) => [...byLocale.values()]),
		...[...all.scenes.values()].flatMap((byLocale) => [...byLocale.values()])
	];
	checkPictures(files, all.pictures, shown, languages, teller);

	const competencies = read.get('competencies.yaml')?.competencies ?? null;
	const positions = read.get('positions.yaml')?.positions ?? null;
	const names = {
		...all,
		competencies,
		// A file that could not be read whole may name anything.
		competencyKeys: read.get('competencies.yaml')?.problems.length
			? null
			: new Set(competencies?.map(({ key }) => key)),
		positions,
		positionsAreWhole: !read.get('positions.yaml')?.problems.length,
		teller
	};
	checkCourses(names);
	checkCompetencies(names);
	checkPositions(names);

	const coverage = coverClauses(all, teller);
	const statistics = countContent(files.size, all, coverage);
	const sorted = sortProblems(problems);
	const isWhole = academyFile !== null && !sorted.some(({ severity }) => severity === 'error');
	return {
		problems: sorted,
		statistics,
		whole: isWhole
			? { academy: academyFile, competencies: competencies ?? [], positions: positions ?? [], all }
			: null
	};
}

/** What each file is, by its place. */
function knownFiles(files: Map<string, Uint8Array>, teller: Teller): ContentFile[] {
	const known: ContentFile[] = [];
	for (const path of [...files.keys()].sort()) {
		const file = contentFileOf(path);
		if (file.kind === 'misnamed') teller(path)(top, 'file-name', file.says, file.fix);
		else if (file.kind === 'unknown') {
			teller(path, 'warning')(top, 'file-unused', 'Nothing reads this file.', file.fix);
		} else if (file.kind !== 'ignored') known.push(file);
	}
	return known;
}

/** Reads each by itself. The academy's languages come first: the others are read in them; null when they are not known. */
function readFiles(
	files: Map<string, Uint8Array>,
	known: ContentFile[],
	previous: CompileCache,
	teller: Teller
): { read: Map<string, ReadFile>; locales: string[] | null } {
	const academyBytes = files.get('academy.yaml');
	let locales: string[] | null = null;
	if (academyBytes) {
		const opened = readSource('academy.yaml', academyBytes);
		locales = 'source' in opened ? findLocales(opened.source.text) : null;
	} else {
		teller('academy.yaml')(
			top,
			'academy-missing',
			'There is no academy.yaml in the content folder.',
			'Write it: name, locales, default-locale, time-zone, working-week.'
		);
	}
	const context = locales?.join() ?? '?';
	const next: CompileCache['files'] = new Map();
	const read = new Map<string, ReadFile>();
	for (const file of known) {
		if (file.kind === 'picture') continue;
		const bytes = files.get(file.path)!;
		const hash = createHash('sha256').update(bytes).digest('hex');
		const before = previous.files.get(file.path);
		const one =
			before && before.hash === hash && before.context === context ? before.read : readFile(file, bytes, locales);
		next.set(file.path, { hash, context, read: one });
		read.set(file.path, one);
	}
	previous.files = next;
	return { read, locales };
}

/** The default language is the source; of the others one may be missing. */
function checkTranslationsAreThere({ lessons, pages, scenes, calls, languages, defaultLocale }: Gathered, teller: Teller): void {
	const things: { path: string; what: string; end: string; byLocale: Map<string, unknown> }[] = [
		...[...lessons].map(([name, { byLocale }]) => ({ path: `courses/${name}`, what: 'lesson', end: 'md', byLocale })),
		...[...pages].map(([key, byLocale]) => ({ path: `handbook/${key}`, what: 'page', end: 'md', byLocale })),
		...[...scenes].map(([key, byLocale]) => ({ path: `role-plays/${key}`, what: 'scene', end: 'md', byLocale })),
		...[...calls].map(([key, { transcripts }]) => ({
			path: `calls/${key}/transcript`,
			what: 'call',
			end: [...transcripts.values()].some((one) => one?.form === 'written') ? 'md' : 'vtt',
			byLocale: transcripts
		}))
	];
	for (const { path, what, end, byLocale } of things) {
		for (const locale of languages) {
			if (byLocale.has(locale) || byLocale.size === 0) continue;
			if (locale === defaultLocale) {
				const there = [...byLocale.keys()][0]!;
				teller(`${path}.${there}.${end}`)(
					top,
					'source-missing',
					`This ${what} is not there in the default language: ${path}.${defaultLocale}.${end} is missing.`,
					'Write that file first; the others are its translations.'
				);
			} else if (byLocale.has(defaultLocale)) {
				teller(`${path}.${defaultLocale}.${end}`, 'warning')(
					top,
					'translation-missing',
					`There is no translation ${path}.${locale}.${end}.`,
					`Write it; until then the reader of “${locale}” gets this text with a note.`
				);
			}
		}
	}
}

/** Lessons, pages and scenes: their links, and that each translation says the same. */
function checkTexts(all: Gathered, teller: Teller): void {
	const { lessons, pages, scenes, defaultLocale, isClause, clauses } = all;
	for (const { byLocale } of lessons.values()) {
		const source = byLocale.get(defaultLocale);
		for (const lesson of byLocale.values()) {
			if (!lesson) continue;
			const tell = teller(lesson.file);
			checkUses(lesson, all, tell);
			for (const exercise of lesson.exercises) {
				checkUses(exercise, all, tell);
				for (const { value, at } of [...(exercise.question?.standard ?? []), ...(exercise.accept?.clauses ?? [])]) {
					if (isClause(value)) continue;
					tell(at, 'clause-unknown', `The handbook has no clause \`${value}\`.`, clauseHint(value, clauses.keys()));
				}
			}
			if (source && lesson !== source) compareLessons(source, lesson, tell);
			checkAssessment(lesson, lesson === source, tell, teller(lesson.file, 'warning'));
		}
	}
	for (const byLocale of pages.values()) {
		const source = byLocale.get(defaultLocale);
		for (const page of byLocale.values()) {
			if (!page) continue;
			checkUses(page, all, teller(page.file));
			if (source && page !== source) comparePages(source, page, teller(page.file));
		}
	}
	for (const byLocale of scenes.values()) {
		const source = byLocale.get(defaultLocale);
		for (const scene of byLocale.values()) {
			if (!scene) continue;
			checkUses(scene, all, teller(scene.file));
			if (source && scene !== source) compareScenes(source, scene, teller(scene.file));
		}
	}
}
