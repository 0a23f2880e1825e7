/**
 * Renewals: a completed course whose validity ends is asked for again (core/renewal.ts), in rounds that are kept. What a round
 * asks is every assessment of the course, passed by an attempt that was begun in it. The first completion never changes.
 */
import { and, eq, isNull, sql, type Column, type SQL } from 'drizzle-orm';
import { v7 } from 'uuid';
import { dayOf, endOfDay } from '../../core/due-date.ts';
import { renewalDue, renewedFrom, windowOf } from '../../core/renewal.ts';
import { transact, type Db } from '../db/open.ts';
import { allowance, attempt, employee, enrolment, handAssignment, positionAssignment, renewal, teamAssignment } from '../db/schema/index.ts';
import type { Release } from '../library.ts';
import { recordAudit } from './audit.ts';
import { settleNotifications } from './notifications.ts';

/** Rounds that are written at once. */
const batch = 1000;

const at = (moment: Date) => sql`${moment.toISOString()}::timestamptz`;

/** What asks somebody for a course, as conditions. `positions`: those with the course on their path, as a query. */
export function reasons(course: SQL | Column | string, who: { id: SQL | Column; team: SQL | Column }) {
	return {
		path: (positions: SQL) =>
			sql`exists (select from ${positionAssignment} held where held.employee_id = ${who.id} and held.until is null and held.position in (${positions}))`,
		hand: (which = sql`true`) =>
			sql`exists (select from ${handAssignment} given where given.employee_id = ${who.id} and given.course = ${course} and given.taken_back_at is null and ${which})`,
		team: (which = sql`true`) =>
			sql`exists (select from ${teamAssignment} given where given.team_id = ${who.team} and given.course = ${course} and given.taken_back_at is null and ${which})`
	};
}

/** Condition on `employee`: they have the course on the path of their position, or got it by hand or with their team. */
export function isAskedFor({ academy }: Release, course: string): SQL {
	const positions = academy.positions.filter(({ path }) => path.some((one) => one.course === course)).map(({ key }) => key);
	const { path, hand, team } = reasons(course, { id: employee.id, team: employee.teamId });
	return sql`(${path(sql`select jsonb_array_elements_text(${JSON.stringify(positions)}::jsonb)`)} or ${hand()} or ${team()})`;
}

/**
 * `wanted`: the courses that are valid for a time only, with what a renewal asks; `paths`: which position has them; `asks`:
 * whether a course is asked of a person `e`, who works here and has it on the path of their position, or got it by hand or
 * with their team; `obliges`: whether that is mandatory for who completed it as they did.
 */
function askedIn(release: Release) {
	const { courses, positions } = release.academy;
	const wanted = courses.flatMap(({ key, validity, lessons }) =>
		validity === null
			? []
			: [{ course: key, days: validity, window: windowOf(validity), assessments: lessons.filter(({ assessment }) => assessment).map(({ name }) => name) }]
	);
	const paths = positions.flatMap(({ key, path }) => path.map((one) => ({ position: key, course: one.course })));
	const reasonsOf = (course: SQL) => {
		const { path, ...others } = reasons(course, { id: sql`e.id`, team: sql`e.team_id` });
		return { path: path(sql`select paths.position from paths where paths.course = ${course}`), ...others };
	};
	return {
		tables: sql`
			wanted as materialized (select * from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as one(course text, days int, "window" int, assessments jsonb)),
			paths as materialized (select * from jsonb_to_recordset(${JSON.stringify(paths)}::jsonb) as one(position text, course text))`,
		asks: (course: SQL) => {
			const { path, hand, team } = reasonsOf(course);
			return sql`(e.left_at is null and ${course} in (select course from wanted) and (${path} or ${hand()} or ${team()}))`;
		},
		obliges: (course: SQL, completedAs: SQL) => {
			const { path, hand, team } = reasonsOf(course);
			return sql`((${path} and ${completedAs}) or ${hand(sql`given.mandatory`)} or ${team(sql`given.mandatory`)})`;
		}
	};
}

/**
 * Brings the rounds of everybody up to date: what is not asked for any more rests, what rested and is asked for again goes
 * on, what has nothing left to ask is completed, and for whom the window has come a round is opened, which rests where nothing
 * asks for the course: that it runs out is known all the same. Safe to run twice and on two servers; stopped, it goes on at
 * the next call. Returns how many rounds were opened.
 */
export async function openRenewals(db: Db, release: Release, now: Date, ending?: AbortSignal): Promise<number> {
	const { tables, asks, obliges } = askedIn(release);
	const { timeZone } = release.academy;
	const today = dayOf(now, timeZone);
	await transact(db, async (tx) => {
		const found = await tx.execute<{ id: string; employeeId: string; key: string; from: string; days: number; rests: boolean; mandatory: boolean }>(sql`
			with ${tables}
			select r.id, r.employee_id as "employeeId", r.course as key, r.counted_from::text as from, r.days, r.rests_since is null as rests,
				${obliges(sql`r.course`, sql`coalesce((select n.mandatory from ${enrolment} n where n.employee_id = r.employee_id and n.course = r.course), r.mandatory)`)} as mandatory
			from ${renewal} r join ${employee} e on e.id = r.employee_id
			where r.completed_at is null and (r.rests_since is null) <> ${asks(sql`r.course`)} for update of r`);
		// What goes on is asked for anew: nobody comes back to a date that is past, and what was passed after the end, when nobody
		// asked, renews nothing.
		const moved = [...found].map(({ from, ...row }) => ({ ...row, due: endOfDay(renewalDue({ from, days: row.days }, today), timeZone).toISOString() }));
		if (moved.length === 0) return;
		await tx.execute(sql`
			update ${renewal} set rests_since = case when one.rests then ${at(now)} end,
				due_at = case when one.rests then due_at else greatest(due_at, one.due) end,
				opened_at = case when not one.rests and counted_from + ${renewal}.days < ${today}::date then ${at(now)} else opened_at end,
				mandatory = case when one.rests then ${renewal}.mandatory else one.mandatory end
			from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as one(id uuid, rests boolean, due timestamptz, mandatory boolean) where ${renewal}.id = one.id`);
		await settleNotifications(tx, 'due', moved.filter(({ rests }) => rests).map(({ employeeId, key }) => ({ employeeId, key })), now);
	});
	await completeRenewals(db, release, now);
	let opened = 0;
	for (;;) {
		if (ending?.aborted) return opened;
		const { read, written } = await openSome(db, release, now);
		opened += written;
		if (read < batch) return opened;
	}
}

/** Opens the next rounds that are to be opened. Who comes second on one of them writes nothing, and finds it gone at the next look. */
async function openSome(db: Db, release: Release, now: Date): Promise<{ read: number; written: number }> {
	const { timeZone } = release.academy;
	const today = dayOf(now, timeZone);
	const { tables, asks, obliges } = askedIn(release);
	const found = await db.execute<{ person: string; course: string; asked: boolean; mandatory: boolean; days: number; from: string; round: number }>(sql`
		with ${tables}
		select n.employee_id as person, n.course, ${asks(sql`n.course`)} as asked, ${obliges(sql`n.course`, sql`n.mandatory`)} as mandatory, wanted.days, since.day::text as from, coalesce(last.round, 0) + 1 as round
		from wanted join ${enrolment} n on n.course = wanted.course and n.completed_at is not null
		join ${employee} e on e.id = n.employee_id
		left join lateral (
			select r.round, r.completed_at, r.renewed_from from ${renewal} r where r.employee_id = n.employee_id and r.course = n.course order by r.round desc limit 1
		) last on true
		cross join lateral (select coalesce(last.renewed_from, (n.completed_at at time zone ${timeZone})::date) as day) since
		where (last.round is null or last.completed_at is not null) and since.day + wanted.days - wanted.window <= ${today}::date and e.left_at is null
		limit ${batch}`);
	if (found.length === 0) return { read: 0, written: 0 };
	const rows = [...found].map(({ from, ...row }) => ({
		...{ id: v7(), ...row, from },
		due: endOfDay(renewalDue({ from, days: row.days }, today), timeZone).toISOString()
	}));
	const written = await db.execute(sql`
		insert into ${renewal} (id, employee_id, course, round, mandatory, counted_from, days, opened_at, due_at, rests_since)
		select one.id, one.person, one.course, one.round, one.mandatory, one.from, one.days, ${at(now)}, one.due, case when not one.asked then ${at(now)} end
		from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
			as one(id uuid, person uuid, course text, round int, asked boolean, mandatory boolean, "from" date, days int, due timestamptz)
		on conflict do nothing returning id`);
	return { read: found.length, written: written.length };
}

/**
 * Completes the rounds in which nothing is left to be passed: of one person and course, inside the transaction of the step
 * that may have passed the last of it, or of everybody. Returns the day that each validity is counted from now.
 */
export async function completeRenewals(
	db: Db,
	release: Release,
	now: Date,
	of?: { employeeId: string; course: string }
): Promise<{ renewedFrom: string }[]> {
	const { tables } = askedIn(release);
	const { timeZone } = release.academy;
	return transact(db, async (tx) => {
		const found = await tx.execute<{ id: string; person: string; course: string; round: number; from: string; days: number }>(sql`
			with ${tables}
			select r.id, r.employee_id as person, r.course, r.round, r.counted_from::text as from, r.days
			from ${renewal} r join wanted on wanted.course = r.course
			where r.completed_at is null and r.rests_since is null and wanted.assessments <> '[]'
				${of ? sql`and r.employee_id = ${of.employeeId} and r.course = ${of.course}` : sql``}
				and not exists (
					select from jsonb_array_elements_text(wanted.assessments) as asked(name)
					where ${isLeftIn(sql`asked.name`)})
			order by r.employee_id, r.course for update of r`);
		const rows = [...found].map((row) => ({ ...row, next: renewedFrom({ from: row.from, days: row.days }, dayOf(now, timeZone)) }));
		if (rows.length === 0) return [];
		await tx.execute(sql`
			update ${renewal} set completed_at = ${at(now)}, completed_release = ${release.id}, renewed_from = one.next
			from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as one(id uuid, next date) where ${renewal}.id = one.id`);
		for (const { person, course, round } of rows) await recordAudit(tx, { actor: null, action: 'renewal.completed', person, details: { course, round } }, now);
		await settleNotifications(tx, 'due', rows.map(({ person, course }) => ({ employeeId: person, key: course })), now);
		return rows.map(({ next }) => ({ renewedFrom: next }));
	});
}

/** Whether a round `r` still asks this assessment: no attempt that was begun in it has passed, and nobody exempted from it. */
const isLeftIn = (assessment: SQL) => sql`(
	not exists (select from ${attempt} a where a.employee_id = r.employee_id and a.assessment = ${assessment} and a.passed and a.started_at >= r.opened_at)
	and not exists (select from ${allowance} x where x.renewal_id = r.id and x.lesson = ${assessment} and x.kind = 'exemption'))`;

/** Condition: a round of renewal asks this person to pass this assessment again. Then it is as if it was not passed yet. */
export const isAskedAgain = (employeeId: string, assessment: string): SQL => sql`exists (select from ${renewal} r
	where r.employee_id = ${employeeId} and r.course = ${assessment.split('/')[0]!} and r.completed_at is null and r.rests_since is null and ${isLeftIn(sql`${assessment}`)})`;

/** Which row of `renewal` is the round in which a person is asked to renew a course. */
export const isAskedRound = (employeeId: Column | string, course: Column | SQL | string) =>
	and(eq(renewal.employeeId, employeeId), eq(renewal.course, course), isNull(renewal.completedAt), isNull(renewal.restsSince));

/** The round in which a person is asked to renew a course; null when nothing is asked. One query. */
export async function roundAskedFor(db: Db, employeeId: string, course: string): Promise<{ id: string } | null> {
	const [row] = await db
		.select({ id: renewal.id })
		.from(renewal)
		.where(isAskedRound(employeeId, course));
	return row ?? null;
}

/**
 * What is to be done by a date, courses that are not completed and then renewals that are asked for: id, employee_id, course,
 * mandatory, due_at, renews. An index has the order of one of the tables, not of both: who wants their order asks each by itself.
 */
export const openDatesOfEach = [
	sql`(select id, employee_id, course, mandatory, due_at, false as renews from ${enrolment} where completed_at is null)`,
	sql`(select id, employee_id, course, mandatory, due_at, true as renews from ${renewal} where completed_at is null and rests_since is null)`
];

/** Both as one. To stand in a `from`; conditions on it reach the indexes of both tables. */
export const openDates = sql`(${sql.join(openDatesOfEach, sql` union all `)})`;

/** The earliest date of a person's renewals that are asked for; null when there is none. By an index that holds just that, as below. */
export const nextRenewalOf = (person: SQL | SQL.Aliased | Column) =>
	sql`(select min(r.due_at) from ${renewal} r where r.employee_id = ${person} and r.completed_at is null and r.rests_since is null)`;

/** The earliest of these dates of a person; null when nothing has one. */
export const nextDateOf = (person: SQL | SQL.Aliased | Column) =>
	sql`least((select min(n.due_at) from ${enrolment} n where n.employee_id = ${person} and n.completed_at is null), ${nextRenewalOf(person)})`;
