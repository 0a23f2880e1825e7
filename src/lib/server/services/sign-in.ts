/** Signing in and out. */
import { eq } from 'drizzle-orm';
import { may, type Actor } from '../../core/permissions.ts';
import { isPassword } from '../auth/password.ts';
import { endSession, startSession } from '../auth/session.ts';
import { clearFailures, countFailure, networkOf, throttledUntil } from '../auth/throttle.ts';
import { transact, type Db } from '../db/open.ts';
import { employee } from '../db/schema/index.ts';
import { recordAudit } from './audit.ts';

export type SigningIn =
	| { code: 'signed-in'; token: string }
	/** Unknown, wrong, not yet invited, or left: nobody is told which. */
	| { code: 'wrong' }
	/** Too many failures; again from then on. */
	| { code: 'throttled'; until: Date };

/** One way to write an e-mail, and one a personnel number: so they are stored, so they are looked up. */
export const normaliseEmail = (typed: string): string => typed.trim().normalize('NFKC').toLowerCase();
export const normaliseNumber = (typed: string): string => typed.trim().normalize('NFKC').toUpperCase();

/** Condition: the employee with this e-mail or this personnel number. */
export function isLoginOf(typed: string) {
	return typed.includes('@')
		? eq(employee.email, normaliseEmail(typed))
		: eq(employee.personnelNumber, normaliseNumber(typed));
}

/**
 * `login` is an e-mail or a personnel number. Only failures count towards the limits (ten per account in 15 minutes, a
 * hundred per address in an hour); a success clears the account's.
 */
export async function signIn(
	db: Db,
	actor: Actor | null,
	input: { login: string; password: string; address: string; device: string },
	now: Date
): Promise<SigningIn> {
	if (!may(actor, 'sign-in')) return { code: 'wrong' };
	const [person] = await db
		.select({ id: employee.id, passwordHash: employee.passwordHash, leftAt: employee.leftAt })
		.from(employee)
		.where(isLoginOf(input.login));
	// E-mail and personnel number are two doors to one account; an unknown name is counted like a known one.
	const account = person?.id ?? normaliseEmail(input.login);
	const network = networkOf(input.address);
	const blocked = await throttledUntil(db, [['account', account], ['address', network]], now);
	if (blocked) return { code: 'throttled', until: blocked };

	const passwordHash = person && person.leftAt === null ? person.passwordHash : null;
	const right = await isPassword(input.password, passwordHash);
	if (!right || !person || passwordHash === null) {
		// An answer that was withheld is no failure of the address.
		const until =
			(await countFailure(db, 'account', account, now)) ?? (await countFailure(db, 'address', network, now));
		// An unknown name is written down as well, or the time of the answer would tell that it is unknown.
		const refused = { actor: { id: null, address: input.address }, action: 'session.refused', person: person?.id ?? null, details: {} } as const;
		if (!until) await transact(db, (tx) => recordAudit(tx, refused, now));
		return until ? { code: 'throttled', until } : { code: 'wrong' };
	}
	const until = await clearFailures(db, 'account', account, now);
	if (until) return { code: 'throttled', until };
	const { id } = person;
	const token = await transact(db, async (tx) => {
		const started = await startSession(tx, { id, passwordHash }, input.device, now);
		const actor = { id, address: input.address };
		if (started !== null) await recordAudit(tx, { actor, action: 'session.started', person: id, details: {} }, now);
		return started;
	});
	return token === null ? { code: 'wrong' } : { code: 'signed-in', token };
}

/** Ends the session that the person is sitting at. */
export async function signOut(db: Db, actor: Actor, input: { sessionId: string }, now: Date): Promise<void> {
	await transact(db, async (tx) => {
		const ended = await endSession(tx, actor.id, input.sessionId);
		if (ended) await recordAudit(tx, { actor, action: 'session.ended', person: actor.id, details: { all: false } }, now);
	});
}
