/**
 * The content compiler's front door: the files of a content folder in; the academy, its items and every problem out.
 * It reads nothing itself, throws for no input, and renders nothing. With a cache, only what changed is read again.
 */
import { createHash } from 'node:crypto';
import type { Academy, HandbookPage, Item, Lesson } from '../core/academy.ts';
import {
	findLocales,
	readAcademy,
	readCompetencies,
	readCourse,
	readPositions,
	ruleLines,
	type AcademyFile,
	type CompetenciesFile,
	type CourseFile,
	type PositionsFile
} from './academy-files.ts';
import { assembleLesson, assemblePage, type Assembled, type Library } from './assemble.ts';
import { contentFileOf, type ContentFile } from './content-files.ts';
import { readHandbookPage, type HandbookFile } from './handbook-file.ts';
import { readLesson, type LessonFile } from './lesson-file.ts';
import { nearest } from './nearest.ts';
import { sortProblems, type Place, type Problem, type ProblemCode } from './problem.ts';
import { checkCompetencies, checkCourses, checkPositions } from './rules/names-are-known.ts';
import { checkDraw } from './rules/draw-fits-pool.ts';
import { tooOftenLongest } from './rules/option-lengths.ts';
import { unsafeInPicture } from './rules/picture-has-text.ts';
import { compareLessons, comparePages } from './rules/translation-matches.ts';
import { largestPicture, readSource } from './source.ts';
import { countContent, coverClauses, type Statistics } from './statistics.ts';

/** Changes whenever the same files would give other items or another academy. */
export const compilerVersion = '1';

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
	assembled: Map<string, { from: unknown[]; made: unknown }>;
}
export function newCompileCache(): CompileCache {
	return { files: new Map(), assembled: new Map() };
}

/** A file as it was read: its shape, or null when it could not be read at all. */
interface ReadFile {
	problems: Problem[];
	academy?: AcademyFile | null;
	competencies?: CompetenciesFile | null;
	positions?: PositionsFile | null;
	course?: CourseFile | null;
	lesson?: LessonFile | null;
	page?: HandbookFile | null;
}

type Tell = (at: Place, code: ProblemCode, says: string, fix: string) => void;
const top: Place = { line: 1, column: 1 };

/** Academy, items, problems and statistics of these files, by their paths inside the content folder. */
export function compile(files: Map<string, Uint8Array>, previous: CompileCache = newCompileCache()): Compiled {
	const checked = check(files, previous);
	const made = checked.whole && assembleAcademy(files, checked.whole, previous);
	return {
		academy: made?.academy ?? null,
		items: made?.items ?? [],
		problems: checked.problems,
		statistics: checked.statistics
	};
}

/** The same without making anything. */
export function checkContent(files: Map<string, Uint8Array>): Pick<Compiled, 'problems' | 'statistics'> {
	const { problems, statistics } = check(files, newCompileCache());
	return { problems, statistics };
}

/** Everything that was read, when there is no error in it. */
interface Whole {
	academy: AcademyFile;
	competencies: CompetenciesFile;
	positions: PositionsFile;
	courses: Map<string, CourseFile>;
	lessons: Map<string, { byLocale: Map<string, LessonFile | null> }>;
	pages: Map<string, Map<string, HandbookFile | null>>;
	clauses: Library['clauses'];
}

function check(
	files: Map<string, Uint8Array>,
	previous: CompileCache
): { problems: Problem[]; statistics: Statistics; whole: Whole | null } {
	const problems: Problem[] = [];
	const teller =
		(file: string, severity: Problem['severity'] = 'error') =>
		(at: Place, code: ProblemCode, says: string, fix: string): void => {
			problems.push({ file, line: at.line, column: at.column, severity, code, says, fix });
		};

	// What each file is, by its place.
	const known: ContentFile[] = [];
	for (const path of [...files.keys()].sort()) {
		const file = contentFileOf(path);
		if (file.kind === 'misnamed') teller(path)(top, 'file-name', file.says, file.fix);
		else if (file.kind === 'unknown') {
			teller(path, 'warning')(top, 'file-unused', 'Nothing reads this file.', file.fix);
		} else if (file.kind !== 'ignored') known.push(file);
	}

	// The academy first: the others are read in its languages.
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
		for (const problem of one.problems) problems.push(problem);
	}
	previous.files = next;

	const academyFile = read.get('academy.yaml')?.academy ?? null;
	// Without an academy, the languages are those of the files.
	const written = known.flatMap((file) => ('locale' in file ? [file.locale] : []));
	const languages = academyFile?.locales ?? locales ?? [...new Set(written)].sort();
	const defaultLocale =
		academyFile?.defaultLocale ?? (languages.includes('en') || languages.length === 0 ? 'en' : languages[0]!);

	// Translations of one thing together.
	const lessons = new Map<string, { course: string; key: string; byLocale: Map<string, LessonFile | null> }>();
	const pages = new Map<string, Map<string, HandbookFile | null>>();
	const courses = new Map<string, CourseFile | null>();
	const pictures = new Set<string>();
	for (const file of known) {
		if (file.kind === 'picture') pictures.add(file.name);
		else if (file.kind === 'course') courses.set(file.course, read.get(file.path)!.course ?? null);
		else if (file.kind === 'lesson' || file.kind === 'handbook') {
			if (!languages.includes(file.locale)) {
				teller(file.path)(
					top,
					'file-name',
					`“${file.locale}” is not a language of this academy.`,
					`The languages are: ${languages.join(', ')} (academy.yaml). A file is named key.locale.md.`
				);
			} else if (file.kind === 'lesson') {
				const name = `${file.course}/${file.key}`;
				const lesson = lessons.get(name) ?? { course: file.course, key: file.key, byLocale: new Map() };
				lesson.byLocale.set(file.locale, read.get(file.path)!.lesson ?? null);
				lessons.set(name, lesson);
			} else {
				const page = pages.get(file.page) ?? new Map<string, HandbookFile | null>();
				page.set(file.locale, read.get(file.path)!.page ?? null);
				pages.set(file.page, page);
			}
		}
	}
	// Every clause there is. A page that could not be read may have any.
	const clauses = new Map<string, { page: string; byLocale: Map<string, { title: string; text: string }> }>();
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
	const isClause = (id: string) => clauses.has(id) || unreadPages.has(id.split('.')[0]!);

	// Translations, names and links across files.
	const pairs = [
		...[...lessons].map(([name, { byLocale }]) => ({ path: `courses/${name}`, what: 'lesson', byLocale })),
		...[...pages].map(([key, byLocale]) => ({ path: `handbook/${key}`, what: 'page', byLocale }))
	];
	for (const { path, what, byLocale } of pairs) {
		for (const locale of languages) {
			if (byLocale.has(locale)) continue;
			if (locale === defaultLocale) {
				const there = [...byLocale.keys()][0]!;
				teller(`${path}.${there}.md`)(
					top,
					'source-missing',
					`This ${what} is not there in the default language: ${path}.${defaultLocale}.md is missing.`,
					'Write that file first; the others are its translations.'
				);
			} else if (byLocale.has(defaultLocale)) {
				teller(`${path}.${defaultLocale}.md`, 'warning')(
					top,
					'translation-missing',
					`There is no translation ${path}.${locale}.md.`,
					`Write it; until then the reader of “${locale}” gets this text with a note.`
				);
			}
		}
	}
	for (const { byLocale } of lessons.values()) {
		const source = byLocale.get(defaultLocale);
		for (const lesson of byLocale.values()) {
			if (!lesson) continue;
			checkUses(lesson, isClause, clauses.keys(), pictures, teller(lesson.file));
			for (const exercise of lesson.exercises) {
				checkUses(exercise, isClause, clauses.keys(), pictures, teller(lesson.file));
				for (const { value, at } of [...(exercise.question?.standard ?? []), ...(exercise.accept?.clauses ?? [])]) {
					if (isClause(value)) continue;
					teller(lesson.file)(
						at,
						'clause-unknown',
						`The handbook has no clause \`${value}\`.`,
						clauseHint(value, clauses.keys())
					);
				}
			}
			if (source && lesson !== source) compareLessons(source, lesson, teller(lesson.file));
			checkAssessment(lesson, lesson === source, teller(lesson.file), teller(lesson.file, 'warning'));
		}
	}
	for (const byLocale of pages.values()) {
		const source = byLocale.get(defaultLocale);
		for (const page of byLocale.values()) {
			if (!page) continue;
			checkUses(page, isClause, clauses.keys(), pictures, teller(page.file));
			if (source && page !== source) comparePages(source, page, teller(page.file));
		}
	}

	const shown = [
		...[...lessons.values()].flatMap(({ byLocale }) => [...byLocale.values()]),
		...[...pages.values()].flatMap((byLocale) => [...byLocale.values()])
	];
	checkPictures(files, pictures, shown, languages, teller);

	const competencies = read.get('competencies.yaml')?.competencies ?? null;
	const positions = read.get('positions.yaml')?.positions ?? null;
	const names = {
		competencies,
		// A file that could not be read whole may name anything.
		competencyKeys: read.get('competencies.yaml')?.problems.length
			? null
			: new Set(competencies?.map(({ key }) => key)),
		positions,
		positionsAreWhole: !read.get('positions.yaml')?.problems.length,
		courses,
		lessons,
		defaultLocale,
		teller
	};
	checkCourses(names);
	checkCompetencies(names);
	checkPositions(names);

	const coverage = coverClauses(lessons, pages, defaultLocale, courses, teller);
	const statistics = countContent(files.size, lessons, pages, pictures.size, defaultLocale, coverage);

	const sorted = sortProblems(problems);
	const isWhole = academyFile !== null && !sorted.some(({ severity }) => severity === 'error');
	return {
		problems: sorted,
		statistics,
		whole: isWhole
			? {
					academy: academyFile,
					competencies: competencies ?? [],
					positions: positions ?? [],
					// Without an error each of them could be read.
					courses: courses as Map<string, CourseFile>,
					lessons,
					pages,
					clauses
				}
			: null
	};
}

function assembleAcademy(
	files: Map<string, Uint8Array>,
	{ academy: academyFile, competencies, positions, courses, lessons, pages, clauses }: Whole,
	previous: CompileCache
): { academy: Academy; items: Item[] } {
	const { locales: languages, defaultLocale } = academyFile;
	const library: Library = { locales: languages, defaultLocale, clauses, pictureHash: pictureHashes(files) };
	const assembled: CompileCache['assembled'] = new Map();
	const assemble = <T>(name: string, from: unknown[], make: () => T): T => {
		const before = previous.assembled.get(name);
		const kept =
			before?.from.length === from.length && before.from.every((one, i) => one === from[i])
				? { from, made: before.made }
				: { from, made: make() };
		assembled.set(name, kept);
		return kept.made as T;
	};
	const items: Item[] = [];
	const picturesKey = [...library.pictureHash].join();
	const handbookFiles = [...pages.values()].flatMap((byLocale) => [...byLocale.values()]);
	const academyCourses = [...courses].map(([courseKey, course]) => {
		const { title, summary, audience, validity } = course;
		return {
			key: courseKey,
			title,
			summary,
			audience,
			competencies: course.competencies.map(({ value }) => value),
			lessons: course.lessons.map(({ value }): Lesson => {
				const { byLocale } = lessons.get(`${courseKey}/${value}`)!;
				const inOrder = languages.flatMap((locale) => byLocale.get(locale) ?? []);
				const accepts = inOrder.some((lesson) => lesson.exercises.some(({ accept }) => accept));
				const made = assemble<Assembled<Lesson>>(
					`${courseKey}/${value}`,
					[defaultLocale, picturesKey, ...inOrder, ...(accepts ? handbookFiles : [])],
					() => assembleLesson(courseKey, value, inOrder, library)
				);
				items.push(...made.items);
				return made.shown;
			}),
			pass: course.pass?.value ?? ('all' as const),
			validity,
			prerequisites: course.prerequisites.map(({ value }) => value)
		};
	});
	const handbook = [...pages].map(([key, byLocale]): HandbookPage => {
		const inOrder = languages.flatMap((locale) => byLocale.get(locale) ?? []);
		const made = assemble<Assembled<HandbookPage>>(`handbook/${key}`, [defaultLocale, picturesKey, ...inOrder], () =>
			assemblePage(key, inOrder, library)
		);
		items.push(...made.items);
		return made.shown;
	});
	previous.assembled = assembled;

	const academy: Academy = {
		...academyFile,
		scorecards: [],
		calls: [],
		scenes: [],
		observations: [],
		competencies: competencies.map(({ key, value }) => ({
			key,
			title: value.title,
			description: value.description,
			levels: ([1, 2, 3, 4, 5] as const).map((level) => ({
				level,
				description: value.levels[level].description,
				rule: value.levels[level].rule.map((line) => ruleLines[line.value])
			}))
		})),
		positions: positions.map(({ key, value }) => ({
			key,
			title: value.title,
			path: value.path.map((step) => ({
				course: step.course.value,
				due: step.due,
				from:
					step.from === null || step.from.value === 'hire'
						? { kind: 'hire' as const }
						: step.from.value === 'assignment'
							? { kind: 'assignment' as const }
							: { kind: 'course' as const, course: step.from.value },
				mandatory: step.mandatory
			})),
			targets: value.targets.map((target) => ({ competency: target.key, level: target.value.value }))
		})),
		courses: academyCourses,
		handbook: handbook.sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1))
	};
	return { academy, items };
}

function readFile(file: ContentFile, bytes: Uint8Array, locales: string[] | null): ReadFile {
	const opened = readSource(file.path, bytes);
	if ('problem' in opened) return { problems: [opened.problem] };
	const { source } = opened;
	const { problems } = source;
	switch (file.kind) {
		case 'academy':
			return { problems, academy: readAcademy(source) };
		case 'competencies':
			return { problems, competencies: readCompetencies(source, locales) };
		case 'positions':
			return { problems, positions: readPositions(source, locales) };
		case 'course':
			return { problems, course: readCourse(source, locales) };
		case 'lesson':
			return { problems, lesson: readLesson(source, file.locale, locales ?? []) };
		case 'handbook':
			return { problems, page: readHandbookPage(source, file.page, file.locale, locales ?? []) };
		default:
			return { problems };
	}
}

/** Links to clauses and pictures of a text lead to something. */
function checkUses(
	{ links, pictures }: Pick<LessonFile, 'links' | 'pictures'>,
	isClause: (id: string) => boolean,
	clauses: Iterable<string>,
	known: Set<string>,
	tell: Tell
): void {
	for (const { kind, to, at } of links) {
		if (kind !== 'clause' || isClause(to)) continue;
		tell(at, 'link-clause', `The handbook has no clause \`${to}\`.`, clauseHint(to, clauses));
	}
	for (const { name, at } of pictures) {
		if (known.has(name)) continue;
		const meant = nearest(name, known);
		tell(
			at,
			'picture-missing',
			`There is no pictures/${name}.`,
			meant ? `Did you mean ${meant}?` : 'Put the file there, or correct the name.'
		);
	}
}

function clauseHint(written: string, known: Iterable<string>): string {
	const meant = nearest(written, known);
	return meant
		? `Did you mean \`${meant}\`?`
		: 'Clauses are headings “## `key` Title” in handbook/page.locale.md, and are named page.key.';
}

/** The pool of an assessment: questions only, enough of them, and not guessable by their length. */
function checkAssessment(lesson: LessonFile, isSource: boolean, tell: Tell, warn: Tell): void {
	const rules = lesson.front?.assessment;
	if (!rules) return;
	const longest = tooOftenLongest(lesson.exercises);
	if (longest) {
		warn(
			lesson.bodyAt,
			'assessment-lengths',
			`In ${longest.longest} of ${longest.of} questions the right option is the longest: it can be guessed by that.`,
			'Shorten right options, or lengthen wrong ones, until it is at most 40 %.'
		);
	}
	// What follows is the same in a translation, and told if it is not.
	if (!isSource) return;
	for (const { kind, key, question, at } of lesson.exercises) {
		if (kind === 'accept') {
			tell(at, 'assessment-exercise', `An assessment asks questions; \`${key}\` is an accept.`, 'Move it to a lesson.');
		} else if (question?.optional) {
			tell(
				at,
				'assessment-exercise',
				`\`${key}\` is optional, and nothing in an assessment is.`,
				'Leave `optional` out.'
			);
		} else if (question?.kind === 'open') {
			tell(
				at,
				'assessment-exercise',
				`\`${key}\` is answered in own words; nobody marks those in an assessment yet, so it would earn nothing.`,
				'Ask it in a lesson, or give it answers that can be told right from wrong.'
			);
		}
	}
	const pool = lesson.exercises.filter(({ kind }) => kind === 'question');
	if (pool.length === 0)
		tell(lesson.bodyAt, 'assessment-pool', 'The assessment has no questions.', 'Write them as ```question blocks.');
	else checkDraw(rules.draw, pool, tell);
}

/** Pictures are safe to show, belong to something, and are used. */
function checkPictures(
	files: Map<string, Uint8Array>,
	names: Set<string>,
	shown: (LessonFile | HandbookFile | null)[],
	locales: string[],
	teller: (file: string, severity?: Problem['severity']) => Tell
): void {
	const used = new Set<string>();
	for (const file of shown) {
		for (const { name } of file?.pictures ?? []) used.add(name);
		if (file && 'exercises' in file) {
			for (const { pictures } of file.exercises) for (const { name } of pictures) used.add(name);
		}
	}
	for (const name of names) {
		const path = `pictures/${name}`;
		const tell = teller(path);
		const opened = readSource(path, files.get(path)!, largestPicture);
		if ('problem' in opened) {
			const { line, column, code, says, fix } = opened.problem;
			tell({ line, column }, code, says, fix);
			continue;
		}
		const unsafe = unsafeInPicture(opened.source.text);
		if (unsafe) {
			tell(
				opened.source.placeOf(unsafe.offset),
				'picture-unsafe',
				`A picture must not hold “${unsafe.what}”: it runs nothing and loads nothing.`,
				'Take it out, or save the picture as plain SVG.'
			);
		}
		const [, base, locale] = /^(.*)\.([A-Za-z-]+)\.svg$/.exec(name) ?? [];
		if (base !== undefined && (!locales.includes(locale!) || !names.has(`${base}.svg`))) {
			tell(
				top,
				'picture-locale',
				locales.includes(locale!)
					? `This picture replaces ${base}.svg, which is not there.`
					: `“${locale!}” is not a language of this academy.`,
				locales.includes(locale!)
					? `Add pictures/${base}.svg for the other languages.`
					: `The languages are: ${locales.join(', ')} (academy.yaml).`
			);
		} else if (!used.has(base === undefined ? name : `${base}.svg`)) {
			teller(path, 'warning')(top, 'file-unused', 'No text shows this picture.', 'Show it, or delete it.');
		}
	}
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
