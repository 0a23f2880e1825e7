/** What a content folder holds, and which clause of the standard is taught and asked where. */
import type { CourseFile } from './academy-files.ts';
import type { HandbookFile } from './handbook-file.ts';
import type { LessonFile } from './lesson-file.ts';
import type { Place, Problem, ProblemCode } from './problem.ts';

export interface ClauseCoverage {
	/** `page.clause` */
	clause: string;
	/** Lessons that link to it or have it accepted. */
	taught: string[];
	/** Questions that name it. */
	asked: string[];
}
export interface Statistics {
	files: number;
	courses: number;
	lessons: number;
	assessments: number;
	/** Exercises of the default locale by kind, `accept` among them. */
	exercises: Record<string, number>;
	pages: number;
	clauses: number;
	letters: number;
	pictures: number;
	/** Words of lessons and handbook by locale. */
	words: Record<string, number>;
	coverage: ClauseCoverage[];
}

type Lessons = Map<string, { course: string; byLocale: Map<string, LessonFile | null> }>;
type Pages = Map<string, Map<string, HandbookFile | null>>;
type Teller = (
	file: string,
	severity?: Problem['severity']
) => (at: Place, code: ProblemCode, says: string, fix: string) => void;

/** Also warns of clauses that no lesson teaches or no question asks. Lessons that no course lists do not count. */
export function coverClauses(
	lessons: Lessons,
	pages: Pages,
	defaultLocale: string,
	courses: Map<string, CourseFile | null>,
	teller: Teller
): ClauseCoverage[] {
	const coverage = new Map<string, ClauseCoverage & { file: string; at: Place }>();
	for (const [key, byLocale] of [...pages].sort(
		(a, b) => orderOf(a[1], defaultLocale) - orderOf(b[1], defaultLocale)
	)) {
		const page = byLocale.get(defaultLocale);
		for (const clause of page?.clauses ?? []) {
			const id = `${key}.${clause.key}`;
			coverage.set(id, { clause: id, taught: [], asked: [], file: page!.file, at: clause.at });
		}
	}
	const listed = new Set(
		[...courses].flatMap(([key, course]) => course?.lessons.map(({ value }) => `${key}/${value}`) ?? [])
	);
	for (const [name, { byLocale }] of lessons) {
		const lesson = byLocale.get(defaultLocale);
		if (!lesson || !listed.has(name)) continue;
		const taught = lesson.links.flatMap(({ kind, to }) => (kind === 'clause' ? [to] : []));
		for (const { key, question, accept } of lesson.exercises) {
			for (const { value } of accept?.clauses ?? []) taught.push(value);
			for (const { value } of question?.standard ?? []) coverage.get(value)?.asked.push(`${name}/${key}`);
		}
		for (const id of new Set(taught)) coverage.get(id)?.taught.push(name);
	}
	for (const { clause, taught, asked, file, at } of coverage.values()) {
		const warn = teller(file, 'warning');
		if (taught.length === 0)
			warn(
				at,
				'clause-not-taught',
				`No lesson teaches ${clause}.`,
				`Link to it where it belongs: [words](standard:${clause}).`
			);
		if (asked.length === 0)
			warn(at, 'clause-not-asked', `No question asks ${clause}.`, `Add standard=${clause} to a question about it.`);
	}
	return [...coverage.values()].map(({ clause, taught, asked }) => ({ clause, taught, asked }));
}

function orderOf(byLocale: Map<string, HandbookFile | null>, defaultLocale: string): number {
	return byLocale.get(defaultLocale)?.front?.order ?? Number.MAX_SAFE_INTEGER;
}

export function countContent(
	files: number,
	lessons: Lessons,
	pages: Pages,
	pictures: number,
	defaultLocale: string,
	coverage: ClauseCoverage[]
): Statistics {
	const exercises: Record<string, number> = {};
	const words: Record<string, number> = {};
	const courses = new Set<string>();
	let assessments = 0;
	let letters = 0;
	for (const { course, byLocale } of lessons.values()) {
		courses.add(course);
		const source = byLocale.get(defaultLocale);
		if (source?.front?.assessment) assessments++;
		for (const exercise of source?.exercises ?? []) {
			const kind = exercise.question?.kind ?? exercise.kind;
			exercises[kind] = (exercises[kind] ?? 0) + 1;
		}
	}
	for (const byLocale of pages.values()) letters += byLocale.get(defaultLocale)?.letters.length ?? 0;
	for (const byLocale of [...[...lessons.values()].map((lesson) => lesson.byLocale), ...pages.values()]) {
		for (const [locale, file] of byLocale) words[locale] = (words[locale] ?? 0) + (file?.words ?? 0);
	}
	return {
		files,
		courses: courses.size,
		lessons: lessons.size - assessments,
		assessments,
		exercises,
		pages: pages.size,
		clauses: coverage.length,
		letters,
		pictures,
		words,
		coverage
	};
}

/** A few lines on what there is, and a table of clauses with how often each is taught and asked. */
export function printStatistics(statistics: Statistics): string {
	const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
	const kinds = Object.entries(statistics.exercises)
		.sort(([, a], [, b]) => b - a)
		.map(([kind, n]) => `${n} ${kind}`);
	const words = Object.entries(statistics.words)
		.sort()
		.map(([locale, n]) => `${locale} ${n}`);
	const lines = [
		[
			count(statistics.courses, 'course'),
			count(statistics.lessons, 'lesson'),
			count(statistics.assessments, 'assessment'),
			count(statistics.pages, 'handbook page'),
			count(statistics.clauses, 'clause'),
			count(statistics.letters, 'letter'),
			count(statistics.pictures, 'picture')
		].join(', '),
		...(kinds.length > 0 ? [`Exercises: ${kinds.join(', ')}`] : []),
		...(words.length > 0 ? [`Words: ${words.join(', ')}`] : [])
	];
	const { coverage } = statistics;
	if (coverage.length === 0) return lines.join('\n');
	const width = Math.max(...coverage.map(({ clause }) => clause.length), 'Clause'.length);
	const taught = coverage.filter((one) => one.taught.length > 0).length;
	const asked = coverage.filter((one) => one.asked.length > 0).length;
	return [
		...lines,
		'',
		`${'Clause'.padEnd(width)}  taught in  asked by`,
		...coverage.map(
			(one) =>
				`${one.clause.padEnd(width)}  ${(one.taught.length || '–').toString().padStart(9)}  ${(one.asked.length || '–').toString().padStart(8)}`
		),
		`${taught} of ${coverage.length} clauses are taught, ${asked} are asked.`
	].join('\n');
}
