/** People: who works here, in which position and team, with which mentor. */
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { v7, validate as isUuid } from 'uuid';
import { may, type Actor, type Role } from '../../core/permissions.ts';
import type { Locale } from '../../i18n/index.ts';
import { endSessions } from '../auth/session.ts';
import { brokenConstraint } from '../db/constraint.ts';
import { transact, type Db } from '../db/open.ts';
import {
	employee,
	mentorship,
	oneTimeLink,
	positionAssignment,
	roleGrant,
	team,
	teamMentor
} from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { wakeDelivery } from '../mail/delivery.ts';
import { invitationLetter } from '../mail/letters.ts';
import { queueMail } from '../mail/outbox.ts';
import { dayOf, enrolByPosition } from './enrolments.ts';
import { endLinks, lifetimes, makeLink } from './one-time-links.ts';
import { cleanLine, judgeEmail, judgeHireDate, judgeName, judgePersonnelNumber } from './person-fields.ts';
import { relationTo } from './relations.ts';
import { isLastAdministrator } from './roles.ts';
import { normaliseEmail, normaliseNumber } from './sign-in.ts';

/** invited: no password chosen yet. left: cannot sign in; records stay. */
export type PersonState = 'invited' | 'active' | 'left';

/** What HR says about a person. Texts as typed; an empty one is "none". */
export interface PersonInput {
	name: string;
	email: string;
	personnelNumber: string;
	/** Key in positions.yaml. */
	position: string;
	/** Its name; one that is new makes a new team. */
	team: string;
	/** Employee id. */
	mentor: string;
	/** YYYY-MM-DD */
	hiredOn: string;
}
export type PersonProblems = Partial<Record<keyof PersonInput, string>>;

/** Checks what was typed against the calendar, the content and the people there are. */
async function judgeInput(db: Db, library: Pick<Library, 'current'>, input: PersonInput, self: string, now: Date) {
	const name = cleanLine(input.name);
	const email = normaliseEmail(input.email) || null;
	const personnelNumber = normaliseNumber(input.personnelNumber) || null;
	const teamName = cleanLine(input.team) || null;
	const problems: PersonProblems = {};
	const note = (field: keyof PersonInput, problem: string | null) => {
		if (problem !== null) problems[field] = problem;
	};
	note('name', judgeName(name));
	note('email', email === null ? null : judgeEmail(email));
	note('personnelNumber', personnelNumber === null ? null : judgePersonnelNumber(personnelNumber));
	if (email === null && personnelNumber === null) problems.email = 'no-address';
	if (input.position !== '' && !library.current().position(input.position)) problems.position = 'unknown';
	if (teamName !== null && teamName.length > 80) problems.team = 'too-long';
	const today = dayOf(now, library.current().academy.timeZone);
	note('hiredOn', input.hiredOn === '' ? null : judgeHireDate(input.hiredOn, today));
	if (input.mentor !== '') {
		const known = isUuid(input.mentor) && input.mentor !== self && (await listMentors(db));
		if (!known || !known.some(({ id }) => id === input.mentor)) problems.mentor = 'unknown';
	}
	return {
		problems,
		clean: {
			name,
			email,
			personnelNumber,
			position: input.position || null,
			team: teamName,
			mentor: input.mentor || null,
			hiredOn: input.hiredOn || null
		}
	};
}

/** Which field a refused row has to thank for it. */
function readRefusal(error: unknown): PersonProblems {
	const constraint = brokenConstraint(error);
	if (constraint === 'employee_email') return { email: 'email-taken' };
	if (constraint === 'employee_personnel_number') return { personnelNumber: 'number-taken' };
	throw error;
}

export type CreatingPerson =
	/** `mailed`: an invitation is on its way; otherwise HR makes a link to hand over. */
	| { code: 'created'; id: string; mailed: boolean }
	| { code: 'problems'; problems: PersonProblems }
	| { code: 'forbidden' };

/**
 * Creates a person, gives them their position's path, and mails an invitation to those who have a mailbox. `id` is made
 * by the form: sent twice, it is one person and one invitation.
 */
export async function createPerson(
	db: Db,
	library: Library,
	actor: Actor,
	input: PersonInput & { id: string; locale: Locale | null; origin: string },
	now: Date
): Promise<CreatingPerson> {
	if (!may(actor, 'people.invite')) return { code: 'forbidden' };
	const { problems, clean } = await judgeInput(db, library, input, input.id, now);
	if (Object.keys(problems).length > 0) return { code: 'problems', problems };
	const { academy } = library.current();
	const created: CreatingPerson = { code: 'created', id: input.id, mailed: clean.email !== null };
	try {
		await transact(db, async (tx) => {
			const [made] = await tx
				.insert(employee)
				.values({
					id: input.id,
					name: clean.name,
					email: clean.email,
					personnelNumber: clean.personnelNumber,
					locale: input.locale,
					hiredOn: clean.hiredOn,
					createdAt: now
				})
				.onConflictDoNothing({ target: employee.id })
				.returning({ id: employee.id });
			if (!made) return;
			await place(tx, library, input.id, clean, now);
			if (clean.email === null) return;
			const link = await makeLink(
				tx,
				{ purpose: 'invite', employeeId: input.id, createdBy: actor.id, lifetime: lifetimes.invite },
				now
			);
			const to = { name: clean.name, locale: input.locale };
			const letter = invitationLetter({ academy, origin: input.origin }, to, link);
			await queueMail(tx, { recipient: clean.email, employeeId: input.id, letter }, now);
		});
	} catch (error) {
		return { code: 'problems', problems: readRefusal(error) };
	}
	wakeDelivery();
	return created;
}

/** Puts a person into team, mentorship and position; what already is so stays as it is. */
async function place(
	tx: Db,
	library: Library,
	id: string,
	to: { position: string | null; team: string | null; mentor: string | null },
	now: Date
): Promise<void> {
	const teamId = to.team === null ? null : await teamNamed(tx, to.team);
	await tx.update(employee).set({ teamId }).where(eq(employee.id, id));

	const standing = and(eq(mentorship.menteeId, id), isNull(mentorship.until));
	await tx
		.update(mentorship)
		.set({ until: now })
		.where(and(standing, to.mentor === null ? undefined : sql`${mentorship.mentorId} <> ${to.mentor}`));
	if (to.mentor !== null) {
		await tx.insert(mentorship).values({ mentorId: to.mentor, menteeId: id, since: now }).onConflictDoNothing();
	}

	const today = dayOf(now, library.current().academy.timeZone);
	await tx
		.update(positionAssignment)
		.set({ until: today })
		.where(
			and(
				eq(positionAssignment.employeeId, id),
				isNull(positionAssignment.until),
				to.position === null ? undefined : sql`${positionAssignment.position} <> ${to.position}`
			)
		);
	if (to.position === null) return;
	await tx
		.insert(positionAssignment)
		.values({ employeeId: id, position: to.position, since: today })
		.onConflictDoNothing();
	await enrolByPosition(tx, library, id, now);
}

async function teamNamed(tx: Db, name: string): Promise<string> {
	await tx.insert(team).values({ id: v7(), name }).onConflictDoNothing({ target: team.name });
	const [row] = await tx.select({ id: team.id }).from(team).where(eq(team.name, name));
	return row!.id;
}

/** Changes what HR says about a person. Another e-mail ends the links that were sent to the old one. */
export async function changePerson(
	db: Db,
	library: Library,
	actor: Actor,
	input: PersonInput & { id: string },
	now: Date
): Promise<{ code: 'changed' } | { code: 'problems'; problems: PersonProblems } | { code: 'missing' }> {
	const relation = isUuid(input.id) ? await relationTo(db, actor, input.id) : null;
	if (!relation || !may(actor, 'people.change', { relation })) return { code: 'missing' };
	const { problems, clean } = await judgeInput(db, library, input, input.id, now);
	if (Object.keys(problems).length > 0) return { code: 'problems', problems };
	try {
		await transact(db, async (tx) => {
			const [before] = await tx
				.select({ email: employee.email })
				.from(employee)
				.where(eq(employee.id, input.id))
				.for('update');
			if (!before) return;
			await tx
				.update(employee)
				.set({
					name: clean.name,
					email: clean.email,
					personnelNumber: clean.personnelNumber,
					hiredOn: clean.hiredOn
				})
				.where(eq(employee.id, input.id));
			if (before.email !== clean.email) await endLinks(tx, input.id, now);
			await place(tx, library, input.id, clean, now);
		});
	} catch (error) {
		return { code: 'problems', problems: readRefusal(error) };
	}
	return { code: 'changed' };
}

/**
 * The end of an employment: from now on the person cannot sign in, every session and link ends; records stay. Said twice
 * it is said once. `last-admin`: somebody else must be made administrator first.
 */
export async function recordLeaving(
	db: Db,
	actor: Actor,
	input: { id: string },
	now: Date
): Promise<{ code: 'left' } | { code: 'missing' | 'last-admin' }> {
	const relation = isUuid(input.id) ? await relationTo(db, actor, input.id) : null;
	if (!relation || !may(actor, 'people.leave', { relation })) return { code: 'missing' };
	return transact(db, async (tx) => {
		if (await isLastAdministrator(tx, input.id)) return { code: 'last-admin' };
		await tx
			.update(employee)
			.set({ leftAt: now })
			.where(and(eq(employee.id, input.id), isNull(employee.leftAt)));
		await endLinks(tx, input.id, now);
		await endSessions(tx, input.id);
		return { code: 'left' };
	});
}

/** Takes a leaving back: by mistake, or hired again. The password is as it was. */
export async function recordReturn(
	db: Db,
	actor: Actor,
	input: { id: string }
): Promise<{ code: 'back' } | { code: 'missing' }> {
	const relation = isUuid(input.id) ? await relationTo(db, actor, input.id) : null;
	if (!relation || !may(actor, 'people.leave', { relation })) return { code: 'missing' };
	await db.update(employee).set({ leftAt: null }).where(eq(employee.id, input.id));
	return { code: 'back' };
}

/** Of `employee`, in a select. */
export const stateOfPerson = sql<PersonState>`case when ${employee.leftAt} is not null then 'left' when ${employee.passwordHash} is null then 'invited' else 'active' end`;
const mentorName = sql<
	string | null
>`(select mentor.name from ${mentorship} join ${employee} as mentor on mentor.id = ${mentorship.mentorId} where ${mentorship.menteeId} = ${employee.id} and ${mentorship.until} is null)`;

/** Everything HR sees of one person here; null when there is nobody, or nobody the actor may see. */
export async function readPerson(db: Db, actor: Actor, id: string, now: Date) {
	const relation = isUuid(id) ? await relationTo(db, actor, id) : null;
	if (!relation || !may(actor, 'people.see', { relation })) return null;
	const [person] = await db
		.select({
			id: employee.id,
			name: employee.name,
			email: employee.email,
			personnelNumber: employee.personnelNumber,
			locale: employee.locale,
			hiredOn: employee.hiredOn,
			createdAt: employee.createdAt,
			leftAt: employee.leftAt,
			position: positionAssignment.position,
			positionSince: positionAssignment.since,
			team: team.name,
			state: stateOfPerson,
			mentorId: sql<
				string | null
			>`(select ${mentorship.mentorId} from ${mentorship} where ${mentorship.menteeId} = ${employee.id} and ${mentorship.until} is null)`,
			mentor: mentorName,
			teamMentors: sql<
				string[]
			>`array(select mentor.name from ${teamMentor} join ${employee} as mentor on mentor.id = ${teamMentor.mentorId} where ${teamMentor.teamId} = ${employee.teamId} and mentor.left_at is null order by mentor.name)`,
			roles: sql<
				Role[]
			>`array(select ${roleGrant.role} from ${roleGrant} where ${roleGrant.employeeId} = ${employee.id} and ${roleGrant.withdrawnAt} is null order by 1)`,
			/** Until when a link that was made for the person can be used; null when none can. */
			linkUntil: sql`(select max(${oneTimeLink.expiresAt}) from ${oneTimeLink} where ${oneTimeLink.employeeId} = ${employee.id} and ${oneTimeLink.usedAt} is null and ${oneTimeLink.expiresAt} > ${now.toISOString()}::timestamptz)`.mapWith((value: string): Date | null => new Date(value))
		})
		.from(employee)
		.leftJoin(team, eq(team.id, employee.teamId))
		.leftJoin(
			positionAssignment,
			and(eq(positionAssignment.employeeId, employee.id), isNull(positionAssignment.until))
		)
		.where(eq(employee.id, id));
	return person ? { ...person, relation } : null;
}

/** Those who can be made somebody's mentor. */
async function listMentors(db: Db): Promise<{ id: string; name: string }[]> {
	return db
		.select({ id: employee.id, name: employee.name })
		.from(employee)
		.innerJoin(roleGrant, eq(roleGrant.employeeId, employee.id))
		.where(and(eq(roleGrant.role, 'mentor'), isNull(roleGrant.withdrawnAt), isNull(employee.leftAt)))
		.orderBy(asc(employee.name));
}

/** What the form about a person offers to choose from. */
export async function listChoices(db: Db, actor: Actor) {
	if (!may(actor, 'people.invite')) return { mentors: [], teams: [] };
	const teams = await db.select({ name: team.name }).from(team).orderBy(asc(team.name));
	return { mentors: await listMentors(db), teams: teams.map(({ name }) => name) };
}
