/** What HR decides for one person: a course that is in no path of theirs, and another due date. Both with a reason. */
import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { v7, validate as isUuid } from 'uuid';
import type { Course } from '../../core/academy.ts';
import { dayOf } from '../../core/due-date.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { renewalAhead, validityNow, type RenewalRound } from '../../core/renewal.ts';
import { transact, worded, type Db } from '../db/open.ts';
import { dueException, employee, enrolment, handAssignment } from '../db/schema/index.ts';
import { onlyLists, rowsOf } from '../db/together.ts';
import type { Library, Release } from '../library.ts';
import { recordAudit } from './audit.ts';
import { recalculate } from './enrolments.ts';
import { isErased } from './erased.ts';
import { cleanLine, judgeDay } from './person-fields.ts';
import { roundsOf, type CourseLine } from './path.ts';
import { relationTo } from './relations.ts';
import { isAskedFor } from './renewals.ts';

const reasonLength = 300;
const mostWorkingDays = 1000;

/** A course and by when it is due, as typed. */
export interface TypedTerms {
	/** Key; '' = none. */
	course: string;
	mandatory: boolean;
	/** '' = none. At most one of the two. */
	workingDays: string;
	/** YYYY-MM-DD */
	dueOn: string;
}
/** The same, judged. */
export interface Terms {
	course: string;
	mandatory: boolean;
	workingDays: number | null;
	dueOn: string | null;
}
export interface GivingInput extends TypedTerms {
	/** Made by the form: sent twice, it is one. */
	id: string;
	employeeId: string;
	reason: string;
}
export type TermsProblems = Partial<Record<'course' | 'workingDays' | 'dueOn', 'empty' | 'unknown' | 'days-wrong' | 'date-wrong' | 'date-past' | 'date-two'>>;
export type GivingProblems = { [field in keyof TermsProblems]?: TermsProblems[field] | 'course-there' | 'date-of-renewal' } & { reason?: 'empty' | 'too-long' };

/** From which day, and by when, who completed a course is asked to renew it: YYYY-MM-DD. */
export type RenewalAhead = ReturnType<typeof renewalAhead>;

/** The same of a course that is completed and given today. */
export function foreseeRenewal({ academy }: Release, course: Course, completedAt: Date, rounds: readonly RenewalRound[], today: string): RenewalAhead | null {
	const validity = validityNow(course, { at: completedAt, timeZone: academy.timeZone }, rounds);
	return validity && renewalAhead(validity, today);
}

/**
 * Whether HR can give it to who has it so: what was begun and is asked for no more stands there voluntary and without a date;
 * what is completed for a time, and asked for no more, is renewed when it is given.
 */
const canBeGiven = (course: Course, there: { completedAt: Date | null; asked: boolean }): boolean =>
	!there.asked && (there.completedAt === null || course.validity !== null);

async function mayGive(db: Db, actor: Actor, employeeId: string): Promise<boolean> {
	const relation = isUuid(employeeId) ? await relationTo(db, actor, employeeId) : null;
	return relation !== null && may(actor, 'enrolment.give', { relation });
}

/** `today`: YYYY-MM-DD, of the academy. The terms are only good when there are no problems. */
export function judgeTerms(release: Release, typed: TypedTerms, today: string): { problems: TermsProblems; terms: Terms } {
	const { course, mandatory, dueOn } = typed;
	const days = typed.workingDays.trim();
	const problems: TermsProblems = {};
	if (course === '') problems.course = 'empty';
	else if (!release.course(course)) problems.course = 'unknown';
	if (days !== '' && !(/^\d{1,4}$/.test(days) && Number(days) >= 1 && Number(days) <= mostWorkingDays)) problems.workingDays = 'days-wrong';
	const wrongDay = dueOn === '' ? null : judgeDueOn(dueOn, today);
	if (wrongDay) problems.dueOn = wrongDay;
	else if (dueOn !== '' && days !== '') problems.dueOn = 'date-two';
	return { problems, terms: { course, mandatory, workingDays: days === '' ? null : Number(days), dueOn: dueOn || null } };
}

export function judgeReason(reason: string): 'empty' | 'too-long' | null {
	return reason === '' ? 'empty' : reason.length > reasonLength ? 'too-long' : null;
}

function judgeDueOn(dueOn: string, today: string): 'date-wrong' | 'date-past' | null {
	if (!judgeDay(dueOn)) return 'date-wrong';
	return dueOn < today ? 'date-past' : null;
}

/**
 * Gives a person a course. Refused for one that they have by their path, by hand or with their team, or have completed for good.
 * What is completed for a time is renewed, by the date that its validity has: that of the course as it is given counts no more.
 */
export async function giveCourse(
	db: Db,
	library: Library,
	actor: Actor,
	input: GivingInput,
	now: Date
): Promise<{ code: 'given'; renews: RenewalAhead | null } | { code: 'problems'; problems: GivingProblems } | { code: 'missing' }> {
	if (!isUuid(input.id) || !(await mayGive(db, actor, input.employeeId))) return { code: 'missing' };
	const release = library.current();
	const today = dayOf(now, release.academy.timeZone);
	const reason = cleanLine(input.reason);
	const { problems: wrong, terms } = judgeTerms(release, input, today);
	const wrongReason = judgeReason(reason);
	const problems: GivingProblems = wrongReason ? { ...wrong, reason: wrongReason } : wrong;
	if (Object.keys(problems).length > 0) return { code: 'problems', problems };
	const { id, employeeId } = input;
	const { course } = terms;
	return transact(db, async (tx) => {
		await tx.select({ id: employee.id }).from(employee).where(eq(employee.id, employeeId)).for('no key update');
		if (await isErased(tx, employeeId)) return { code: 'missing' };
		const [there] = await tx
			.select({
				completedAt: enrolment.completedAt,
				asked: sql<boolean>`(${isAskedFor(release, course)} or (${enrolment.completedAt} is null and (${enrolment.mandatory} or ${enrolment.derivation} is not null)))`,
				rounds: roundsOf(enrolment.employeeId, enrolment.course)
			})
			.from(enrolment)
			.innerJoin(employee, eq(employee.id, enrolment.employeeId))
			.where(and(eq(enrolment.employeeId, employeeId), eq(enrolment.course, course)));
		const renews = there?.completedAt ? foreseeRenewal(release, release.course(course)!, there.completedAt, there.rounds, today) : null;
		const [sent] = await tx.select({ id: handAssignment.id }).from(handAssignment).where(eq(handAssignment.id, id));
		if (sent) return { code: 'given', renews };
		const [standing] = await tx
			.select({ id: handAssignment.id })
			.from(handAssignment)
			.where(and(eq(handAssignment.employeeId, employeeId), eq(handAssignment.course, course), isNull(handAssignment.takenBackAt)));
		if (standing || (there && !canBeGiven(release.course(course)!, there))) return { code: 'problems', problems: { course: 'course-there' } };
		if (renews && terms.workingDays !== null) return { code: 'problems', problems: { workingDays: 'date-of-renewal' } };
		if (renews && terms.dueOn !== null) return { code: 'problems', problems: { dueOn: 'date-of-renewal' } };
		await tx.insert(handAssignment).values({
			id,
			employeeId,
			...terms,
			assignedOn: today,
			reason,
			givenBy: actor.id,
			givenAt: now
		});
		await recalculate(tx, library, [employeeId], actor.id, now);
		await recordAudit(tx, { actor, action: 'course.given', person: employeeId, details: { course } }, now);
		return { code: 'given', renews };
	});
}

/** Takes a course back that was given by hand. What was begun stays, voluntary; what is completed stays, and is not asked to be renewed. Said twice it is said once. */
export async function takeCourseBack(
	db: Db,
	library: Library,
	actor: Actor,
	input: { employeeId: string; course: string },
	now: Date
): Promise<{ code: 'taken-back' } | { code: 'missing' }> {
	if (!(await mayGive(db, actor, input.employeeId))) return { code: 'missing' };
	return transact(db, async (tx) => {
		const taken = await tx
			.update(handAssignment)
			.set({ takenBackBy: actor.id, takenBackAt: now })
			.where(and(eq(handAssignment.employeeId, input.employeeId), eq(handAssignment.course, input.course), isNull(handAssignment.takenBackAt)))
			.returning({ course: handAssignment.course });
		await recalculate(tx, library, [input.employeeId], actor.id, now);
		for (const { course } of taken) await recordAudit(tx, { actor, action: 'course.taken-back', person: input.employeeId, details: { course } }, now);
		return { code: 'taken-back' };
	});
}

export type ExceptionProblems = Partial<Record<'course' | 'dueOn' | 'reason', 'empty' | 'unknown' | 'too-long' | 'date-wrong' | 'date-past'>>;

/** Grants another due date for one course that is not completed; it holds until it is taken back. One before it is replaced. */
export async function grantException(
	db: Db,
	library: Library,
	actor: Actor,
	input: { employeeId: string; course: string; dueOn: string; reason: string },
	now: Date
): Promise<{ code: 'granted' } | { code: 'problems'; problems: ExceptionProblems } | { code: 'missing' }> {
	if (!(await mayGive(db, actor, input.employeeId))) return { code: 'missing' };
	const today = dayOf(now, library.current().academy.timeZone);
	const reason = cleanLine(input.reason);
	const problems: ExceptionProblems = {};
	if (input.course === '') problems.course = 'empty';
	const wrongDay = input.dueOn === '' ? 'empty' : judgeDueOn(input.dueOn, today);
	if (wrongDay) problems.dueOn = wrongDay;
	const wrongReason = judgeReason(reason);
	if (wrongReason) problems.reason = wrongReason;
	if (Object.keys(problems).length > 0) return { code: 'problems', problems };
	const { employeeId, course, dueOn } = input;
	return transact(db, async (tx) => {
		await tx.select({ id: employee.id }).from(employee).where(eq(employee.id, employeeId)).for('no key update');
		if (await isErased(tx, employeeId)) return { code: 'missing' };
		const [there] = await tx
			.select({ id: enrolment.id })
			.from(enrolment)
			.where(and(eq(enrolment.employeeId, employeeId), eq(enrolment.course, course), isNull(enrolment.completedAt)));
		if (!there) return { code: 'problems', problems: { course: 'unknown' } };
		const standing = and(eq(dueException.employeeId, employeeId), eq(dueException.course, course), isNull(dueException.takenBackAt));
		const [same] = await tx
			.select({ id: dueException.id })
			.from(dueException)
			.where(and(standing, eq(dueException.dueOn, dueOn), eq(dueException.reason, reason)));
		if (same) return { code: 'granted' };
		await tx.update(dueException).set({ takenBackBy: actor.id, takenBackAt: now }).where(standing);
		await tx.insert(dueException).values({ id: v7(), employeeId, course, dueOn, reason, grantedBy: actor.id, grantedAt: now });
		await recalculate(tx, library, [employeeId], actor.id, now);
		await recordAudit(tx, { actor, action: 'due-date.granted', person: employeeId, details: { course } }, now);
		return { code: 'granted' };
	});
}

/** Back to the date of the path. Said twice it is said once. */
export async function endException(
	db: Db,
	library: Library,
	actor: Actor,
	input: { employeeId: string; course: string },
	now: Date
): Promise<{ code: 'ended' } | { code: 'missing' }> {
	if (!(await mayGive(db, actor, input.employeeId))) return { code: 'missing' };
	return transact(db, async (tx) => {
		const ended = await tx
			.update(dueException)
			.set({ takenBackBy: actor.id, takenBackAt: now })
			.where(and(eq(dueException.employeeId, input.employeeId), eq(dueException.course, input.course), isNull(dueException.takenBackAt)))
			.returning({ course: dueException.course });
		await recalculate(tx, library, [input.employeeId], actor.id, now);
		for (const { course } of ended) await recordAudit(tx, { actor, action: 'due-date.ended', person: input.employeeId, details: { course } }, now);
		return { code: 'ended' };
	});
}

const byHand = worded((db) => {
	const person = sql.placeholder('person');
	const giver = alias(employee, 'giver');
	return db
		.select({
			given: rowsOf(
				db
					.select({ course: handAssignment.course, reason: handAssignment.reason, by: giver.name, at: handAssignment.givenAt })
					.from(handAssignment)
					.innerJoin(giver, eq(giver.id, handAssignment.givenBy))
					.where(and(eq(handAssignment.employeeId, person), isNull(handAssignment.takenBackAt)))
					.orderBy(asc(handAssignment.givenAt))
			),
			exceptions: rowsOf(
				db
					.select({ course: dueException.course, dueOn: dueException.dueOn, reason: dueException.reason, by: giver.name, at: dueException.grantedAt })
					.from(dueException)
					.innerJoin(giver, eq(giver.id, dueException.grantedBy))
					.where(and(eq(dueException.employeeId, person), isNull(dueException.takenBackAt)))
					.orderBy(desc(dueException.grantedAt))
			)
		})
		.from(onlyLists)
		.prepare('by_hand');
});

/** What stands by hand for a person: courses and dates, with reasons and by whom. The caller has asked permission. One query. */
export async function listByHand(db: Db, employeeId: string) {
	const [found] = await byHand(db).execute({ person: employeeId });
	return found!;
}

interface CourseToGive {
	key: string;
	title: string;
	/** It is completed, and will be asked for again; null = a course like any other. */
	renews: RenewalAhead | null;
}

/** The courses of the content that can be given to who has these. */
export function coursesToGive(library: Library, had: readonly Pick<CourseLine, 'key' | 'completedAt' | 'asked' | 'validity'>[], locale: string, now: Date): CourseToGive[] {
	const { academy } = library.current();
	const there = new Map(had.map((line) => [line.key, line]));
	const today = dayOf(now, academy.timeZone);
	return academy.courses.flatMap((course) => {
		const line = there.get(course.key);
		if (line && !canBeGiven(course, line)) return [];
		const renews = line?.validity ? renewalAhead(line.validity, today) : null;
		return { key: course.key, title: inLocale(course.title, locale, academy.defaultLocale), renews };
	});
}
