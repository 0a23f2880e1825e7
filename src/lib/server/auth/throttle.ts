/**
 * Counts failures in the database, so that every server counts together. They are counted after the work, in one atomic
 * statement whose answer decides what the person is told; so successes cost nothing, and of many guesses at once no more
 * than the limit are answered.
 */
import { createHash } from 'node:crypto';
import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm';
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
	resetAddress: { points: 30, window: 60 * minute },
	/** Unknown numbers of certificates from one address. */
	certificate: { points: 30, window: 60 * minute }
} satisfies Record<string, Limit>;
export type LimitName = keyof typeof limits;

/** What is counted. The key is hashed: the table holds nobody's name or address. */
function throttleKey(limit: LimitName, of: string): string {
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

/** Whether one of these is over its limit already; then until when, else null. */
export async function throttledUntil(db: Db, counted: [LimitName, string][], now: Date): Promise<Date | null> {
	const most = new Map(counted.map(([limit, of]) => [throttleKey(limit, of), limits[limit].points]));
	const rows = await db
		.select()
		.from(throttle)
		.where(and(inArray(throttle.key, [...most.keys()]), gt(throttle.expiresAt, now)));
	const over = rows.filter((row) => row.points >= (most.get(row.key) ?? Infinity)).map((row) => row.expiresAt);
	return over.length > 0 ? new Date(Math.max(...over.map(Number))) : null;
}

/**
 * Counts one. Null while within the limit, else until when it is throttled: of many at once exactly as many get null as
 * the limit says.
 */
export async function countFailure(db: Db, limit: LimitName, of: string, now: Date): Promise<Date | null> {
	const { points, window } = limits[limit];
	const isOver = sql`${throttle.expiresAt} <= ${now.toISOString()}::timestamptz`;
	const [row] = await db
		.insert(throttle)
		.values({ key: throttleKey(limit, of), points: 1, expiresAt: new Date(now.getTime() + window) })
		.onConflictDoUpdate({
			target: throttle.key,
			set: {
				points: sql`case when ${isOver} then 1 else ${throttle.points} + 1 end`,
				expiresAt: sql`case when ${isOver} then excluded.expires_at else ${throttle.expiresAt} end`
			}
		})
		.returning({ points: throttle.points, expiresAt: throttle.expiresAt });
	return row!.points <= points ? null : row!.expiresAt;
}

/**
 * A success: failures are forgotten, unless there are too many by now (a right guess among many at once must not be told
 * from the wrong ones); then until when.
 */
export async function clearFailures(db: Db, limit: LimitName, of: string, now: Date): Promise<Date | null> {
	const isOver = sql`${throttle.expiresAt} <= ${now.toISOString()}::timestamptz`;
	const [row] = await db
		.update(throttle)
		.set({ points: sql`case when ${isOver} or ${throttle.points} < ${limits[limit].points} then 0 else ${throttle.points} end` })
		.where(eq(throttle.key, throttleKey(limit, of)))
		.returning({ points: throttle.points, expiresAt: throttle.expiresAt });
	return row && row.points > 0 ? row.expiresAt : null;
}

/** Forgets the failures whatever they are: the person has proved otherwise who they are. */
export async function forgiveFailures(db: Db, limit: LimitName, of: string): Promise<void> {
	await db.delete(throttle).where(eq(throttle.key, throttleKey(limit, of)));
}

/** Throws away windows that are over. */
export async function forgetOldFailures(db: Db, now: Date): Promise<void> {
	await db.delete(throttle).where(lt(throttle.expiresAt, now));
}
