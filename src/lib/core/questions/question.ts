/**
 * What a question is, in four shapes: the whole Question (secrets under `key`), the PublicQuestion a browser may
 * have (built by an allow-list), the Response a person gave, and the Score it earned.
 * Responses are stored by the question's own positions; a browser only ever sees shuffled ones (see `Arrangement`).
 */

/** A text per locale. The compiler checks that every locale of the item is there. */
export type Localized<T = string> = Record<string, T>;

interface QuestionCommon {
	/** Points for a full answer, 1 to 100. */
	points: number;
	/** Whether options may be shown in another order. */
	shuffle: boolean;
	/** An optional exercise is not needed for the lesson to be done. */
	optional: boolean;
	/** Clauses of the standard that it asks, `page.key`. */
	standard: string[];
	tags: string[];
	/** Markdown in an item's source, sanitised HTML once rendered. */
	prompt: Localized;
}

export interface ChoiceQuestion extends QuestionCommon {
	kind: 'single' | 'multiple';
	options: Localized[];
	/** `right` and `feedback` go by the options' own positions. */
	key: { right: boolean[]; feedback: (Localized | null)[]; explanation: Localized | null };
}
export interface OrderingQuestion extends QuestionCommon {
	kind: 'ordering';
	/** In the right order: that order is the secret, so they are always shown arranged. */
	items: Localized[];
	key: { explanation: Localized | null };
}
export interface MatchingQuestion extends QuestionCommon {
	kind: 'matching';
	columns: [Localized, Localized];
	left: Localized[];
	/** The right answer of left row i is right[i]; the rest are extra answers. Always shown arranged. */
	right: Localized[];
	key: { explanation: Localized | null };
}
export interface TextQuestion extends QuestionCommon {
	kind: 'text';
	/** Accepted answers may differ by locale; `almost` also accepts one typing error. */
	key: { accepted: Localized<{ text: string; almost: boolean }[]>; explanation: Localized | null };
}
export interface NumberQuestion extends QuestionCommon {
	kind: 'number';
	/** The unit shown beside the field, null when there is none. */
	unit: Localized | null;
	key: { value: number; tolerance: number; explanation: Localized | null };
}
export interface OpenQuestion extends QuestionCommon {
	kind: 'open';
	/** Key of the scorecard a mentor marks it on. */
	rubric: string;
	key: { explanation: Localized | null };
}
export type Question =
	| ChoiceQuestion
	| OrderingQuestion
	| MatchingQuestion
	| TextQuestion
	| NumberQuestion
	| OpenQuestion;
export type QuestionKind = Question['kind'];

/**
 * The order in which things are shown: `arrangement[shown position] = own position`. Empty for kinds without options.
 * For matching it orders the right-hand answers; left rows keep their order.
 */
export type Arrangement = number[];

/** What a browser may know of a question, in one locale. Built field by field, never by deleting. HTML is sanitised. */
export interface PublicQuestion {
	kind: QuestionKind;
	points: number;
	optional: boolean;
	prompt: string;
	/** single, multiple, ordering: options as shown. matching: right-hand answers as shown. */
	options: string[];
	/** matching only: left rows and the two column titles. */
	left: string[];
	columns: [string, string] | null;
	unit: string | null;
}

/** By the question's own positions; null in ordering and matching = not placed yet. */
export type Response =
	| { kind: 'single'; choice: number | null }
	| { kind: 'multiple'; choices: number[] }
	/** order[place] = own position of the item put there. */
	| { kind: 'ordering'; order: (number | null)[] }
	/** pairs[left row] = own position of the right-hand answer. */
	| { kind: 'matching'; pairs: (number | null)[] }
	| { kind: 'text'; text: string }
	| { kind: 'number'; text: string }
	| { kind: 'open'; text: string };

/**
 * What a browser sends and is shown again: by shown positions. Form fields (also without JavaScript):
 * single `choice`; multiple `choice` repeated; ordering `place-<shown item>` = 1-based place; matching `pair-<row>` = shown answer;
 * text, number, open `text`.
 */
export type ShownResponse = Response;

/** Version of the formulas in rules.md, "Questions", and of how what was typed is read; stored with every score. 2 reads numbers more generously. */
export const formulaVersion = 2;

/** fraction 0..1 of the points; invalid = could not be an answer to this question (never counted as a try). */
export type Score =
	| { is: 'points'; earned: number; possible: number; fraction: number }
	| { is: 'waiting'; possible: number }
	| { is: 'invalid'; code: AnswerProblem };

/** Why something given cannot be an answer to its question. It depends on nothing secret. incomplete: some of its parts are not answered. */
export type AnswerProblem = 'tie' | 'incomplete' | 'not-a-number' | 'not-an-option' | 'empty' | 'too-long';

/** What may be told after a response, in one locale; HTML sanitised. */
export interface Feedback {
	/** Right entirely. */
	right: boolean;
	fraction: number;
	/** Of each thing chosen, by shown position (single, multiple): was it right, and its own feedback. */
	chosen: { shown: number; right: boolean; feedback: string | null }[];
	/** Places (ordering) or rows (matching) that are right. */
	placesRight: boolean[];
	/** Only when right, or when the answer is being shown: the right answer in words. */
	answer: string[] | null;
	explanation: string | null;
}
