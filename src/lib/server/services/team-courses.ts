/**
 * Courses of a team: HR gives one to a whole team, and whoever is in it, or comes to it later, has it (core/enrolment-plan.ts).
 * What would follow is told before it is done, by the rule that does it.
 */
import { and, asc, eq, isNotNull, isNull, not, sql } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { dayOf, endOfDay, type Derivation } from '../../core/due-date.ts';
import { planEnrolments } from '../../core/enrolment-plan.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { transact, type Db } from '../db/open.ts';
import { employee, enrolment, lessonProgress, team, teamAssignment } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { recordAudit } from './audit.ts';
import { readFacts, recalculateMany } from './enrolments.ts';
import { foreseeRenewal, judgeTerms, type RenewalAhead, type Terms, type TermsProblems, type TypedTerms } from './hand-assignments.ts';
import { roundsOf } from './path.ts';
import { isAskedFor } from './renewals.ts';

export type TeamTermsProblems = TermsProblems | (Omit<TermsProblems, 'course'> & { course: 'team-course-there' });

export interface TeamCourse extends Terms {
	id: string;
	by: string;
	at: Date;
	/** Of those in the team who have it by the team alone: who has completed it, begun it, and not begun it. */
	completed: number;
	begun: number;
	open: number;
}

/** Whoever is in the team and works here. */
const isIn = (teamId: string) => and(eq(employee.teamId, teamId), isNull(employee.leftAt));

/** A team, how many are in it, and its courses in the order in which they were given; null when there is none, or for everybody but HR. Three queries. */
export async function readTeamCourses(db: Db, actor: Actor, teamId: string): Promise<{ id: string; name: string; people: number; courses: TeamCourse[] } | null> {
	if (!may(actor, 'team.give') || !isUuid(teamId)) return null;
	const [found] = await db.select({ id: team.id, name: team.name }).from(team).where(eq(team.id, teamId));
	if (!found) return null;
	const isBegun = sql`exists (select 1 from ${lessonProgress} where ${lessonProgress.employeeId} = ${enrolment.employeeId} and split_part(${lessonProgress.lesson}, '/', 1) = ${enrolment.course})`;
	const count = (which: ReturnType<typeof sql>) => sql<number>`(count(${enrolment.id}) filter (where ${which}))::int`;
	const [people, courses] = await Promise.all([
		db.$count(employee, isIn(teamId)),
		db
			.select({
				id: teamAssignment.id,
				course: teamAssignment.course,
				mandatory: teamAssignment.mandatory,
				workingDays: teamAssignment.workingDays,
				dueOn: teamAssignment.dueOn,
				by: sql<string>`(select giver.name from ${employee} as giver where giver.id = ${teamAssignment.givenBy})`,
				at: teamAssignment.givenAt,
				completed: count(sql`${enrolment.completedAt} is not null`),
				begun: count(sql`${enrolment.completedAt} is null and ${isBegun}`),
				open: count(sql`${enrolment.completedAt} is null and not ${isBegun}`)
			})
			.from(teamAssignment)
			.leftJoin(employee, isIn(teamId))
			.leftJoin(enrolment, and(eq(enrolment.employeeId, employee.id), eq(enrolment.course, teamAssignment.course), eq(enrolment.source, 'team')))
			.where(and(eq(teamAssignment.teamId, teamId), isNull(teamAssignment.takenBackAt)))
			.groupBy(teamAssignment.id)
			.orderBy(asc(teamAssignment.givenAt), asc(teamAssignment.id))
	]);
	return { ...found, people, courses };
}

/** changed: would get it, have it otherwise than now, or be asked to renew it. same: has it, as it is. completed: has it behind them. */
export type MemberOutcome = 'changed' | 'same' | 'completed';

export interface MemberLine {
	id: string;
	name: string;
	email: string | null;
	outcome: MemberOutcome;
	/** By when they have it, or would; null = no date. */
	dueAt: Date | null;
	derivation: Derivation | null;
	/** They have completed it, and would be asked to renew it; null = not that. */
	renews: RenewalAhead | null;
}

/**
 * What giving the team this course would do to whoever is in it now, those first who get it; `people` is a page of them.
 * As many queries however many there are. Null as with `readTeamCourses`.
 */
export async function foreseeTeamCourse(
	db: Db,
	library: Pick<Library, 'current'>,
	actor: Actor,
	input: { teamId: string; terms: TypedTerms; limit: number; offset: number },
	now: Date
): Promise<{ problems: TeamTermsProblems; terms: Terms; counts: Record<MemberOutcome, number>; people: MemberLine[] } | null> {
	if (!may(actor, 'team.give') || !isUuid(input.teamId)) return null;
	const release = library.current();
	const [found] = await db.select({ name: team.name }).from(team).where(eq(team.id, input.teamId));
	if (!found) return null;
	const { problems, terms } = await judge(db, library, input.teamId, input.terms, now);
	const counts = { changed: 0, same: 0, completed: 0 };
	if (Object.keys(problems).length > 0) return { problems, terms, counts, people: [] };
	const members = await db
		.select({ id: employee.id, name: employee.name, email: employee.email })
		.from(employee)
		.where(isIn(input.teamId))
		.orderBy(asc(employee.name), asc(employee.id));
	const facts = await readFacts(db, release, members.map(({ id }) => id), now);
	const course = release.course(terms.course)!;
	const behind = await db
		.select({ id: employee.id, completedAt: enrolment.completedAt, rounds: roundsOf(enrolment.employeeId, enrolment.course) })
		.from(employee)
		.innerJoin(enrolment, and(eq(enrolment.employeeId, employee.id), eq(enrolment.course, course.key), isNotNull(enrolment.completedAt)))
		.where(and(isIn(input.teamId), not(isAskedFor(release, course.key))));
	const ahead = new Map(behind.map(({ id, completedAt, rounds }) => [id, foreseeRenewal(release, course, completedAt!, rounds, dayOf(now, release.academy.timeZone))]));
	const lines = members.map((member): MemberLine => {
		const own = facts.get(member.id)!;
		const has = own.enrolments.find(({ course }) => course === terms.course) ?? null;
		const planned = planEnrolments({ ...own, teamAssignments: [...own.teamAssignments, { ...terms, team: found.name }] }, release.academy);
		const to = planned.find(({ course, kind }) => course === terms.course && kind !== 'restated')?.to ?? null;
		const renews = ahead.get(member.id) ?? null;
		const outcome = to || renews ? 'changed' : has?.completedOn ? 'completed' : 'same';
		counts[outcome]++;
		if (renews) return { ...member, outcome, renews, dueAt: endOfDay(renews.due, release.academy.timeZone), derivation: null };
		const { dueAt = null, derivation = null } = to ?? has ?? {};
		return { ...member, outcome, renews, dueAt, derivation };
	});
	const order = ['changed', 'same', 'completed'];
	lines.sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
	return { problems, terms, counts, people: lines.slice(input.offset, input.offset + input.limit) };
}

async function judge(db: Db, library: Pick<Library, 'current'>, teamId: string, typed: TypedTerms, now: Date): Promise<{ problems: TeamTermsProblems; terms: Terms }> {
	const release = library.current();
	const { problems, terms } = judgeTerms(release, typed, dayOf(now, release.academy.timeZone));
	const standing = await db.$count(teamAssignment, and(eq(teamAssignment.teamId, teamId), eq(teamAssignment.course, terms.course), isNull(teamAssignment.takenBackAt)));
	return { problems: standing > 0 ? { ...problems, course: 'team-course-there' } : problems, terms };
}

/** Gives the team a course. `id` is made by the form: sent twice, it is given once. */
export async function giveTeamCourse(
	db: Db,
	library: Library,
	actor: Actor,
	input: { id: string; teamId: string; terms: TypedTerms },
	now: Date
): Promise<{ code: 'given' } | { code: 'problems'; problems: TeamTermsProblems } | { code: 'missing' }> {
	const { id, teamId } = input;
	if (!may(actor, 'team.give') || !isUuid(id) || !isUuid(teamId)) return { code: 'missing' };
	return transact(db, async (tx) => {
		// Whoever comes to the team in these moments has come before, or waits until it is done.
		const [locked] = await tx.select({ id: team.id }).from(team).where(eq(team.id, teamId)).for('update');
		if (!locked) return { code: 'missing' };
		const [sent] = await tx.select({ id: teamAssignment.id }).from(teamAssignment).where(eq(teamAssignment.id, id));
		if (sent) return { code: 'given' };
		const { problems, terms } = await judge(tx, library, teamId, input.terms, now);
		if (Object.keys(problems).length > 0) return { code: 'problems', problems };
		await tx.insert(teamAssignment).values({ id, teamId, ...terms, givenBy: actor.id, givenAt: now });
		await recalculateTeam(tx, library, teamId, actor, now);
		await recordAudit(tx, { actor, action: 'team-course.given', person: null, target: { kind: 'team', id: teamId }, details: { course: terms.course } }, now);
		return { code: 'given' };
	});
}

/**
 * Takes a course back from the team. Who has it by the team alone loses it, unless they have begun: then it stays, voluntary.
 * What is completed stays. Said twice it is said once.
 */
export async function takeTeamCourseBack(
	db: Db,
	library: Library,
	actor: Actor,
	input: { id: string; teamId: string },
	now: Date
): Promise<{ code: 'taken-back' } | { code: 'missing' }> {
	const { id, teamId } = input;
	if (!may(actor, 'team.give') || !isUuid(id) || !isUuid(teamId)) return { code: 'missing' };
	return transact(db, async (tx) => {
		await tx.select({ id: team.id }).from(team).where(eq(team.id, teamId)).for('update');
		const [given] = await tx
			.select({ course: teamAssignment.course, takenBackAt: teamAssignment.takenBackAt })
			.from(teamAssignment)
			.where(and(eq(teamAssignment.id, id), eq(teamAssignment.teamId, teamId)));
		if (!given) return { code: 'missing' };
		if (given.takenBackAt) return { code: 'taken-back' };
		await tx.update(teamAssignment).set({ takenBackBy: actor.id, takenBackAt: now }).where(eq(teamAssignment.id, id));
		await recalculateTeam(tx, library, teamId, actor, now);
		await recordAudit(tx, { actor, action: 'team-course.taken-back', person: null, target: { kind: 'team', id: teamId }, details: { course: given.course } }, now);
		return { code: 'taken-back' };
	});
}

async function recalculateTeam(tx: Db, library: Library, teamId: string, actor: Actor, now: Date): Promise<void> {
	const members = await tx.select({ id: employee.id }).from(employee).where(isIn(teamId)).orderBy(asc(employee.id));
	await recalculateMany(tx, library, members.map(({ id }) => id), actor.id, now);
}
