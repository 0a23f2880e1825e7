import { and, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { beforeAll, describe, expect, test } from 'vitest';
import { endOfDay } from '../../core/due-date.ts';
import { testDatabase } from '../db/testing.ts';
import { allowance, employee, enrolment, levelState, mentorship, positionAssignment, release, renewal, signOff } from '../db/schema/index.ts';
import type { Db } from '../db/open.ts';
import type { Library } from '../library.ts';
import { makePeople, makePerson, type TestPeople, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { openRenewals } from './renewals.ts';
import { exportReport, readReport, reportKeys, type Beside, type ReportFilter, type ReportKey, type ReportRow } from './reports.ts';

const { db, sql: driver } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
const at = (days: number) => new Date(now.getTime() + days * 86_400_000);
const all: ReportFilter = { position: null, team: '', mentor: null, course: null, from: null, to: null };
let library: Library;
let people: TestPeople;

/** Late: the learner since three days, who is in the team since ten; voluntary, done or of a leaver is not. */
beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	const [published] = await db.select({ id: release.id }).from(release);
	const given = { course: 'basics', source: 'position', mandatory: true, place: 0, assignedOn: '2026-11-02' };
	const gone = await makePerson(db, now, { name: 'Gone Gala' });
	await db.update(employee).set({ leftAt: now }).where(eq(employee.id, gone.id));
	await db.insert(positionAssignment).values({ employeeId: people.learner.id, position: 'clerk', since: '2026-11-02' });
	await db.insert(enrolment).values([
		{ ...given, employeeId: people.learner.id, dueAt: at(-3) },
		{ ...given, employeeId: people.teamLearner.id, dueAt: at(-10), assignedOn: '2026-11-05' },
		{ ...given, employeeId: people.otherLearner.id, dueAt: at(-5), mandatory: false },
		{ ...given, employeeId: people.mentor.id, dueAt: at(-5), completedAt: at(-6), completedRelease: published!.id },
		{ ...given, employeeId: people.hr.id, dueAt: at(5) },
		{ ...given, employeeId: gone.id, dueAt: at(-5) }
	]);
	const held = { competency: 'listening', level: 3, computedAt: now };
	await db.insert(levelState).values([
		{ ...held, employeeId: people.learner.id, dueAt: at(-1), validUntil: at(29) },
		{ ...held, employeeId: people.teamLearner.id, dueAt: at(-31), validUntil: at(-1) },
		{ ...held, employeeId: people.otherLearner.id, dueAt: at(30), validUntil: at(60) }
	]);
	const signed = { competency: 'listening', level: 3, statement: 'Seen.', releaseId: published!.id, mentorId: people.mentor.id };
	await db.insert(signOff).values({ ...signed, employeeId: people.learner.id, signedAt: at(-100), validUntil: at(29), clientKey: crypto.randomUUID() });
});

const read = (report: ReportKey, filter: Partial<ReportFilter> = {}, page: { limit: number; offset: number; beside?: Beside } = { limit: 50, offset: 0 }, actor = people.hr) =>
	readReport(db, library, actor, { report, filter: { ...all, ...filter } }, page, 'en', now);
const namesOf = async (report: ReportKey, filter: Partial<ReportFilter> = {}) => (await read(report, filter))!.rows.map(({ person }) => person);

describe('reports', () => {
	test.each(reportKeys)('%s is HR’s alone; page and file hold the same', async (report) => {
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
			expect(await read(report, {}, undefined, actor)).toBeNull();
			expect(exportReport(db, library, actor, { report, filter: all }, 'en', now)).toBeNull();
		}
		const { rows } = (await read(report))!;
		const exported: ReportRow[] = [];
		for await (const part of exportReport(db, library, people.hr, { report, filter: all }, 'en', now)!.parts) exported.push(...part);
		expect(exported).toEqual(rows);
		// So is what comes after the first row, and what comes before the last.
		const [first, last] = [rows[0]?.key ?? crypto.randomUUID(), rows.at(-1)?.key ?? crypto.randomUUID()];
		expect((await read(report, {}, { limit: 50, offset: 0, beside: { after: first } }))!.rows).toEqual(rows.slice(1));
		expect((await read(report, {}, { limit: 50, offset: 0, beside: { before: last } }))!.rows).toEqual(rows.slice(0, -1));
		// Every filter at once is a question, too.
		const filter = { position: 'clerk', team: 'Phone team', mentor: people.mentor.id, course: 'basics', from: '2026-01-01', to: '2026-12-31' };
		expect((await read(report, filter))!.rows).toEqual([]);
	});

	test('overdue: mandatory, not done, of who is here; the latest first', async () => {
		const { rows, columns, more } = (await read('overdue'))!;
		expect(columns.map(({ key }) => key)).toEqual(['course', 'due', 'days-late', 'state']);
		expect(rows.map(({ person, cells }) => [person, cells[1], cells[2]])).toEqual([
			[people.teamLearner.name, at(-10), 10],
			[people.learner.name, at(-3), 3]
		]);
		expect(rows[1]).toMatchObject({ position: 'Clerk', mentor: people.mentor.name });
		expect(more).toBe(false);
		expect(await read('overdue', {}, { limit: 1, offset: 0 })).toMatchObject({ more: true, rows: [{ person: people.teamLearner.name }] });
		expect(await read('overdue', {}, { limit: 1, offset: 1 })).toMatchObject({ more: false, rows: [{ person: people.learner.name }] });
	});

	test('filters by position, team, mentor, course and days', async () => {
		const { learner, teamLearner } = people;
		expect(await namesOf('overdue', { position: 'clerk' })).toEqual([learner.name]);
		expect(await namesOf('overdue', { team: 'PHONE team' })).toEqual([teamLearner.name]);
		expect(await namesOf('overdue', { mentor: people.mentor.id })).toEqual([teamLearner.name, learner.name]);
		expect(await namesOf('overdue', { mentor: people.otherMentor.id })).toEqual([]);
		expect(await namesOf('overdue', { course: 'other' })).toEqual([]);
		expect(await namesOf('overdue', { from: '2026-11-17', to: '2026-11-17' })).toEqual([learner.name]);
		expect(await namesOf('progress', { from: '2026-11-05' })).toEqual([teamLearner.name]);
	});

	test('progress says how each course stands', async () => {
		const { rows } = (await read('progress'))!;
		const states = Object.fromEntries(rows.map(({ person, cells }) => [person, cells[1]]));
		expect(states).toEqual({
			...{ [people.learner.name]: 'overdue', [people.teamLearner.name]: 'overdue', [people.otherLearner.name]: 'open' },
			...{ [people.mentor.name]: 'completed', [people.hr.name]: 'open' }
		});
		expect(rows.map(({ person }) => person)).toEqual(rows.map(({ person }) => person).toSorted());
		expect(rows[0]!.cells[2]).toBe(0);
		expect(rows[0]!.cells[3]).toBe(library.current().course('basics')!.lessons.length);
	});

	test('a renewal that is asked for stands in both; one that rests, or is done, in neither', async () => {
		const { mentor } = people;
		const [published] = await db.select({ id: release.id }).from(release);
		const round = { employeeId: mentor.id, course: 'basics', round: 1, mandatory: true, countedFrom: '2025-11-18', days: 365, openedAt: at(-32), dueAt: at(-2) };
		const [row] = await db.insert(renewal).values(round).returning({ id: renewal.id });
		const stands = async () => [
			(await read('overdue'))!.rows.filter(({ person }) => person === mentor.name).map(({ cells }) => cells),
			(await read('progress'))!.rows.filter(({ person }) => person === mentor.name).map(({ cells }) => [cells[1], cells[5], cells[6]])
		];
		const title = library.current().course('basics')!.title.en;
		expect(await stands()).toEqual([[[title, at(-2), 2, 'due']], [['due', at(-2), at(-6)]]]);
		await db.update(renewal).set({ restsSince: now }).where(eq(renewal.id, row!.id));
		expect(await stands()).toEqual([[], [['completed', at(-5), at(-6)]]]);
		await db.update(renewal).set({ restsSince: null, completedAt: now, completedRelease: published!.id, renewedFrom: '2026-11-20' }).where(eq(renewal.id, row!.id));
		expect(await stands()).toEqual([[], [['completed', at(-5), at(-6)]]]);
		await db.delete(renewal);
	});

	test('expiring and sign-offs', async () => {
		expect((await read('expiring'))!.rows.map(({ person, cells }) => [person, ...cells])).toEqual([
			[people.teamLearner.name, 'level', 'Listening', 3, at(-31), at(-1), at(-1), 'expired', 'sign-again'],
			[people.learner.name, 'level', 'Listening', 3, at(-1), at(29), at(29), 'due', 'sign-again']
		]);
		expect((await read('sign-offs'))!.rows.map(({ person, cells }) => [person, cells[2], cells[5]])).toEqual([[people.learner.name, people.mentor.name, 'valid']]);
	});
});

test('a file goes on where its part ended, and misses nobody; its pages hold the same', async () => {
	const names = Array.from({ length: 4100 }, (_, nth) => ({ name: `Same name ${nth % 7}`, email: `many-${nth}@example.com`, createdAt: now, hiredOn: '2026-11-02' }));
	const made = await db.insert(employee).values(names).returning({ id: employee.id });
	const given = { course: 'basics', source: 'position', mandatory: true, place: 0, assignedOn: '2026-11-02', dueAt: at(-2) };
	await db.insert(enrolment).values(made.map(({ id }) => ({ ...given, employeeId: id })));
	for (const report of ['overdue', 'progress'] as const) {
		const parts: ReportRow[][] = [];
		for await (const part of exportReport(db, library, people.hr, { report, filter: all }, 'en', now)!.parts) parts.push(part);
		expect(parts).toHaveLength(3);
		expect(new Set(parts.flat().map(({ key }) => key)).size).toBe(parts.flat().length);
		expect(parts.flat().length).toBe(4100 + (report === 'overdue' ? 2 : 5));
		// A page far behind is found in another way than the first ones.
		for (const offset of [50, 1500, 4080, 5000]) {
			const found = (await read(report, {}, { limit: 50, offset }))!;
			expect([offset, found.rows, found.more]).toEqual([offset, parts.flat().slice(offset, offset + 50), offset + 50 < parts.flat().length]);
		}
		// The way on and back goes from row to row, whatever the number of the page says.
		const far = (await read(report, {}, { limit: 50, offset: 1500 }))!;
		const [after, before] = [far.beside.after!, far.beside.before!];
		for (const offset of [1550, 9000]) {
			const next = (await read(report, {}, { limit: 50, offset, beside: { after } }))!;
			expect([offset, next.rows, next.more]).toEqual([offset, parts.flat().slice(1550, 1600), true]);
		}
		const previous = (await read(report, {}, { limit: 50, offset: 1450, beside: { before } }))!;
		expect([previous.rows, previous.more]).toEqual([parts.flat().slice(1450, 1500), true]);
		const last = (await read(report, {}, { limit: 50, offset: 4050, beside: { after: parts.flat().at(-1)!.key } }))!;
		expect([last.rows, last.more, last.beside]).toEqual([[], false, { before: null, after: null }]);
		// A row that is gone, or never was, leaves the number of the page.
		for (const gone of [crypto.randomUUID(), 'nobody', `${people.learner.id} course`, '%']) {
			expect([gone, (await read(report, {}, { limit: 50, offset: 1500, beside: { after: gone } }))!.rows]).toEqual([gone, far.rows]);
		}
		expect((await read(report, {}, { limit: 50, offset: 0 }))!.beside).toEqual({ before: null, after: null });
	}
});

describe('a course that is valid for a year', () => {
	const zone = 'Europe/Sofia';
	/** Ten in the morning. */
	const on = (day: string) => new Date(`${day}T08:00:00Z`);
	const until = (day: string) => endOfDay(day, zone);
	const exam = 'basics/exam';
	let person: TestPerson;
	const course = () => library.current().course('basics')!;
	const title = () => course().title.en!;

	beforeAll(async () => {
		course().validity = 365;
		person = await makePerson(db, now, { name: 'Vera Valid' });
		const [published] = await db.select({ id: release.id }).from(release);
		await db.insert(positionAssignment).values({ employeeId: person.id, position: 'clerk', since: '2026-04-01' });
		await db.insert(enrolment).values({
			...{ employeeId: person.id, course: 'basics', source: 'position', mandatory: true, place: 0, assignedOn: '2026-04-02', dueAt: on('2026-06-01') },
			...{ completedAt: on('2026-05-03'), completedRelease: published!.id }
		});
	});

	/** What each report says of the person on a day, after the hourly job. */
	async function says(report: ReportKey, day: string, filter: Partial<ReportFilter> = {}) {
		await openRenewals(db, library.current(), on(day));
		const { rows, columns } = (await readReport(db, library, people.hr, { report, filter: { ...all, ...filter } }, { limit: 50, offset: 0 }, 'en', on(day)))!;
		const cell = (row: ReportRow, key: string) => row.cells[columns.findIndex((column) => column.key === key)] ?? null;
		return rows.filter(({ personId }) => personId === person.id).map((row) => (...keys: string[]) => keys.map((key) => cell(row, key)));
	}
	const progress = async (day: string) => (await says('progress', day, { position: 'clerk', from: '2026-04-02', to: '2026-04-02' }))[0]!('state', 'due', 'completed', 'renewed', 'valid-until');
	const expiring = async (day: string, filter: Partial<ReportFilter> = {}) =>
		(await says('expiring', day, filter)).map((row) => row('kind', 'ending', 'level', 'renew-from', 'due', 'valid-until', 'validity', 'to-do'));
	/** The round that is open is passed: an exemption leaves nothing to ask. */
	async function renew(day: string) {
		const [round] = await db.select({ id: renewal.id }).from(renewal).where(and(eq(renewal.employeeId, person.id), sql`${renewal.completedAt} is null`));
		await db.insert(allowance).values({ employeeId: person.id, kind: 'exemption', lesson: exam, reason: 'Trains others.', grantedBy: people.hr.id, clientKey: crypto.randomUUID(), grantedAt: on(day), renewalId: round!.id });
		await openRenewals(db, library.current(), on(day));
	}
	const first = on('2026-05-03');

	test('is valid until the same day of the next year, and is not expiring before its last month', async () => {
		expect(await progress('2027-04-02')).toEqual(['completed', on('2026-06-01'), first, null, until('2027-05-03')]);
		expect(await expiring('2027-04-02')).toEqual([]);
	});

	test('in its last month it is to be renewed; period, course, mentor, team and position find it or not', async () => {
		expect(await progress('2027-04-03')).toEqual(['due', until('2027-05-03'), first, null, until('2027-05-03')]);
		const asked = [['course', title(), null, on('2027-04-03'), until('2027-05-03'), until('2027-05-03'), 'due', 'pass-again']];
		expect(await expiring('2027-04-03')).toEqual(asked);
		const found = async (filter: Partial<ReportFilter>) => (await expiring('2027-04-20', filter)).length;
		for (const filter of [{ from: '2027-05-03', to: '2027-05-03' }, { position: 'clerk' }, { course: 'basics' }]) expect([filter, await found(filter)]).toEqual([filter, 1]);
		for (const filter of [{ from: '2027-05-04' }, { to: '2027-05-02' }, { course: 'advanced' }, { team: 'Phone team' }, { mentor: people.mentor.id }]) expect([filter, await found(filter)]).toEqual([filter, 0]);
		await db.insert(mentorship).values({ menteeId: person.id, mentorId: people.mentor.id, since: now });
		await db.update(employee).set({ teamId: people.teamId }).where(eq(employee.id, person.id));
		expect([await found({ mentor: people.mentor.id }), await found({ team: 'Phone team' })]).toEqual([1, 1]);
	});

	test('it stands among levels, the longest waiting first, on pages and in the file', async () => {
		await db.update(levelState).set({ dueAt: on('2027-04-10'), validUntil: on('2027-05-10') }).where(eq(levelState.employeeId, people.learner.id));
		await db.update(levelState).set({ dueAt: on('2027-03-10'), validUntil: on('2027-04-10') }).where(eq(levelState.employeeId, people.teamLearner.id));
		const { rows } = (await readReport(db, library, people.hr, { report: 'expiring', filter: all }, { limit: 50, offset: 0 }, 'en', on('2027-04-20')))!;
		expect(rows.map(({ cells }) => [cells[0], cells[3]])).toEqual([
			['level', at(30)],
			['level', on('2027-03-10')],
			['course', on('2027-04-03')],
			['level', on('2027-04-10')]
		]);
		const parts: ReportRow[][] = [];
		for await (const part of exportReport(db, library, people.hr, { report: 'expiring', filter: all }, 'en', on('2027-04-20'))!.parts) parts.push(part);
		expect(parts.flat()).toEqual(rows);
		const page = await readReport(db, library, people.hr, { report: 'expiring', filter: all }, { limit: 2, offset: 1 }, 'en', on('2027-04-20'));
		expect(page).toMatchObject({ rows: rows.slice(1, 3), more: true });
	});

	test('renewed in time, it is valid a year from the old end, and gone from the expiring ones', async () => {
		await renew('2027-04-20');
		expect(await progress('2027-04-21')).toEqual(['completed', on('2026-06-01'), first, on('2027-04-20'), until('2028-05-02')]);
		expect(await expiring('2027-04-21')).toEqual([]);
	});

	test('asked for again it still says when it was renewed last; past its end it has expired; renewed late, a year from then', async () => {
		expect(await progress('2028-04-02')).toEqual(['due', until('2028-05-02'), first, on('2027-04-20'), until('2028-05-02')]);
		expect(await expiring('2028-05-03')).toEqual([['course', title(), null, on('2028-04-02'), until('2028-05-02'), until('2028-05-02'), 'expired', 'pass-again']]);
		await renew('2028-06-01');
		expect(await progress('2028-06-02')).toEqual(['completed', on('2026-06-01'), first, on('2028-06-01'), until('2029-06-01')]);
	});

	test('one that is voluntary says so; one that rests says so, at the end; who left is not told', async () => {
		await openRenewals(db, library.current(), on('2029-05-02'));
		await db.update(renewal).set({ mandatory: false }).where(eq(renewal.round, 3));
		const window = [on('2029-05-02'), until('2029-06-01'), until('2029-06-01')];
		expect(await expiring('2029-05-02')).toEqual([['course', title(), null, ...window, 'due', 'may-pass-again']]);
		await db.update(positionAssignment).set({ until: '2029-05-03' }).where(eq(positionAssignment.employeeId, person.id));
		expect(await expiring('2029-05-04')).toEqual([['course', title(), null, on('2029-05-02'), null, until('2029-06-01'), 'valid', 'nothing-asked']]);
		expect((await says('progress', '2029-05-04', { mentor: people.mentor.id }))[0]!('state', 'renewed', 'valid-until')).toEqual(['completed', on('2028-06-01'), until('2029-06-01')]);
		expect(await expiring('2029-06-02')).toMatchObject([{ 6: 'expired', 7: 'nothing-asked' }]);
		const { rows } = (await readReport(db, library, people.hr, { report: 'expiring', filter: all }, { limit: 50, offset: 0 }, 'en', on('2029-06-02')))!;
		expect(rows.at(-1)!.personId).toBe(person.id);
		await db.update(employee).set({ leftAt: on('2029-06-03') }).where(eq(employee.id, person.id));
		expect(await expiring('2029-06-04')).toEqual([]);
		expect(await says('progress', '2029-06-04')).toEqual([]);
		await db.update(employee).set({ leftAt: null }).where(eq(employee.id, person.id));
	});

	test('valid for good by now, it runs out no more; that it was renewed stays', async () => {
		course().validity = null;
		expect(await expiring('2029-06-04')).toEqual([]);
		expect((await says('progress', '2029-06-04', { mentor: people.mentor.id }))[0]!('renewed', 'valid-until')).toEqual([on('2028-06-01'), null]);
		course().validity = 365;
	});

	test('who is not asked for it any more when it runs out is told, too, and who has it for good or has left is not', async () => {
		const [published] = await db.select({ id: release.id }).from(release);
		const done = async (name: string, course: string) => {
			const one = await makePerson(db, now, { name });
			const row = { employeeId: one.id, course, source: 'position', mandatory: true, place: 0, assignedOn: '2026-04-02' };
			await db.insert(enrolment).values({ ...row, completedAt: on('2028-07-10'), completedRelease: published!.id });
			return one;
		};
		const [moved, left] = [await done('Mo Moved', 'basics'), await done('Lea Left', 'basics'), await done('Fay Forgood', 'advanced')];
		await db.update(employee).set({ leftAt: on('2029-01-01') }).where(eq(employee.id, left.id));
		const ends = async (day: string) => {
			await openRenewals(db, library.current(), on(day));
			const { rows } = (await readReport(db, library, people.hr, { report: 'expiring', filter: all }, { limit: 50, offset: 0 }, 'en', on(day)))!;
			return rows.filter(({ person: name }) => /^(Mo|Lea|Fay) /.test(name)).map(({ person: name, cells }) => [name, ...cells]);
		};
		expect(await ends('2029-06-09')).toEqual([]);
		const row = [moved.name, 'course', title(), null, on('2029-06-10'), null, until('2029-07-10')];
		expect(await ends('2029-06-10')).toEqual([[...row, 'valid', 'nothing-asked']]);
		expect(await ends('2029-07-11')).toEqual([[...row, 'expired', 'nothing-asked']]);
		const parts: ReportRow[][] = [];
		for await (const part of exportReport(db, library, people.hr, { report: 'expiring', filter: all }, 'en', on('2029-07-11'))!.parts) parts.push(part);
		expect(parts.flat().filter(({ personId }) => personId === moved.id).map(({ cells }) => cells.at(-1))).toEqual(['nothing-asked']);
	});

	test('each report costs two queries, however many rows; each part of a file one', async () => {
		let queries = 0;
		const counted = drizzle(driver, { logger: { logQuery: () => void queries++ } }) as unknown as Db;
		for (const report of ['progress', 'expiring'] as const) {
			queries = 0;
			await readReport(counted, library, people.hr, { report, filter: all }, { limit: 500, offset: 0 }, 'en', on('2029-06-04'));
			expect([report, queries]).toEqual([report, 2]);
			queries = 0;
			let parts = 0;
			for await (const part of exportReport(counted, library, people.hr, { report, filter: all }, 'en', on('2029-06-04'))!.parts) parts += Math.sign(part.length);
			expect([report, queries]).toEqual([report, parts]);
		}
	});
});
