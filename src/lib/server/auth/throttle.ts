/**
 * Counts failures in the database, so that every server counts together. A point is taken before the work and given
 * back when it was no failure: of many guesses at once no more than the limit get through.
 */
import { createHash } from 'node:crypto';
import { inArray, lt, sql } from 'drizzle-orm';
import type { Db } from '../db/open.ts';
import { throttle } from '../db/schema/index.ts';

const minute = 60_000;

export interface Limit {
	/** Failures within one window. */
	points: number;
	/** Milliseconds from the first failure to a clean sheet. */
	window: number;
}
export const limits = {
	/** Wrong passwords for one account. */
	account: { points: 10, window: 15 * minute },
	/** Wrong passwords from one address; an office shares one. */
	address: { points: 100, window: 60 * minute },
	/** Reset mails for one account, and requests from one address. */
	reset: { points: 3, window: 60 * minute },
	resetAddress: { points: 30, window: 60 * minute }
} satisfies Record<string, Limit>;
export type LimitName = keyof typeof limits;

/** What is counted. The key is hashed: the table holds nobody's name or address. */
export function throttleKey(limit: LimitName, of: string): string {
	return `${limit}:${createHash('sha256').update(of).digest('base64url').slice(0, 22)}`;
}

/** One network: an IPv4 address, or the /64 that one household or office has of IPv6. */
export function networkOf(address: string): string {
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
	if (mapped || !address.includes(':')) return mapped ?? address;
	const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
	const groups = head.split(':').filter(Boolean);
	if (tail !== undefined) {
		const after = tail.split(':').filter(Boolean);
		while (groups.length + after.length < 8) groups.push('0');
		groups.push(...after);
	}
	return groups
		.slice(0, 4)
		.map((group) => group.replace(/^0+(?=.)/, ''))
		.join(':');
}

/** Takes a point: null while within the limit, else when the window ends. */
export async function takePoint(db: Db, limit: LimitName, of: string, now: Date): Promise<Date | null> {
	const { points, window } = limits[limit];
	const moment = now.toISOString();
	const until = new Date(now.getTime() + window);
	const [row] = await db
		.insert(throttle)
		.values({ key: throttleKey(limit, of), points: 1, expiresAt: until })
		.onConflictDoUpdate({
			target: throttle.key,
			set: {
				points: sql`case when ${throttle.expiresAt} <= ${moment}::timestamptz then 1 else ${throttle.points} + 1 end`,
				expiresAt: sql`case when ${throttle.expiresAt} <= ${moment}::timestamptz then excluded.expires_at else ${throttle.expiresAt} end`
			}
		})
		.returning({ points: throttle.points, expiresAt: throttle.expiresAt });
	return row!.points <= points ? null : row!.expiresAt;
}

/** It was no failure: the points go back, and those of `clean` are forgotten altogether. */
export async function giveBack(db: Db, taken: string[], clean: string[] = []): Promise<void> {
	const forgotten = clean.length > 0 ? inArray(throttle.key, clean) : sql`false`;
	await db
		.update(throttle)
		.set({ points: sql`case when ${forgotten} then 0 else greatest(${throttle.points} - 1, 0) end` })
		.where(inArray(throttle.key, [...taken, ...clean]));
}

/** Throws away windows that are over. */
export async function forgetOldFailures(db: Db, now: Date): Promise<void> {
	await db.delete(throttle).where(lt(throttle.expiresAt, now));
}
