import { drizzle } from 'drizzle-orm/postgres-js';
import { and, eq } from 'drizzle-orm';
import { v7 } from 'uuid';
import { beforeAll, expect, test } from 'vitest';
import type { Db } from '../db/open.ts';
import { employee, enrolment, positionAssignment, release, team } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { makeClerk, openTestLibrary } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { readCourses } from './course-overview.ts';
import { readReport } from './reports.ts';
import { giveTeamCourse } from './team-courses.ts';

const { db, sql } = await testDatabase();
const start = new Date('2026-11-02T08:00:00Z');
const now = new Date('2026-11-20T09:00:00Z');
let people: TestPeople;
let library: Library;

const read = async (on: Db = db) => (await readCourses(on, library, people.hr, 'en', now))!;
const courseOf = async (key: string) => (await read()).courses.find((one) => one.key === key);

beforeAll(async () => {
	people = await makePeople(db, start);
	library = await openTestLibrary(db, start);
	const releaseId = (await db.select({ id: release.id }).from(release))[0]!.id;
	// Three clerks: one has completed the first course, one has left; the third is late with it.
	const [done, gone] = [await makeClerk(db, library, start), await makeClerk(db, library, start), await makeClerk(db, library, start)];
	await db.update(enrolment).set({ completedAt: start, completedRelease: releaseId }).where(and(eq(enrolment.employeeId, done.id), eq(enrolment.course, 'basics')));
	await db.update(employee).set({ leftAt: now }).where(eq(employee.id, gone.id));
});

test('who has a course, has completed it and is late with it, of those who work here; the overdue report lists as many', async () => {
	expect(await courseOf('basics')).toMatchObject({ people: 2, completed: 1, overdue: 1, teams: [] });
	const { courses } = await read();
	const asked = { position: null, team: '', mentor: null, from: null, to: null };
	for (const { key, overdue } of courses) {
		const listed = await readReport(db, library, people.hr, { report: 'overdue', filter: { ...asked, course: key } }, { limit: 50, offset: 0 }, 'en', now);
		expect(listed!.rows).toHaveLength(overdue);
	}
	expect(courses.map(({ key }) => key)).toEqual(library.current().academy.courses.map(({ key }) => key));
});

test('the teams that were given it', async () => {
	const [north] = await db.insert(team).values({ name: 'North' }).returning();
	await giveTeamCourse(db, library, people.hr, { id: v7(), teamId: north!.id, terms: { course: 'advanced', mandatory: true, workingDays: '3', dueOn: '' } }, now);
	expect(await courseOf('advanced')).toMatchObject({ teams: [{ id: north!.id, name: 'North' }] });
});

test('a path names its courses by title, from what day, and how many people are on it', async () => {
	const clerk = (await read()).paths.find(({ key }) => key === 'clerk')!;
	const [basics, advanced] = clerk.courses;
	expect(clerk).toMatchObject({ title: 'Clerk', people: 2 });
	expect(basics).toMatchObject({ course: 'basics', due: 5, from: { kind: 'hire' }, mandatory: true });
	expect(advanced).toMatchObject({ course: 'advanced', due: 3, from: { kind: 'course', title: basics!.title } });
});

test('a course that the content knows no more stands last while somebody has it', async () => {
	await db.insert(enrolment).values({ employeeId: people.learner.id, course: 'an-old-one', source: 'hand', mandatory: false, place: 9, assignedOn: '2026-11-02' });
	expect((await read()).courses.at(-1)).toMatchObject({ key: 'an-old-one', title: 'an-old-one', lessons: 0, people: 1 });
});

test('four queries, however many people there are; HR’s alone', async () => {
	for (let n = 0; n < 5; n++) {
		const one = await makePerson(db, start, { name: `More ${n}` });
		await db.insert(positionAssignment).values({ employeeId: one.id, position: 'trainee', since: '2026-11-02' });
	}
	let queries = 0;
	const counted = drizzle(sql, { logger: { logQuery: () => void queries++ } }) as unknown as Db;
	expect((await read(counted)).paths.find(({ key }) => key === 'trainee')!.people).toBe(5);
	expect(queries).toBe(4);
	for (const actor of [people.learner, people.mentor, people.author, people.admin]) expect(await readCourses(db, library, actor, 'en', now)).toBeNull();
});
