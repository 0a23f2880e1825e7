/**
 * Tells people what is due, what is overdue and what ends, and once a week mentors and HR how things stand. Which of it is
 * to be told now, the rule in core/reminders.ts says. A notification and its mail are one transaction, and a unique key per
 * person, kind, subject and planned day lets whoever comes second, on this server or another, tell nothing.
 */
import { and, inArray, isNotNull, isNull, sql, type SQL } from 'drizzle-orm';
import { v7 } from 'uuid';
import { dayOf, endOfDay } from '../../core/due-date.ts';
import { notificationKinds, type MailKind, type NotificationKind, type Told } from '../../core/notification.ts';
import { addDays, tellingAt, usualReminders, type Audience, type Telling } from '../../core/reminders.ts';
import { transact, type Db } from '../db/open.ts';
import { deskItem, employee, inquiry, leave, levelState, mailRefusal, mentorship, notification, roleGrant, signOffRequest, teamMentor } from '../db/schema/index.ts';
import type { Release } from '../library.ts';
import { announcementLetter } from '../mail/announcements.ts';
import { queueAnnouncements, type Announcement } from '../mail/outbox.ts';
import { mailKey, mailToken } from './mail-choices.ts';
import { placeNotice } from './notices.ts';
import { openDates } from './renewals.ts';
import { competencyKeys, requestWaits } from './sign-offs.ts';

/** What is read and told at once. */
const rowsAtOnce = 1000;
/** Days ahead that the weekly overview looks. */
const [weekAhead, monthAhead] = [7, 30];

/** One thing to tell one person. */
interface Line {
	recipient: string;
	kind: NotificationKind;
	subject: string;
	day: string;
	aboutId: string | null;
	told: Told;
}
interface Context {
	db: Db;
	release: Release;
	/** Where the academy answers, without a slash at the end. */
	origin: string;
	now: Date;
	telling: Telling;
	key: string;
	/** Stops before the next set. */
	ending: AbortSignal | undefined;
}

/** Tells all that is to be told now; returns how many notifications were made. Safe to run anywhere, at any time, and twice. */
export async function tellReminders(db: Db, release: Release, origin: string, now: Date, ending?: AbortSignal): Promise<number> {
	const { academy } = release;
	const telling = tellingAt(now, academy, academy.reminders ?? usualReminders);
	if (!telling) return 0;
	const context: Context = { db, release, origin, now, telling, key: await mailKey(db, now), ending };
	let told = 0;
	for (const tell of [tellDue, tellLevels, tellHr, tellWeeks]) told += await tell(context);
	return told;
}

const at = (moment: Date) => sql`${moment.toISOString()}::timestamptz`;
const daysIn = (days: readonly string[]) => sql`(select jsonb_array_elements_text(${JSON.stringify(days)}::jsonb)::date)`;
/** In the order in which both servers would tell them: so neither waits for the other while being waited for. */
const inOrder = sql`order by recipient, id`;

/** Days of a span for which something is told today. */
function daysOf({ first, last }: { first: string; last: string }, planned: (day: string) => string | null): string[] {
	const days: string[] = [];
	for (let day = first; day <= last; day = addDays(day, 1)) if (planned(day) !== null) days.push(day);
	return days;
}

/** `moment` lies on one of these days of the academy. The span first, for the index. */
function liesOn(moment: SQL, days: readonly string[], timeZone: string): SQL {
	const [first, last] = [days[0]!, days.at(-1)!];
	return sql`${moment} > ${at(endOfDay(addDays(first, -1), timeZone))} and ${moment} <= ${at(endOfDay(last, timeZone))}
		and (${moment} at time zone ${timeZone})::date in ${daysIn(days)}`;
}

const away = (person: SQL, today: string) =>
	sql`exists (select 1 from ${leave} where ${leave.employeeId} = ${person} and ${today}::date between ${leave.firstDay} and ${leave.lastDay})`;

/** Who mentors a person `e`: their own mentor, and without one those of the team. */
const mentorsOf = sql`lateral (
	select ${mentorship.mentorId} as id from ${mentorship} where ${mentorship.menteeId} = e.id and ${mentorship.until} is null
	union all
	select ${teamMentor.mentorId} from ${teamMentor} where ${teamMentor.teamId} = e.team_id and ${teamMentor.mentorId} <> e.id
		and not exists (select 1 from ${mentorship} where ${mentorship.menteeId} = e.id and ${mentorship.until} is null)
) mentor join ${employee} me on me.id = mentor.id and me.left_at is null
	join ${roleGrant} on ${roleGrant.employeeId} = me.id and ${roleGrant.role} = 'mentor' and ${roleGrant.withdrawnAt} is null`;

/** Reads in sets, and tells each. A recipient's lines are in one set where they fit into one, and so in one mail. */
async function inSets<Row extends { recipient: string; id: string }>(
	context: Context,
	page: (after: SQL, limit: SQL) => SQL,
	lineOf: (row: Row) => Line | null
): Promise<number> {
	let told = 0;
	let last: { recipient: string; id: string } | null = null;
	while (!context.ending?.aborted) {
		const after: SQL = last ? sql`where (recipient, id) > (${last.recipient}::uuid, ${last.id}::text)` : sql``;
		const rows = [...(await context.db.execute(page(after, sql`${inOrder} limit ${sql.raw(String(rowsAtOnce))}`)))] as unknown as Row[];
		const isLast = rows.length < rowsAtOnce;
		const cut = isLast ? -1 : rows.findIndex(({ recipient }) => recipient === rows.at(-1)!.recipient);
		const whole = cut > 0 ? rows.slice(0, cut) : rows;
		told += await tellLines(context, whole.flatMap((row) => lineOf(row) ?? []));
		if (isLast) break;
		last = whole.at(-1)!;
	}
	return told;
}

interface DueRow {
	recipient: string;
	id: string;
	person: string;
	course: string;
	due_at: string;
	due_on: string;
	/** It is completed, and to be renewed by then. */
	renews: boolean;
}

async function tellDue(context: Context): Promise<number> {
	const { release, telling } = context;
	const { timeZone } = release.academy;
	const tell = (audience: Exclude<Audience, 'hr'>) => {
		const days = daysOf(telling.dueBetween, (day) => telling.ofDue(day, audience));
		if (days.length === 0) return Promise.resolve(0);
		const own = audience === 'employee';
		return inSets<DueRow>(
			context,
			(after, limit) => sql`
				select * from (
					select ${own ? sql`e.id` : sql`me.id`} as recipient, n.id::text as id, e.id as person, n.course, n.due_at, n.renews,
						((n.due_at at time zone ${timeZone})::date)::text as due_on
					from ${openDates} n
					join ${employee} e on e.id = n.employee_id and e.left_at is null
					${own ? sql`` : sql`join ${mentorsOf} on true`}
					where ${liesOn(sql`n.due_at`, days, timeZone)}
						${own ? sql`` : sql`and n.mandatory`} and not ${away(own ? sql`e.id` : sql`me.id`, telling.today)}
				) line ${after} ${limit}`,
			(row) => {
				const day = telling.ofDue(row.due_on, audience);
				if (day === null || !release.course(row.course)) return null;
				const told = { course: row.course, dueAt: new Date(row.due_at).toISOString(), ...(row.renews && { renews: true as const }) };
				return own
					? { recipient: row.recipient, kind: 'due', subject: row.course, day, aboutId: null, told }
					: { recipient: row.recipient, kind: 'mentee-overdue', subject: `${row.person} ${row.course}`, day, aboutId: row.person, told };
			}
		);
	};
	return (await tell('employee')) + (await tell('mentor'));
}

interface LevelRow {
	recipient: string;
	id: string;
	person: string;
	competency: string;
	level: number;
	valid_until: string;
	ends_on: string;
}

async function tellLevels(context: Context): Promise<number> {
	const { release, telling } = context;
	const { timeZone } = release.academy;
	const tell = (audience: Exclude<Audience, 'hr'>) => {
		const days = daysOf(telling.levelsBetween, (day) => telling.ofLevel(day, audience));
		if (days.length === 0) return Promise.resolve(0);
		const own = audience === 'employee';
		return inSets<LevelRow>(
			context,
			(after, limit) => sql`
				select * from (
					select ${own ? sql`e.id` : sql`me.id`} as recipient, e.id::text || ' ' || n.competency as id, e.id as person, n.competency, n.level,
						n.valid_until, ((n.valid_until at time zone ${timeZone})::date)::text as ends_on
					from ${levelState} n
					join ${employee} e on e.id = n.employee_id and e.left_at is null
					${own ? sql`` : sql`join ${mentorsOf} on true`}
					where ${liesOn(sql`n.valid_until`, days, timeZone)} and not ${away(own ? sql`e.id` : sql`me.id`, telling.today)}
				) line ${after} ${limit}`,
			(row) => {
				const day = telling.ofLevel(row.ends_on, audience);
				if (day === null || !release.competency(row.competency)) return null;
				const told = { competency: row.competency, level: row.level, validUntil: new Date(row.valid_until).toISOString() };
				return own
					? { recipient: row.recipient, kind: 'level-ends', subject: row.competency, day, aboutId: null, told }
					: { recipient: row.recipient, kind: 'mentee-level-ends', subject: `${row.person} ${row.competency}`, day, aboutId: row.person, told };
			}
		);
	};
	return (await tell('employee')) + (await tell('mentor'));
}

/** Everybody at HR, in order. `today`: without those on leave that day; null = with them, for what is not told again when they are back. */
async function listHr(db: Db, today: string | null): Promise<string[]> {
	const rows = await db.execute<{ id: string }>(sql`
		select e.id from ${employee} e join ${roleGrant} on ${roleGrant.employeeId} = e.id and ${roleGrant.role} = 'hr' and ${roleGrant.withdrawnAt} is null
		where e.left_at is null ${today === null ? sql`` : sql`and not ${away(sql`e.id`, today)}`} order by e.id`);
	return rows.map(({ id }) => id);
}

/** HR is told in numbers; who it is, they find in their lists. */
async function tellHr(context: Context): Promise<number> {
	const { db, release, telling } = context;
	const { timeZone } = release.academy;
	const planned = new Map<string, Line>();
	const people = await listHr(db, telling.today);
	const add = (kind: 'people-overdue' | 'people-levels-end', day: string | null, count: number) => {
		for (const recipient of day === null ? [] : people) {
			const line = planned.get(`${recipient} ${kind} ${day}`) ?? { recipient, kind, subject: '', day: day!, aboutId: null, told: { count: 0 } };
			line.told = { count: ('count' in line.told ? line.told.count : 0) + count };
			planned.set(`${recipient} ${kind} ${day}`, line);
		}
	};
	const due = daysOf(telling.dueBetween, (day) => telling.ofDue(day, 'hr'));
	if (due.length > 0) {
		const rows = await db.execute<{ day: string; n: number }>(sql`
			select ((n.due_at at time zone ${timeZone})::date)::text as day, count(*)::int as n
			from ${openDates} n join ${employee} e on e.id = n.employee_id and e.left_at is null
			where n.mandatory and ${liesOn(sql`n.due_at`, due, timeZone)} group by 1`);
		for (const { day, n } of rows) add('people-overdue', telling.ofDue(day, 'hr'), n);
	}
	const ends = daysOf(telling.levelsBetween, (day) => telling.ofLevel(day, 'hr'));
	if (ends.length > 0) {
		const rows = await db.execute<{ day: string; n: number }>(sql`
			select ((n.valid_until at time zone ${timeZone})::date)::text as day, count(*)::int as n
			from ${levelState} n join ${employee} e on e.id = n.employee_id and e.left_at is null
			where ${liesOn(sql`n.valid_until`, ends, timeZone)} group by 1`);
		for (const { day, n } of rows) add('people-levels-end', telling.ofLevel(day, 'hr'), n);
	}
	return tellLines(context, [...planned.values()].sort((a, b) => (a.recipient < b.recipient ? -1 : 1)));
}

async function tellWeeks(context: Context): Promise<number> {
	const { db, release, now, telling } = context;
	if (telling.digestDay === null) return 0;
	const day = telling.digestDay;
	const one = (recipient: string, kind: 'mentor-week' | 'hr-week', told: Told): Line => ({ recipient, kind, subject: '', day, aboutId: null, told });
	const [soon, later] = [at(addMoment(now, weekAhead)), at(addMoment(now, monthAhead))];
	const mentors = await db.execute<{ id: string; waiting: number; oldest: string | null; due: number; overdue: number; renewing: number; ending: number }>(sql`
		with mentored as (
			select ${mentorship.mentorId} as mentor, ${mentorship.menteeId} as mentee from ${mentorship} where ${mentorship.until} is null
			union
			select ${teamMentor.mentorId}, e.id from ${teamMentor} join ${employee} e on e.team_id = ${teamMentor.teamId} where ${teamMentor.mentorId} <> e.id
		),
		work as (
			select d.employee_id, d.handed_to, d.waiting_since as since from ${deskItem} d where d.finished_at is null and d.kind <> 'dispute'
			union all
			select q.employee_id, null, q.asked_at from ${inquiry} q where q.answered_at is null
			union all
			select ${signOffRequest.employeeId}, null, ${signOffRequest.askedAt} from ${signOffRequest}
				join ${employee} e on e.id = ${signOffRequest.employeeId} and e.left_at is null where ${requestWaits(competencyKeys(release))}
		),
		waits as (
			select mentor, count(*)::int as n, min(since) as oldest from mentored join work on work.employee_id = mentee and (handed_to is null or handed_to = mentor) group by 1
		),
		dates as (
			select mentor, (count(*) filter (where n.due_at > ${at(now)} and n.due_at <= ${soon}))::int as due,
				(count(*) filter (where n.due_at <= ${at(now)}))::int as overdue, (count(*) filter (where n.renews and n.due_at > ${at(now)}))::int as renewing
			from mentored join ${employee} e on e.id = mentee and e.left_at is null
			join ${openDates} n on n.employee_id = mentee and n.mandatory and n.due_at <= case when n.renews then ${later} else ${soon} end group by 1
		),
		levels as (
			select mentor, count(*)::int as n from mentored join ${employee} e on e.id = mentee and e.left_at is null
			join ${levelState} l on l.employee_id = mentee and l.valid_until > ${at(now)} and l.valid_until <= ${later} group by 1
		)
		select me.id, coalesce(waits.n, 0) as waiting, waits.oldest, coalesce(dates.due, 0) as due, coalesce(dates.overdue, 0) as overdue, coalesce(dates.renewing, 0) as renewing,
			coalesce(levels.n, 0) as ending
		from ${employee} me
		join ${roleGrant} on ${roleGrant.employeeId} = me.id and ${roleGrant.role} = 'mentor' and ${roleGrant.withdrawnAt} is null
		left join waits on waits.mentor = me.id left join dates on dates.mentor = me.id left join levels on levels.mentor = me.id
		where me.left_at is null and (waits.n > 0 or dates.due > 0 or dates.overdue > 0 or dates.renewing > 0 or levels.n > 0) and not ${away(sql`me.id`, telling.today)}
		order by me.id`);
	const lines = mentors.map(({ id, waiting, oldest, due, overdue, renewing, ending }) =>
		one(id, 'mentor-week', { waiting, oldest: oldest && new Date(oldest).toISOString(), dueThisWeek: due, overdue, ending, renewing })
	);
	const [week] = await db.execute<{ on_time: number; late: number; overdue: number; renewing: number; ending: number; disputes: number }>(sql`
		with open as (
			select n.employee_id, (count(*) filter (where n.due_at <= ${at(now)}))::int as overdue,
				(count(*) filter (where n.renews and n.due_at > ${at(now)} and n.due_at <= ${later}))::int as renewing
			from ${openDates} n join ${employee} e on e.id = n.employee_id and e.left_at is null
			where n.mandatory and n.due_at is not null group by 1
		)
		select (count(*) filter (where overdue = 0))::int as on_time, (count(*) filter (where overdue > 0))::int as late, coalesce(sum(overdue), 0)::int as overdue, coalesce(sum(renewing), 0)::int as renewing,
			(select count(*)::int from ${levelState} l join ${employee} e on e.id = l.employee_id and e.left_at is null
				where l.valid_until > ${at(now)} and l.valid_until <= ${later}) as ending,
			(select count(*)::int from ${deskItem} d where d.finished_at is null and d.kind = 'dispute') as disputes
		from open`);
	const { on_time: onTime, late, overdue, renewing, ending, disputes } = week!;
	const isNews = Object.values(week!).some((count) => count > 0);
	for (const id of isNews ? await listHr(db, telling.today) : []) lines.push(one(id, 'hr-week', { onTime, late, overdue, ending, renewing, disputes }));
	let told = 0;
	for (let place = 0; place < lines.length && !context.ending?.aborted; place += rowsAtOnce) told += await tellLines(context, lines.slice(place, place + rowsAtOnce));
	return told;
}

const addMoment = (now: Date, days: number) => new Date(now.getTime() + days * 86_400_000);

/** HR learns that somebody is no mentor any more whose mentees have nobody else. In the transaction that withdrew the grant. */
export async function tellOfFormerMentor(tx: Db, release: Release, of: { grant: string; mentor: string; mentees: number; origin: string }, now: Date): Promise<void> {
	const line = { kind: 'mentor-withdrawn' as const, subject: of.grant, day: dayOf(now, release.academy.timeZone), aboutId: of.mentor, told: { count: of.mentees } };
	const lines = (await listHr(tx, null)).map((recipient) => ({ recipient, ...line }));
	await tellLines({ db: tx, release, origin: of.origin, now, key: await mailKey(tx, now) }, lines);
}

/** Writes what was not told yet, and a mail of each kind to each who has an address and wants it. */
async function tellLines({ db, release, origin, now, key }: Pick<Context, 'db' | 'release' | 'origin' | 'now' | 'key'>, lines: readonly Line[]): Promise<number> {
	if (lines.length === 0) return 0;
	return transact(db, async (tx) => {
		const rows = lines.map((line) => ({ id: v7(), ...line }));
		const made = await tx.execute<{ id: string }>(sql`
			insert into ${notification} (id, employee_id, kind, subject, day, about_id, told, created_at)
			select one.id, one.recipient, one.kind, one.subject, one.day, one."aboutId", one.told, ${at(now)}
			from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as one(id uuid, recipient uuid, kind text, subject text, day date, "aboutId" uuid, told jsonb)
			on conflict do nothing returning id`);
		const isNew = new Set(made.map(({ id }) => id));
		const told = rows.filter(({ id }) => isNew.has(id));
		if (told.length === 0) return 0;
		await queueAnnouncements(tx, await writeMails(tx, release, { origin, key }, told, now), now);
		return told.length;
	});
}

async function writeMails(tx: Db, release: Release, from: { origin: string; key: string }, told: readonly Line[], now: Date): Promise<Announcement[]> {
	const byRecipient = new Map<string, Map<MailKind, Line[]>>();
	for (const line of told) {
		const kind = notificationKinds[line.kind];
		const theirs = byRecipient.get(line.recipient) ?? new Map<MailKind, Line[]>();
		theirs.set(kind, [...(theirs.get(kind) ?? []), line]);
		byRecipient.set(line.recipient, theirs);
	}
	const recipients = [...byRecipient.keys()];
	const about = [...new Set(told.flatMap(({ aboutId }) => aboutId ?? []))];
	const people = await tx
		.select({
			id: employee.id,
			name: employee.name,
			email: employee.email,
			locale: employee.locale,
			refused: sql<string[]>`array(select one.kind from ${mailRefusal} one where one.employee_id = ${employee}.id)`
		})
		.from(employee)
		.where(and(idsIn(recipients), isNotNull(employee.email), isNull(employee.leftAt)));
	const names = about.length === 0 ? [] : await tx.select({ id: employee.id, name: employee.name }).from(employee).where(idsIn(about));
	const nameOf = new Map(names.map(({ id, name }) => [id, name]));
	const sender = { academy: release.academy, origin: from.origin };
	return people.flatMap(({ id, name, email, locale, refused }) => {
		const page = `${from.origin}/mail/${mailToken(from.key, id)}`;
		return [...byRecipient.get(id)!].flatMap(([kind, lines]): Announcement[] => {
			if (refused.includes(kind)) return [];
			const notices = lines.map((line) => (language: string) => placeNotice(release, { ...line, about: line.aboutId && (nameOf.get(line.aboutId) ?? '') }, language));
			const letter = announcementLetter(sender, { name, locale }, { kind, notices, stop: `${page}?kind=${kind}` }, now);
			return [{ recipient: email!, employeeId: id, letter, kind, unsubscribe: `${page}/${kind}` }];
		});
	});
}

const idsIn = (list: readonly string[]) => inArray(employee.id, sql`(select jsonb_array_elements_text(${JSON.stringify(list)}::jsonb)::uuid)`);
