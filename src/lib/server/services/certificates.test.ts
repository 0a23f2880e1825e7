import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { certificate, employee, enrolment, renewal } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { makeClerk, openTestLibrary } from '../testing-content.ts';
import { makePeople, type TestPeople, type TestPerson } from '../testing-people.ts';
import { certificateOf, checkCertificate, chooseShown, issueMissing, issueOnCompletion, listCertificates, restoreCertificate, revokeCertificate } from './certificates.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
let people: TestPeople;
let library: Library;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
});

const completed = (at: Date) => ({ completedAt: at, completedRelease: library.current().id });
const completeCourse = (person: TestPerson, course: string, at = now) =>
	db.update(enrolment).set(completed(at)).where(and(eq(enrolment.employeeId, person.id), eq(enrolment.course, course)));
const completeAll = (person: TestPerson, at = now) =>
	db.update(enrolment).set(completed(at)).where(eq(enrolment.employeeId, person.id));
const list = (person: TestPerson) => listCertificates(db, library, person.id, 'en');
let places = 0;
/** Another visitor each time, so that nobody is throttled by another test. */
const check = (number: string, actor: TestPerson | null = null, address = `192.0.2.${++places}`) => checkCertificate(db, library, actor, number, address, now);
async function certified(): Promise<{ person: TestPerson; number: string }> {
	const person = await makeClerk(db, library, now);
	await completeCourse(person, 'basics');
	await issueOnCompletion(db, library.current(), person.id, 'basics', now);
	return { person, number: (await list(person))[0]!.number };
}

describe('a certificate', () => {
	test('is issued once for a course, however often and at once it is asked for', async () => {
		const { person, number } = await certified();
		await Promise.all(Array.from({ length: 5 }, () => issueOnCompletion(db, library.current(), person.id, 'basics', new Date(now.getTime() + 1000))));
		expect(await list(person)).toMatchObject([{ number, kind: 'course', subject: 'basics', completedAt: now, revokedAt: null }]);
		expect(await certificateOf(db, person, 'basics')).toBe(number);
		expect(await certificateOf(db, people.hr, 'basics')).toBeNull();
	});

	test('of the path follows when the last mandatory course is done', async () => {
		const { person } = await certified();
		await completeAll(person);
		await issueOnCompletion(db, library.current(), person.id, 'advanced', now);
		expect((await list(person)).map(({ kind, subject }) => `${kind} ${subject}`).sort()).toEqual(['course advanced', 'course basics', 'path clerk']);
	});

	test('is issued for what was completed before there were any, in parts, and never twice', async () => {
		const earlier = await Promise.all(Array.from({ length: 3 }, () => makeClerk(db, library, now)));
		const before = new Date('2026-05-04T10:00:00Z');
		for (const one of earlier) await completeAll(one, before);
		expect(await issueMissing(db, library.current(), now)).toBeGreaterThanOrEqual(9);
		expect(await issueMissing(db, library.current(), now)).toBe(0);
		for (const one of earlier) {
			const own = await list(one);
			expect(own).toHaveLength(3);
			expect(own.every(({ completedAt }) => completedAt.getTime() === before.getTime())).toBe(true);
		}
	});

	test('of a course that is valid for a time says until when, also when it has run out, and is valid again once it is renewed', async () => {
		const course = library.current().course('basics')!;
		course.validity = 30;
		const { person, number } = await certified();
		const found = async () => {
			const outcome = await check(number);
			if (outcome.code !== 'found') throw new Error(outcome.code);
			const { completedAt, renewedAt, validUntil, revokedAt } = outcome.checked;
			// The lists say the same.
			expect(await list(person)).toMatchObject([{ completedAt, validUntil, revokedAt }]);
			return { completedAt, renewedAt, validUntil, revokedAt };
		};
		const first = { completedAt: now, renewedAt: null, validUntil: new Date('2026-12-22T21:59:59Z'), revokedAt: null };
		expect(await found()).toEqual(first);
		const round = { employeeId: person.id, course: 'basics', round: 1, mandatory: true, countedFrom: '2026-11-22', days: 30, openedAt: now, dueAt: first.validUntil };
		await db.insert(renewal).values(round);
		course.validity = 60;
		// What is asked for keeps its days.
		expect(await found()).toEqual(first);
		const renewedAt = new Date('2026-12-10T10:00:00Z');
		await db.update(renewal).set({ completedAt: renewedAt, completedRelease: library.current().id, renewedFrom: '2026-12-22' }).where(eq(renewal.employeeId, person.id));
		expect(await found()).toEqual({ ...first, renewedAt, validUntil: new Date('2027-02-20T21:59:59Z') });
		course.validity = null;
		expect(await found()).toMatchObject({ validUntil: null });
	});

	test('tells a visitor what its holder allows, and nothing more', async () => {
		const { person, number } = await certified();
		await db.update(employee).set({ name: 'Вера Нова' }).where(eq(employee.id, person.id));
		const found = async () => {
			const outcome = await check(number.toLowerCase());
			if (outcome.code !== 'found') throw new Error(outcome.code);
			expect(outcome.own).toBeNull();
			return outcome.checked.holder;
		};
		expect(await found()).toBeNull();
		expect(await chooseShown(db, person, { number, shows: 'initials' })).toEqual({ code: 'saved' });
		expect(await found()).toBe('В. Н.');
		await chooseShown(db, person, { number, shows: 'name' });
		expect(await found()).toBe('Вера Нова');
		for (const other of [people.hr, people.mentor, people.otherLearner, people.admin]) {
			expect(await chooseShown(db, other, { number, shows: 'nothing' })).toEqual({ code: 'missing' });
		}
		for (const other of [people.mentor, people.otherLearner, people.admin, people.author]) {
			expect(await check(number, other)).toMatchObject({ code: 'found', own: null });
		}
		expect(await check(number, people.hr)).toMatchObject({ own: { name: 'Вера Нова', mayChoose: false, mayRevoke: true } });
		expect(await check(number, person)).toMatchObject({ own: { mayChoose: true, mayRevoke: false } });
	});

	test('is revoked by HR with a reason, never by its holder, and made valid again', async () => {
		const { person, number } = await certified();
		expect(await revokeCertificate(db, people.hr, { number, reason: ' ' }, now)).toEqual({ code: 'problems', problems: { reason: 'empty' } });
		for (const other of [people.mentor, people.admin, people.learner, { ...person, roles: ['learner', 'hr'] as const }]) {
			expect(await revokeCertificate(db, other, { number, reason: 'No.' }, now)).toEqual({ code: 'missing' });
		}
		const both = await Promise.all(['Copied answers.', 'Another.'].map((reason) => revokeCertificate(db, people.hr, { number, reason }, now)));
		expect(both).toEqual([{ code: 'revoked' }, { code: 'revoked' }]);
		const outcome = await check(number);
		expect(outcome).toMatchObject({ checked: { revokedAt: now } });
		expect(JSON.stringify(outcome)).not.toMatch(/Copied|Another/);
		const courses = await db.select().from(enrolment).where(eq(enrolment.employeeId, person.id));
		expect(courses.find(({ course }) => course === 'basics')!.completedAt).toEqual(now);
		expect(await restoreCertificate(db, person, { number }, now)).toEqual({ code: 'missing' });
		expect(await restoreCertificate(db, people.hr, { number }, now)).toEqual({ code: 'valid' });
		expect(await check(number)).toMatchObject({ checked: { revokedAt: null } });
	});

	test('whose number is guessed: nothing is told, and after thirty wrong ones from one network nothing at all', async () => {
		const { number } = await certified();
		const wrong = () => check('0000-0000-0000-0000', null, '198.51.100.7');
		for (let i = 0; i < 30; i++) expect(await wrong()).toEqual({ code: 'unknown' });
		expect((await wrong()).code).toBe('throttled');
		expect((await check(number, null, '198.51.100.7')).code).toBe('throttled');
		expect((await check(number)).code).toBe('found');
		expect((await db.select().from(certificate)).every((row) => row.number.length === 16)).toBe(true);
	});
});
