import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { employee, levelState, positionAssignment, team } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { exportMatrix, readMatrix, type MatrixFilter, type MatrixRow } from './matrix.ts';
import { explainCell } from './matrix-why.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
const day = 86_400_000;
const at = (days: number) => new Date(now.getTime() + days * day);
const everybody: MatrixFilter = { by: 'team', search: '', position: null, team: '', competency: null, state: null };
let library: Library;
let people: TestPeople;
const ids: Record<string, string> = {};

/** Two teams and one without; clerks need listening at level 3. */
beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	const [north] = await db.insert(team).values({ name: 'North' }).returning();
	const add = async (name: string, given: { teamId?: string; clerk?: boolean; state?: Partial<typeof levelState.$inferInsert> }) => {
		const { id } = await makePerson(db, now, { name, teamId: given.teamId ?? null });
		ids[name] = id;
		if (given.clerk) await db.insert(positionAssignment).values({ employeeId: id, position: 'clerk', since: '2026-11-02' });
		if (given.state) await db.insert(levelState).values({ employeeId: id, competency: 'listening', level: 0, computedAt: now, ...given.state });
	};
	await add('Alma', { teamId: north!.id, clerk: true, state: { level: 3, validUntil: at(200), dueAt: at(100) } });
	await add('Boyan', { teamId: north!.id, clerk: true, state: { level: 1 } });
	await add('Cveta', { teamId: north!.id, clerk: true });
	await add('Due Dimo', { teamId: people.teamId, clerk: true, state: { level: 3, ready: 3, validUntil: at(10), dueAt: at(-20) } });
	await add('Expired Eva', { clerk: true, state: { level: 4, validUntil: at(-1), dueAt: at(-31) } });
	await add('Ready Rada', { state: { level: 2, ready: 3 } });
});

const read = async (filter: Partial<MatrixFilter> = {}, page = { limit: 50, offset: 0 }, actor = people.hr) =>
	readMatrix(db, library, actor, { ...everybody, ...filter }, page, 'en', now);
const namesOf = async (filter: Partial<MatrixFilter>) => (await read(filter))!.groups.flatMap(({ people: some }) => some.map(({ name }) => name)).toSorted();

describe('the matrix', () => {
	test('is HR’s alone', async () => {
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
			expect(await read({}, undefined, actor)).toBeNull();
			expect(exportMatrix(db, library, actor, everybody, 'en', now)).toBeNull();
			expect(await explainCell(db, library, actor, { employeeId: ids['Alma']!, competency: 'listening' }, 'en', now)).toBeNull();
		}
	});

	test('shows teams in order, those without one last, with averages of who has begun', async () => {
		const { groups, total, columns } = (await read())!;
		expect(columns).toEqual([{ key: 'listening', title: 'Listening' }]);
		expect(groups.map(({ title, n }) => [title, n])).toEqual([['North', 3], ['Phone team', 2], [null, 9]]);
		expect(total).toBe(14);
		expect(groups[0]).toMatchObject({
			people: [
				{ name: 'Alma', team: 'North', position: 'Clerk', cells: [{ level: 3, target: 3, lacks: 0, validity: 'current', ready: null }] },
				{ name: 'Boyan', cells: [{ level: 1, target: 3, lacks: 2, validity: null }] },
				{ name: 'Cveta', cells: [{ level: null, target: 3, lacks: 3, validity: null }] }
			],
			figures: [{ average: 2, n: 2, below: 2 }]
		});
		// Who needs nothing lacks nothing.
		expect(groups[2]!.people.find(({ name }) => name === 'Ready Rada')).toMatchObject({ cells: [{ level: 2, target: null, lacks: 0, ready: 3 }] });
		expect(groups[2]!.figures).toEqual([{ average: 3, n: 2, below: 0 }]);
	});

	test('is grouped by position, or not at all', async () => {
		const byPosition = (await read({ by: 'position' }))!;
		expect(byPosition.groups.map(({ key, title, n }) => [key, title, n])).toEqual([['clerk', 'Clerk', 5], [null, null, 9]]);
		expect(byPosition.groups[0]!.figures).toEqual([{ average: 11 / 4, n: 4, below: 2 }]);
		const ungrouped = (await read({ by: 'none' }))!;
		expect(ungrouped.groups).toHaveLength(1);
		const names = ungrouped.groups[0]!.people.map(({ name }) => name);
		expect(names).toEqual(names.toSorted());
		expect(names).toHaveLength(14);
	});

	test.each<[string, Partial<MatrixFilter>, string[]]>([
		['below', { state: 'gap' }, ['Boyan', 'Cveta']],
		['due', { state: 'due' }, ['Due Dimo']],
		['expired', { state: 'expired' }, ['Expired Eva']],
		['ready', { state: 'ready' }, ['Due Dimo', 'Ready Rada']],
		['part of a name', { search: ' OYA ' }, ['Boyan']],
		['a sign that is none', { search: '%' }, []],
		['position', { position: 'clerk', search: 'a' }, ['Alma', 'Boyan', 'Cveta', 'Expired Eva']],
		['team, in any case', { team: 'north' }, ['Alma', 'Boyan', 'Cveta']],
		['several', { team: 'North', state: 'gap', by: 'position', competency: 'listening' }, ['Boyan', 'Cveta']],
		['a team there is not', { team: 'West' }, []]
	])('filter: %s', async (_, filter, names) => {
		expect(await namesOf(filter)).toEqual(names);
		expect((await read(filter))!.total).toBe(names.length);
	});

	test('says of a team whether there is one', async () => {
		expect(await read({ team: 'West' })).toMatchObject({ teams: { known: false }, groups: [] });
		expect(await read({ team: 'NORTH' })).toMatchObject({ teams: { known: true, all: ['North', 'Phone team'] } });
	});

	test.each(['team', 'position', 'none'] as const)('pages by %s hold everybody once', async (by) => {
		const whole = (await read({ by }))!.groups.flatMap((group) => group.people.map(({ id }) => id));
		const paged: string[] = [];
		for (let offset = 0; offset < 20; offset += 4) {
			const { groups } = (await read({ by }, { limit: 4, offset }))!;
			if (by === 'team' && offset === 8) expect(groups).toMatchObject([{ title: null, continued: true, n: 9 }]);
			paged.push(...groups.flatMap((group) => group.people.map(({ id }) => id)));
		}
		expect(paged).toEqual(whole);
		expect(new Set(whole).size).toBe(14);
	});

	test('who has left is not in it; a small change is seen at once', async () => {
		expect(await namesOf({ search: 'Leaver' })).toEqual([]);
		await db.update(levelState).set({ level: 2 }).where(and(eq(levelState.employeeId, ids['Boyan']!), eq(levelState.competency, 'listening')));
		expect((await read({ team: 'North' }))!.groups[0]!.figures).toEqual([{ average: 2.5, n: 2, below: 2 }]);
		await db.update(employee).set({ leftAt: now }).where(eq(employee.id, ids['Cveta']!));
		expect(await namesOf({ team: 'North' })).toEqual(['Alma', 'Boyan']);
		await db.update(employee).set({ leftAt: null }).where(eq(employee.id, ids['Cveta']!));
	});

	test('is exported in the order of its pages', async () => {
		const rows: MatrixRow[] = [];
		for await (const part of exportMatrix(db, library, people.hr, everybody, 'en', now)!.parts) rows.push(...part);
		expect(rows).toEqual((await read())!.groups.flatMap((group) => group.people));
	});
});

describe('the why', () => {
	test('says what is missing and who can do it', async () => {
		const why = await explainCell(db, library, people.hr, { employeeId: people.learner.id, competency: 'listening' }, 'en', now);
		expect(why).toMatchObject({ person: { name: 'Lena Learner' }, mentors: ['Maria Mentor'], aim: 1, missing: [{ by: 'person', line: { line: { kind: 'lessons-read' } } }], mentorsShort: 0 });
		const inTeam = await explainCell(db, library, people.hr, { employeeId: people.teamLearner.id, competency: 'listening' }, 'en', now);
		expect(inTeam).toMatchObject({ person: { team: 'Phone team' }, mentors: ['Maria Mentor'] });
		// HR is led to no page of somebody else's.
		expect(inTeam!.competency.evidence.every(({ href }) => href === null)).toBe(true);
	});

	test('of nobody and of nothing is null', async () => {
		for (const cell of [
			{ employeeId: crypto.randomUUID(), competency: 'listening' },
			{ employeeId: 'x', competency: 'listening' },
			{ employeeId: people.learner.id, competency: 'gone' }
		]) {
			expect(await explainCell(db, library, people.hr, cell, 'en', now)).toBeNull();
		}
	});
});
