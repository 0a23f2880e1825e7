/**
 * Levels that are to be derived anew: time alone changes some (a level becomes due, a call no longer counts), and a release
 * with other rules changes many. Each row of `level_state` says when its time has come. Safe to run anywhere and twice: it
 * looks for such rows and leaves none; what was interrupted goes on at the next run.
 */
import { and, asc, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import type { Academy } from '../../core/academy.ts';
import { canonicalJson } from '../../core/item.ts';
import { transact, type Db } from '../db/open.ts';
import { levelState } from '../db/schema/index.ts';
import type { Release } from '../library.ts';
import { deriveLevels, hasSuccessor, lessonsOf, levelsLock } from './evidence.ts';

/** Rows derived in one transaction. */
const rowsAtOnce = 400;

/**
 * Derives anew what is due for it; returns how many rows that were. Of a release that has a successor none: that one's turn it is. `ending`: stops after the part it is at. `onProgress` is
 * told how many are done, of how many there were at the beginning.
 */
export async function refreshLevels(
	db: Db,
	release: Release,
	now: Date,
	ending?: AbortSignal,
	onProgress?: (done: number, all: number) => void
): Promise<number> {
	const isDue = lte(levelState.refreshAt, now);
	const all = onProgress ? await db.$count(levelState, isDue) : 0;
	let refreshed = 0;
	for (;;) {
		if (ending?.aborted || (await hasSuccessor(db, release))) return refreshed;
		const rows = await db
			.select({ employeeId: levelState.employeeId, competency: levelState.competency })
			.from(levelState)
			.where(isDue)
			.orderBy(asc(levelState.refreshAt), asc(levelState.employeeId))
			.limit(rowsAtOnce);
		if (rows.length === 0) return refreshed;
		await transact(db, async (tx) => {
			await deriveLevels(tx, release, rows, now);
			// The content no longer has it: nothing more is to come of it.
			const gone = [...new Set(rows.map(({ competency }) => competency))].filter((key) => !release.competency(key));
			if (gone.length > 0) await tx.update(levelState).set({ refreshAt: null }).where(inArray(levelState.competency, gone));
		});
		refreshed += rows.length;
		onProgress?.(Math.min(refreshed, all), all);
		if (rows.length < rowsAtOnce) return refreshed;
	}
}

/** Notes on every level whose rules are others now, or that had none before, that it is to be derived anew. The release is stored before, in the same transaction. Two queries. */
export async function markLevels(tx: Db, before: Academy | null, after: Academy, now: Date): Promise<void> {
	const known = before === null ? new Map<string, string>() : new Map(before.competencies.map(({ key }) => [key, rulesOf(before, key)] as const));
	const changed = after.competencies.map(({ key }) => key).filter((key) => known.get(key) !== rulesOf(after, key));
	if (changed.length === 0) return;
	await tx.execute(sql`select pg_advisory_xact_lock(${levelsLock})`);
	await tx
		.update(levelState)
		.set({ refreshAt: now })
		.where(and(inArray(levelState.competency, changed), or(isNull(levelState.refreshAt), gt(levelState.refreshAt, now))));
}

/** All by which a competency is judged, as one text: its rules and the lessons it names, not its words. */
function rulesOf(academy: Academy, competency: string): string {
	const found = academy.competencies.find(({ key }) => key === competency);
	return canonicalJson({ levels: found?.levels.map(({ level, rule }) => ({ level, rule })) ?? [], lessons: lessonsOf({ academy }, competency) });
}
