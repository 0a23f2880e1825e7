/** People: who works here, in which position and team, with which mentor. */
import { and, asc, eq, isNotNull, isNull, or, sql, type Column, type SQL } from 'drizzle-orm';
import { v7, validate as isUuid } from 'uuid';
import { sayChoice, type Choice } from '../../core/choice.ts';
import { dayOf } from '../../core/due-date.ts';
import { planEnrolments, type Change } from '../../core/enrolment-plan.ts';
import { may, type Actor, type Role } from '../../core/permissions.ts';
import type { Locale } from '../../i18n/index.ts';
import { endSessions } from '../auth/session.ts';
import { brokenConstraint } from '../db/constraint.ts';
import { transact, worded, type Db } from '../db/open.ts';
import {
	deskItem,
	employee,
	employmentChange,
	erasure,
	mentorship,
	oneTimeLink,
	positionAssignment,
	roleGrant,
	team,
	teamMentor
} from '../db/schema/index.ts';
import { onlyLists, rowsOf } from '../db/together.ts';
import type { Library } from '../library.ts';
import { wakeDelivery } from '../mail/delivery.ts';
import { invitationLetter } from '../mail/letters.ts';
import { queueMail } from '../mail/outbox.ts';
import { recordAudit, recordAudits } from './audit.ts';
import { choose, offerChoices, type NotChosen } from './choices.ts';
import { seenOf } from './date-preview.ts';
import { enrolByPosition, fingerprint, readFacts, readTeamAssignments, recalculate } from './enrolments.ts';
import { isErased } from './erased.ts';
import { endLinks, lifetimes, makeLink } from './one-time-links.ts';
import { cleanLine, judgeEmail, judgeHireDate, judgeName, judgePersonnelNumber } from './person-fields.ts';
import { isMentoredBy, relationBy, relationTo } from './relations.ts';
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
	/** Employee id, or what somebody wrote to name one. */
	mentor: string;
	/** YYYY-MM-DD */
	hiredOn: string;
}
export type PersonProblems = Partial<Record<keyof PersonInput, string>>;

/** Checks what was typed against the calendar, the content and the people there are. */
async function judgeInput(db: Db, library: Pick<Library, 'current'>, actor: Actor, input: PersonInput, self: string, now: Date) {
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
	const mentor = input.mentor === '' ? null : await choose(db, actor, 'mentor', input.mentor);
	if (mentor !== null && mentor.code !== 'chosen') problems.mentor = mentor.code;
	else if (mentor?.choice.id === self) problems.mentor = 'choice-unknown';
	return {
		problems,
		/** Mentors to choose from, when several fit what was written. */
		fitting: mentor === null || mentor.code === 'chosen' ? [] : mentor.fitting,
		clean: {
			name,
			email,
			personnelNumber,
			position: input.position || null,
			team: teamName,
			mentor: mentor?.code === 'chosen' ? mentor.choice.id : null,
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
	/** `fitting`: mentors to choose from, when several fit what was written. */
	| { code: 'problems'; problems: PersonProblems; fitting?: Choice[] }
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
	const { problems, fitting, clean } = await judgeInput(db, library, actor, input, input.id, now);
	if (Object.keys(problems).length > 0) return { code: 'problems', problems, fitting };
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
			await recordAudit(tx, { actor, action: 'person.created', person: input.id, details: {} }, now);
			await place(tx, library, input.id, clean, now);
			if (clean.email === null) return;
			const link = await makeLink(
				tx,
				{ purpose: 'invite', employeeId: input.id, by: actor, lifetime: lifetimes.invite },
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
	now: Date,
	by: string | null = null
): Promise<void> {
	const teamId = to.team === null ? null : await teamNamed(tx, to.team);
	await tx.update(employee).set({ teamId }).where(eq(employee.id, id));
	await placeWithMentor(tx, id, to.mentor, now);

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
	if (to.position !== null) {
		await tx
			.insert(positionAssignment)
			.values({ employeeId: id, position: to.position, since: today })
			.onConflictDoNothing();
	}
	if (by === null) await enrolByPosition(tx, library, id, now);
	else await recalculate(tx, library, [id], by, now);
}

/** Another mentor, or none. What was handed to the former one, and waits, is anybody's again. */
async function placeWithMentor(tx: Db, id: string, mentor: string | null, now: Date): Promise<void> {
	const ended = await tx
		.update(mentorship)
		.set({ until: now })
		.where(
			and(eq(mentorship.menteeId, id), isNull(mentorship.until), mentor === null ? undefined : sql`${mentorship.mentorId} <> ${mentor}`)
		)
		.returning({ mentorId: mentorship.mentorId });
	for (const { mentorId } of ended) {
		await tx
			.update(deskItem)
			.set({ handedTo: null })
			.where(and(eq(deskItem.employeeId, id), eq(deskItem.handedTo, mentorId), isNull(deskItem.finishedAt)));
	}
	if (mentor !== null) await tx.insert(mentorship).values({ mentorId: mentor, menteeId: id, since: now }).onConflictDoNothing();
}

async function teamNamed(tx: Db, name: string): Promise<string> {
	await tx.insert(team).values({ id: v7(), name }).onConflictDoNothing({ target: team.name });
	const [row] = await tx.select({ id: team.id }).from(team).where(eq(team.name, name));
	return row!.id;
}

type Known = Record<'name' | 'email' | 'personnelNumber' | 'hiredOn' | 'team' | 'mentor' | 'position', string | null>;
/** Which fields differ: their names alone go into the audit log. */
const changedFields = (before: Known, after: Known) =>
	(['name', 'email', 'personnelNumber', 'hiredOn', 'team', 'mentor', 'position'] as const).filter((field) => before[field] !== after[field]);

/** Whether a field was filled in otherwise than the page showed it; blanks around it are no difference. */
const isMeant = (given: PersonInput, was: PersonInput, clean: Known) =>
	(Object.keys(clean) as (keyof Known)[]).some((field) => given[field] !== was[field] && (clean[field] ?? '') !== was[field]);

/** What a change would bring about, before it does. */
export interface PersonChange {
	/** Sent back with the confirmation. */
	seen: string;
	/** Courses and dates that would be others. */
	changes: Change[];
	/** Names; null when the mentor stays. `waiting`: how much work would wait for the new one instead. */
	mentor: { from: string | null; to: string | null; waiting: number } | null;
	team: { from: string | null; to: string | null } | null;
	/** Keys in positions.yaml. */
	position: { from: string | null; to: string | null } | null;
	/** YYYY-MM-DD */
	hiredOn: { from: string | null; to: string | null } | null;
}

const moved = (from: string | null, to: string | null) => (from === to ? null : { from, to });

/** Whether they have said themselves how they read the product; until then HR may. */
export const choseLocale = sql<boolean>`(${employee.locale} is not null and ${employee.passwordHash} is not null)`;

/** Where a person stands now; the row is locked. Null when there is nobody. */
async function readStanding(tx: Db, id: string) {
	const [row] = await tx
		.select({ name: employee.name, email: employee.email, personnelNumber: employee.personnelNumber, hiredOn: employee.hiredOn, teamId: employee.teamId, locale: employee.locale, choseLocale })
		.from(employee)
		.where(eq(employee.id, id))
		.for('no key update');
	if (!row) return null;
	const [held] = await tx
		.select({ position: positionAssignment.position })
		.from(positionAssignment)
		.where(and(eq(positionAssignment.employeeId, id), isNull(positionAssignment.until)));
	const [mentored] = await tx
		.select({ mentorId: mentorship.mentorId })
		.from(mentorship)
		.where(and(eq(mentorship.menteeId, id), isNull(mentorship.until)));
	const [inTeam] = row.teamId === null ? [] : await tx.select({ name: team.name }).from(team).where(eq(team.id, row.teamId));
	return { ...row, team: inTeam?.name ?? null, position: held?.position ?? null, mentorId: mentored?.mentorId ?? null };
}

type Clean = Awaited<ReturnType<typeof judgeInput>>['clean'];

/** What would follow from a change; null when only name, e-mail or number are others. */
async function foresee(
	tx: Db,
	library: Library,
	id: string,
	before: NonNullable<Awaited<ReturnType<typeof readStanding>>>,
	clean: Clean,
	now: Date
): Promise<PersonChange | null> {
	const change = {
		team: moved(before.team, clean.team),
		position: moved(before.position, clean.position),
		hiredOn: moved(before.hiredOn, clean.hiredOn),
		mentor: moved(before.mentorId, clean.mentor)
	};
	if (!change.team && !change.position && !change.hiredOn && !change.mentor) return null;
	const release = library.current();
	const facts = (await readFacts(tx, release, [id], now)).get(id)!;
	const path = clean.position === null ? null : (release.position(clean.position)?.path ?? null);
	const changes = planEnrolments(
		{
			...facts,
			hiredOn: clean.hiredOn,
			...(change.team && { teamAssignments: clean.team === null ? [] : await readTeamAssignments(tx, eq(team.name, clean.team)) }),
			position: change.position ? (clean.position === null ? null : { since: facts.today, path }) : facts.position,
			// A position of this very day is corrected, not left.
			hadPosition: facts.hadPosition || (change.position !== null && facts.position !== null && facts.position.since < facts.today)
		},
		release.academy
	);
	const named = async (mentorId: string | null) =>
		mentorId === null
			? null
			: ((await tx.select({ name: employee.name }).from(employee).where(eq(employee.id, mentorId)))[0]?.name ?? null);
	const mentor = change.mentor && {
		from: await named(change.mentor.from),
		to: await named(change.mentor.to),
		waiting: await tx.$count(deskItem, and(eq(deskItem.employeeId, id), isNull(deskItem.finishedAt)))
	};
	return { ...change, mentor, changes, seen: seenOf(clean, changes, [before.team, before.position, before.hiredOn, before.mentorId]) };
}

/**
 * Two who work on one person at once: what the actor left as it was when the page was made (`was`) is taken as it is by now,
 * and a field that both have changed is a problem once. `now` is what the page shows of it from then on, `taken` what of that
 * stands in fields the actor left alone.
 */
async function joinChanges(db: Db, input: PersonInput & { id: string }, was: PersonInput) {
	const standing = await readStanding(db, input.id);
	if (!standing) return null;
	const { name, email, personnelNumber, position, team: inTeam, mentorId, hiredOn } = standing;
	const now: PersonInput = { name, email: email ?? '', personnelNumber: personnelNumber ?? '', position: position ?? '', team: inTeam ?? '', mentor: mentorId ?? '', hiredOn: hiredOn ?? '' };
	const joined = { ...now };
	const taken: Partial<PersonInput> = {};
	const problems: PersonProblems = {};
	for (const field of Object.keys(now) as (keyof PersonInput)[]) {
		if (input[field] === was[field]) {
			if (now[field] !== was[field]) taken[field] = now[field];
			continue;
		}
		joined[field] = input[field];
		if (now[field] !== was[field] && now[field] !== input[field]) problems[field] = 'changed-meanwhile';
	}
	return { joined, problems, now, taken };
}

/**
 * Changes what HR says about a person. `was` is what the page showed: with it nobody's change is overwritten unseen. Another
 * e-mail ends the links that were sent to the old one. With `seen` (empty at first) a change of position, team, mentor or hire date is told before it is made: `preview`; it is made when `seen` is
 * that of the preview and nothing else has changed meanwhile. Without `seen` it is made at once. `same`: every field was sent
 * back as the page showed it, and nothing is written. `locale` is another language than the page showed; whoever chose one
 * themselves keeps it. Whose data was erased is `missing`.
 */
export async function changePerson(
	db: Db,
	library: Library,
	actor: Actor,
	given: PersonInput & { id: string; seen?: string; was?: PersonInput; locale?: Locale | null },
	now: Date
): Promise<
	| { code: 'changed' | 'same' }
	/** `meanwhile`: when somebody else has changed a field, too: how it stands, and with whose name. `fitting`: as above. */
	| { code: 'problems'; problems: PersonProblems; meanwhile?: { now: PersonInput; taken: Partial<PersonInput>; mentor: string | null }; fitting?: Choice[] }
	| { code: 'missing' }
	/** `again`: something has changed since the preview that was confirmed. */
	| { code: 'preview'; preview: PersonChange; again: boolean }
> {
	const relation = isUuid(given.id) ? await relationTo(db, actor, given.id) : null;
	if (!relation || !may(actor, 'people.change', { relation })) return { code: 'missing' };
	if (await isErased(db, given.id)) return { code: 'missing' };
	const named = given.mentor === '' ? null : await choose(db, actor, 'mentor', given.mentor);
	const said = named?.code === 'chosen' ? { ...given, mentor: named.choice.id } : given;
	const met = said.was ? await joinChanges(db, said, said.was) : null;
	if (met && Object.keys(met.problems).length > 0) {
		const { problems, now: stands, taken } = met;
		const [mentor] = stands.mentor === '' ? [] : await db.select({ name: employee.name, email: employee.email, number: employee.personnelNumber }).from(employee).where(eq(employee.id, stands.mentor));
		return { code: 'problems', problems, meanwhile: { now: stands, taken, mentor: mentor ? sayChoice(mentor.name, mentor.email ?? mentor.number) : null } };
	}
	const input = { ...said, ...met?.joined };
	const { problems, fitting, clean } = await judgeInput(db, library, actor, input, input.id, now);
	if (Object.keys(problems).length > 0) return { code: 'problems', problems, fitting };
	try {
		return await transact(db, async (tx) => {
			const before = await readStanding(tx, input.id);
			if (!before || (await isErased(tx, input.id))) return { code: 'missing' };
			if (input.seen !== undefined) {
				const preview = await foresee(tx, library, input.id, before, clean, now);
				if (preview && preview.seen !== input.seen) return { code: 'preview', preview, again: input.seen !== '' };
			}
			const locale = given.locale === undefined || before.choseLocale ? before.locale : given.locale;
			const fields = [...changedFields({ ...before, mentor: before.mentorId }, clean), ...(locale === before.locale ? [] : ['locale' as const])];
			// What was sent twice changes nothing the second time, and is no less saved.
			if (given.was && given.locale === undefined && fields.length === 0 && !isMeant(given, given.was, clean)) return { code: 'same' };
			await tx
				.update(employee)
				.set({
					name: clean.name,
					email: clean.email,
					personnelNumber: clean.personnelNumber,
					hiredOn: clean.hiredOn,
					locale
				})
				.where(eq(employee.id, input.id));
			if (before.email !== clean.email) await endLinks(tx, input.id, now);
			const remembered = [
				{ what: 'team', before: before.team, after: clean.team },
				{ what: 'hired-on', before: before.hiredOn, after: clean.hiredOn }
			].filter((change) => change.before !== change.after);
			if (remembered.length > 0) {
				await tx
					.insert(employmentChange)
					.values(remembered.map((change) => ({ ...change, employeeId: input.id, changedBy: actor.id, at: now })));
			}
			if (fields.length > 0) await recordAudit(tx, { actor, action: 'person.changed', person: input.id, details: { fields } }, now);
			await place(tx, library, input.id, clean, now, actor.id);
			return { code: 'changed' };
		});
	} catch (error) {
		return { code: 'problems', problems: readRefusal(error) };
	}
}

const handover = worded((db) => {
	const person = sql.placeholder('person');
	return db
		.select({
			mentees: rowsOf(
				db
					.select({ id: employee.id, name: employee.name })
					.from(mentorship)
					.innerJoin(employee, eq(employee.id, mentorship.menteeId))
					.where(and(eq(mentorship.mentorId, person), isNull(mentorship.until), isNull(employee.leftAt)))
					.orderBy(asc(employee.name), asc(employee.id))
			),
			work: rowsOf(
				db
					.select({ id: deskItem.id })
					.from(deskItem)
					.where(and(or(eq(deskItem.claimedBy, person), eq(deskItem.handedTo, person)), isNull(deskItem.finishedAt)))
					.orderBy(asc(deskItem.id))
			)
		})
		.from(onlyLists)
		.prepare('handover');
});

/** What hangs on somebody who leaves: whom they mentor in person, and what on the desk is in their hands or meant for them. */
async function readHandover(tx: Db, id: string) {
	const [found] = await handover(tx).execute({ person: id });
	const { mentees, work } = found!;
	return { mentees, work, seen: fingerprint([mentees.map((mentee) => mentee.id).sort(), work.map((one) => one.id)]) };
}

/** What HR looks at before somebody leaves. */
export interface LeavingPreview {
	/** Sent back with the leaving. */
	seen: string;
	/** The first twenty by name. */
	mentees: { total: number; names: string[] };
	/** How much work on the desk others take over. */
	work: number;
}

/** What would be handed over; null for who may not record the leaving. */
export async function foreseeLeaving(db: Db, actor: Actor, id: string): Promise<LeavingPreview | null> {
	const relation = isUuid(id) ? await relationTo(db, actor, id) : null;
	if (!relation || !may(actor, 'people.leave', { relation })) return null;
	const { mentees, work, seen } = await readHandover(db, id);
	return { seen, mentees: { total: mentees.length, names: mentees.slice(0, 20).map(({ name }) => name) }, work: work.length };
}

/** What became of the work of a mentor who left. */
interface HandedOn {
	/** How many people `to` mentors from now on. */
	mentees: number;
	to: string | null;
	/** How many have lost their mentor and got none. */
	without: number;
	/** How much on the desk was in their hands, or meant for them, and is open to others again. */
	freed: number;
}

/**
 * The end of an employment: from now on the person cannot sign in, every session and link ends; work they had taken from
 * the desk is free again; records stay. Said twice it is said once. `last-admin`: somebody else must be made
 * administrator first. `successor`: who mentors their mentees from now on (an id, or what somebody wrote to name one), or
 * `none`; a mentor of somebody cannot leave without it (`successor-needed`), nor without one who can be it. With `seen` it is
 * recorded only while exactly what was looked at would be handed over; else `changed-meanwhile`.
 */
export async function recordLeaving(
	db: Db,
	actor: Actor,
	input: { id: string; successor?: string; seen?: string },
	now: Date
): Promise<{ code: 'left'; handed?: HandedOn } | { code: 'missing' | 'last-admin' | 'changed-meanwhile' | 'successor-needed' } | NotChosen> {
	const relation = isUuid(input.id) ? await relationTo(db, actor, input.id) : null;
	if (!relation || !may(actor, 'people.leave', { relation })) return { code: 'missing' };
	const successor = input.successor ?? '';
	return transact(db, async (tx) => {
		if (await isLastAdministrator(tx, input.id)) return { code: 'last-admin' };
		const [person] = await tx.select({ leftAt: employee.leftAt }).from(employee).where(eq(employee.id, input.id)).for('no key update');
		if (person!.leftAt !== null) return { code: 'left' };
		const { mentees, work, seen } = await readHandover(tx, input.id);
		if (input.seen !== undefined && input.seen !== seen) return { code: 'changed-meanwhile' };
		let to: Choice | null = null;
		if (mentees.length > 0) {
			if (successor === '') return { code: 'successor-needed' };
			if (successor !== 'none') {
				const named = await choose(tx, actor, 'mentor', successor);
				if (named.code !== 'chosen') return named;
				if (named.choice.id === input.id) return { code: 'choice-unknown', fitting: [] };
				to = named.choice;
			}
		}
		// Of those, too, who are away themselves: they would come back to a mentor who is gone.
		await tx.update(mentorship).set({ until: now }).where(and(eq(mentorship.mentorId, input.id), isNull(mentorship.until)));
		// Nobody mentors themselves.
		const handed = mentees.flatMap(({ id }) => (to === null || to.id === id ? [] : { mentorId: to.id, menteeId: id, since: now }));
		if (handed.length > 0) await tx.insert(mentorship).values(handed).onConflictDoNothing();
		const isTheirs = (whose: typeof deskItem.claimedBy | typeof deskItem.handedTo) => and(eq(whose, input.id), isNull(deskItem.finishedAt));
		await tx.update(deskItem).set({ claimedBy: null, claimedUntil: null }).where(isTheirs(deskItem.claimedBy));
		await tx.update(deskItem).set({ handedTo: null }).where(isTheirs(deskItem.handedTo));
		await tx.update(employee).set({ leftAt: now }).where(eq(employee.id, input.id));
		await tx.insert(employmentChange).values({ employeeId: input.id, what: 'left', changedBy: actor.id, at: now });
		await endLinks(tx, input.id, now);
		await endSessions(tx, input.id);
		await recordAudits(
			tx,
			[
				{ actor, action: 'person.left', person: input.id, details: {} },
				...mentees.map(({ id }) => ({ actor, action: 'person.changed' as const, person: id, details: { fields: ['mentor'] } }))
			],
			now
		);
		return mentees.length + work.length === 0 ? { code: 'left' } : { code: 'left', handed: { mentees: handed.length, to: to?.name ?? null, without: mentees.length - handed.length, freed: work.length } };
	});
}

/**
 * Takes a leaving back: by mistake, or hired again. The password is as it was; former mentees stay with their new mentor.
 * Whose data was erased does not come back: `missing`.
 */
export async function recordReturn(
	db: Db,
	library: Library,
	actor: Actor,
	input: { id: string },
	now: Date
): Promise<{ code: 'back' } | { code: 'missing' }> {
	const relation = isUuid(input.id) ? await relationTo(db, actor, input.id) : null;
	if (!relation || !may(actor, 'people.leave', { relation })) return { code: 'missing' };
	return transact(db, async (tx) => {
		await tx.select({ id: employee.id }).from(employee).where(eq(employee.id, input.id)).for('no key update');
		if (await isErased(tx, input.id)) return { code: 'missing' };
		const back = await tx
			.update(employee)
			.set({ leftAt: null })
			.where(and(eq(employee.id, input.id), isNotNull(employee.leftAt)))
			.returning({ id: employee.id });
		if (back.length > 0) {
			await tx.insert(employmentChange).values({ employeeId: input.id, what: 'back', changedBy: actor.id, at: now });
			// What path and team were given meanwhile.
			await recalculate(tx, library, [input.id], actor.id, now);
			await recordAudit(tx, { actor, action: 'person.returned', person: input.id, details: {} }, now);
		}
		return { code: 'back' };
	});
}

/** Of `employee`, in a select. */
export const stateOfPerson = sql<PersonState>`case when ${employee.leftAt} is not null then 'left' when ${employee.passwordHash} is null then 'invited' else 'active' end`;
/** Condition: this person holds the role and has not left. */
export const canMentor = (id: SQL | Column) => sql`${id} in (select ${roleGrant.employeeId} from ${roleGrant} join ${employee} as holder on holder.id = ${roleGrant.employeeId}
	where ${roleGrant.role} = 'mentor' and ${roleGrant.withdrawnAt} is null and holder.left_at is null)`;
/** Of `employee`, in a select; null = none. */
export const mentorName = sql<
	string | null
>`(select mentor.name from ${mentorship} join ${employee} as mentor on mentor.id = ${mentorship.mentorId} where ${mentorship.menteeId} = ${employee.id} and ${mentorship.until} is null)`;

const onePerson = worded((db) =>
	db
		.select({
			isMentored: sql<boolean>`${isMentoredBy(sql.placeholder('me'))}`,
			id: employee.id,
			name: employee.name,
			email: employee.email,
			personnelNumber: employee.personnelNumber,
			locale: employee.locale,
			choseLocale,
			hiredOn: employee.hiredOn,
			createdAt: employee.createdAt,
			leftAt: employee.leftAt,
			position: positionAssignment.position,
			positionSince: positionAssignment.since,
			team: team.name,
			state: stateOfPerson,
			/** Their personal data is gone; nothing about them can be changed. */
			isErased: sql<boolean>`exists (select 1 from ${erasure} where ${erasure.employeeId} = ${employee.id} and ${erasure.appliedAt} is not null)`,
			mentorId: sql<
				string | null
			>`(select ${mentorship.mentorId} from ${mentorship} where ${mentorship.menteeId} = ${employee.id} and ${mentorship.until} is null)`,
			mentor: mentorName,
			/** E-mail, else personnel number. */
			mentorAddress: sql<string | null>`(select coalesce(mentor.email, mentor.personnel_number) from ${mentorship} join ${employee} as mentor on mentor.id = ${mentorship.mentorId} where ${mentorship.menteeId} = ${employee.id} and ${mentorship.until} is null)`,
			teamMentors: sql<
				string[]
			>`array(select mentor.name from ${teamMentor} join ${employee} as mentor on mentor.id = ${teamMentor.mentorId} where ${teamMentor.teamId} = ${employee.teamId} and mentor.id <> ${employee.id} and mentor.left_at is null order by mentor.name)`,
			roles: sql<
				Role[]
			>`array(select ${roleGrant.role} from ${roleGrant} where ${roleGrant.employeeId} = ${employee.id} and ${roleGrant.withdrawnAt} is null order by 1)`,
			/** Until when a link that was made for the person can be used; null when none can. */
			linkUntil: sql`(select max(${oneTimeLink.expiresAt}) from ${oneTimeLink} where ${oneTimeLink.employeeId} = ${employee.id} and ${oneTimeLink.usedAt} is null and ${oneTimeLink.expiresAt} > ${sql.placeholder('now')}::timestamptz)`.mapWith((value: string): Date | null => new Date(value))
		})
		.from(employee)
		.leftJoin(team, eq(team.id, employee.teamId))
		.leftJoin(
			positionAssignment,
			and(eq(positionAssignment.employeeId, employee.id), isNull(positionAssignment.until))
		)
		.where(eq(employee.id, sql.placeholder('person')))
		.prepare('person')
);

/** Everything HR sees of one person here; null when there is nobody, or nobody the actor may see. One query. */
export async function readPerson(db: Db, actor: Actor, id: string, now: Date) {
	if (!isUuid(id)) return null;
	const [row] = await onePerson(db).execute({ me: actor.id, person: id, now: now.toISOString() });
	if (!row) return null;
	const { isMentored, ...person } = row;
	const relation = relationBy(actor, id, isMentored);
	return may(actor, 'people.see', { relation }) ? { ...person, relation } : null;
}

/** What the form about a person offers to choose from; null where there is too much. */
export async function listChoices(db: Db, actor: Actor, now: Date) {
	if (!may(actor, 'people.invite')) return { mentors: [], teams: [] };
	const [mentors, teams] = await Promise.all([offerChoices(db, actor, 'mentor', now), offerChoices(db, actor, 'team', now)]);
	return { mentors, teams };
}
