/** What the actor was told: a list, newest first, and what of it was read. */
import { and, desc, eq, isNull, lte, sql } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import type { NotificationKind } from '../../core/notification.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { employee, notification } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { placeNotice, type PlacedNotice } from './notices.ts';

export interface NotificationLine extends PlacedNotice {
	id: string;
	createdAt: Date;
	isRead: boolean;
}

/** A page of them. Two queries. */
export async function listNotifications(
	db: Db,
	library: Pick<Library, 'current'>,
	actor: Actor,
	page: { limit: number; offset: number },
	locale: string
): Promise<{ lines: NotificationLine[]; total: number; unread: number }> {
	if (!may(actor, 'notification.see', { relation: 'self' })) return { lines: [], total: 0, unread: 0 };
	const [rows, [counted]] = await Promise.all([
		db
			.select({
				id: notification.id,
				kind: notification.kind,
				told: notification.told,
				aboutId: notification.aboutId,
				about: employee.name,
				createdAt: notification.createdAt,
				readAt: notification.readAt
			})
			.from(notification)
			.leftJoin(employee, eq(employee.id, notification.aboutId))
			.where(eq(notification.employeeId, actor.id))
			.orderBy(desc(notification.createdAt), desc(notification.id))
			.limit(page.limit)
			.offset(page.offset),
		db
			.select({ total: sql<number>`count(*)::int`, unread: sql<number>`(count(*) filter (where ${notification.readAt} is null))::int` })
			.from(notification)
			.where(eq(notification.employeeId, actor.id))
	]);
	const release = library.current();
	const lines = rows.map((row) => ({ ...placeNotice(release, row, locale), id: row.id, createdAt: row.createdAt, isRead: row.readAt !== null }));
	return { lines, ...counted! };
}

/** One of the actor's own was read; said twice, it is said once. `missing`: there is none of that name that is theirs. */
export async function markRead(db: Db, actor: Actor, id: string, now: Date): Promise<{ code: 'read' | 'missing' }> {
	if (!isUuid(id) || !may(actor, 'notification.see', { relation: 'self' })) return { code: 'missing' };
	const rows = await db
		.update(notification)
		.set({ readAt: sql`coalesce(${notification.readAt}, ${now.toISOString()}::timestamptz)` })
		.where(and(eq(notification.id, id), eq(notification.employeeId, actor.id)))
		.returning({ id: notification.id });
	return { code: rows.length > 0 ? 'read' : 'missing' };
}

/** All that were there at `until` were read; what came since stays new. */
export async function markAllRead(db: Db, actor: Actor, input: { until: Date }, now: Date): Promise<void> {
	if (!may(actor, 'notification.see', { relation: 'self' })) return;
	await db
		.update(notification)
		.set({ readAt: now })
		.where(and(eq(notification.employeeId, actor.id), isNull(notification.readAt), lte(notification.createdAt, input.until)));
}

/** What mentors are told of the same. */
const toMentors = { due: 'mentee-overdue', 'level-ends': 'mentee-level-ends' } as const satisfies Partial<Record<NotificationKind, NotificationKind>>;

/**
 * Courses that are completed or not needed any more, levels that are signed anew: what somebody and their mentors were told
 * of them counts as read. Inside the transaction of what settled it. One statement, however many there are.
 */
export async function settleNotifications(tx: Db, kind: keyof typeof toMentors, settled: readonly { employeeId: string; key: string }[], now: Date): Promise<void> {
	if (settled.length === 0) return;
	await tx.execute(sql`
		with settled as (select * from jsonb_to_recordset(${JSON.stringify(settled)}::jsonb) as one ("employeeId" uuid, key text)),
		told as (
			select n.id from settled join ${notification} n on n.employee_id = "employeeId" and n.subject = key where n.kind = ${kind} and n.read_at is null
			union all
			select n.id from settled join ${notification} n on n.about_id = "employeeId" and n.subject = "employeeId" || ' ' || key where n.kind = ${toMentors[kind]} and n.read_at is null
		)
		update ${notification} set read_at = ${now.toISOString()}::timestamptz where id in (select id from told)`);
}
