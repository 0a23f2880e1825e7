import { beforeAll, describe, expect, test } from 'vitest';
import { transact } from '../db/open.ts';
import { item } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { makePeople, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { readCompetencies } from './competencies.ts';
import { addEvidence, type NewEvidence } from './evidence.ts';
import { beginObservedCall } from './observed-calls.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
let library: Library;
let people: TestPeople;
let hash: string;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	hash = (await db.select({ hash: item.hash }).from(item).limit(1))[0]!.hash;
});

const record = (kind: NewEvidence['kind'], source: string) =>
	transact(db, (tx) =>
		addEvidence(
			tx,
			library.current(),
			{
				...{ employeeId: people.learner.id, competencies: ['listening'], kind, source, itemHash: hash, scorecardHash: null },
				...{ reviewerId: people.mentor.id, score: 80, criticalFailure: false, passed: true, at: now }
			},
			now
		)
	);

describe('what a level rests on', () => {
	test('leads everybody to a page that is open to them', async () => {
		const begun = await beginObservedCall(
			db,
			library,
			people.mentor,
			{ employeeId: people.learner.id, scorecard: 'phone', heardOn: '2026-11-19', channel: 'phone', reference: 'C-1', clientKey: crypto.randomUUID() },
			now
		);
		const call = (begun as { id: string }).id;
		await record('observed-call', call);
		await record('lesson', 'basics/practice');
		const links = async (actor: typeof people.mentor) => {
			const [view] = (await readCompetencies(db, library, actor, people.learner.id, 'en', now))!.filter(({ key }) => key === 'listening');
			return Object.fromEntries(view!.evidence.map(({ kind, href }) => [kind, href]));
		};
		expect(await links(people.learner)).toEqual({ 'observed-call': `/competencies/calls/${call}`, lesson: '/learn/basics/practice' });
		expect(await links(people.mentor)).toEqual({ 'observed-call': `/mentor/people/${people.learner.id}/calls/${call}`, lesson: null });
		// HR sees the levels, and opens none of it.
		expect(await links(people.hr)).toEqual({ 'observed-call': null, lesson: null });
	});

	test('is nobody else’s business', async () => {
		for (const actor of [people.otherMentor, people.otherLearner, people.author, people.admin]) {
			expect(await readCompetencies(db, library, actor, people.learner.id, 'en', now)).toBeNull();
		}
	});
});
