/** Invitations: how a person comes to have a password, and how the first administrator comes to be. */
import { and, asc, eq, gt, isNull, ne } from 'drizzle-orm';
import { may, type Actor } from '../../core/permissions.ts';
import { hashPassword, judgePassword, type PasswordProblem } from '../auth/password.ts';
import { startSession } from '../auth/session.ts';
import { hashSecret, newSecret } from '../auth/token.ts';
import { brokenConstraint } from '../db/constraint.ts';
import { transact, type Db } from '../db/open.ts';
import { employee, oneTimeLink, roleGrant } from '../db/schema/index.ts';
import { recordAudit, recordAudits } from './audit.ts';
import { endLinks, lifetimes, makeLink, readLink, redeemLink, type MadeLink, type Redeeming } from './one-time-links.ts';
import { fitsFilter, type PeopleFilter } from './people-list.ts';
import { cleanLine, judgeEmail, judgeName, type EmailProblem, type NameProblem } from './person-fields.ts';
import { relationTo } from './relations.ts';
import { isLoginOf, normaliseEmail } from './sign-in.ts';

export type Invitation =
	| { kind: 'person'; name: string; email: string | null; personnelNumber: string | null }
	| { kind: 'first-admin' };

/** What an invitation's link is good for; null when it is unknown, used or ended. */
export async function readInvitation(db: Db, token: string, now: Date): Promise<Invitation | null> {
	const person = await readLink(db, { purpose: 'invite', token }, now);
	if (person) {
		const { name, email, personnelNumber } = person;
		return { kind: 'person', name, email, personnelNumber };
	}
	const [first] = await db.select({ id: oneTimeLink.id }).from(oneTimeLink).where(isFirst(token, now));
	return first && !(await hasAdministrator(db)) ? { kind: 'first-admin' } : null;
}

/** Chooses the password; the person is signed in. */
export async function acceptInvitation(
	db: Db,
	actor: Actor | null,
	input: { token: string; password: string; device: string; address?: string },
	now: Date
): Promise<Redeeming> {
	if (!may(actor, 'sign-in')) return { code: 'gone' };
	return redeemLink(db, { ...input, purpose: 'invite' }, now);
}

/**
 * A new link for a person, made by HR to be handed over: an invitation for those who have no password yet, a reset for
 * those who have one; with the language that the person has chosen. `missing` also stands for the actor's own account.
 */
export async function makePersonalLink(
	db: Db,
	actor: Actor,
	input: { employeeId: string },
	now: Date
): Promise<
	({ code: 'made'; purpose: 'invite' | 'reset'; locale: string | null } & MadeLink) | { code: 'left' } | { code: 'missing' }> {
	const relation = await relationTo(db, actor, input.employeeId);
	if (!relation || !may(actor, 'people.link', { relation })) return { code: 'missing' };
	return transact(db, async (tx) => {
		const [person] = await tx
			.select({ passwordHash: employee.passwordHash, leftAt: employee.leftAt, locale: employee.locale })
			.from(employee)
			.where(eq(employee.id, input.employeeId))
			.for('share');
		if (!person || person.leftAt !== null) return { code: 'left' };
		const purpose = person.passwordHash === null ? 'invite' : 'reset';
		const lifetime = purpose === 'invite' ? lifetimes.invite : lifetimes.card;
		const link = await makeLink(tx, { purpose, employeeId: input.employeeId, by: actor, lifetime }, now);
		return { code: 'made', purpose, locale: person.locale, ...link };
	});
}

/** So many cards are made at once: as many as somebody prints and cuts. */
export const mostCards = 100;

export interface MadeCard extends MadeLink {
	employeeId: string;
	name: string;
	email: string | null;
	personnelNumber: string | null;
	/** The person's own; null = none chosen. */
	locale: string | null;
}
/** Whom cards are for: who has not begun, of those the filter means; where mails leave, without those who got one. */
interface CardsFor {
	filter: PeopleFilter;
	mailServer: boolean;
}

const awaitsCard = (actor: Actor, { filter, mailServer }: CardsFor, now: Date) =>
	and(fitsFilter({ ...filter, state: 'invited' }, now), ne(employee.id, actor.id), mailServer ? isNull(employee.email) : undefined);

const mayMakeCards = (actor: Actor) => may(actor, 'people.link', { relation: 'other' });

/** How many would get a card; 0 for who may not make them. */
export async function countCards(db: Db, actor: Actor, asked: CardsFor, now: Date): Promise<number> {
	return mayMakeCards(actor) ? db.$count(employee, awaitsCard(actor, asked, now)) : 0;
}

/** A card for each of them, all or none; invitations made earlier end. Made twice, the later ones are good. `many` = more than can be made at once. */
export async function makeCards(db: Db, actor: Actor, asked: CardsFor, now: Date): Promise<{ code: 'made'; cards: MadeCard[] } | { code: 'many' | 'nobody' | 'missing' }> {
	if (!mayMakeCards(actor)) return { code: 'missing' };
	return transact(db, async (tx) => {
		const people = await tx
			.select({ employeeId: employee.id, name: employee.name, email: employee.email, personnelNumber: employee.personnelNumber, locale: employee.locale })
			.from(employee)
			.where(awaitsCard(actor, asked, now))
			.orderBy(asc(employee.name), asc(employee.id))
			.limit(mostCards + 1)
			.for('share');
		if (people.length === 0) return { code: 'nobody' };
		if (people.length > mostCards) return { code: 'many' };
		const expiresAt = new Date(now.getTime() + lifetimes.invite);
		const cards = people.map((person) => ({ ...person, token: newSecret(), expiresAt }));
		const ids = cards.map(({ employeeId }) => employeeId);
		await endLinks(tx, ids, now, 'invite');
		await tx.insert(oneTimeLink).values(
			cards.map(({ employeeId, token }) => ({ purpose: 'invite', tokenHash: hashSecret(token), employeeId, createdBy: actor.id, createdAt: now, expiresAt }))
		);
		await recordAudits(tx, ids.map((person) => ({ actor, action: 'link.made' as const, person, details: { purpose: 'invite' as const } })), now);
		return { code: 'made', cards };
	});
}

const isFirst = (token: string, now: Date) =>
	and(
		eq(oneTimeLink.tokenHash, hashSecret(token)),
		eq(oneTimeLink.purpose, 'first-admin'),
		isNull(oneTimeLink.usedAt),
		gt(oneTimeLink.expiresAt, now)
	);

/** Whether anybody who has not left holds the role. */
async function hasAdministrator(db: Db): Promise<boolean> {
	const rows = await db
		.select({ id: roleGrant.id })
		.from(roleGrant)
		.innerJoin(employee, eq(employee.id, roleGrant.employeeId))
		.where(and(eq(roleGrant.role, 'admin'), isNull(roleGrant.withdrawnAt), isNull(employee.leftAt)))
		.limit(1);
	return rows.length > 0;
}

/** The token of a link that creates the first administrator; null when there is one. Earlier links stay good, once. */
export async function firstAdministratorLink(db: Db, now: Date): Promise<string | null> {
	if (await hasAdministrator(db)) return null;
	const token = newSecret();
	await db.insert(oneTimeLink).values({
		purpose: 'first-admin',
		tokenHash: hashSecret(token),
		createdAt: now,
		expiresAt: new Date(now.getTime() + lifetimes['first-admin'])
	});
	return token;
}

/** Creates the first administrator and signs them in. `gone` as soon as there is one. */
export async function acceptAsFirstAdministrator(
	db: Db,
	actor: Actor | null,
	input: { token: string; name: string; email: string; password: string; device: string; address?: string },
	now: Date
): Promise<Redeeming | { code: NameProblem | EmailProblem | 'email-taken' | PasswordProblem }> {
	if (!may(actor, 'sign-in') || !(await readInvitation(db, input.token, now))) return { code: 'gone' };
	const name = cleanLine(input.name);
	const email = normaliseEmail(input.email);
	const wrong = judgeName(name) ?? judgeEmail(email);
	if (wrong) return { code: wrong };
	const problem = judgePassword(input.password, { name, email, personnelNumber: null });
	if (problem) return { code: problem };
	const passwordHash = await hashPassword(input.password);
	try {
		return await transact(db, async (tx): Promise<Redeeming> => {
			// All of these links together are one: whoever comes second waits here and finds them used.
			const links = await tx
				.select({ id: oneTimeLink.id, tokenHash: oneTimeLink.tokenHash })
				.from(oneTimeLink)
				.where(and(eq(oneTimeLink.purpose, 'first-admin'), isNull(oneTimeLink.usedAt)))
				.orderBy(asc(oneTimeLink.id))
				.for('update');
			const mine = links.some(({ tokenHash }) => tokenHash === hashSecret(input.token));
			if (!mine || (await hasAdministrator(tx))) return { code: 'gone' };
			await tx
				.update(oneTimeLink)
				.set({ usedAt: now })
				.where(and(eq(oneTimeLink.purpose, 'first-admin'), isNull(oneTimeLink.usedAt)));
			const [person] = await tx
				.insert(employee)
				.values({ name, email, passwordHash, createdAt: now })
				.returning({ id: employee.id });
			await tx.insert(roleGrant).values({ employeeId: person!.id, role: 'admin', grantedAt: now });
			const { id } = person!;
			const token = await startSession(tx, { id, passwordHash }, input.device, now);
			const of = { actor: { id, address: input.address ?? null }, person: id };
			await recordAudit(tx, { ...of, action: 'person.created', details: {} }, now);
			await recordAudit(tx, { ...of, action: 'role.granted', details: { role: 'admin' } }, now);
			await recordAudit(tx, { ...of, action: 'password.set', details: { purpose: 'first-admin' } }, now);
			return { code: 'signed-in', token: token! };
		});
	} catch (error) {
		if (brokenConstraint(error) === 'employee_email') return { code: 'email-taken' };
		throw error;
	}
}

/**
 * For the shell: makes this person an administrator, creating the account when there is none. `link` is null when they
 * have a password already: the one they know.
 */
export async function appointAdministrator(
	db: Db,
	input: { email: string; name: string },
	now: Date
): Promise<{ code: 'appointed'; link: MadeLink | null } | { code: NameProblem | EmailProblem | 'left' }> {
	const email = normaliseEmail(input.email);
	const name = cleanLine(input.name);
	const wrong = judgeEmail(email) ?? judgeName(name);
	if (wrong) return { code: wrong };
	return transact(db, async (tx) => {
		const made = await tx
			.insert(employee)
			.values({ name, email, createdAt: now })
			.onConflictDoNothing({ target: employee.email })
			.returning({ id: employee.id });
		const [person] = await tx
			.select({ id: employee.id, passwordHash: employee.passwordHash, leftAt: employee.leftAt })
			.from(employee)
			.where(isLoginOf(email));
		if (!person || person.leftAt !== null) return { code: 'left' };
		const granted = await tx
			.insert(roleGrant)
			.values({ employeeId: person.id, role: 'admin', grantedAt: now })
			.onConflictDoNothing()
			.returning({ id: roleGrant.id });
		const of = { actor: null, person: person.id };
		if (made.length > 0) await recordAudit(tx, { ...of, action: 'person.created', details: {} }, now);
		if (granted.length > 0) await recordAudit(tx, { ...of, action: 'role.granted', details: { role: 'admin' } }, now);
		if (person.passwordHash !== null) return { code: 'appointed', link: null };
		const link = await makeLink(
			tx,
			{ purpose: 'invite', employeeId: person.id, by: null, lifetime: lifetimes.invite },
			now
		);
		return { code: 'appointed', link };
	});
}
