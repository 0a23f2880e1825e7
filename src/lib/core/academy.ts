/**
 * The compiled academy: what a release says besides its items. Plain data, kept as JSON with the release.
 * Lasting names: a course is `course`, a lesson `course/lesson`, an exercise `course/lesson/key`, a clause `page.clause`.
 */
import type { Keeping } from './keeping.ts';
import type { Localized, Question } from './questions/question.ts';
import type { ReminderRules } from './reminders.ts';
import type { Scene } from './role-play.ts';
import type { Criterion, Marks, Section } from './scorecard.ts';
import type { TurnFlag } from './comparison.ts';

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
	/** Days that are worked although they are free by week or holiday, in order. Releases published before it was asked for have none. */
	workingDays?: string[];
	/** Who is told when; absent = as usual (core/reminders.ts). */
	reminders?: ReminderRules;
	/** How long things are kept; absent = as usual (core/keeping.ts). */
	keeping?: Keeping;
	competencies: Competency[];
	positions: Position[];
	/** In the order of the folder names. */
	courses: Course[];
	handbook: HandbookPage[];
	scorecards: ScorecardEntry[];
	calls: CallEntry[];
	scenes: SceneEntry[];
	/** Checklists for watching somebody at work. */
	observations: ObservationEntry[];
}

/** What a release says of a thing whose body is an item. */
interface Entry {
	key: string;
	title: Localized;
	/** Hash of its item. */
	hash: string;
}
export interface ScorecardEntry extends Entry {
	/** Competencies that its scores are evidence for. */
	competencies: string[];
	/** Clauses its criteria judge. */
	clauses: string[];
}
export interface CallEntry extends Entry {
	channel: Channel;
	/** Key of its scorecard. */
	scorecard: string;
	/** 1 easy, 2 medium, 3 hard. */
	difficulty: 1 | 2 | 3;
	/** Last day it may be used, `YYYY-MM-DD`; null for synthetic ones. Releases published before it was asked for have none. */
	keepUntil?: string | null;
}
export type SceneEntry = Entry;
export interface ObservationEntry extends Entry {
	competencies: string[];
	clauses: string[];
}
export const channels = ['phone', 'mail', 'chat', 'comment', 'desk'] as const;
export type Channel = (typeof channels)[number];

export interface Competency {
	key: string;
	title: Localized;
	description: Localized;
	/** Levels 1 to 5, in order. */
	levels: { level: number; description: Localized; rule: RuleLine[] }[];
}
/** One line of a level's evidence rule (rules.md, "Competency levels"). */
export type RuleLine =
	| { kind: 'lessons-read' }
	| { kind: 'assessment-passed' }
	/** A role-play of at least this score (0 to 100) with no critical failure. */
	| { kind: 'role-play-passed'; score: number }
	| { kind: 'call-review-passed' }
	/** At least `calls` observed calls with a final score of at least `score` (null: any), by at least `mentors` mentors. */
	| { kind: 'observed-calls'; calls: number; score: number | null; mentors: number }
	/** In the last `calls` observed calls. */
	| { kind: 'no-critical-failure'; calls: number }
	/** Wilson's lower bound over observed calls; success = final ≥ 75. 0 to 1. */
	| { kind: 'pass-rate'; low: number }
	/** One's own marks against references over at least `calls` calibration calls. */
	| { kind: 'calibrated'; calls: number; alpha: number; bias: number };

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
	/** Clauses it teaches: its text links to them, or it has them accepted. What it asks stands with its exercises. */
	clauses: string[];
	assessment: AssessmentRules | null;
}

export interface Exercise {
	/** `course/lesson/key` */
	name: string;
	key: string;
	kind: ExerciseKind;
	hash: string;
	points: number;
	optional: boolean;
	/** Whether its course asks more than doing it: a pass mark reached, a submission accepted. */
	judged: boolean;
	tags: string[];
	clauses: string[];
}

export type ExerciseKind = 'question' | 'accept' | 'call-review' | 'role-play' | 'record';

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
	| { kind: 'accept'; optional: boolean; clauses: { id: string; title: Localized; text: Localized }[] }
	| CallReviewBody
	| RolePlayBody
	| RecordBody
	| ScorecardBody
	| CallBody
	| SceneBody
	| ObservationBody;

/** An exercise: review these calls, one a try. Names the items of the calls and of their scorecard. */
export interface CallReviewBody {
	kind: 'call-review';
	optional: boolean;
	/** What to do, Markdown or HTML. */
	task: Localized;
	calls: { key: string; hash: string }[];
	/** The one scorecard of all its calls. */
	scorecard: { key: string; hash: string };
	/** Whether a mentor decides every try, not only when no call is left. */
	mentor: boolean;
}
/** An exercise: play a scene. */
export interface RolePlayBody {
	kind: 'role-play';
	optional: boolean;
	scene: { key: string; hash: string };
	/** Score to reach, 0 to 100; null = playing it to an end is enough. */
	pass: number | null;
	/** On which a mentor marks it when it is played live; null = not played live. */
	scorecard: { key: string; hash: string } | null;
}
/** An exercise: speak an answer. */
export interface RecordBody {
	kind: 'record';
	optional: boolean;
	/** Markdown or HTML. */
	prompt: Localized;
	/** Longest recording. */
	seconds: number;
	scorecard: { key: string; hash: string };
}

/** What is judged, with its words. It is a `Scorecard` of core/scorecard.ts. */
export interface ScorecardBody {
	kind: 'scorecard';
	key: string;
	title: Localized;
	mode: 'nested' | 'pooled';
	competencies: string[];
	sections: ScorecardSection[];
}
export interface ScorecardSection extends Section {
	title: Localized;
	criteria: ScorecardCriterion[];
}
export interface ScorecardCriterion extends Criterion {
	title: Localized;
	/** Clause it judges; every critical criterion has one. */
	clause: string | null;
	/** Every mark of the scale, lowest first, in words. Nothing between them can be marked. */
	anchors: { mark: number; words: Localized }[];
}

export interface Turn {
	/** Cue id, or t1, t2 … in a written case; lasting. */
	id: string;
	speaker: 'agent' | 'customer';
	/** Name of the speaker as written in the transcript, per locale. */
	name: Localized;
	/** Plain text. */
	text: Localized;
	/** Seconds in the audio of that locale; null in a written case. */
	from: Localized<number> | null;
	to: Localized<number> | null;
}
/** A call, or a written case. `key` is the reference review: secret until the learner's own was submitted. */
export interface CallBody {
	kind: 'call';
	name: string;
	title: Localized;
	channel: Channel;
	difficulty: 1 | 2 | 3;
	source: 'synthetic' | 'real';
	/** Last day it may be used, `YYYY-MM-DD`; null for synthetic ones. What the release that is served says of this call goes before it. */
	keepUntil: string | null;
	turns: Turn[];
	/** SHA-256 of the MP3 of a locale, and its length in seconds. */
	audio: Localized<{ hash: string; seconds: number }>;
	key: CallReference;
}
export interface CallReference {
	/** Names of the two people who agreed on it. */
	agreedBy: string[];
	marks: Marks;
	reasons: Record<string, { reason: Localized; turns: string[] }>;
	flags: (TurnFlag & { clause: string })[];
}

/** A branching scene; all of it stays on the server but for what a run has reached. */
export interface SceneBody {
	kind: 'scene';
	name: string;
	title: Localized;
	/** What the player is told before it begins. Markdown or HTML; empty when there is nothing to say. */
	briefing: Localized;
	/** How it runs and what it earns; its choices stand in the order of `words`. */
	scene: Scene;
	/** By passage key. */
	words: Record<string, PassageWords>;
}
export interface PassageWords {
	/** In order; `when` must hold for the line to be spoken. */
	lines: { speaker: 'customer' | 'agent' | 'narrator'; name: Localized; text: Localized; when: Scene['passages'][number]['choices'][number]['when'] }[];
	choices: { text: Localized; feedback: Localized | null; clauses: string[] }[];
}

/** A checklist a mentor fills in while watching. */
export interface ObservationBody {
	kind: 'observation';
	key: string;
	title: Localized;
	competencies: string[];
	items: { key: string; text: Localized; clause: string | null }[];
}

export type LessonPiece =
	| { kind: 'text'; text: string; headings?: { id: string; level: number; text: string }[] }
	| { kind: 'exercise'; key: string };
export type HandbookPiece =
	| { kind: 'text'; text: string }
	| { kind: 'clause'; id: string; key: string; title: string; text: string }
	| { kind: 'letter'; key: string; text: string };

export interface Item {
	/** Lasting name: `course/lesson`, `course/lesson/key`, `handbook/page`, `scorecards/key`, `calls/key`, `role-plays/key` or `observations/key`. */
	name: string;
	hash: string;
	body: ItemBody;
	/** Where its source starts, per locale file. */
	sources: { file: string; line: number }[];
}
