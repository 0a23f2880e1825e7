/** Comments that a mentor keeps to use again. A change is a new version; what was said with the old one keeps it. */
import { and, asc, eq, isNull } from 'drizzle-orm';
import { v7 } from 'uuid';
import { may, type Actor } from '../../core/permissions.ts';
import { transact, type Db } from '../db/open.ts';
import { snippet } from '../db/schema/index.ts';

const snippetLength = 1000;
const snippetsKept = 200;

/** `id` is the version's: what a comment names that began as it. */
export interface Snippet {
	id: string;
	lineId: string;
	body: string;
}

/** The actor's own, oldest first. */
export async function listSnippets(db: Db, actor: Actor): Promise<Snippet[]> {
	if (!may(actor, 'snippet.keep')) return [];
	return db
		.select({ id: snippet.id, lineId: snippet.lineId, body: snippet.body })
		.from(snippet)
		.where(and(eq(snippet.ownerId, actor.id), isNull(snippet.supersededAt)))
		.orderBy(asc(snippet.lineId))
		.limit(snippetsKept);
}

type Keeping = { code: 'kept' } | { code: 'empty' | 'too-long' | 'too-many' | 'missing' };

/**
 * Keeps a new one (`lineId` null), or a new version of one of the actor's own: the words it had stay with what was said
 * with them. `clientKey` becomes the version's id: sent twice, it is one.
 */
export async function keepSnippet(db: Db, actor: Actor, input: { lineId: string | null; body: string; clientKey: string }, now: Date): Promise<Keeping> {
	if (!may(actor, 'snippet.keep')) return { code: 'missing' };
	const body = input.body.trim();
	if (body === '') return { code: 'empty' };
	if (body.length > snippetLength) return { code: 'too-long' };
	return transact(db, async (tx) => {
		const [sent] = await tx.select({ ownerId: snippet.ownerId }).from(snippet).where(eq(snippet.id, input.clientKey));
		if (sent) return { code: sent.ownerId === actor.id ? 'kept' : 'missing' };
		const row = { id: input.clientKey, ownerId: actor.id, body, at: now };
		if (input.lineId === null) {
			if ((await tx.$count(snippet, and(eq(snippet.ownerId, actor.id), isNull(snippet.supersededAt)))) >= snippetsKept) return { code: 'too-many' };
			await tx.insert(snippet).values({ ...row, lineId: v7(), version: 1 }).onConflictDoNothing();
			return { code: 'kept' };
		}
		const [old] = await tx
			.update(snippet)
			.set({ supersededAt: now })
			.where(and(eq(snippet.lineId, input.lineId), eq(snippet.ownerId, actor.id), isNull(snippet.supersededAt)))
			.returning();
		if (!old) return { code: 'missing' };
		await tx.insert(snippet).values({ ...row, lineId: old.lineId, version: old.version + 1 });
		return { code: 'kept' };
	});
}

/** Puts one of the actor's own away; what was said with it stays. Put away twice is once. */
export async function putSnippetAway(db: Db, actor: Actor, lineId: string, now: Date): Promise<{ code: 'put-away' | 'missing' }> {
	if (!may(actor, 'snippet.keep')) return { code: 'missing' };
	const [own] = await db.select({ id: snippet.id }).from(snippet).where(and(eq(snippet.lineId, lineId), eq(snippet.ownerId, actor.id))).limit(1);
	if (!own) return { code: 'missing' };
	await db
		.update(snippet)
		.set({ supersededAt: now })
		.where(and(eq(snippet.lineId, lineId), isNull(snippet.supersededAt)));
	return { code: 'put-away' };
}
