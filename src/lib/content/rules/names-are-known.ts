/** Courses, competencies and positions name each other; every name leads somewhere, and no way leads round. */
import type { RuleLine } from '../../core/academy.ts';
import type { CompetenciesFile, PositionsFile } from '../academy-files.ts';
import type { Gathered } from '../gathered.ts';
import { nearest } from '../nearest.ts';
import { top, type Tell, type Teller } from '../tell.ts';
import type { Placed } from '../yaml-shape.ts';
import { findCycle } from './no-cycle.ts';

interface Names extends Gathered {
	competencies: CompetenciesFile | null;
	/** Null: not known, so nothing is told. */
	competencyKeys: Set<string> | null;
	positions: PositionsFile | null;
	positionsAreWhole: boolean;
	teller: Teller;
}

/** `handbook/page` and its like name items, and a path step may begin `from: hire`. */
const reserved = ['handbook', 'scorecards', 'calls', 'role-plays', 'observations', 'hire', 'assignment'];

function hint(written: string, known: Iterable<string>, otherwise: string): string {
	const meant = nearest(written, known);
	return meant ? `Did you mean \`${meant}\`?` : otherwise;
}

export function checkCourses({ competencyKeys, courses, lessons, scorecards, observations, defaultLocale, teller }: Names): void {
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
		// In whatever language: that the source is not there is told elsewhere.
		const assessments = [...listed].filter((one) => [...(lessons.get(`${key}/${one}`)?.byLocale.values() ?? [])].some((lesson) => lesson?.front?.assessment));
		if (course.pass?.value === 'assessments' && assessments.length === 0) {
			tell(
				course.pass.at,
				'course-pass',
				'The course is passed by its assessments, and has none.',
				'Write “pass: all”, or add an assessment.'
			);
		}
		if (course.validity && assessments.length === 0) {
			tell(
				course.validity.at,
				'course-validity',
				'The course is to be renewed after some days, by its assessments, and has none.',
				'Leave `validity` out, or add an assessment.'
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
	for (const judged of [...scorecards.values(), ...observations.values()]) {
		if (!judged) continue;
		once(judged.competencies, 'competencies', teller(judged.file));
		checkCompetencyNames(judged.competencies, competencyKeys, teller(judged.file));
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

/** A rule asks for evidence that the listed lessons and the scorecards can give. */
export function checkCompetencies({ competencies, courses, lessons, scorecards, defaultLocale, teller }: Names): void {
	// A course or a scorecard that cannot be read might give the evidence.
	if ([...courses.values(), ...scorecards.values()].some((one) => !one)) return;
	const tell = teller('competencies.yaml');
	const files = [...courses].flatMap(([key, course]) =>
		course!.lessons.map(({ value }) => lessons.get(`${key}/${value}`)?.byLocale.get(defaultLocale))
	);
	if (files.some((file) => !file?.front)) return;
	for (const { key, value } of competencies ?? []) {
		const own = files.filter((file) => file!.front!.competencies.some((one) => one.value === key));
		const assessments = own.filter((file) => file!.front!.assessment);
		const exercises = own.flatMap((file) => file!.exercises);
		const isJudged = [...scorecards.values()].some((one) => one!.competencies.some(({ value: named }) => named === key));
		const can: Record<RuleLine['kind'], boolean> = {
			'lessons-read': own.length > assessments.length,
			'assessment-passed': assessments.length > 0,
			'role-play-passed': exercises.some(({ kind }) => kind === 'role-play'),
			'call-review-passed': exercises.some(({ kind }) => kind === 'call-review'),
			'observed-calls': isJudged,
			'no-critical-failure': isJudged,
			'pass-rate': isJudged,
			// Allowed, and out of reach until mentors are calibrated.
			calibrated: true
		};
		for (const level of [1, 2, 3, 4, 5] as const) {
			for (const { value: rule, at } of value.levels[level].rule) {
				if (can[rule.line.kind]) continue;
				const { what, where } = evidenceOf(rule.line.kind);
				tell(
					at,
					'rule-unsatisfiable',
					`Level ${level} of \`${key}\` asks for “${rule.words}”, and no ${what} has this competency.`,
					`Write ${key} into the competencies of ${where}, or take the line away.`
				);
			}
		}
	}
}

function evidenceOf(kind: RuleLine['kind']): { what: string; where: string } {
	switch (kind) {
		case 'assessment-passed':
			return { what: 'assessment', where: 'an assessment' };
		case 'lessons-read':
			return { what: 'lesson', where: 'a lesson' };
		case 'role-play-passed':
			return { what: 'lesson with a role-play', where: 'a lesson with a role-play' };
		case 'call-review-passed':
			return { what: 'lesson with a call review', where: 'a lesson with a call review' };
		default:
			return { what: 'scorecard', where: 'a scorecard' };
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
