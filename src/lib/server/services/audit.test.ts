import { eq, sql } from 'drizzle-orm';
import { v7 } from 'uuid';
import { beforeEach, describe, expect, test } from 'vitest';
import { hashOf } from '../../core/audit.ts';
import { transact, type Db } from '../db/open.ts';
import { auditCheckpoint, auditEvent } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { makeCheckpoints, recordAudit, recordAudits, verifyAudit, type AuditFault } from './audit.ts';

const { db, sql: driver } = await testDatabase();
const now = new Date('2026-11-28T10:00:00Z');
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const [ann, ben] = [v7(), v7()].sort() as [string, string];

const granted = (person: string | null, at = now) =>
	recordAudit(db, { actor: { id: ben, address: '192.0.2.7' }, action: 'role.granted', person, details: { role: 'mentor' } }, at);

async function verify() {
	const faults: AuditFault[] = [];
	const state = await verifyAudit(db, (fault) => faults.push(fault));
	return { ...state, faults };
}

/** What only somebody can do who owns the database and takes the guards away. */
async function tamper(statement: string): Promise<void> {
	await driver.begin(async (tx) => {
		await tx.unsafe(`set local session_replication_role = replica; ${statement}`);
	});
}

beforeEach(() => tamper('truncate audit_event, audit_checkpoint'));

describe('writing', () => {
	test('many at once go on where each chain is, also while others write', async () => {
		await granted(ann);
		const crowd = Array.from({ length: 6000 }, () => v7());
		const all = (tx: Db) => recordAudits(tx, [...crowd, ann, ben].map((person) => ({ actor: null, action: 'person.changed', person, details: { fields: ['mentor'] } })), later(1));
		await Promise.all([transact(db, all), transact(db, all), granted(ben), granted(ann)]);
		expect(await verify()).toMatchObject({ events: 2 * 6002 + 3, chains: 6002, faults: [] });
	});

	test('rows of one person hang together; others, and the academy, have chains of their own', async () => {
		await granted(ann);
		await granted(ann, later(1));
		await granted(ben);
		await granted(null);
		const rows = await db.select().from(auditEvent).where(eq(auditEvent.personId, ann)).orderBy(auditEvent.place);
		expect(rows.map(({ place, previous }) => [place, previous])).toEqual([[1, null], [2, rows[0]!.hash]]);
		expect(rows[0]).toMatchObject({ actorId: ben, address: '192.0.2.7', details: { role: 'mentor' } });
		expect(await verify()).toMatchObject({ events: 4, chains: 3, faults: [] });
	});

	test('many at once make one chain without gaps', async () => {
		await Promise.all(Array.from({ length: 40 }, (_, at) => transact(db, (tx) => recordAudit(tx, { actor: null, action: 'lesson.done', person: at % 4 ? ann : null, details: { lesson: 'basics/greet' } }, now))));
		expect(await verify()).toMatchObject({ events: 40, chains: 2, faults: [] });
	});

	test('what is rolled back leaves nothing', async () => {
		await granted(ann);
		await expect(
			transact(db, async (tx) => {
				await recordAudit(tx, { actor: null, action: 'person.left', person: ann, details: {} }, now);
				throw new Error('no');
			})
		).rejects.toThrow('no');
		await granted(ann);
		expect(await verify()).toMatchObject({ events: 2, faults: [] });
	});
});

describe('checkpoints', () => {
	test('hold the chains that went on, once; two servers make one', async () => {
		await granted(ann);
		await granted(null);
		const made = await Promise.all([makeCheckpoints(db, later(1)), makeCheckpoints(db, later(1))]);
		expect(made[0] + made[1]).toBe(1);
		expect(await makeCheckpoints(db, later(61))).toBe(0);
		await granted(ann, later(70));
		expect(await makeCheckpoints(db, later(121))).toBe(1);
		const rows = await db.select().from(auditCheckpoint).orderBy(auditCheckpoint.number);
		expect(rows.map(({ heads }) => heads.map(([person, place]) => [person, place]))).toEqual([[[ann, 1], [null, 1]], [[ann, 2]]]);
		expect(await verify()).toMatchObject({ checkpoints: 2, faults: [], last: { number: 2, hash: rows[1]!.hash } });
	});

	test('what was written before, and seen only afterwards, is in the next', async () => {
		await granted(ann);
		await makeCheckpoints(db, later(5));
		await granted(ben, later(1));
		expect(await makeCheckpoints(db, later(65))).toBe(1);
	});

	test('a thousand chains are one checkpoint, one more are two', async () => {
		await driver`insert into audit_event (id, at, action, person_id, place, details, hash) select gen_random_uuid(), ${now.toISOString()}::timestamptz, 'person.left', gen_random_uuid(), 1, '{}', 'x' from generate_series(1, 1001)`;
		expect(await makeCheckpoints(db, later(300))).toBe(2);
		expect(await makeCheckpoints(db, later(301))).toBe(0);
	});
});

describe('verifying', () => {
	async function fill() {
		for (let at = 0; at < 5; at++) {
			await granted(ann, later(at));
			await granted(null, later(at));
		}
		await makeCheckpoints(db, later(10));
	}
	const of = (place: number, person = `= '${ann}'`) => `person_id ${person} and place = ${place}`;

	test('names a changed row', async () => {
		await fill();
		await tamper(`update audit_event set details = '{"role":"admin"}' where ${of(3)}`);
		expect((await verify()).faults).toMatchObject([{ what: 'changed', personId: ann, place: 3 }]);
		await tamper(`update audit_event set address = null where ${of(5, 'is null')}`);
		expect((await verify()).faults).toMatchObject([{ place: 3 }, { what: 'changed', personId: null, place: 5 }]);
	});

	test('names a removed row, in the middle and at the end', async () => {
		await fill();
		await tamper(`delete from audit_event where ${of(2)}`);
		expect((await verify()).faults).toMatchObject([{ what: 'removed', personId: ann, place: 2 }]);
		await tamper(`delete from audit_event where ${of(5, 'is null')}`);
		expect((await verify()).faults).toMatchObject([{ place: 2 }, { what: 'cut-off', personId: null, place: 5, checkpoint: 1 }]);
	});

	test('names a removed row when the rest was numbered anew', async () => {
		await fill();
		await tamper(`delete from audit_event where ${of(2)}; update audit_event set place = place - 1 where person_id = '${ann}' and place = 3; update audit_event set place = place - 1 where person_id = '${ann}' and place = 4; update audit_event set place = place - 1 where person_id = '${ann}' and place = 5`);
		expect((await verify()).faults).toMatchObject([{ what: 'removed', personId: ann, place: 2 }, { what: 'cut-off' }]);
	});

	test('names an inserted row', async () => {
		await fill();
		const shift = [5, 4, 3].map((place) => `update audit_event set place = ${place + 1} where ${of(place)};`).join('');
		const id = v7();
		await tamper(`${shift} insert into audit_event select '${id}', at, actor_id, address, action, person_id, 3, target_kind, target_id, details, hash, 'f' from audit_event where ${of(2)}`);
		const { faults } = await verify();
		expect(faults).toContainEqual({ what: 'changed', personId: ann, place: 3, id });
	});

	test('finds a chain written anew as a whole by the checkpoint', async () => {
		await fill();
		await tamper(`delete from audit_event where person_id = '${ann}'`);
		for (let at = 0; at < 5; at++) await granted(ann, later(at + 1));
		expect((await verify()).faults).toMatchObject([{ what: 'cut-off', personId: ann, place: 5 }]);
	});

	test('finds changed and removed checkpoints', async () => {
		await fill();
		await granted(ben, later(70));
		await makeCheckpoints(db, later(75));
		await tamper(`update audit_checkpoint set heads = '[]' where number = 2`);
		expect((await verify()).faults).toEqual([{ what: 'checkpoint-changed', checkpoint: 2 }]);
		await tamper(`delete from audit_checkpoint where number = 1`);
		expect((await verify()).faults).toEqual([{ what: 'checkpoint-removed', checkpoint: 1 }, { what: 'checkpoint-changed', checkpoint: 2 }]);
	});

	test('walks on over many batches, the academy last', async () => {
		for (const personId of [ann, null]) {
			let previous: string | null = null;
			const rows = Array.from({ length: 1001 }, (_, at) => {
				const row = { id: v7(), at: now, actorId: null, address: null, action: 'person.left', personId, place: at + 1, targetKind: null, targetId: null, details: {}, previous };
				previous = hashOf(row);
				return { ...row, hash: previous };
			});
			await db.insert(auditEvent).values(rows);
		}
		expect(await verify()).toMatchObject({ events: 2002, chains: 2, faults: [] });
		const plan = await db.execute(sql`explain select place from audit_event where person_id = ${ann} order by place desc limit 1`);
		expect(JSON.stringify(plan)).toContain('audit_event_place');
	});
});
