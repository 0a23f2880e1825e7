/** Mails that have not been sent: without a mail server an administrator reads them out. */
import { desc, isNull } from 'drizzle-orm';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { mailOutbox } from '../db/schema/index.ts';
import { mostTries } from '../mail/outbox.ts';
import { usableOf } from './one-time-links.ts';

export interface KeptMail {
	id: string;
	recipient: string;
	subject: string;
	/** The language it is written in; null when that was not noted. */
	locale: string | null;
	/** Null while a mail server is set: the link in it is the recipient's alone. Null also of what tells about somebody's learning, and when its link is over. */
	plain: string | null;
	/** Whether it tells about somebody's learning, which no administrator reads. */
	isPrivate: boolean;
	/** Its link works no more: a newer one took its place, it was used, or its time has ended. */
	isOver: boolean;
	createdAt: Date;
	tries: number;
	/** Null when it is not tried any more, or was not yet. */
	nextTryAt: Date | null;
	/** What the mail server said. */
	lastProblem: string | null;
}

/** The token of the one-time link in a mail; null when there is none. */
const linkIn = (plain: string): string | null => /\/(?:invite|reset)\/([\w-]+)/.exec(plain)?.[1] ?? null;

/** The newest unsent mails. `mailServer`: one is set, and they are only waiting for it. */
export async function listKeptMails(
	db: Db,
	actor: Actor,
	page: { mailServer: boolean; limit: number },
	now: Date
): Promise<KeptMail[]> {
	if (!may(actor, 'mail.see')) return [];
	const rows = await db
		.select()
		.from(mailOutbox)
		.where(isNull(mailOutbox.sentAt))
		// First those in which somebody waits for a link.
		.orderBy(desc(isNull(mailOutbox.kind)), desc(mailOutbox.createdAt))
		.limit(page.limit);
	const read = page.mailServer ? [] : rows.filter(({ kind }) => kind === null);
	const usable = await usableOf(db, read.flatMap(({ plain }) => linkIn(plain) ?? []), now);
	const over = new Set(read.filter(({ plain }) => !usable.has(linkIn(plain) ?? '') && linkIn(plain) !== null).map(({ id }) => id));
	return rows.map(({ id, recipient, subject, locale, plain, createdAt, kind, tries, nextTryAt, lastProblem }) => ({
		id,
		recipient,
		subject,
		locale,
		plain: page.mailServer || kind !== null || over.has(id) ? null : plain,
		isPrivate: kind !== null,
		isOver: over.has(id),
		createdAt,
		tries,
		nextTryAt: page.mailServer && tries < mostTries ? nextTryAt : null,
		lastProblem
	}));
}
