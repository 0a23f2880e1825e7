import { and, eq, isNull } from 'drizzle-orm';
import { v7 } from 'uuid';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readSession, startSession } from '../auth/session.ts';
import { sayNotice } from '../../i18n/notices.ts';
import { employee, mailOutbox, mentorship, roleGrant } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { openTestLibrary } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople, type TestPerson } from '../testing-people.ts';
import { listNotifications } from './notifications.ts';
import { listPeople } from './people-list.ts';
import { findRoleHolder, listRoleHolders, setRole } from './roles.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
let people: TestPeople;
let library: Library;
let person: TestPerson;
let count = 0;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
});
beforeEach(async () => {
	person = await makePerson(db, now, { name: `Person ${++count}` });
});

async function begin(who: TestPerson) {
	const [row] = await db.select().from(employee).where(eq(employee.id, who.id));
	return (await startSession(db, { id: who.id, passwordHash: row!.passwordHash! }, '', now))!;
}
const rolesOf = async (token: string) => (await readSession(db, token, now))?.person.roles ?? null;
const set = (role: string, granted: boolean, who = person, actor: TestPerson = people.admin, keepSession: string | null = null) =>
	setRole(db, library, actor, { employeeId: who.id, role, granted, keepSession, origin: 'https://academy.example.com' }, now);

describe('a role', () => {
	test('is granted and withdrawn; each ends the person’s sessions, the record stays', async () => {
		let token = await begin(person);
		expect(await set('mentor', true)).toEqual({ code: 'set', name: `Person ${count}`, role: 'mentor', mentees: 0 });
		expect(await rolesOf(token)).toBeNull();
		token = await begin(person);
		expect(await rolesOf(token)).toEqual(['learner', 'mentor']);
		// What is so already ends nothing.
		await set('mentor', true);
		expect(await rolesOf(token)).toEqual(['learner', 'mentor']);
		await set('mentor', false);
		expect(await rolesOf(token)).toBeNull();
		expect(await rolesOf(await begin(person))).toEqual(['learner']);
		const [row] = await db.select().from(roleGrant).where(eq(roleGrant.employeeId, person.id));
		expect(row).toMatchObject({ role: 'mentor', grantedBy: people.admin.id, withdrawnAt: now });
	});

	test('of a mentor, withdrawn: says how many people here still have them as their mentor', async () => {
		await set('mentor', true);
		const [here, gone, before] = [await makePerson(db, now, { name: 'Mentee here' }), await makePerson(db, now, { name: 'Mentee gone' }), await makePerson(db, now, { name: 'Mentee before' })];
		for (const { id } of [here, gone, before]) await db.insert(mentorship).values({ mentorId: person.id, menteeId: id, since: now });
		await db.update(employee).set({ leftAt: now }).where(eq(employee.id, gone.id));
		await db.update(mentorship).set({ until: now }).where(eq(mentorship.menteeId, before.id));
		expect(await set('author', true)).toMatchObject({ mentees: 0 });
		expect(await set('mentor', false)).toMatchObject({ mentees: 1 });
	});

	test('of a mentor, withdrawn: HR is told once, with the way to those who are without one now; given back, nothing is left to do', async () => {
		const filter = { search: 'Alone', position: null, team: null, mentor: 'none', state: null, overdue: false };
		const alone = async () => (await listPeople(db, people.hr, { filter, sort: 'name', limit: 50, offset: 0 }, now)).people.map(({ name }) => name);
		const told = async (who = people.hr) => (await listNotifications(db, library, who, { limit: 50, offset: 0 }, 'en')).lines.filter(({ href }) => href.endsWith(`mentor=${person.id}`));
		await set('mentor', true);
		await set('mentor', false);
		expect(await told()).toEqual([]);
		await set('mentor', true);
		for (const name of ['Alone One', 'Alone Two']) {
			const mentee = await makePerson(db, now, { name });
			await db.insert(mentorship).values({ mentorId: person.id, menteeId: mentee.id, since: now });
		}
		expect(await alone()).toEqual([]);
		const before = await db.$count(mailOutbox);
		await Promise.all([set('mentor', false), set('mentor', false)]);
		const [notice, ...others] = await told();
		expect(others).toEqual([]);
		expect(notice).toMatchObject({ href: `/hr/people?mentor=${person.id}`, isRead: false });
		expect(sayNotice(notice!, now, 'en', 'UTC')).toContain(`Person ${count}`);
		expect(await told(people.mentor)).toEqual([]);
		expect(await db.$count(mailOutbox)).toBe(before + 1);
		expect(await alone()).toEqual(['Alone One', 'Alone Two']);
		await set('mentor', true);
		expect(await alone()).toEqual([]);
		expect(await told()).toMatchObject([{ isRead: true }]);
		await set('mentor', false);
		expect(await told()).toMatchObject([{ isRead: false }, { isRead: true }]);
	});

	test('granted ten times at once is granted once', async () => {
		await Promise.all(Array.from({ length: 10 }, () => set('author', true)));
		const standing = and(eq(roleGrant.employeeId, person.id), isNull(roleGrant.withdrawnAt));
		expect(await db.select().from(roleGrant).where(standing)).toHaveLength(1);
	});

	test('is an administrator’s to give, a known one, to somebody who exists', async () => {
		for (const actor of [people.learner, people.mentor, people.hr, people.author]) {
			expect(await set('admin', true, person, actor)).toEqual({ code: 'missing' });
			expect(await set('admin', true, actor, actor)).toEqual({ code: 'missing' });
		}
		expect(await set('learner', false)).toEqual({ code: 'unknown-role' });
		expect(await set('god', true)).toEqual({ code: 'unknown-role' });
		expect(await set('hr', true, { ...person, id: v7() })).toEqual({ code: 'missing' });
		expect(await set('hr', true, { ...person, id: 'x' })).toEqual({ code: 'missing' });
	});

	test('of one’s own may be changed at the same desk', async () => {
		const here = await begin(people.admin);
		const there = await begin(people.admin);
		await set('hr', true, people.admin, people.admin, here.split('.')[0]!);
		expect(await rolesOf(here)).toEqual(expect.arrayContaining(['admin', 'hr']));
		expect(await rolesOf(there)).toBeNull();
		await set('hr', false, people.admin, people.admin, here.split('.')[0]!);
	});

	test('of the last administrator stays, also when two remove each other at once', async () => {
		expect(await set('admin', false, people.admin)).toEqual({ code: 'last-admin' });
		for (let round = 0; round < 5; round++) {
			const second = await makePerson(db, now, { name: `Second ${round}`, roles: ['admin'] });
			const outcomes = await Promise.all([set('admin', false, people.admin, second), set('admin', false, second, people.admin)]);
			expect(outcomes.map(({ code }) => code).sort()).toEqual(['last-admin', 'set']);
			await set('admin', true, people.admin, second);
			await set('admin', false, second);
		}
		// Somebody who has left is no administrator any more.
		const gone = await makePerson(db, now, { name: 'Gone', roles: ['admin'] });
		await db.update(employee).set({ leftAt: now }).where(eq(employee.id, gone.id));
		expect(await set('admin', false, people.admin)).toEqual({ code: 'last-admin' });
	});
});

describe('role holders', () => {
	test('are listed for an administrator, with what they hold', async () => {
		const holders = await listRoleHolders(db, people.admin);
		expect(holders.find(({ id }) => id === people.hr.id)).toEqual({
			id: people.hr.id,
			name: people.hr.name,
			email: people.hr.email,
			personnelNumber: null,
			roles: ['hr']
		});
		expect(holders.map(({ id }) => id)).not.toContain(people.learner.id);
	});

	test('are found by exactly what they sign in with', async () => {
		expect(await findRoleHolder(db, people.admin, { login: ` ${person.email.toUpperCase()}` })).toMatchObject({
			id: person.id,
			roles: []
		});
		expect(await findRoleHolder(db, people.admin, { login: person.email.slice(1) })).toBeNull();
		expect(await findRoleHolder(db, people.admin, { login: people.leaver.email })).toBeNull();
	});

	test('are nobody else’s to see', async () => {
		for (const actor of [people.learner, people.mentor, people.hr, people.author]) {
			expect(await listRoleHolders(db, actor)).toEqual([]);
			expect(await findRoleHolder(db, actor, { login: person.email })).toBeNull();
		}
	});
});
