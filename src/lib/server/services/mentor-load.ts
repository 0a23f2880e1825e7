/**
 * Mentor load and waiting times: what came to the review desk week by week, what was decided, what waits; and of every mentor how
 * much they decided and how long it had waited. Counted in the database in one query; it reads what waits and what was decided in the
 * weeks asked for, each by its index. What is about very much is counted at most every five minutes.
 */
import { sql, type SQL } from 'drizzle-orm';
import { dayOf } from '../../core/due-date.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { mondayOf } from '../../core/simulation.ts';
import { workingDayNumbers, workingDaysBetween } from '../../core/waiting.ts';
import type { Db } from '../db/open.ts';
import { deskItem, employee, mentorship, team } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { deskKinds, type DeskKind } from './desk.ts';
import { remembered } from './remembered.ts';

/** How many weeks can be asked for, the running one included (ours). */
export const weekChoices = [4, 12, 26, 52] as const;

export interface LoadFilter {
	/** Null = all. */
	kind: DeskKind | null;
	/** Name of the team of those whose work it is, in any case; empty = all. */
	team: string;
	weeks: (typeof weekChoices)[number];
}

interface LoadWeek {
	/** Its Monday, `YYYY-MM-DD`. */
	from: string;
	cameIn: number;
	decided: number;
	/** At its end; of the running week, now. */
	waiting: number;
}
interface Decided {
	decided: number;
	/** Working days that half, and nine of ten, of what was decided had waited, or less; null when nothing was decided. */
	half: number | null;
	most: number | null;
}
interface Waiting {
	/** Now. */
	waiting: number;
	/** Since when the oldest of it waits, and for how many working days; null when nothing does. */
	oldest: Date | null;
	oldestDays: number | null;
}
export interface MentorLoad extends Decided, Waiting {
	/** Null: all who have no mentor of their own. */
	mentor: { id: string; name: string } | null;
}
interface Load {
	/** Oldest first. */
	weeks: LoadWeek[];
	/** What waited when the first week began. */
	before: number;
	all: Decided & Waiting;
	/**
	 * Who decided something in these weeks, whoever's it was, or has mentees of their own whose work waits: whose oldest waits longest
	 * comes first, then who decided most.
	 */
	mentors: MentorLoad[];
	/** When it was counted. */
	asOf: Date;
}

const day = 86_400_000;
/** What had waited longer than this before the first week counts as if it had come in then. */
const calendarBefore = 366;
/** What is about more work than this may be a little old. */
const rememberFrom = 5000;

/** What left people had not got judged waits no longer, and is not counted. Null for who may see no reports. One query. */
export async function readMentorLoad(db: Db, library: Pick<Library, 'current'>, actor: Actor, filter: LoadFilter, now: Date): Promise<Load | null> {
	if (!may(actor, 'report.see')) return null;
	const release = library.current();
	const { academy } = release;
	const today = dayOf(now, academy.timeZone);
	const first = later(mondayOf(today), -7 * (filter.weeks - 1));
	const calendarFrom = later(first, -calendarBefore);
	const count = () => readRows(db, filter, { first, today, timeZone: academy.timeZone, calendarFrom, numbers: workingDayNumbers(calendarFrom, today, academy) });
	const question = JSON.stringify(['mentor-load', release.id, today, filter.kind, filter.team.toLowerCase(), filter.weeks]);
	const isLarge = (found: LoadRow[]) => found.reduce((sum, { what, n }) => sum + (what === 'came-in' || what === 'before' ? n : 0), 0) > rememberFrom;
	const { found: rows, asOf } = await remembered(db, question, now, count, isLarge);
	const of = (what: LoadRow['what']) => rows.filter((row) => row.what === what);
	const inWeek = (what: 'came-in' | 'decided-in', week: number) => of(what).find((row) => row.week === week)?.n ?? 0;
	const before = of('before')[0]?.n ?? 0;
	let waiting = before;
	const weeks = Array.from({ length: filter.weeks }, (_, week) => {
		const [cameIn, decided] = [inWeek('came-in', week), inWeek('decided-in', week)];
		waiting += cameIn - decided;
		return { from: later(first, 7 * week), cameIn, decided, waiting };
	});
	const decidedOf = (row: LoadRow | undefined): Decided => ({ decided: row?.n ?? 0, half: row?.half ?? null, most: row?.most ?? null });
	const waitingOf = (row: LoadRow | undefined): Waiting => {
		const oldest = row?.oldest == null ? null : new Date(row.oldest);
		return { waiting: row?.n ?? 0, oldest, oldestDays: oldest && workingDaysBetween(oldest, now, academy) };
	};
	const deciding = new Map(of('decided').map((row) => [row.id, row]));
	const awaited = new Map(of('waiting').map((row) => [row.id, row]));
	const mentors = [...new Set([...deciding.keys(), ...awaited.keys()])].map((id): MentorLoad => {
		const [decided, waits] = [deciding.get(id), awaited.get(id)];
		return { mentor: id === null ? null : { id, name: (decided ?? waits)!.name! }, ...decidedOf(decided), ...waitingOf(waits) };
	});
	mentors.sort(
		(a, b) =>
			(a.oldest?.getTime() ?? Infinity) - (b.oldest?.getTime() ?? Infinity) || b.decided - a.decided || (a.mentor?.name ?? '').localeCompare(b.mentor?.name ?? '')
	);
	return { weeks, before, all: { ...decidedOf(of('decided-all')[0]), ...waitingOf(of('waiting-all')[0]) }, mentors, asOf };
}

const later = (name: string, days: number) => new Date(Date.parse(`${name}T00:00:00Z`) + days * day).toISOString().slice(0, 10);

interface LoadRow extends Record<string, unknown> {
	/** came-in, decided-in: in `week`. before: waiting when the weeks began. The others: of the mentor `id`, or of all. */
	what: 'came-in' | 'decided-in' | 'before' | 'decided' | 'decided-all' | 'waiting' | 'waiting-all';
	/** From 0. */
	week: number | null;
	id: string | null;
	name: string | null;
	n: number;
	half: number | null;
	most: number | null;
	/** Milliseconds. */
	oldest: number | null;
}

async function readRows(
	db: Db,
	filter: LoadFilter,
	{ first, today, timeZone, calendarFrom, numbers }: { first: string; today: string; timeZone: string; calendarFrom: string; numbers: number[] }
): Promise<LoadRow[]> {
	const start = sql`(${first}::timestamp at time zone ${timeZone})`;
	const kinds = sql.join((filter.kind === null ? deskKinds : [filter.kind]).map((kind) => sql`${kind}`), sql`, `);
	const ofTeam = filter.team === '' ? sql`` : sql`and ${employee.teamId} = any(array(select ${team.id} from ${team} where lower(${team.name}) = lower(${filter.team})))`;
	const dayOfMoment = (moment: SQL) => sql`(${moment} at time zone ${timeZone})::date`;
	const columns = sql`${deskItem.employeeId} as person, ${deskItem.waitingSince} as since, ${deskItem.finishedAt} as until, ${deskItem.finishedBy} as by`;
	const rows = await db.execute<LoadRow>(sql`
		with calendar as materialized (select ${`{${numbers.join(',')}}`}::int[] as numbers),
		waiting as materialized (
			select ${columns} from ${deskItem} join ${employee} on ${employee.id} = ${deskItem.employeeId} and ${employee.leftAt} is null
			where ${deskItem.finishedAt} is null and ${deskItem.kind} in (${kinds}) ${ofTeam}
		),
		decided as materialized (
			select ${columns} from ${deskItem} ${filter.team === '' ? sql`` : sql`join ${employee} on ${employee.id} = ${deskItem.employeeId} ${ofTeam}`}
			where ${deskItem.finishedAt} >= ${start} and ${deskItem.kind} in (${kinds})
		),
		came as (select since from waiting union all select since from decided),
		waits as (
			select decided.by, numbers[least(${dayOfMoment(sql`decided.until`)}, ${today}::date) - ${calendarFrom}::date + 1]
				- numbers[greatest(${dayOfMoment(sql`decided.since`)} - ${calendarFrom}::date, 0) + 1] as days
			from decided cross join calendar
		),
		of_mentors as (
			select case when grouping(by) = 1 then 'decided-all' else 'decided' end as what, by as id, count(*)::int as n,
				percentile_disc(.5) within group (order by days) as half, percentile_disc(.9) within group (order by days) as most, null::timestamptz as oldest
			from waits group by grouping sets ((by), ()) having count(*) > 0
			union all
			select case when grouping(${mentorship.mentorId}) = 1 then 'waiting-all' else 'waiting' end, ${mentorship.mentorId}, count(*)::int, null, null, min(waiting.since)
			from waiting left join ${mentorship} on ${mentorship.menteeId} = waiting.person and ${mentorship.until} is null
			group by grouping sets ((${mentorship.mentorId}), ()) having count(*) > 0
		)
		select 'came-in' as what, (${dayOfMoment(sql`since`)} - ${first}::date) / 7 as week, null::uuid as id, null as name, count(*)::int as n,
			null::int as half, null::int as most, null::float8 as oldest
			from came where since >= ${start} group by 2
		union all
		select 'decided-in', (${dayOfMoment(sql`until`)} - ${first}::date) / 7, null, null, count(*)::int, null, null, null from decided group by 2
		union all
		select 'before', null, null, null, count(*)::int, null, null, null from came where since < ${start}
		union all
		select what, null, of_mentors.id, ${employee.name}, n, half, most, extract(epoch from oldest)::float8 * 1000
			from of_mentors left join ${employee} on ${employee.id} = of_mentors.id`);
	return [...rows];
}
