/**
 * What time alone changes in `level_state`: a level becomes due, a call no longer counts. Each row says when; then it is
 * derived anew. Safe to run anywhere and twice: it looks for rows whose time has come and leaves none.
 */
import { and, asc, eq, lte } from 'drizzle-orm';
import { transact, type Db } from '../db/open.ts';
import { levelState } from '../db/schema/index.ts';
import type { Release } from '../library.ts';
import { deriveLevel } from './evidence.ts';

/** Rows read at once. */
const rowsAtOnce = 200;

/** Derives anew what is due for it; returns how many rows that were. `ending`: stops after the row it is at. */
export async function refreshLevels(db: Db, release: Release, now: Date, ending?: AbortSignal): Promise<number> {
	let refreshed = 0;
	for (;;) {
		const rows = await db
			.select({ employeeId: levelState.employeeId, competency: levelState.competency })
			.from(levelState)
			.where(lte(levelState.refreshAt, now))
			.orderBy(asc(levelState.refreshAt))
			.limit(rowsAtOnce);
		for (const { employeeId, competency } of rows) {
			if (ending?.aborted) return refreshed;
			await transact(db, async (tx) => {
				if (await deriveLevel(tx, release, employeeId, competency, now)) return;
				// The content no longer has it: nothing more is to come of it.
				await tx
					.update(levelState)
					.set({ refreshAt: null })
					.where(and(eq(levelState.employeeId, employeeId), eq(levelState.competency, competency)));
			});
			refreshed++;
		}
		if (rows.length < rowsAtOnce) return refreshed;
	}
}
