import type { DateLine } from '$lib/server/services/date-preview';

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
