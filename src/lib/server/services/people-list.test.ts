import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { v7 } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import { endSessions, startSession } from '../auth/session.ts';
import { employee, enrolment, positionAssignment, renewal } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Db } from '../db/open.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { listPeople, none, peopleSorts, type PeopleFilter, type PeopleSort } from './people-list.ts';

const { db, sql } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const everybody: PeopleFilter = { search: '', position: null, team: null, mentor: null, state: null, overdue: false };
let people: TestPeople;

const list = (filter: Partial<PeopleFilter> = {}, sort: PeopleSort = 'name', limit = 1000, offset = 0, on: Db = db) =>
	listPeople(on, people.hr, { filter: { ...everybody, ...filter }, sort, limit, offset }, now);
const names = async (...what: Parameters<typeof list>) => (await list(...what)).people.map(({ name }) => name);
const enrol = (employeeId: string, course: string, days: number | null, more: { mandatory?: boolean } = {}) =>
	db.insert(enrolment).values({
		...{ employeeId, course, source: 'hand', place: 0, assignedOn: '2026-11-02' },
		mandatory: more.mandatory ?? true,
		dueAt: days === null ? null : inDays(days)
	});

beforeAll(async () => {
	people = await makePeople(db, now);
	await db.insert(positionAssignment).values([
		{ employeeId: people.learner.id, position: 'clerk', since: '2026-11-02' },
		{ employeeId: people.otherLearner.id, position: 'clerk', since: '2026-10-01', until: '2026-11-01' },
		{ employeeId: people.otherLearner.id, position: 'courier', since: '2026-11-01' }
	]);
	await enrol(people.learner.id, 'basics', -2);
	await enrol(people.learner.id, 'advanced', 5);
	await enrol(people.otherLearner.id, 'basics', -3, { mandatory: false });
	await enrol(people.teamLearner.id, 'basics', null);
	await db.update(employee).set({ passwordHash: null }).where(eq(employee.id, people.teamLearner.id));
});

describe('the list of people', () => {
	test('is searched by parts of name, e-mail and number; case and marks above letters do not count', async () => {
		const person = await makePerson(db, now, { name: 'Жасмина Рачёва-Йорданова', email: 'zhas.René@example.com'.toLowerCase() });
		await db.update(employee).set({ personnelNumber: 'Ж-77' }).where(eq(employee.id, person.id));
		for (const search of ['жасмина', 'ЖАСМИНА РАЧЕВА', 'рачёва жасм', 'йорд', 'иорданова', 'ж-77', 'zhas.rene@', 'René']) {
			expect(await names({ search }), search).toEqual([person.name]);
		}
		for (const search of ['жасмина петрова', '100%', '_________________________', "'; drop table employee; --", '\\', 'жасмина %', '＿＿＿＿＿＿＿＿＿']) {
			expect(await names({ search }), search).toEqual([]);
		}
		await db.update(employee).set({ name: 'Zoe' }).where(eq(employee.id, person.id));
		expect(await names({ search: 'жасмина' })).toEqual([]);
		await db.update(employee).set({ leftAt: now }).where(eq(employee.id, person.id));
	});

	test('says all there is of a person', async () => {
		expect((await list({ search: 'Lena' })).people).toEqual([
			{
				...{ id: people.learner.id, name: 'Lena Learner', email: people.learner.email, personnelNumber: null, hiredOn: '2026-11-02' },
				...{ position: 'clerk', team: null, mentor: people.mentor.name, state: 'active', lastSeenAt: null },
				...{ completed: 0, courses: 2, dueAt: inDays(-2) }
			}
		]);
	});

	test('says nothing is due for who left', async () => {
		const person = await makePerson(db, now, { name: 'Gone Since Yesterday' });
		await enrol(person.id, 'basics', 3);
		expect((await list({ search: person.name })).people[0]!.dueAt).toEqual(inDays(3));
		await db.update(enrolment).set({ dueAt: inDays(-3) }).where(eq(enrolment.employeeId, person.id));
		expect(await names({ search: person.name, overdue: true })).toEqual([person.name]);
		await db.update(employee).set({ leftAt: now }).where(eq(employee.id, person.id));
		expect(await names({ state: 'left', overdue: true })).toEqual([]);
		expect((await list({ search: person.name, state: 'left' }, 'due')).people[0]!.dueAt).toBeNull();
	});

	test('is filtered by each, and by all together', async () => {
		expect(await names({ position: 'clerk' })).toEqual(['Lena Learner']);
		expect(await names({ position: 'courier' })).toEqual(['Oleg Otherlearner']);
		expect(await names({ position: none })).not.toContain('Lena Learner');
		expect(await names({ team: people.teamId })).toEqual(['Toma Teamlearner']);
		expect(await names({ team: none })).not.toContain('Toma Teamlearner');
		expect(await names({ mentor: people.mentor.id })).toEqual(['Lena Learner']);
		expect(await names({ mentor: none })).toContain('Toma Teamlearner');
		expect(await names({ mentor: none })).not.toContain('Lena Learner');
		expect(await names({ state: 'left', search: 'Lyuba' })).toEqual(['Lyuba Leaver']);
		expect(await names({ search: 'Lyuba' })).toEqual([]);
		expect(await names({ state: 'invited' })).toEqual(['Toma Teamlearner']);
		expect(await names({ state: 'active' })).not.toContain('Toma Teamlearner');
		expect(await names({ overdue: true })).toEqual(['Lena Learner']);
		expect(await names({ overdue: true, position: 'clerk', mentor: people.mentor.id, state: 'active', search: 'len' })).toEqual(['Lena Learner']);
		expect(await names({ overdue: true, position: 'courier' })).toEqual([]);
		const late = { course: 'basics', round: 1, mandatory: true, countedFrom: '2020-01-01', days: 365, openedAt: new Date('2020-12-02'), dueAt: new Date('2020-12-31') };
		await db.insert(renewal).values({ ...late, employeeId: people.otherLearner.id });
		expect(await names({ overdue: true, position: 'courier' })).toEqual(['Oleg Otherlearner']);
		await db.delete(renewal);
		for (const nothing of [{ position: 'x' }, { team: 'x' }, { team: v7() }, { mentor: "'" }, { mentor: v7() }]) expect(await names(nothing)).toEqual([]);
	});

	test('is sorted; who has no such date comes last, and among equals the name decides', async () => {
		expect((await names({}, 'due')).slice(0, 2)).toEqual(['Oleg Otherlearner', 'Lena Learner']);
		expect((await names({}, '-due')).slice(0, 2)).toEqual(['Lena Learner', 'Oleg Otherlearner']);
		await db.update(employee).set({ hiredOn: '2026-11-09' }).where(eq(employee.id, people.hr.id));
		await db.update(employee).set({ hiredOn: null }).where(eq(employee.id, people.admin.id));
		expect((await names({}, '-hired'))[0]).toBe('Hristina Hr');
		for (const sort of ['hired', '-hired'] as const) expect((await names({}, sort)).at(-1)).toBe('Ada Admin');
		const equals = (await names({}, 'hired')).slice(0, -2);
		expect(equals).toEqual([...equals].sort());
		expect(await names({}, '-name')).toEqual((await names()).reverse());
	});

	test('knows when somebody was last here, also when their sessions have ended', async () => {
		const [row] = await db.select().from(employee).where(eq(employee.id, people.author.id));
		await startSession(db, { id: row!.id, passwordHash: row!.passwordHash! }, '', now);
		await endSessions(db, row!.id);
		const { people: sorted } = await list({}, '-seen');
		expect(sorted[0]).toMatchObject({ name: 'Anton Author', lastSeenAt: now });
	});

	test('comes in pages that hold everybody once, in every order', async () => {
		for (const sort of peopleSorts) {
			const whole = await list({}, sort);
			expect(whole.total).toBe(whole.people.length);
			const parts = [];
			for (let at = 0; at < whole.total; at += 3) parts.push(...(await list({}, sort, 3, at)).people);
			expect(parts).toEqual(whole.people);
		}
		expect(await list({}, 'name', 10, 1000)).toEqual({ people: [], total: (await list()).total });
	});

	test('costs two queries, whatever is asked', async () => {
		let queries = 0;
		const counted = drizzle(sql, { logger: { logQuery: () => void queries++ } }) as unknown as Db;
		await list({}, 'name', 50, 0, counted);
		expect(queries).toBe(2);
		await list({ search: 'a b', position: 'clerk', team: none, mentor: none, state: 'active', overdue: true }, 'due', 50, 0, counted);
		expect(queries).toBe(4);
	});

	test('is HR’s alone', async () => {
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
			expect(await listPeople(db, actor, { filter: everybody, sort: 'name', limit: 10, offset: 0 }, now)).toEqual({ people: [], total: 0 });
		}
	});
});
