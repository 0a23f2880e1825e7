/** Steps in a review: each takes the draft as it is and returns a new one. */
import type { DraftFlag, DraftMark, ReviewDraft } from '$lib/core/review';

/** Marks a criterion, or marks it anew; comment and evidence stay. null = not applicable. */
export function withMark(draft: ReviewDraft, criterion: string, mark: number | null): ReviewDraft {
	const before: DraftMark = draft.marks[criterion] ?? { mark, comment: '', turns: [], seconds: [], snippet: null };
	return { ...draft, marks: { ...draft.marks, [criterion]: { ...before, mark } } };
}

/** Changes what belongs to a mark; a criterion without a mark stays as it is. */
export function withPart(draft: ReviewDraft, criterion: string, part: Partial<Omit<DraftMark, 'mark'>>): ReviewDraft {
	const before = draft.marks[criterion];
	return before ? { ...draft, marks: { ...draft.marks, [criterion]: { ...before, ...part } } } : draft;
}

/** Puts a turn to what proves a mark, or takes it away. Turns keep the order of the call. */
export function withTurn(draft: ReviewDraft, criterion: string, turn: string, order: readonly { id: string }[]): ReviewDraft {
	const had = draft.marks[criterion]?.turns ?? [];
	if (had.includes(turn)) return withPart(draft, criterion, { turns: had.filter((one) => one !== turn) });
	const place = (id: string) => order.findIndex((one) => one.id === id);
	return withPart(draft, criterion, { turns: [...had, turn].sort((a, b) => place(a) - place(b)) });
}

/** The same for a second of a recording (whole tenths). */
export function withSecond(draft: ReviewDraft, criterion: string, second: number): ReviewDraft {
	const had = draft.marks[criterion]?.seconds ?? [];
	const tenth = Math.round(second * 10) / 10;
	return withPart(draft, criterion, {
		seconds: had.includes(tenth) ? had.filter((one) => one !== tenth) : [...had, tenth].sort((a, b) => a - b)
	});
}

/** Flags a turn, or takes the flag of this direction away again. */
export function withFlag(draft: ReviewDraft, turn: string, is: DraftFlag['is'], clause: string): ReviewDraft {
	const others = draft.flags.filter((flag) => flag.turn !== turn || flag.is !== is);
	return { ...draft, flags: others.length < draft.flags.length ? others : [...others, { turn, is, clause, note: '' }] };
}

export function withFlagPart(draft: ReviewDraft, flag: DraftFlag, part: Partial<Pick<DraftFlag, 'clause' | 'note'>>): ReviewDraft {
	return { ...draft, flags: draft.flags.map((one) => (one.turn === flag.turn && one.is === flag.is ? { ...one, ...part } : one)) };
}
