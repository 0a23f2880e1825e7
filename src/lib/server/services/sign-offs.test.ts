import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../core/permissions.ts';
import { sqlState, transact, type Db } from '../db/open.ts';
import { employee, item, levelState, mentorship, notification, signOff, signOffRequest, team, teamMentor } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { makePeople, makePerson, type TestPeople, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { addEvidence, evidenceOfAssessment, evidenceOfCallReview, evidenceOfLesson, evidenceOfRolePlay, lessonsOf, readEvidence } from './evidence.ts';
import { listMentees } from './mentees.ts';
import { readMyOnboarding } from './my-onboarding.ts';
import { allRequests, allSignOffs, askSignOff, giveSignOff, listWaitingRequests, returnRequest, revokeSignOff, signOffDays } from './sign-offs.ts';

const { db, sql } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
let library: Library;
let people: TestPeople;
let hash: string;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	hash = (await db.select({ hash: item.hash }).from(item).limit(1))[0]!.hash;
});

/** A mentee of `mentor`; with `ready`, everything the third level asks is there. */
async function mentee(name: string, ready: boolean): Promise<TestPerson> {
	const person = await makePerson(db, now, { name });
	await db.insert(mentorship).values({ mentorId: people.mentor.id, menteeId: person.id, since: now });
	if (!ready) return person;
	const release = library.current();
	await transact(db, async (tx) => {
		for (const lesson of lessonsOf(release, 'listening')) await evidenceOfLesson(tx, release, person.id, lesson, now);
		const of = { employeeId: person.id, at: now };
		await evidenceOfAssessment(tx, release, { ...of, id: 'a', assessment: 'basics/exam', itemHash: hash, share: 1 }, now);
		await evidenceOfRolePlay(tx, release, { ...of, id: 'r', exercise: 'basics/practice/kettle', sceneHash: hash, share: 1, critical: false, passed: true }, now);
		const review = { submissionId: 's', exercise: 'basics/practice/review-calls', callHash: hash, scorecardHash: hash, reviewerId: null, agreement: 1, passed: true };
		await evidenceOfCallReview(tx, release, { ...of, ...review }, now);
		for (const [i, mentor] of [people.mentor, people.mentor, people.otherMentor, people.otherMentor].entries()) {
			await addEvidence(
				tx,
				release,
				{
					...{ employeeId: person.id, competencies: ['listening'], kind: 'observed-call', source: `c${i}`, itemHash: null, scorecardHash: hash },
					...{ reviewerId: mentor.id, score: 90, criticalFailure: false, passed: true, at: now }
				},
				now
			);
		}
	});
	return person;
}
const calls = async (id: string) => (await readEvidence(db, id, 'listening')).filter(({ kind }) => kind === 'observed-call').map((one) => one.id);
const input = async (employeeId: string, more = {}) => ({
	...{ employeeId, competency: 'listening', level: 3, statement: 'Takes calls with me within reach.', evidence: await calls(employeeId) },
	...{ days: signOffDays.proposed, clientKey: crypto.randomUUID(), ...more }
});
const listSignOffs = (person: string) => allSignOffs(db).prepare('sign_offs').execute({ person });
const listRequests = (person: string) => allRequests(db).prepare('requests').execute({ person });
const levelOf = async (id: string) => (await db.select().from(levelState).where(eq(levelState.employeeId, id)))[0];

describe('a sign-off', () => {
	test('certifies a level that is ready, on the evidence chosen, until it ends', async () => {
		const { id } = await mentee('Ready One', true);
		const about = { aboutId: id, subject: `${id} listening`, day: '2026-11-20', told: { competency: 'listening', level: 3, validUntil: now.toISOString() }, createdAt: now };
		const [reminder] = await db.insert(notification).values({ ...about, employeeId: people.mentor.id, kind: 'mentee-level-ends' }).returning();
		const outcome = await giveSignOff(db, library, people.mentor, await input(id), now);
		expect(outcome.code).toBe('signed');
		const [signed] = await listSignOffs(id);
		expect(signed).toMatchObject({ mentorId: people.mentor.id, level: 3, validUntil: new Date(now.getTime() + 365 * 86_400_000) });
		expect(signed!.evidence).toHaveLength(4);
		expect(await levelOf(id)).toMatchObject({ level: 3, ready: null, validUntil: signed!.validUntil });
		expect((await db.select().from(notification).where(eq(notification.id, reminder!.id)))[0]!.readAt).toEqual(now);
		expect(await giveSignOff(db, library, people.mentor, await input(id), now)).toEqual({ code: 'not-ready' });
	});

	test.each([
		['no statement', { statement: '  ' }, { statement: 'empty' }],
		['a statement without end', { statement: 'x'.repeat(2001) }, { statement: 'too-long' }],
		['no evidence', { evidence: [] }, { evidence: 'no-evidence' }],
		['evidence of nobody', { evidence: [crypto.randomUUID()] }, { evidence: 'no-evidence' }],
		['no validity', { days: 0 }, { days: 'days' }],
		['half a day', { days: 0.5 }, { days: 'days' }],
		['ten years', { days: 3650 }, { days: 'days' }],
		['all of it', { statement: '', evidence: [], days: 0 }, { statement: 'empty', evidence: 'no-evidence', days: 'days' }]
	])('is refused for %s, with everything that is wrong at once', async (name, more, problems) => {
		const { id } = await mentee(`Refused ${name}`, true);
		expect(await giveSignOff(db, library, people.mentor, await input(id, more), now)).toEqual({ code: 'invalid', problems });
		expect(await listSignOffs(id)).toEqual([]);
	});

	test('rests on evidence that a line of its level counts, with more beside it', async () => {
		const { id } = await mentee('Read Only', true);
		const lesson = (await readEvidence(db, id, 'listening')).find(({ kind }) => kind === 'lesson')!.id;
		const [call] = await calls(id);
		const refused = { code: 'invalid', problems: { evidence: 'beside-rule' } };
		expect(await giveSignOff(db, library, people.mentor, await input(id, { evidence: [lesson] }), now)).toEqual(refused);
		expect(await giveSignOff(db, library, people.mentor, await input(id, { evidence: [lesson, call] }), now)).toMatchObject({ code: 'signed' });
	});

	test.each([
		['a level that is not ready', false, {}, 'not-ready'],
		['a level above what is ready', true, { level: 4 }, 'not-ready'],
		['a level that nobody signs', true, { level: 2 }, 'not-ready'],
		['an unknown competency', true, { competency: 'gone' }, 'missing']
	])('is refused for %s', async (name, ready, more, code) => {
		const { id } = await mentee(`Refused ${name}`, ready);
		expect(await giveSignOff(db, library, people.mentor, await input(id, more), now)).toEqual({ code });
		expect(await listSignOffs(id)).toEqual([]);
	});

	test('is given by nobody but a mentor of that person, and never to oneself', async () => {
		const { id, roles } = await mentee('Of One Mentor', true);
		for (const actor of [people.otherMentor, people.hr, people.author, people.admin, people.otherLearner, { id, roles: [...roles, 'mentor' as const] }]) {
			expect(await giveSignOff(db, library, actor, await input(id), now)).toEqual({ code: 'missing' });
		}
		const own = { competency: 'listening', level: 3, statement: 'me', releaseId: library.current().id, signedAt: now, validUntil: new Date(now.getTime() + 1), clientKey: crypto.randomUUID() };
		const refused = await db.insert(signOff).values({ ...own, employeeId: id, mentorId: id }).then(() => null, sqlState);
		expect(refused).toBe('23514');
	});

	test('sent twenty times at once is one; by two mentors at once it is one', async () => {
		const { id } = await mentee('Signed Once', true);
		const same = await input(id);
		const outcomes = await Promise.all(Array.from({ length: 20 }, () => giveSignOff(db, library, people.mentor, same, now)));
		expect(new Set(outcomes.map((one) => JSON.stringify(one))).size).toBe(1);
		expect(await listSignOffs(id)).toHaveLength(1);

		const other = await mentee('Signed By One', true);
		const second = await makePerson(db, now, { name: 'Second Mentor', roles: ['mentor'], teamId: null });
		await db.update(mentorship).set({ until: now }).where(eq(mentorship.menteeId, other.id));
		await db.insert(mentorship).values({ mentorId: second.id, menteeId: other.id, since: now });
		const both = await Promise.all([giveSignOff(db, library, second, await input(other.id), now), giveSignOff(db, library, second, await input(other.id), now)]);
		expect(both.map(({ code }) => code).toSorted()).toEqual(['not-ready', 'signed']);
	});

	test('is revoked with reasons, stays to be seen, and the level falls back', async () => {
		const { id } = await mentee('Revoked Later', true);
		const given = await giveSignOff(db, library, people.mentor, await input(id), now);
		if (given.code !== 'signed') throw new Error(given.code);
		expect(await revokeSignOff(db, library, people.otherMentor, { id: given.id, reason: 'no' }, now)).toEqual({ code: 'missing' });
		expect(await revokeSignOff(db, library, people.mentor, { id: given.id, reason: ' ' }, now)).toEqual({ code: 'empty' });
		expect(await revokeSignOff(db, library, people.mentor, { id: given.id, reason: 'Two complaints this week.' }, now)).toEqual({ code: 'revoked' });
		expect(await levelOf(id)).toMatchObject({ level: 2, ready: 3 });
		expect((await listSignOffs(id))[0]).toMatchObject({ revokedReason: 'Two complaints this week.', revokedBy: people.mentor.id });
		expect((await giveSignOff(db, library, people.mentor, await input(id), now)).code).toBe('signed');
	});
});

describe('asking for it', () => {
	test('only for what is ready, once; signing answers it', async () => {
		const early = await mentee('Asks Early', false);
		expect(await askSignOff(db, library, early, { competency: 'listening' }, now)).toEqual({ code: 'not-ready' });
		const person = await mentee('Asks In Time', true);
		await Promise.all(Array.from({ length: 20 }, () => askSignOff(db, library, person, { competency: 'listening' }, now)));
		const requests = await listRequests(person.id);
		expect(requests).toMatchObject([{ level: 3, decision: null }]);
		await giveSignOff(db, library, people.mentor, await input(person.id), now);
		expect(await listRequests(person.id)).toMatchObject([{ decision: 'signed', decidedBy: people.mentor.id }]);
	});

	test('is returned with reasons, by a mentor of that person', async () => {
		const person = await mentee('Is Returned', true);
		await askSignOff(db, library, person, { competency: 'listening' }, now);
		const id = (await listRequests(person.id))[0]!.id;
		expect(await returnRequest(db, people.otherMentor, { id, reason: 'Not yet.' }, now)).toEqual({ code: 'missing' });
		expect(await returnRequest(db, person, { id, reason: 'Not yet.' }, now)).toEqual({ code: 'missing' });
		expect(await returnRequest(db, people.mentor, { id, reason: '' }, now)).toEqual({ code: 'empty' });
		for (let i = 0; i < 2; i++) expect(await returnRequest(db, people.mentor, { id, reason: 'One more hard call.' }, now)).toEqual({ code: 'returned' });
		expect(await returnRequest(db, people.mentor, { id, reason: 'Other words.' }, now)).toEqual({ code: 'decided' });
		expect(await askSignOff(db, library, person, { competency: 'listening' }, new Date(now.getTime() + 1000))).toEqual({ code: 'asked' });
		expect((await db.select().from(signOffRequest).where(eq(signOffRequest.employeeId, person.id))).length).toBe(2);
	});
});

describe('what was asked for', () => {
	const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
	const seenBy = async (actor: Actor, limit = 10) => {
		const { requests, waiting } = await listWaitingRequests(db, library, actor, { locale: 'en', limit });
		return { names: requests.map(({ person }) => person.name), waiting };
	};
	const nothing = { names: [], waiting: 0 };
	/** Mentees of a new mentor who have asked, one after the other. */
	async function askedOf(...names: string[]): Promise<{ mentor: TestPerson; asking: TestPerson[] }> {
		const mentor = await makePerson(db, now, { name: `Mentor of ${names[0]}`, roles: ['mentor'], teamId: null });
		const asking: TestPerson[] = [];
		for (const name of names) {
			const person = await mentee(name, true);
			await db.update(mentorship).set({ mentorId: mentor.id }).where(eq(mentorship.menteeId, person.id));
			await askSignOff(db, library, person, { competency: 'listening' }, later(asking.push(person)));
		}
		return { mentor, asking };
	}

	test('waits for the mentors of that person, the oldest first, and for nobody else', async () => {
		const { mentor, asking } = await askedOf('Asked First', 'Asked Second', 'Asked Third');
		const { requests } = await listWaitingRequests(db, library, mentor, { locale: 'en', limit: 10 });
		const title = library.current().competency('listening')!.title['en'];
		expect(requests[0]).toMatchObject({ person: { id: asking[0]!.id, name: 'Asked First' }, competency: { key: 'listening', title }, level: 3, askedAt: later(1) });
		expect(await seenBy(mentor)).toEqual({ names: ['Asked First', 'Asked Second', 'Asked Third'], waiting: 3 });
		expect(await seenBy(mentor, 2)).toEqual({ names: ['Asked First', 'Asked Second'], waiting: 3 });
		for (const other of [people.otherMentor, people.hr, people.author, people.admin, asking[0]!]) expect(await seenBy(other)).toEqual(nothing);
		expect(await seenBy({ ...mentor, roles: ['learner'] })).toEqual(nothing);
	});

	test('is seen by a mentor of the team, whose own request is not theirs to decide', async () => {
		const { asking: [person] } = await askedOf('Of A Team');
		const [made] = await db.insert(team).values({ name: 'Asking team' }).returning();
		const ofTeam = await makePerson(db, now, { name: 'Mentor of a team', roles: ['mentor'], teamId: made!.id });
		await db.update(employee).set({ teamId: made!.id }).where(eq(employee.id, person!.id));
		await db.insert(teamMentor).values({ teamId: made!.id, mentorId: ofTeam.id });
		await db.insert(signOffRequest).values({ employeeId: ofTeam.id, competency: 'listening', level: 3, askedAt: now });
		expect(await seenBy(ofTeam)).toEqual({ names: ['Of A Team'], waiting: 1 });
	});

	test('waits no longer once it is signed or returned, or the person has left, or the competency is gone', async () => {
		const { mentor, asking } = await askedOf('Is Signed', 'Is Returned Again', 'Leaves', 'Of Old Content');
		const [signed, returned, left, old] = asking as [TestPerson, TestPerson, TestPerson, TestPerson];
		await giveSignOff(db, library, mentor, await input(signed.id), later(9));
		expect((await seenBy(mentor)).names).toEqual(['Is Returned Again', 'Leaves', 'Of Old Content']);
		await returnRequest(db, mentor, { id: (await listRequests(returned.id))[0]!.id, reason: 'Not yet.' }, later(9));
		expect((await seenBy(mentor)).names).toEqual(['Leaves', 'Of Old Content']);
		await db.update(employee).set({ leftAt: later(9) }).where(eq(employee.id, left.id));
		expect((await seenBy(mentor)).names).toEqual(['Of Old Content']);
		await db.update(signOffRequest).set({ competency: 'gone' }).where(eq(signOffRequest.employeeId, old.id));
		expect(await seenBy(mentor)).toEqual(nothing);
	});

	test('stands beside the name in the list of mentees', async () => {
		const { mentor, asking } = await askedOf('Marked In The List');
		const marked = async () => (await listMentees(db, library, mentor, 'en', { search: '', limit: 10, offset: 0 })).mentees.map(({ name, waitingRequests }) => [name, waitingRequests]);
		expect(await marked()).toEqual([['Marked In The List', 1]]);
		await giveSignOff(db, library, mentor, await input(asking[0]!.id), later(9));
		expect(await marked()).toEqual([['Marked In The List', 0]]);
	});

	test('costs one query, however many ask', async () => {
		const { mentor } = await askedOf('One Of Many', 'Another Of Many');
		let queries = 0;
		const counted = drizzle(sql, { logger: { logQuery: () => void queries++ } }) as unknown as Db;
		await listWaitingRequests(counted, library, mentor, { locale: 'en', limit: 10 });
		expect(queries).toBe(1);
	});
});

test('a returned request, a signature and its revocation are news for the person', async () => {
	const person = await mentee('Is Told', true);
	const news = async () => (await readMyOnboarding(db, library, person, 'en', now)).news.map(({ kind, level, href }) => ({ kind, level, href }));
	const told = (kind: string) => [{ kind, level: 3, href: '/competencies#listening' }];
	expect(await news()).toEqual([]);
	await askSignOff(db, library, person, { competency: 'listening' }, now);
	const [asked] = await listRequests(person.id);
	await returnRequest(db, people.mentor, { id: asked!.id, reason: 'Two more calls.' }, now);
	expect(await news()).toEqual(told('returned'));
	const given = await giveSignOff(db, library, people.mentor, await input(person.id), new Date(now.getTime() + 1000));
	expect(await news()).toEqual([...told('signed'), ...told('returned')]);
	if (given.code !== 'signed') throw new Error(given.code);
	await revokeSignOff(db, library, people.mentor, { id: given.id, reason: 'The calls of somebody else.' }, new Date(now.getTime() + 2000));
	expect(await news()).toEqual([...told('revoked'), ...told('returned')]);
});
