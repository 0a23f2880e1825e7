// The academy of tests/content with something to practise (testing-practice.ts), on a server of its own: one of a worker.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { openDatabase, type Database } from '../src/lib/server/db/open.ts';
import { employee, enrolment } from '../src/lib/server/db/schema/index.ts';
import { makePerson, testPassword } from '../src/lib/server/testing-people.ts';
import { openPracticeLibrary } from '../src/lib/server/testing-practice.ts';
import { test as base, type Login } from './fixtures.ts';
import { untilServed } from './practice-server.ts';
import { start, temporaryFolder, type SignIns } from './server.ts';

interface Academy {
	origin: string;
	database: Database;
	/** The demo's people; all have the course. */
	people: SignIns;
	/** Somebody new with the course. */
	newcomer(): Promise<Login & { id: string }>;
}

export const test = base.extend<{}, { academy: Academy }>({
	academy: [
		async ({}, use) => {
			const folder = temporaryFolder();
			const server = start({ env: { DEMO: 'yes', DATA_DIR: folder, CONTENT_DIR: path.resolve('tests/content') } });
			const origin = await server.origin();
			const people = await server.signIns();
			const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: folder }, { join: true, connections: 2 });
			const { db } = database;
			await untilServed(origin, await openPracticeLibrary(db, new Date()));
			const enrol = (id: string) =>
				db
					.insert(enrolment)
					.values({ employeeId: id, course: 'basics', source: 'hand', mandatory: true, place: 0, assignedOn: '2026-11-20' })
					.onConflictDoNothing();
			for (const { id } of await db.select({ id: employee.id }).from(employee)) await enrol(id);
			const newcomer = async () => {
				const email = `${crypto.randomUUID()}@test.example`;
				const { id } = await makePerson(db, new Date(), { name: 'Vera Newcomer', email });
				await enrol(id);
				return { id, email, password: testPassword };
			};
			await use({ origin, database, people, newcomer });
			await database.close();
			await server.stop();
			rmSync(folder, { recursive: true, force: true });
		},
		{ scope: 'worker', timeout: 120_000 }
	],
	baseURL: async ({ academy }, use) => use(academy.origin)
});
