import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { inactivityLimit, readSession, startSession } from '../auth/session.ts';
import { employee } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { makePerson, testPassword, type TestPerson } from '../testing-people.ts';
import { changeLocale, changePassword, changeTheme, listSessions, signOutElsewhere } from './account.ts';
import { signIn } from './sign-in.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
let person: TestPerson;
let count = 0;

beforeEach(async () => {
	person = await makePerson(db, now, { name: `Person ${++count}` });
});

async function begin(device = 'Firefox, Linux', at = now) {
	const [row] = await db.select().from(employee).where(eq(employee.id, person.id));
	return (await startSession(db, { id: person.id, passwordHash: row!.passwordHash! }, device, at))!;
}
const idOf = (token: string) => token.split('.')[0]!;
const alive = async (token: string) => (await readSession(db, token, now)) !== null;
const next = 'seven green bicycles';

describe('the own password', () => {
	test('is changed by who knows it; every other session ends', async () => {
		const here = await begin();
		const there = await begin();
		const outcome = await changePassword(db, person, { present: testPassword, next, sessionId: idOf(here) }, now);
		expect(outcome).toEqual({ code: 'changed' });
		expect([await alive(here), await alive(there)]).toEqual([true, false]);
		const input = { login: person.email, address: '192.0.2.1', device: '' };
		expect((await signIn(db, null, { ...input, password: testPassword }, now)).code).toBe('wrong');
		expect((await signIn(db, null, { ...input, password: next }, now)).code).toBe('signed-in');
	});

	test('stays with a wrong present one, and guessing is throttled', async () => {
		const there = await begin();
		const guess = () => changePassword(db, person, { present: 'a guess', next, sessionId: 'x' }, now);
		const codes = (await Promise.all(Array.from({ length: 15 }, guess))).map(({ code }) => code);
		expect(codes.filter((code) => code === 'wrong')).toHaveLength(10);
		expect(codes.filter((code) => code === 'throttled')).toHaveLength(5);
		expect(await alive(there)).toBe(true);
	});

	test('stays when the new one is too weak', async () => {
		expect(await changePassword(db, person, { present: testPassword, next: 'short', sessionId: 'x' }, now)).toEqual({
			code: 'password-short'
		});
	});

	test('changed five times at once is changed once', async () => {
		const outcomes = await Promise.all(
			Array.from({ length: 5 }, (_, i) =>
				changePassword(db, person, { present: testPassword, next: `${next} ${i}`, sessionId: 'x' }, now)
			)
		);
		expect(outcomes.filter(({ code }) => code === 'changed')).toHaveLength(1);
	});

	test('changed while somebody signs in with the old one leaves no session of the old one', async () => {
		for (let round = 0; round < 5; round++) {
			const who = await makePerson(db, now, { name: `Racer ${count} ${round}` });
			const [signed] = await Promise.all([
				signIn(db, null, { login: who.email, password: testPassword, address: '192.0.2.2', device: '' }, now),
				changePassword(db, who, { present: testPassword, next, sessionId: 'x' }, now)
			]);
			if (signed.code === 'signed-in') expect(await readSession(db, signed.token, now)).toBeNull();
			else expect(signed.code).toBe('wrong');
		}
	});
});

describe('own sessions', () => {
	test('are listed while they can be used, the last used first', async () => {
		await begin('Chrome, Android', new Date(now.getTime() - inactivityLimit));
		const phone = await begin('Chrome, Android', new Date(now.getTime() - 1000));
		const here = await begin();
		expect((await listSessions(db, person, now)).map(({ id, device }) => [id, device])).toEqual([
			[idOf(here), 'Firefox, Linux'],
			[idOf(phone), 'Chrome, Android']
		]);
	});

	test('are ended one by one or all at once, never somebody else’s', async () => {
		const [here, second, third] = [await begin(), await begin(), await begin()];
		await signOutElsewhere(db, person, { sessionId: idOf(second), keep: idOf(here) }, now);
		expect([await alive(here), await alive(second), await alive(third)]).toEqual([true, false, true]);
		const stranger = await makePerson(db, now, { name: `Stranger ${count}` });
		await signOutElsewhere(db, stranger, { sessionId: idOf(third), keep: 'x' }, now);
		expect(await alive(third)).toBe(true);
		await signOutElsewhere(db, person, { sessionId: null, keep: idOf(here) }, now);
		expect([await alive(here), await alive(third)]).toEqual([true, false]);
	});
});

test('language and theme are kept in the account', async () => {
	const token = await begin();
	await changeLocale(db, person, { locale: 'bg' });
	await changeTheme(db, person, { theme: 'dark' });
	expect((await readSession(db, token, now))?.person).toMatchObject({ locale: 'bg', theme: 'dark' });
	await changeLocale(db, person, { locale: null });
	await changeTheme(db, person, { theme: null });
	expect((await readSession(db, token, now))?.person).toMatchObject({ locale: null, theme: null });
});
