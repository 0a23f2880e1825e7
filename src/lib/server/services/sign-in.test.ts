import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSession } from '../auth/session.ts';
import { limits } from '../auth/throttle.ts';
import { employee, session } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { makePeople, makePerson, testPassword, type TestPeople } from '../testing-people.ts';
import { signIn, signOut } from './sign-in.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
let people: TestPeople;
let addresses = 0;

beforeAll(async () => {
	people = await makePeople(db, now);
});

const from = (login: string, password = testPassword, address = `192.0.2.${++addresses}`, at = now) =>
	signIn(db, null, { login, password, address, device: 'Firefox, Linux' }, at);
const tokenOf = (outcome: Awaited<ReturnType<typeof from>>) => (outcome.code === 'signed-in' ? outcome.token : '');

describe('signing in', () => {
	test('with an e-mail, however it is written', async () => {
		const outcome = await from(`  ${people.learner.email.toUpperCase()} `);
		const read = await readSession(db, tokenOf(outcome), now);
		expect(read?.person.id).toBe(people.learner.id);
	});

	test('with a personnel number, without a mailbox', async () => {
		const person = await makePerson(db, now, { name: 'Nomail' });
		await db.update(employee).set({ email: null, personnelNumber: 'Ф-1007' }).where(eq(employee.id, person.id));
		const outcome = await from('ф-1007 ');
		expect((await readSession(db, tokenOf(outcome), now))?.person).toMatchObject({ id: person.id, email: null });
	});

	test('gives the same answer to the unknown, the wrong, the invited and those who left', async () => {
		const invited = await makePerson(db, now, { name: 'Invited' });
		await db.update(employee).set({ passwordHash: null }).where(eq(employee.id, invited.id));
		const answers = await Promise.all([
			from('nobody@example.com'),
			from('no-such-number'),
			from(people.learner.email, 'not the password'),
			from(invited.email),
			from(invited.email, ''),
			from(people.leaver.email),
			from(people.learner.email, 'x'.repeat(100_000))
		]);
		expect(answers).toEqual(answers.map(() => ({ code: 'wrong' })));
	});

	test('twenty at once with the right password are twenty sessions, none throttled', async () => {
		const person = await makePerson(db, now, { name: 'Twenty' });
		const outcomes = await Promise.all(
			Array.from({ length: 20 }, () => from(person.email, testPassword, '198.51.100.1'))
		);
		expect(outcomes.map(({ code }) => code)).toEqual(outcomes.map(() => 'signed-in'));
		expect(new Set(outcomes.map(tokenOf)).size).toBe(20);
		expect(await db.select().from(session).where(eq(session.employeeId, person.id))).toHaveLength(20);
	});

	test('twenty wrong guesses at once: ten are answered, from whatever addresses', async () => {
		const person = await makePerson(db, now, { name: 'Guessed' });
		const outcomes = await Promise.all(Array.from({ length: 20 }, () => from(person.email, 'a wrong guess')));
		expect(outcomes.filter(({ code }) => code === 'wrong')).toHaveLength(10);
		expect(outcomes.filter(({ code }) => code === 'throttled')).toHaveLength(10);
		// The right password has to wait, too; e-mail and number are one account.
		await db.update(employee).set({ personnelNumber: 'G-1' }).where(eq(employee.id, person.id));
		expect((await from('g-1')).code).toBe('throttled');
		const later = new Date(now.getTime() + limits.account.window);
		expect((await from(person.email, testPassword, '192.0.2.250', later)).code).toBe('signed-in');
	});

	test('a right guess among many at once is answered only within the first ten', async () => {
		const person = await makePerson(db, now, { name: 'Lucky' });
		const guesses = Array.from({ length: 40 }, (_, i) => from(person.email, i === 39 ? testPassword : 'a wrong guess'));
		const outcomes = await Promise.all(guesses);
		const wrong = outcomes.filter(({ code }) => code === 'wrong').length;
		// Whoever is served first is not ours to say. Right among the first ten: it clears the failures before it, nine at
		// most, and ten more are answered. Later: it is withheld like the wrong ones.
		if (outcomes[39]!.code === 'signed-in') expect(wrong).toBeLessThanOrEqual(19);
		else expect([outcomes[39]!.code, wrong]).toEqual(['throttled', 10]);
	});

	test('only failures count, and a success clears the account', async () => {
		const person = await makePerson(db, now, { name: 'Forgetful' });
		for (let round = 0; round < 3; round++) {
			for (let i = 0; i < 9; i++) expect((await from(person.email, 'wrong again')).code).toBe('wrong');
			expect((await from(person.email)).code).toBe('signed-in');
		}
	});

	test('an address has a hundred failures, shared by an office; successes cost it nothing', async () => {
		const office = '203.0.113.9';
		for (let i = 0; i < 5; i++) expect((await from(people.hr.email, testPassword, office)).code).toBe('signed-in');
		for (let i = 0; i < 9; i++) {
			await Promise.all(Array.from({ length: 11 }, (_, j) => from(`nobody-${i}-${j}@example.com`, 'wrong', office)));
		}
		// Ninety-nine so far.
		expect((await from(people.hr.email, testPassword, office)).code).toBe('signed-in');
		expect((await from('nobody-at-last@example.com', 'wrong', office)).code).toBe('wrong');
		const outcome = await from(people.hr.email, testPassword, office);
		expect(outcome).toEqual({ code: 'throttled', until: new Date(now.getTime() + limits.address.window) });
		// Nothing was tried, so the account is not blamed.
		for (let i = 0; i < 12; i++) await from(people.hr.email, testPassword, office);
		expect((await from(people.hr.email, testPassword, '203.0.113.10')).code).toBe('signed-in');
	});

	test('signing out ends this session and no other', async () => {
		const one = tokenOf(await from(people.author.email));
		const two = tokenOf(await from(people.author.email));
		await signOut(db, people.author, { sessionId: one.split('.')[0]! }, now);
		expect(await readSession(db, one, now)).toBeNull();
		await signOut(db, people.learner, { sessionId: two.split('.')[0]! }, now);
		expect(await readSession(db, two, now)).not.toBeNull();
	});
});
