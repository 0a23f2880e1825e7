/**
 * Enrolments: which courses people have, from where, by when and why then. Everything that moves a date (hire date,
 * position, leave, what is given by hand, a completion, the calendar of a new release) comes here: what should be is
 * planned (core/enrolment-plan.ts), compared with what is there, and the difference is written, with its history.
 */
import { createHash } from 'node:crypto';
import { and, asc, eq, gt, inArray, isNull, sql, type SQL } from 'drizzle-orm';
import { v7 } from 'uuid';
import { dayOf } from '../../core/due-date.ts';
import { planEnrolments, type Change, type Facts, type Wanted } from '../../core/enrolment-plan.ts';
import { canonicalJson } from '../../core/item.ts';
import { transact, type Db } from '../db/open.ts';
import {
	dueException,
	employee,
	enrolment,
	enrolmentChange,
	handAssignment,
	leave,
	lessonProgress,
	positionAssignment,
	reckoning,
	team,
	teamAssignment,
	type EnrolmentState
} from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { recordAudit } from './audit.ts';
import { settleNotifications } from './notifications.ts';

/**
 * What counts for the dates of these people, by id; who is unknown is left out. Eight queries, however many people.
 * `lock`: until the transaction ends nobody else changes their facts or enrolments. (No key: rows that only refer to a
 * person can be written meanwhile, by whoever just completes a course.)
 */
export async function readFacts(tx: Db, release: Release, ids: readonly string[], now: Date, lock = false): Promise<Map<string, Facts>> {
	if (ids.length === 0) return new Map();
	const { timeZone } = release.academy;
	const some = [...ids];
	const today = dayOf(now, timeZone);
	const people = tx.select({ id: employee.id, hiredOn: employee.hiredOn }).from(employee).where(inArray(employee.id, some)).orderBy(asc(employee.id));
	const known = await (lock ? people.for('no key update') : people);
	const rows = tx
		.select({
			employeeId: enrolment.employeeId,
			course: enrolment.course,
			source: enrolment.source,
			mandatory: enrolment.mandatory,
			place: enrolment.place,
			assignedOn: enrolment.assignedOn,
			dueAt: enrolment.dueAt,
			derivation: enrolment.derivation,
			completedAt: enrolment.completedAt
		})
		.from(enrolment)
		.where(inArray(enrolment.employeeId, some))
		.orderBy(asc(enrolment.employeeId), asc(enrolment.place), asc(enrolment.course));
	const enrolments = await (lock ? rows.for('update') : rows);
	const positions = await tx
		.select({
			employeeId: positionAssignment.employeeId,
			position: positionAssignment.position,
			since: positionAssignment.since,
			until: positionAssignment.until
		})
		.from(positionAssignment)
		.where(inArray(positionAssignment.employeeId, some));
	const away = await tx
		.select({ employeeId: leave.employeeId, firstDay: leave.firstDay, lastDay: leave.lastDay })
		.from(leave)
		.where(inArray(leave.employeeId, some))
		.orderBy(asc(leave.firstDay));
	const given = await tx
		.select({
			employeeId: handAssignment.employeeId,
			course: handAssignment.course,
			mandatory: handAssignment.mandatory,
			assignedOn: handAssignment.assignedOn,
			workingDays: handAssignment.workingDays,
			dueOn: handAssignment.dueOn
		})
		.from(handAssignment)
		.where(and(inArray(handAssignment.employeeId, some), isNull(handAssignment.takenBackAt)))
		.orderBy(asc(handAssignment.givenAt), asc(handAssignment.id));
	const withTeam = await tx
		.select({ employeeId: employee.id, ...ofTeam })
		.from(employee)
		.innerJoin(teamAssignment, eq(teamAssignment.teamId, employee.teamId))
		.innerJoin(team, eq(team.id, teamAssignment.teamId))
		.where(and(inArray(employee.id, some), isNull(teamAssignment.takenBackAt)))
		.orderBy(asc(teamAssignment.givenAt), asc(teamAssignment.id));
	const exceptions = await tx
		.select({ employeeId: dueException.employeeId, course: dueException.course, dueOn: dueException.dueOn, reason: dueException.reason })
		.from(dueException)
		.where(and(inArray(dueException.employeeId, some), isNull(dueException.takenBackAt)));
	const begun = await tx
		.selectDistinct({ employeeId: lessonProgress.employeeId, course: sql<string>`split_part(${lessonProgress.lesson}, '/', 1)` })
		.from(lessonProgress)
		.where(inArray(lessonProgress.employeeId, some));
	const opened = new Set(begun.map(({ employeeId, course }) => `${employeeId} ${course}`));
	const facts = new Map<string, Facts>();
	const [enrolmentsOf, positionsOf, leaveOf] = [spread(enrolments), spread(positions), spread(away)];
	const [givenOf, withTeamOf, exceptionsOf] = [spread(given), spread(withTeam), spread(exceptions)];
	for (const { id, hiredOn } of known) {
		const held = positionsOf.get(id) ?? [];
		const standing = held.find(({ until }) => until === null);
		facts.set(id, {
			today,
			hiredOn,
			position: standing ? { since: standing.since, path: release.position(standing.position)?.path ?? null } : null,
			hadPosition: held.some(({ since, until }) => until !== null && until > since),
			leave: leaveOf.get(id) ?? [],
			assignments: givenOf.get(id) ?? [],
			teamAssignments: withTeamOf.get(id) ?? [],
			exceptions: exceptionsOf.get(id) ?? [],
			enrolments: (enrolmentsOf.get(id) ?? []).map((row) => ({
				...row,
				source: row.source as Wanted['source'],
				completedOn: row.completedAt && dayOf(row.completedAt, timeZone),
				begun: opened.has(`${id} ${row.course}`)
			}))
		});
	}
	return facts;
}

const ofTeam = {
	team: team.name,
	course: teamAssignment.course,
	mandatory: teamAssignment.mandatory,
	workingDays: teamAssignment.workingDays,
	dueOn: teamAssignment.dueOn
};

/** What stands for a team, as it counts for the dates of whoever is in it. `which`: a condition on `team`. */
export const readTeamAssignments = (tx: Db, which: SQL): Promise<Facts['teamAssignments']> =>
	tx
		.select(ofTeam)
		.from(teamAssignment)
		.innerJoin(team, eq(team.id, teamAssignment.teamId))
		.where(and(which, isNull(teamAssignment.takenBackAt)))
		.orderBy(asc(teamAssignment.givenAt), asc(teamAssignment.id));

function spread<T extends { employeeId: string }>(rows: readonly T[]): Map<string, T[]> {
	const byPerson = new Map<string, T[]>();
	for (const row of rows) {
		const own = byPerson.get(row.employeeId);
		if (own) own.push(row);
		else byPerson.set(row.employeeId, [row]);
	}
	return byPerson;
}

const stateOf = ({ mandatory, source, dueAt, derivation, assignedOn }: Wanted): EnrolmentState => ({
	mandatory,
	source,
	dueAt: dueAt?.toISOString() ?? null,
	derivation,
	assignedOn
});

/** Writes what was planned for these people; a completed course is never touched. `by` is null when it was nobody's decision. */
async function applyChanges(tx: Db, planned: ReadonlyMap<string, readonly Change[]>, by: string | null, now: Date): Promise<void> {
	const all = [...planned].flatMap(([employeeId, changes]) => changes.map((change) => ({ employeeId, change })));
	// Each statement takes its rows as one value: a parameter for each of their columns costs many times what writing them does.
	const added = all.flatMap(({ employeeId, change }) =>
		change.kind === 'added' ? [{ ...change.to, id: v7(), employeeId, course: change.course }] : []
	);
	if (added.length > 0) {
		await tx.execute(sql`insert into ${enrolment} (id, employee_id, course, source, mandatory, place, assigned_on, due_at, derivation)
			select one.id, one."employeeId", one.course, one.source, one.mandatory, one.place, one."assignedOn", one."dueAt", nullif(one.derivation, 'null'::jsonb)
			from jsonb_to_recordset(${JSON.stringify(added)}::jsonb)
				as one (id uuid, "employeeId" uuid, course text, source text, mandatory boolean, place int, "assignedOn" date, "dueAt" timestamptz, derivation jsonb)
			on conflict (employee_id, course) do nothing`);
	}
	const ended = all.filter(({ change }) => change.kind === 'ended').map(({ employeeId, change }) => ({ employee_id: employeeId, course: change.course }));
	if (ended.length > 0) {
		await tx.execute(sql`delete from ${enrolment} using jsonb_to_recordset(${JSON.stringify(ended)}::jsonb) as gone (employee_id uuid, course text)
			where ${enrolment.employeeId} = gone.employee_id and ${enrolment.course} = gone.course and ${enrolment.completedAt} is null`);
		await settleNotifications(tx, 'due', ended.map(({ employee_id, course }) => ({ employeeId: employee_id, key: course })), now);
	}
	const rewritten = all.flatMap(({ employeeId, change: { course, from, to } }) =>
		from && to
			? [{ employee_id: employeeId, course, source: to.source, mandatory: to.mandatory, place: to.place, assigned_on: to.assignedOn, due_at: to.dueAt, derivation: to.derivation }]
			: []
	);
	if (rewritten.length > 0) {
		await tx.execute(sql`update ${enrolment} set source = next.source, mandatory = next.mandatory, place = next.place,
				assigned_on = next.assigned_on, due_at = next.due_at, derivation = nullif(next.derivation, 'null'::jsonb)
			from jsonb_to_recordset(${JSON.stringify(rewritten)}::jsonb)
				as next (employee_id uuid, course text, source text, mandatory boolean, place int, assigned_on date, due_at timestamptz, derivation jsonb)
			where ${enrolment.employeeId} = next.employee_id and ${enrolment.course} = next.course and ${enrolment.completedAt} is null`);
	}
	const told = all.flatMap(({ employeeId, change: { kind, course, from, to } }) =>
		kind === 'restated'
			? []
			: [{ id: v7(), employeeId, course, kind, before: from && stateOf(from), after: to && stateOf(to) }]
	);
	if (told.length > 0) {
		await tx.execute(sql`insert into ${enrolmentChange} (id, employee_id, course, kind, before, after, changed_by, at)
			select one.id, one."employeeId", one.course, one.kind, nullif(one.before, 'null'::jsonb), nullif(one.after, 'null'::jsonb), ${by}::uuid, ${now.toISOString()}::timestamptz
			from jsonb_to_recordset(${JSON.stringify(told)}::jsonb)
				as one (id uuid, "employeeId" uuid, course text, kind text, before jsonb, after jsonb)`);
	}
}

/**
 * Brings the courses and dates of these people up to their facts; returns what changed, by id. Inside a transaction that
 * is not its own it is part of that. Safe to repeat: the second time nothing changes. `by` is null when nobody decided it.
 */
export async function recalculate(
	db: Db,
	library: Pick<Library, 'currentOrNull'>,
	ids: readonly string[],
	by: string | null,
	now: Date
): Promise<Map<string, Change[]>> {
	const release = library.currentOrNull();
	if (!release) return new Map();
	return transact(db, async (tx) => {
		const facts = await readFacts(tx, release, ids, now, true);
		const planned = new Map([...facts].map(([id, own]) => [id, planEnrolments(own, release.academy)]));
		await applyChanges(tx, planned, by, now);
		return planned;
	});
}

/** So many people are reckoned by the same few statements. */
const setSize = 5000;

/** The same, set by set, for a transaction that concerns very many. */
export async function recalculateMany(tx: Db, library: Pick<Library, 'currentOrNull'>, ids: readonly string[], by: string | null, now: Date): Promise<void> {
	for (let from = 0; from < ids.length; from += setSize) await recalculate(tx, library, ids.slice(from, from + setSize), by, now);
}

/**
 * Gives a person the courses of their standing position and of their team and brings all their dates up to date. Safe to call again.
 * Without a position, or with one that the content does not know, no course is given.
 */
export async function enrolByPosition(db: Db, library: Library, employeeId: string, now: Date): Promise<void> {
	const changes = (await recalculate(db, library, [employeeId], null, now)).get(employeeId) ?? [];
	for (const source of ['position', 'team'] as const) {
		const courses = changes.filter(({ kind, to }) => kind === 'added' && to.source === source).map(({ course }) => course);
		if (courses.length === 0) continue;
		await recordAudit(db, { actor: null, action: 'enrolment.given', person: employeeId, details: { source, courses } }, now);
	}
}

/** Sets the dates that waited for the completion of `course`; nothing else moves. */
export async function setDatesAfter(db: Db, release: Release, employeeId: string, course: string, now: Date): Promise<void> {
	const facts = (await readFacts(db, release, [employeeId], now)).get(employeeId);
	const steps = facts?.position?.path?.filter(({ from }) => from.kind === 'course' && from.course === course) ?? [];
	if (!facts || steps.length === 0) return;
	const waited = new Set(steps.map((step) => step.course));
	const changes = planEnrolments(facts, release.academy).filter((change) => change.kind === 'moved' && waited.has(change.course));
	await applyChanges(db, new Map([[employeeId, changes]]), null, now);
}

/** People whose dates are reckoned in one transaction. */
const batch = 250;

/** One more when the same facts come to another date, or to another reason: then everybody is reckoned once. */
const version = 2;

/** The calendar and the paths by which dates are reckoned, as one hash. */
function rulesOf({ academy }: Release): string {
	const { workingWeek, holidays, workingDays = [], timeZone, positions } = academy;
	const paths = positions.map(({ key, path }) => ({ key, path }));
	return createHash('sha256').update(canonicalJson({ version, workingWeek, holidays, workingDays, timeZone, paths })).digest('hex');
}

/**
 * Reckons the courses and dates of everybody who works here; each batch is a transaction of its own, so it may be stopped
 * and begun again at any time. Returns how many people had something to change.
 */
export async function recalculateEverybody(
	db: Db,
	library: Library,
	now: Date,
	options: { onProgress?: (done: number) => void; ending?: AbortSignal } = {}
): Promise<number> {
	const release = library.currentOrNull();
	if (!release) return 0;
	let changed = 0;
	let done = 0;
	let after = '00000000-0000-0000-0000-000000000000';
	for (;;) {
		const some = await db
			.select({ id: employee.id })
			.from(employee)
			.where(and(gt(employee.id, after), isNull(employee.leftAt)))
			.orderBy(asc(employee.id))
			.limit(batch);
		if (some.length === 0) break;
		if (options.ending?.aborted) return changed;
		const outcome = await recalculate(db, library, some.map(({ id }) => id), null, now);
		changed += [...outcome.values()].filter((changes) => changes.some(({ kind }) => kind !== 'restated')).length;
		done += some.length;
		options.onProgress?.(done);
		after = some.at(-1)!.id;
	}
	await db.insert(reckoning).values({ id: v7(), rules: rulesOf(release), finishedAt: now });
	return changed;
}

/** The same, only when calendar or paths are others than at the last time. */
export async function recalculateWhenDue(db: Db, library: Library, now: Date, ending?: AbortSignal): Promise<number> {
	const release = library.currentOrNull();
	if (!release) return 0;
	const [last] = await db.select({ rules: reckoning.rules }).from(reckoning).orderBy(sql`${reckoning.finishedAt} desc, ${reckoning.id} desc`).limit(1);
	if (last?.rules === rulesOf(release)) return 0;
	return recalculateEverybody(db, library, now, ending ? { ending } : {});
}

/** What somebody saw before they confirmed it, as a short text: other facts, another text. */
export const fingerprint = (seen: unknown): string =>
	createHash('sha256').update(JSON.stringify(seen)).digest('base64url').slice(0, 22);
