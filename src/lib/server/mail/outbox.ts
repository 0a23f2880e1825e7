/**
 * Mail that is to be sent. It is written in the same transaction as what it tells about, and sent by whichever server
 * takes it first: taking is a lease, so a server that dies loses no mail.
 */
import { and, eq, inArray, isNotNull, isNull, lt, lte, gt, sql } from 'drizzle-orm';
import type { MailKind } from '../../core/notification.ts';
import type { Locale } from '../../i18n/index.ts';
import type { Db } from '../db/open.ts';
import { mailOutbox } from '../db/schema/index.ts';

const minute = 60_000;
/** A server has this long to send one mail. */
const lease = 2 * minute;
/** After the first try, the second, …: about a day in all. */
const pauses = [1, 5, 15, 60, 4 * 60, 8 * 60, 12 * 60].map((minutes) => minutes * minute);
export const mostTries = pauses.length + 1;
/** Links in mails older than this have ended. */
const oldest = 7 * 24 * 60 * minute;

export interface Letter {
	subject: string;
	plain: string;
	html: string;
	/** The language it is written in. */
	locale: Locale;
}
export interface QueuedMail extends Omit<Letter, 'locale'> {
	id: string;
	recipient: string;
	tries: number;
	/** Address that turns mails of its kind off; null = it is of no kind that can be. */
	unsubscribe: string | null;
}
/** A letter that its recipient could have refused: of which kind it is, and the address that turns it off. */
export interface Announcement {
	recipient: string;
	employeeId: string;
	letter: Letter;
	kind: MailKind;
	unsubscribe: string;
}

/** Puts a letter into the outbox. */
export async function queueMail(
	db: Db,
	mail: { recipient: string; employeeId: string | null; letter: Letter },
	now: Date
): Promise<void> {
	await db.insert(mailOutbox).values({
		recipient: mail.recipient,
		employeeId: mail.employeeId,
		...mail.letter,
		createdAt: now,
		nextTryAt: now
	});
}

/** Puts many letters into the outbox, in one statement. */
export async function queueAnnouncements(db: Db, mails: readonly Announcement[], now: Date): Promise<void> {
	if (mails.length === 0) return;
	await db.insert(mailOutbox).values(mails.map(({ letter, ...mail }) => ({ ...mail, ...letter, createdAt: now, nextTryAt: now })));
}

/** Takes mails that are due, so that no other server sends them meanwhile. */
export async function takeDueMails(db: Db, now: Date, count = 10): Promise<QueuedMail[]> {
	const due = db
		.select({ id: mailOutbox.id })
		.from(mailOutbox)
		.where(
			and(
				isNull(mailOutbox.sentAt),
				lte(mailOutbox.nextTryAt, now),
				lt(mailOutbox.tries, mostTries),
				gt(mailOutbox.createdAt, new Date(now.getTime() - oldest))
			)
		)
		// Who waits for a link does not wait for everybody's reminders.
		.orderBy(isNotNull(mailOutbox.kind), mailOutbox.nextTryAt)
		.limit(count)
		.for('update', { skipLocked: true });
	return db
		.update(mailOutbox)
		.set({ nextTryAt: new Date(now.getTime() + lease), tries: sql`${mailOutbox.tries} + 1` })
		.where(inArray(mailOutbox.id, due))
		.returning({
			id: mailOutbox.id,
			recipient: mailOutbox.recipient,
			subject: mailOutbox.subject,
			plain: mailOutbox.plain,
			html: mailOutbox.html,
			unsubscribe: mailOutbox.unsubscribe,
			tries: mailOutbox.tries
		});
}

/** Takes up a mail that was taken: its lease begins anew. False when the lease ran out meanwhile and another server has it. */
export async function holdMail(db: Db, { id, tries }: Pick<QueuedMail, 'id' | 'tries'>, now: Date): Promise<boolean> {
	const held = await db
		.update(mailOutbox)
		.set({ nextTryAt: new Date(now.getTime() + lease) })
		// Whoever takes it counts a try.
		.where(and(eq(mailOutbox.id, id), eq(mailOutbox.tries, tries), isNull(mailOutbox.sentAt)))
		.returning({ id: mailOutbox.id });
	return held.length > 0;
}

/** It is gone. What it said is forgotten here: it held a link that only the recipient may use. */
export async function recordSent(db: Db, id: string, now: Date): Promise<void> {
	await db
		.update(mailOutbox)
		.set({ sentAt: now, plain: '', html: '', unsubscribe: null, lastProblem: null })
		.where(eq(mailOutbox.id, id));
}

/** It could not be sent; a refusal for good is not tried again. */
export async function recordFailed(
	db: Db,
	mail: Pick<QueuedMail, 'id' | 'tries'>,
	failure: { problem: string; forGood: boolean },
	now: Date
): Promise<void> {
	await db
		.update(mailOutbox)
		.set({
			lastProblem: failure.problem.slice(0, 500),
			nextTryAt: new Date(now.getTime() + (pauses[mail.tries - 1] ?? 0)),
			...(failure.forGood ? { tries: mostTries } : {})
		})
		.where(and(eq(mailOutbox.id, mail.id), isNull(mailOutbox.sentAt)));
}
