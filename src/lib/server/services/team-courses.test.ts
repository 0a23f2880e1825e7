// A course that a team has: who gets it and when, coming to the team and leaving it by every way there is, and taking it back.
import { and, eq, inArray } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { v7 } from 'uuid';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dayOf } from '../../core/due-date.ts';
import { addDays } from '../../core/reminders.ts';
import { readClock } from '../db/clock.ts';
import type { Db } from '../db/open.ts';
import { employee, enrolment, lessonProgress, positionAssignment, release, team, teamAssignment } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { openTestLibrary } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople, type TestPerson } from '../testing-people.ts';
import { recalculate } from './enrolments.ts';
import { grantException, type TypedTerms } from './hand-assignments.ts';
import { finishImportWork } from './people-import-work.ts';
import { importFromShell, undoImport } from './people-import.ts';
import { describePath } from './path.ts';
import { changePerson, createPerson, recordLeaving, recordReturn, type PersonInput } from './people.ts';
import { foreseeTeamCourse, giveTeamCourse, readTeamCourses, takeTeamCourseBack } from './team-courses.ts';

const { db, sql } = await testDatabase();
const terms: TypedTerms = { course: 'advanced', mandatory: true, workingDays: '3', dueOn: '' };
const origin = 'https://academy.example.com';
let now: Date;
let people: TestPeople;
let library: Library;
let north: { id: string; name: string };
let ana: TestPerson;
let bo: TestPerson;
let nth = 0;

beforeAll(async () => {
	now = await readClock(db);
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
});
beforeEach(async () => {
	const [made] = await db.insert(team).values({ name: `North ${++nth}` }).returning();
	north = made!;
	ana = await makePerson(db, now, { name: `Ana ${nth}`, teamId: north.id });
	bo = await makePerson(db, now, { name: `Bo ${nth}` });
});

const give = (what: Partial<TypedTerms> = {}, id = v7(), actor = people.hr) => giveTeamCourse(db, library, actor, { id, teamId: north.id, terms: { ...terms, ...what } }, now);
const look = (what: Partial<TypedTerms> = {}, on: Db = db, actor = people.hr) =>
	foreseeTeamCourse(on, library, actor, { teamId: north.id, terms: { ...terms, ...what }, limit: 50, offset: 0 }, now);
const takeBack = (id: string, actor = people.hr) => takeTeamCourseBack(db, library, actor, { id, teamId: north.id }, now);
const rowOf = async ({ id }: { id: string }, course = 'advanced') =>
	(await db.select().from(enrolment).where(and(eq(enrolment.employeeId, id), eq(enrolment.course, course))))[0] ?? null;
const typed = (person: TestPerson, change: Partial<PersonInput>) => ({ id: person.id, name: person.name, email: person.email, personnelNumber: '', position: '', team: '', mentor: '', hiredOn: '2026-11-02', ...change });
const move = async (person: TestPerson, to: string) => expect(await changePerson(db, library, people.hr, typed(person, { team: to }), now)).toEqual({ code: 'changed' });
const begin = ({ id }: { id: string }) => db.insert(lessonProgress).values({ employeeId: id, lesson: 'advanced/any', openedAt: now });
const complete = async ({ id }: { id: string }) => {
	const [first] = await db.select({ id: release.id }).from(release).limit(1);
	await db.update(enrolment).set({ completedAt: now, completedRelease: first!.id }).where(eq(enrolment.employeeId, id));
};
const imported = async (lines: string[], id = v7()) => {
	const bytes = new TextEncoder().encode(['E-mail;Name;Team', ...lines].join('\n'));
	const outcome = await importFromShell(db, library, { id, fileName: 'x.csv', bytes, columns: null, dryRun: false, skipWrong: false, invite: false, origin }, now);
	expect(outcome).toMatchObject({ code: 'judged', written: true });
};

describe('giving', () => {
	test('is seen before and comes out so; what is there stays, and sent twice is given once', async () => {
		const [byPath, done, gone] = await Promise.all(['Path', 'Done', 'Gone'].map((name) => makePerson(db, now, { name: `${name} ${nth}`, teamId: north.id })));
		await db.insert(positionAssignment).values([byPath!, done!].map(({ id }) => ({ employeeId: id, position: 'clerk', since: '2026-11-02' })));
		for (const one of [byPath!, done!]) await changePerson(db, library, people.hr, typed(one, { position: 'clerk', team: north.name }), now);
		await complete(done!);
		await db.update(employee).set({ leftAt: now }).where(eq(employee.id, gone!.id));
		const before = await rowOf(byPath!);
		const seen = (await look({ mandatory: before!.mandatory }))!;
		expect(seen).toMatchObject({ problems: {}, counts: { changed: 1, same: 1, completed: 1 } });
		expect(seen.people.map(({ name, outcome }) => [name, outcome])).toEqual([[ana.name, 'changed'], [byPath!.name, 'same'], [done!.name, 'completed']]);
		expect(await rowOf(ana)).toBeNull();

		const id = v7();
		const twice = await Promise.all([give({ mandatory: before!.mandatory }, id), give({ mandatory: before!.mandatory }, id)]);
		expect(twice).toEqual([{ code: 'given' }, { code: 'given' }]);
		const row = (await rowOf(ana))!;
		expect(row).toMatchObject({ source: 'team', dueAt: seen.people[0]!.dueAt, derivation: { team: north.name, workingDays: 3, startKind: 'assignment' } });
		expect(await rowOf(byPath!)).toEqual(before);
		expect(await rowOf(gone!)).toBeNull();
		expect(await readTeamCourses(db, people.hr, north.id)).toMatchObject({ name: north.name, people: 3, courses: [{ id, course: 'advanced', by: people.hr.name, open: 1, begun: 0, completed: 0 }] });
		expect(await give()).toEqual({ code: 'problems', problems: { course: 'team-course-there' } });
		expect((await look())!.problems).toEqual({ course: 'team-course-there' });
		expect(await give({ course: '', workingDays: '0', dueOn: 'x' })).toMatchObject({ code: 'problems', problems: { course: 'empty', workingDays: 'days-wrong', dueOn: 'date-wrong' } });
	});

	test('looks with as many statements at two hundred people as at one', async () => {
		const queriesOf = async () => {
			let queries = 0;
			await look({}, drizzle(sql, { logger: { logQuery: () => void queries++ } }) as unknown as Db);
			return queries;
		};
		const few = await queriesOf();
		await db.insert(employee).values(Array.from({ length: 200 }, (_, i) => ({ name: `Many ${i}`, email: `many${nth}-${i}@example.com`, teamId: north.id, createdAt: now })));
		expect(await queriesOf()).toBe(few);
		expect((await look())!.counts.changed).toBe(201);
	});

	test('is HR’s alone, and of a team that there is', async () => {
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
			expect(await give({}, v7(), actor)).toEqual({ code: 'missing' });
			expect(await look({}, db, actor)).toBeNull();
			expect(await readTeamCourses(db, actor, north.id)).toBeNull();
			expect(await takeBack(v7(), actor)).toEqual({ code: 'missing' });
		}
		expect(await rowOf(ana)).toBeNull();
		for (const teamId of ["'", v7()]) {
			expect(await readTeamCourses(db, people.hr, teamId)).toBeNull();
			expect(await giveTeamCourse(db, library, people.hr, { id: v7(), teamId, terms }, now)).toEqual({ code: 'missing' });
		}
		expect(await takeBack(v7())).toEqual({ code: 'missing' });
	});

	test('meets somebody who is just coming: they have it, whoever was first', async () => {
		for (let round = 0; round < 4; round++) {
			const person = await makePerson(db, now, { name: `Racer ${nth} ${round}` });
			const id = v7();
			await Promise.all([give({}, id), move(person, north.name)]);
			expect(await rowOf(person)).toMatchObject({ source: 'team' });
			expect(await takeBack(id)).toEqual({ code: 'taken-back' });
		}
	});
});

describe('coming and leaving', () => {
	test('by the form: it is previewed, given and taken; begun stays voluntary, completed as it is', async () => {
		await give();
		const preview = await changePerson(db, library, people.hr, { ...typed(bo, { team: north.name }), seen: '' }, now);
		expect(preview).toMatchObject({ code: 'preview', preview: { changes: [{ kind: 'added', course: 'advanced', to: { source: 'team' } }] } });
		await move(bo, north.name);
		expect(await rowOf(bo)).toMatchObject({ source: 'team', mandatory: true });
		expect(await changePerson(db, library, people.hr, { ...typed(bo, {}), seen: '' }, now)).toMatchObject({ code: 'preview', preview: { changes: [{ kind: 'ended', course: 'advanced' }] } });
		await move(bo, '');
		expect(await rowOf(bo)).toBeNull();
		await begin(ana);
		await move(ana, `South ${nth}`);
		expect(await rowOf(ana)).toMatchObject({ source: 'team', mandatory: false, dueAt: null });
		await move(ana, north.name);
		expect(await rowOf(ana)).toMatchObject({ mandatory: true, derivation: { workingDays: 3 } });
		await complete(ana);
		const before = await rowOf(ana);
		await move(ana, '');
		expect(await rowOf(ana)).toEqual(before);
	});

	test('without a date, or with another that was granted, it says all the same which team it came with', async () => {
		const said = async () => (await describePath(db, library, ana.id, 'en')).find(({ key }) => key === 'advanced');
		await give();
		expect(await said()).toMatchObject({ team: null, derivation: { team: north.name } });
		await db.update(teamAssignment).set({ workingDays: null }).where(eq(teamAssignment.teamId, north.id));
		await recalculate(db, library, [ana.id], null, now);
		expect(await said()).toMatchObject({ team: north.name, dueAt: null, derivation: null });
		const dueOn = addDays(dayOf(now, 'UTC'), 40);
		expect(await grantException(db, library, people.hr, { employeeId: ana.id, course: 'advanced', dueOn, reason: 'Was away.' }, now)).toEqual({ code: 'granted' });
		expect(await said()).toMatchObject({ team: north.name, derivation: { exception: { dueOn } } });
		// What was begun stays when the team is another, and is that team's no more.
		await begin(ana);
		await move(ana, `South ${nth}`);
		expect(await said()).toMatchObject({ team: null, mandatory: false });
	});

	test('by a new person, by a list, and by coming back to work', async () => {
		await give();
		const id = v7();
		const email = `new-${id}@example.com`;
		expect(await createPerson(db, library, people.hr, { ...typed(bo, { team: north.name }), id, email, locale: null, origin }, now)).toMatchObject({ code: 'created' });
		expect(await rowOf({ id })).toMatchObject({ source: 'team' });
		await imported([`${bo.email};;${north.name}`, `listed-${nth}@example.com;Listed;${north.name}`]);
		expect(await rowOf(bo)).toMatchObject({ source: 'team' });
		const [listed] = await db.select({ id: employee.id }).from(employee).where(eq(employee.email, `listed-${nth}@example.com`));
		expect(await rowOf(listed!)).toMatchObject({ source: 'team' });
		await imported([`${bo.email};;-`]);
		expect(await rowOf(bo)).toBeNull();

		await recordLeaving(db, people.hr, { id: ana.id }, now);
		await give({ course: 'basics', workingDays: '' });
		expect(await rowOf(ana, 'basics')).toBeNull();
		await recordReturn(db, library, people.hr, { id: ana.id }, now);
		expect(await rowOf(ana, 'basics')).toMatchObject({ source: 'team', dueAt: null });
	});
});

test('a list that is taken back takes its people along, and leaves a team that was given a course', async () => {
	await give();
	const list = v7();
	const [email, name] = [`undone-${nth}@example.com`, `Brought ${nth}`];
	await imported([`${email};Undone;${north.name}`, `other-${email};Other;${name}`], list);
	const [brought] = await db.select().from(team).where(eq(team.name, name));
	await giveTeamCourse(db, library, people.hr, { id: v7(), teamId: brought!.id, terms }, now);
	expect(await undoImport(db, library, people.hr, { id: list }, now)).toEqual({ code: 'undoing' });
	await finishImportWork(db, library, list);
	expect(await db.select().from(employee).where(inArray(employee.email, [email, `other-${email}`]))).toEqual([]);
	expect(await db.$count(team, eq(team.id, brought!.id))).toBe(1);
});

test('taken back it ends where it was not begun, once, and can be given anew', async () => {
	const id = v7();
	const [begun, done] = await Promise.all(['Begun', 'Finished'].map((name) => makePerson(db, now, { name: `${name} ${nth}`, teamId: north.id })));
	await give({}, id);
	await begin(begun!);
	await complete(done!);
	expect((await readTeamCourses(db, people.hr, north.id))!.courses).toMatchObject([{ open: 1, begun: 1, completed: 1 }]);
	expect(await Promise.all([takeBack(id), takeBack(id)])).toEqual([{ code: 'taken-back' }, { code: 'taken-back' }]);
	expect(await rowOf(ana)).toBeNull();
	expect(await rowOf(begun!)).toMatchObject({ mandatory: false, dueAt: null });
	expect((await rowOf(done!))!.completedAt).not.toBeNull();
	expect((await readTeamCourses(db, people.hr, north.id))!.courses).toEqual([]);
	expect(await give({ workingDays: '', dueOn: '2099-12-01' })).toEqual({ code: 'given' });
	const rows = await db.select().from(enrolment).where(inArray(enrolment.employeeId, [ana.id, begun!.id]));
	expect(rows.map(({ derivation, mandatory }) => [derivation?.result, mandatory])).toEqual([['2099-12-01', true], ['2099-12-01', true]]);
	expect(await db.select().from(teamAssignment).where(eq(teamAssignment.teamId, north.id))).toHaveLength(2);
});
