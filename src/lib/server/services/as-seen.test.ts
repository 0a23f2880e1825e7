import { and, eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { acceptance, attempt, enrolment, evidence, lessonProgress, mentorship, observation, rolePlayRun, signOff, signOffEvidence, submission } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { enrolAsClerk } from '../testing-content.ts';
import { makePeople, type TestPeople, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { seeAcceptance, seeAttempt, seeCall, seeChecklist, seeLesson, seenAddress, seeRun, seeSignOff, seeWork } from './as-seen.ts';
import { startAttempt, submitAttempt } from './attempts.ts';
import { enrolByPosition } from './enrolments.ts';
import { beginObservedCall, finishObservedCall, readObservedCall } from './observed-calls.ts';
import { saveDraft } from './reviews.ts';
import { chooseInRun, readRolePlay, startRun } from './role-plays.ts';
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
		// Answers of an assessment are told by its attempts: a 0 here would say that there are none.
		expect(basics.lessons.find(({ name }) => name === 'basics/exam')).toMatchObject({ answered: null });
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

test('a role-play is shown once it ended, with the way that was taken; what it earned, to those who have not to play it', async () => {
	const exercise = 'basics/practice/kettle';
	await startRun(db, library, people.learner, { exercise, number: 1 }, now);
	const [open] = await db.select().from(rolePlayRun).where(eq(rolePlayRun.employeeId, people.learner.id));
	expect(await seeRun(db, library, people.hr, open!.id, 'en')).toBeNull();
	for (let place = 0, ended = false; !ended; place++) {
		const outcome = await chooseInRun(db, library, people.learner, { exercise, run: 1, place, choice: 0 }, now);
		if (outcome.code !== 'chosen') throw new Error(outcome.code);
		ended = outcome.ended;
	}
	const view = (await readRolePlay(db, library, people.learner, { exercise, run: 1, locale: 'en' }))!;
	for (const [actor, by] of [[people.hr, 'hr'], [people.mentor, 'mentor']] as const) {
		const seen = await seeRun(db, library, actor, open!.id, 'en');
		if (seen?.kind !== 'role-play') throw new Error('nothing');
		expect(seen).toMatchObject({ by, title: view.title, hash: open!.sceneHash, percent: view.result!.percent, keysTold: true, lastLines: view.result!.lastLines });
		expect(seen.steps.map(({ lines, said }) => ({ lines, said }))).toEqual(view.result!.steps.map(({ lines, said }) => ({ lines, said })));
		expect(seen.steps.map(({ came }) => came!.points)).toEqual(view.result!.steps.map(({ points }) => points));
	}
	await enrolByPosition(db, library, people.mentor.id, now);
	expect(await seeRun(db, library, people.mentor, open!.id, 'en')).toMatchObject({ keysTold: false, steps: view.result!.steps.map(({ said }) => ({ said, came: null })) });
	await db.delete(enrolment).where(eq(enrolment.employeeId, people.mentor.id));
	for (const actor of strangers()) expect(await seeRun(db, library, actor, open!.id, 'en')).toBeNull();
});

test('a call is shown once its marking is finished, on the scorecard in the version it was marked on', async () => {
	const input = { employeeId: people.learner.id, scorecard: 'phone', heardOn: '2026-11-10', channel: 'phone', reference: 'K-7', clientKey: crypto.randomUUID() };
	const begun = await beginObservedCall(db, library, people.mentor, input, now);
	if (begun.code !== 'begun') throw new Error(begun.code);
	const { review } = (await readObservedCall(db, library, people.mentor, begun.id, 'en'))!;
	const marks = Object.fromEntries([['greeting', 1], ['empathy', 4], ['date', 2]].map(([key, mark]) => [key, { mark, comment: 'Heard it.', turns: [], seconds: [], snippet: null }]));
	await saveDraft(db, people.mentor, { reviewId: review.id, revision: 1, draft: { marks, flags: [], comment: 'Well done.' } }, now);
	for (const actor of [people.hr, people.mentor]) expect(await seeCall(db, library, actor, begun.id, 'en')).toBeNull();
	expect(await finishObservedCall(db, library, people.mentor, begun.id, now)).toEqual({ code: 'finished' });
	for (const actor of [people.hr, people.mentor]) {
		expect(await seeCall(db, library, actor, begun.id, 'en')).toMatchObject({
			...{ kind: 'call', title: 'K-7', hash: library.current().scorecard('phone')!.hash, about: { heardOn: '2026-11-10', mentorName: people.mentor.name, acknowledgedAt: null } },
			review: { draft: { comment: 'Well done.' }, marks: expect.arrayContaining([expect.objectContaining({ criterion: 'empathy', mark: 4, comment: 'Heard it.' })]) }
		});
	}
	for (const actor of strangers()) expect(await seeCall(db, library, actor, begun.id, 'en')).toBeNull();
});

test('clauses are shown in the words that were accepted', async () => {
	const accept = library.current().lesson('basics/greet')!.lesson.exercises.find(({ kind }) => kind === 'accept')!;
	const { clauses } = await library.itemOf(accept.hash, 'accept');
	const [row] = await db.insert(acceptance).values({ employeeId: people.learner.id, exercise: accept.name, itemHash: accept.hash, at: now }).returning();
	for (const actor of [people.hr, people.mentor]) {
		expect(await seeAcceptance(db, library, actor, row!.id, 'en')).toMatchObject({ kind: 'acceptance', hash: accept.hash, at: now, clauses: clauses.map(({ id, text }) => ({ id, text: text.en })) });
	}
	for (const actor of strangers()) expect(await seeAcceptance(db, library, actor, row!.id, 'en')).toBeNull();
});

test('work that was handed in is shown with its task and the answer', async () => {
	const exercise = 'basics/practice/own-words';
	const [row] = await db
		.insert(submission)
		.values({ employeeId: people.learner.id, exercise, kind: 'open', number: 1, state: 'waiting', itemHash: library.current().exercise(exercise)!.exercise.hash, answer: 'Both names.', clientKey: crypto.randomUUID(), startedAt: now, submittedAt: now })
		.returning();
	expect(seenAddress({ kind: 'open', id: row!.id })).toBe(`/seen/work/${row!.id}`);
	expect(seenAddress({ kind: 'sign-off', id: row!.id })).toBe(`/seen/sign-off/${row!.id}`);
	expect(seenAddress({ kind: 'role-play', id: row!.id })).toBe(`/seen/role-play/${row!.id}`);
	expect(seenAddress({ kind: 'observed-call', id: row!.id })).toBe(`/seen/call/${row!.id}`);
	for (const actor of [people.hr, people.mentor]) expect(await seeWork(db, library, actor, row!.id, 'en')).toMatchObject({ kind: 'work', answer: 'Both names.', hash: row!.itemHash });
	for (const actor of strangers()) expect(await seeWork(db, library, actor, row!.id, 'en')).toBeNull();
	// A mentor no more.
	await db.update(mentorship).set({ until: now }).where(and(eq(mentorship.mentorId, people.mentor.id), eq(mentorship.menteeId, people.learner.id)));
	expect(await seeWork(db, library, people.mentor, row!.id, 'en')).toBeNull();
});
