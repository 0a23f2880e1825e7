import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endOfDay } from '../../core/due-date.ts';
import { enrolment, leave, levelState, mailOutbox, mailRefusal, mentorship, notification, employee, renewal, signOffRequest } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library, Release } from '../library.ts';
import { openTestLibrary } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { tellReminders } from './reminders.ts';

const { db } = await testDatabase();
const zone = 'Europe/Sofia';
/** Ten in the morning. */
const at = (day: string) => new Date(`${day}T08:00:00Z`);
const made = at('2026-11-02');
let library: Library;
let release: Release;
let people: TestPeople;
const origin = 'https://academy.example.com';
const tell = (day: string) => tellReminders(db, release, origin, at(day));

async function enrol(employeeId: string, dueOn: string, more: { course?: string; mandatory?: boolean } = {}) {
	await db.insert(enrolment).values({
		employeeId,
		course: more.course ?? 'basics',
		source: 'position',
		mandatory: more.mandatory ?? true,
		place: 0,
		assignedOn: '2026-11-02',
		dueAt: endOfDay(dueOn, zone)
	});
}
const notices = (employeeId: string) => db.select().from(notification).where(eq(notification.employeeId, employeeId)).orderBy(notification.createdAt);
const mails = (employeeId: string) => db.select().from(mailOutbox).where(eq(mailOutbox.employeeId, employeeId));
const kinds = async (employeeId: string) => (await notices(employeeId)).map(({ kind, day }) => `${kind} ${day}`).sort();

beforeAll(async () => {
	people = await makePeople(db, made);
	library = await openTestLibrary(db, made);
	release = library.current();
});
beforeEach(async () => {
	for (const table of [notification, mailOutbox, mailRefusal, renewal, enrolment, leave, levelState, signOffRequest]) await db.delete(table);
});
afterAll(() => library.close());

describe('of a course', () => {
	test('the person is told before, on the day and after it; the mentor, then HR, when it is overdue', async () => {
		await enrol(people.learner.id, '2026-12-09');
		for (const day of ['2026-12-03', '2026-12-04', '2026-12-07', '2026-12-09', '2026-12-10', '2026-12-11', '2026-12-14', '2026-12-16', '2026-12-17']) await tell(day);
		expect((await kinds(people.learner.id)).filter((kind) => kind.startsWith('due'))).toEqual(['due 2026-12-04', 'due 2026-12-09', 'due 2026-12-10', 'due 2026-12-16']);
		expect((await kinds(people.mentor.id)).filter((kind) => kind.startsWith('mentee'))).toEqual(['mentee-overdue 2026-12-11']);
		expect((await kinds(people.hr.id)).filter((kind) => kind.startsWith('people'))).toEqual(['people-overdue 2026-12-16']);
		for (const other of [people.otherLearner, people.otherMentor, people.admin, people.author, people.leaver]) expect(await notices(other.id)).toEqual([]);
	});

	test('a mail says the same, in the language of the person, with the way to have no more', async () => {
		await db.update(employee).set({ locale: 'bg' }).where(eq(employee.id, people.learner.id));
		await enrol(people.learner.id, '2026-12-09');
		await tell('2026-12-09');
		const [mail, ...more] = await mails(people.learner.id);
		expect(more).toEqual([]);
		expect(mail).toMatchObject({ recipient: people.learner.email, kind: 'own' });
		expect(mail!.plain).toContain(release.course('basics')!.title.bg);
		expect(mail!.plain).toContain('9 декември 2026');
		expect(mail!.plain).toContain(`${origin}/learn/basics`);
		expect(mail!.html).toContain('lang="bg"');
		expect(mail!.unsubscribe).toMatch(/^https:\/\/academy\.example\.com\/mail\/[\w-]+\.[\w-]+\/own$/);
		await db.update(employee).set({ locale: null }).where(eq(employee.id, people.learner.id));
	});

	test('what comes on one day is one mail', async () => {
		await enrol(people.learner.id, '2026-12-09');
		await enrol(people.learner.id, '2026-12-14', { course: 'advanced' });
		await tell('2026-12-09');
		const known = ['basics', 'advanced'].filter((course) => release.course(course));
		expect(await notices(people.learner.id)).toHaveLength(known.length);
		expect(await mails(people.learner.id)).toHaveLength(1);
	});

	test('told twice, and by two at once, it is told once', async () => {
		const many = await Promise.all(Array.from({ length: 6 }, (_, i) => makePerson(db, made, { name: `Many ${i}` })));
		for (const one of many) {
			await enrol(one.id, '2026-12-07');
			await db.insert(mentorship).values({ menteeId: one.id, mentorId: people.mentor.id, since: made });
		}
		const told = await Promise.all([tell('2026-12-09'), tell('2026-12-09'), tell('2026-12-09')]);
		expect(told.reduce((sum, n) => sum + n)).toBe((await db.select().from(notification)).length);
		expect(await tell('2026-12-09')).toBe(0);
		expect(await mails(many[0]!.id)).toHaveLength(1);
		const ofMentor = (await mails(people.mentor.id)).filter(({ kind }) => kind === 'mentees');
		expect(ofMentor).toHaveLength(1);
		for (const { name } of many) expect(ofMentor[0]!.plain).toContain(name);
		await db.delete(mentorship).where(eq(mentorship.since, made));
		await db.insert(mentorship).values([
			{ mentorId: people.mentor.id, menteeId: people.learner.id, since: made },
			{ mentorId: people.otherMentor.id, menteeId: people.otherLearner.id, since: made }
		]);
	});

	test('nobody is told of what is completed, voluntary (mentor and HR), or in whose content it is no more', async () => {
		await enrol(people.learner.id, '2026-12-07', { mandatory: false });
		await enrol(people.otherLearner.id, '2026-12-07', { course: 'gone' });
		await tell('2026-12-09');
		expect((await kinds(people.learner.id)).filter((kind) => kind.startsWith('due'))).toEqual(['due 2026-12-08']);
		expect((await kinds(people.mentor.id)).filter((kind) => kind.startsWith('mentee'))).toEqual([]);
		expect(await notices(people.otherLearner.id)).toEqual([]);
	});

	test('who is on leave is told when they are back; who has left is not', async () => {
		await enrol(people.learner.id, '2026-12-09');
		await enrol(people.leaver.id, '2026-12-09');
		await db.insert(leave).values({ employeeId: people.learner.id, firstDay: '2026-12-08', lastDay: '2026-12-09' });
		await tell('2026-12-09');
		expect(await notices(people.learner.id)).toEqual([]);
		await tell('2026-12-10');
		expect(await kinds(people.learner.id)).toContain('due 2026-12-10');
		expect(await notices(people.leaver.id)).toEqual([]);
	});

	test('HR on leave is told nothing either; a colleague is', async () => {
		const colleague = await makePerson(db, made, { name: 'Hana Colleague', roles: ['hr'] });
		await enrol(people.learner.id, '2026-12-07');
		await db.insert(leave).values({ employeeId: people.hr.id, firstDay: '2026-12-14', lastDay: '2026-12-14' });
		await tell('2026-12-14');
		expect(await notices(people.hr.id)).toEqual([]);
		expect(await kinds(colleague.id)).toEqual(['hr-week 2026-12-14', 'people-overdue 2026-12-14']);
		await tell('2026-12-15');
		expect(await kinds(people.hr.id)).toEqual(['hr-week 2026-12-14', 'people-overdue 2026-12-14']);
		await db.update(employee).set({ leftAt: made }).where(eq(employee.id, colleague.id));
	});

	test('without a mailbox, or when it is not wanted, it is told in the product alone', async () => {
		const [row] = await db.insert(employee).values({ name: 'No Mailbox', personnelNumber: '77', hiredOn: '2026-11-02', createdAt: made }).returning();
		await enrol(row!.id, '2026-12-09');
		await enrol(people.learner.id, '2026-12-09');
		await db.insert(mailRefusal).values({ employeeId: people.learner.id, kind: 'own', refusedAt: made });
		await tell('2026-12-09');
		expect(await notices(row!.id)).toHaveLength(1);
		expect(await notices(people.learner.id)).toHaveLength(1);
		expect(await mails(row!.id)).toEqual([]);
		expect(await mails(people.learner.id)).toEqual([]);
	});

	test('without a mentor of their own, the mentors of the team', async () => {
		await enrol(people.teamLearner.id, '2026-12-07');
		await tell('2026-12-09');
		const [line] = (await notices(people.mentor.id)).filter(({ kind }) => kind === 'mentee-overdue');
		expect(line).toMatchObject({ aboutId: people.teamLearner.id });
	});
});

test('of a renewal: the person, the mentor and HR are told as of a course, in words of its own', async () => {
	const round = { employeeId: people.learner.id, course: 'basics', round: 1, mandatory: true, countedFrom: '2025-12-09', days: 365 };
	await db.insert(renewal).values({ ...round, openedAt: made, dueAt: endOfDay('2026-12-09', zone) });
	for (const day of ['2026-12-04', '2026-12-09', '2026-12-10', '2026-12-11', '2026-12-14', '2026-12-16']) await tell(day);
	expect((await kinds(people.learner.id)).filter((kind) => kind.startsWith('due'))).toEqual(['due 2026-12-04', 'due 2026-12-09', 'due 2026-12-10', 'due 2026-12-16']);
	expect((await mails(people.learner.id)).filter(({ plain }) => plain.includes('Renew “Basics” by 9 December 2026'))).toHaveLength(2);
	expect((await kinds(people.mentor.id)).filter((kind) => kind.startsWith('mentee'))).toEqual(['mentee-overdue 2026-12-11']);
	expect((await kinds(people.hr.id)).filter((kind) => kind.startsWith('people'))).toEqual(['people-overdue 2026-12-16']);
	expect((await notices(people.mentor.id)).find(({ kind, day }) => kind === 'mentor-week' && day === '2026-12-14')!.told).toMatchObject({ overdue: 1 });
	expect((await notices(people.hr.id)).find(({ kind, day }) => kind === 'hr-week' && day === '2026-12-14')!.told).toMatchObject({ late: 1, overdue: 1 });
	await db.update(renewal).set({ restsSince: made });
	expect(await tell('2026-12-17')).toBe(0);
});

test('of a level that ends: the person and the mentor a month before, HR two weeks', async () => {
	const competency = release.academy.competencies[0]!.key;
	await db.insert(levelState).values({ employeeId: people.learner.id, competency, level: 3, validUntil: new Date('2027-01-13T10:00:00Z'), computedAt: made });
	await tell('2026-12-14');
	expect(await kinds(people.learner.id)).toEqual(['level-ends 2026-12-14']);
	expect((await kinds(people.mentor.id)).filter((kind) => kind.startsWith('mentee'))).toEqual(['mentee-level-ends 2026-12-14']);
	await tell('2026-12-30');
	expect((await notices(people.hr.id)).filter(({ kind }) => kind === 'people-levels-end').map(({ told }) => told)).toEqual([{ count: 1 }]);
});

describe('the week', () => {
	test('is told once, on its day or the next one that is worked; a mentor with nothing to do is told nothing', async () => {
		await enrol(people.learner.id, '2026-12-10');
		await enrol(people.teamLearner.id, '2026-11-20');
		await Promise.all([tell('2026-12-07'), tell('2026-12-07')]);
		await tell('2026-12-08');
		const week = (id: string, kind: string) => db.select({ told: notification.told }).from(notification).where(and(eq(notification.employeeId, id), eq(notification.kind, kind)));
		expect(await week(people.mentor.id, 'mentor-week')).toEqual([{ told: { waiting: 0, oldest: null, dueThisWeek: 1, overdue: 1, ending: 0, renewing: 0 } }]);
		expect(await week(people.otherMentor.id, 'mentor-week')).toEqual([]);
		expect(await week(people.hr.id, 'hr-week')).toEqual([{ told: { onTime: 1, late: 1, overdue: 1, ending: 0, renewing: 0, disputes: 0 } }]);
		expect((await mails(people.hr.id)).filter(({ kind }) => kind === 'overview')).toHaveLength(1);
		await tell('2026-12-14');
		expect(await week(people.hr.id, 'hr-week')).toHaveLength(2);
	});

	test('of which there is nothing to tell is told to nobody', async () => {
		expect(await tell('2026-12-07')).toBe(0);
		expect(await db.select().from(mailOutbox)).toEqual([]);
	});

	test('counts the courses that are to be renewed within a month, as the report of what expires lists them: mandatory, asked, of who is here', async () => {
		const round = { course: 'basics', round: 1, mandatory: true, countedFrom: '2026-01-05', days: 365, openedAt: at('2026-12-06'), dueAt: endOfDay('2027-01-05', zone) };
		await db.insert(renewal).values([
			{ ...round, employeeId: people.learner.id },
			{ ...round, employeeId: people.teamLearner.id, dueAt: endOfDay('2026-12-10', zone) },
			{ ...round, employeeId: people.learner.id, course: 'advanced', mandatory: false },
			{ ...round, employeeId: people.otherLearner.id, restsSince: at('2026-12-06') },
			{ ...round, employeeId: people.leaver.id },
			{ ...round, employeeId: people.author.id, openedAt: made, dueAt: endOfDay('2026-12-04', zone) }
		]);
		await tell('2026-12-07');
		const week = async (id: string) => (await notices(id)).filter(({ kind }) => kind.endsWith('-week')).map(({ told }) => told);
		expect(await week(people.mentor.id)).toEqual([{ waiting: 0, oldest: null, dueThisWeek: 1, overdue: 0, ending: 0, renewing: 2 }]);
		expect(await week(people.otherMentor.id)).toEqual([]);
		expect(await week(people.hr.id)).toEqual([{ onTime: 2, late: 1, overdue: 1, ending: 0, renewing: 2, disputes: 0 }]);
		expect((await mails(people.mentor.id)).find(({ kind }) => kind === 'overview')!.plain).toContain('Courses to be renewed within 30 days: 2.');
		expect((await mails(people.hr.id)).find(({ kind }) => kind === 'overview')!.plain).toContain('Courses to be renewed within 30 days: 2.');
	});

	test('counts a request for a signature among what waits for a mentor', async () => {
		const competency = release.academy.competencies[0]!.key;
		await db.insert(signOffRequest).values([
			{ employeeId: people.learner.id, competency, level: 3, askedAt: at('2026-12-01') },
			{ employeeId: people.learner.id, competency: 'gone', level: 3, askedAt: at('2026-11-30') },
			{ employeeId: people.otherLearner.id, competency, level: 3, askedAt: at('2026-12-01') }
		]);
		await tell('2026-12-07');
		expect((await notices(people.mentor.id)).map(({ told }) => told)).toEqual([{ waiting: 1, oldest: at('2026-12-01').toISOString(), dueThisWeek: 0, overdue: 0, ending: 0, renewing: 0 }]);
	});
});

test('at night, and on a holiday, nobody is told anything', async () => {
	await enrol(people.learner.id, '2026-12-24');
	expect(await tellReminders(db, release, origin, new Date('2026-12-23T22:00:00Z'))).toBe(0);
	expect(await tell('2026-12-24')).toBe(0);
});
