// Dates that move: by a change of person, by leave, by hand, by everybody; races, history, and who may not.
import { and, eq, isNull } from 'drizzle-orm';
import { v7 } from 'uuid';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deskItem, dueException, employee, enrolment, enrolmentChange, handAssignment, item, leave, lessonProgress, mentorship, notification, release, submission } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { openTestLibrary } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople, type TestPerson } from '../testing-people.ts';
import { enrolByPosition, recalculate, recalculateEverybody, recalculateWhenDue, setDatesAfter } from './enrolments.ts';
import { endException, giveCourse, grantException, takeCourseBack } from './hand-assignments.ts';
import { listLeave, removeLeave, saveLeave } from './leave.ts';
import { changePerson, foreseeLeaving, recordLeaving, type PersonInput } from './people.ts';
import { readHistory } from './person-history.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-02T09:00:00Z');
let people: TestPeople;
let library: Library;
let person: TestPerson;
let typed: PersonInput & { id: string };
let count = 0;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
});
beforeEach(async () => {
	person = await makePerson(db, now, { name: `Nina ${++count}`, hiredOn: '2026-11-02' });
	typed = { id: person.id, name: person.name, email: person.email, personnelNumber: '', position: 'clerk', team: '', mentor: '', hiredOn: '2026-11-02' };
	await changePerson(db, library, people.hr, typed, now);
});

const rowOf = async (course: string) =>
	(await db.select().from(enrolment).where(and(eq(enrolment.employeeId, person.id), eq(enrolment.course, course))))[0] ?? null;
const dayOf = async (course: string) => (await rowOf(course))?.derivation?.result ?? null;
const complete = async (course: string, at: Date) => {
	const [first] = await db.select({ id: release.id }).from(release).limit(1);
	await db
		.update(enrolment)
		.set({ completedAt: at, completedRelease: first!.id })
		.where(and(eq(enrolment.employeeId, person.id), eq(enrolment.course, course)));
};
const seenIn = (outcome: { code: string; preview?: { seen: string }; seen?: string }) => {
	if (outcome.code !== 'preview') throw new Error(outcome.code);
	return outcome.preview?.seen ?? outcome.seen!;
};

describe('a change of person', () => {
	test('is previewed, made as it was seen, and told in the history', async () => {
		const before = (await rowOf('basics'))!;
		const change = { ...typed, hiredOn: '2026-11-09', mentor: people.mentor.id, seen: '' };
		const preview = await changePerson(db, library, people.hr, change, now);
		if (preview.code !== 'preview') throw new Error(preview.code);
		expect(preview.again).toBe(false);
		expect(preview.preview).toMatchObject({
			hiredOn: { from: '2026-11-02', to: '2026-11-09' },
			mentor: { from: null, to: people.mentor.name, waiting: 0 },
			position: null,
			team: null
		});
		expect(preview.preview.changes.map(({ kind, course }) => [kind, course])).toContainEqual(['moved', 'basics']);
		expect(await rowOf('basics')).toEqual(before);
		expect(await changePerson(db, library, people.hr, { ...change, seen: preview.preview.seen }, now)).toEqual({ code: 'changed' });
		expect((await rowOf('basics'))!.derivation!.start).toBe('2026-11-09');
		const history = await readHistory(db, library, people.hr, person.id, 'en');
		expect(history.map(({ what }) => what)).toEqual(expect.arrayContaining(['hired-on', 'mentor', 'moved', 'position', 'added']));
		expect(history.find(({ what }) => what === 'moved')).toMatchObject({ by: people.hr.name, before: before.dueAt!.toISOString() });
		for (const actor of [people.learner, people.mentor, people.author]) expect(await readHistory(db, library, actor, person.id, 'en')).toEqual([]);
	});

	test('is told with who made it; of name, e-mail and number only that they are others', async () => {
		const other = await makePerson(db, now, { name: `Another HR ${count}`, roles: ['hr'] });
		const later = new Date(now.getTime() + 86_400_000);
		await changePerson(db, library, people.hr, { ...typed, name: 'Renamed By HR', personnelNumber: `H-${count}`, mentor: people.mentor.id }, now);
		await changePerson(db, library, other, { ...typed, name: 'Renamed By HR', personnelNumber: `H-${count}`, mentor: '', position: '' }, later);
		const history = await readHistory(db, library, people.hr, person.id, 'en');
		const of = (kind: string) => history.filter(({ what }) => what === kind).map(({ before, after, fields, by }) => ({ before, after, fields, by }));
		expect(of('details')).toEqual([{ before: null, after: null, fields: ['name', 'personnelNumber'], by: people.hr.name }]);
		expect(of('mentor')).toEqual([
			{ before: people.mentor.name, after: null, fields: [], by: other.name },
			{ before: null, after: people.mentor.name, fields: [], by: people.hr.name }
		]);
		expect(of('position')[0]).toMatchObject({ before: 'clerk', after: null, by: other.name });
		expect(JSON.stringify(history)).not.toContain('Renamed');
		// Two who changed the position on one day: the row keeps the day alone, so it says neither.
		await changePerson(db, library, people.hr, { ...typed, name: 'Renamed By HR', personnelNumber: `H-${count}`, mentor: '' }, new Date(later.getTime() + 1000));
		expect((await readHistory(db, library, people.hr, person.id, 'en')).filter(({ what }) => what === 'position')[0]).toMatchObject({ after: 'clerk', by: null });
	});

	test('is previewed again when facts changed meanwhile', async () => {
		const change = { ...typed, hiredOn: '2026-11-09', seen: '' };
		const seen = seenIn(await changePerson(db, library, people.hr, change, now));
		await db.insert(leave).values({ employeeId: person.id, firstDay: '2026-11-10', lastDay: '2026-11-11' });
		const again = await changePerson(db, library, people.hr, { ...change, seen }, now);
		expect(again).toMatchObject({ code: 'preview', again: true });
		expect(await changePerson(db, library, people.hr, { ...change, seen: seenIn(again) }, now)).toEqual({ code: 'changed' });
	});

	test('of the name alone is made at once', async () => {
		expect(await changePerson(db, library, people.hr, { ...typed, name: 'Nina Renamed', seen: '' }, now)).toEqual({ code: 'changed' });
	});

	test('confirmed five times at once is one change', async () => {
		const change = { ...typed, hiredOn: '2026-11-09', seen: '' };
		const seen = seenIn(await changePerson(db, library, people.hr, change, now));
		const outcomes = await Promise.all(Array.from({ length: 5 }, () => changePerson(db, library, people.hr, { ...change, seen }, now)));
		expect(outcomes.map(({ code }) => code)).toEqual(outcomes.map(() => 'changed'));
		const told = await db.select().from(enrolmentChange).where(and(eq(enrolmentChange.employeeId, person.id), eq(enrolmentChange.kind, 'moved'), eq(enrolmentChange.course, 'basics')));
		expect(told).toHaveLength(1);
	});

	test('of position ends what was not begun, keeps what was, and never moves what is completed', async () => {
		await complete('basics', now);
		const before = await rowOf('basics');
		await db.insert(lessonProgress).values({ employeeId: person.id, lesson: 'advanced/any', openedAt: now });
		await changePerson(db, library, people.hr, { ...typed, position: '', hiredOn: '2026-11-30' }, now);
		expect(await rowOf('basics')).toEqual(before);
		expect(await rowOf('advanced')).toMatchObject({ mandatory: false, dueAt: null, derivation: null });
	});
});

describe('leave', () => {
	const save = (input: Partial<Parameters<typeof saveLeave>[3]>, actor = people.hr) =>
		saveLeave(db, library, actor, { id: v7(), employeeId: person.id, firstDay: '2026-11-03', lastDay: '2026-11-03', reason: 'an operation', seen: '', ...input }, now);

	test('moves dates as it was previewed, changes and goes away again', async () => {
		const id = v7();
		const plain = await dayOf('basics');
		const seen = seenIn(await save({ id }));
		expect(await dayOf('basics')).toBe(plain);
		expect(await save({ id, seen })).toEqual({ code: 'saved' });
		const row = (await rowOf('basics'))!;
		expect(row.derivation!.result > plain!).toBe(true);
		expect(row.derivation!.skipped).toContainEqual({ date: '2026-11-03', why: 'leave', name: null });
		expect(JSON.stringify(row)).not.toContain('operation');
		expect(await save({ id, seen })).toEqual({ code: 'saved' });
		expect(await listLeave(db, people.hr, person.id)).toEqual([{ id, firstDay: '2026-11-03', lastDay: '2026-11-03', reason: 'an operation' }]);
		for (const actor of [people.mentor, people.learner, person]) expect(await listLeave(db, actor, person.id)).toEqual([]);
		const gone = { id, employeeId: person.id, seen: '' };
		const toRemove = seenIn(await removeLeave(db, library, people.hr, gone, now));
		expect(await removeLeave(db, library, people.hr, { ...gone, seen: toRemove }, now)).toEqual({ code: 'saved' });
		expect(await removeLeave(db, library, people.hr, gone, now)).toEqual({ code: 'saved' });
		expect(await dayOf('basics')).toBe(plain);
	});

	test('never overlaps, also in a race; touches are fine', async () => {
		const far = { firstDay: '2028-02-28', lastDay: '2028-03-01' };
		const outcomes = await Promise.all(Array.from({ length: 4 }, () => save(far)));
		expect(outcomes.filter(({ code }) => code === 'saved')).toHaveLength(1);
		expect(outcomes.find(({ code }) => code === 'problems')).toEqual({ code: 'problems', problems: { firstDay: 'leave-overlaps' }, overlap: far });
		expect(await save({ firstDay: '2028-03-02', lastDay: '2028-03-02' })).toEqual({ code: 'saved' });
		expect(await save({ firstDay: '2028-02-29', lastDay: '2028-02-29' })).toMatchObject({ code: 'problems' });
	});

	test('is judged field by field, and HR’s alone', async () => {
		expect(await save({ firstDay: '2026-02-29', lastDay: '' })).toMatchObject({ problems: { firstDay: 'date-wrong', lastDay: 'empty' } });
		expect(await save({ firstDay: '2026-11-05' })).toMatchObject({ problems: { lastDay: 'leave-order' } });
		expect(await save({ lastDay: '2036-11-05', reason: 'x'.repeat(201) })).toMatchObject({ problems: { lastDay: 'leave-long', reason: 'too-long' } });
		for (const actor of [people.mentor, people.learner, people.author, people.admin, person]) expect(await save({}, actor)).toEqual({ code: 'missing' });
		// Somebody else's leave is not changed through this person.
		const id = v7();
		await db.insert(leave).values({ id, employeeId: people.learner.id, firstDay: '2027-01-01', lastDay: '2027-01-02' });
		expect(await save({ id, firstDay: '2029-01-01', lastDay: '2029-01-01' })).toEqual({ code: 'missing' });
	});
});

describe('by hand', () => {
	const give = (input: Partial<Parameters<typeof giveCourse>[3]> = {}, actor = people.hr) =>
		giveCourse(db, library, actor, { id: v7(), employeeId: person.id, course: 'basics', mandatory: true, workingDays: '', dueOn: '2026-12-01', reason: 'Asked for it', ...input }, now);

	test('a course is given once, on its day, and taken back', async () => {
		await changePerson(db, library, people.hr, { ...typed, position: '' }, now);
		const id = v7();
		const outcomes = await Promise.all(Array.from({ length: 5 }, () => give({ id })));
		expect(outcomes).toEqual(outcomes.map(() => ({ code: 'given', renews: null })));
		expect(await give()).toEqual({ code: 'problems', problems: { course: 'course-there' } });
		expect(await rowOf('basics')).toMatchObject({ source: 'hand', mandatory: true, dueAt: new Date('2026-12-01T21:59:59Z') });
		expect(await db.select().from(handAssignment).where(eq(handAssignment.employeeId, person.id))).toHaveLength(1);
		const told = { employeeId: person.id, kind: 'due', subject: 'basics', day: '2026-12-01', told: { course: 'basics', dueAt: now.toISOString() }, createdAt: now };
		await db.insert(notification).values(told);
		expect(await takeCourseBack(db, library, people.hr, { employeeId: person.id, course: 'basics' }, now)).toEqual({ code: 'taken-back' });
		expect(await rowOf('basics')).toBeNull();
		expect(await db.select({ readAt: notification.readAt }).from(notification).where(eq(notification.employeeId, person.id))).toEqual([{ readAt: now }]);
	});

	test('what is typed is judged, what is in the path is refused, and nobody gives it to themselves', async () => {
		expect(await give()).toEqual({ code: 'problems', problems: { course: 'course-there' } });
		expect(await give({ course: 'nothing', workingDays: 'x', dueOn: '2026-11-01', reason: ' ' })).toEqual({
			code: 'problems',
			problems: { course: 'unknown', workingDays: 'days-wrong', dueOn: 'date-past', reason: 'empty' }
		});
		expect(await give({ workingDays: '3' })).toEqual({ code: 'problems', problems: { dueOn: 'date-two' } });
		for (const actor of [people.mentor, people.author, person]) expect(await give({}, actor)).toEqual({ code: 'missing' });
		expect(await give({ employeeId: people.hr.id })).toEqual({ code: 'missing' });
	});

	test('another date holds through changes and goes back', async () => {
		const plain = (await rowOf('basics'))!.dueAt;
		const exception = { employeeId: person.id, course: 'basics', dueOn: '2026-12-15', reason: 'Two shifts' };
		const outcomes = await Promise.all(Array.from({ length: 4 }, () => grantException(db, library, people.hr, exception, now)));
		expect(outcomes).toEqual(outcomes.map(() => ({ code: 'granted' })));
		expect(await db.select().from(dueException).where(eq(dueException.employeeId, person.id))).toHaveLength(1);
		await changePerson(db, library, people.hr, { ...typed, hiredOn: '2026-11-16' }, now);
		await changePerson(db, library, people.hr, typed, now);
		expect(await rowOf('basics')).toMatchObject({ dueAt: new Date('2026-12-15T21:59:59Z'), derivation: { exception: { dueOn: '2026-12-15', reason: 'Two shifts' } } });
		expect(await endException(db, library, people.hr, exception, now)).toEqual({ code: 'ended' });
		expect((await rowOf('basics'))!.dueAt).toEqual(plain);
		await complete('basics', now);
		expect(await grantException(db, library, people.hr, exception, now)).toEqual({ code: 'problems', problems: { course: 'unknown' } });
		expect(await grantException(db, library, people.mentor, exception, now)).toEqual({ code: 'missing' });
	});
});

describe('leaving', () => {
	test('hands mentees over and frees what was taken from the desk', async () => {
		const mentor = await makePerson(db, now, { name: `Leaving mentor ${count}`, roles: ['mentor'] });
		await db.insert(mentorship).values({ mentorId: mentor.id, menteeId: person.id, since: now });
		const [shown] = await db.select({ hash: item.hash }).from(item).limit(1);
		const [work] = await db
			.insert(submission)
			.values({ employeeId: person.id, exercise: 'basics/any/one', kind: 'open', number: 1, state: 'waiting', itemHash: shown!.hash, clientKey: v7(), startedAt: now, submittedAt: now, answer: 'Words' })
			.returning({ id: submission.id });
		const [waits] = await db
			.insert(deskItem)
			.values({ kind: 'open', employeeId: person.id, submissionId: work!.id, round: 1, waitingSince: now, claimedBy: mentor.id, claimedUntil: new Date(now.getTime() + 60_000), handedTo: mentor.id })
			.returning({ id: deskItem.id });
		const looked = (await foreseeLeaving(db, people.hr, mentor.id))!;
		expect(looked).toMatchObject({ mentees: { total: 1, names: [person.name] }, work: 1 });
		for (const actor of [people.mentor, mentor]) expect(await foreseeLeaving(db, actor, mentor.id)).toBeNull();
		const leaveWith = (successor?: string, seen = looked.seen) => recordLeaving(db, people.hr, { id: mentor.id, seen, ...(successor === undefined ? {} : { successor }) }, now);
		expect(await leaveWith()).toEqual({ code: 'successor-needed' });
		expect(await leaveWith(mentor.id)).toEqual({ code: 'choice-unknown', fitting: [] });
		expect(await leaveWith(people.learner.id)).toEqual({ code: 'choice-unknown', fitting: [] });
		// Another mentee, or another piece of work: what was looked at is not what would be handed over.
		const late = await makePerson(db, now, { name: `Late mentee ${count}` });
		const [came] = await db.insert(mentorship).values({ mentorId: mentor.id, menteeId: late.id, since: now }).returning();
		expect(await leaveWith(people.mentor.id)).toEqual({ code: 'changed-meanwhile' });
		await db.delete(mentorship).where(eq(mentorship.id, came!.id));
		await db.update(deskItem).set({ claimedBy: null, claimedUntil: null, handedTo: null }).where(eq(deskItem.id, waits!.id));
		expect(await leaveWith(people.mentor.id)).toEqual({ code: 'changed-meanwhile' });
		await db.update(deskItem).set({ handedTo: mentor.id }).where(eq(deskItem.id, waits!.id));
		const outcomes = await Promise.all(Array.from({ length: 3 }, () => leaveWith(people.mentor.id)));
		// Who did it is told what became of the work; said again it is said already.
		expect(outcomes).toEqual(expect.arrayContaining([{ code: 'left', handed: { mentees: 1, to: people.mentor.name, without: 0, freed: 1 } }, { code: 'left' }, { code: 'left' }]));
		const standing = await db.select().from(mentorship).where(and(eq(mentorship.menteeId, person.id), isNull(mentorship.until)));
		expect(standing.map(({ mentorId }) => mentorId)).toEqual([people.mentor.id]);
		expect((await db.select().from(deskItem).where(eq(deskItem.id, waits!.id)))[0]).toMatchObject({ claimedBy: null, claimedUntil: null, handedTo: null });
	});
});

describe('everybody', () => {
	test('is reckoned when the calendar has changed, once', async () => {
		await recalculateWhenDue(db, library, now);
		expect(await recalculateWhenDue(db, library, now)).toBe(0);
		await db.update(employee).set({ hiredOn: '2026-11-09' }).where(eq(employee.id, person.id));
		expect(await recalculateWhenDue(db, library, now)).toBe(0);
		expect(await recalculateEverybody(db, library, now)).toBe(1);
		expect(await recalculateEverybody(db, library, now)).toBe(0);
		expect((await rowOf('basics'))!.derivation!.start).toBe('2026-11-09');
	});

	test('a completion beside a recalculation loses no date', async () => {
		await Promise.all([
			db.transaction(async (tx) => {
				await tx.select().from(enrolment).where(and(eq(enrolment.employeeId, person.id), eq(enrolment.course, 'basics'))).for('update');
				const [first] = await tx.select({ id: release.id }).from(release).limit(1);
				await tx
					.update(enrolment)
					.set({ completedAt: now, completedRelease: first!.id })
					.where(and(eq(enrolment.employeeId, person.id), eq(enrolment.course, 'basics')));
				await setDatesAfter(tx, library.current(), person.id, 'basics', now);
			}),
			recalculate(db, library, [person.id], null, now),
			enrolByPosition(db, library, person.id, now)
		]);
		expect((await rowOf('basics'))!.completedAt).toEqual(now);
		const steps = library.current().position('clerk')!.path.filter(({ from }) => from.kind === 'course' && from.course === 'basics');
		for (const { course } of steps) expect((await rowOf(course))!.dueAt).not.toBeNull();
	});
});
