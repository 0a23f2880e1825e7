import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../../content/compile.ts';
import { readContentFolder } from '../content-folder.ts';
import { inquiry } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { openTestLibrary, testContent } from '../testing-content.ts';
import { makePeople, type TestPeople } from '../testing-people.ts';
import { checkContentFolder, readContentState } from './content-state.ts';
import { askMentor } from './inquiries.ts';

const { db, sql } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'content-state-'));
let library: Library;
let people: TestPeople;

beforeAll(async () => {
	cpSync(testContent, folder, { recursive: true });
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('only authors and administrators see it', async () => {
	for (const person of [people.learner, people.mentor, people.hr]) {
		expect(await readContentState(db, library, person, 'en')).toBeNull();
		expect(await checkContentFolder(person, folder, now)).toBeNull();
	}
	for (const person of [people.author, people.admin]) expect(await readContentState(db, library, person, 'en')).toMatchObject({ number: 1 });
});

test('names the release, what it holds, and for each clause how often it is taught, asked and observed', async () => {
	const { academy } = library.current();
	const state = (await readContentState(db, library, people.author, 'ru'))!;
	expect(state).toMatchObject({ number: 1, publishedAt: now, courses: academy.courses.length });
	expect(state.lessons).toBe(academy.courses.flatMap(({ lessons }) => lessons).length);
	expect(state.coverage.map(({ id }) => id)).toEqual(academy.handbook.flatMap(({ clauses }) => clauses.map(({ id }) => id)));
	// In tests/content: taught in one lesson, asked in another; asked by one question and everything there is to practise.
	expect(state.coverage.find(({ id }) => id === 'phone.greeting')).toMatchObject({ page: 'phone', key: 'greeting', taught: 1, asked: 5 });
	// The numbers of content:check.
	const { statistics } = compile(await readContentFolder(folder));
	expect(state.coverage.map(({ id, taught, asked, observed }) => ({ id, taught, asked, observed }))).toEqual(
		statistics.coverage.map(({ clause, taught, asked, observed }) => ({ id: clause, taught: taught.length, asked: asked.length, observed: observed.length }))
	);
	expect(state.coverage.some(({ observed }) => observed > 0)).toBe(true);
});

describe('the questions of learners', () => {
	test('are counted by lesson, the most asked first, with those that wait; two queries however many', async () => {
		const ask = (lesson: string) => askMentor(db, library, people.learner, { lesson, body: 'Why?', clientKey: crypto.randomUUID() }, now);
		await ask('basics/hold');
		await db.update(inquiry).set({ answer: 'So.', answeredAt: now, answeredBy: people.mentor.id });
		for (let n = 0; n < 3; n++) await ask('basics/greet');
		let queries = 0;
		const counted = drizzle(sql, { logger: { logQuery: () => void queries++ } });
		const state = (await readContentState(counted, library, people.author, 'en'))!;
		expect(state.inquiries).toEqual([
			{ lesson: 'basics/greet', title: 'Greeting people', asked: 3, waiting: 3 },
			{ lesson: 'basics/hold', title: expect.any(String), asked: 1, waiting: 0 }
		]);
		expect(queries).toBe(2);
		// Numbers only: what was asked is between learner and mentor.
		expect(JSON.stringify(state)).not.toContain('Why?');
	});
});

async function problemsOf(place: string) {
	const problems = await checkContentFolder(people.author, place, now);
	if (problems === null || problems === 'unreadable') throw new Error(String(problems));
	return problems;
}

test('a folder that is not there is told, and no mistake of ours', async () => {
	expect(await checkContentFolder(people.author, join(folder, 'moved'), now)).toBe('unreadable');
	expect(await checkContentFolder(people.author, join(folder, 'academy.yaml'), now)).toBe('unreadable');
});

test('the folder is checked as it is now, published or not', async () => {
	expect((await problemsOf(folder)).filter(({ severity }) => severity === 'error')).toEqual([]);
	writeFileSync(join(folder, 'courses/basics/greet.en.md'), 'no front matter');
	const problems = await problemsOf(folder);
	expect(problems).toContainEqual(expect.objectContaining({ severity: 'error', file: 'courses/basics/greet.en.md' }));
	expect((await readContentState(db, library, people.author, 'en'))!.number).toBe(1);
});
