/**
 * The sound of the content's calls, kept in the database so that every server has it and every release still plays; that of
 * a real call until its last day is over. Days are `YYYY-MM-DD` in the academy's time zone.
 */
import { createHash } from 'node:crypto';
import { and, eq, gte, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { Academy } from '../../core/academy.ts';
import type { Db } from '../db/open.ts';
import { item, sound } from '../db/schema/index.ts';

/** Stores the sounds of a content folder that are not there yet, one at a time: each may have megabytes. `over`: keys of calls whose last day is over. */
export async function storeSounds(db: Db, files: Map<string, Uint8Array>, over: ReadonlySet<string> = new Set()): Promise<void> {
	const bodies = new Map<string, Uint8Array>();
	for (const [name, body] of files) {
		const call = /^calls\/([^/]+)\/audio\.[A-Za-z-]+\.mp3$/.exec(name)?.[1];
		if (call !== undefined && !over.has(call)) bodies.set(createHash('sha256').update(body).digest('hex'), body);
	}
	if (bodies.size === 0) return;
	const there = await db.select({ hash: sound.hash }).from(sound).where(inArray(sound.hash, [...bodies.keys()]));
	for (const { hash } of there) bodies.delete(hash);
	for (const [hash, body] of bodies) await db.insert(sound).values({ hash, body }).onConflictDoNothing();
}

/**
 * Writes to every sound the last day on which any call with it may be used. The academy's own word on a call counts for
 * all its versions (see `goneSince`); a call it does not have keeps its own day.
 */
export async function dateSounds(db: Db, academy: Academy): Promise<void> {
	const served = academy.calls.map(({ key, keepUntil }) => ({ name: `calls/${key}`, until: keepUntil ?? null }));
	await db.execute(sql`
		with served as (
			select * from jsonb_to_recordset(${JSON.stringify(served)}::jsonb) as one(name text, until date)
		), used as (
			select audio.value ->> 'hash' as hash,
				case when served.name is null then (${item.shown} ->> 'keepUntil')::date else served.until end as until
			from ${item} left join served on served.name = ${item.shown} ->> 'name' cross join jsonb_each(${item.shown} -> 'audio') audio
			where ${item.kind} = 'call'
		), dated as (
			select hash, case when bool_or(until is null) then null else max(until) end as until from used group by hash
		)
		update ${sound} set keep_until = dated.until from dated
		where dated.hash = ${sound.hash} and ${sound.keepUntil} is distinct from dated.until`);
}

/** Deletes the sounds whose last day is over. Returns how many. */
export async function tidySounds(db: Db, today: string): Promise<number> {
	const gone = await db.delete(sound).where(lt(sound.keepUntil, today)).returning({ hash: sound.hash });
	return gone.length;
}

/** How many bytes a sound has that may be used today, and until when it may; null when there is none. */
export async function findSound(db: Db, hash: string, today: string): Promise<{ size: number; keepUntil: string | null } | null> {
	const [row] = await db
		.select({ size: sql<number>`length(${sound.body})`, keepUntil: sound.keepUntil })
		.from(sound)
		.where(and(eq(sound.hash, hash), or(isNull(sound.keepUntil), gte(sound.keepUntil, today))));
	return row ?? null;
}

/** The bytes from one to another, both included; null when there is no such sound. */
export async function readSound(db: Db, hash: string, from: number, to: number): Promise<ReadableStream<Uint8Array> | null> {
	const [row] = await db
		.select({ part: sql<Uint8Array>`substring(${sound.body} from ${from + 1}::int for ${to - from + 1}::int)` })
		.from(sound)
		.where(eq(sound.hash, hash));
	return row ? new Blob([new Uint8Array(row.part)]).stream() : null;
}
