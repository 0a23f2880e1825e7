import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { makePeople, type TestPeople } from '../testing-people.ts';
import { findMeant, meantAtMost, readAudit, readAuditWhole, type AuditFilter } from './audit-list.ts';
import { recordAudit } from './audit.ts';

const { db, sql: driver } = await testDatabase();
const now = new Date('2026-11-28T10:00:00Z');
const after = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const everything: AuditFilter = { person: null, actor: null, action: null, from: null, until: null };
let people: TestPeople;

beforeAll(async () => {
	people = await makePeople(db, now);
	const { learner, otherLearner, hr, admin } = people;
	for (let at = 0; at < 7; at++) {
		const person = at % 2 ? learner.id : otherLearner.id;
		await recordAudit(db, { actor: at < 4 ? hr : { id: admin.id, address: '192.0.2.9' }, action: 'role.granted', person, details: { role: 'mentor' } }, after(at));
	}
	// At the same moment, and of nobody: both have their place.
	await recordAudit(db, { actor: null, action: 'content.released', person: null, details: { number: 1 } }, after(6));
});

async function pages(filter: Partial<AuditFilter>, limit: number) {
	const found: number[][] = [];
	for (let before: string | null = null; ; ) {
		const { events, next } = await readAudit(db, people.hr, { ...everything, ...filter }, { before, limit });
		found.push(events.map(({ at }) => (at.getTime() - now.getTime()) / 60_000));
		if (next === null) return found;
		before = next;
	}
}

describe('the log as HR reads it', () => {
	test('comes by pages, newest first, each event once', async () => {
		expect(await pages({}, 3)).toEqual([[6, 6, 5], [4, 3, 2], [1, 0]]);
		expect(await pages({}, 8)).toHaveLength(1);
		expect(await pages({ person: people.learner.id }, 2)).toEqual([[5, 3], [1]]);
	});

	test('is filtered by whom, by who, what and when', async () => {
		expect(await pages({ person: people.learner.id, actor: people.admin.id }, 9)).toEqual([[5]]);
		expect(await pages({ action: 'content.released' }, 9)).toEqual([[6]]);
		expect(await pages({ from: after(2), until: after(4) }, 9)).toEqual([[3, 2]]);
		expect(await pages({ person: people.mentor.id }, 9)).toEqual([[]]);
	});

	test('has the names of today, and says from where', async () => {
		const { events } = await readAudit(db, people.hr, { ...everything, actor: people.admin.id }, { before: null, limit: 1 });
		expect(events).toMatchObject([{ actor: { name: 'Ada Admin' }, person: { name: 'Oleg Otherlearner' }, address: '192.0.2.9', details: { role: 'mentor' } }]);
	});

	test('a page of nothing known is the first', async () => {
		for (const before of ['', 'x', '1_x', "1_'", '99999999999999999_0']) {
			expect((await readAudit(db, people.hr, everything, { before, limit: 2 })).events).toHaveLength(2);
			expect((await readAudit(db, people.hr, { ...everything, person: people.learner.id }, { before, limit: 2 })).events).toHaveLength(2);
		}
	});

	test('is HR’s alone', async () => {
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
			expect(await readAudit(db, actor, everything, { before: null, limit: 9 })).toEqual({ events: [], next: null });
			expect(await findMeant(db, actor, 'Lena')).toEqual([]);
		}
	});

	test('as a whole comes in parts', async () => {
		const ids = new Set<string>();
		for await (const part of readAuditWhole(db, people.hr, everything)) for (const { id } of part) ids.add(id);
		expect(ids.size).toBe(8);
	});

	test('finds whom somebody means', async () => {
		expect((await findMeant(db, people.hr, 'lena')).map(({ name }) => name)).toEqual(['Lena Learner']);
		expect((await findMeant(db, people.hr, people.leaver.id)).map(({ name }) => name)).toEqual(['Lyuba Leaver']);
		expect(await findMeant(db, people.hr, '%')).toEqual([]);
		expect((await findMeant(db, people.hr, '@example.com')).length).toBeLessThanOrEqual(meantAtMost);
	});

	test('a page of a long log is read from an index', async () => {
		await driver`insert into audit_event (id, at, actor_id, action, person_id, place, details, hash)
			select gen_random_uuid(), ${now.toISOString()}::timestamptz - n * interval '1 second', ('00000000-0000-7000-8000-' || lpad((n % 50)::text, 12, '0'))::uuid,
				case when n % 1000 = 0 then 'person.left' else 'lesson.done' end, ('00000000-0000-7000-9000-' || lpad((n % 2000)::text, 12, '0'))::uuid, n, '{}', ''
			from generate_series(1, 40000) n`;
		await driver`analyze audit_event`;
		const filters: Partial<AuditFilter>[] = [
			{},
			{ person: '00000000-0000-7000-9000-000000000007' },
			{ actor: '00000000-0000-7000-8000-000000000007' },
			{ action: 'person.left' },
			{ from: after(-60) }
		];
		for (const filter of filters) {
			const { events } = await readAudit(db, people.hr, { ...everything, ...filter }, { before: null, limit: 20 });
			expect(events).toHaveLength(20);
		}
		const [plan] = await db.execute<{ 'QUERY PLAN': string }>(
			sql`explain select * from audit_event where (at, id) < (${now.toISOString()}::timestamptz, ${people.hr.id}::uuid) order by at desc, id desc limit 51`
		);
		expect(JSON.stringify(plan)).not.toContain('Seq Scan');
	});
});
