import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSession } from '../auth/session.ts';
import { limits } from '../auth/throttle.ts';
import { employee, mailOutbox } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { openTestLibrary } from '../testing-content.ts';
import { makePeople, makePerson, testPassword, type TestPeople } from '../testing-people.ts';
import { makePersonalLink, readInvitation } from './invitations.ts';
import { lifetimes } from './one-time-links.ts';
import { askForReset, completeReset, readReset } from './resets.ts';
import { signIn } from './sign-in.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
const after = (milliseconds: number) => new Date(now.getTime() + milliseconds);
const password = 'seven green bicycles';
const device = 'Firefox, Linux';
const origin = 'https://academy.example.com';
let people: TestPeople;
let library: Library;
let addresses = 0;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
});

const ask = (login: string, address = `192.0.2.${++addresses}`, at = now) =>
	askForReset(db, library, null, { login, address, origin }, at);
const mailsTo = (recipient: string) => db.select().from(mailOutbox).where(eq(mailOutbox.recipient, recipient));
const tokenIn = (plain: string) => /\/reset\/([\w-]+)/.exec(plain)![1]!;

describe('a reset', () => {
	test('is answered alike for everyone; only who has a mailbox and works here gets a mail', async () => {
		const before = await db.select().from(mailOutbox);
		const nomail = await makePerson(db, now, { name: 'Nomail' });
		await db.update(employee).set({ email: null, personnelNumber: 'N-1' }).where(eq(employee.id, nomail.id));
		for (const login of ['nobody@example.com', 'no-such', people.leaver.email, 'N-1', "' or 1=1 --"]) {
			expect(await ask(login)).toEqual({ code: 'answered' });
		}
		expect(await db.select().from(mailOutbox)).toEqual(before);
		expect(await ask(people.learner.email.toUpperCase())).toEqual({ code: 'answered' });
		expect(await mailsTo(people.learner.email)).toHaveLength(1);
	});

	test('is a letter in the person’s language with a link that works once, for two hours', async () => {
		const person = await makePerson(db, now, { name: 'Ксения <b>', email: 'ksenia@example.com' });
		await db.update(employee).set({ locale: 'ru', personnelNumber: 'K-7' }).where(eq(employee.id, person.id));
		await ask('k-7');
		const [mail] = await mailsTo(person.email);
		expect(mail!.subject).toContain('новый пароль');
		expect(mail!.plain).toContain(`${origin}/reset/`);
		expect(mail!.plain).toContain('Ксения <b>');
		expect(mail!.html).not.toContain('<b>');
		expect(mail!.html).toContain('lang="ru"');
		const token = tokenIn(mail!.plain);
		expect(await readReset(db, token, after(lifetimes.reset - 1))).toEqual({ name: 'Ксения <b>' });
		expect(await readReset(db, token, after(lifetimes.reset))).toBeNull();

		const old = await signIn(db, null, { login: 'K-7', password: testPassword, address: '192.0.2.99', device }, now);
		expect((await completeReset(db, null, { token, password: 'short', device }, now)).code).toBe('password-short');
		const outcomes = await Promise.all(
			Array.from({ length: 6 }, () => completeReset(db, null, { token, password, device }, now))
		);
		expect(outcomes.map(({ code }) => code).sort()).toEqual(['gone', 'gone', 'gone', 'gone', 'gone', 'signed-in']);
		expect(await readSession(db, (old as { token: string }).token, now)).toBeNull();
	});

	test('lets in who was throttled', async () => {
		const person = await makePerson(db, now, { name: 'Locked' });
		const input = { login: person.email, password: 'a wrong guess', address: '192.0.2.98', device };
		for (let i = 0; i < limits.account.points + 1; i++) await signIn(db, null, input, now);
		expect((await signIn(db, null, { ...input, password: testPassword }, now)).code).toBe('throttled');
		await ask(person.email);
		const [mail] = await mailsTo(person.email);
		await completeReset(db, null, { token: tokenIn(mail!.plain), password, device }, now);
		expect((await signIn(db, null, { ...input, password }, now)).code).toBe('signed-in');
	});

	test('is mailed three times an hour at most, and the newest link is the one that works', async () => {
		const person = await makePerson(db, now, { name: 'Impatient' });
		for (let i = 0; i < 8; i++) expect(await ask(person.email, undefined, after(i))).toEqual({ code: 'answered' });
		const mails = (await mailsTo(person.email)).sort((a, b) => Number(a.createdAt) - Number(b.createdAt));
		expect(mails).toHaveLength(limits.reset.points);
		const alive = await Promise.all(mails.map(({ plain }) => readReset(db, tokenIn(plain), after(10))));
		expect(alive.map(Boolean)).toEqual([false, false, true]);
	});

	test('is asked for thirty times an hour from one address', async () => {
		const answers = await Promise.all(
			Array.from({ length: 40 }, (_, i) => ask(`nobody-${i}@example.com`, '203.0.113.5'))
		);
		expect(answers.filter(({ code }) => code === 'answered')).toHaveLength(limits.resetAddress.points);
	});

	test('does not end an invitation that HR has printed', async () => {
		const person = await makePerson(db, now, { name: 'Invited' });
		await db.update(employee).set({ passwordHash: null }).where(eq(employee.id, person.id));
		const made = await makePersonalLink(db, people.hr, { employeeId: person.id }, now);
		await ask(person.email);
		expect(await readInvitation(db, (made as { token: string }).token, after(1))).not.toBeNull();
	});
});
