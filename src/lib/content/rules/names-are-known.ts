/** Courses, competencies and positions name each other; every name leads somewhere, and no way leads round. */
import { ruleLines, type CompetenciesFile, type CourseFile, type PositionsFile } from '../academy-files.ts';
import type { LessonFile } from '../lesson-file.ts';
import { nearest } from '../nearest.ts';
import type { Place, Problem, ProblemCode } from '../problem.ts';
import type { Placed } from '../yaml-shape.ts';
import { findCycle } from './no-cycle.ts';

type Tell = (at: Place, code: ProblemCode, says: string, fix: string) => void;
interface Names {
	competencies: CompetenciesFile | null;
	/** Null: not known, so nothing is told. */
	competencyKeys: Set<string> | null;
	positions: PositionsFile | null;
	positionsAreWhole: boolean;
	courses: Map<string, CourseFile | null>;
	lessons: Map<string, { course: string; key: string; byLocale: Map<string, LessonFile | null> }>;
	defaultLocale: string;
	teller: (file: string, severity?: Problem['severity']) => Tell;
}

const top: Place = { line: 1, column: 1 };
/** `handbook/page` names an item, and a path step may begin `from: hire`. */
const reserved = ['handbook', 'hire', 'assignment'];

function hint(written: string, known: Iterable<string>, otherwise: string): string {
	const meant = nearest(written, known);
	return meant ? `Did you mean \`${meant}\`?` : otherwise;
}

export function checkCourses({ competencyKeys, courses, lessons, defaultLocale, teller }: Names): void {
	const withoutFile = new Set([...lessons.values()].map(({ course }) => course).filter((key) => !courses.has(key)));
	for (const course of withoutFile) {
		teller(`courses/${course}/course.yaml`)(
			top,
			'course-file-missing',
			`The folder courses/${course} has lessons and no course.yaml.`,
			'Write it: title, summary, audience, competencies, lessons.'
		);
	}
	for (const [key, course] of courses) {
		const tell = teller(`courses/${key}/course.yaml`);
		if (reserved.includes(key)) {
			tell(
				top,
				'key-reserved',
				`A course cannot be called “${key}”: the word means something else.`,
				'Rename the folder.'
			);
		}
		if (!course) continue;
		checkCompetencyNames(course.competencies, competencyKeys, tell);
		const listed = once(course.lessons, 'lessons', tell);
		const inCourse = [...lessons.values()].flatMap((one) => (one.course === key ? [one.key] : []));
		for (const { value, at } of course.lessons) {
			const lesson = lessons.get(`${key}/${value}`);
			if (lesson?.byLocale.has(defaultLocale)) continue;
			// Told at the translations that are there.
			if (lesson) continue;
			tell(
				at,
				'lesson-unknown',
				`There is no lesson courses/${key}/${value}.${defaultLocale}.md.`,
				hint(value, inCourse, 'Write that file, or take the name off the list.')
			);
		}
		for (const lesson of lessons.values()) {
			if (lesson.course !== key || listed.has(lesson.key)) continue;
			for (const locale of lesson.byLocale.keys()) {
				teller(`courses/${key}/${lesson.key}.${locale}.md`, 'warning')(
					top,
					'file-unused',
					'No course lists this lesson.',
					`Add “- ${lesson.key}” to the lessons of courses/${key}/course.yaml.`
				);
			}
		}
		const assessments = [...listed].filter(
			(one) => lessons.get(`${key}/${one}`)?.byLocale.get(defaultLocale)?.front?.assessment
		);
		if (course.pass?.value === 'assessments' && assessments.length === 0) {
			tell(
				course.pass.at,
				'course-pass',
				'The course is passed by its assessments, and has none.',
				'Write “pass: all”, or add an assessment.'
			);
		}
		if (listed.size === 0)
			tell(course.places.lessons ?? top, 'yaml-value', '`lessons` is empty.', 'List at least one lesson.');
		once(course.prerequisites, 'prerequisites', tell);
		for (const { value, at } of course.prerequisites) {
			if (!courses.has(value))
				tell(
					at,
					'course-unknown',
					`There is no course \`${value}\`.`,
					hint(value, courses.keys(), 'Name the folder of a course.')
				);
		}
	}
	const cycle = findCycle(courses.keys(), (key) => courses.get(key)?.prerequisites.map(({ value }) => value) ?? []);
	if (cycle) {
		const [first, second] = [cycle[0]!, cycle[1] ?? cycle[0]!];
		const at = courses.get(first)!.prerequisites.find(({ value }) => value === second)!.at;
		teller(`courses/${first}/course.yaml`)(
			at,
			'course-cycle',
			`Nobody could begin: ${[...cycle, first].join(' needs ')}.`,
			'Take one of these prerequisites away.'
		);
	}
	for (const { byLocale } of lessons.values()) {
		for (const lesson of byLocale.values()) {
			if (lesson?.front) checkCompetencyNames(lesson.front.competencies, competencyKeys, teller(lesson.file));
		}
	}
}

function checkCompetencyNames(used: Placed<string>[], known: Set<string> | null, tell: Tell): void {
	for (const { value, at } of used) {
		if (known && !known.has(value)) {
			tell(
				at,
				'competency-unknown',
				`There is no competency \`${value}\`.`,
				hint(value, known, 'Name one of competencies.yaml, or describe it there.')
			);
		}
	}
}

function once(list: Placed<string>[], name: string, tell: Tell): Set<string> {
	const seen = new Set<string>();
	for (const { value, at } of list) {
		if (seen.has(value))
			tell(at, 'list-duplicate', `“${value}” stands twice in \`${name}\`.`, 'Delete one of the two.');
		seen.add(value);
	}
	return seen;
}

/** A rule asks for evidence that the listed lessons can give. */
export function checkCompetencies({ competencies, courses, lessons, defaultLocale, teller }: Names): void {
	// A course that cannot be read might give the evidence.
	if ([...courses.values()].some((course) => !course)) return;
	const tell = teller('competencies.yaml');
	const fronts = [...courses].flatMap(([key, course]) =>
		course!.lessons.map(({ value }) => lessons.get(`${key}/${value}`)?.byLocale.get(defaultLocale)?.front)
	);
	if (fronts.some((front) => !front)) return;
	for (const { key, value } of competencies ?? []) {
		const own = fronts.filter((front) => front!.competencies.some((one) => one.value === key));
		for (const level of [1, 2, 3, 4, 5] as const) {
			for (const line of value.levels[level].rule) {
				const assessments = own.filter((front) => front!.assessment);
				const possible =
					ruleLines[line.value].kind === 'assessment-passed' ? assessments.length > 0 : own.length > assessments.length;
				if (possible) continue;
				tell(
					line.at,
					'rule-unsatisfiable',
					`Level ${level} of \`${key}\` asks for “${line.value}”, and no ${line.value === 'assessment passed' ? 'assessment' : 'lesson'} has this competency.`,
					`Write ${key} into the competencies of ${line.value === 'assessment passed' ? 'an assessment' : 'a lesson'}, or take the line away.`
				);
			}
		}
	}
}

export function checkPositions({ competencyKeys, positions, positionsAreWhole, courses, teller }: Names): void {
	const tell = teller('positions.yaml');
	for (const { value: position } of positions ?? []) {
		const inPath = new Set<string>();
		for (const { course } of position.path) {
			if (inPath.has(course.value))
				tell(course.at, 'list-duplicate', `“${course.value}” stands twice in \`path\`.`, 'Delete one of the two.');
			inPath.add(course.value);
			if (!courses.has(course.value))
				tell(
					course.at,
					'course-unknown',
					`There is no course \`${course.value}\`.`,
					hint(course.value, courses.keys(), 'Name the folder of a course.')
				);
		}
		for (const { from } of positionsAreWhole ? position.path : []) {
			if (!from || from.value === 'hire' || from.value === 'assignment' || inPath.has(from.value)) continue;
			tell(
				from.at,
				'path-from',
				`\`from: ${from.value}\` is no course of this path.`,
				hint(
					from.value,
					[...inPath, 'hire', 'assignment'],
					'Write hire, assignment or the key of a course of the path.'
				)
			);
		}
		const after = new Map(
			position.path.flatMap(({ course, from }) =>
				from && inPath.has(from.value) ? [[course.value, from] as const] : []
			)
		);
		const cycle = findCycle(after.keys(), (key) => (after.has(key) ? [after.get(key)!.value] : []));
		if (cycle)
			tell(
				after.get(cycle[0]!)!.at,
				'path-cycle',
				`No due date could be counted: ${[...cycle, cycle[0]].join(' starts from ')}.`,
				'Count one of them from hire or assignment.'
			);
		for (const { key, at } of position.targets) {
			checkCompetencyNames([{ value: key, at }], competencyKeys, tell);
		}
	}
}
