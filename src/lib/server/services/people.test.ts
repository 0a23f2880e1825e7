import { and, asc, eq, isNull } from 'drizzle-orm';
import { v7 } from 'uuid';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readSession, startSession } from '../auth/session.ts';
import { auditEvent, employee, enrolment, mailOutbox, mentorship, oneTimeLink, positionAssignment, team } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { openTestLibrary } from '../testing-content.ts';
import { makePeople, makePerson, testPassword, type TestPeople } from '../testing-people.ts';
import { acceptInvitation, makePersonalLink, readInvitation } from './invitations.ts';
import { changePerson, createPerson, listChoices, readPerson, recordLeaving, recordReturn, type PersonInput } from './people.ts';
import { relationTo } from './relations.ts';
import { signIn } from './sign-in.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
const origin = 'https://academy.example.com';
let people: TestPeople;
let library: Library;
let count = 0;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
});
beforeEach(() => void count++);

const nothing = { email: '', personnelNumber: '', position: '', team: '', mentor: '', hiredOn: '' };
const typed = () => ({
	...nothing,
	name: '  Нова   Служителка ',
	email: ` Nova${count}@Example.com`,
	personnelNumber: `n-${count}`,
	position: 'clerk',
	team: `Екип ${count}`,
	mentor: people.mentor.id,
	hiredOn: '2026-11-16'
});
const create = (input: Partial<ReturnType<typeof typed>> & { id?: string } = {}, actor = people.hr) =>
	createPerson(db, library, actor, { ...typed(), id: v7(), locale: 'bg', origin, ...input }, now);
const problemsOf = (outcome: { code: string; problems?: object }) => (outcome.code === 'problems' ? outcome.problems : outcome);

describe('a new person', () => {
	test('has a position with its path, a team, a mentor and an invitation by mail in their language', async () => {
		const id = v7();
		expect(await create({ id })).toEqual({ code: 'created', id, mailed: true });
		expect(await readPerson(db, people.hr, id, now)).toMatchObject({
			name: 'Нова Служителка',
			email: `nova${count}@example.com`,
			personnelNumber: `N-${count}`,
			position: 'clerk',
			team: `Екип ${count}`,
			mentor: people.mentor.name,
			state: 'invited',
			hiredOn: '2026-11-16',
			roles: [],
			relation: 'other'
		});
		const courses = await db.select().from(enrolment).where(eq(enrolment.employeeId, id)).orderBy(asc(enrolment.place));
		expect(courses.map(({ course }) => course)).toEqual(['basics', 'advanced']);
		expect(courses[0]!.dueAt).not.toBeNull();
		expect(await relationTo(db, people.mentor, id)).toBe('mentee');
		expect(await relationTo(db, people.otherMentor, id)).toBe('other');

		const [mail] = await db.select().from(mailOutbox).where(eq(mailOutbox.employeeId, id));
		expect(mail!.subject).toContain('вашето обучение');
		const token = /\/invite\/([\w-]+)/.exec(mail!.plain)![1]!;
		expect(await readInvitation(db, token, now)).toMatchObject({ kind: 'person', name: 'Нова Служителка' });
		await acceptInvitation(db, null, { token, password: 'seven green bicycles', device: '' }, now);
		expect((await readPerson(db, people.hr, id, now))!.state).toBe('active');
	});

	test('without a mailbox gets no mail; HR makes a card', async () => {
		const outcome = await create({ email: '' });
		if (outcome.code !== 'created') throw new Error(outcome.code);
		expect(outcome.mailed).toBe(false);
		expect(await db.select().from(mailOutbox).where(eq(mailOutbox.employeeId, outcome.id))).toEqual([]);
		expect((await readPerson(db, people.hr, outcome.id, now))!.linkUntil).toBeNull();
		const made = await makePersonalLink(db, people.hr, { employeeId: outcome.id }, now);
		if (made.code !== 'made') throw new Error(made.code);
		expect((await readPerson(db, people.hr, outcome.id, now))!.linkUntil).toEqual(made.expiresAt);
		await acceptInvitation(db, null, { token: made.token, password: 'seven green bicycles', device: '' }, now);
		const login = { login: `n-${count}`, password: 'seven green bicycles', address: '192.0.2.1', device: '' };
		expect((await signIn(db, null, login, now)).code).toBe('signed-in');
	});

	test('sent ten times at once is one person with one invitation', async () => {
		const id = v7();
		const outcomes = await Promise.all(Array.from({ length: 10 }, () => create({ id })));
		expect(outcomes).toEqual(outcomes.map(() => ({ code: 'created', id, mailed: true })));
		expect(await db.select().from(mailOutbox).where(eq(mailOutbox.employeeId, id))).toHaveLength(1);
		expect(await db.select().from(oneTimeLink).where(eq(oneTimeLink.employeeId, id))).toHaveLength(1);
		expect(await db.select().from(positionAssignment).where(eq(positionAssignment.employeeId, id))).toHaveLength(1);
		expect(await db.select().from(team).where(eq(team.name, `Екип ${count}`))).toHaveLength(1);
	});

	test('with a taken e-mail or number is refused, also in a race', async () => {
		const outcomes = await Promise.all(Array.from({ length: 5 }, (_, i) => create({ personnelNumber: `r-${count}-${i}` })));
		expect(outcomes.filter(({ code }) => code === 'created')).toHaveLength(1);
		expect(problemsOf(outcomes.find(({ code }) => code === 'problems')!)).toEqual({ email: 'email-taken' });
		await create({ email: `other${count}@example.com` });
		expect(problemsOf(await create({ email: `third${count}@example.com` }))).toEqual({ personnelNumber: 'number-taken' });
	});

	test('is judged field by field', async () => {
		expect(problemsOf(await create({ name: ' ', email: 'no', personnelNumber: 'a b', position: 'pilot', hiredOn: '2026-02-30', mentor: v7() }))).toEqual({
			name: 'name-empty',
			email: 'email-wrong',
			personnelNumber: 'number-wrong',
			position: 'unknown',
			hiredOn: 'date-wrong',
			mentor: 'choice-unknown'
		});
		expect(problemsOf(await create({ name: 'a'.repeat(300), email: 'novа@example.com', personnelNumber: 'АB17', hiredOn: '0026-11-20' }))).toEqual({
			name: 'name-long',
			email: 'email-mixed',
			personnelNumber: 'number-mixed',
			hiredOn: 'date-year'
		});
		expect(problemsOf(await create({ email: '', personnelNumber: '' }))).toEqual({ email: 'no-address' });
		// Only mentors mentor, and nobody who has left.
		expect(problemsOf(await create({ mentor: people.learner.id }))).toEqual({ mentor: 'choice-unknown' });
		expect(problemsOf(await create({ mentor: 'nobody such' }))).toEqual({ mentor: 'choice-unknown' });
	});

	test('is invited by HR alone', async () => {
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
			expect(await create({}, actor)).toEqual({ code: 'forbidden' });
		}
	});
});

describe('a person', () => {
	test('is changed: history of position and mentor stays, links to an old e-mail end', async () => {
		const id = v7();
		await create({ id });
		const [mail] = await db.select().from(mailOutbox).where(eq(mailOutbox.employeeId, id));
		const token = /\/invite\/([\w-]+)/.exec(mail!.plain)![1]!;
		const later = new Date(now.getTime() + 1000);
		const change = { ...typed(), id, email: `moved${count}@example.com`, mentor: people.otherMentor.id, position: '', team: '' };
		expect(await changePerson(db, library, people.hr, change, later)).toEqual({ code: 'changed' });
		expect(await changePerson(db, library, people.hr, change, later)).toEqual({ code: 'changed' });
		expect(await readPerson(db, people.hr, id, later)).toMatchObject({
			email: `moved${count}@example.com`,
			position: null,
			team: null,
			mentorId: people.otherMentor.id
		});
		expect(await readInvitation(db, token, later)).toBeNull();
		const mentors = await db.select().from(mentorship).where(eq(mentorship.menteeId, id)).orderBy(asc(mentorship.since));
		expect(mentors.map(({ mentorId, until }) => [mentorId, until])).toEqual([
			[people.mentor.id, later],
			[people.otherMentor.id, null]
		]);
		// Nothing was begun: the courses of the position went with it.
		expect(await db.select().from(enrolment).where(eq(enrolment.employeeId, id))).toEqual([]);
	});

	test('is given another language until they have chosen one themselves', async () => {
		const id = v7();
		const page = { ...typed(), name: 'Нова Служителка', email: `nova${count}@example.com`, personnelNumber: `N-${count}` };
		await create({ id });
		const say = (locale: 'ru' | 'en' | null) => changePerson(db, library, people.hr, { ...page, id, was: page, locale }, now);
		const language = async () => (await readPerson(db, people.hr, id, now))!.locale;
		for (const _ of [1, 2]) expect(await say('ru')).toEqual({ code: 'changed' });
		expect(await language()).toBe('ru');
		expect(await changePerson(db, library, people.hr, { ...page, id, was: page }, now)).toEqual({ code: 'same' });
		const told = await db.select({ details: auditEvent.details }).from(auditEvent).where(and(eq(auditEvent.personId, id), eq(auditEvent.action, 'person.changed')));
		expect(told).toEqual([{ details: { fields: ['locale'] } }]);
		await db.update(employee).set({ passwordHash: 'x' }).where(eq(employee.id, id));
		await say('en');
		expect(await language()).toBe('ru');
		await db.update(employee).set({ locale: null }).where(eq(employee.id, id));
		await say('en');
		expect(await language()).toBe('en');
	});

	test('is changed by two at once: neither overwrites the other unseen', async () => {
		const id = v7();
		await create({ id });
		const stands = await readPerson(db, people.hr, id, now);
		const page = { name: stands!.name, email: stands!.email!, personnelNumber: stands!.personnelNumber ?? '', position: stands!.position ?? '', team: stands!.team ?? '', mentor: stands!.mentorId ?? '', hiredOn: stands!.hiredOn ?? '' };
		const change = (fields: Partial<typeof page>, seenAs = page) => changePerson(db, library, people.hr, { ...seenAs, ...fields, id, was: seenAs }, now);
		expect(await change({ name: 'Renamed Here' })).toEqual({ code: 'changed' });
		expect(await change({ personnelNumber: `ZW-${count}` })).toEqual({ code: 'changed' });
		expect(await readPerson(db, people.hr, id, now)).toMatchObject({ name: 'Renamed Here', personnelNumber: `ZW-${count}` });
		const both = await change({ name: 'Renamed There' });
		expect(both).toMatchObject({ code: 'problems', problems: { name: 'changed-meanwhile' }, meanwhile: { now: { name: 'Renamed Here' }, taken: {} } });
		expect(await change({ name: 'Renamed There' }, (both as { meanwhile: { now: typeof page } }).meanwhile.now)).toEqual({ code: 'changed' });
		expect(await readPerson(db, people.hr, id, now)).toMatchObject({ name: 'Renamed There', personnelNumber: `ZW-${count}` });
	});

	test('refused, the later save is told what the other wrote, and what it left alone it has as it stands now', async () => {
		const id = v7();
		await create({ id, mentor: people.mentor.id, personnelNumber: '', team: 'North' });
		const stands = (await readPerson(db, people.hr, id, now))!;
		const page = { name: stands.name, email: stands.email!, personnelNumber: '', position: stands.position ?? '', team: 'North', mentor: people.mentor.id, hiredOn: stands.hiredOn ?? '' };
		const send = (fields: Partial<PersonInput>, was: PersonInput) => changePerson(db, library, people.hr, { ...was, ...fields, id, was }, now);
		const others = { name: 'Renamed First', personnelNumber: `FIRST-${count}`, mentor: people.otherMentor.id };
		expect(await send(others, page)).toEqual({ code: 'changed' });
		const refused = await send({ name: 'Renamed Second', team: 'South' }, page);
		expect(refused).toEqual({
			code: 'problems',
			problems: { name: 'changed-meanwhile' },
			meanwhile: {
				now: { ...page, ...others },
				taken: { personnelNumber: others.personnelNumber, mentor: people.otherMentor.id },
				mentor: `${people.otherMentor.name} · ${people.otherMentor.email}`
			}
		});
		const { meanwhile } = refused as { meanwhile: { now: PersonInput; taken: Partial<PersonInput> } };
		// The form as the page has it then, saved once more.
		expect(await changePerson(db, library, people.hr, { ...page, name: 'Renamed Second', team: 'South', ...meanwhile.taken, id, was: meanwhile.now }, now)).toEqual({ code: 'changed' });
		expect(await readPerson(db, people.hr, id, now)).toMatchObject({ ...others, name: 'Renamed Second', team: 'South', mentor: people.otherMentor.name });
	});

	test('gets the mentor whose name is written, and keeps one whose field is as it was', async () => {
		const id = v7();
		await create({ id, mentor: '' });
		const { mentor, otherMentor, hr } = people;
		const page = async () => {
			const stands = (await readPerson(db, hr, id, now))!;
			return { name: stands.name, email: stands.email!, personnelNumber: stands.personnelNumber ?? '', position: stands.position ?? '', team: stands.team ?? '', mentor: stands.mentorId ?? '', hiredOn: stands.hiredOn ?? '' };
		};
		const send = async (fields: Partial<PersonInput>, was: PersonInput) => changePerson(db, library, hr, { ...was, ...fields, id, was }, now);
		const before = await page();
		expect(await send({ mentor: 'm' }, before)).toMatchObject({ code: 'problems', problems: { mentor: 'choice-several' }, fitting: [{ name: mentor.name }, { name: otherMentor.name }] });
		expect(await send({ mentor: mentor.name.toUpperCase() }, before)).toEqual({ code: 'changed' });
		const after = await page();
		expect(after.mentor).toBe(mentor.id);
		// Somebody else gives another mentor meanwhile; who left the field alone does not take that back.
		expect(await send({ mentor: otherMentor.id }, after)).toEqual({ code: 'changed' });
		expect(await send({ name: 'Renamed', mentor: `${mentor.name} · ${mentor.email}` }, after)).toEqual({ code: 'changed' });
		expect(await page()).toMatchObject({ name: 'Renamed', mentor: otherMentor.id });
	});

	test('as the page showed it is no change: nothing is written; sent twice, a change is one both times', async () => {
		const id = v7();
		await create({ id, name: 'Sent Back', team: 'North' });
		const { name, email, team: inTeam, hiredOn } = (await readPerson(db, people.hr, id, now))!;
		const was = { ...nothing, name, email: email!, team: inTeam!, hiredOn: hiredOn ?? '' };
		const told = () => db.$count(auditEvent, eq(auditEvent.personId, id));
		const before = await told();
		expect(await changePerson(db, library, people.hr, { ...was, id, was, seen: '' }, now)).toEqual({ code: 'same' });
		expect(await changePerson(db, library, people.hr, { ...was, name: ' Sent  Back ', id, was, seen: '' }, now)).toEqual({ code: 'same' });
		expect(await told()).toBe(before);
		for (const _ of [1, 2]) expect(await changePerson(db, library, people.hr, { ...was, name: 'Sent Anew', id, was, seen: '' }, now)).toEqual({ code: 'changed' });
		expect(await told()).toBe(before + 1);
		// Somebody else was quicker with another field: there is still nothing of one's own.
		expect(await changePerson(db, library, people.hr, { ...was, id, was, seen: '' }, now)).toEqual({ code: 'same' });
	});

	test('is not their own mentor, and is changed by HR alone', async () => {
		const { mentor, hr, learner } = people;
		const own = { ...nothing, name: mentor.name, email: mentor.email, mentor: mentor.id, id: mentor.id };
		expect(problemsOf(await changePerson(db, library, hr, own, now))).toEqual({ mentor: 'choice-unknown' });
		for (const actor of [learner, mentor, people.author, people.admin]) {
			expect(await changePerson(db, library, actor, { ...own, mentor: '', id: learner.id }, now)).toEqual({ code: 'missing' });
		}
		expect(await changePerson(db, library, hr, { ...own, id: 'no-id' }, now)).toEqual({ code: 'missing' });
	});

	test('who leaves is out at once: sessions, links, sign-in; and may come back', async () => {
		const person = await makePerson(db, now, { name: `Leaver ${count}` });
		const [row] = await db.select().from(employee).where(eq(employee.id, person.id));
		const token = (await startSession(db, { id: person.id, passwordHash: row!.passwordHash! }, '', now))!;
		const made = await makePersonalLink(db, people.hr, { employeeId: person.id }, now);
		const outcomes = await Promise.all(Array.from({ length: 5 }, () => recordLeaving(db, people.hr, person, now)));
		expect(outcomes).toEqual(outcomes.map(() => ({ code: 'left' })));
		expect(await readSession(db, token, now)).toBeNull();
		expect((await db.select().from(oneTimeLink).where(and(eq(oneTimeLink.employeeId, person.id), isNull(oneTimeLink.usedAt))))[0]!.expiresAt).toEqual(now);
		expect(made.code).toBe('made');
		const login = { login: person.email, password: testPassword, address: '192.0.2.2', device: '' };
		expect((await signIn(db, null, login, now)).code).toBe('wrong');
		expect((await readPerson(db, people.hr, person.id, now))!.state).toBe('left');
		expect(await recordReturn(db, library, people.hr, person, now)).toEqual({ code: 'back' });
		// The old session does not come back with them.
		expect(await readSession(db, token, now)).toBeNull();
		expect((await signIn(db, null, login, now)).code).toBe('signed-in');
	});

	test('who is away while their mentor leaves does not come back to a mentor who is gone', async () => {
		const [away, mentor] = [await makePerson(db, now, { name: `Away ${count}` }), await makePerson(db, now, { name: `Gone ${count}` })];
		await db.insert(mentorship).values({ mentorId: mentor.id, menteeId: away.id, since: now });
		await recordLeaving(db, people.hr, away, now);
		expect(await recordLeaving(db, people.hr, mentor, now)).toMatchObject({ code: 'left' });
		await recordReturn(db, library, people.hr, away, now);
		expect((await readPerson(db, people.hr, away.id, now))!.mentor).toBeNull();
	});

	test('leaves by HR’s word alone, never by their own; the last administrator stays', async () => {
		const { hr, learner, mentor, author, admin } = people;
		for (const actor of [learner, mentor, author, admin]) {
			expect(await recordLeaving(db, actor, { id: learner.id }, now)).toEqual({ code: 'missing' });
			expect(await recordReturn(db, library, actor, { id: people.leaver.id }, now)).toEqual({ code: 'missing' });
		}
		expect(await recordLeaving(db, hr, { id: hr.id }, now)).toEqual({ code: 'missing' });
		expect(await recordLeaving(db, hr, { id: admin.id }, now)).toEqual({ code: 'last-admin' });
	});

	test('is read by HR alone', async () => {
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
			expect(await readPerson(db, actor, people.learner.id, now)).toBeNull();
		}
		expect(await readPerson(db, people.hr, 'not-an-id', now)).toBeNull();
		expect(await readPerson(db, people.hr, v7(), now)).toBeNull();
	});
});

test('what the form offers is HR’s alone', async () => {
	for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
		expect(await listChoices(db, actor, now)).toEqual({ mentors: [], teams: [] });
	}
	expect((await listChoices(db, people.hr, now)).mentors?.map(({ name }) => name)).toEqual([people.mentor.name, people.otherMentor.name]);
});
