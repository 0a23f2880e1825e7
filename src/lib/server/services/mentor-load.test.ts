import { eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { deskItem, employee, item, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { makePeople, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { readMentorLoad, type LoadFilter } from './mentor-load.ts';

const { db } = await testDatabase();
/** A Friday. */
const now = new Date('2026-11-20T09:00:00Z');
const at = (day: string) => new Date(`2026-${day}T12:00:00Z`);
let library: Library;
let people: TestPeople;
let hash: string;
let number = 0;

async function work(person: { id: string }, since: string, decided: { on: string; by: { id: string } } | null = null, kind = 'open') {
	const [made] = await db
		.insert(submission)
		.values({
			...{ employeeId: person.id, exercise: `basics/practice/${++number}`, kind, number: 1, itemHash: hash, clientKey: crypto.randomUUID(), startedAt: at(since), submittedAt: at(since) },
			...(decided ? { state: 'accepted', decidedAt: at(decided.on), decidedBy: decided.by.id } : { state: 'waiting' })
		})
		.returning({ id: submission.id });
	await db.insert(deskItem).values({
		...{ kind, employeeId: person.id, submissionId: made!.id, round: 1, waitingSince: at(since) },
		...(decided ? { finishedAt: at(decided.on), finishedBy: decided.by.id } : {})
	});
}

/** The four weeks begin on 26 October, 2, 9 and 16 November. */
beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	hash = (await db.select({ hash: item.hash }).from(item).limit(1))[0]!.hash;
	const { learner, teamLearner, otherLearner, leaver, mentor, otherMentor } = people;
	// Decided before: told of nowhere.
	await work(learner, '10-12', { on: '10-13', by: mentor });
	// Waited when the weeks began, decided on the first Monday: Thursday to Monday is two working days.
	await work(learner, '10-22', { on: '10-26', by: mentor });
	// Same day; over the weekend one; Monday to Friday four.
	await work(learner, '11-04', { on: '11-04', by: mentor });
	await work(learner, '11-06', { on: '11-07', by: mentor }, 'recording');
	await work(otherLearner, '11-09', { on: '11-13', by: mentor });
	await work(otherLearner, '11-13', { on: '11-16', by: otherMentor });
	// Waiting.
	await work(learner, '10-21');
	await work(learner, '11-18');
	await work(otherLearner, '11-19', null, 'recording');
	await work(teamLearner, '11-17');
	// Left: waits no longer.
	await work(leaver, '11-02');
});

const read = (filter: Partial<LoadFilter> = {}, actor = people.hr) => readMentorLoad(db, library, actor, { kind: null, team: '', weeks: 4, ...filter }, now);

test('is HR’s alone', async () => {
	for (const actor of [people.learner, people.mentor, people.author, people.admin]) expect(await read({}, actor)).toBeNull();
});

test('weeks as reckoned by hand', async () => {
	const { weeks, before } = (await read())!;
	expect(before).toBe(2);
	expect(weeks).toEqual([
		{ from: '2026-10-26', cameIn: 0, decided: 1, waiting: 1 },
		{ from: '2026-11-02', cameIn: 2, decided: 2, waiting: 1 },
		{ from: '2026-11-09', cameIn: 2, decided: 1, waiting: 2 },
		{ from: '2026-11-16', cameIn: 3, decided: 1, waiting: 4 }
	]);
});

test('mentors as reckoned by hand', async () => {
	const { all, mentors } = (await read())!;
	const { mentor, otherMentor } = people;
	expect(mentors).toEqual([
		// 0, 0 (a Saturday is no working day), 2 and 4 days.
		{ mentor: { id: mentor.id, name: mentor.name }, decided: 4, half: 0, most: 4, waiting: 2, oldest: at('10-21'), oldestDays: 22 },
		// The team's mentor may judge it, but nobody is this person's own.
		{ mentor: null, decided: 0, half: null, most: null, waiting: 1, oldest: at('11-17'), oldestDays: 3 },
		{ mentor: { id: otherMentor.id, name: otherMentor.name }, decided: 1, half: 1, most: 1, waiting: 1, oldest: at('11-19'), oldestDays: 1 }
	]);
	expect(all).toEqual({ decided: 5, half: 1, most: 4, waiting: 4, oldest: at('10-21'), oldestDays: 22 });
});

test('by kind, team and weeks', async () => {
	expect(await read({ kind: 'recording' })).toMatchObject({ before: 0, all: { decided: 1, waiting: 1 } });
	expect(await read({ kind: 'dispute' })).toMatchObject({ before: 0, all: { decided: 0, half: null, waiting: 0, oldest: null }, mentors: [] });
	const team = (await read({ team: 'PHONE team' }))!;
	expect(team.mentors).toMatchObject([{ mentor: null, waiting: 1 }]);
	expect(team.weeks.map(({ waiting }) => waiting)).toEqual([0, 0, 0, 1]);
	expect((await read({ team: 'No such team' }))!.mentors).toEqual([]);
	const longer = (await read({ weeks: 12 }))!;
	expect(longer.weeks).toHaveLength(12);
	expect(longer).toMatchObject({ before: 0, all: { decided: 6 } });
	expect(longer.weeks.at(-1)!.waiting).toBe(4);
});

test('what waited more than a year is told as a year', async () => {
	await work(people.learner, '11-01', { on: '11-03', by: people.mentor });
	await db.update(deskItem).set({ waitingSince: new Date('2020-01-01T12:00:00Z') }).where(eq(deskItem.finishedAt, at('11-03')));
	const { most } = (await read({ weeks: 4 }))!.all;
	expect(most).toBeGreaterThan(230);
	expect(most).toBeLessThan(275);
	await db.update(employee).set({ leftAt: now }).where(eq(employee.id, people.otherLearner.id));
	expect((await read())!.all.waiting).toBe(3);
});
