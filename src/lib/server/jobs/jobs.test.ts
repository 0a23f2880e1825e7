import { afterAll, beforeAll, expect, test } from 'vitest';
import { usualReminders } from '../../core/reminders.ts';
import { enrolment, mailOutbox, notification } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { openTestLibrary } from '../testing-content.ts';
import { makePerson, type TestPerson } from '../testing-people.ts';
import { jobsOf } from './jobs.ts';

const { db } = await testDatabase();
const now = new Date();
const env = { ORIGIN: null, HOST: '0.0.0.0', PORT: 3000 };
let library: Library;
let hr: TestPerson;

/** An academy in which it is ten o'clock, and every day is worked. */
function alwaysOpen(): Pick<Library, 'currentOrNull'> {
	const release = library.current();
	const hour = (10 - now.getUTCHours() + 36) % 24 - 12;
	const timeZone = hour === 0 ? 'UTC' : `Etc/GMT${hour > 0 ? '-' : '+'}${Math.abs(hour)}`;
	const academy = { ...release.academy, timeZone, holidays: [], workingWeek: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const, reminders: { ...usualReminders, digest: null } };
	return { currentOrNull: () => Object.assign(Object.create(release) as typeof release, { academy }) };
}

beforeAll(async () => {
	hr = await makePerson(db, now, { name: 'Learner Now', hiredOn: '2020-01-01' });
	library = await openTestLibrary(db, now);
});
afterAll(() => library.close());

test('each job, run by two servers at once and once more, does its work once', async () => {
	await db.insert(enrolment).values({ employeeId: hr.id, course: 'basics', source: 'hand', mandatory: true, place: 0, assignedOn: '2020-01-01', dueAt: new Date(now.getTime() + 60_000) });
	const old = new Date(now.getTime() - 1000 * 86_400_000);
	await db.insert(mailOutbox).values({ recipient: 'old@example.com', subject: 's', plain: '', html: '', createdAt: old, nextTryAt: old });
	const { signal } = new AbortController();
	const servers = [1, 2].map(() => jobsOf(db, alwaysOpen() as Library, env));
	for (let round = 0; round < 2; round++) await Promise.all(servers.flatMap((jobs) => jobs.map(({ run }) => run(signal))));
	expect((await db.select().from(notification)).map(({ kind, subject }) => ({ kind, subject }))).toEqual([{ kind: 'due', subject: 'basics' }]);
	const mails = await db.select().from(mailOutbox);
	expect(mails.map(({ recipient }) => recipient)).toEqual([hr.email]);
	// A demo says no ORIGIN: links lead to this machine.
	expect(mails[0]!.plain).toContain('http://localhost:3000/learn/basics');
});

test('a job that is told to stop leaves the rest to the next run', async () => {
	await db.delete(notification);
	const stopped = AbortSignal.abort();
	for (const { run } of jobsOf(db, alwaysOpen() as Library, env)) await run(stopped);
	expect(await db.select().from(notification)).toEqual([]);
});
