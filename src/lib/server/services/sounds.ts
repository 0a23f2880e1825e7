/** The sound of the content's calls, kept in the database so that every server has it and every release still plays. */
import { createHash } from 'node:crypto';
import { eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../db/open.ts';
import { sound } from '../db/schema/index.ts';

/** Stores the sounds of a content folder that are not there yet, one at a time: each may have megabytes. */
export async function storeSounds(db: Db, files: Map<string, Uint8Array>): Promise<void> {
	const bodies = new Map<string, Uint8Array>();
	for (const [name, body] of files) {
		if (/^calls\/[^/]+\/audio\.[A-Za-z-]+\.mp3$/.test(name)) bodies.set(createHash('sha256').update(body).digest('hex'), body);
	}
	if (bodies.size === 0) return;
	const there = await db.select({ hash: sound.hash }).from(sound).where(inArray(sound.hash, [...bodies.keys()]));
	for (const { hash } of there) bodies.delete(hash);
	for (const [hash, body] of bodies) await db.insert(sound).values({ hash, body }).onConflictDoNothing();
}

/** Bytes of a sound by its hash; null when there is none. */
export async function soundSize(db: Db, hash: string): Promise<number | null> {
	const [row] = await db
		.select({ size: sql<number>`length(${sound.body})` })
		.from(sound)
		.where(eq(sound.hash, hash));
	return row?.size ?? null;
}

/** The bytes from one to another, both included; null when there is no such sound. */
export async function readSound(db: Db, hash: string, from: number, to: number): Promise<ReadableStream<Uint8Array> | null> {
	const [row] = await db
		.select({ part: sql<Uint8Array>`substring(${sound.body} from ${from + 1}::int for ${to - from + 1}::int)` })
		.from(sound)
		.where(eq(sound.hash, hash));
	return row ? new Blob([new Uint8Array(row.part)]).stream() : null;
}
