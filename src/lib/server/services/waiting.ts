/** What a learner has handed in that waits for a mentor, and how long that usually takes. */
import { and, asc, eq, isNull, or, sql, type SQLWrapper } from 'drizzle-orm';
import { exerciseAddress } from '../../core/exercise-address.ts';
import { inLocale } from '../../core/localized.ts';
import { usualWait, usualWaitOf, type UsualWait } from '../../core/waiting.ts';
import type { Db } from '../db/open.ts';
import { deskItem, submission } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import type { DeskKind } from './desk.ts';

export interface WaitingWork {
	/** `course/lesson/key` */
	exercise: string;
	kind: Exclude<DeskKind, 'dispute'>;
	title: string;
	href: string;
	/** waiting: on the desk since `at`. returned: by a mentor at `at`, wanted again by `againBy`. */
	state: 'waiting' | 'returned';
	at: Date;
	againBy: Date | null;
	/** A mentor has it in hands. */
	claimed: boolean;
	/** From the newest judged ones of its kind; null when too few were judged yet. */
	usual: UsualWait | null;
}

/** State of what a person handed in last of an exercise; null when they handed nothing in. */
export const stateOfLast = (employeeId: SQLWrapper, exercise: SQLWrapper) =>
	// One deeper, so that the columns are written with their tables.
	sql<string | null>`${sql`(select last.state from ${submission} last where last.employee_id = ${employeeId} and last.exercise = ${exercise}
		and last.submitted_at is not null order by last.submitted_at desc limit 1)`}`;

/** The newest submission of each exercise that waits, or was returned and not handed in again. Of `person`. */
export const openWork = (db: Db) =>
	db
		.select({
			exercise: submission.exercise,
			kind: submission.kind,
			state: submission.state,
			submittedAt: submission.submittedAt,
			decidedAt: submission.decidedAt,
			againBy: submission.againBy,
			waitingSince: deskItem.waitingSince,
			claimedUntil: deskItem.claimedUntil,
			/** Of what waits: the newest judged ones of its kind. */
			judged: sql<Judged[] | null>`case when ${submission.state} = 'waiting' then (
				select json_agg(json_build_array(one.waiting_since, one.finished_at)) from (
					select waiting_since, finished_at from ${deskItem} like_it
					where like_it.kind = ${submission.kind} and like_it.finished_at is not null
					order by like_it.finished_at desc limit ${sql.raw(String(usualWaitOf))}
				) one) end`
				.mapWith((pairs: [string, string][]) => pairs.map(([since, until]) => ({ since: new Date(since), until: new Date(until) })))
				.as('judged')
		})
		.from(submission)
		.leftJoin(deskItem, eq(deskItem.submissionId, submission.id))
		.where(
			and(
				eq(submission.employeeId, sql.placeholder('person')),
				or(
					and(eq(submission.state, 'waiting'), isNull(deskItem.finishedAt)),
					and(
						eq(submission.state, 'returned'),
						sql`not exists (select 1 from ${submission} later where later.employee_id = ${submission.employeeId}
							and later.exercise = ${submission.exercise} and later.kind = ${submission.kind} and later.number > ${submission.number})`
					)
				)
			)
		)
		.orderBy(asc(submission.submittedAt));

type Judged = { since: Date; until: Date };

/** The newest finished items of these kinds. */
async function readFinished(db: Db, kinds: readonly string[]) {
	if (kinds.length === 0) return [];
	const rows = await db.execute<{ kind: string; since: string; until: string }>(sql`
		select asked.kind, one.waiting_since as since, one.finished_at as until
		from unnest(${sql.param(`{${kinds.map((kind) => `"${kind}"`).join(',')}}`)}::text[]) as asked(kind)
		cross join lateral (
			select waiting_since, finished_at from ${deskItem}
			where ${deskItem.kind} = asked.kind and ${deskItem.finishedAt} is not null
			order by ${deskItem.finishedAt} desc limit ${usualWaitOf}
		) one`);
	return [...rows].map(({ kind, since, until }) => ({ kind, since: new Date(since), until: new Date(until) }));
}

/** How long work of these kinds usually waits. One query. */
export async function readUsualWaits(db: Db, library: Pick<Library, 'current'>, kinds: readonly string[]): Promise<Map<string, UsualWait | null>> {
	const finished = await readFinished(db, kinds);
	const { academy } = library.current();
	return new Map(kinds.map((kind) => [kind, usualWait(finished.filter((one) => one.kind === kind), academy)]));
}

/** The actor's own work that a mentor has to judge, or has returned, from its rows. */
export function describeWaitingWork(release: Release, rows: Awaited<ReturnType<typeof openWork>>, locale: string, now: Date): WaitingWork[] {
	const { academy } = release;
	return rows.flatMap((row) => {
		const place = release.exercise(row.exercise);
		if (!place) return [];
		const { lesson, exercise } = place;
		return {
			exercise: row.exercise,
			kind: row.kind as WaitingWork['kind'],
			title: inLocale(lesson.title, locale, academy.defaultLocale),
			// On the page of the scene it stands below the scene itself.
			href: `${exerciseAddress(exercise)}${row.kind === 'live-role-play' ? '#live' : ''}`,
			state: row.state as WaitingWork['state'],
			at: (row.state === 'waiting' ? (row.waitingSince ?? row.submittedAt) : row.decidedAt)!,
			againBy: row.againBy,
			claimed: row.claimedUntil !== null && row.claimedUntil > now,
			usual: row.judged && usualWait(row.judged, academy)
		};
	});
}
