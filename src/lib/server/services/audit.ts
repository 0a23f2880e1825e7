/**
 * The audit log: who did what to whom, when, from where. Rows are chained by hash per person concerned, so that two people
 * never wait for each other; checkpoints keep the ends of the chains.
 */
import { and, asc, desc, eq, gt, gte, isNull, sql, type SQL } from 'drizzle-orm';
import { v7 } from 'uuid';
import {
	checkDetails,
	hashOf,
	hashOfCheckpoint,
	newWalk,
	walkOn,
	type AuditAction,
	type AuditDetails,
	type AuditTarget,
	type ChainFault,
	type Head
} from '../../core/audit.ts';
import type { Actor } from '../../core/permissions.ts';
import { transact, worded, type Db } from '../db/open.ts';
import { auditCheckpoint, auditEvent } from '../db/schema/index.ts';

/** Who acted: somebody signed in; null the product itself, or a visitor whose address alone is known. */
export type AuditActor = Pick<Actor, 'id' | 'address'> | { id: null; address: string | null } | null;

export interface AuditEntry<A extends AuditAction> {
	actor: AuditActor;
	action: A;
	/** Employee id; null: no person in particular. */
	person: string | null;
	target?: AuditTarget;
	details: AuditDetails<A>;
}

const endOfPerson = worded((db) => wordEnd(db, eq(auditEvent.personId, sql.placeholder('person'))).prepare('audit_end'));
const endOfNobody = worded((db) => wordEnd(db, isNull(auditEvent.personId)).prepare('audit_end_of_nobody'));
const wordEnd = (db: Db, ofChain: SQL | undefined) =>
	db.select({ place: auditEvent.place, hash: auditEvent.hash }).from(auditEvent).where(ofChain).orderBy(desc(auditEvent.place)).limit(1);

const newRow = worded((db) => {
	const given = (name: string) => sql.placeholder(name);
	return (
		db
			.insert(auditEvent)
			.values({
				...{ id: given('id'), at: given('at'), actorId: given('actorId'), address: given('address'), action: given('action') },
				...{ personId: given('personId'), place: given('place'), targetKind: given('targetKind'), targetId: given('targetId') },
				...{ details: given('details'), previous: given('previous'), hash: given('hash') }
			})
			// The other writer's transaction has ended by now: its row is seen at the next look.
			.onConflictDoNothing({ target: [auditEvent.personId, auditEvent.place] })
			.returning({ id: auditEvent.id })
			.prepare('audit_row')
	);
});

type AuditEnd = { place: number; hash: string } | undefined;
/** Where the chain of this person ends; null: of nobody. Undefined when there is none yet. */
export async function readAuditEnd(tx: Db, person: string | null): Promise<AuditEnd> {
	const [end] = await (person === null ? endOfNobody(tx).execute() : endOfPerson(tx).execute({ person }));
	return end;
}

/**
 * Writes an act down. Call it in the transaction of the act, at its end: what writes about the same person waits until that
 * transaction ends, and those who lock other rows first must not meet crosswise. Two queries, unless another writer was
 * faster: then the place after theirs is taken. Who has read the end of the chain already, together with something else,
 * gives it.
 */
export async function recordAudit<A extends AuditAction>(tx: Db, entry: AuditEntry<A>, now: Date, known?: AuditEnd): Promise<void> {
	const { actor, action, person, target } = entry;
	const details = checkDetails(action, entry.details);
	const row = {
		id: v7(),
		at: now,
		actorId: actor?.id ?? null,
		address: actor?.address ?? null,
		action,
		personId: person,
		targetKind: target?.kind ?? null,
		targetId: target?.id ?? null,
		details
	};
	for (let end = known; ; end = undefined) {
		const head = end ?? (await readAuditEnd(tx, person));
		const placed = { ...row, place: (head?.place ?? 0) + 1, previous: head?.hash ?? null };
		const written = await newRow(tx).execute({ ...placed, hash: hashOf(placed) });
		if (written.length > 0) return;
	}
}

/** So many rows are written in one statement. */
const rowsAtOnce = 5000;

/**
 * Writes down one act about each of many people: as `recordAudit`, and at the end of the transaction like it. Two queries
 * for every 5,000 of them, and two more for those about whom another writer was faster. Nobody may be there twice.
 */
export async function recordAudits(tx: Db, entries: readonly AuditEntryOfPerson[], now: Date): Promise<void> {
	// In order, so that two who write about the same people do not wait for each other.
	const sorted = [...entries].sort((a, b) => (a.person < b.person ? -1 : 1));
	for (let from = 0; from < sorted.length; from += rowsAtOnce) {
		let left = sorted.slice(from, from + rowsAtOnce);
		while (left.length > 0) {
			const heads = await readEnds(tx, left.map(({ person }) => person));
			const rows = left.map(({ actor, action, person, target, details }) => {
				const head = heads.get(person);
				const row = {
					...{ id: v7(), at: now, actorId: actor?.id ?? null, address: actor?.address ?? null, action, personId: person },
					...{ place: (head?.place ?? 0) + 1, targetKind: target?.kind ?? null, targetId: target?.id ?? null },
					...{ details: checkDetails(action, details), previous: head?.hash ?? null }
				};
				return { ...row, hash: hashOf(row) };
			});
			const written = await tx.execute<{ person: string }>(sql`
				insert into ${auditEvent} (id, at, actor_id, address, action, person_id, place, target_kind, target_id, details, previous, hash)
				select one.id, one.at, one."actorId", one.address, one.action, one."personId", one.place, one."targetKind", one."targetId", one.details, one.previous, one.hash
				from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
					as one(id uuid, at timestamptz, "actorId" uuid, address text, action text, "personId" uuid, place int, "targetKind" text, "targetId" text, details jsonb, previous text, hash text)
				order by one."personId"
				on conflict (person_id, place) do nothing
				returning person_id as person`);
			const done = new Set(written.map(({ person }) => person));
			left = left.filter(({ person }) => !done.has(person));
		}
	}
}

/** An act about somebody, whichever it is. */
export type AuditEntryOfPerson = { [A in AuditAction]: AuditEntry<A> & { person: string } }[AuditAction];

/** Where the chains of these people end; who has none is missing. One query. */
async function readEnds(tx: Db, people: readonly string[]): Promise<Map<string, { place: number; hash: string }>> {
	const rows = await tx.execute<{ person: string; place: number; hash: string }>(sql`
		select asked.person, head.place, head.hash
		from (select jsonb_array_elements_text(${JSON.stringify(people)}::jsonb)::uuid as person) as asked
		cross join lateral (select place, hash from ${auditEvent} where ${auditEvent.personId} = asked.person order by place desc limit 1) as head`);
	return new Map(rows.map(({ person, place, hash }) => [person, { place, hash }]));
}

/** Chains in one checkpoint; more go on into the next. */
const headsPerCheckpoint = 1000;
/** No transaction lasts as long: what was written before the last checkpoint and seen only now is younger than this, in milliseconds. */
const lateness = 60 * 60_000;

/**
 * Writes down where the chains stand that have gone on since the last checkpoint; as many checkpoints as that takes, none
 * when nothing has. Of two servers that do so at once one writes; the other leaves it at that. Returns how many.
 */
export async function makeCheckpoints(db: Db, now: Date): Promise<number> {
	return transact(db, async (tx) => {
		const [last] = await tx.select().from(auditCheckpoint).orderBy(desc(auditCheckpoint.number)).limit(1);
		const since = last ? new Date(last.at.getTime() - lateness) : new Date(0);
		const lately = await tx
			.select({ heads: auditCheckpoint.heads })
			.from(auditCheckpoint)
			.where(gte(auditCheckpoint.at, new Date(since.getTime() - lateness)));
		const known = new Set(lately.flatMap(({ heads }) => heads.map(([person, place]) => `${person}/${place}`)));
		const changed = await tx
			.select({ personId: auditEvent.personId, place: sql<number>`max(${auditEvent.place})::int` })
			.from(auditEvent)
			.where(gte(auditEvent.at, since))
			.groupBy(auditEvent.personId)
			.orderBy(asc(auditEvent.personId));
		const news = changed.filter(({ personId, place }) => !known.has(`${personId}/${place}`));
		let before = { number: last?.number ?? 0, hash: last?.hash ?? null };
		for (let from = 0; from < news.length; from += headsPerCheckpoint) {
			const part = news.slice(from, from + headsPerCheckpoint);
			const hashes = await readHashes(tx, part);
			const heads = part.map(({ personId, place }): Head => [personId, place, hashes.get(`${personId}/${place}`)!]);
			const checkpoint = { number: before.number + 1, at: now, heads, previous: before.hash };
			const hash = hashOfCheckpoint(checkpoint);
			const written = await tx
				.insert(auditCheckpoint)
				.values({ ...checkpoint, hash })
				.onConflictDoNothing({ target: auditCheckpoint.number })
				.returning({ number: auditCheckpoint.number });
			if (written.length === 0) return 0;
			before = { number: checkpoint.number, hash };
		}
		return Math.ceil(news.length / headsPerCheckpoint);
	});
}

/** Hashes of these rows by `person/place`; those that are missing are not there. One query. */
async function readHashes(db: Db, rows: { personId: string | null; place: number }[]): Promise<Map<string, string>> {
	const wanted = JSON.stringify(rows.map(({ personId, place }) => ({ person: personId, place })));
	const found = await db
		.select({ personId: auditEvent.personId, place: auditEvent.place, hash: auditEvent.hash })
		.from(auditEvent)
		.innerJoin(
			sql`jsonb_to_recordset(${wanted}::jsonb) as wanted(person uuid, place int)`,
			sql`${auditEvent.place} = wanted.place and (${auditEvent.personId} = wanted.person or (wanted.person is null and ${auditEvent.personId} is null))`
		);
	return new Map(found.map(({ personId, place, hash }) => [`${personId}/${place}`, hash]));
}

/** What is wrong with the log: in a chain, at its end (`cut-off`: a checkpoint saw more of it, or something else there), or with a checkpoint itself. */
export type AuditFault =
	| ChainFault
	| { what: 'cut-off'; personId: string | null; place: number; id: null; checkpoint: number }
	| { what: 'checkpoint-changed' | 'checkpoint-removed'; checkpoint: number };

export interface AuditState {
	events: number;
	chains: number;
	checkpoints: number;
	/** The last one: noted elsewhere, it shows later whether the log was rewritten as a whole. */
	last: { number: number; hash: string } | null;
	faults: number;
}

/** Rows read at a time. */
const batch = 1000;

/**
 * Walks every chain and every checkpoint, in memory that does not grow with them, as they are at one moment. Each fault is
 * told to `found` as it is met; `progress` hears how many rows have been read.
 */
export async function verifyAudit(db: Db, found: (fault: AuditFault) => void, progress: (events: number) => void = () => {}): Promise<AuditState> {
	return transact(
		db,
		async (tx) => {
			const state: AuditState = { events: 0, chains: 0, checkpoints: 0, last: null, faults: 0 };
			const tell = (fault: AuditFault) => {
				state.faults++;
				found(fault);
			};
			await walkChains(tx, state, tell, progress);
			await walkCheckpoints(tx, state, tell);
			return state;
		},
		{ isolationLevel: 'repeatable read', accessMode: 'read only' }
	);
}

/** The hash of a checkpoint; null when there is none of that number. */
export async function readCheckpoint(db: Db, number: number): Promise<string | null> {
	const [row] = await db.select({ hash: auditCheckpoint.hash }).from(auditCheckpoint).where(eq(auditCheckpoint.number, number));
	return row?.hash ?? null;
}

async function walkChains(tx: Db, state: AuditState, tell: (fault: AuditFault) => void, progress: (events: number) => void): Promise<void> {
	let chain: string | null | undefined;
	let walk = newWalk();
	/** People come in the order of their ids; the academy's chain is last. */
	let after: { personId: string | null; place: number } | null = null;
	for (;;) {
		const rows: (typeof auditEvent.$inferSelect)[] = await tx
			.select()
			.from(auditEvent)
			.where(after === null ? undefined : after.personId === null ? and(isNull(auditEvent.personId), gt(auditEvent.place, after.place)) : sql`(${auditEvent.personId}, ${auditEvent.place}) > (${after.personId}::uuid, ${after.place}::int)`)
			.orderBy(asc(auditEvent.personId), asc(auditEvent.place))
			.limit(batch);
		for (const row of rows) {
			if (row.personId !== chain) {
				chain = row.personId;
				walk = newWalk();
				state.chains++;
			}
			const step = walkOn(walk, row);
			walk = step.walk;
			step.faults.forEach(tell);
			state.events++;
		}
		if (rows.length > 0) progress(state.events);
		const last = rows.at(-1);
		if (rows.length === batch) after = last!;
		else if (after?.personId !== null && chain !== null) {
			// A comparison of pairs leaves the academy's rows out: they are asked for by themselves.
			chain = null;
			walk = newWalk();
			after = { personId: null, place: 0 };
			const [any] = await tx.select({ id: auditEvent.id }).from(auditEvent).where(isNull(auditEvent.personId)).limit(1);
			if (!any) return;
			state.chains++;
		} else return;
	}
}

async function walkCheckpoints(tx: Db, state: AuditState, tell: (fault: AuditFault) => void): Promise<void> {
	let before = null as { number: number; hash: string } | null;
	for (;;) {
		const [row]: (typeof auditCheckpoint.$inferSelect)[] = await tx
			.select()
			.from(auditCheckpoint)
			.where(gt(auditCheckpoint.number, before?.number ?? 0))
			.orderBy(asc(auditCheckpoint.number))
			.limit(1);
		if (!row) break;
		const expected = (before?.number ?? 0) + 1;
		for (let gap = expected; gap < row.number && gap < expected + 100; gap++) tell({ what: 'checkpoint-removed', checkpoint: gap });
		const follows = row.number > expected || row.previous === (before?.hash ?? null);
		if (hashOfCheckpoint(row) !== row.hash || !follows) tell({ what: 'checkpoint-changed', checkpoint: row.number });
		else {
			const hashes = await readHashes(tx, row.heads.map(([personId, place]) => ({ personId, place })));
			for (const [personId, place, hash] of row.heads) {
				if (hashes.get(`${personId}/${place}`) !== hash) tell({ what: 'cut-off', personId, place, id: null, checkpoint: row.number });
			}
		}
		before = { number: row.number, hash: row.hash };
		state.checkpoints++;
	}
	state.last = before;
}
