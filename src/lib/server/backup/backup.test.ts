import { randomBytes, randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { and, eq, isNotNull } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { connections, drizzleOn } from '../db/open.ts';
import { auditEvent, employee, erasure, recording, session } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { Library } from '../library.ts';
import { verifyAudit } from '../services/audit.ts';
import { openDemo } from '../services/demo.ts';
import { erasePerson, listErasures } from '../services/erasures.ts';
import { recordLeaving } from '../services/people.ts';
import { publish } from '../services/releases.ts';
import { signIn } from '../services/sign-in.ts';
import { folderStorage } from '../storage/folder.ts';
import { readWhole, type Storage } from '../storage/storage.ts';
import { writeBackup, type Manifest } from './backup.ts';
import { packInto, unpack } from './container.ts';
import { erasureFile, readErasures, writeErasures } from './erasure-list.ts';
import { readManifest, restoreBackup, type Restoring } from './restore.ts';
import { tryBackup } from './scratch.ts';
import { countTable, isEmpty, ownMigrations, readShapes, settleNotation } from './tables.ts';

const { db, sql } = await testDatabase();
const now = new Date('2026-11-10T08:00:00Z');
const quiet = () => {};
let folder: string;
let storage: Storage;
let file: string;
let manifest: Manifest;
let signIns: string[];
let key: string;

beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'backup-'));
	storage = folderStorage(path.join(folder, 'recordings'));
	await publish(db, { folder: 'content' }, now);
	const library = new Library(db);
	await library.refresh();
	signIns = await openDemo(db, storage, library, folder, now);
	// Nearly all of its bytes are the sounds of calls, which every test below would pack and unpack: two show what forty do.
	await sql`delete from sound where hash not in (select hash from sound order by hash limit 2)`;
	await visit(db, 0);
	const [spoken] = await db.select({ key: recording.key }).from(recording).where(and(isNotNull(recording.storedAt), isNotNull(recording.exercise)));
	key = spoken!.key;
	file = path.join(folder, 'backup.tar.gz');
	({ manifest } = await writeBackup(sql, storage, file, quiet));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const visit = (into: typeof db, line: number) => {
	const [, login, password] = signIns[line]!.split(' ');
	return signIn(into, null, { login: login!, password: password!, address: '127.0.0.1', device: '' }, new Date());
};

/** An empty database of its own on the server of the tests. */
async function emptyDatabase() {
	const { place, template } = inject('testServer');
	const name = `${template}_${randomBytes(6).toString('hex')}`;
	await sql.unsafe(`create database ${name} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'`);
	const into = connections({ ...place, database: name }, 1);
	onTestFinished(async () => {
		await into.end({ timeout: 1 });
		await sql.unsafe(`drop database ${name} with (force)`);
	});
	return into;
}

const restoring = (more: Partial<Restoring> = {}): Restoring => ({ file, storage: folderStorage(path.join(folder, 'restored')), erasures: [], replace: false, ...more });

describe('a backup of the demo academy', () => {
	it('comes out as it went in: every table, a recording, sign-ins, the audit log', async () => {
		const into = await emptyDatabase();
		const { erased } = await restoreBackup(into, await readManifest(file), restoring(), quiet);
		expect(erased).toBe(0);
		const there = drizzleOn(into);
		const counts = await into.begin(async (tx) => {
			await settleNotation(tx);
			const all: Record<string, unknown> = {};
			for (const shape of await readShapes(tx)) all[shape.name] = await countTable(tx, shape);
			return all;
		});
		const written = Object.fromEntries(manifest.tables.map(({ name, rows, sha256 }) => [name, { rows, sha256 }]));
		expect(manifest.tables.length).toBeGreaterThan(50);
		expect(manifest.tables.find(({ name }) => name === 'employee')!.rows).toBe(9);
		// What a restore itself does: it ends sessions and writes itself down.
		for (const name of ['session', 'audit_event']) delete (delete written[name], counts)[name];
		expect(counts).toEqual(written);
		expect(await there.select().from(session)).toEqual([]);
		expect((await there.select().from(auditEvent)).length).toBe((await db.select().from(auditEvent)).length + 1);
		const faults: unknown[] = [];
		await verifyAudit(there, (fault) => faults.push(fault));
		expect(faults).toEqual([]);
		expect(await visit(there, 0)).toMatchObject({ code: 'signed-in' });
		expect(await readWhole(folderStorage(path.join(folder, 'restored')), key)).toEqual(await readWhole(storage, key));
		// The keys and checks are there, too.
		const constraints = (of: typeof sql) => of`select conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = current_schema()::regnamespace order by 1`;
		expect([...(await constraints(into))]).toEqual([...(await constraints(sql))]);
		// Rows alone are counted on.
		expect(await sql`select 1 from information_schema.sequences where sequence_schema = current_schema()`).toHaveLength(0);
	}, 60_000);

	it('is a tar that says what is in it', async () => {
		const tar = gunzipSync(await readFile(file));
		expect(tar.toString('latin1', 257, 262)).toBe('ustar');
		const names: string[] = [];
		for await (const { name } of unpack(file)) names.push(name);
		expect(names).toContain('tables/employee/000001.copy');
		expect(names).toContain(`recordings/${key}`);
		expect(names.at(-1)).toBe('manifest.json');
		expect(manifest.migrations.at(-1)).toMatchObject({ name: ownMigrations().at(-1)!.name });
	});

	it('is tried out in a database that is thrown away', async () => {
		expect(await tryBackup(file, quiet)).toEqual(manifest);
	}, 60_000);
});

/** A bit between two blocks means nothing: with it changed the file says what it said. */
function isWhole(packed: Buffer): boolean {
	try {
		return gunzipSync(packed).length > 0;
	} catch {
		return false;
	}
}

describe('refused before anything is written:', () => {
	const refused = (given: string) => expect(readManifest(given)).rejects.toMatchObject({ name: 'Refusal' });
	const copy = async (name: string) => {
		const place = path.join(folder, name);
		await copyFile(file, place);
		return place;
	};

	it('one that was cut off, anywhere', async () => {
		const { length } = await readFile(file);
		for (const left of [0, 10, Math.floor(length / 2), length - 20, length - 1]) {
			const cut = await copy('cut.tar.gz');
			await truncate(cut, left);
			await refused(cut);
		}
	});

	it('one that was changed, also by somebody who packs it anew', async () => {
		const bytes = await readFile(file);
		for (const at of [20, Math.floor(bytes.length / 3), bytes.length - 12]) {
			const changed = Buffer.from(bytes);
			changed[at]! ^= 0x40;
			const place = path.join(folder, 'changed.tar.gz');
			await writeFile(place, changed);
			// Compared as bytes: a matcher would list each of millions of them.
			if (isWhole(changed)) expect(gunzipSync(changed).equals(gunzipSync(bytes))).toBe(true);
			else await refused(place);
		}
		const tar = gunzipSync(bytes);
		const at = tar.indexOf('ani@demo.example');
		tar.write('eve', at);
		const place = path.join(folder, 'packed.tar.gz');
		await writeFile(place, gzipSync(tar));
		await refused(place);
		await writeFile(place, Buffer.concat([bytes, gzipSync(Buffer.from('more'))]));
		await refused(place);
	});

	it('what is no backup, or one of another version', async () => {
		const other = path.join(folder, 'other.tar.gz');
		await refused(path.join(folder, 'nothing.tar.gz'));
		await writeFile(other, 'No backup at all.');
		await refused(other);
		const pack = async (says: object) => {
			const packer = packInto(other, now);
			await packer.add('manifest.json', Buffer.from(JSON.stringify(says)));
			await packer.seal();
		};
		await pack({ ...manifest, version: 2 });
		await expect(readManifest(other)).rejects.toMatchObject({ message: expect.stringContaining('newer Nastavnik') as string });
		const into = await emptyDatabase();
		const later = { name: null, when: 4_000_000_000_000, hash: 'a'.repeat(64) };
		await pack({ ...manifest, migrations: [...manifest.migrations, later] });
		await expect(restoreBackup(into, await readManifest(other), restoring({ file: other }), quiet)).rejects.toMatchObject({
			message: expect.stringContaining('another version') as string
		});
		expect(await isEmpty(into)).toBe(true);
	});

	it('one with other rows than those it counted: nothing is there afterwards', async () => {
		const other = path.join(folder, 'rows.tar.gz');
		const again = async (change: (name: string, content: Buffer) => [string, Buffer] | null) => {
			const packer = packInto(other, now);
			for await (const { name, content } of unpack(file)) {
				const changed = change(name, content);
				if (changed) await packer.add(...changed);
			}
			await packer.seal();
			const into = await emptyDatabase();
			await expect(restoreBackup(into, await readManifest(other), restoring({ file: other }), quiet)).rejects.toThrow();
			expect(await isEmpty(into)).toBe(true);
		};
		await again((name, content) => [name, name.startsWith('tables/employee/') ? Buffer.from(content.toString().replace('ani@', 'eve@')) : content]);
		await again((name, content) => (name.startsWith('tables/role_grant/') ? null : [name, content]));
		await again((name, content) => [name, name.startsWith('tables/employee/') ? Buffer.from('no row\n') : content]);
	}, 120_000);
});

describe('a database that is not empty', () => {
	it('is refused, and replaced when that is said; its erasures hold', async () => {
		const into = await emptyDatabase();
		await restoreBackup(into, manifest, restoring(), quiet);
		const there = drizzleOn(into);
		const people = await there.select().from(employee);
		await expect(restoreBackup(into, manifest, restoring(), quiet)).rejects.toMatchObject({ message: expect.stringContaining('not empty') as string });
		expect(await there.select().from(employee)).toEqual(people);

		const leo = people.find(({ name }) => name === 'Leo Martins')!;
		const hr = { id: people.find(({ email }) => email === 'hristina@demo.example')!.id, roles: ['learner', 'hr'] as const };
		const actor = { ...hr, roles: [...hr.roles] };
		await recordLeaving(there, actor, { id: leo.id }, now);
		expect(await erasePerson(there, storage, actor, { employeeId: leo.id, confirmation: leo.name }, now)).toEqual({ code: 'erased' });
		const list = path.join(folder, erasureFile);
		expect(writeErasures(list, await listErasures(there))).toBe(1);

		const { erased } = await restoreBackup(into, manifest, restoring({ replace: true }), quiet);
		expect(erased).toBe(1);
		expect(JSON.stringify(await there.select().from(employee))).not.toContain('Martins');

		// Into a new one, from the list beside the backup.
		const fresh = await emptyDatabase();
		expect((await restoreBackup(fresh, manifest, restoring({ erasures: readErasures(list) }), quiet)).erased).toBe(1);
		const anew = drizzleOn(fresh);
		expect(JSON.stringify(await anew.select().from(employee))).not.toContain('Martins');
		expect(await anew.select().from(erasure)).toHaveLength(1);
		const faults: unknown[] = [];
		await verifyAudit(anew, (fault) => faults.push(fault));
		expect(faults).toEqual([]);
		// An older state adds to the list, it never shortens it.
		expect(writeErasures(list, [])).toBe(1);
	}, 120_000);

	it('is never touched when it is somebody else\'s', async () => {
		const into = await emptyDatabase();
		await into`create table accounts (id int)`;
		await expect(restoreBackup(into, manifest, restoring({ replace: true }), quiet)).rejects.toMatchObject({ message: expect.stringContaining('not empty') as string });
		expect(await into`select * from accounts`).toHaveLength(0);
	});
});

it('shows one moment, whatever is written meanwhile, and tells of files that are gone', async () => {
	const place = path.join(folder, 'busy.tar.gz');
	let writing = true;
	const writer = (async () => {
		while (writing) {
			await db.transaction(async (tx) => {
				const id = randomUUID();
				await tx.insert(employee).values({ id, name: 'New', email: `${id}@example.com`, createdAt: now });
				await tx.insert(erasure).values({ employeeId: id, erasedAt: now, appliedAt: now });
			});
		}
	})();
	const lost = { id: randomUUID(), key: randomBytes(32).toString('hex') };
	const [ani] = await db.select().from(employee).where(eq(employee.email, 'ani@demo.example'));
	await db.insert(recording).values({ ...lost, employeeId: ani!.id, received: 10, clientKey: randomUUID(), startedAt: now, keepUntil: now });
	const backup = await writeBackup(sql, storage, place, quiet);
	writing = false;
	await writer;
	const rows = (name: string) => backup.manifest.tables.find((table) => table.name === name)!.rows;
	expect(rows('employee')).toBe(9 + rows('erasure'));
	expect(backup.missing).toEqual([lost.id]);
	expect(await tryBackup(place, quiet)).toMatchObject({ recordings: { missing: 1 } });
}, 60_000);
