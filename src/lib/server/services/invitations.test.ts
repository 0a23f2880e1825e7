import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSession } from '../auth/session.ts';
import { employee, oneTimeLink, roleGrant, session } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { makePeople, makePerson, testPassword, type TestPeople } from '../testing-people.ts';
import {
	acceptAsFirstAdministrator,
	acceptInvitation,
	appointAdministrator,
	countCards,
	firstAdministratorLink,
	makeCards,
	makePersonalLink,
	mostCards,
	readInvitation
} from './invitations.ts';
import { lifetimes } from './one-time-links.ts';
import { completeReset, readReset } from './resets.ts';
import { signIn } from './sign-in.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
const after = (milliseconds: number) => new Date(now.getTime() + milliseconds);
const password = 'seven green bicycles';
const device = 'Firefox, Linux';
let people: TestPeople;
let count = 0;

describe('the first administrator', () => {
	const first = (token: string, i = 0, at = now) =>
		acceptAsFirstAdministrator(db, null, { token, name: ` Ada ${i}`, email: `Ada-${i}@example.com`, password, device }, at);

	test('comes by a link that is good for a while and for one', async () => {
		const early = (await firstAdministratorLink(db, now))!;
		const token = (await firstAdministratorLink(db, now))!;
		expect(await readInvitation(db, token, now)).toEqual({ kind: 'first-admin' });
		expect(await readInvitation(db, token, after(lifetimes['first-admin']))).toBeNull();
		expect(await readInvitation(db, `${token}x`, now)).toBeNull();
		const input = { token, name: '', email: 'ada@example.com', password, device };
		expect(await acceptAsFirstAdministrator(db, null, input, now)).toEqual({ code: 'name-empty' });
		expect(await acceptAsFirstAdministrator(db, null, { ...input, name: 'Ada', email: 'ada' }, now)).toEqual({
			code: 'email-wrong'
		});
		expect(await acceptAsFirstAdministrator(db, null, { ...input, name: 'Ada', password: '1234567890' }, now)).toEqual({
			code: 'password-common'
		});

		// Ten people with two links at once: one administrator.
		const outcomes = await Promise.all(Array.from({ length: 10 }, (_, i) => first(i % 2 ? early : token, i)));
		const signedIn = outcomes.filter((outcome) => outcome.code === 'signed-in');
		expect(signedIn).toHaveLength(1);
		expect(outcomes.filter((outcome) => outcome.code === 'gone')).toHaveLength(9);
		expect(await db.select().from(employee)).toHaveLength(1);
		const read = await readSession(db, (signedIn[0] as { token: string }).token, now);
		expect(read?.person.roles).toEqual(['learner', 'admin']);
		expect(read?.person.name).toMatch(/^Ada \d$/);
		expect(read?.person.email).toMatch(/^ada-\d@example\.com$/);
	});

	test('is the first only once: afterwards no link is made, and none works', async () => {
		expect(await firstAdministratorLink(db, now)).toBeNull();
	});
});

describe('an invitation', () => {
	beforeAll(async () => {
		people = await makePeople(db, now);
	});
	const invited = async () => {
		const person = await makePerson(db, now, { name: `Invited ${++count}` });
		await db.update(employee).set({ passwordHash: null }).where(eq(employee.id, person.id));
		const made = await makePersonalLink(db, people.hr, { employeeId: person.id }, now);
		if (made.code !== 'made') throw new Error(made.code);
		return { person, ...made };
	};
	const accept = (token: string, at = now, word = password) =>
		acceptInvitation(db, null, { token, password: word, device }, at);

	test('says whom it is for, and stores no token', async () => {
		const { person, token, purpose, expiresAt } = await invited();
		expect([purpose, expiresAt]).toEqual(['invite', after(lifetimes.invite)]);
		expect(await readInvitation(db, token, now)).toEqual({
			kind: 'person',
			name: person.name,
			email: person.email,
			personnelNumber: null
		});
		expect(JSON.stringify(await db.select().from(oneTimeLink))).not.toContain(token);
		// An invitation is not a reset.
		expect(await readReset(db, token, now)).toBeNull();
	});

	test('accepted ten times at once has one effect', async () => {
		const { person, token } = await invited();
		const outcomes = await Promise.all(
			Array.from({ length: 10 }, (_, i) => accept(token, now, `${password} ${i}`))
		);
		const won = outcomes.findIndex(({ code }) => code === 'signed-in');
		expect(outcomes.map(({ code }) => code).sort()).toEqual([...Array(9).fill('gone'), 'signed-in']);
		expect(await db.select().from(session).where(eq(session.employeeId, person.id))).toHaveLength(1);
		const signed = await signIn(
			db,
			null,
			{ login: person.email, password: `${password} ${won}`, address: '192.0.2.1', device },
			now
		);
		expect(signed.code).toBe('signed-in');
	});

	test('is not used up by a password that is refused', async () => {
		const { person, token } = await invited();
		expect((await accept(token, now, 'short')).code).toBe('password-short');
		expect((await accept(token, now, person.email)).code).toBe('password-personal');
		expect((await accept(token)).code).toBe('signed-in');
		expect((await accept(token)).code).toBe('gone');
	});

	test('ends with its time, with a newer one, and with the employment', async () => {
		const { token } = await invited();
		expect(await readInvitation(db, token, after(lifetimes.invite))).toBeNull();
		expect((await accept(token, after(lifetimes.invite))).code).toBe('gone');

		const { person, token: older } = await invited();
		const newer = await makePersonalLink(db, people.hr, { employeeId: person.id }, after(1));
		expect((await accept(older, after(2))).code).toBe('gone');
		await db.update(employee).set({ leftAt: now }).where(eq(employee.id, person.id));
		expect((await accept((newer as { token: string }).token, after(2))).code).toBe('gone');
		expect(await makePersonalLink(db, people.hr, { employeeId: person.id }, after(3))).toEqual({ code: 'left' });
	});

	test('is a reset for those who have a password; it ends their sessions', async () => {
		const person = await makePerson(db, now, { name: 'Forgetful' });
		const before = await signIn(
			db,
			null,
			{ login: person.email, password: testPassword, address: '192.0.2.3', device },
			now
		);
		const made = await makePersonalLink(db, people.hr, { employeeId: person.id }, now);
		expect(made).toMatchObject({ code: 'made', purpose: 'reset', expiresAt: after(lifetimes.card) });
		const { token } = made as { token: string };
		expect(await readInvitation(db, token, now)).toBeNull();
		expect(await readReset(db, token, now)).toEqual({ name: 'Forgetful' });
		expect((await completeReset(db, null, { token, password, device }, now)).code).toBe('signed-in');
		expect(await readSession(db, (before as { token: string }).token, now)).toBeNull();
	});

	test('is made by HR alone, and not for oneself', async () => {
		const { learner, mentor, author, admin, hr } = people;
		for (const actor of [learner, mentor, author, admin]) {
			expect(await makePersonalLink(db, actor, { employeeId: learner.id }, now)).toEqual({ code: 'missing' });
		}
		expect(await makePersonalLink(db, hr, { employeeId: hr.id }, now)).toEqual({ code: 'missing' });
		const nobody = '019ab000-0000-7000-8000-000000000000';
		expect(await makePersonalLink(db, hr, { employeeId: nobody }, now)).toEqual({ code: 'missing' });
	});
});

describe('an administrator from the shell', () => {
	test('is created with a link, once', async () => {
		const input = { email: 'Root@Example.com', name: 'Root' };
		const made = await appointAdministrator(db, input, now);
		if (made.code !== 'appointed' || !made.link) throw new Error('no link');
		const again = await appointAdministrator(db, input, after(1));
		if (again.code !== 'appointed' || !again.link) throw new Error('no link');
		expect((await acceptInvitation(db, null, { token: made.link.token, password, device }, after(2))).code).toBe('gone');
		const outcome = await acceptInvitation(db, null, { token: again.link.token, password, device }, after(2));
		const read = await readSession(db, (outcome as { token: string }).token, after(2));
		expect(read?.person).toMatchObject({ name: 'Root', email: 'root@example.com', roles: ['learner', 'admin'] });
		expect(await appointAdministrator(db, input, after(3))).toEqual({ code: 'appointed', link: null });
		const grants = await db
			.select()
			.from(roleGrant)
			.where(and(eq(roleGrant.employeeId, read!.person.id), eq(roleGrant.role, 'admin')));
		expect(grants).toHaveLength(1);
	});

	test('must have an address and a name, and work here', async () => {
		expect(await appointAdministrator(db, { email: 'root', name: 'Root' }, now)).toEqual({ code: 'email-wrong' });
		expect(await appointAdministrator(db, { email: 'root@example.com', name: ' ' }, now)).toEqual({ code: 'name-empty' });
		expect(await appointAdministrator(db, { email: people.leaver.email, name: 'Lyuba' }, now)).toEqual({ code: 'left' });
	});
});

describe('cards for many', () => {
	const filter = (search: string) => ({ filter: { search, position: null, team: null, mentor: null, state: null, overdue: false }, mailServer: false });
	const waiting = async (...names: string[]) => {
		const made = await Promise.all(names.map((name) => makePerson(db, now, { name })));
		for (const { id } of made) await db.update(employee).set({ passwordHash: null }).where(eq(employee.id, id));
		return made;
	};

	test('are made for who has not begun, in the order of names; each works once, and earlier invitations end', async () => {
		const [zoe, adam] = await waiting('Zoe Cardwell', 'Adam Cardwell');
		await makePerson(db, now, { name: 'Ida Cardwell' });
		const earlier = await makePersonalLink(db, people.hr, { employeeId: zoe!.id }, now);
		expect(await countCards(db, people.hr, filter('Cardwell'), after(1))).toBe(2);
		const made = await makeCards(db, people.hr, filter('Cardwell'), after(1));
		if (made.code !== 'made') throw new Error(made.code);
		expect(made.cards.map(({ employeeId }) => employeeId)).toEqual([adam!.id, zoe!.id]);
		expect(await Promise.all(made.cards.map(({ token }) => readInvitation(db, token, after(2))))).toMatchObject([{ name: adam!.name }, { name: zoe!.name }]);
		expect(earlier.code === 'made' && (await readInvitation(db, earlier.token, after(2)))).toBeNull();
		const again = await makeCards(db, people.hr, filter('Cardwell'), after(2));
		expect(again).toMatchObject({ code: 'made' });
		expect(await readInvitation(db, made.cards[0]!.token, after(3))).toBeNull();
	});

	test('are not made for who got a mail, for nobody, or for more than can be made at once', async () => {
		const people100 = Array.from({ length: mostCards + 1 }, (_, nth) => `Crowd Cardless ${nth}`);
		await waiting(...people100);
		expect(await makeCards(db, people.hr, { ...filter('Cardless'), mailServer: true }, now)).toEqual({ code: 'nobody' });
		expect(await makeCards(db, people.hr, filter('Cardless'), now)).toEqual({ code: 'many' });
		expect(await makeCards(db, people.hr, filter('nobody of that name'), now)).toEqual({ code: 'nobody' });
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
			expect(await makeCards(db, actor, filter('Cardless'), now)).toEqual({ code: 'missing' });
			expect(await countCards(db, actor, filter('Cardless'), now)).toBe(0);
		}
	});
});
