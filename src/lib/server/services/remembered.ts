/** Answers to costly questions, kept for a while. */
import type { Db } from '../db/open.ts';

/** How old an answer may be unless told, in milliseconds: what takes weeks does not change in minutes. */
const usually = 5 * 60_000;
/** Different questions remembered at once. */
const questions = 100;

const memory = new WeakMap<Db, Map<string, { at: Date; counting: Promise<unknown> }>>();

/**
 * Counted once for all who ask the same while it is counted, and kept for a while when `isLarge` says so of what was found.
 * @param question says whole what is asked, and of what kind: the same question has the same answer
 * @param keptFor in milliseconds
 */
export async function remembered<T>(db: Db, question: string, now: Date, count: () => Promise<T>, isLarge: (found: T) => boolean, keptFor = usually): Promise<{ found: T; asOf: Date }> {
	const kept = memory.get(db) ?? new Map<string, { at: Date; counting: Promise<unknown> }>();
	memory.set(db, kept);
	const known = kept.get(question);
	if (known && now >= known.at && now.getTime() - known.at.getTime() < keptFor) return { found: (await known.counting) as T, asOf: known.at };
	const counting = count();
	const entry = { at: now, counting };
	kept.set(question, entry);
	for (const oldest of kept.keys()) {
		if (kept.size <= questions) break;
		kept.delete(oldest);
	}
	const forget = () => {
		if (kept.get(question) === entry) kept.delete(question);
	};
	try {
		const found = await counting;
		if (!isLarge(found)) forget();
		return { found, asOf: now };
	} catch (error) {
		forget();
		throw error;
	}
}
