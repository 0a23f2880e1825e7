/**
 * One change to many people: another mentor, a course, invitations once more, the end of employments. Whoever is chosen is written
 * down first; what would happen to each is asked of the database as it is, and asked again when it is done, in one
 * transaction. Each step is a statement about all of them, however many.
 */
import { and, asc, eq, getTableColumns, inArray, isNull, lt, sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { v7, validate as isUuid } from 'uuid';
import { dayOf, endOfDay, type Derivation } from '../../core/due-date.ts';
import { planEnrolments } from '../../core/enrolment-plan.ts';
import { may, type Action, type Actor } from '../../core/permissions.ts';
import { hashSecret, newSecret } from '../auth/token.ts';
import { transact, type Db } from '../db/open.ts';
import {
	attempt,
	bulkChange,
	bulkChangePerson,
	deskItem,
	employee,
	employmentChange,
	enrolment,
	erasure,
	handAssignment,
	lessonProgress,
	mailOutbox,
	mentorship,
	oneTimeLink,
	renewal,
	roleGrant,
	session
} from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { wakeDelivery } from '../mail/delivery.ts';
import { invitationLetter } from '../mail/letters.ts';
import { recordAudits, type AuditEntryOfPerson } from './audit.ts';
import { readFacts, recalculateMany } from './enrolments.ts';
import { foreseeRenewal, judgeReason, judgeTerms, type GivingProblems, type RenewalAhead, type Terms, type TermsProblems, type TypedTerms } from './hand-assignments.ts';
import { lifetimes } from './one-time-links.ts';
import { roundsOf } from './path.ts';
import { fitsFilter, type PeopleFilter } from './people-list.ts';
import { canMentor } from './people.ts';
import { cleanLine } from './person-fields.ts';
import { isAskedFor } from './renewals.ts';

export const bulkKinds = ['mentor', 'course', 'invite', 'leave'] as const;
export type BulkKind = (typeof bulkKinds)[number];

/** changed: it is (or would be) done. same: it is so already; of a course, it is there. completed: the course is behind them. The others say why it cannot be. */
export type BulkOutcome = 'changed' | 'same' | 'completed' | 'left' | 'self' | 'no-mail' | 'last-admin' | 'mentees';

const day = 24 * 60 * 60_000;
/** So long what was done can be taken back. */
export const undoableFor = 7 * day;
/** A choice with which nothing was done is forgotten after this. */
const draftsFor = day;

const actionOf = { mentor: 'people.change', course: 'enrolment.give', invite: 'people.link', leave: 'people.leave' } as const satisfies Record<BulkKind, Action>;
const mayDo = (actor: Actor, kind: BulkKind) => may(actor, actionOf[kind], { relation: 'other' });

/** Who is meant: these people, or all who fit. */
export type Choice = { people: readonly string[] } | { filter: PeopleFilter };

/** Writes down who is meant. `id` is made by the form: sent twice, it is the choice of the first time. */
export async function chooseForBulk(
	db: Db,
	actor: Actor,
	input: { id: string; kind: BulkKind; choice: Choice },
	now: Date
): Promise<{ code: 'chosen' } | { code: 'nobody' | 'forbidden' }> {
	if (!may(actor, 'people.list') || !mayDo(actor, input.kind)) return { code: 'forbidden' };
	const { id, kind, choice } = input;
	const meant = 'filter' in choice ? fitsFilter(choice.filter, now) : inArray(employee.id, choice.people.filter((one) => isUuid(one)));
	return transact(db, async (tx) => {
		await tx
			.delete(bulkChange)
			.where(and(eq(bulkChange.chosenBy, actor.id), isNull(bulkChange.doneAt), lt(bulkChange.chosenAt, new Date(now.getTime() - draftsFor))));
		const begun = await tx.insert(bulkChange).values({ id, kind, chosenBy: actor.id, chosenAt: now }).onConflictDoNothing({ target: bulkChange.id }).returning({ id: bulkChange.id });
		if (begun.length === 0) return { code: 'chosen' };
		await tx.execute(sql`insert into ${bulkChangePerson} (bulk_change_id, employee_id) select ${id}::uuid, ${employee.id} from ${employee} where ${meant}`);
		const [someone] = await tx.select({ id: bulkChangePerson.employeeId }).from(bulkChangePerson).where(eq(bulkChangePerson.bulkChangeId, id)).limit(1);
		if (someone) return { code: 'chosen' };
		await tx.delete(bulkChange).where(eq(bulkChange.id, id));
		return { code: 'nobody' };
	});
}

const standing = and(eq(mentorship.menteeId, employee.id), isNull(mentorship.until));
/** Employee id of the mentor of `employee`; null = none. */
const mentorNow = sql`(select ${mentorship.mentorId} from ${mentorship} where ${standing})`;

/** What would become of `employee`, one of those chosen for this change. */
function outcomeOf(change: { id: string; kind: BulkKind }, release: Release, actor: Actor, mentor: string | null, course: string | null): SQL<BulkOutcome> {
	if (change.kind === 'course') {
		const there = (which: SQL) => sql`exists (select 1 from ${enrolment} where ${enrolment.employeeId} = ${employee.id} and ${enrolment.course} = ${course} and ${which})`;
		const asked = isAskedFor(release, course ?? '');
		const forGood = release.course(course ?? '')?.validity == null;
		// As with one person: what is asked for no more can be given, completed or not; what is completed for good cannot.
		return sql`case when ${employee.leftAt} is not null then 'left' when ${employee.id} = ${actor.id}::uuid then 'self'
			when ${there(sql`${enrolment.completedAt} is not null`)} and (${forGood}::boolean or ${asked}) then 'completed'
			when ${there(sql`${enrolment.completedAt} is null and (${enrolment.mandatory} or ${enrolment.derivation} is not null)`)} or ${asked} then 'same' else 'changed' end`;
	}
	if (change.kind === 'mentor') {
		return sql`case when ${employee.leftAt} is not null then 'left' when ${employee.id} = ${mentor}::uuid then 'self'
			when ${mentorNow} is not distinct from ${mentor}::uuid then 'same' else 'changed' end`;
	}
	if (change.kind === 'invite') {
		return sql`case when ${employee.leftAt} is not null then 'left' when ${employee.passwordHash} is not null then 'same'
			when ${employee.email} is null then 'no-mail' else 'changed' end`;
	}
	const admin = alias(employee, 'administrator');
	const standingGrant = sql`${roleGrant.role} = 'admin' and ${roleGrant.withdrawnAt} is null`;
	const mentee = alias(employee, 'mentee');
	// Who takes them over is asked on the person's own page.
	const leavesMentees = sql`exists (select 1 from ${mentorship} join ${employee} as mentee on ${mentee.id} = ${mentorship.menteeId}
		where ${mentorship.mentorId} = ${employee.id} and ${mentorship.until} is null and ${mentee.leftAt} is null
			and ${mentee.id} not in (select ${bulkChangePerson.employeeId} from ${bulkChangePerson} where ${bulkChangePerson.bulkChangeId} = ${change.id}::uuid))`;
	return sql`case when ${employee.leftAt} is not null then 'same' when ${employee.id} = ${actor.id}::uuid then 'self' when ${leavesMentees} then 'mentees'
		when exists (select 1 from ${roleGrant} where ${roleGrant.employeeId} = ${employee.id} and ${standingGrant})
			and not exists (select 1 from ${roleGrant} join ${employee} as administrator on ${admin.id} = ${roleGrant.employeeId}
				where ${standingGrant} and ${admin.leftAt} is null and (${admin.id} = ${actor.id}::uuid
					or ${admin.id} not in (select ${bulkChangePerson.employeeId} from ${bulkChangePerson} where ${bulkChangePerson.bulkChangeId} = ${change.id}::uuid)))
			then 'last-admin' else 'changed' end`;
}

export interface BulkLine {
	id: string;
	name: string;
	email: string | null;
	outcome: BulkOutcome;
	/** Name of the mentor there is, or was before; null = none, or another kind of change. */
	mentorBefore: string | null;
	undone: 'back' | 'kept' | null;
	/** By when they have the course, or would have it; null = without a date, not at all, or another kind of change. */
	dueAt: Date | null;
	derivation: Derivation | null;
	/** Of `changed`: they had completed the course, and are asked to renew it; null = they had not. */
	renews: RenewalAhead | null;
}

export interface BulkView {
	id: string;
	kind: BulkKind;
	/** The new mentor: asked for, or given; null = none, or not said yet. */
	mentor: { id: string; name: string } | null;
	/** What is given: asked for and possible, or given; null = another kind of change, not said yet, or `problems`. */
	terms: Terms | null;
	problems: TermsProblems;
	doneAt: Date | null;
	doneBy: string | null;
	undoneAt: Date | null;
	/** Until when it can be taken back; null when it cannot (any more). */
	undoUntil: Date | null;
	/** How many there are of each; what there is none of is left out. */
	counts: Partial<Record<BulkOutcome, number>>;
	/** Of those that were changed, how many were brought back, and how many stayed because something has happened since. */
	undone: { back: number; kept: number };
	people: BulkLine[];
	total: number;
}

/**
 * The change as it would be now, or as it was done; null when there is none, or for everybody but HR. Those for whom it
 * cannot be come first; once it is undone, those who stayed as they were made. Four queries, and as many again as dates need.
 */
export async function readBulk(
	db: Db,
	library: Pick<Library, 'current'>,
	actor: Actor,
	input: { id: string; mentor: string | null; terms: TypedTerms | null; limit: number; offset: number },
	now: Date
): Promise<BulkView | null> {
	if (!may(actor, 'people.list') || !isUuid(input.id)) return null;
	const doer = alias(employee, 'doer');
	const [change] = await db
		.select({ ...getTableColumns(bulkChange), doneBy: doer.name })
		.from(bulkChange)
		.leftJoin(doer, eq(doer.id, bulkChange.doneBy))
		.where(eq(bulkChange.id, input.id));
	if (!change) return null;
	const kind = change.kind as BulkKind;
	const wanted = change.doneAt ? change.mentorId : input.mentor && isUuid(input.mentor) ? input.mentor : null;
	const release = library.current();
	const asked = kind === 'course' && !change.doneAt && input.terms ? judgeTerms(release, input.terms, dayOf(now, release.academy.timeZone)) : null;
	const problems = asked?.problems ?? {};
	const terms = asked ? (Object.keys(problems).length === 0 ? asked.terms : null) : givenTerms(change);
	const outcome = change.doneAt ? sql<BulkOutcome>`${bulkChangePerson.outcome}` : outcomeOf({ id: change.id, kind }, release, actor, wanted, terms?.course ?? null);
	const before = change.doneAt ? sql`${bulkChangePerson.mentorBefore}` : kind === 'mentor' ? mentorNow : sql`null::uuid`;
	const chosen = eq(bulkChangePerson.bulkChangeId, change.id);
	const [counted, rows, named] = await Promise.all([
		db
			.select({ outcome: sql<BulkOutcome>`${outcome}`, undone: bulkChangePerson.undone, n: sql<number>`count(*)::int` })
			.from(bulkChangePerson)
			.innerJoin(employee, eq(employee.id, bulkChangePerson.employeeId))
			.where(chosen)
			.groupBy(sql`1`, bulkChangePerson.undone),
		db
			.select({
				id: employee.id,
				name: employee.name,
				email: employee.email,
				outcome: sql<BulkOutcome>`${outcome}`.as('outcome'),
				mentorBefore: sql<string | null>`(select mentor.name from ${employee} as mentor where mentor.id = ${before})`,
				undone: sql<'back' | 'kept' | null>`${bulkChangePerson.undone}`,
				dueAt: enrolment.dueAt,
				derivation: enrolment.derivation,
				completedAt: enrolment.completedAt,
				rounds: roundsOf(enrolment.employeeId, enrolment.course)
			})
			.from(bulkChangePerson)
			.innerJoin(employee, eq(employee.id, bulkChangePerson.employeeId))
			.leftJoin(enrolment, terms ? and(eq(enrolment.employeeId, employee.id), eq(enrolment.course, terms.course)) : sql`false`)
			.where(chosen)
			.orderBy(sql`${bulkChangePerson.undone} is distinct from 'kept'`, sql`case ${outcome} when 'changed' then 1 when 'same' then 2 when 'completed' then 3 else 0 end`, asc(employee.name), asc(employee.id))
			.limit(input.limit)
			.offset(input.offset),
		db.select({ id: employee.id, name: employee.name }).from(employee).where(wanted === null ? sql`false` : eq(employee.id, wanted))
	]);
	const counts: BulkView['counts'] = {};
	const undone = { back: 0, kept: 0 };
	for (const row of counted) {
		counts[row.outcome] = (counts[row.outcome] ?? 0) + row.n;
		if (row.undone === 'back' || row.undone === 'kept') undone[row.undone] += row.n;
	}
	const givenAt = change.doneAt ?? now;
	const taught = terms && release.course(terms.course);
	const people = rows.map(({ completedAt, rounds, ...line }): BulkLine => {
		const hadCompleted = taught && line.outcome === 'changed' && completedAt && completedAt < givenAt;
		const renews = hadCompleted ? foreseeRenewal(release, taught, completedAt, rounds, dayOf(givenAt, release.academy.timeZone)) : null;
		return renews ? { ...line, renews, dueAt: line.undone === 'back' ? null : endOfDay(renews.due, release.academy.timeZone), derivation: null } : { ...line, renews };
	});
	if (terms && !change.doneAt) await foreseeDates(db, release, people, terms, now);
	const until = change.doneAt && new Date(change.doneAt.getTime() + undoableFor);
	const canUndo = until !== null && until > now && kind !== 'invite' && change.undoneAt === null && (counts.changed ?? 0) > 0;
	return {
		...{ id: change.id, kind, mentor: named[0] ?? null, doneAt: change.doneAt, doneBy: change.doneBy, undoneAt: change.undoneAt },
		...{ terms, problems, undoUntil: canUndo ? until : null, counts, undone, people, total: counted.reduce((sum, { n }) => sum + n, 0) }
	};
}

/** What was given; null when nothing was. */
const givenTerms = ({ course, mandatory, workingDays, dueOn }: Pick<typeof bulkChange.$inferSelect, keyof Terms>): Terms | null =>
	course === null ? null : { course, mandatory: mandatory === true, workingDays, dueOn };

/** The dates that those who would get the course would have: by the same rule that gives it. */
async function foreseeDates(db: Db, release: Release, people: BulkLine[], terms: Terms, now: Date): Promise<void> {
	const getting = people.filter(({ outcome, renews }) => outcome === 'changed' && !renews);
	const facts = await readFacts(db, release, getting.map(({ id }) => id), now);
	for (const line of getting) {
		const own = facts.get(line.id)!;
		const changes = planEnrolments({ ...own, assignments: [...own.assignments, { ...terms, assignedOn: own.today }] }, release.academy);
		const to = changes.find(({ course }) => course === terms.course)?.to ?? null;
		line.dueAt = to?.dueAt ?? null;
		line.derivation = to?.derivation ?? null;
	}
}

export type DoingBulk = { code: 'done' } | { code: 'missing' | 'no-mentor' } | { code: 'problems'; problems: GivingProblems };

/**
 * Does it. Sent twice, or by two people at once, it is done once, as the first of them said. `mentor` is an employee id,
 * or null for none; `giving` is the course; of the other kinds they say nothing.
 */
export async function doBulk(
	db: Db,
	library: Library,
	actor: Actor,
	input: { id: string; mentor: string | null; giving?: TypedTerms & { reason: string }; origin: string },
	now: Date
): Promise<DoingBulk> {
	if (!may(actor, 'people.list') || !isUuid(input.id)) return { code: 'missing' };
	const outcome = await transact(db, async (tx): Promise<DoingBulk> => {
		const change = await lockChange(tx, input.id);
		if (!change || !mayDo(actor, change.kind)) return { code: 'missing' };
		if (change.doneAt) return { code: 'done' };
		const mentor = change.kind === 'mentor' ? input.mentor : null;
		if (mentor !== null) {
			const [able] = isUuid(mentor) ? await tx.select({ id: employee.id }).from(employee).where(and(eq(employee.id, mentor), canMentor(employee.id))).for('share') : [];
			if (!able) return { code: 'no-mentor' };
		}
		const release = library.current();
		const today = dayOf(now, release.academy.timeZone);
		let terms: Terms | null = null;
		const reason = cleanLine(input.giving?.reason ?? '');
		if (change.kind === 'course') {
			const judged = judgeTerms(release, input.giving ?? { course: '', mandatory: false, workingDays: '', dueOn: '' }, today);
			const wrongReason = judgeReason(reason);
			const problems: GivingProblems = wrongReason ? { ...judged.problems, reason: wrongReason } : judged.problems;
			if (Object.keys(problems).length > 0) return { code: 'problems', problems };
			terms = judged.terms;
		}
		if (change.kind === 'leave') {
			// As with one person: administrators who remove each other meet here.
			await tx.select({ id: roleGrant.id }).from(roleGrant).where(and(eq(roleGrant.role, 'admin'), isNull(roleGrant.withdrawnAt))).orderBy(asc(roleGrant.id)).for('update');
		}
		await lockPeople(tx, change.id);
		await tx
			.update(bulkChangePerson)
			.set({ outcome: outcomeOf(change, release, actor, mentor, terms?.course ?? null), mentorBefore: change.kind === 'mentor' ? mentorNow : null })
			.from(employee)
			.where(and(eq(bulkChangePerson.bulkChangeId, change.id), eq(employee.id, bulkChangePerson.employeeId)));
		await tx.update(bulkChange).set({ ...terms, mentorId: mentor, doneAt: now, doneBy: actor.id }).where(eq(bulkChange.id, change.id));
		const changed = tx
			.select({ id: bulkChangePerson.employeeId })
			.from(bulkChangePerson)
			.where(and(eq(bulkChangePerson.bulkChangeId, change.id), eq(bulkChangePerson.outcome, 'changed')));
		if (change.kind === 'mentor') {
			await tx.update(mentorship).set({ until: now }).where(and(isNull(mentorship.until), inArray(mentorship.menteeId, changed)));
			await startMentorships(tx, (await changed).map(({ id }) => ({ mentorId: mentor, menteeId: id })), now);
		}
		if (terms) {
			const rows = (await changed).map(({ id }) => ({ id: v7(), employee: id }));
			await tx.execute(sql`
				insert into ${handAssignment} (id, employee_id, course, mandatory, assigned_on, working_days, due_on, reason, given_by, given_at)
				select one.id, one.employee, ${terms.course}, ${terms.mandatory}, ${today}::date, ${terms.workingDays}::int, ${terms.dueOn}::date, ${reason}, ${actor.id}::uuid, ${now.toISOString()}::timestamptz
				from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as one (id uuid, employee uuid)`);
			await recalculateMany(tx, library, (await changed).map(({ id }) => id), actor.id, now);
		}
		if (change.kind === 'leave') {
			await tx.update(deskItem).set({ claimedBy: null, claimedUntil: null }).where(and(inArray(deskItem.claimedBy, changed), isNull(deskItem.finishedAt)));
			await tx.update(deskItem).set({ handedTo: null }).where(and(inArray(deskItem.handedTo, changed), isNull(deskItem.finishedAt)));
			await tx.update(employee).set({ leftAt: now }).where(inArray(employee.id, changed));
			await remember(tx, await changed, 'left', actor, now);
			await endLinksOf(tx, changed, now);
			await tx.delete(session).where(inArray(session.employeeId, changed));
		}
		if (change.kind === 'invite') {
			await endLinksOf(tx, changed, now);
			await mailInvitations(tx, library, actor, { change: change.id, origin: input.origin }, now);
		}
		const told: Told = change.kind === 'course' ? { action: 'course.given', details: { course: terms!.course } } : toldOf[change.kind];
		await tell(tx, await changed, told, actor, now);
		return { code: 'done' };
	});
	if (outcome.code === 'done') wakeDelivery();
	return outcome;
}

/**
 * Takes it back as far as it still is what was done: whoever has been changed since stays so, and so does whose mentor
 * of before cannot be one any more, or who has begun the course since. Said twice it is done once. Invitations cannot be taken back.
 */
export async function undoBulk(db: Db, library: Library, actor: Actor, input: { id: string }, now: Date): Promise<{ code: 'undone' } | { code: 'missing' | 'too-late' }> {
	if (!may(actor, 'people.list') || !isUuid(input.id)) return { code: 'missing' };
	return transact(db, async (tx) => {
		const change = await lockChange(tx, input.id);
		if (!change?.doneAt || change.kind === 'invite' || !mayDo(actor, change.kind)) return { code: 'missing' };
		if (change.undoneAt) return { code: 'undone' };
		if (now.getTime() >= change.doneAt.getTime() + undoableFor) return { code: 'too-late' };
		await lockPeople(tx, change.id);
		const at = change.doneAt.toISOString();
		const stands = {
			// Whose data was erased does not come back.
			leave: sql`${employee.leftAt} = ${at}::timestamptz and not exists (select 1 from ${erasure} where ${erasure.employeeId} = ${employee.id} and ${erasure.appliedAt} is not null)`,
			mentor: sql`${mentorNow} is not distinct from ${change.mentorId}::uuid
				and not exists (select 1 from ${mentorship} where ${mentorship.menteeId} = ${employee.id} and (${mentorship.since} > ${at}::timestamptz or ${mentorship.until} > ${at}::timestamptz))
				and (${bulkChangePerson.mentorBefore} is null or ${canMentor(sql`${bulkChangePerson.mentorBefore}`)})`,
			course: sql`exists (select 1 from ${handAssignment} where ${handAssignment.employeeId} = ${employee.id} and ${isGivenBy(change)})
				and not exists (select 1 from ${enrolment} where ${enrolment.employeeId} = ${employee.id} and ${enrolment.course} = ${change.course} and ${enrolment.completedAt} >= ${at}::timestamptz)
				and not exists (select 1 from ${renewal} where ${renewal.employeeId} = ${employee.id} and ${renewal.course} = ${change.course} and ${renewal.completedAt} >= ${at}::timestamptz)
				and not exists (select 1 from ${attempt} where ${attempt.employeeId} = ${employee.id}
					and split_part(${attempt.assessment}, '/', 1) = ${change.course} and ${attempt.startedAt} > ${at}::timestamptz)
				and not exists (select 1 from ${lessonProgress} where ${lessonProgress.employeeId} = ${employee.id}
					and split_part(${lessonProgress.lesson}, '/', 1) = ${change.course} and ${lessonProgress.openedAt} > ${at}::timestamptz)`
		}[change.kind];
		const mine = eq(bulkChangePerson.bulkChangeId, change.id);
		await tx
			.update(bulkChangePerson)
			.set({ undone: sql`case when ${stands} then 'back' else 'kept' end` })
			.from(employee)
			.where(and(mine, eq(bulkChangePerson.outcome, 'changed'), eq(employee.id, bulkChangePerson.employeeId)));
		await tx.update(bulkChange).set({ undoneAt: now, undoneBy: actor.id }).where(eq(bulkChange.id, change.id));
		const isBack = and(mine, eq(bulkChangePerson.undone, 'back'));
		const back = tx.select({ id: bulkChangePerson.employeeId }).from(bulkChangePerson).where(isBack);
		if (change.kind === 'leave') {
			await tx.update(employee).set({ leftAt: null }).where(inArray(employee.id, back));
			await remember(tx, await back, 'back', actor, now);
			await recalculateMany(tx, library, (await back).map(({ id }) => id), actor.id, now);
		} else if (change.kind === 'course') {
			await tx.update(handAssignment).set({ takenBackBy: actor.id, takenBackAt: now }).where(and(isGivenBy(change), inArray(handAssignment.employeeId, back)));
			await recalculateMany(tx, library, (await back).map(({ id }) => id), actor.id, now);
		} else {
			await tx.update(mentorship).set({ until: now }).where(and(isNull(mentorship.until), inArray(mentorship.menteeId, back)));
			const pairs = await tx.select({ mentorId: bulkChangePerson.mentorBefore, menteeId: bulkChangePerson.employeeId }).from(bulkChangePerson).where(isBack);
			await startMentorships(tx, pairs, now);
		}
		const told = {
			leave: { action: 'person.returned', details: {} },
			mentor: toldOf.mentor,
			course: { action: 'course.taken-back', details: { course: change.course ?? '' } }
		} as const;
		await tell(tx, await back, told[change.kind], actor, now);
		return { code: 'undone' };
	});
}

/** The change, for this transaction alone: whoever comes second waits here and finds it done. */
async function lockChange(tx: Db, id: string) {
	const [row] = await tx.select().from(bulkChange).where(eq(bulkChange.id, id)).for('update');
	return row && { ...row, kind: row.kind as BulkKind };
}

/** Nobody else changes these people until the transaction ends. In order, so that two changes do not wait for each other. */
async function lockPeople(tx: Db, change: string): Promise<void> {
	const chosen = tx.select({ id: bulkChangePerson.employeeId }).from(bulkChangePerson).where(eq(bulkChangePerson.bulkChangeId, change));
	await tx.select({ id: employee.id }).from(employee).where(inArray(employee.id, chosen)).orderBy(asc(employee.id)).for('update');
}

/** What this change gave by hand, and nobody has taken back. */
const isGivenBy = ({ course, doneAt, doneBy }: Pick<typeof bulkChange.$inferSelect, 'course' | 'doneAt' | 'doneBy'>) =>
	and(
		...[eq(handAssignment.course, course!), eq(handAssignment.givenAt, doneAt!), eq(handAssignment.givenBy, doneBy!)],
		isNull(handAssignment.takenBackAt)
	);

/** What the audit log says of each one; of a course it names that. */
const toldOf = {
	mentor: { action: 'person.changed', details: { fields: ['mentor'] } },
	invite: { action: 'link.made', details: { purpose: 'invite' } },
	leave: { action: 'person.left', details: {} }
} as const satisfies Record<Exclude<BulkKind, 'course'>, Told>;
type Told = Pick<AuditEntryOfPerson, 'action' | 'details'>;

function tell(tx: Db, people: readonly { id: string }[], told: Told, actor: Actor, now: Date): Promise<void> {
	return recordAudits(tx, people.map(({ id }) => ({ ...told, actor, person: id }) as AuditEntryOfPerson), now);
}

/** So many rows are written at once. */
const rowsAtOnce = 5000;

/** Each one's history tells it. */
async function remember(tx: Db, people: readonly { id: string }[], what: 'left' | 'back', actor: Actor, now: Date): Promise<void> {
	const rows = people.map(({ id }) => ({ employeeId: id, what, changedBy: actor.id, at: now }));
	for (let from = 0; from < rows.length; from += rowsAtOnce) await tx.insert(employmentChange).values(rows.slice(from, from + rowsAtOnce));
}

/** Gives each of these people this mentor; whoever had one has none any more. */
async function startMentorships(tx: Db, pairs: readonly { mentorId: string | null; menteeId: string }[], now: Date): Promise<void> {
	const rows = pairs.flatMap(({ mentorId, menteeId }) => (mentorId === null ? [] : [{ mentorId, menteeId, since: now }]));
	for (let from = 0; from < rows.length; from += rowsAtOnce) await tx.insert(mentorship).values(rows.slice(from, from + rowsAtOnce));
}

/** Ends every link that these people could still use. */
async function endLinksOf(tx: Db, people: SQLWrapper, now: Date): Promise<void> {
	await tx
		.update(oneTimeLink)
		.set({ expiresAt: now })
		.where(and(inArray(oneTimeLink.employeeId, people), isNull(oneTimeLink.usedAt), sql`${oneTimeLink.expiresAt} > ${now.toISOString()}::timestamptz`));
}

/** So many letters are written into the outbox at once. */
const lettersAtOnce = 500;

/** A new link and a letter for each who was changed. */
async function mailInvitations(tx: Db, library: Pick<Library, 'current'>, actor: Actor, input: { change: string; origin: string }, now: Date): Promise<void> {
	const { academy } = library.current();
	const people = await tx
		.select({ id: employee.id, name: employee.name, email: employee.email, locale: employee.locale })
		.from(bulkChangePerson)
		.innerJoin(employee, eq(employee.id, bulkChangePerson.employeeId))
		.where(and(eq(bulkChangePerson.bulkChangeId, input.change), eq(bulkChangePerson.outcome, 'changed')));
	const expiresAt = new Date(now.getTime() + lifetimes.invite);
	for (let from = 0; from < people.length; from += lettersAtOnce) {
		const some = people.slice(from, from + lettersAtOnce).map((person) => ({ ...person, token: newSecret() }));
		await tx.insert(oneTimeLink).values(
			some.map(({ id, token }) => ({ purpose: 'invite', tokenHash: hashSecret(token), employeeId: id, createdBy: actor.id, createdAt: now, expiresAt }))
		);
		await tx.insert(mailOutbox).values(
			some.map(({ id, name, locale, email, token }) => ({
				...{ recipient: email!, employeeId: id, createdAt: now, nextTryAt: now },
				...invitationLetter({ academy, origin: input.origin }, { name, locale }, { token, expiresAt })
			}))
		);
	}
}
