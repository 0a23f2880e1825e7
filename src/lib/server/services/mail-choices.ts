/**
 * Which kinds of mail somebody wants. They choose in their account, or without signing in by a link that stands in every
 * such mail: whoever holds it can turn mails on and off, and nothing else.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { mailKindsOf, type MailKind } from '../../core/notification.ts';
import { may, type Actor, type Role } from '../../core/permissions.ts';
import { transact, type Db } from '../db/open.ts';
import { employee, mailRefusal, ownKey, roleGrant } from '../db/schema/index.ts';
import { recordAudit } from './audit.ts';

export interface MailChoices {
	/** Those that this person's roles may get, and whether they want them. */
	kinds: { kind: MailKind; wanted: boolean }[];
	/** Whether there is an address to send to. */
	hasAddress: boolean;
}

/** Signs links in mails; made once for an installation. */
export async function mailKey(db: Db, now: Date): Promise<string> {
	const of = () => db.select({ value: ownKey.value }).from(ownKey).where(eq(ownKey.purpose, 'mail'));
	const [found] = await of();
	if (found) return found.value;
	await db.insert(ownKey).values({ purpose: 'mail', value: randomBytes(32).toString('hex'), createdAt: now }).onConflictDoNothing();
	const [made] = await of();
	return made!.value;
}

/** What stands in a link for this person: who they are, and the proof that we wrote it. */
export function mailToken(key: string, employeeId: string): string {
	const id = Buffer.from(employeeId.replaceAll('-', ''), 'hex').toString('base64url');
	return `${id}.${createHmac('sha256', Buffer.from(key, 'hex')).update(`mails of ${employeeId}`).digest('base64url')}`;
}

/** Whose link it is; null when we did not write it, or they have left. */
async function holderOf(db: Db, token: string, now: Date): Promise<(Actor & { hasAddress: boolean }) | null> {
	const hex = Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('hex');
	const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
	if (!isUuid(id)) return null;
	const [given, ours] = [Buffer.from(token), Buffer.from(mailToken(await mailKey(db, now), id))];
	if (given.length !== ours.length || !timingSafeEqual(given, ours)) return null;
	const [row] = await db
		.select({
			email: employee.email,
			granted: sql<Role[]>`array(select one.role from ${roleGrant} one where one.employee_id = ${employee}.id and one.withdrawn_at is null)`
		})
		.from(employee)
		.where(and(eq(employee.id, id), isNull(employee.leftAt)));
	return row ? { id, roles: ['learner', ...row.granted], hasAddress: row.email !== null } : null;
}

async function choicesOf(db: Db, person: Actor & { hasAddress: boolean }): Promise<MailChoices> {
	const refused = new Set((await db.select({ kind: mailRefusal.kind }).from(mailRefusal).where(eq(mailRefusal.employeeId, person.id))).map(({ kind }) => kind));
	return { kinds: mailKindsOf(person.roles).map((kind) => ({ kind, wanted: !refused.has(kind) })), hasAddress: person.hasAddress };
}

async function choose(db: Db, person: Actor, wanted: readonly string[], now: Date): Promise<void> {
	const theirs = mailKindsOf(person.roles);
	const refused = theirs.filter((kind) => !wanted.includes(kind));
	const kept = theirs.filter((kind) => wanted.includes(kind));
	await transact(db, async (tx) => {
		const off =
			refused.length === 0
				? []
				: await tx
						.insert(mailRefusal)
						.values(refused.map((kind) => ({ employeeId: person.id, kind, refusedAt: now })))
						.onConflictDoNothing()
						.returning({ kind: mailRefusal.kind });
		// Of kinds that their roles no longer have, what they said stays.
		const on =
			kept.length === 0
				? []
				: await tx
						.delete(mailRefusal)
						.where(and(eq(mailRefusal.employeeId, person.id), inArray(mailRefusal.kind, kept)))
						.returning({ kind: mailRefusal.kind });
		if (off.length + on.length > 0) await recordAudit(tx, { actor: person, action: 'mails.chosen', person: person.id, details: { refused } }, now);
	});
}

/** The actor's own. One query. */
export function readMailChoices(db: Db, actor: Actor & { email: string | null }): Promise<MailChoices> {
	return choicesOf(db, { ...actor, hasAddress: actor.email !== null });
}

/** The actor wants these kinds and no other. Said twice, it is said once. */
export async function chooseMails(db: Db, actor: Actor, input: { wanted: readonly string[] }, now: Date): Promise<void> {
	if (may(actor, 'account.change', { relation: 'self' })) await choose(db, actor, input.wanted, now);
}

/** Of whoever holds the link; null when there is no such link. */
export async function readMailChoicesByLink(db: Db, token: string, now: Date): Promise<MailChoices | null> {
	const holder = await holderOf(db, token, now);
	return holder && choicesOf(db, holder);
}

export async function chooseMailsByLink(db: Db, input: { token: string; wanted: readonly string[] }, now: Date): Promise<{ code: 'chosen' | 'missing' }> {
	const holder = await holderOf(db, input.token, now);
	if (!holder || !may(null, 'mail.choose-by-link')) return { code: 'missing' };
	await choose(db, holder, input.wanted, now);
	return { code: 'chosen' };
}

/** One kind is wanted no more; the others stay as they are. */
export async function refuseMailByLink(db: Db, input: { token: string; kind: MailKind }, now: Date): Promise<{ code: 'refused' | 'missing' }> {
	const holder = await holderOf(db, input.token, now);
	if (!holder || !may(null, 'mail.choose-by-link')) return { code: 'missing' };
	await transact(db, async (tx) => {
		const off = await tx.insert(mailRefusal).values({ employeeId: holder.id, kind: input.kind, refusedAt: now }).onConflictDoNothing().returning({ kind: mailRefusal.kind });
		if (off.length === 0) return;
		const choices = await choicesOf(tx, holder);
		const refused = choices.kinds.filter(({ wanted }) => !wanted).map(({ kind }) => kind);
		await recordAudit(tx, { actor: holder, action: 'mails.chosen', person: holder.id, details: { refused } }, now);
	});
	return { code: 'refused' };
}
