/**
 * The compiled academy: what a release says besides its items. Plain data, kept as JSON with the release.
 * Lasting names: a course is `course`, a lesson `course/lesson`, an exercise `course/lesson/key`, a clause `page.clause`.
 */
import type { Localized, Question } from './questions/question.ts';

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

export interface Academy {
	name: Localized;
	locales: string[];
	/** The source language; a missing file is read in it. */
	defaultLocale: string;
	/** IANA name. */
	timeZone: string;
	workingWeek: Weekday[];
	holidays: { date: string; name: Localized }[];
	competencies: Competency[];
	positions: Position[];
	/** In the order of the folder names. */
	courses: Course[];
	handbook: HandbookPage[];
}

export interface Competency {
	key: string;
	title: Localized;
	description: Localized;
	/** Levels 1 to 5, in order. */
	levels: { level: number; description: Localized; rule: RuleLine[] }[];
}
/** One line of a level's evidence rule (rules.md, "Competency levels"). */
export type RuleLine = { kind: 'lessons-read' } | { kind: 'assessment-passed' };

export interface Position {
	key: string;
	title: Localized;
	path: PathCourse[];
	targets: { competency: string; level: number }[];
}
export interface PathCourse {
	course: string;
	/** Working days after `from`. */
	due: number;
	from: { kind: 'hire' } | { kind: 'assignment' } | { kind: 'course'; course: string };
	mandatory: boolean;
}

export interface Course {
	key: string;
	title: Localized;
	summary: Localized;
	audience: Localized;
	competencies: string[];
	/** In order; assessments are lessons too. */
	lessons: Lesson[];
	/** all: every lesson done and every assessment passed; assessments: those alone. */
	pass: 'all' | 'assessments';
	/** Days a completion is valid; null = for good. */
	validity: number | null;
	prerequisites: string[];
}

export interface Lesson {
	/** `course/lesson` */
	name: string;
	key: string;
	title: Localized;
	summary: Localized;
	/** Reading time. */
	minutes: number;
	competencies: string[];
	/** Locales whose file is there; the default locale always is. */
	locales: string[];
	/** Hash of its body item. */
	hash: string;
	/** In the order of the text. For an assessment: its pool. */
	exercises: Exercise[];
	/** Clauses its text links to and its exercises ask. */
	clauses: string[];
	assessment: AssessmentRules | null;
}

export interface Exercise {
	/** `course/lesson/key` */
	name: string;
	key: string;
	kind: 'question' | 'accept';
	hash: string;
	points: number;
	optional: boolean;
	tags: string[];
	clauses: string[];
}

export interface AssessmentRules {
	/** Share of the points, 0 to 1. */
	pass: number;
	attempts: number;
	/** Seconds from a submit to the next start; 0 = none. */
	wait: number;
	/** Seconds; null = no limit. */
	timeLimit: number | null;
	/** How many questions, or how many of each tag. Null = the whole pool. */
	draw: number | Record<string, number> | null;
	shuffle: boolean;
	feedback: 'after-submit' | 'after-pass' | 'never';
}

export interface HandbookPage {
	key: string;
	title: Localized;
	summary: Localized;
	order: number;
	locales: string[];
	/** Hash of its body item. */
	hash: string;
	clauses: Clause[];
}
export interface Clause {
	/** `page.clause` */
	id: string;
	key: string;
	title: Localized;
	/** Plain words of the clause per locale, for search and previews. */
	plain: Localized;
}

/** What an item holds before it is named by its hash. Markdown here; HTML in the rendered twin of the same shape. */
export type ItemBody =
	| { kind: 'lesson'; title: Localized; pieces: Localized<LessonPiece[]> }
	| { kind: 'handbook'; title: Localized; pieces: Localized<HandbookPiece[]> }
	| { kind: 'question'; question: Question }
	| { kind: 'accept'; optional: boolean; clauses: { id: string; title: Localized; text: Localized }[] };

export type LessonPiece =
	| { kind: 'text'; text: string; headings?: { id: string; level: number; text: string }[] }
	| { kind: 'exercise'; key: string };
export type HandbookPiece =
	| { kind: 'text'; text: string }
	| { kind: 'clause'; id: string; key: string; title: string; text: string }
	| { kind: 'letter'; key: string; text: string };

export interface Item {
	/** Lasting name: `course/lesson`, `course/lesson/key`, or `handbook/page`. */
	name: string;
	hash: string;
	body: ItemBody;
	/** Where its source starts, per locale file. */
	sources: { file: string; line: number }[];
}
