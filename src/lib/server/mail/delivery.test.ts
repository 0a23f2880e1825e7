import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mailOutbox, oneTimeLink } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { listKeptMails } from '../services/kept-mails.ts';
import { makeLink } from '../services/one-time-links.ts';
import { makePeople, type TestPeople } from '../testing-people.ts';
import { deliverDue, openPost, startDelivery, wakeDelivery } from './delivery.ts';
import { mostTries, queueAnnouncements, queueMail, takeDueMails } from './outbox.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
const after = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const clockAt = (moment: Date) => () => Promise.resolve(moment);
const letter = { subject: 'Добре дошли', plain: 'https://academy.example.com/invite/secret-link', html: '<p>secret-link</p>', locale: 'bg' as const };
const queue = (recipient = 'lena@example.com', at = now) => queueMail(db, { recipient, employeeId: null, letter }, at);
const rows = () => db.select().from(mailOutbox).orderBy(mailOutbox.createdAt);

let people: TestPeople;
const received: string[] = [];
let answer: (recipient: string) => Error | null = () => null;
let sender: () => Error | null = () => null;
/** While it takes a mail. */
let taking: () => Promise<unknown> = () => Promise.resolve();
const server = new SMTPServer({
	authOptional: true,
	disabledCommands: ['STARTTLS'],
	onMailFrom: (_address, _session, done) => done(sender()),
	onRcptTo: ({ address }, _session, done) => done(answer(address)),
	onData(stream, _session, done) {
		let text = '';
		stream.on('data', (part: Buffer) => (text += part.toString('utf8')));
		stream.on('end', () => {
			received.push(text);
			void taking().then(() => done());
		});
	}
});
const refusal = (code: number, words = 'no such mailbox') => Object.assign(new Error(words), { responseCode: code });

beforeAll(async () => {
	people = await makePeople(db, now);
	await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise<void>((resolve) => server.close(resolve)));
beforeEach(async () => {
	await db.delete(mailOutbox);
	received.length = 0;
	answer = () => null;
	sender = () => null;
	taking = () => Promise.resolve();
});
const post = () =>
	openPost(`smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`, 'Academy <academy@example.com>');

describe('the outbox', () => {
	test('is sent; what a sent mail said is forgotten', async () => {
		await queue();
		expect(await deliverDue(db, post(), clockAt(now))).toBe(1);
		expect(received).toHaveLength(1);
		expect(received[0]).toMatch(/^From: Academy <academy@example\.com>$/m);
		expect(received[0]).toMatch(/^To: lena@example\.com$/m);
		expect(received[0]).toContain('secret-link');
		const [row] = await rows();
		expect(row).toMatchObject({ sentAt: now, plain: '', html: '', tries: 1 });
		expect(received[0]).toContain(`Message-ID: <${row!.id}@example.com>`);
		expect(await deliverDue(db, post(), clockAt(after(60)))).toBe(0);
	});

	test('is sent once, whoever takes it', async () => {
		for (let i = 0; i < 30; i++) await queue(`person-${i}@example.com`);
		const counts = await Promise.all(Array.from({ length: 4 }, () => deliverDue(db, post(), clockAt(now))));
		expect(counts.reduce((sum, count) => sum + count)).toBe(30);
		expect(received).toHaveLength(30);
	});

	test('is sent once, also by a mail server so slow that what was taken with it is due again', async () => {
		for (let i = 0; i < 3; i++) await queue(`person-${i}@example.com`);
		let time = now;
		const readNow = () => Promise.resolve(time);
		taking = async () => {
			taking = () => Promise.resolve();
			time = after(3);
			await deliverDue(db, post(), readNow);
		};
		await deliverDue(db, post(), readNow);
		// Only the mail that took longer than its lease came twice, as one: by its id.
		const ids = received.map((mail) => /^Message-ID: (.*)$/m.exec(mail)![1]);
		expect([ids.length, new Set(ids).size]).toEqual([4, 3]);
	});

	test('what a server took and never sent is due again after its lease', async () => {
		await queue();
		expect(await takeDueMails(db, now)).toHaveLength(1);
		expect(await takeDueMails(db, after(1))).toHaveLength(0);
		expect(await takeDueMails(db, after(2))).toHaveLength(1);
	});

	test('an invitation does not wait for reminders', async () => {
		const refusable = { employeeId: people.learner.id, letter, kind: 'own' as const, unsubscribe: 'https://academy.example.com/mail/x/own' };
		await queueAnnouncements(db, Array.from({ length: 12 }, (_, i) => ({ ...refusable, recipient: `person-${i}@example.com` })), after(-5));
		await queue('new@example.com');
		expect((await takeDueMails(db, now)).map(({ recipient }) => recipient)).toContain('new@example.com');
	});

	test('is tried again with longer and longer pauses, then given up', async () => {
		await queue();
		answer = () => refusal(451);
		let at = 0;
		const pauses: number[] = [];
		for (let i = 1; i < mostTries; i++) {
			expect(await deliverDue(db, post(), clockAt(after(at)))).toBe(0);
			const [row] = await rows();
			expect(row).toMatchObject({ tries: i, sentAt: null });
			pauses.push((row!.nextTryAt.getTime() - after(at).getTime()) / 60_000);
			at += pauses.at(-1)!;
		}
		expect(pauses).toEqual([1, 5, 15, 60, 240, 480, 720]);
		await deliverDue(db, post(), clockAt(after(at)));
		answer = () => null;
		expect(await deliverDue(db, post(), clockAt(after(at + 10_000)))).toBe(0);
		expect((await rows())[0]!.lastProblem).toContain('no such mailbox');
	});

	test('one refused for good is not tried again, and holds up nobody', async () => {
		await queue('gone@example.com');
		await queue('lena@example.com');
		answer = (recipient) => (recipient === 'gone@example.com' ? refusal(550) : null);
		expect(await deliverDue(db, post(), clockAt(now))).toBe(1);
		answer = () => null;
		expect(await deliverDue(db, post(), clockAt(after(1000)))).toBe(0);
	});

	test.each([
		['a sender that may not send', () => (sender = () => refusal(550, 'sender not allowed'))],
		['a sign-in that is wanted', () => (sender = () => refusal(530, 'authentication required'))],
		['a server that does not relay', () => (answer = () => refusal(554, '5.7.1 relay access denied'))]
	])('%s is no refusal of the mail: it is tried again', async (_what, refuse) => {
		await queue();
		refuse();
		expect(await deliverDue(db, post(), clockAt(now))).toBe(0);
		sender = answer = () => null;
		expect(await deliverDue(db, post(), clockAt(after(1)))).toBe(1);
	});

	test('a mail server that is not there is a pause, not an error', async () => {
		await queue();
		expect(await deliverDue(db, openPost('smtp://127.0.0.1:9', 'a@example.com'), clockAt(now))).toBe(0);
		expect((await rows())[0]!.lastProblem).toContain('ECONNREFUSED');
		expect(await deliverDue(db, post(), clockAt(after(1)))).toBe(1);
	});

	test('a mail whose link has long ended is not sent any more', async () => {
		await queue('lena@example.com', after(-8 * 24 * 60));
		expect(await deliverDue(db, post(), clockAt(now))).toBe(0);
	});
});

describe('kept mails', () => {
	/** An invitation of the learner, with its link, in the outbox. */
	async function invite(at: Date) {
		const { token } = await makeLink(db, { purpose: 'invite', employeeId: people.learner.id, by: null, lifetime: 60 * 60_000 }, at);
		const plain = `Welcome\n\nhttps://academy.example.com/invite/${token}`;
		await queueMail(db, { recipient: 'lena@example.com', employeeId: people.learner.id, letter: { subject: 'Welcome', plain, html: '', locale: 'en' } }, at);
		return plain;
	}
	beforeEach(async () => {
		await db.delete(oneTimeLink);
	});
	const kept = async (at: Date) => (await listKeptMails(db, people.admin, { mailServer: false, limit: 10 }, at)).map(({ plain, isOver }) => ({ plain, isOver }));

	test('whose link works no more say so, and do not show it', async () => {
		const first = await invite(now);
		expect(await kept(now)).toEqual([{ plain: first, isOver: false }]);
		const second = await invite(after(1));
		expect(await kept(after(1))).toEqual([
			{ plain: second, isOver: false },
			{ plain: null, isOver: true }
		]);
		expect(await kept(after(61))).toEqual([
			{ plain: null, isOver: true },
			{ plain: null, isOver: true }
		]);
	});

	test('without a mail server are read out by an administrator, and by nobody else', async () => {
		const plain = await invite(now);
		startDelivery(db, { SMTP_URL: null, MAIL_FROM: 'a@example.com' });
		wakeDelivery();
		const [mail] = await listKeptMails(db, people.admin, { mailServer: false, limit: 10 }, now);
		expect(mail).toMatchObject({ recipient: 'lena@example.com', plain, locale: 'en', nextTryAt: null });
		for (const actor of [people.learner, people.mentor, people.hr, people.author]) {
			expect(await listKeptMails(db, actor, { mailServer: false, limit: 10 }, now)).toEqual([]);
		}
	});

	test('with one show what it said, not the link', async () => {
		await queue();
		answer = () => refusal(451);
		await deliverDue(db, post(), clockAt(now));
		const [mail] = await listKeptMails(db, people.admin, { mailServer: true, limit: 10 }, now);
		expect(mail).toMatchObject({ plain: null, nextTryAt: after(1), tries: 1 });
		expect(mail!.lastProblem).toContain('no such mailbox');
	});
});

test('in the background a queued mail goes out at once', async () => {
	const { port } = server.server.address() as AddressInfo;
	startDelivery(db, { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'a@example.com' });
	await queueMail(db, { recipient: 'lena@example.com', employeeId: null, letter }, new Date());
	wakeDelivery();
	await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1);
	process.emit('sveltekit:shutdown' as never);
	await expect.poll(async () => (await rows())[0]?.sentAt ?? null).not.toBeNull();
});
