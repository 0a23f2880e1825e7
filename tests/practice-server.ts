// A server of its own with the academy of testing-practice.ts: a lesson with an exercise of each kind to practise.
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase, type Database } from '../src/lib/server/db/open.ts';
import type { Library } from '../src/lib/server/library.ts';
import { enrolAsClerk, makeClerk } from '../src/lib/server/testing-content.ts';
import { makePeople, type TestPeople, type TestPerson } from '../src/lib/server/testing-people.ts';
import { openPracticeLibrary } from '../src/lib/server/testing-practice.ts';
import { start, temporaryFolder } from './server.ts';

export interface PracticeAcademy {
	origin: string;
	dataDir: string;
	database: Database;
	library: Library;
	people: TestPeople;
	process: ChildProcess;
	/** Somebody new with the course, and with this mentor if one is named. */
	newcomer(mentor?: TestPerson): Promise<TestPerson>;
	stop(): Promise<void>;
}

/** Starts it, in one process unless told; everybody in it has the course `basics`. */
export async function openPracticeAcademy(env: Record<string, string | undefined> = {}): Promise<PracticeAcademy> {
	const dataDir = temporaryFolder();
	const server = start({ env: { ...(await practiceSettings(dataDir)), ...env } });
	const origin = await server.origin();
	const { database, library } = await publishPractice(dataDir);
	const { db } = database;
	const people = await makePeople(db, new Date());
	for (const one of [people.learner, people.otherLearner, people.teamLearner, people.mentor]) {
		await enrolAsClerk(db, library, one.id, new Date());
	}
	await untilServed(origin, library);
	return {
		origin,
		dataDir,
		database,
		library,
		people,
		process: server.process,
		newcomer: (mentor) => makeClerk(db, library, new Date(), mentor),
		stop: async () => {
			await database.close();
			await server.stop();
			rmSync(dataDir, { recursive: true, force: true });
		}
	};
}

/** Outside the demo a server must know its address, and so its port, beforehand. */
export async function practiceSettings(dataDir: string): Promise<Record<string, string>> {
	const probe = createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => probe.once('listening', resolve));
	const { port } = probe.address() as AddressInfo;
	await new Promise((resolve) => probe.close(resolve));
	return {
		DEMO: 'no',
		DATA_DIR: dataDir,
		CONTENT_DIR: path.resolve('tests/content'),
		PORT: String(port),
		HOST: '127.0.0.1',
		ORIGIN: `http://127.0.0.1:${port}`
	};
}

/** Joins the database of a running server and publishes the academy there. The server notices within seconds. */
export async function publishPractice(dataDir: string): Promise<{ database: Database; library: Library }> {
	const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: dataDir }, { join: true, connections: 2 });
	return { database, library: await openPracticeLibrary(database.db, new Date()) };
}

/** A server looks for a new release every two seconds. */
export async function untilServed(origin: string, library: Library): Promise<void> {
	for (let served = ''; served !== library.current().id; ) {
		served = ((await (await fetch(`${origin}/health`)).json()) as { release: string }).release;
		await wait(200);
	}
}
