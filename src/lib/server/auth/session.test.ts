import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { employee, roleGrant, session } from '../db/schema/index.ts';
import { makePerson, type TestPerson } from '../testing-people.ts';
import { absoluteLimit, endSessions, forgetOldSessions, inactivityLimit, readSession, startSession, writeEvery } from './session.ts';

const { db, sql: driver } = await testDatabase();
const start = new Date('2026-11-22T09:00:00Z');
const after = (milliseconds: number) => new Date(start.getTime() + milliseconds);
let person: TestPerson;
let passwordHash: string;

beforeAll(async () => {
	person = await makePerson(db, start, { name: 'Lena Learner', roles: ['mentor'] });
	const [row] = await db.select().from(employee).where(eq(employee.id, person.id));
	passwordHash = row!.passwordHash!;
});

const begin = async () => (await startSession(db, { id: person.id, passwordHash }, 'Firefox, Linux', start))!;

describe('a session', () => {
	test('is read with person, roles and the database clock', async () => {
		const token = await begin();
		const read = await readSession(db, token, after(1000));
		expect(read?.person).toEqual({
			id: person.id,
			name: 'Lena Learner',
			email: person.email,
			roles: ['learner', 'mentor'],
			locale: null,
			theme: null,
			unread: 0,
			sessionId: token.split('.')[0]
		});
		const [clock] = await db.execute<{ now: string }>(sql`select now() as now`);
		// Without another clock it is the database's; the session from the past has ended by then or not.
		await db.update(session).set({ createdAt: sql`now()`, lastSeenAt: sql`now()` });
		const now = (await readSession(db, token))!.now;
		expect(Math.abs(now.getTime() - new Date(clock!.now).getTime())).toBeLessThan(5000);
	});

	test('keeps only a hash of its secret', async () => {
		const token = await begin();
		const [id, secret] = token.split('.');
		const [row] = await db.select().from(session).where(eq(session.id, id!));
		expect(JSON.stringify(row)).not.toContain(secret);
		expect(row!.secretHash).toMatch(/^[0-9a-f]{64}$/);
	});

	test.each(['', 'x', '.', 'a.b', 'a.b.c', 'ключ.тайна', '\0.\0', `${'a'.repeat(5000)}.b`])('is not had by the token %j', async (token) => {
		expect(await readSession(db, token, start)).toBeNull();
	});

	test('is not had by its id with another secret', async () => {
		const token = await begin();
		const other = await begin();
		expect(await readSession(db, `${token.split('.')[0]}.${other.split('.')[1]}`, start)).toBeNull();
	});

	test('ends after ten days without a visit; a visit prolongs it, written at most hourly', async () => {
		const token = await begin();
		expect((await readSession(db, token, after(writeEvery - 1)))?.prolonged).toBe(false);
		expect((await readSession(db, token, after(inactivityLimit - 1)))?.prolonged).toBe(true);
		expect((await readSession(db, token, after(inactivityLimit)))?.prolonged).toBe(false);
		expect(await readSession(db, token, after(2 * inactivityLimit))).toBeNull();
	});

	test('ends after sixty days however often it is used', async () => {
		const token = await begin();
		for (let at = inactivityLimit / 2; at < absoluteLimit; at += inactivityLimit / 2) {
			expect(await readSession(db, token, after(at))).not.toBeNull();
		}
		expect(await readSession(db, token, after(absoluteLimit))).toBeNull();
	});

	test('is not started with a password that has just changed, nor for someone who left', async () => {
		expect(await startSession(db, { id: person.id, passwordHash: 'another' }, '', start)).toBeNull();
		const gone = await makePerson(db, start, { name: 'Gone' });
		await db.update(employee).set({ leftAt: start }).where(eq(employee.id, gone.id));
		const [row] = await db.select().from(employee).where(eq(employee.id, gone.id));
		expect(await startSession(db, { id: gone.id, passwordHash: row!.passwordHash! }, '', start)).toBeNull();
	});

	test('ends with the employment, and a withdrawn role is gone at once', async () => {
		const leaver = await makePerson(db, start, { name: 'Leaver', roles: ['hr'] });
		const [row] = await db.select().from(employee).where(eq(employee.id, leaver.id));
		const token = (await startSession(db, { id: leaver.id, passwordHash: row!.passwordHash! }, '', start))!;
		await db.update(roleGrant).set({ withdrawnAt: start }).where(eq(roleGrant.employeeId, leaver.id));
		expect((await readSession(db, token, start))?.person.roles).toEqual(['learner']);
		await db.update(employee).set({ leftAt: start }).where(eq(employee.id, leaver.id));
		expect(await readSession(db, token, start)).toBeNull();
	});

	test('elsewhere is ended, here is kept; old ones are thrown away', async () => {
		const here = await begin();
		const there = await begin();
		await endSessions(db, person.id, here.split('.')[0]);
		expect(await readSession(db, there, start)).toBeNull();
		expect(await readSession(db, here, start)).not.toBeNull();
		await forgetOldSessions(db, after(inactivityLimit + 1));
		expect(await db.select().from(session)).toEqual([]);
	});

	test('costs one query', async () => {
		const token = await begin();
		let queries = 0;
		const counted = drizzle(driver, { logger: { logQuery: () => void queries++ } });
		expect(await readSession(counted, token, after(1))).not.toBeNull();
		expect(await readSession(counted, token, after(1))).not.toBeNull();
		expect(queries).toBe(2);
	});
});
