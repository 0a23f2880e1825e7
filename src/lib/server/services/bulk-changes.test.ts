import { and, eq, inArray, isNull } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { v7 } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../core/permissions.ts';
import { startSession } from '../auth/session.ts';
import {
	auditEvent,
	bulkChange,
	employee,
	employmentChange,
	enrolment,
	handAssignment,
	leave,
	lessonProgress,
	mailOutbox,
	mentorship,
	oneTimeLink,
	positionAssignment,
	release,
	roleGrant,
	session
} from '../db/schema/index.ts';
import type { Db } from '../db/open.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { openTestLibrary } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople, type TestPerson } from '../testing-people.ts';
import { chooseForBulk, doBulk, readBulk, undoableFor, undoBulk, type BulkKind, type Choice } from './bulk-changes.ts';
import { enrolByPosition } from './enrolments.ts';
import { giveCourse, takeCourseBack, type TypedTerms } from './hand-assignments.ts';
import { readInvitation } from './invitations.ts';

const { db, sql } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const origin = 'https://academy.example.com';
const everybody = { search: '', position: null, team: null, mentor: null, state: null, overdue: false };
let people: TestPeople;
let library: Library;
let group: TestPerson[];
let nth = 0;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
});

/** Three people of a name of their own, all of them mentored by `mentor`. */
async function makeGroup(): Promise<void> {
	nth++;
	group = [];
	for (const name of ['Ana', 'Bo', 'Chi']) group.push(await makePerson(db, now, { name: `Group${nth} ${name}` }));
	await db.insert(mentorship).values(group.map(({ id }) => ({ mentorId: people.mentor.id, menteeId: id, since: later(-1000) })));
}
async function choose(kind: BulkKind, choice: Choice = { people: group.map(({ id }) => id) }, actor: Actor = people.hr): Promise<string> {
	const id = v7();
	expect(await chooseForBulk(db, actor, { id, kind, choice }, now)).toEqual({ code: 'chosen' });
	return id;
}
const read = (id: string, mentor: string | null = null, at = now, terms: TypedTerms | null = null) => readBulk(db, library, people.hr, { id, mentor, terms, limit: 50, offset: 0 }, at);
const perform = (id: string, mentor: string | null = null, at = now, actor: Actor = people.hr) => doBulk(db, library, actor, { id, mentor, origin }, at);
const undo = (id: string, at = later(5)) => undoBulk(db, library, people.hr, { id }, at);
const mentorsOf = async () => {
	const rows = await db.select().from(mentorship).where(and(inArray(mentorship.menteeId, group.map(({ id }) => id)), isNull(mentorship.until)));
	return group.map(({ id }) => rows.find(({ menteeId }) => menteeId === id)?.mentorId ?? null);
};
const leftOf = async () => {
	const rows = await db.select().from(employee).where(inArray(employee.id, group.map(({ id }) => id)));
	return group.map((one) => rows.find(({ id }) => id === one.id)!.leftAt);
};

test('the audit log tells it of each one, done and taken back', async () => {
	const told = async () => {
		const rows = await db.select().from(auditEvent).where(inArray(auditEvent.personId, group.map(({ id }) => id))).orderBy(auditEvent.personId, auditEvent.place);
		return rows.filter(({ personId }) => personId === group[0]!.id).map(({ action, actorId, details }) => [rows.length, action, actorId, details]);
	};
	await makeGroup();
	const leaving = await choose('leave');
	await perform(leaving);
	await perform(leaving);
	expect(await told()).toEqual([[3, 'person.left', people.hr.id, {}]]);
	await undo(leaving);
	expect((await told())[1]).toEqual([6, 'person.returned', people.hr.id, {}]);
	const mentors = await choose('mentor');
	await perform(mentors);
	expect((await told())[2]).toEqual([9, 'person.changed', people.hr.id, { fields: ['mentor'] }]);
	await undo(mentors);
	await perform(await choose('invite'));
	expect((await told()).slice(3).map(([, ...rest]) => rest)).toEqual([['person.changed', people.hr.id, { fields: ['mentor'] }]]);
});

describe('who is chosen', () => {
	test('by name or by filter; somebody at least; the first time counts', async () => {
		await makeGroup();
		const id = v7();
		const twice = await Promise.all([1, 2].map(() => chooseForBulk(db, people.hr, { id, kind: 'leave', choice: { people: group.map((one) => one.id) } }, now)));
		expect(twice).toEqual([{ code: 'chosen' }, { code: 'chosen' }]);
		expect((await read(id))!.total).toBe(3);
		expect((await read(await choose('mentor', { filter: { ...everybody, search: `group${nth} b` } })))!.people.map(({ name }) => name)).toEqual([`Group${nth} Bo`]);
		for (const choice of [{ people: [] }, { people: ["'"] }, { people: [v7()] }, { filter: { ...everybody, search: 'nobody at all' } }]) {
			expect(await chooseForBulk(db, people.hr, { id: v7(), kind: 'leave', choice }, now)).toEqual({ code: 'nobody' });
		}
	});

	test('is forgotten after a day when nothing is done with it', async () => {
		const id = await choose('leave');
		await chooseForBulk(db, people.hr, { id: v7(), kind: 'leave', choice: { people: [group[0]!.id] } }, later(25 * 60));
		expect(await read(id)).toBeNull();
	});

	test('is HR’s alone, and so is all the rest', async () => {
		await makeGroup();
		const id = await choose('leave');
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
			expect(await chooseForBulk(db, actor, { id: v7(), kind: 'mentor', choice: { filter: everybody } }, now)).toEqual({ code: 'forbidden' });
			expect(await readBulk(db, library, actor, { id, mentor: null, terms: null, limit: 1, offset: 0 }, now)).toBeNull();
			expect(await perform(id, null, now, actor)).toEqual({ code: 'missing' });
			expect(await undoBulk(db, library, actor, { id }, now)).toEqual({ code: 'missing' });
		}
		expect(await leftOf()).toEqual([null, null, null]);
		for (const nothing of ["'", v7()]) {
			expect(await read(nothing)).toBeNull();
			expect(await perform(nothing)).toEqual({ code: 'missing' });
			expect(await undo(nothing)).toEqual({ code: 'missing' });
		}
	});
});

describe('another mentor', () => {
	test('is seen before, given once, told afterwards, and taken back; four queries to look', async () => {
		await makeGroup();
		const { otherMentor, mentor } = people;
		await db.update(mentorship).set({ mentorId: otherMentor.id }).where(eq(mentorship.menteeId, group[1]!.id));
		await db.update(employee).set({ leftAt: now }).where(eq(employee.id, group[2]!.id));
		const id = await choose('mentor', { people: [...group.map((one) => one.id), otherMentor.id] });
		expect(await read(id, otherMentor.id)).toMatchObject({
			...{ kind: 'mentor', doneAt: null, undoUntil: null, total: 4, mentor: { name: otherMentor.name } },
			counts: { changed: 1, same: 1, left: 1, self: 1 },
			people: [
				{ outcome: 'left', name: `Group${nth} Chi` },
				{ outcome: 'self', mentorBefore: null },
				{ outcome: 'changed', mentorBefore: mentor.name },
				{ outcome: 'same', mentorBefore: otherMentor.name }
			]
		});
		let queries = 0;
		const counted = drizzle(sql, { logger: { logQuery: () => void queries++ } }) as unknown as Db;
		await readBulk(counted, library, people.hr, { id, mentor: otherMentor.id, terms: null, limit: 50, offset: 0 }, now);
		expect(queries).toBe(4);

		const second = await makePerson(db, now, { name: `Second Hr ${nth}`, roles: ['hr'] });
		const outcomes = await Promise.all([perform(id, otherMentor.id), perform(id, otherMentor.id, later(1), second), perform(id, otherMentor.id)]);
		expect(outcomes).toEqual(outcomes.map(() => ({ code: 'done' })));
		expect(await mentorsOf()).toEqual([otherMentor.id, otherMentor.id, mentor.id]);
		expect(await db.select().from(mentorship).where(eq(mentorship.menteeId, group[0]!.id))).toHaveLength(2);
		// What it was is kept, whatever its address asks for now.
		expect(await read(id, mentor.id)).toMatchObject({ mentor: { name: otherMentor.name }, counts: { changed: 1, same: 1, left: 1, self: 1 } });

		expect(await Promise.all([undo(id), undo(id)])).toEqual([{ code: 'undone' }, { code: 'undone' }]);
		expect(await mentorsOf()).toEqual([mentor.id, otherMentor.id, mentor.id]);
		expect(await read(id)).toMatchObject({ undone: { back: 1, kept: 0 }, undoUntil: null });
	});

	test('can be none, and comes back only where nothing has happened since', async () => {
		await makeGroup();
		const { mentor, otherMentor } = people;
		const id = await choose('mentor');
		await perform(id, null);
		expect(await mentorsOf()).toEqual([null, null, null]);
		await db.insert(mentorship).values({ mentorId: otherMentor.id, menteeId: group[0]!.id, since: later(1) });
		await db.insert(mentorship).values({ mentorId: otherMentor.id, menteeId: group[1]!.id, since: later(1), until: later(2) });
		await undo(id);
		expect(await mentorsOf()).toEqual([otherMentor.id, null, mentor.id]);
		expect((await read(id))!.undone).toEqual({ back: 1, kept: 2 });
	});

	test('must be a mentor, also at the last moment; one of before must be so still', async () => {
		await makeGroup();
		const id = await choose('mentor');
		for (const nobody of [people.learner.id, people.hr.id, v7(), "'"]) expect(await perform(id, nobody)).toEqual({ code: 'no-mentor' });
		const former = await makePerson(db, now, { name: `Former ${nth}`, roles: ['mentor'] });
		await db.update(mentorship).set({ mentorId: former.id }).where(eq(mentorship.menteeId, group[0]!.id));
		await perform(id, people.otherMentor.id);
		await db.update(roleGrant).set({ withdrawnAt: now }).where(eq(roleGrant.employeeId, former.id));
		await undo(id);
		expect(await mentorsOf()).toEqual([people.otherMentor.id, people.mentor.id, people.mentor.id]);
	});
});

describe('the end of employments', () => {
	test('who has mentees hands them over first, unless they leave as well; the desk is freed, and the history tells it', async () => {
		await makeGroup();
		const [ana, bo, chi] = group as [TestPerson, TestPerson, TestPerson];
		await db.update(mentorship).set({ mentorId: ana.id }).where(eq(mentorship.menteeId, bo.id));
		await db.update(mentorship).set({ mentorId: bo.id }).where(eq(mentorship.menteeId, chi.id));
		const alone = await choose('leave', { people: [ana.id] });
		expect((await read(alone))!.counts).toEqual({ mentees: 1 });
		const both = await choose('leave', { people: [ana.id, bo.id, chi.id] });
		expect((await read(both))!.counts).toEqual({ changed: 3 });
		await perform(both);
		await undo(both);
		const rows = await db.select().from(employmentChange).where(inArray(employmentChange.employeeId, [ana.id, bo.id, chi.id])).orderBy(employmentChange.at);
		expect(rows.map(({ what, changedBy }) => [what, changedBy])).toEqual([...Array(3).fill(['left', people.hr.id]), ...Array(3).fill(['back', people.hr.id])]);
	});

	test('ends sessions and links, spares oneself and the last administrator, and is taken back', async () => {
		await makeGroup();
		const [row] = await db.select().from(employee).where(eq(employee.id, group[0]!.id));
		await startSession(db, { id: row!.id, passwordHash: row!.passwordHash! }, '', now);
		await db.insert(oneTimeLink).values({ purpose: 'reset', tokenHash: v7(), employeeId: group[0]!.id, createdAt: now, expiresAt: later(60) });
		await db.update(employee).set({ leftAt: later(-10) }).where(eq(employee.id, group[2]!.id));
		const id = await choose('leave', { people: [...group, people.hr, people.admin].map((one) => one.id) });
		expect((await read(id))!.counts).toEqual({ changed: 2, same: 1, self: 1, 'last-admin': 1 });
		await perform(id);
		expect(await leftOf()).toEqual([now, now, later(-10)]);
		expect(await db.select().from(session).where(eq(session.employeeId, group[0]!.id))).toEqual([]);
		expect((await db.select().from(oneTimeLink).where(eq(oneTimeLink.employeeId, group[0]!.id)))[0]!.expiresAt).toEqual(now);
		// One came back meanwhile and left again: that is another leaving.
		await db.update(employee).set({ leftAt: later(2) }).where(eq(employee.id, group[1]!.id));
		await undo(id);
		expect(await leftOf()).toEqual([null, later(2), later(-10)]);
		expect((await read(id))!.undone).toEqual({ back: 1, kept: 1 });
	});

	test('is taken back for a week', async () => {
		await makeGroup();
		const id = await choose('leave');
		expect(await undo(id)).toEqual({ code: 'missing' });
		await perform(id);
		const end = new Date(now.getTime() + undoableFor);
		expect((await read(id))!.undoUntil).toEqual(end);
		expect((await read(id, null, end))!.undoUntil).toBeNull();
		expect(await undo(id, end)).toEqual({ code: 'too-late' });
		expect(await leftOf()).toEqual([now, now, now]);
	});
});

describe('invitations once more', () => {
	test('go to those who have not come yet and have a mailbox; sent twice is sent once', async () => {
		await makeGroup();
		const [ana, bo] = group;
		await db.update(employee).set({ passwordHash: null, locale: 'bg' }).where(eq(employee.id, ana!.id));
		await db.update(employee).set({ passwordHash: null, email: null, personnelNumber: `G${nth}` }).where(eq(employee.id, bo!.id));
		await db.insert(oneTimeLink).values({ purpose: 'invite', tokenHash: v7(), employeeId: ana!.id, createdAt: now, expiresAt: later(60) });
		const id = await choose('invite');
		expect((await read(id))!.counts).toEqual({ changed: 1, same: 1, 'no-mail': 1 });
		await Promise.all([perform(id), perform(id)]);
		const mails = await db.select().from(mailOutbox).where(inArray(mailOutbox.employeeId, group.map((one) => one.id)));
		expect(mails.map(({ employeeId, recipient }) => [employeeId, recipient])).toEqual([[ana!.id, ana!.email]]);
		expect(mails[0]!.subject).toContain('вашето обучение');
		const token = /\/invite\/([\w-]+)/.exec(mails[0]!.plain)![1]!;
		expect(await readInvitation(db, token, now)).toMatchObject({ name: ana!.name });
		const usable = (await db.select().from(oneTimeLink).where(eq(oneTimeLink.employeeId, ana!.id))).filter(({ expiresAt }) => expiresAt > now);
		expect(usable).toHaveLength(1);
		expect((await read(id))!.undoUntil).toBeNull();
		expect(await undo(id)).toEqual({ code: 'missing' });
	});
});

describe('a course', () => {
	const terms: TypedTerms = { course: 'advanced', mandatory: true, workingDays: '3', dueOn: '' };
	const giving = { ...terms, reason: 'A new product' };
	const give = (id: string, what: Partial<typeof giving> = {}, actor: Actor = people.hr) =>
		doBulk(db, library, actor, { id, mentor: null, giving: { ...giving, ...what }, origin }, now);
	const look = (id: string, typed: TypedTerms | null = null) => read(id, null, now, typed);
	const coursesOf = async (person: TestPerson) => db.select().from(enrolment).where(eq(enrolment.employeeId, person.id));
	const complete = async (person: TestPerson) => {
		const [first] = await db.select().from(release).limit(1);
		await db.update(enrolment).set({ completedAt: now, completedRelease: first!.id }).where(and(eq(enrolment.employeeId, person.id), eq(enrolment.course, 'advanced')));
	};
	const begin = (person: TestPerson, at: Date) => db.insert(lessonProgress).values({ employeeId: person.id, lesson: 'advanced/any', openedAt: at });

	test('is seen before with each one’s date, given once, told, and taken back from whoever has not begun it', async () => {
		await makeGroup();
		const [ana, bo, chi] = group as [TestPerson, TestPerson, TestPerson];
		const dee = await makePerson(db, now, { name: `Group${nth} Dee` });
		await db.insert(leave).values({ employeeId: bo.id, firstDay: '2026-11-23', lastDay: '2026-11-24' });
		// By the path, and completed.
		await db.insert(positionAssignment).values([chi, dee].map(({ id }) => ({ employeeId: id, position: 'clerk', since: '2026-11-02' })));
		for (const { id } of [chi, dee]) await enrolByPosition(db, library, id, now);
		await complete(dee);
		const leftAlone = await coursesOf(chi);
		const id = await choose('course', { people: [ana, bo, chi, dee, people.hr, people.leaver].map((one) => one.id) });

		expect(await look(id)).toMatchObject({ terms: null, problems: {} });
		expect(await look(id, { ...terms, course: '', workingDays: '0', dueOn: '2026-11-21' })).toMatchObject({ terms: null, problems: { course: 'empty', workingDays: 'days-wrong', dueOn: 'date-past' } });
		const seen = (await look(id, terms))!;
		expect(seen.counts).toEqual({ changed: 2, same: 1, completed: 1, self: 1, left: 1 });
		const byName = (view: typeof seen) => Object.fromEntries(view.people.map(({ name, outcome, derivation }) => [name, [outcome, derivation?.result ?? null]]));
		// Sunday + 3 working days; one of the two is away for two of them.
		expect(byName(seen)).toMatchObject({ [ana.name]: ['changed', '2026-11-25'], [bo.name]: ['changed', '2026-11-27'], [chi.name]: ['same', leftAlone.find(({ course }) => course === 'advanced')!.derivation?.result ?? null] });
		expect(await coursesOf(ana)).toEqual([]);

		expect(await give(id, { reason: ' ', course: 'no-such' })).toEqual({ code: 'problems', problems: { course: 'unknown', reason: 'empty' } });
		expect(await perform(id)).toMatchObject({ code: 'problems', problems: { course: 'empty', reason: 'empty' } });
		const outcomes = [...(await Promise.all([give(id), give(id)])), await give(id, { workingDays: '9' })];
		expect(outcomes).toEqual(outcomes.map(() => ({ code: 'done' })));
		const done = (await look(id))!;
		expect(byName(done)).toEqual(byName(seen));
		expect(done).toMatchObject({ counts: seen.counts, terms: { course: 'advanced', mandatory: true, workingDays: 3, dueOn: null } });
		expect(await coursesOf(ana)).toMatchObject([{ course: 'advanced', source: 'hand', mandatory: true }]);
		expect(await coursesOf(chi)).toEqual(leftAlone);
		expect(await db.select().from(handAssignment).where(inArray(handAssignment.employeeId, [ana.id, bo.id, chi.id, dee.id]))).toHaveLength(2);
		const told = await db.select().from(auditEvent).where(and(eq(auditEvent.personId, ana.id), inArray(auditEvent.action, ['course.given', 'course.taken-back'])));
		expect(told.map(({ action, details }) => [action, details])).toEqual([['course.given', { course: 'advanced' }]]);

		await begin(bo, later(1));
		expect(await Promise.all([undo(id), undo(id)])).toEqual([{ code: 'undone' }, { code: 'undone' }]);
		const undone = (await look(id))!;
		expect(undone.undone).toEqual({ back: 1, kept: 1 });
		expect(undone.people[0]).toMatchObject({ name: bo.name, undone: 'kept' });
		expect(await coursesOf(ana)).toEqual([]);
		expect(await coursesOf(bo)).toMatchObject([{ course: 'advanced', mandatory: true }]);
		expect(await db.$count(auditEvent, and(eq(auditEvent.personId, ana.id), eq(auditEvent.action, 'course.taken-back')))).toBe(1);
		expect(await db.$count(auditEvent, and(eq(auditEvent.personId, bo.id), eq(auditEvent.action, 'course.taken-back')))).toBe(0);
	});

	test('completed, or given anew by hand since, stays; what was begun before is as before', async () => {
		await makeGroup();
		const [ana, bo, chi] = group as [TestPerson, TestPerson, TestPerson];
		const alone = (person: TestPerson) => ({ ...giving, id: v7(), employeeId: person.id });
		await giveCourse(db, library, people.hr, alone(ana), now);
		await begin(ana, later(-60));
		await takeCourseBack(db, library, people.hr, { employeeId: ana.id, course: 'advanced' }, now);
		const before = await coursesOf(ana);
		expect(before).toMatchObject([{ mandatory: false, dueAt: null }]);
		const id = await choose('course');
		expect(await give(id, { workingDays: '', dueOn: '2026-12-01', mandatory: false })).toEqual({ code: 'done' });
		expect((await look(id))!.people.map(({ derivation }) => derivation?.result)).toEqual(['2026-12-01', '2026-12-01', '2026-12-01']);
		await complete(bo);
		await takeCourseBack(db, library, people.hr, { employeeId: chi.id, course: 'advanced' }, later(1));
		await giveCourse(db, library, people.hr, alone(chi), later(2));
		await undo(id);
		expect((await look(id))!.undone).toEqual({ back: 1, kept: 2 });
		expect((await coursesOf(ana))[0]).toMatchObject({ mandatory: false, dueAt: null, derivation: null });
		expect((await coursesOf(bo))[0]!.completedAt).toEqual(now);
		expect((await coursesOf(chi))[0]!.derivation).toMatchObject({ workingDays: 3 });
	});

	test('is HR’s to give', async () => {
		await makeGroup();
		const id = await choose('course');
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) expect(await give(id, {}, actor)).toEqual({ code: 'missing' });
		expect(await coursesOf(group[0]!)).toEqual([]);
	});

	test('for a thousand is as many statements as for three, there and back', async () => {
		const rows = Array.from({ length: 1000 }, (_, i) => ({ id: v7(), name: `Multitude ${i}`, email: `multitude${i}@example.com`, createdAt: now }));
		await db.insert(employee).values(rows);
		await makeGroup();
		const queriesOf = async (what: (on: Db) => Promise<unknown>) => {
			let queries = 0;
			await what(drizzle(sql, { logger: { logQuery: () => void queries++ } }) as unknown as Db);
			return queries;
		};
		const all = [];
		for (const choice of [{ people: group.map((one) => one.id) }, { filter: { ...everybody, search: 'multitude' } }]) {
			const id = await choose('course', choice);
			all.push([
				await queriesOf((on) => readBulk(on, library, people.hr, { id, mentor: null, terms, limit: 50, offset: 0 }, now)),
				await queriesOf((on) => doBulk(on, library, people.hr, { id, mentor: null, giving, origin }, now)),
				await queriesOf((on) => undoBulk(on, library, people.hr, { id }, later(5)))
			]);
			expect((await look(id))!.undone.kept).toBe(0);
		}
		expect(all[1]).toEqual(all[0]);
	});
});

test('a thousand people are one transaction of a few statements', async () => {
	const rows = Array.from({ length: 1000 }, (_, i) => ({ id: v7(), name: `Crowd ${i}`, email: `crowd${i}@example.com`, createdAt: now }));
	await db.insert(employee).values(rows);
	const id = await choose('invite', { filter: { ...everybody, search: 'crowd' } });
	let queries = 0;
	const counted = drizzle(sql, { logger: { logQuery: () => void queries++ } }) as unknown as Db;
	await doBulk(counted, library, people.hr, { id, mentor: null, origin }, now);
	expect(queries).toBeLessThan(15);
	expect((await read(id))!.counts).toEqual({ changed: 1000 });
	expect((await db.select().from(bulkChange).where(eq(bulkChange.id, id)))[0]!.doneBy).toBe(people.hr.id);
});
