/** What a content folder holds, and which clause of the standard is taught and asked where. */
import { exerciseClauses, scorecardClauses, type Gathered } from './gathered.ts';
import type { HandbookFile } from './handbook-file.ts';
import type { Place } from './problem.ts';
import type { Teller } from './tell.ts';

export interface ClauseCoverage {
	/** `page.clause` */
	clause: string;
	/** Lessons that link to it or have it accepted. */
	taught: string[];
	/** Exercises that ask it: questions that name it, and practice whose scorecard or scene does. */
	asked: string[];
	/** Scorecards and checklists by which mentors watch for it. */
	observed: string[];
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
	scorecards: number;
	calls: number;
	observations: number;
	/** In the order of their keys; `best` is the most points that a way through it earns, null when it cannot be played. */
	scenes: { key: string; passages: number; best: number | null }[];
	/** Words of lessons, handbook, calls and scenes by locale. */
	words: Record<string, number>;
	coverage: ClauseCoverage[];
}

/** Also warns of clauses that no lesson teaches or no question asks. Lessons that no course lists do not count. */
export function coverClauses(all: Gathered, teller: Teller): ClauseCoverage[] {
	const { lessons, pages, defaultLocale, courses, scorecards, observations } = all;
	const coverage = new Map<string, ClauseCoverage & { file: string; at: Place }>();
	for (const [key, byLocale] of [...pages].sort(
		(a, b) => orderOf(a[1], defaultLocale) - orderOf(b[1], defaultLocale)
	)) {
		const page = byLocale.get(defaultLocale);
		for (const clause of page?.clauses ?? []) {
			const id = `${key}.${clause.key}`;
			coverage.set(id, { clause: id, taught: [], asked: [], observed: [], file: page!.file, at: clause.at });
		}
	}
	const listed = new Set(
		[...courses].flatMap(([key, course]) => course?.lessons.map(({ value }) => `${key}/${value}`) ?? [])
	);
	for (const [name, { byLocale }] of lessons) {
		const lesson = byLocale.get(defaultLocale);
		if (!lesson || !listed.has(name)) continue;
		const taught = lesson.links.flatMap(({ kind, to }) => (kind === 'clause' ? [to] : []));
		for (const exercise of lesson.exercises) {
			for (const { value } of exercise.accept?.clauses ?? []) taught.push(value);
			if (exercise.accept) continue;
			for (const clause of exerciseClauses(exercise, all)) coverage.get(clause)?.asked.push(`${name}/${exercise.key}`);
		}
		for (const id of new Set(taught)) coverage.get(id)?.taught.push(name);
	}
	for (const [key, scorecard] of scorecards) {
		for (const clause of scorecardClauses(scorecard)) coverage.get(clause)?.observed.push(`scorecards/${key}`);
	}
	for (const [key, observation] of observations) {
		const clauses = observation?.items.flatMap(({ clause }) => clause?.value ?? []);
		for (const clause of new Set(clauses)) coverage.get(clause)?.observed.push(`observations/${key}`);
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
			warn(at, 'clause-not-asked', `No exercise asks ${clause}.`, `Add standard=${clause} to a question about it.`);
	}
	return [...coverage.values()].map(({ clause, taught, asked, observed }) => ({ clause, taught, asked, observed }));
}

function orderOf(byLocale: Map<string, HandbookFile | null>, defaultLocale: string): number {
	return byLocale.get(defaultLocale)?.front?.order ?? Number.MAX_SAFE_INTEGER;
}

export function countContent(
	files: number,
	{ lessons, pages, pictures, scorecards, calls, scenes, observations, defaultLocale }: Gathered,
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
	const texts = [
		...[...lessons.values()].map((lesson) => lesson.byLocale),
		...pages.values(),
		...[...calls.values()].map(({ transcripts }) => transcripts),
		...scenes.values()
	];
	for (const byLocale of texts) {
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
		pictures: pictures.size,
		scorecards: scorecards.size,
		calls: calls.size,
		observations: observations.size,
		scenes: [...scenes].map(([key, byLocale]) => {
			const scene = byLocale.get(defaultLocale);
			return { key, passages: scene?.passages.length ?? 0, best: scene?.best ?? null };
		}),
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
	const scenes = statistics.scenes.map(
		({ key, passages, best }) => `${key} (${count(passages, 'passage')}, best total ${best ?? 'unknown'})`
	);
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
			count(statistics.pictures, 'picture'),
			...(statistics.scorecards > 0 ? [count(statistics.scorecards, 'scorecard')] : []),
			...(statistics.calls > 0 ? [count(statistics.calls, 'call')] : []),
			...(statistics.observations > 0 ? [count(statistics.observations, 'checklist')] : [])
		].join(', '),
		...(kinds.length > 0 ? [`Exercises: ${kinds.join(', ')}`] : []),
		...(scenes.length > 0 ? [`Scenes: ${scenes.join(', ')}`] : []),
		...(words.length > 0 ? [`Words: ${words.join(', ')}`] : [])
	];
	const { coverage } = statistics;
	if (coverage.length === 0) return lines.join('\n');
	const width = Math.max(...coverage.map(({ clause }) => clause.length), 'Clause'.length);
	const taught = coverage.filter((one) => one.taught.length > 0).length;
	const asked = coverage.filter((one) => one.asked.length > 0).length;
	const observed = coverage.filter((one) => one.observed.length > 0).length;
	const cell = (names: string[], wide: number) => (names.length || '–').toString().padStart(wide);
	return [
		...lines,
		'',
		`${'Clause'.padEnd(width)}  taught in  asked by  observed by`,
		...coverage.map(
			(one) =>
				`${one.clause.padEnd(width)}  ${cell(one.taught, 9)}  ${cell(one.asked, 8)}  ${cell(one.observed, 11)}`
		),
		`${taught} of ${coverage.length} clauses are taught, ${asked} are asked, ${observed} are observed.`
	].join('\n');
}
