import type { Derivation } from '$lib/core/due-date';

/** One course whose date would be another; as the service describes it. */
export interface DateLine {
	course: string;
	title: string;
	kind: 'added' | 'moved' | 'changed' | 'ended';
	mandatory: boolean;
	before: Date | null;
	after: Date | null;
	derivation: (Omit<Derivation, 'skipped'> & { skipped: { date: string; why: 'holiday' | 'leave'; name: string | null }[] }) | null;
}

interface Moved {
	from: string | null;
	to: string | null;
}
/** What a change of the person would bring about, in words. */
export interface ChangeView {
	seen: string;
	again: boolean;
	position: Moved | null;
	hiredOn: Moved | null;
	team: Moved | null;
	mentor: (Moved & { waiting: number }) | null;
	dates: DateLine[];
}

/** What another leave would move. */
export interface LeaveView {
	seen: string;
	again: boolean;
	dates: DateLine[];
}
