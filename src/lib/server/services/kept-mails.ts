/** Mails that have not been sent: without a mail server an administrator reads them out. */
import { desc, isNull } from 'drizzle-orm';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { mailOutbox } from '../db/schema/index.ts';
import { mostTries } from '../mail/outbox.ts';

export interface KeptMail {
	id: string;
	recipient: string;
	subject: string;
	/** Null while a mail server is set: the link in it is the recipient's alone. Null also of what tells about somebody's learning. */
	plain: string | null;
	/** Whether it tells about somebody's learning, which no administrator reads. */
	isPrivate: boolean;
	createdAt: Date;
	tries: number;
	/** Null when it is not tried any more, or was not yet. */
	nextTryAt: Date | null;
	/** What the mail server said. */
	lastProblem: string | null;
}

/** The newest unsent mails. `mailServer`: one is set, and they are only waiting for it. */
export async function listKeptMails(
	db: Db,
	actor: Actor,
	page: { mailServer: boolean; limit: number }
): Promise<KeptMail[]> {
	if (!may(actor, 'mail.see')) return [];
	const rows = await db
		.select()
		.from(mailOutbox)
		.where(isNull(mailOutbox.sentAt))
		// First those in which somebody waits for a link.
		.orderBy(desc(isNull(mailOutbox.kind)), desc(mailOutbox.createdAt))
		.limit(page.limit);
	return rows.map(({ id, recipient, subject, plain, createdAt, kind, tries, nextTryAt, lastProblem }) => ({
		id,
		recipient,
		subject,
		plain: page.mailServer || kind !== null ? null : plain,
		isPrivate: kind !== null,
		createdAt,
		tries,
		nextTryAt: page.mailServer && tries < mostTries ? nextTryAt : null,
		lastProblem
	}));
}
