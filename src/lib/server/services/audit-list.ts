/** The audit log as HR reads it: filtered, by pages or as a whole. Names are those that people have now; the log has none. */
import { and, asc, desc, eq, gte, lt, or, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { validate as isUuid } from 'uuid';
import type { AuditAction, StoredDetails } from '../../core/audit.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { auditEvent, employee } from '../db/schema/index.ts';

export interface AuditFilter {
	/** Employee id of the person concerned; null = anybody. */
	person: string | null;
	/** Employee id of who did it. */
	actor: string | null;
	action: AuditAction | null;
	/** From this moment, and before that one. */
	from: Date | null;
	until: Date | null;
}

export interface AuditLine {
	id: string;
	at: Date;
	action: string;
	/** Null: the product itself or a visitor. The name is null when there is no such person any more. */
	actor: { id: string; name: string | null } | null;
	/** Null: no person in particular. */
	person: { id: string; name: string | null } | null;
	address: string | null;
	target: { kind: string; id: string } | null;
	details: StoredDetails;
	/** In the chain of this person. */
	place: number;
}

const who = alias(employee, 'who');
const whom = alias(employee, 'whom');

/**
 * Events, newest first: so many of those after `before`, which is the `next` of the page before; null = from the newest.
 * `next` is null on the last page. One query, on an index whatever the filter: a person's own chain, else the time.
 */
export async function readAudit(
	db: Db,
	actor: Actor,
	filter: AuditFilter,
	page: { before: string | null; limit: number }
): Promise<{ events: AuditLine[]; next: string | null }> {
	if (!may(actor, 'audit.read')) return { events: [], next: null };
	const ofOne = filter.person !== null;
	const rows = await db
		.select({ event: auditEvent, actorName: who.name, personName: whom.name })
		.from(auditEvent)
		.leftJoin(who, eq(who.id, auditEvent.actorId))
		.leftJoin(whom, eq(whom.id, auditEvent.personId))
		.where(
			and(
				filter.person === null ? undefined : eq(auditEvent.personId, filter.person),
				filter.actor === null ? undefined : eq(auditEvent.actorId, filter.actor),
				filter.action === null ? undefined : eq(auditEvent.action, filter.action),
				filter.from === null ? undefined : gte(auditEvent.at, filter.from),
				filter.until === null ? undefined : lt(auditEvent.at, filter.until),
				beyond(page.before, ofOne)
			)
		)
		.orderBy(...(ofOne ? [desc(auditEvent.place)] : [desc(auditEvent.at), desc(auditEvent.id)]))
		.limit(page.limit + 1);
	const shown = rows.slice(0, page.limit);
	const last = shown.at(-1)?.event;
	const next = rows.length > page.limit && last ? (ofOne ? String(last.place) : `${last.at.getTime()}_${last.id}`) : null;
	return {
		events: shown.map(({ event, actorName, personName }) => ({
			id: event.id,
			at: event.at,
			action: event.action,
			actor: event.actorId === null ? null : { id: event.actorId, name: actorName },
			person: event.personId === null ? null : { id: event.personId, name: personName },
			address: event.address,
			target: event.targetKind === null || event.targetId === null ? null : { kind: event.targetKind, id: event.targetId },
			details: event.details,
			place: event.place
		})),
		next
	};
}

/** Condition: farther back than `before`; what is no such mark is none. */
function beyond(before: string | null, ofOne: boolean): SQL | undefined {
	if (before === null) return undefined;
	if (ofOne) return /^\d{1,9}$/.test(before) ? lt(auditEvent.place, Number(before)) : undefined;
	const [time = '', id = ''] = before.split('_');
	if (!/^\d{1,14}$/.test(time) || !isUuid(id)) return undefined;
	return sql`(${auditEvent.at}, ${auditEvent.id}) < (${new Date(Number(time)).toISOString()}::timestamptz, ${id}::uuid)`;
}

/** Rows read at a time. */
const batch = 1000;

/** All of them, newest first, in parts: memory does not grow with the log. */
export async function* readAuditWhole(db: Db, actor: Actor, filter: AuditFilter): AsyncGenerator<AuditLine[]> {
	for (let before: string | null = null; ; ) {
		const { events, next } = await readAudit(db, actor, filter, { before, limit: batch });
		if (events.length > 0) yield events;
		if (next === null) return;
		before = next;
	}
}

/** People shown to choose from. */
export const meantAtMost = 20;

/** Who is meant by an id, or by a part of a name, an e-mail or a personnel number; those who left, too. By name. */
export async function findMeant(db: Db, actor: Actor, text: string): Promise<{ id: string; name: string; email: string | null; personnelNumber: string | null }[]> {
	if (!may(actor, 'audit.read')) return [];
	const like = `%${text.trim().normalize('NFKC').replace(/[\\%_]/g, '\\$&')}%`;
	return db
		.select({ id: employee.id, name: employee.name, email: employee.email, personnelNumber: employee.personnelNumber })
		.from(employee)
		.where(
			isUuid(text)
				? eq(employee.id, text)
				: or(sql`${employee.name} ilike ${like}`, sql`${employee.email} ilike ${like}`, sql`${employee.personnelNumber} ilike ${like}`)
		)
		.orderBy(asc(employee.name), asc(employee.id))
		.limit(meantAtMost);
}
