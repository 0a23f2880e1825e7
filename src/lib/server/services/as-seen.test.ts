import { and, eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { attempt, enrolment, evidence, lessonProgress, mentorship, observation, signOff, signOffEvidence, submission } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { enrolAsClerk } from '../testing-content.ts';
import { makePeople, type TestPeople, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { seeAttempt, seeChecklist, seeLesson, seenAddress, seeSignOff, seeWork } from './as-seen.ts';
import { startAttempt, submitAttempt } from './attempts.ts';
import { readTrainingRecord } from './training-record.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
let people: TestPeople;
let library: Library;
let tried: string;
const strangers = () => [people.learner, people.otherLearner, people.otherMentor, people.author, people.admin];

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	await enrolAsClerk(db, library, people.learner.id, now);
	const started = await startAttempt(db, library, people.learner, 'basics/exam', now, () => 0.4);
	if (started.code !== 'started') throw new Error(started.code);
	tried = started.id;
});

test('an open attempt is shown to nobody; a submitted one to HR and the person\'s mentor, as it was drawn', async () => {
	for (const actor of [people.hr, people.mentor, ...strangers()]) expect(await seeAttempt(db, library, actor, tried, 'en')).toBeNull();
	await submitAttempt(db, library, people.learner, tried, now);
	const [row] = await db.select().from(attempt).where(eq(attempt.id, tried));
	for (const [actor, by] of [[people.hr, 'hr'], [people.mentor, 'mentor']] as const) {
		const seen = await seeAttempt(db, library, actor, tried, 'en');
		if (seen?.kind !== 'attempt') throw new Error('nothing');
		expect(seen).toMatchObject({ by, person: { name: people.learner.name }, number: 1, passed: false, keysTold: true });
		expect(seen.questions.map(({ hash }) => hash)).toEqual(row!.questions.map(({ hash }) => hash));
	}
	for (const actor of strangers()) expect(await seeAttempt(db, library, actor, tried, 'en')).toBeNull();
	for (const id of ['x', crypto.randomUUID()]) expect(await seeAttempt(db, library, people.hr, id, 'en')).toBeNull();
});

test('who has that assessment still to pass is told no right answer by way of another\'s attempt', async () => {
	await enrolAsClerk(db, library, people.mentor.id, now);
	const told = async () => {
		const seen = await seeAttempt(db, library, people.mentor, tried, 'en');
		if (seen?.kind !== 'attempt') throw new Error('nothing');
		expect(seen.questions.every(({ feedback }) => seen.keysTold || feedback === null)).toBe(true);
		return seen.keysTold;
	};
	expect(await told()).toBe(false);
	await db.delete(enrolment).where(eq(enrolment.employeeId, people.mentor.id));
	expect(await told()).toBe(true);
});

test('a lesson is shown with the words that were read, and named in the record', async () => {
	const { hash } = library.current().lesson('basics/greet')!.lesson;
	await db.insert(lessonProgress).values({ employeeId: people.learner.id, lesson: 'basics/greet', openedAt: now, readAt: now, readHash: hash });
	const input = { employeeId: people.learner.id, lesson: 'basics/greet' };
	const seen = await seeLesson(db, library, people.hr, input, 'en');
	if (seen?.kind !== 'lesson') throw new Error('nothing');
	expect(seen.hash).toBe(hash);
	expect(seen.pieces.some((piece) => piece !== null && piece.length > 0)).toBe(true);
	expect(await seeLesson(db, library, people.hr, { ...input, lesson: 'basics/exam' }, 'en')).toBeNull();
	for (const actor of strangers()) expect(await seeLesson(db, library, actor, input, 'en')).toBeNull();

	for (const actor of [people.hr, people.learner]) {
		const record = (await readTrainingRecord(db, library, actor, people.learner.id, 'en'))!;
		const basics = record.courses.find(({ key }) => key === 'basics')!;
		expect(basics.lessons.find(({ name }) => name === 'basics/greet')).toMatchObject({ readAt: now, readHash: hash });
		expect(record.attempts).toMatchObject([{ id: tried, number: 1, passed: false }]);
	}
	const others: TestPerson[] = [people.mentor, people.otherLearner, people.author, people.admin];
	for (const actor of others) expect(await readTrainingRecord(db, library, actor, people.learner.id, 'en')).toBeNull();
});

test('a checklist is shown once its mentor closed it, a signature with what the level said and what it rests on', async () => {
	const checklist = library.current().academy.observations[0]!;
	const [item] = (await library.itemOf(checklist.hash, 'observation')).items;
	const begun = { employeeId: people.learner.id, mentorId: people.mentor.id, checklist: checklist.key, itemHash: checklist.hash, clientKey: crypto.randomUUID(), startedAt: now, savedAt: now };
	const [open] = await db.insert(observation).values({ ...begun, answers: { [item!.key]: { is: 'yes', note: 'Calm.' } } }).returning();
	expect(await seeChecklist(db, library, people.hr, open!.id, 'en')).toBeNull();
	await db.update(observation).set({ mentorConfirmedAt: now }).where(eq(observation.id, open!.id));

	const competency = library.current().academy.competencies[0]!;
	const [heard] = await db
		.insert(evidence)
		.values({ employeeId: people.learner.id, competency: competency.key, kind: 'checklist', source: open!.id, itemHash: checklist.hash, reviewerId: people.mentor.id, passed: true, at: now, recordedAt: now })
		.returning();
	const given = { employeeId: people.learner.id, mentorId: people.mentor.id, competency: competency.key, level: 3, statement: 'I heard it.', releaseId: library.current().id };
	const [signed] = await db.insert(signOff).values({ ...given, signedAt: now, validUntil: new Date(now.getTime() + 86_400_000), clientKey: crypto.randomUUID() }).returning();
	await db.insert(signOffEvidence).values({ signOffId: signed!.id, evidenceId: heard!.id });

	for (const actor of [people.hr, people.mentor]) {
		expect(await seeChecklist(db, library, actor, open!.id, 'en')).toMatchObject({ kind: 'checklist', hash: checklist.hash, mentor: people.mentor.name, confirmedAt: null, items: expect.arrayContaining([{ key: item!.key, text: item!.text.en, answer: { is: 'yes', note: 'Calm.' } }]) });
		expect(await seeSignOff(db, library, actor, signed!.id, 'en')).toMatchObject({
			...{ kind: 'sign-off', level: 3, statement: 'I heard it.', mentor: people.mentor.name, revoked: null, title: competency.title.en },
			words: competency.levels.find(({ level }) => level === 3)!.description.en,
			evidence: [{ id: heard!.id, kind: 'checklist', hash: checklist.hash, by: people.mentor.name, title: expect.stringMatching(/./) }]
		});
	}
	for (const actor of strangers()) {
		expect(await seeChecklist(db, library, actor, open!.id, 'en')).toBeNull();
		expect(await seeSignOff(db, library, actor, signed!.id, 'en')).toBeNull();
	}
});

test('work that was handed in is shown with its task and the answer', async () => {
	const exercise = 'basics/practice/own-words';
	const [row] = await db
		.insert(submission)
		.values({ employeeId: people.learner.id, exercise, kind: 'open', number: 1, state: 'waiting', itemHash: library.current().exercise(exercise)!.exercise.hash, answer: 'Both names.', clientKey: crypto.randomUUID(), startedAt: now, submittedAt: now })
		.returning();
	expect(seenAddress({ kind: 'open', id: row!.id })).toBe(`/seen/work/${row!.id}`);
	expect(seenAddress({ kind: 'sign-off', id: row!.id })).toBe(`/seen/sign-off/${row!.id}`);
	expect(seenAddress({ kind: 'role-play', id: row!.id })).toBeNull();
	for (const actor of [people.hr, people.mentor]) expect(await seeWork(db, library, actor, row!.id, 'en')).toMatchObject({ kind: 'work', answer: 'Both names.', hash: row!.itemHash });
	for (const actor of strangers()) expect(await seeWork(db, library, actor, row!.id, 'en')).toBeNull();
	// A mentor no more.
	await db.update(mentorship).set({ until: now }).where(and(eq(mentorship.mentorId, people.mentor.id), eq(mentorship.menteeId, people.learner.id)));
	expect(await seeWork(db, library, people.mentor, row!.id, 'en')).toBeNull();
});
