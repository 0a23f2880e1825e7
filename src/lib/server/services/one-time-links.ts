/** One-time links: an invitation or a reset. Whoever holds one may choose a password, once. Only a hash is stored. */
import { and, eq, gt, inArray, isNull } from 'drizzle-orm';
import { hashPassword, judgePassword, type PasswordProblem } from '../auth/password.ts';
import { endSessions, startSession } from '../auth/session.ts';
import { forgiveFailures } from '../auth/throttle.ts';
import { hashSecret, newSecret } from '../auth/token.ts';
import { transact, type Db } from '../db/open.ts';
import { employee, oneTimeLink } from '../db/schema/index.ts';
import { recordAudit, type AuditActor } from './audit.ts';

const hour = 60 * 60_000;
const day = 24 * hour;
/** Milliseconds. A reset that HR prints as a card has to be carried to the person first. */
export const lifetimes = { invite: 14 * day, reset: 2 * hour, card: 7 * day, 'first-admin': 7 * day };

export type Purpose = 'invite' | 'reset';

export interface MadeLink {
	/** Shown now or never. */
	token: string;
	expiresAt: Date;
}

/** Makes a link; those of the same purpose made before for the same person end. Inside the caller's transaction. */
export async function makeLink(
	db: Db,
	link: { purpose: Purpose; employeeId: string; by: AuditActor; lifetime: number },
	now: Date
): Promise<MadeLink> {
	const token = newSecret();
	const expiresAt = new Date(now.getTime() + link.lifetime);
	await endLinks(db, link.employeeId, now, link.purpose);
	await db.insert(oneTimeLink).values({
		purpose: link.purpose,
		tokenHash: hashSecret(token),
		employeeId: link.employeeId,
		createdBy: link.by?.id ?? null,
		createdAt: now,
		expiresAt
	});
	const details = { purpose: link.purpose };
	await recordAudit(db, { actor: link.by, action: 'link.made', person: link.employeeId, details }, now);
	return { token, expiresAt };
}

/** Ends the unused links of a person, or of several: all, or those of one purpose. */
export async function endLinks(db: Db, whose: string | string[], now: Date, purpose?: Purpose): Promise<void> {
	await db
		.update(oneTimeLink)
		.set({ expiresAt: now })
		.where(
			and(
				inArray(oneTimeLink.employeeId, [whose].flat()),
				purpose && eq(oneTimeLink.purpose, purpose),
				isNull(oneTimeLink.usedAt),
				gt(oneTimeLink.expiresAt, now)
			)
		);
}

/** Whom a link is for; null when it is unknown, used, ended, or of a person who has left. */
export async function readLink(db: Db, link: { purpose: Purpose; token: string }, now: Date) {
	const [row] = await db
		.select({
			employeeId: employee.id,
			name: employee.name,
			email: employee.email,
			personnelNumber: employee.personnelNumber
		})
		.from(oneTimeLink)
		.innerJoin(employee, eq(employee.id, oneTimeLink.employeeId))
		.where(and(isUsable(link, now), isNull(employee.leftAt)));
	return row ?? null;
}

/** Those of the tokens that still open something. */
export async function usableOf(db: Db, tokens: readonly string[], now: Date): Promise<Set<string>> {
	if (tokens.length === 0) return new Set();
	const byHash = new Map(tokens.map((token) => [hashSecret(token), token]));
	const rows = await db
		.select({ hash: oneTimeLink.tokenHash })
		.from(oneTimeLink)
		.where(and(inArray(oneTimeLink.tokenHash, [...byHash.keys()]), isNull(oneTimeLink.usedAt), gt(oneTimeLink.expiresAt, now)));
	return new Set(rows.map(({ hash }) => byHash.get(hash)!));
}

const isUsable = (link: { purpose: Purpose; token: string }, now: Date) =>
	and(
		eq(oneTimeLink.tokenHash, hashSecret(link.token)),
		eq(oneTimeLink.purpose, link.purpose),
		isNull(oneTimeLink.usedAt),
		gt(oneTimeLink.expiresAt, now)
	);

export type Redeeming =
	/** The password is set and the person is signed in with this session token. */
	| { code: 'signed-in'; token: string }
	/** The link is unknown, used or ended. */
	| { code: 'gone' }
	| { code: PasswordProblem };

/** Sets the password with a link: the link is used up, every session and every other link of the person ends. */
export async function redeemLink(
	db: Db,
	input: { purpose: Purpose; token: string; password: string; device: string; address?: string },
	now: Date
): Promise<Redeeming> {
	const person = await readLink(db, input, now);
	if (!person) return { code: 'gone' };
	const problem = judgePassword(input.password, person);
	if (problem) return { code: problem };
	const passwordHash = await hashPassword(input.password);
	return transact(db, async (tx): Promise<Redeeming> => {
		// Of two who hold the same link one gets this row.
		const used = await tx
			.update(oneTimeLink)
			.set({ usedAt: now })
			.where(isUsable(input, now))
			.returning({ id: oneTimeLink.id });
		if (used.length === 0) return { code: 'gone' };
		const id = person.employeeId;
		await tx
			.update(employee)
			.set({ passwordHash })
			.where(and(eq(employee.id, id), isNull(employee.leftAt)));
		await endLinks(tx, id, now);
		await endSessions(tx, id);
		await forgiveFailures(tx, 'account', id);
		const token = await startSession(tx, { id, passwordHash }, input.device, now);
		const actor = { id, address: input.address ?? null };
		await recordAudit(tx, { actor, action: 'password.set', person: id, details: { purpose: input.purpose } }, now);
		return token === null ? { code: 'gone' } : { code: 'signed-in', token };
	});
}
