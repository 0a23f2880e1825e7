import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readContentFolder } from '../content-folder.ts';
import { testDatabase } from '../db/testing.ts';
import { item, lessonProgress, release, releaseItem } from '../db/schema/index.ts';
import { Library } from '../library.ts';
import { enrolAsClerk, testContent } from '../testing-content.ts';
import { makePerson } from '../testing-people.ts';
import { markAsRead, readLesson } from './lessons.ts';
import { publish } from './releases.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-10T08:00:00Z');
let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'content-'));
	await cp(testContent, folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

const change = async (file: string, from: string, to: string) => {
	const text = await readFile(join(folder, file), 'utf8');
	if (!text.includes(from)) throw new Error(`${file} does not say “${from}”`);
	await writeFile(join(folder, file), text.replace(from, to));
};
const releases = async () => (await db.select({ n: count() }).from(release))[0]!.n;
const items = async () => (await db.select({ n: count() }).from(item))[0]!.n;

describe('publishing', () => {
	it('ten servers that start at once publish one release', async () => {
		const outcomes = await Promise.all(Array.from({ length: 10 }, () => publish(db, { folder }, now)));
		expect(outcomes.filter((one) => one.code === 'published')).toHaveLength(1);
		expect(outcomes.filter((one) => one.code === 'unchanged')).toHaveLength(9);
		expect(await releases()).toBe(1);
		const [kept] = await db.select({ n: count() }).from(releaseItem);
		expect(kept!.n).toBe(28);
	});

	it('again without a change is nothing, also with other line ends', async () => {
		expect(await publish(db, { folder }, now)).toMatchObject({ code: 'unchanged', number: 1 });
		await change('courses/basics/hold.en.md', 'Ask first.\n', 'Ask first.\r\n');
		expect(await publish(db, { folder }, now)).toMatchObject({ code: 'unchanged', number: 1 });
		expect(await releases()).toBe(1);
	});

	it('a change makes one new release with one new item, and a running server serves it', async () => {
		const library = new Library(db);
		await library.refresh();
		const before = library.current();
		const kept = await items();
		await change('courses/basics/hold.en.md', 'Ask first.', 'Always ask first.');
		expect(await publish(db, { folder }, now)).toMatchObject({ code: 'published', number: 2, rendered: 1 });
		expect(await items()).toBe(kept + 1);
		await library.refresh();
		expect(library.current().number).toBe(2);
		const lesson = library.current().lesson('basics/hold')!.lesson;
		expect(JSON.stringify(await library.item(lesson.hash))).toContain('Always ask first.');
		// What was shown before can still be shown.
		const earlier = before.lesson('basics/hold')!.lesson;
		expect(earlier.hash).not.toBe(lesson.hash);
		expect(JSON.stringify(await library.item(earlier.hash))).toContain('<p>Ask first.');
		expect(await library.exerciseIn(before.id, 'basics/hold/hold-steps')).toBe(lesson.exercises[0]!.hash);
		library.close();
	});

	it('a second server serves the new release within seconds', async () => {
		const library = new Library(db);
		await library.refresh();
		library.follow();
		await change('courses/basics/hold.en.md', 'Always ask first.', 'Ask, then hold.');
		await publish(db, { folder }, now);
		await expect.poll(() => library.current().number, { timeout: 6000 }).toBe(3);
		library.close();
	});

	it('an error publishes nothing and says where it is', async () => {
		await change('courses/basics/hold.en.md', 'Ask, then hold.', 'Ask <script>alert(1)</script>.');
		const outcome = await publish(db, { folder }, now);
		expect(outcome).toMatchObject({ code: 'problems' });
		await change('courses/basics/hold.en.md', 'Ask <script>alert(1)</script>.', 'Ask, then hold.');
		const problems = outcome.code === 'problems' ? outcome.problems : [];
		expect(problems.filter((one) => one.severity === 'error').slice(0, 1)).toMatchObject([{ file: 'courses/basics/hold.en.md', code: 'raw-html' }]);
		expect(await releases()).toBe(3);
	});

	it('a lesson that was only opened may disappear', async () => {
		const library = new Library(db);
		await library.refresh();
		const reader = await makePerson(db, now, { name: 'Rosa Reader' });
		await enrolAsClerk(db, library, reader.id, now);
		await cp(join(folder, 'courses/basics/hold.en.md'), join(folder, 'courses/basics/brief.en.md'));
		await change('courses/basics/course.yaml', '- hold', '- hold\n  - brief');
		expect(await publish(db, { folder }, now)).toMatchObject({ code: 'published', number: 4 });
		await library.refresh();
		expect(await readLesson(db, library, reader, 'basics/brief', 'en', now)).not.toBeNull();
		expect(await db.$count(lessonProgress, eq(lessonProgress.lesson, 'basics/brief'))).toBe(1);
		await rm(join(folder, 'courses/basics/brief.en.md'));
		await change('courses/basics/course.yaml', '- hold\n  - brief', '- hold');
		expect(await publish(db, { folder }, now)).toMatchObject({ code: 'published', number: 5 });
	});

	it('a name with learner data that disappears stops the release', async () => {
		const library = new Library(db);
		await library.refresh();
		const learner = await makePerson(db, now, { name: 'Lena Learner' });
		await enrolAsClerk(db, library, learner.id, now);
		await markAsRead(db, library, learner, 'basics/hold', now);
		await rename(join(folder, 'courses/basics/hold.en.md'), join(folder, 'courses/basics/wait.en.md'));
		await change('courses/basics/course.yaml', '- hold', '- wait');
		expect(await publish(db, { folder }, now)).toEqual({ code: 'orphans', names: ['basics/hold'] });
		expect(await releases()).toBe(5);
		await rename(join(folder, 'courses/basics/wait.en.md'), join(folder, 'courses/basics/hold.en.md'));
		await change('courses/basics/course.yaml', '- wait', '- hold');
	});

	it('going back to an earlier state is a release of its own, with no new item', async () => {
		const kept = await items();
		await change('courses/basics/hold.en.md', 'Ask, then hold.', 'Always ask first.');
		expect(await publish(db, { folder }, now)).toMatchObject({ code: 'published', number: 6, rendered: 0 });
		expect(await items()).toBe(kept);
	});
});

describe('what is stored', () => {
	it('keeps the key apart from what is shown', async () => {
		const rows = await db.select().from(item);
		for (const row of rows) {
			expect(JSON.stringify(row.shown)).not.toContain('SECRET');
			expect(JSON.stringify(row.source)).not.toContain('SECRET');
		}
		expect(rows.some((row) => JSON.stringify(row.key).includes('SECRET-FEEDBACK-WRONG-4821'))).toBe(true);
		const [newest] = await db.select().from(release).orderBy(desc(release.number)).limit(1);
		expect(JSON.stringify(newest!.academy)).not.toContain('SECRET');
	});

	it('reads no hidden file', async () => {
		await writeFile(join(folder, '.notes.md'), 'mine');
		expect([...(await readContentFolder(folder)).keys()].some((name) => name.includes('.notes'))).toBe(false);
	});
});
