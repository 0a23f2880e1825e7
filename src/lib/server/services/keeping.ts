/**
 * Deletes what nobody works with any more (core/keeping.ts says how old it has become). Recordings, sessions and lists of
 * people have their own times and are deleted by tidy.ts.
 */
import { sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { keptSince, type Keeping } from '../../core/keeping.ts';
import type { Db } from '../db/open.ts';
import { mailOutbox, notification, oneTimeLink } from '../db/schema/index.ts';

/** Rows deleted at once, so that nobody waits for it. */
const rowsAtOnce = 2000;

export interface Deleted {
	notifications: number;
	mails: number;
	links: number;
}

/** Returns how much it was; a second run finds nothing. `ending`: stops before the next set. */
export async function deleteWhatIsOver(db: Db, keeping: Omit<Keeping, 'recordings'>, now: Date, ending?: AbortSignal): Promise<Deleted> {
	const before = (days: number) => sql`${keptSince(now, days).toISOString()}::timestamptz`;
	const inSets = async (table: PgTable, over: SQL): Promise<number> => {
		let deleted = 0;
		while (!ending?.aborted) {
			const rows = await db.execute(sql`
				delete from ${table} where id in (select id from ${table} where ${over} limit ${sql.raw(String(rowsAtOnce))} for update skip locked) returning id`);
			deleted += rows.length;
			if (rows.length < rowsAtOnce) break;
		}
		return deleted;
	};
	return {
		notifications: await inSets(notification, sql`created_at < ${before(keeping.notifications)}`),
		mails: await inSets(mailOutbox, sql`created_at < ${before(keeping.mails)}`),
		links: await inSets(oneTimeLink, sql`expires_at < ${before(keeping.links)}`)
	};
}
