/** How many days it is kept what nobody works with any more. */
export interface Keeping {
	/** What people were told, read or not. */
	notifications: number;
	/** Mails, sent or not: of a sent one the address and subject. */
	mails: number;
	/** One-time links, counted from the day they ended or were used. */
	links: number;
	/** Spoken answers since they were decided, photos of checklists since both had confirmed. What was never handed in: recording.ts. */
	recordings: number;
}

/** What holds when the academy says nothing (ours). */
export const usualKeeping: Keeping = { notifications: 365, mails: 90, links: 90, recordings: 180 };

/** What holds in an academy; one that was published before a kind could be set says nothing of it. */
export const keepingIn = ({ keeping }: { keeping?: Partial<Keeping> }): Keeping => ({ ...usualKeeping, ...keeping });

/** Shorter, and what one still has to see would be gone: a mail waits a week for its server. */
export const leastKept = 14;
export const mostKept = 3650;

const day = 86_400_000;
/** What is older than this moment is deleted. */
export const keptSince = (now: Date, days: number): Date => new Date(now.getTime() - days * day);
