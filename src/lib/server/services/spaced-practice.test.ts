import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fieldsOf, modelAnswer } from '../../core/questions/model-answer.ts';
import { arrange, showResponse } from '../../core/questions/kinds.ts';
import { seededRandom } from '../../core/questions/random.ts';
import { testDatabase } from '../db/testing.ts';
import { checkState, enrolment, evidence, lessonProgress, spacedAnswer, spacedCard } from '../db/schema/index.ts';
import { Library, readRelease } from '../library.ts';
import { enrolAsClerk, openTestLibrary } from '../testing-content.ts';
import { makePeople, makePerson, type TestPerson } from '../testing-people.ts';
import { answerPractice, readPractice } from './spaced-practice.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-10T08:00:00Z');
const days = (n: number) => new Date(now.getTime() + n * 86_400_000);
let library: Library;
let learner: TestPerson;
let count = 0;

beforeAll(async () => {
	await makePeople(db, now);
	library = await openTestLibrary(db, now);
});
beforeEach(async () => {
	learner = await makePerson(db, now, { name: `Learner ${++count}`, hiredOn: '2026-11-02' });
	await enrolAsClerk(db, library, learner.id, now);
});

const finish = (lesson: string, who = learner) =>
	db.insert(lessonProgress).values({ employeeId: who.id, lesson, openedAt: now, doneAt: now, doneRelease: library.current().id });
const read = (at = now, answer: string | null = null, who = learner) => readPractice(db, library, who, answer, 'en', at).then((view) => view!);

async function answer(exercise: string, number = 1, { right = true, unsure = false, at = now, who = learner } = {}) {
	const { hash } = library.current().exercise(exercise)!.exercise;
	const { question } = await library.itemOf(hash, 'question');
	const model = modelAnswer(question, 'en');
	if (!right) {
		if (model.kind === 'single') model.choice = 0;
		if (model.kind === 'number') model.text = '99';
		if (model.kind === 'ordering') model.order.reverse();
	}
	const order = arrange(question, seededRandom(`practice/${who.id}/${exercise}/${hash}/${number}`));
	const fields = new FormData();
	for (const [name, value] of fieldsOf(showResponse(question, order, model))) fields.append(name, value);
	return answerPractice(db, library, who, { exercise, number, release: library.current().id, unsure, fields }, at);
}
const cards = () => db.select().from(spacedCard).where(eq(spacedCard.employeeId, learner.id));
const answers = () => db.select().from(spacedAnswer).where(eq(spacedAnswer.employeeId, learner.id));

describe('what is asked', () => {
	it('nothing before a lesson is finished, nor of a lesson that is only open, nor without courses', async () => {
		expect(await read()).toMatchObject({ state: 'no-lesson', question: null, courses: [] });
		await db.insert(lessonProgress).values({ employeeId: learner.id, lesson: 'basics/greet', openedAt: now });
		expect(await read()).toMatchObject({ state: 'no-lesson' });
		const nobody = await makePerson(db, now, { name: 'Without courses' });
		expect(await read(now, null, nobody)).toMatchObject({ state: 'no-lesson' });
		await finish('basics/hold', nobody);
		expect(await read(now, null, nobody)).toMatchObject({ state: 'no-lesson' });
	});

	it('the questions of finished lessons, of no assessment, with nothing of the key', async () => {
		await finish('basics/greet');
		await finish('basics/exam');
		const view = await read();
		expect(view).toMatchObject({ state: 'open', day: { answered: 0, left: 2 }, question: { exercise: 'basics/greet/name-first', number: 1 } });
		expect(view.courses).toMatchObject([{ key: 'basics', counts: { new: 2, due: 0, fading: 0, fresh: 0 } }]);
		expect(JSON.stringify(view)).not.toContain('SECRET');
		// The same again after a reload.
		expect((await read()).question).toEqual(view.question);
	});

	it('an assessment alone asks nothing here', async () => {
		await finish('basics/exam');
		expect(await read()).toMatchObject({ state: 'no-question', question: null });
	});

	it('a question that left the content falls out quietly, and one whose course was taken away', async () => {
		await finish('basics/greet');
		const given = await answer('basics/greet/name-first');
		const academy = structuredClone(library.current().academy);
		for (const lesson of academy.courses.flatMap((course) => course.lessons)) if (lesson.name === 'basics/greet') lesson.exercises = [];
		const without = Object.assign(new Library(db), { current: () => readRelease(library.current().id, 9, academy) });
		const id = given.code === 'answered' ? given.id : '';
		const rings = { exercise: 'basics/greet/rings', number: 1, release: library.current().id, unsure: false, fields: new FormData() };
		expect(await answerPractice(db, Object.assign(without, { exerciseIn: library.exerciseIn.bind(library) }), learner, rings, now)).toEqual({ code: 'not-now' });
		expect(await readPractice(db, without, learner, id, 'en', now)).toMatchObject({ state: 'no-question', answer: null, courses: [] });
		expect(await cards()).toHaveLength(1);
		await db.delete(enrolment).where(eq(enrolment.employeeId, learner.id));
		expect(await read()).toMatchObject({ state: 'no-lesson' });
		expect(await answer('basics/greet/rings')).toEqual({ code: 'missing' });
	});
});

describe('an answer', () => {
	beforeEach(() => finish('basics/greet'));

	it('right: told with its explanation and where to read; the next one is asked, then that is all', async () => {
		const first = await answer('basics/greet/name-first');
		if (first.code !== 'answered') throw new Error(first.code);
		const view = await read(now, first.id);
		expect(view.answer).toMatchObject({
			exercise: 'basics/greet/name-first',
			rating: 'good',
			feedback: { right: true },
			lesson: { href: '/learn/basics/greet' },
			clauses: [{ href: '/handbook/phone#greeting' }]
		});
		expect(view.answer!.dueAt).toEqual(days(3));
		expect(JSON.stringify(view.answer)).toContain('SECRET-EXPLANATION-4824');
		expect(JSON.stringify(view.question)).not.toContain('SECRET');
		expect(view).toMatchObject({ day: { answered: 1, left: 1 }, question: { exercise: 'basics/greet/rings' } });
		await answer('basics/greet/rings', 1, { unsure: true });
		expect(await read()).toMatchObject({ state: 'done', question: null, day: { answered: 2, left: 0, week: 2 } });
		expect(await answers()).toMatchObject([{ rating: 'good' }, { rating: 'hard' }]);
	});

	it('wrong: the right answer is told, and it comes back the next day in another order', async () => {
		const first = await answer('basics/greet/name-first', 1, { right: false });
		const view = await read(now, first.code === 'answered' ? first.id : '');
		expect(view.answer).toMatchObject({ rating: 'again', feedback: { right: false, answer: [expect.any(String)] }, dueAt: days(1) });
		expect(view.question?.exercise).toBe('basics/greet/rings');
		expect(await read(days(1))).toMatchObject({ question: { exercise: 'basics/greet/name-first', number: 2 }, day: { answered: 0, left: 2 } });
		expect(await answer('basics/greet/name-first', 2, { at: days(1) })).toMatchObject({ code: 'answered' });
		expect((await cards())[0]).toMatchObject({ reps: 2, lastAt: days(1) });
	});

	it('nothing given is said, and writes nothing', async () => {
		const input = { exercise: 'basics/greet/rings', number: 1, release: library.current().id, unsure: false };
		expect(await answerPractice(db, library, learner, { ...input, fields: new FormData() }, now)).toMatchObject({ code: 'invalid', problem: 'empty' });
		expect(await cards()).toEqual([]);
	});

	it('before its day, or of another showing: not now, and writes nothing', async () => {
		expect(await answer('basics/greet/rings', 2)).toEqual({ code: 'not-now' });
		expect(await cards()).toEqual([]);
		await answer('basics/greet/rings');
		expect(await answer('basics/greet/rings', 2)).toEqual({ code: 'not-now' });
		expect(await answers()).toHaveLength(1);
	});

	it('questions of assessments and what is no question are not asked; of lessons not finished and of nothing, not found', async () => {
		await finish('basics/exam');
		const exam = library.current().lesson('basics/exam')!.lesson.exercises[0]!.name;
		expect(await answer(exam)).toEqual({ code: 'not-now' });
		expect(await answer('basics/hold/hold-steps')).toEqual({ code: 'missing' });
		const input = { number: 1, release: library.current().id, unsure: false, fields: new FormData() };
		expect(await answerPractice(db, library, learner, { ...input, exercise: 'no/such/one' }, now)).toEqual({ code: 'missing' });
		expect(await answerPractice(db, library, learner, { ...input, exercise: 'basics/greet/basics-standard' }, now)).toEqual({ code: 'not-now' });
		expect(await answers()).toEqual([]);
	});

	it('20 at once are one answer, the same and different ones', async () => {
		const same = await Promise.all(Array.from({ length: 20 }, () => answer('basics/greet/rings')));
		const others = await Promise.all(Array.from({ length: 20 }, (_, i) => answer('basics/greet/name-first', 1, { right: i % 2 === 0 })));
		expect(same.every((one) => one.code === 'answered' && !one.other)).toBe(true);
		expect(others.some((one) => one.code === 'answered' && one.other)).toBe(true);
		for (const all of [same, others]) expect(new Set(all.map((one) => (one.code === 'answered' ? one.id : one.code))).size).toBe(1);
		expect(await answers()).toHaveLength(2);
		expect((await cards()).map(({ reps }) => reps)).toEqual([1, 1]);
	});

	it('no more than the day allows, however many come at once: five first askings, twelve in all', async () => {
		// The lesson with a question many times over.
		const academy = structuredClone(library.current().academy);
		const lesson = academy.courses.flatMap((course) => course.lessons).find(({ name }) => name === 'basics/greet')!;
		const rings = lesson.exercises.find(({ name }) => name === 'basics/greet/rings')!;
		const names = Array.from({ length: 20 }, (_, i) => `basics/greet/rings-${i}`);
		lesson.exercises = names.map((name) => ({ ...rings, name }));
		const many = readRelease(library.current().id, 9, academy);
		const wide = Object.assign(new Library(db), { current: () => many, exerciseIn: async () => rings.hash });
		const fields = new FormData();
		const { question } = await library.itemOf(rings.hash, 'question');
		for (const [name, value] of fieldsOf(showResponse(question, arrange(question, () => 0.5), modelAnswer(question, 'en')))) fields.append(name, value);
		const all = (list: string[], number: number, at: Date) =>
			Promise.all(list.map((exercise) => answerPractice(db, wide, learner, { exercise, number, release: many.id, unsure: false, fields }, at)));
		const effects = (outcomes: { code: string }[]) => outcomes.filter(({ code }) => code === 'answered').length;

		expect(effects(await all(names, 1, now))).toBe(5);
		expect(await readPractice(db, wide, learner, null, 'en', now)).toMatchObject({ state: 'done', day: { answered: 5, left: 0 } });
		// Twenty that have come back long ago.
		await db.delete(spacedAnswer).where(eq(spacedAnswer.employeeId, learner.id));
		await db.delete(spacedCard).where(eq(spacedCard.employeeId, learner.id));
		const old = { employeeId: learner.id, reps: 1, lapses: 0, stability: 3, difficulty: 5, dueAt: now, lastAt: days(-3) };
		await db.insert(spacedCard).values(names.map((exercise) => ({ ...old, exercise })));
		expect(effects(await all(names, 2, days(9)))).toBe(12);
		expect(await readPractice(db, wide, learner, null, 'en', days(9))).toMatchObject({ state: 'done', day: { answered: 12, left: 0, tomorrow: 8 } });
	});

	it('is its giver’s alone, and touches neither progress nor evidence', async () => {
		const given = await answer('basics/greet/rings', 1, { right: false });
		const other = await makePerson(db, now, { name: 'Somebody else' });
		expect((await read(now, given.code === 'answered' ? given.id : '', other)).answer).toBeNull();
		expect((await read(now, 'no-id')).answer).toBeNull();
		expect(await db.select().from(checkState).where(eq(checkState.employeeId, learner.id))).toEqual([]);
		expect(await db.select().from(evidence).where(eq(evidence.employeeId, learner.id))).toEqual([]);
	});
});
