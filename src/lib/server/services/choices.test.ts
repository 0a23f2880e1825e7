import { eq } from 'drizzle-orm';
import { v7 } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import { employee, mentorship, roleGrant, team } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { choose, offerChoices, readChosen, suggestChoices } from './choices.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
let people: TestPeople;
let namesake: string;

beforeAll(async () => {
	people = await makePeople(db, now);
});

const namesOf = (choices: { name: string }[] | null) => choices?.map(({ name }) => name);

describe('a few', () => {
	test('are offered by name; of mentors, who can be one', async () => {
		const left = await makePerson(db, now, { name: 'Left Mentor', roles: ['mentor'] });
		await db.update(employee).set({ leftAt: now }).where(eq(employee.id, left.id));
		expect(namesOf(await offerChoices(db, people.hr, 'mentor', now))).toEqual([people.mentor.name, people.otherMentor.name]);
		expect(await offerChoices(db, people.hr, 'team', now)).toEqual([{ id: people.teamId, name: 'Phone team', written: 'Phone team' }]);
		await db.update(roleGrant).set({ withdrawnAt: now }).where(eq(roleGrant.employeeId, left.id));
	});

	test('people are looked for by mentors who are, or still have somebody', async () => {
		const former = await makePerson(db, now, { name: 'Former Mentor' });
		await db.insert(mentorship).values({ mentorId: former.id, menteeId: people.author.id, since: now });
		expect(namesOf(await offerChoices(db, people.hr, 'mentoring', now))).toEqual(['Former Mentor', people.mentor.name, people.otherMentor.name]);
		expect(await choose(db, people.hr, 'mentoring', 'former')).toMatchObject({ code: 'chosen', choice: { id: former.id } });
		expect(await choose(db, people.hr, 'mentor', 'former')).toEqual({ code: 'choice-unknown', fitting: [] });
		expect(await choose(db, people.hr, 'mentor', former.id)).toEqual({ code: 'choice-unknown', fitting: [] });
		expect(await choose(db, people.hr, 'mentoring', former.id)).toMatchObject({ code: 'chosen' });
	});

	test('are HR’s alone', async () => {
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
			for (const kind of ['mentor', 'mentoring', 'team'] as const) {
				expect(await offerChoices(db, actor, kind, now)).toEqual([]);
				expect(await suggestChoices(db, actor, kind, 'M')).toEqual([]);
			}
			expect(await choose(db, actor, 'mentor', people.mentor.id)).toEqual({ code: 'choice-unknown', fitting: [] });
		}
	});
});

describe('many', () => {
	beforeAll(async () => {
		for (let n = 1; n <= 51; n++) {
			const person = await makePerson(db, now, { name: n <= 2 ? 'Żaneta Wiśniewska' : `Crowd Mentor ${n}`, email: `crowd-${n}@example.com`, roles: ['mentor'] });
			if (n === 2) namesake = person.id;
		}
		await db.insert(team).values(Array.from({ length: 51 }, (_, n) => ({ id: v7(), name: `Store ${n + 1}` })));
	});

	test('are not offered', async () => {
		for (const kind of ['mentor', 'mentoring', 'team'] as const) expect(await offerChoices(db, people.hr, kind, now)).toBeNull();
	});

	test('one is named by a part that fits one alone, whatever the case and the marks above letters', async () => {
		for (const written of ['mentor 51', 'CROWD-51@', '51 crowd']) {
			expect(await choose(db, people.hr, 'mentor', written), written).toMatchObject({ code: 'chosen', choice: { name: 'Crowd Mentor 51' } });
		}
		expect(await choose(db, people.hr, 'team', 'store 51')).toMatchObject({ code: 'chosen', choice: { name: 'Store 51' } });
	});

	test('two of one name are told apart by their address, and one of them is named by it', async () => {
		const several = await choose(db, people.hr, 'mentor', 'zaneta');
		expect(several).toMatchObject({ code: 'choice-several', fitting: [{ written: 'Żaneta Wiśniewska · crowd-1@example.com' }, { written: 'Żaneta Wiśniewska · crowd-2@example.com' }] });
		expect(await suggestChoices(db, people.hr, 'mentor', 'zaneta')).toEqual(['Żaneta Wiśniewska · crowd-1@example.com', 'Żaneta Wiśniewska · crowd-2@example.com']);
		expect(await choose(db, people.hr, 'mentor', 'Żaneta Wiśniewska · crowd-2@example.com')).toMatchObject({ code: 'chosen', choice: { id: namesake } });
	});

	test('whoever is named in full is meant, though it is a part of many', async () => {
		expect(await choose(db, people.hr, 'team', 'Store 1')).toMatchObject({ code: 'chosen', choice: { name: 'Store 1' } });
		expect(await choose(db, people.hr, 'mentor', 'Crowd Mentor 4')).toMatchObject({ code: 'chosen', choice: { name: 'Crowd Mentor 4' } });
	});

	test('too many fit, or nobody', async () => {
		expect(await choose(db, people.hr, 'mentor', 'crowd')).toEqual({ code: 'choice-many', fitting: [] });
		expect(await suggestChoices(db, people.hr, 'mentor', 'crowd')).toHaveLength(20);
		for (const nobody of ['?', '', '100%', "'; drop table employee; --", '\\', 'mentor żaneta']) {
			expect(await choose(db, people.hr, 'mentor', nobody), nobody).toEqual({ code: 'choice-unknown', fitting: [] });
		}
	});

	test('what an address says is read for its field', async () => {
		const nothing = { id: null, written: '', problem: null, fitting: [] };
		expect(await readChosen(db, people.hr, 'mentor', null)).toEqual(nothing);
		expect(await readChosen(db, people.hr, 'mentor', '')).toEqual(nothing);
		expect(await readChosen(db, people.hr, 'mentor', 'none')).toEqual({ ...nothing, id: 'none', written: 'none' });
		expect(await readChosen(db, people.hr, 'mentor', namesake)).toEqual({ ...nothing, id: namesake, written: 'Żaneta Wiśniewska · crowd-2@example.com' });
		expect(await readChosen(db, people.hr, 'mentor', 'nobody at all')).toEqual({ ...nothing, written: 'nobody at all', problem: 'choice-unknown' });
	});
});
