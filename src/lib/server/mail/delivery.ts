/** Sends the outbox in the background: at once when something was put into it, and again while something is due. */
import { createTransport } from 'nodemailer';
import { readClock } from '../db/clock.ts';
import { isDatabaseAway, type Db } from '../db/open.ts';
import type { Environment } from '../env.ts';
import { log } from '../log.ts';
import { recordFailed, recordSent, takeDueMails, type QueuedMail } from './outbox.ts';

const lookEvery = 30_000;

/** Hands one mail to the mail server; throws when it was not taken. */
export type Send = (mail: QueuedMail) => Promise<void>;

/** `smtpUrl` as nodemailer reads it: `smtp://user:password@host:587`, `smtps://…`. */
export function openPost(smtpUrl: string, from: string): Send {
	const transport = createTransport(
		{ url: smtpUrl, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 },
		{ from }
	);
	const host = /@([^>]+)>?$/.exec(from)?.[1] ?? 'localhost';
	return async (mail) => {
		await transport.sendMail({
			to: mail.recipient,
			subject: mail.subject,
			text: mail.plain,
			html: mail.html,
			// Sent twice by two servers, it is one mail still.
			messageId: `<${mail.id}@${host}>`,
			headers: { 'Auto-Submitted': 'auto-generated', ...turningOff(mail.unsubscribe) }
		});
	};
}

/** Lets a mail program offer to turn such mails off (RFC 2369), over https with one click (RFC 8058). */
function turningOff(address: string | null): Record<string, string> {
	if (address === null) return {};
	const offer = { 'List-Unsubscribe': `<${address}>` };
	return address.startsWith('https:') ? { ...offer, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : offer;
}

/** Sends what is due now; returns how many were sent. */
export async function deliverDue(db: Db, send: Send, now: Date): Promise<number> {
	let sent = 0;
	for (;;) {
		const mails = await takeDueMails(db, now);
		if (mails.length === 0) return sent;
		for (const mail of mails) {
			try {
				await send(mail);
			} catch (error) {
				const { responseCode, message } = error as Error & { responseCode?: number };
				await recordFailed(db, mail, { problem: message, forGood: (responseCode ?? 0) >= 500 }, now);
				continue;
			}
			await recordSent(db, mail.id, now);
			sent++;
		}
	}
}

let wake = () => {};

/** Something was put into the outbox: do not wait for the next look. */
export function wakeDelivery(): void {
	wake();
}

/** Looks after the outbox until the program ends. Without a mail server nothing is sent and mails are kept. */
export function startDelivery(db: Db, env: Pick<Environment, 'SMTP_URL' | 'MAIL_FROM'>): void {
	if (env.SMTP_URL === null) return;
	const send = openPost(env.SMTP_URL, env.MAIL_FROM);
	let running = false;
	let again = false;
	const look = async () => {
		again = running;
		if (running) return;
		running = true;
		try {
			await deliverDue(db, send, await readClock(db));
		} catch (error) {
			if (!isDatabaseAway(error)) log.error('Mail', error);
		} finally {
			running = false;
			if (again) void look();
		}
	};
	wake = () => void look();
	const timer = setInterval(wake, lookEvery);
	timer.unref();
	process.once('sveltekit:shutdown', () => clearInterval(timer));
	wake();
}
