import { and, asc, eq } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { emptyDraft } from '../../core/review.ts';
import { testDatabase } from '../db/testing.ts';
import { evidence, levelState, mark, review, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { enrolAsClerk } from '../testing-content.ts';
import { makeMentored, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { readCompetencies } from './competencies.ts';
import { claimItem, decideSubmission, saveJudgement } from './desk.ts';
import { addEarlierEvidence } from './earlier-evidence.ts';
import { correctMark } from './reviews.ts';
import { handIn } from './submissions.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-10T08:00:00Z');
let library: Library;
let learner: TestPerson;
let mentor: TestPerson;

beforeAll(async () => {
	library = await openPracticeLibrary(db, now);
});
beforeEach(async () => {
	({ learner, mentor } = await makeMentored(db, now));
	await enrolAsClerk(db, library, learner.id, now);
});

/** Handed in, marked with these and accepted; the submission. */
async function accepted(given: Record<string, number>) {
	const exercise = 'basics/practice/apology';
	const { hash: itemHash } = library.current().exercise(exercise)!.exercise;
	const scorecardHash = library.current().scorecard('phone')!.hash;
	const handed = await handIn(db, library.current(), { employeeId: learner.id, exercise, kind: 'recording', itemHash, scorecardHash, answer: null, clientKey: crypto.randomUUID() }, now);
	if (handed.code !== 'waiting') throw new Error(handed.code);
	const itemId = handed.deskItemId;
	await claimItem(db, mentor, itemId, now);
	const marks = Object.fromEntries(Object.entries(given).map(([key, mark]) => [key, { mark, comment: '', turns: [], seconds: [], snippet: null }]));
	await saveJudgement(db, mentor, { itemId, revision: 1, draft: { ...emptyDraft(), marks } }, now);
	const decision = { itemId, decision: 'accept' as const, reason: '', againBy: '', unsaved: null };
	const outcomes = await Promise.all(Array.from({ length: 5 }, () => decideSubmission(db, library, mentor, decision, now)));
	expect(outcomes.every(({ code }) => code === 'decided')).toBe(true);
	const [row] = await db.select().from(submission).where(eq(submission.employeeId, learner.id));
	return row!;
}
const evidenceOf = (source: string) => db.select().from(evidence).where(eq(evidence.source, source)).orderBy(asc(evidence.recordedAt), asc(evidence.version));

test('a recording that was accepted is evidence of what its scorecard is about, once, and moves no level', async () => {
	const row = await accepted({ greeting: 1, empathy: 3, date: 2 });
	const { competencies } = await library.itemOf(row.scorecardHash!, 'scorecard');
	const rows = await evidenceOf(row.id);
	expect(rows.map(({ competency }) => competency).sort()).toEqual([...competencies].sort());
	const [judged] = await db.select().from(review).where(eq(review.submissionId, row.id));
	for (const one of rows) {
		expect(one).toMatchObject({ kind: 'recording', employeeId: learner.id, reviewerId: mentor.id, scorecardHash: row.scorecardHash, itemHash: row.itemHash, passed: true, at: now });
		expect(one.score).toBe(judged!.final);
	}
	expect(await db.$count(levelState, and(eq(levelState.employeeId, learner.id), eq(levelState.level, 1)))).toBe(0);
	const [standing] = (await readCompetencies(db, library, mentor, learner.id, 'en', now))!.filter(({ key }) => key === competencies[0]);
	expect(standing!.evidence).toMatchObject([{ kind: 'recording', by: mentor.name, href: expect.stringMatching(/^\/mentor\/reviews\//) }]);
});

test('a corrected mark takes its evidence along, the earlier row stays cancelled with the reason', async () => {
	const row = await accepted({ greeting: 1, empathy: 3, date: 2 });
	const [given] = await db.select({ mark }).from(mark).innerJoin(review, eq(review.id, mark.reviewId)).where(and(eq(review.submissionId, row.id), eq(mark.criterion, 'empathy')));
	const corrected = await correctMark(db, library, mentor, { markId: given!.mark.id, mark: 1, comment: '', reason: 'heard again', clientKey: crypto.randomUUID() }, new Date(now.getTime() + 60_000));
	expect(corrected.code).toBe('corrected');
	const [one] = await evidenceOf(row.id);
	const rows = (await evidenceOf(row.id)).filter(({ competency }) => competency === one!.competency);
	expect(rows).toHaveLength(3);
	const cancelled = rows.find(({ cancels }) => cancels !== null)!;
	expect(cancelled.reason).toBe('heard again');
	const standing = rows.find(({ cancels, id }) => cancels === null && id !== cancelled.cancels)!;
	const [judged] = await db.select().from(review).where(eq(review.submissionId, row.id));
	expect(standing).toMatchObject({ version: 2, score: judged!.final });
	expect(standing.score).toBeLessThan(rows.find(({ id }) => id === cancelled.cancels)!.score!);
});

test('what was accepted before there was such evidence gets it at the next start', async () => {
	const row = await accepted({ greeting: 1, empathy: 3, date: 2 });
	const before = await evidenceOf(row.id);
	await db.delete(evidence).where(eq(evidence.source, row.id));
	const later = new Date(now.getTime() + 86_400_000);
	expect(await addEarlierEvidence(db, library, later)).toBe(before.length);
	const apart = ({ id: _, recordedAt: __, ...rest }: (typeof before)[number]) => rest;
	expect((await evidenceOf(row.id)).map(apart)).toEqual(before.map(apart));
	expect(await addEarlierEvidence(db, library, later)).toBe(0);
});
