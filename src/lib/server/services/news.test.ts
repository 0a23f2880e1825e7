/** How what desk, disputes and signatures decide becomes news is tested beside each of them. */
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { mark, observedCall, review, signOffRequest } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { makeMentored, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { readMyOnboarding } from './my-onboarding.ts';

const { db } = await testDatabase();
const start = new Date('2026-11-10T08:00:00Z');
const after = (days: number) => new Date(start.getTime() + days * 86_400_000);
let library: Library;
let learner: TestPerson;
let mentor: TestPerson;
let second: TestPerson;

beforeAll(async () => {
	library = await openPracticeLibrary(db, start);
});
beforeEach(async () => {
	({ learner, mentor, second } = await makeMentored(db, start));
});
const news = (now: Date) => readMyOnboarding(db, library, learner, 'en', now).then(({ news }) => news);

it('names an observed call by its number, once', async () => {
	const call = { employeeId: learner.id, mentorId: mentor.id, scorecard: 'phone', heardOn: '2026-11-09', channel: 'phone', reference: 'C-1', clientKey: crypto.randomUUID() };
	const [heard] = await db.insert(observedCall).values({ ...call, startedAt: start, finishedAt: start }).returning({ id: observedCall.id });
	const scorecardHash = library.current().scorecard('phone')!.hash;
	const own = { kind: 'mentor', employeeId: learner.id, reviewerId: mentor.id, observedCallId: heard!.id, scorecardHash, draft: { marks: {}, flags: [], comment: '' } };
	const [made] = await db.insert(review).values({ ...own, startedAt: start, savedAt: start, finishedAt: start, formula: 1 }).returning({ id: review.id });
	for (const criterion of ['greeting', 'date']) {
		const given = { reviewId: made!.id, criterion, markedBy: mentor.id };
		const [old] = await db.insert(mark).values({ ...given, mark: 1, at: start, supersededAt: after(1) }).returning({ id: mark.id });
		await db.insert(mark).values({ ...given, mark: 0, at: after(1), corrects: old!.id, reason: 'Misheard.' });
	}
	expect(await news(after(2))).toMatchObject([{ kind: 'corrected', title: 'C-1', href: `/competencies/calls/${heard!.id}` }]);
});

it('is short', async () => {
	const returned = { decision: 'returned', decidedBy: second.id, reason: 'More.' };
	const requests = Array.from({ length: 50 + 5 }, (_, i) => ({ employeeId: learner.id, competency: 'listening', level: i, askedAt: start, ...returned, decidedAt: new Date(start.getTime() + i) }));
	await db.insert(signOffRequest).values(requests);
	const lines = await news(after(1));
	expect(lines).toHaveLength(50);
	expect(lines[0]!.at).toEqual(requests.at(-1)!.decidedAt);
});
