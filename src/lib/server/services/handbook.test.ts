import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { enrolAsClerk, openTestLibrary } from '../testing-content.ts';
import { makePeople, type TestPeople } from '../testing-people.ts';
import { readContents, readHandbookPage } from './handbook.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-10T08:00:00Z');
let people: TestPeople;
let library: Library;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
	await enrolAsClerk(db, library, people.learner.id, now);
});

async function clauseOf(actor: TestPeople['learner'], key: string, locale = 'en') {
	const page = await readHandbookPage(db, library, actor, 'phone', locale);
	const piece = page?.pieces.find((one) => one.kind === 'clause' && one.anchor === key);
	if (piece?.kind !== 'clause') throw new Error('no clause');
	return piece;
}

it('contents are the pages with their clauses, for whoever is signed in', () => {
	expect(readContents(library, people.otherLearner, 'en')).toEqual([
		{
			key: 'phone',
			title: 'On the phone',
			summary: 'How we speak.',
			lang: 'en',
			clauses: [
				{ key: 'greeting', title: 'Say who you are' },
				{ key: 'hold', title: 'Ask before you hold' }
			]
		}
	]);
	expect(readContents(library, { id: people.learner.id, roles: [] }, 'en')).toEqual([]);
});

describe('a page', () => {
	it('comes clause by clause, as HTML whose links lead to clauses', async () => {
		const page = await readHandbookPage(db, library, people.learner, 'phone', 'en');
		expect(page).toMatchObject({
			title: 'On the phone',
			textLocale: 'en',
			headings: [
				{ anchor: 'greeting', title: 'Say who you are' },
				{ anchor: 'hold', title: 'Ask before you hold' }
			]
		});
		expect((await clauseOf(people.learner, 'greeting')).html).toContain('<a href="/handbook/phone#hold">hold</a>');
	});

	it('without a translation is read in the default language, and says so', async () => {
		const page = await readHandbookPage(db, library, people.learner, 'phone', 'bg');
		expect(page).toMatchObject({ title: 'On the phone', textLocale: 'en' });
		expect(readContents(library, people.learner, 'bg')[0]!.lang).toBe('en');
	});

	it('that does not exist, or for nobody, is null', async () => {
		expect(await readHandbookPage(db, library, people.learner, 'nowhere', 'en')).toBeNull();
		expect(await readHandbookPage(db, library, people.learner, '__proto__', 'en')).toBeNull();
		expect(await readHandbookPage(db, library, { id: people.learner.id, roles: [] }, 'phone', 'en')).toBeNull();
	});
});

describe('a clause says where it is taught and asked', () => {
	it('with links for somebody who has the course', async () => {
		const { uses } = await clauseOf(people.learner, 'greeting');
		expect(uses.taught).toEqual([
			{ title: 'Greeting people', course: 'Basics', href: '/learn/basics/greet' }
		]);
		expect(uses.asked).toEqual([
			{
				title: 'Greeting people',
				course: 'Basics',
				isAssessment: false,
				count: 1,
				checks: [{ number: 1, href: '/learn/basics/greet#check-name-first' }]
			},
			{ title: 'Practice', course: 'Practice', isAssessment: false, count: 1, checks: [] }
		]);
		expect((await clauseOf(people.learner, 'hold')).uses.asked.map(({ checks }) => checks)).toEqual([
			[{ number: 1, href: '/learn/basics/hold#check-hold-steps' }]
		]);
	});

	it('in plain words for everybody else, in the language of the screen', async () => {
		const { uses } = await clauseOf(people.otherLearner, 'greeting', 'ru');
		expect(uses.taught).toEqual([
			{ title: 'Greeting people', course: 'Основы', href: null }
		]);
		expect(uses.asked).toMatchObject([
			{ course: 'Основы', count: 1, checks: [] },
			{ course: 'Практика', count: 1, checks: [] }
		]);
	});

	it('never with the question or its answer', async () => {
		const page = await readHandbookPage(db, library, people.learner, 'phone', 'en');
		expect(JSON.stringify(page)).not.toMatch(/SECRET|POOL|What comes first/);
	});
});
