import { and, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { checkState, deskItem, mentorship, submission } from '../db/schema/index.ts';
import { enrolAsClerk, makeClerk } from '../testing-content.ts';
import { makePeople, makePerson, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { decideSubmission, readDesk, saveJudgement } from './desk.ts';
import { readOwnSubmissions } from './judging.ts';
import { askForLivePlay, listLivePlays, readLivePlay, startLivePlay } from './live-role-plays.ts';

const { db } = await testDatabase();
const start = new Date('2026-11-10T08:00:00Z');
const after = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
const exercise = 'basics/practice/kettle';
const people = await makePeople(db, start);
const library = await openPracticeLibrary(db, start);
let learner: TestPerson;

beforeEach(async () => {
	learner = await makeClerk(db, library, start, people.mentor);
});

const key = () => crypto.randomUUID();
const ask = (clientKey = key(), who = learner) => askForLivePlay(db, library, who, { exercise, clientKey }, start);
const begin = (mentor: TestPerson = people.mentor, now = after(1)) =>
	startLivePlay(db, library, mentor, { employeeId: learner.id, exercise, clientKey: key() }, now);
const rounds = () => db.select().from(submission).where(eq(submission.employeeId, learner.id)).orderBy(submission.number);
const mark = (given: number | null) => ({ mark: given, comment: given === null ? 'Not needed.' : '', turns: [], seconds: [], snippet: null });
const marks = (date: number) => ({ marks: { greeting: mark(1), empathy: mark(4), date: mark(date) }, flags: [], comment: 'Well met.' });

async function judge(decision: 'accept' | 'return', date: number) {
	const begun = await begin();
	if (begun.code !== 'started') throw new Error(begun.code);
	const { judging } = (await readLivePlay(db, library, people.mentor, begun.submissionId, 'en', after(2)))!;
	expect(await saveJudgement(db, people.mentor, { itemId: judging.id, revision: 1, draft: marks(date) }, after(3))).toMatchObject({ code: 'saved' });
	const input = { itemId: judging.id, decision, reason: 'Give a date.', againBy: '2026-11-20', unsaved: null };
	expect(await decideSubmission(db, library, people.mentor, input, after(4))).toMatchObject({ code: 'decided' });
	return begun.submissionId;
}

describe('a live role-play', () => {
	it('is asked for, taken, played, marked and accepted, and the learner reads it', async () => {
		expect(await ask()).toEqual({ code: 'asked' });
		expect(await rounds()).toMatchObject([{ kind: 'live-role-play', state: 'waiting', number: 1, exercise }]);
		const { lines } = await readDesk(db, library, people.mentor, { filter: { kind: 'live-role-play', who: 'all', person: learner.id }, after: null, locale: 'en' }, start);
		expect(lines).toMatchObject([{ kind: 'live-role-play', live: (await rounds())[0]!.id }]);
		// Asking hands nothing in.
		expect(await db.select().from(checkState).where(eq(checkState.employeeId, learner.id))).toEqual([]);
		const id = await judge('accept', 2);
		expect((await rounds()).map((row) => [row.id, row.state])).toEqual([[id, 'accepted']]);
		const [state] = await db.select().from(checkState).where(and(eq(checkState.employeeId, learner.id), eq(checkState.exercise, exercise)));
		expect(state).toMatchObject({ done: 'ended', metAt: after(4) });
		const own = await readOwnSubmissions(db, library, learner, [exercise], 'en', after(5));
		expect(own[exercise]!.newest).toMatchObject({ work: { state: 'accepted' }, review: { marks: [{ criterion: 'greeting', mark: 1 }, {}, {}] } });
		expect(await begin(people.mentor, after(6))).toEqual({ code: 'accepted' });
		expect(await ask()).toEqual({ code: 'accepted' });
	});

	it('is started by the mentor without being asked for; after a return comes the next round', async () => {
		await judge('return', 0);
		await judge('accept', 2);
		expect((await rounds()).map(({ number, state }) => [number, state])).toEqual([
			[1, 'returned'],
			[2, 'accepted']
		]);
		expect(await listLivePlays(db, library, people.mentor, learner.id, 'en')).toMatchObject({
			person: { name: learner.name },
			plays: [{ exercise, title: 'The kettle that failed twice', lesson: 'Practice', state: 'accepted', at: after(4) }]
		});
	});

	it('asked for twenty times and started twenty times at once, it is one', async () => {
		await Promise.all(Array.from({ length: 20 }, () => ask()));
		const started = await Promise.all(Array.from({ length: 20 }, () => begin()));
		expect(new Set(started.map((one) => (one.code === 'started' ? one.submissionId : one.code))).size).toBe(1);
		expect(await rounds()).toHaveLength(1);
		expect(await db.select().from(deskItem).where(eq(deskItem.employeeId, learner.id))).toMatchObject([{ claimedBy: people.mentor.id }]);
	});

	it('is one mentor’s at a time', async () => {
		const second = await makePerson(db, start, { name: 'Second Mentor', roles: ['mentor'] });
		const { teamLearner } = people;
		await enrolAsClerk(db, library, teamLearner.id, start);
		await db.insert(mentorship).values({ menteeId: teamLearner.id, mentorId: second.id, since: start });
		const of = (mentor: TestPerson) => startLivePlay(db, library, mentor, { employeeId: teamLearner.id, exercise, clientKey: key() }, after(1));
		expect(await of(people.mentor)).toMatchObject({ code: 'started' });
		expect(await of(second)).toMatchObject({ code: 'taken', by: people.mentor.name });
	});
});

describe('the script', () => {
	it('shows the mentor everything that can be said, place by place', async () => {
		const begun = await begin();
		if (begun.code !== 'started') throw new Error(begun.code);
		const { script, judging } = (await readLivePlay(db, library, people.mentor, begun.submissionId, 'en', after(2)))!;
		expect(judging).toMatchObject({ person: { name: learner.name }, own: { revision: 0 }, scorecard: { key: 'phone' } });
		expect(script.places[0]).toMatchObject({ passage: 1, mood: 0, ending: null, choices: [{ critical: false, feedback: 'SECRET-CHOICE-6101 You own it first.' }, {}, {}] });
		const warm = script.places[script.places[0]!.choices[0]!.to]!;
		expect(warm).toMatchObject({ passage: 2, mood: 1, lines: [{ text: 'SECRET-LINE-6104 Here it is: 77.' }], choices: [{}, {}, { critical: true }] });
		expect(script.places[warm.choices[0]!.to]).toMatchObject({ ending: 'good', choices: [] });
		expect(script.passages[1]).toMatchObject({
			number: 2,
			lines: [{ moods: { from: 1, to: 3 } }, { moods: { from: -3, to: 0 } }],
			choices: [{ to: 4 }, { to: 4 }, { to: 5 }]
		});
	});
	it('opens to the mentors of that person alone', async () => {
		const begun = await begin();
		if (begun.code !== 'started') throw new Error(begun.code);
		for (const who of [learner, people.otherMentor, people.otherLearner, people.hr, people.admin]) {
			expect(await readLivePlay(db, library, who, begun.submissionId, 'en', after(2))).toBeNull();
			expect(await startLivePlay(db, library, who, { employeeId: learner.id, exercise, clientKey: key() }, start)).toEqual({ code: 'missing' });
			expect(await listLivePlays(db, library, who, learner.id, 'en')).toBeNull();
		}
		expect(await readLivePlay(db, library, people.mentor, key(), 'en', start)).toBeNull();
		expect(await ask(key(), people.hr)).toEqual({ code: 'missing' });
	});
});
