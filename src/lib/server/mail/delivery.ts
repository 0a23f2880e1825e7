/** Sends the outbox in the background: at once when something was put into it, and again while something is due. */
import { createTransport } from 'nodemailer';
import { readClock } from '../db/clock.ts';
import { isDatabaseAway, type Db } from '../db/open.ts';
import type { Environment } from '../env.ts';
import { log } from '../log.ts';
import { holdMail, recordFailed, recordSent, takeDueMails, type QueuedMail } from './outbox.ts';

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

/**
 * Sends what is due, until nothing is; returns how many were sent. That may take hours, so the clock is read for each mail:
 * a lease that began with the first would have ended long ago, and another server send the same mails.
 */
export async function deliverDue(db: Db, send: Send, readNow: () => Promise<Date>): Promise<number> {
	let sent = 0;
	for (;;) {
		const mails = await takeDueMails(db, await readNow());
		if (mails.length === 0) return sent;
		for (const mail of mails) {
			if (!(await holdMail(db, mail, await readNow()))) continue;
			try {
				await send(mail);
			} catch (error) {
				await recordFailed(db, mail, { problem: (error as Error).message, forGood: isRefusal(error as SendError) }, await readNow());
				continue;
			}
			await recordSent(db, mail.id, await readNow());
			sent++;
		}
	}
}

/** What nodemailer throws: the server's code and answer, and what it was an answer to. */
type SendError = Error & { responseCode?: number; response?: string; command?: string };

/**
 * Whether this mail was refused for good. A wrong password, a sender that may not send, a server that does not relay (5.7.x,
 * RFC 3463) refuse every mail alike, until somebody puts the settings right: these wait.
 */
function isRefusal({ responseCode = 0, response = '', command = '' }: SendError): boolean {
	return responseCode >= 500 && ['RCPT TO', 'DATA'].includes(command) && !/^5\d\d[ -]5\.7\./.test(response);
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
			await deliverDue(db, send, () => readClock(db));
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
