import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { evidence, observation } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { makePeople, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { beginObservation, confirmAsEmployee, confirmAsMentor, listObservations, readObservation, saveObservation } from './observations.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
let library: Library;
let people: TestPeople;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
});

const begin = async (clientKey = crypto.randomUUID() as string, at = now) => {
	const outcome = await beginObservation(db, library, people.mentor, { employeeId: people.learner.id, checklist: 'first-week', clientKey }, at);
	if (outcome.code !== 'begun') throw new Error(outcome.code);
	return outcome.id;
};
const all = (is: 'yes' | 'not-yet' | 'not-seen') => ({ greets: { is, note: '' }, asks: { is, note: 'twice' }, notes: { is, note: '' } });
const save = (id: string, revision: number, answers: unknown = all('yes'), actor = people.mentor) =>
	saveObservation(db, library, actor, { id, revision, answers, note: '' }, now);

describe('a checklist', () => {
	test('is begun once, by a mentor of that person', async () => {
		const clientKey = crypto.randomUUID();
		const ids = await Promise.all(Array.from({ length: 20 }, () => begin(clientKey)));
		expect(new Set(ids).size).toBe(1);
		for (const actor of [people.learner, people.otherMentor, people.hr, people.author, people.admin]) {
			const input = { employeeId: people.learner.id, checklist: 'first-week', clientKey: crypto.randomUUID() };
			expect(await beginObservation(db, library, actor, input, now)).toEqual({ code: 'missing' });
		}
	});

	test('keeps the newest save, whichever arrives last', async () => {
		const id = await begin();
		expect(await save(id, 1, { greets: { is: 'not-yet', note: '' } })).toEqual({ code: 'saved', revision: 1 });
		await Promise.all([save(id, 5), ...[2, 3, 4].map((revision) => save(id, revision, {}))]);
		expect(await save(id, 5)).toEqual({ code: 'saved', revision: 5 });
		expect(await save(id, 4, {})).toEqual({ code: 'older', revision: 5 });
		const [row] = await db.select().from(observation).where(eq(observation.id, id));
		expect(row!.answers).toEqual(all('yes'));
		for (const wrong of [{ unknown: { is: 'yes', note: '' } }, { greets: { is: 'maybe', note: '' } }, 'yes', null]) {
			expect(await save(id, 6, wrong)).toEqual({ code: 'invalid' });
		}
		expect(await save(id, 6, all('yes'), people.otherMentor)).toEqual({ code: 'missing' });
		expect(await save(id, 6, all('yes'), people.learner)).toEqual({ code: 'missing' });
	});

	test('is confirmed by both at the end, and then it is evidence', async () => {
		const id = await begin();
		await save(id, 1, { greets: { is: 'yes', note: '' } });
		expect(await confirmAsMentor(db, library, people.mentor, id, now)).toEqual({ code: 'incomplete', open: ['asks', 'notes'] });
		expect(await readObservation(db, library, people.learner, id, 'en')).toBeNull();
		expect(await confirmAsEmployee(db, library, people.learner, { id, remark: '' }, now)).toEqual({ code: 'missing' });
		await save(id, 2);
		expect(await confirmAsMentor(db, library, people.otherMentor, id, now)).toEqual({ code: 'missing' });
		for (let i = 0; i < 2; i++) expect(await confirmAsMentor(db, library, people.mentor, id, now)).toEqual({ code: 'confirmed' });
		expect(await save(id, 3, {})).toEqual({ code: 'confirmed' });
		const own = await readObservation(db, library, people.learner, id, 'ru');
		expect(own).toMatchObject({ isOwn: true, mayFill: false });
		// Items are called by what they are, never by their hash.
		expect(JSON.stringify(own)).not.toMatch(/[0-9a-f]{64}/);
		for (const actor of [people.mentor, people.otherLearner]) expect(await confirmAsEmployee(db, library, actor, { id, remark: 'mine' }, now)).toEqual({ code: 'missing' });
		expect(await confirmAsEmployee(db, library, people.learner, { id, remark: 'x'.repeat(2001) }, now)).toEqual({ code: 'too-long' });
		const remarks = Array.from({ length: 20 }, (_, n) => ` I did ask, ${n} times. `);
		await Promise.all(remarks.map((remark) => confirmAsEmployee(db, library, people.learner, { id, remark }, now)));
		const { employeeRemark } = (await readObservation(db, library, people.mentor, id, 'en'))!;
		expect(remarks.map((one) => one.trim())).toContain(employeeRemark);
		expect(await confirmAsEmployee(db, library, people.learner, { id, remark: 'Later.' }, now)).toEqual({ code: 'late' });
		for (const remark of [employeeRemark, '']) expect(await confirmAsEmployee(db, library, people.learner, { id, remark }, now)).toEqual({ code: 'confirmed' });
		expect((await readObservation(db, library, people.learner, id, 'en'))!.employeeRemark).toBe(employeeRemark);
		expect(await db.select().from(evidence).where(eq(evidence.source, id))).toMatchObject([{ kind: 'checklist', passed: true, reviewerId: people.mentor.id }]);
	});

	test('shows what was seen before beside each item', async () => {
		const later = await begin(crypto.randomUUID(), new Date(now.getTime() + 86_400_000));
		const view = (await readObservation(db, library, people.mentor, later, 'en'))!;
		expect(view.items[1]).toMatchObject({ key: 'asks', clause: { id: 'phone.hold' }, earlier: [{ by: people.mentor.name, answer: { is: 'yes', note: 'twice' } }] });
		expect(view.mayFill).toBe(true);
		for (const actor of [people.otherMentor, people.otherLearner, people.hr, people.author, people.admin, people.learner]) {
			expect(await readObservation(db, library, actor, later, 'en')).toBeNull();
		}
		expect((await listObservations(db, people.learner.id))[0]).toMatchObject({ id: later, mentorConfirmedAt: null });
	});
});
