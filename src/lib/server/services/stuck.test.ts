import { and, eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { checkState, employee, enrolment, lessonProgress, mentorship, release } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { enrolAsClerk } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { listStanding, readStuck, type StepKind, type StuckFilter } from './stuck.ts';

const { db } = await testDatabase();
const start = new Date('2026-11-02T08:00:00Z');
const now = new Date('2026-11-20T09:00:00Z');
const at = (day: string) => new Date(`2026-${day}T12:00:00Z`);
let library: Library;
let people: TestPeople;
let releaseId: string;

/** Given the course on 2 November; done are the first so many lessons of `basics`, on these days. */
async function clerk(name: string, done: string[] = [], given: { met?: boolean; teamId?: string } = {}) {
	const person = await makePerson(db, start, { name, teamId: given.teamId ?? null });
	await enrolAsClerk(db, library, person.id, start);
	await db.update(enrolment).set({ assignedOn: '2026-11-02' }).where(eq(enrolment.employeeId, person.id));
	const { lessons } = library.current().course('basics')!;
	for (const [nth, day] of done.entries()) {
		await db.insert(lessonProgress).values({ employeeId: person.id, lesson: lessons[nth]!.name, openedAt: at(day), doneAt: at(day), doneRelease: releaseId });
	}
	if (given.met) {
		const judged = lessons.flatMap(({ exercises }) => exercises.filter((one) => one.judged && !one.optional));
		for (const { name: exercise, hash } of judged) {
			await db.insert(checkState).values({ employeeId: person.id, exercise, tries: 1, wrong: 0, done: 'submitted', doneAt: start, metAt: start, itemHash: hash });
		}
	}
	return person;
}

/** Lessons of `basics`: greet, practice (judged), hold, exam. */
beforeAll(async () => {
	people = await makePeople(db, start);
	library = await openPracticeLibrary(db, start);
	releaseId = (await db.select({ id: release.id }).from(release))[0]!.id;
	// At the first lesson for 18 days, and for 18 days although another looks at it, and one whose course comes later.
	await clerk('Anna', [], { teamId: people.teamId });
	await clerk('Boris');
	await db.update(enrolment).set({ assignedOn: '2026-12-01' }).where(eq(enrolment.employeeId, (await clerk('Later')).id));
	// At the exam since 10 and 16 November: 10 and 4 days.
	const mila = await clerk('Mila', ['11-03', '11-04', '11-10']);
	await db.insert(mentorship).values({ mentorId: people.mentor.id, menteeId: mila.id, since: start });
	await clerk('Nora', ['11-03', '11-04', '11-16']);
	await clerk('Oskar', ['11-03', '11-04', '11-15']);
	// Everything is done, nothing is judged: at the work since 17 November.
	await clerk('Petar', ['11-03', '11-04', '11-05', '11-17']);
	// The first course is completed: at the second one.
	const vera = await clerk('Vera', ['11-03', '11-04', '11-05', '11-18'], { met: true });
	await db
		.update(enrolment)
		.set({ completedAt: at('11-18'), completedRelease: releaseId })
		.where(and(eq(enrolment.employeeId, vera.id), eq(enrolment.course, 'basics')));
	const gone = await clerk('Gone');
	await db.update(employee).set({ leftAt: now }).where(eq(employee.id, gone.id));
});

const read = (filter: Partial<StuckFilter> = {}, actor = people.hr) => readStuck(db, library, actor, { position: null, team: '', ...filter }, 'en', now);
const list = (kind: StepKind, lesson: string, limit = 50, offset = 0, actor = people.hr) =>
	listStanding(db, library, actor, { kind, lesson, filter: { position: null, team: '' } }, { limit, offset }, 'en', now);

test('is HR’s alone', async () => {
	for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
		expect(await read({}, actor)).toBeNull();
		expect(await list('lesson', 'basics/greet', 50, 0, actor)).toBeNull();
	}
});

test('places as reckoned by hand', async () => {
	const { steps, people: all } = (await read())!;
	const { lessons } = library.current().course('basics')!;
	expect(lessons.map(({ key }) => key)).toEqual(['greet', 'practice', 'hold', 'exam']);
	expect(all).toBe(7);
	expect(steps.map(({ kind, lesson, people, half, most }) => [kind, lesson, people, half, most])).toEqual([
		['assessment', 'basics/exam', 3, 5, 10],
		['lesson', 'basics/greet', 2, 18, 18],
		['work', 'basics/practice', 1, 3, 3],
		['lesson', library.current().course('advanced')!.lessons[0]!.name, 1, 2, 2]
	]);
});

test('by team and position', async () => {
	expect((await read({ team: 'phone TEAM' }))!.steps).toMatchObject([{ lesson: 'basics/greet', people: 1 }]);
	expect((await read({ team: 'None' }))!).toMatchObject({ steps: [], people: 0 });
	expect((await read({ position: 'clerk' }))!.people).toBe(7);
	expect((await read({ position: 'king' }))!.people).toBe(0);
});

test('who stands there, longest first, page by page', async () => {
	const first = (await list('assessment', 'basics/exam', 2))!;
	expect(first.people.map(({ name, days, mentor }) => [name, days, mentor])).toEqual([
		['Mila', 10, people.mentor.name],
		['Oskar', 5, null]
	]);
	expect(first.more).toBe(true);
	expect(await list('assessment', 'basics/exam', 2, 2)).toMatchObject({ more: false, people: [{ name: 'Nora', since: at('11-16') }] });
	expect(await list('work', 'basics/practice')).toMatchObject({ people: [{ name: 'Petar' }] });
	expect(await list('lesson', 'no/such')).toBeNull();
});
