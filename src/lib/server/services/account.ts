/** What people change about themselves: password, language, theme, own sessions. */
import { and, desc, eq, gt } from 'drizzle-orm';
import { may, type Actor } from '../../core/permissions.ts';
import type { Locale } from '../../i18n/index.ts';
import { hashPassword, isPassword, judgePassword, type PasswordProblem } from '../auth/password.ts';
import { absoluteLimit, endSession, endSessions, inactivityLimit } from '../auth/session.ts';
import { clearFailures, countFailure, throttledUntil } from '../auth/throttle.ts';
import { transact, type Db } from '../db/open.ts';
import { employee, session } from '../db/schema/index.ts';
import { recordAudit } from './audit.ts';

const own = { relation: 'self' } as const;

/**
 * Changes the own password and ends every other session. A wrong present password counts like one at the sign-in: a
 * borrowed session is no place to guess at leisure.
 */
export async function changePassword(
	db: Db,
	actor: Actor,
	input: { present: string; next: string; sessionId: string },
	now: Date
): Promise<
	{ code: 'changed' } | { code: 'wrong' | 'forbidden' | PasswordProblem } | { code: 'throttled'; until: Date }
> {
	if (!may(actor, 'account.change', own)) return { code: 'forbidden' };
	const [person] = await db
		.select({
			name: employee.name,
			email: employee.email,
			personnelNumber: employee.personnelNumber,
			passwordHash: employee.passwordHash
		})
		.from(employee)
		.where(eq(employee.id, actor.id));
	if (!person) return { code: 'forbidden' };
	const problem = judgePassword(input.next, person);
	if (problem) return { code: problem };
	const { passwordHash } = person;
	const until =
		(await throttledUntil(db, [['account', actor.id]], now)) ??
		((await isPassword(input.present, passwordHash))
			? await clearFailures(db, 'account', actor.id, now)
			: ((await countFailure(db, 'account', actor.id, now)) ?? 'wrong'));
	if (until === 'wrong' || passwordHash === null) return { code: 'wrong' };
	if (until) return { code: 'throttled', until };

	const next = await hashPassword(input.next);
	return transact(db, async (tx) => {
		const changed = await tx
			.update(employee)
			.set({ passwordHash: next })
			.where(and(eq(employee.id, actor.id), eq(employee.passwordHash, passwordHash)))
			.returning({ id: employee.id });
		// Another change came first: the present password is no longer that.
		if (changed.length === 0) return { code: 'wrong' };
		await endSessions(tx, actor.id, input.sessionId);
		await recordAudit(tx, { actor, action: 'password.changed', person: actor.id, details: {} }, now);
		return { code: 'changed' };
	});
}

/** `null`: by the browser again. */
export async function changeLocale(db: Db, actor: Actor, input: { locale: Locale | null }): Promise<void> {
	if (!may(actor, 'account.change', own)) return;
	await db.update(employee).set({ locale: input.locale }).where(eq(employee.id, actor.id));
}

/** `null`: as the system has it. */
export async function changeTheme(db: Db, actor: Actor, input: { theme: 'light' | 'dark' | null }): Promise<void> {
	if (!may(actor, 'account.change', own)) return;
	await db.update(employee).set({ theme: input.theme }).where(eq(employee.id, actor.id));
}

export interface OwnSession {
	id: string;
	/** `Firefox, Windows`; empty when unknown. */
	device: string;
	createdAt: Date;
	/** To the hour. */
	lastSeenAt: Date;
}

/** The person's sessions that can still be used, the last used first. */
export async function listSessions(db: Db, actor: Actor, now: Date): Promise<OwnSession[]> {
	if (!may(actor, 'account.change', own)) return [];
	return db
		.select({
			id: session.id,
			device: session.device,
			createdAt: session.createdAt,
			lastSeenAt: session.lastSeenAt
		})
		.from(session)
		.where(
			and(
				eq(session.employeeId, actor.id),
				gt(session.lastSeenAt, new Date(now.getTime() - inactivityLimit)),
				gt(session.createdAt, new Date(now.getTime() - absoluteLimit))
			)
		)
		.orderBy(desc(session.lastSeenAt), desc(session.createdAt));
}

/** Ends one of the own sessions, or (`null`) all but the one the person is sitting at. */
export async function signOutElsewhere(
	db: Db,
	actor: Actor,
	input: { sessionId: string | null; keep: string },
	now: Date
): Promise<void> {
	if (!may(actor, 'account.change', own)) return;
	const { sessionId } = input;
	await transact(db, async (tx) => {
		const all = sessionId === null;
		if (all) await endSessions(tx, actor.id, input.keep);
		else if (!(await endSession(tx, actor.id, sessionId))) return;
		await recordAudit(tx, { actor, action: 'session.ended', person: actor.id, details: { all } }, now);
	});
}
