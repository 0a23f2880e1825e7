import type { AddressInfo } from 'node:net';
import { eq } from 'drizzle-orm';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endOfDay } from '../../core/due-date.ts';
import { enrolment, mailOutbox, mailRefusal, notification } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { deliverDue, openPost } from '../mail/delivery.ts';
import { openTestLibrary } from '../testing-content.ts';
import { makePeople, type TestPeople } from '../testing-people.ts';
import { listKeptMails } from './kept-mails.ts';
import { chooseMails, chooseMailsByLink, mailKey, mailToken, readMailChoices, readMailChoicesByLink, refuseMailByLink } from './mail-choices.ts';
import { tellReminders } from './reminders.ts';

const { db } = await testDatabase();
const now = new Date('2026-12-11T08:00:00Z');
let people: TestPeople;
let library: Library;
const tokenOf = async (id: string) => mailToken(await mailKey(db, now), id);
const wanted = async (token: string) => (await readMailChoicesByLink(db, token, now))?.kinds.filter((one) => one.wanted).map(({ kind }) => kind) ?? null;

const received: string[] = [];
const server = new SMTPServer({
	authOptional: true,
	disabledCommands: ['STARTTLS'],
	onData(stream, _session, done) {
		let text = '';
		stream.on('data', (part: Buffer) => (text += part.toString('utf8')));
		stream.on('end', () => {
			received.push(text);
			done();
		});
	}
});

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
	await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
	library.close();
	await new Promise<void>((resolve) => server.close(resolve));
});
beforeEach(async () => {
	for (const table of [mailRefusal, notification, mailOutbox, enrolment]) await db.delete(table);
	received.length = 0;
});

describe('what somebody wants by mail', () => {
	test('is everything their roles have, until they say otherwise', async () => {
		expect(await readMailChoices(db, { ...people.learner, email: people.learner.email })).toEqual({ kinds: [{ kind: 'own', wanted: true }], hasAddress: true });
		expect((await readMailChoices(db, { ...people.mentor, email: null })).kinds.map(({ kind }) => kind)).toEqual(['own', 'mentees', 'overview']);
		await chooseMails(db, people.mentor, { wanted: ['mentees', 'people', 'nonsense'] }, now);
		await chooseMails(db, people.mentor, { wanted: ['mentees', 'people', 'nonsense'] }, now);
		const choices = () => readMailChoices(db, { ...people.mentor, email: null });
		expect((await choices()).kinds.filter((one) => one.wanted).map(({ kind }) => kind)).toEqual(['mentees']);
		await chooseMails(db, people.mentor, { wanted: ['own', 'mentees', 'overview'] }, now);
		expect((await choices()).kinds.every((one) => one.wanted)).toBe(true);
	});

	test('is said by a link without a sign-in, for one kind or all; twice is once', async () => {
		const token = await tokenOf(people.mentor.id);
		expect(await Promise.all([1, 2].map(() => refuseMailByLink(db, { token, kind: 'own' }, now)))).toEqual([{ code: 'refused' }, { code: 'refused' }]);
		expect(await wanted(token)).toEqual(['mentees', 'overview']);
		expect(await chooseMailsByLink(db, { token, wanted: ['own'] }, now)).toEqual({ code: 'chosen' });
		expect(await wanted(token)).toEqual(['own']);
	});

	test('is nobody else\'s to say', async () => {
		const [own, other] = [await tokenOf(people.learner.id), await tokenOf(people.otherLearner.id)];
		const mixed = `${own.split('.')[0]}.${other.split('.')[1]}`;
		for (const token of ['', '.', 'a.b', mixed, own.slice(0, -1), `${own}x`, own.replace('.', ''), 'ключ', `${own.split('.')[0]}.`, await tokenOf(people.leaver.id)]) {
			expect(await readMailChoicesByLink(db, token, now), token).toBeNull();
			expect(await refuseMailByLink(db, { token, kind: 'own' }, now)).toEqual({ code: 'missing' });
			expect(await chooseMailsByLink(db, { token, wanted: [] }, now)).toEqual({ code: 'missing' });
		}
		expect(await db.select().from(mailRefusal)).toEqual([]);
	});

	test('two servers that make the key at once have one', async () => {
		expect(new Set(await Promise.all([1, 2, 3].map(() => mailKey(db, now)))).size).toBe(1);
	});
});

describe('a reminder by mail', () => {
	const remind = async () => {
		await db.insert(enrolment).values({ employeeId: people.learner.id, course: 'basics', source: 'position', mandatory: true, place: 0, assignedOn: '2026-11-02', dueAt: endOfDay('2026-12-11', 'Europe/Sofia') });
		await tellReminders(db, library.current(), 'https://academy.example.com', now);
	};

	test('arrives as plain text and HTML, and says how to have no more, also to the mail program', async () => {
		await remind();
		const { port } = server.server.address() as AddressInfo;
		expect(await deliverDue(db, openPost(`smtp://127.0.0.1:${port}`, 'Academy <academy@example.com>'), () => Promise.resolve(now))).toBe(1);
		const [mail] = received;
		const unfolded = mail!.replace(/\r\n[ \t]+/g, ' ');
		const token = await tokenOf(people.learner.id);
		expect(unfolded).toContain(`List-Unsubscribe: <https://academy.example.com/mail/${token}/own>`);
		expect(unfolded).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
		expect(unfolded).toContain('text/plain');
		expect(unfolded).toContain('text/html');
		const [row] = await db.select().from(mailOutbox).where(eq(mailOutbox.employeeId, people.learner.id));
		expect(row).toMatchObject({ plain: '', html: '', unsubscribe: null });
	});

	test('without a mail server is shown to the administrator without what it says; a link they wait for comes first', async () => {
		await db.insert(mailOutbox).values({ recipient: 'new@example.com', subject: 'Welcome', plain: 'link', html: '', createdAt: new Date(now.getTime() - 86_400_000), nextTryAt: now });
		await remind();
		const mails = await listKeptMails(db, people.admin, { mailServer: false, limit: 10 }, now);
		expect(mails.map(({ recipient, plain, isPrivate }) => ({ recipient, plain, isPrivate }))).toEqual([
			{ recipient: 'new@example.com', plain: 'link', isPrivate: false },
			{ recipient: people.learner.email, plain: null, isPrivate: true }
		]);
	});
});
