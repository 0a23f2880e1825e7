/**
 * Sessions, after Lucia's published `code/auth_session.ts`: the token is `id.secret`, only the SHA-256 of the secret is
 * stored and compared in constant time; a session ends after ten days without a visit, and after sixty in any case.
 * What callers still owe: the cookie's attributes (cookie.ts), refusing cross-site posts (hooks.server.ts), and ending
 * sessions when a password, a role or an employment changes (endSessions).
 */
import { and, eq, isNull, lt, ne, or, sql } from 'drizzle-orm';
import type { Actor, Role } from '../../core/permissions.ts';
import { isLocale, type Locale } from '../../i18n/index.ts';
import { worded, type Db } from '../db/open.ts';
import { employee, notification, roleGrant, session } from '../db/schema/index.ts';
import { hashSecret, isSecretOf, newPublicId, newSecret } from './token.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** A session that nobody uses ends after this time. */
export const inactivityLimit = 10 * day;
/** Every session ends after this time. */
export const absoluteLimit = 60 * day;
/** The last visit is written at most this often. */
export const writeEvery = 60 * minute;

/** Who is signed in, as the session query reads it: always as the database is now. */
export interface SignedIn extends Actor {
	name: string;
	email: string | null;
	/** Null = not chosen: by the browser. */
	locale: Locale | null;
	/** Null = as the system has it. */
	theme: 'light' | 'dark' | null;
	/** Notifications that were not read; counted to 100. */
	unread: number;
	sessionId: string;
}

export interface ReadSession {
	person: SignedIn;
	/** The database's clock. */
	now: Date;
	/** True when the visit was written: the cookie is to be set anew, so that it lives on. */
	prolonged: boolean;
}

/**
 * Starts a session for a person whose password hash is still the given one, so that a sign-in which meets a password
 * change or a leaving ends one way or the other. Null when it no longer is.
 */
export async function startSession(
	db: Db,
	person: { id: string; passwordHash: string },
	device: string,
	now: Date
): Promise<string | null> {
	const id = newPublicId();
	const secret = newSecret();
	const rows = await db
		.insert(session)
		.select(
			db
				.select({
					id: sql<string>`${id}::text`.as('id'),
					secretHash: sql<string>`${hashSecret(secret)}::text`.as('secret_hash'),
					employeeId: employee.id,
					createdAt: sql<Date>`${now.toISOString()}::timestamptz`.as('created_at'),
					lastSeenAt: sql<Date>`${now.toISOString()}::timestamptz`.as('last_seen_at'),
					device: sql<string>`${device}::text`.as('device')
				})
				.from(employee)
				.where(
					and(
						eq(employee.id, person.id),
						eq(employee.passwordHash, person.passwordHash),
						isNull(employee.leftAt)
					)
				)
				// Not a share: below the row is written, and two who share it would wait for one another.
				.for('no key update')
		)
		.returning({ id: session.id });
	if (rows.length !== 1) return null;
	await noteSeen(db, person.id, now);
	return `${id}.${secret}`;
}

/** Says when the person was last here: that is told of people long after their sessions have ended. */
async function noteSeen(db: Db, employeeId: string, now: Date): Promise<void> {
	await db
		.update(employee)
		.set({ lastSeenAt: now })
		.where(and(eq(employee.id, employeeId), or(isNull(employee.lastSeenAt), lt(employee.lastSeenAt, now))));
}

/** The one query of a signed-in request. */
const sessionQuery = worded((db) =>
	db
		.select({
			now: sql<Date>`now()`.mapWith(session.lastSeenAt),
			secretHash: session.secretHash,
			createdAt: session.createdAt,
			lastSeenAt: session.lastSeenAt,
			id: employee.id,
			name: employee.name,
			email: employee.email,
			locale: employee.locale,
			theme: employee.theme,
			leftAt: employee.leftAt,
			granted: sql<
				Role[]
			>`array(select ${roleGrant.role} from ${roleGrant} where ${roleGrant.employeeId} = ${employee.id} and ${roleGrant.withdrawnAt} is null)`,
			unread: sql<number>`(select count(*)::int from (select 1 from ${notification} where ${notification.employeeId} = ${employee.id} and ${notification.readAt} is null limit 100) unread)`
		})
		.from(session)
		.innerJoin(employee, eq(employee.id, session.employeeId))
		.where(eq(session.id, sql.placeholder('id')))
		.prepare('session')
);

/**
 * Who holds this token; null for a token that is unknown, wrong, too old, or of a person who has left. `at` is another
 * clock than the database's, for tests.
 */
export async function readSession(db: Db, token: string, at?: Date): Promise<ReadSession | null> {
	const [id, secret, more] = token.split('.');
	// PostgreSQL takes no NUL in a text; an id of ours has letters and digits alone.
	if (!id || !/^[a-z0-9]+$/.test(id) || !secret || more !== undefined) return null;
	const [row] = await sessionQuery(db).execute({ id });
	if (!row || !isSecretOf(secret, row.secretHash)) return null;
	const now = at ?? row.now;
	const idle = now.getTime() - row.lastSeenAt.getTime();
	const age = now.getTime() - row.createdAt.getTime();
	if (idle >= inactivityLimit || age >= absoluteLimit || row.leftAt !== null) return null;

	const prolonged = idle >= writeEvery;
	if (prolonged) {
		await db
			.update(session)
			.set({ lastSeenAt: now })
			.where(and(eq(session.id, id), lt(session.lastSeenAt, now)));
		await noteSeen(db, row.id, now);
	}
	return {
		now,
		prolonged,
		person: {
			id: row.id,
			name: row.name,
			email: row.email,
			roles: ['learner', ...row.granted],
			locale: isLocale(row.locale) ? row.locale : null,
			theme: row.theme === 'light' || row.theme === 'dark' ? row.theme : null,
			unread: row.unread,
			sessionId: id
		}
	};
}

/** Ends a person's sessions: all, or all but the one they are sitting at. */
export async function endSessions(db: Db, employeeId: string, except: string | null = null): Promise<void> {
	await db
		.delete(session)
		.where(and(eq(session.employeeId, employeeId), except === null ? undefined : ne(session.id, except)));
}

/** Ends one session of this person; false when there is none of that id. */
export async function endSession(db: Db, employeeId: string, sessionId: string): Promise<boolean> {
	const ended = await db
		.delete(session)
		.where(and(eq(session.employeeId, employeeId), eq(session.id, sessionId)))
		.returning({ id: session.id });
	return ended.length > 0;
}

/** Throws away sessions that can no longer be used. */
export async function forgetOldSessions(db: Db, now: Date): Promise<void> {
	const idleSince = new Date(now.getTime() - inactivityLimit);
	const bornBefore = new Date(now.getTime() - absoluteLimit);
	await db
		.delete(session)
		.where(
			sql`${session.lastSeenAt} < ${idleSince.toISOString()}::timestamptz or ${session.createdAt} < ${bornBefore.toISOString()}::timestamptz`
		);
}
