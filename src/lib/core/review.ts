/**
 * A review in the making, and what it lacks before it can be finished: marks on a scorecard, with what proves them, and
 * flags on turns. A learner's review of a call and a mentor's review of a learner's work have the same shape.
 */
import type { TurnFlag } from './comparison.ts';
import { criteriaOf, type Marks, type Scorecard } from './scorecard.ts';

export interface DraftMark {
	/** On the criterion's scale; null = not applicable. */
	mark: number | null;
	/** With "not applicable" it is the reason and must be there. */
	comment: string;
	/** Ids of turns, and seconds of a recording, that prove it. */
	turns: string[];
	seconds: number[];
	/** Version of the snippet the comment began as. */
	snippet: string | null;
}
export interface DraftFlag extends TurnFlag {
	clause: string;
	note: string;
}
export interface ReviewDraft {
	/** By criterion; missing = not marked yet. */
	marks: Record<string, DraftMark>;
	flags: DraftFlag[];
	/** On the work as a whole. */
	comment: string;
}

export const emptyDraft = (): ReviewDraft => ({ marks: {}, flags: [], comment: '' });

/** The bare marks, as the formulas take them. */
export function marksOf(draft: ReviewDraft): Marks {
	return Object.fromEntries(Object.entries(draft.marks).map(([key, { mark }]) => [key, mark]));
}

/** unmarked: no mark yet; not-allowed: N/A where the criterion must be marked; no-reason: N/A without a reason. */
export type Lack = { criterion: string; lacks: 'unmarked' | 'not-allowed' | 'no-reason' };

/** What is still missing before the review can be finished, in the scorecard's order. */
export function lacksOf(scorecard: Scorecard, draft: ReviewDraft): Lack[] {
	return criteriaOf(scorecard).flatMap(({ key, notApplicableAllowed }): Lack[] => {
		const given = draft.marks[key];
		if (!given) return [{ criterion: key, lacks: 'unmarked' }];
		if (given.mark !== null) return [];
		if (!notApplicableAllowed) return [{ criterion: key, lacks: 'not-allowed' }];
		return given.comment.trim() === '' ? [{ criterion: key, lacks: 'no-reason' }] : [];
	});
}

/** A scorecard in one language, as a page shows it for marking. */
export interface ScorecardView {
	key: string;
	title: string;
	mode: 'nested' | 'pooled';
	sections: {
		key: string;
		title: string;
		weight: number;
		criteria: CriterionView[];
	}[];
}
export interface CriterionView {
	key: string;
	title: string;
	weight: number;
	min: number;
	max: number;
	critical: boolean;
	notApplicableAllowed: boolean;
	/** The clause it judges, with its title; null without one. */
	clause: { id: string; title: string } | null;
	/** Every mark there is, lowest first, in words. */
	anchors: { mark: number; words: string }[];
	/** What disputes have settled about it, newest first. */
	rulings: { body: string; madeAt: Date }[];
}

/** A turn of a call in one language. Seconds are null in a written case. */
export interface TurnView {
	id: string;
	speaker: 'agent' | 'customer';
	name: string;
	text: string;
	from: number | null;
	to: number | null;
}
/** A call in one language, without its reference. */
export interface CallView {
	title: string;
	/** The last day it might be used, `YYYY-MM-DD`, when that is over: then there are no turns and no sound. Else null. */
	gone: string | null;
	channel: string;
	/** Language of the turns. */
	locale: string;
	turns: readonly TurnView[];
	/** Address of the sound and its length in seconds; null without. */
	audio: { src: string; seconds: number } | null;
}
