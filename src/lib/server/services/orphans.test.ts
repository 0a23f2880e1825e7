/** Scorecards and checklists on which somebody was judged do not disappear from the content. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDraft } from '../../core/review.ts';
import { testDatabase } from '../db/testing.ts';
import { dispute, mark, review, ruling, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { openTestLibrary, testContent } from '../testing-content.ts';
import { makePeople, type TestPeople } from '../testing-people.ts';
import { beginObservation } from './observations.ts';
import { beginObservedCall, discardObservedCall } from './observed-calls.ts';
import { publish } from './releases.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
let folder: string;
let library: Library;
let people: TestPeople;

const scorecards = ['heard', 'handed-in', 'reviewed', 'ruled', 'unused'];
const place = (kind: string, key: string) => join(folder, kind, `${key}.yaml`);

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'orphans-'));
	await cp(testContent, folder, { recursive: true });
	for (const key of scorecards) await cp(join(folder, 'scorecards/phone.yaml'), place('scorecards', key));
	for (const key of ['watched', 'not-watched']) await cp(join(folder, 'observations/first-week.yaml'), place('observations', key));
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now, folder);
});
afterAll(() => rm(folder, { recursive: true }));

const hashOf = (key: string) => library.current().scorecard(key)!.hash;
const call = { heardOn: '2026-11-19', channel: 'phone' };
async function handedIn(scorecard: string) {
	const itemHash = library.current().exercise('practice/calls/own-words')!.exercise.hash;
	const [row] = await db
		.insert(submission)
		.values({
			...{ employeeId: people.learner.id, exercise: 'practice/calls/own-words', kind: 'open', number: (await db.$count(submission)) + 1, state: 'accepted', itemHash },
			...{ scorecardHash: hashOf(scorecard), answer: 'Good morning.', clientKey: crypto.randomUUID(), startedAt: now, submittedAt: now, decidedAt: now }
		})
		.returning({ id: submission.id });
	return row!.id;
}
async function reviewed(submissionId: string, scorecard: string) {
	const by = { employeeId: people.learner.id, reviewerId: people.mentor.id };
	const [row] = await db
		.insert(review)
		.values({ kind: 'mentor', ...by, submissionId, scorecardHash: hashOf(scorecard), draft: emptyDraft(), startedAt: now, savedAt: now })
		.returning({ id: review.id });
	return row!.id;
}

test('those that nobody was judged on may go; the others stop the release, each by its name', async () => {
	const begun = await beginObservedCall(db, library, people.mentor, { employeeId: people.learner.id, scorecard: 'heard', reference: 'C-1', clientKey: crypto.randomUUID(), ...call }, now);
	await beginObservation(db, library, people.mentor, { employeeId: people.learner.id, checklist: 'watched', clientKey: crypto.randomUUID() }, now);
	await handedIn('handed-in');
	const reviewId = await reviewed(await handedIn('handed-in'), 'reviewed');
	const [given] = await db.insert(mark).values({ reviewId, criterion: 'date', mark: 0, markedBy: people.mentor.id, at: now }).returning({ id: mark.id });
	const contested = { markId: given!.id, reviewId, criterion: 'date', raisedBy: people.learner.id, reviewerId: people.mentor.id, reason: 'I said Friday.', raisedAt: now };
	const [raised] = await db.insert(dispute).values(contested).returning({ id: dispute.id });
	await db.insert(ruling).values({ scorecard: 'ruled', criterion: 'date', body: 'A weekday is a date.', disputeId: raised!.id, madeBy: people.otherMentor.id, madeAt: now });

	for (const key of scorecards) await rm(place('scorecards', key));
	for (const key of ['watched', 'not-watched']) await rm(place('observations', key));
	expect(await publish(db, { folder }, now)).toEqual({
		code: 'orphans',
		names: ['observations/watched', 'scorecards/handed-in', 'scorecards/heard', 'scorecards/reviewed', 'scorecards/ruled']
	});

	for (const key of ['handed-in', 'reviewed', 'ruled']) await cp(join(folder, 'scorecards/phone.yaml'), place('scorecards', key));
	await cp(join(folder, 'observations/first-week.yaml'), place('observations', 'watched'));
	expect(await publish(db, { folder }, now)).toEqual({ code: 'orphans', names: ['scorecards/heard'] });
	// A marking that was begun and thrown away leaves nothing.
	if (begun.code === 'begun') await discardObservedCall(db, people.mentor, begun.id);
	expect(await publish(db, { folder }, now)).toMatchObject({ code: 'published' });
});
