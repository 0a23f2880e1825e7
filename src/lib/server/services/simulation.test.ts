import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { makePeople, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { foreseeStart, type StartQuestion } from './simulation.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-28T09:00:00Z');
const question: StartQuestion = { start: '2026-12-01', counts: new Map([['clerk', 40], ['nobody-knows', 5]]), leave: [] };
let people: TestPeople;
let library: Library;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
});

test('forty people: their courses with dates, and what mentors will judge', async () => {
	const foreseen = (await foreseeStart(db, library, people.hr, question, 'en', now))!;
	expect(foreseen.positions.map(({ key, count }) => [key, count])).toEqual([['clerk', 40]]);
	const basics = foreseen.positions[0]!.courses.find(({ course }) => course === 'basics')!;
	expect(basics.dueOn > '2026-12-01').toBe(true);
	// A recording and an open answer of each; the call review is decided by the comparison.
	expect(basics.reviews).toBe(80);
	expect(foreseen.total).toBe(foreseen.positions[0]!.courses.reduce((sum, { reviews }) => sum + reviews, 0));
	expect(foreseen.weeks.reduce((sum, { total }) => sum + total, 0)).toBe(foreseen.total);
	expect(foreseen).toMatchObject({ waitingNow: 0, judgedWeekly: 0 });
	expect(foreseen.mentors).toBeGreaterThan(0);
});

test('is HR’s alone', async () => {
	for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
		expect(await foreseeStart(db, library, actor, question, 'en', now)).toBeNull();
	}
});
