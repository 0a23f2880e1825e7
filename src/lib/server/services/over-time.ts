/**
 * Competency over time: how many weeks after the day of hire people reach a level, by when they were hired. The day a level was
 * reached is the day it was: of a level by rule, when it was noted in the evidence; of a signed one, when it was signed. So what the
 * rules ask today changes nothing about the past. Counted in the database; a page is one query whatever there is, and what is
 * about very many is counted at most every five minutes.
 */
import { sql } from 'drizzle-orm';
import { firstSignedLevel } from '../../core/competency.ts';
import { dayOf } from '../../core/due-date.ts';
import { inLocale } from '../../core/localized.ts';
import { reachedCurve, type Curve, type Followed } from '../../core/over-time.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { employee, evidence, positionAssignment, signOff, team } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { remembered } from './remembered.ts';

export type CohortsBy = 'quarter' | 'month';

export interface OverTimeFilter {
	/** Key; null: the first that a position asks so much of. */
	competency: string | null;
	/** 1 to 5: what is reached, this or more. */
	level: number;
	/** Key of a position; null = all. */
	position: string | null;
	/** Name of a team, in any case; empty = all. */
	team: string;
	by: CohortsBy;
}

interface Cohort extends Curve {
	/** First day of the quarter or month in which they were hired, `YYYY-MM-DD`. */
	from: string;
}
interface CompetencyTime extends Curve {
	key: string;
	title: string;
}
interface OverTime {
	/** What the cohorts are about; null when no position asks for this level. */
	competency: { key: string; title: string } | null;
	/** Oldest first; those without people are left out. */
	cohorts: Cohort[];
	/** One for each competency that a position asks this level of, all cohorts together. */
	competencies: CompetencyTime[];
	/** From when on people were hired that this is about. */
	since: string;
	/** When it was counted. */
	asOf: Date;
}

/** Cohorts that are shown, the present one included (ours). */
const cohortsShown = 6;
/** What is about more people and competencies than this may be a little old. */
const rememberFrom = 1000;

/**
 * Counted are people whose position asks for the level, who were hired in the newest quarters or months; who has left, until then.
 * Null for who may see no reports. One query.
 */
export async function readOverTime(db: Db, library: Library, actor: Actor, filter: OverTimeFilter, locale: string, now: Date): Promise<OverTime | null> {
	if (!may(actor, 'report.see')) return null;
	const release = library.current();
	const { academy } = release;
	const today = dayOf(now, academy.timeZone);
	const since = firstDay(today, filter.by);
	const asked = askedOf(release, filter);
	const known = academy.competencies.filter(({ key }) => asked.some(({ competency }) => competency === key));
	const told = ({ key, title }: (typeof known)[number]) => ({ key, title: inLocale(title, locale, academy.defaultLocale) });
	const shown = known.find(({ key }) => key === filter.competency) ?? (filter.competency === null ? known[0] : undefined);
	if (asked.length === 0) return { competency: null, cohorts: [], competencies: [], since, asOf: now };
	const question = JSON.stringify(['over-time', release.id, today, filter.level, filter.position, filter.team.toLowerCase(), filter.by]);
	const count = () => readFollowed(db, asked, filter, { since, today, timeZone: academy.timeZone });
	const { found: rows, asOf } = await remembered(db, question, now, count, (found) => found.reduce((sum, { n }) => sum + n, 0) > rememberFrom);
	const own = rows.filter(({ competency }) => competency === shown?.key);
	const cohorts = [...new Set(own.map(({ cohort }) => cohort))].toSorted();
	return {
		competency: shown ? told(shown) : null,
		cohorts: cohorts.map((from) => ({ from, ...reachedCurve(own.filter(({ cohort }) => cohort === from)) })),
		competencies: known.map((one) => ({ ...told(one), ...reachedCurve(rows.filter(({ competency }) => competency === one.key)) })),
		since,
		asOf
	};
}

/** Which position asks this level, or more, of which competency. */
const askedOf = (release: Release, { level, position }: OverTimeFilter) =>
	release.academy.positions
		.filter(({ key }) => position === null || key === position)
		.flatMap(({ key, targets }) => targets.filter((target) => target.level >= level).map(({ competency }) => ({ position: key, competency })));

/** First day of the oldest cohort that is shown. */
function firstDay(today: string, by: CohortsBy): string {
	const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1];
	const start = by === 'quarter' ? month - (month % 3) - (cohortsShown - 1) * 3 : month - (cohortsShown - 1);
	return new Date(Date.UTC(year, start, 1)).toISOString().slice(0, 10);
}

interface FollowedRow extends Followed, Record<string, unknown> {
	competency: string;
	cohort: string;
}

async function readFollowed(
	db: Db,
	asked: { position: string; competency: string }[],
	filter: OverTimeFilter,
	{ since, today, timeZone }: { since: string; today: string; timeZone: string }
): Promise<FollowedRow[]> {
	const competencies = [...new Set(asked.map(({ competency }) => competency))];
	const byRule = Array.from({ length: Math.max(0, firstSignedLevel - filter.level) }, (_, nth) => String(filter.level + nth));
	const list = (keys: readonly string[]) => sql`array[${sql.join(keys.map((key) => sql`${key}`), sql`, `)}]::text[]`;
	// A level by rule says nothing of a signed one: then only signatures are read.
	const noted = sql`select ${evidence.employeeId} as person, ${evidence.competency} as competency, ${evidence.at} as at from ${evidence}
		where ${evidence.kind} = 'level' and ${evidence.cancels} is null and ${evidence.competency} = any(${list(competencies)}) and ${evidence.source} = any(${list(byRule)})
			and not exists (select from ${evidence} later where later.cancels = ${evidence.id}) union all`;
	const rows = await db.execute<FollowedRow>(sql`
		with asked as (select * from unnest(${list(asked.map(({ position }) => position))}, ${list(asked.map(({ competency }) => competency))}) as one(position, competency)),
		people as (
			select ${employee.id} as id, ${employee.hiredOn} as hired, (${employee.leftAt} at time zone ${timeZone})::date as gone, ${positionAssignment.position} as position
			from ${employee} join ${positionAssignment} on ${positionAssignment.employeeId} = ${employee.id} and ${positionAssignment.until} is null
			where ${employee.hiredOn} between ${since}::date and ${today}::date
				${filter.team === '' ? sql`` : sql`and ${employee.teamId} = any(array(select ${team.id} from ${team} where lower(${team.name}) = lower(${filter.team})))`}
		),
		reached as (
			select person, competency, (min(at) at time zone ${timeZone})::date as on_day from (
				${byRule.length > 0 ? noted : sql``}
				select ${signOff.employeeId}, ${signOff.competency}, ${signOff.signedAt} as at from ${signOff}
				where ${signOff.revokedAt} is null and ${signOff.level} >= ${filter.level} and ${signOff.competency} = any(${list(competencies)})
			) as found(person, competency, at) group by 1, 2
		)
		select asked.competency, date_trunc(${filter.by}, people.hired::timestamp)::date::text as cohort,
			case when reached.on_day is not null then greatest(0, (reached.on_day - people.hired + 6) / 7) end as reached,
			greatest(0, (case when reached.on_day is null then least(${today}::date, people.gone) else ${today}::date end - people.hired) / 7) as seen,
			(reached.on_day is null and people.gone is not null) as "left", count(*)::int as n
		from people join asked on asked.position = people.position
			left join reached on reached.person = people.id and reached.competency = asked.competency
		group by 1, 2, 3, 4, 5`);
	return [...rows];
}
