// The server or its database goes away in the middle of work: the page says so, and nothing is lost.
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openDatabase, type Database } from '../src/lib/server/db/open.ts';
import { AttemptPage } from './attempt-page.ts';
import { expect, signInAs, test as base } from './fixtures.ts';
import { expectAccessible } from './good-page.ts';
import { start, temporaryFolder, type SignIns, type Started } from './server.ts';
import { m } from './words.ts';

interface Own {
	folder: string;
	origin: string;
	people: SignIns;
	server: Started;
	/** Starts it again on the same folder and port. */
	restart(): Promise<void>;
}

/** An academy of the test's own, to be killed. */
const test = base.extend<{ own: Own }>({
	own: async ({}, use) => {
		const folder = temporaryFolder();
		const server = start({ env: { DEMO: 'yes', DATA_DIR: folder } });
		const origin = await server.origin();
		const own: Own = {
			folder,
			origin,
			people: await server.signIns(),
			server,
			async restart() {
				own.server = start({ env: { DEMO: 'yes', DATA_DIR: folder, PORT: new URL(origin).port } });
				await own.server.origin();
			}
		};
		await use(own);
		await own.server.stop();
		rmSync(folder, { recursive: true, force: true });
	},
	baseURL: async ({ own }, use) => use(own.origin)
});
test.setTimeout(120_000);

test('@full kill -9 of the server between autosave and submit', async ({ page, own, library }) => {
	await signInAs(page.request, own.origin, own.people.learner);
	const attempt = new AttemptPage(page, library, 'the-standard/assessment');
	const id = await attempt.start();
	await attempt.answer();
	await attempt.expectSaved();
	await attempt.goOn();
	await attempt.at(2);
	await attempt.answer();
	await attempt.expectSaved();

	own.server.process.kill('SIGKILL');
	await own.server.ended;
	await attempt.goOn();
	await attempt.at(3);
	await attempt.answer();
	await expect(attempt.sheet.getByText(m.learn_waiting_to_send())).toBeVisible();
	await attempt.submit();
	await expect(page.getByText(m.learn_cannot_submit())).toBeVisible();

	await own.restart();
	await attempt.goTo(3);
	await attempt.expectSaved();
	await attempt.submit();
	await expect(page.getByRole('heading', { name: m.learn_result_questions() })).toBeVisible();
	const after = await open(own);
	const [row] = await after.sql<{ state: string; earned: number }[]>`select state, earned from attempt where id = ${id}`;
	await after.close();
	expect(row).toMatchObject({ state: 'submitted', earned: 3 });
});

test('@full the database is restarted under a request: the page says try again, and the answer is kept', async ({ page, own, library }) => {
	await signInAs(page.request, own.origin, own.people.learner);
	const database = await open(own);
	const attempt = new AttemptPage(page, library, 'the-standard/assessment');
	const id = await attempt.start();

	await test.step('while an answer is being saved', async () => {
		const holder = await hold(database, 'response');
		const key = await attempt.answer();
		await holder.waiting();
		killDatabase(own.folder);
		await own.server.line(/The database stopped by itself; starting it again/);
		await attempt.expectSaved();
		const again = await open(own);
		await expect
			.poll(async () => (await again.sql<{ question: string }[]>`select question from response where attempt_id = ${id}`).map(({ question }) => question))
			.toEqual([key]);
		await again.close();
	});
	await database.close();

	await test.step('while a page is being opened', async () => {
		const again = await open(own);
		const holder = await hold(again, 'attempt');
		const opening = page.goto('/learn/the-standard/assessment');
		await holder.waiting();
		killDatabase(own.folder);
		expect((await opening)!.status()).toBe(503);
		await again.close();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.error_unreachable_title());
		await expectAccessible(page, 'the page without a database');
		// The link is pressed until it helps, as a person would.
		await expect(async () => {
			const back = page.getByRole('link', { name: m.error_try_again() });
			if (await back.isVisible()) await back.click();
			await expect(page.getByRole('link', { name: m.learn_go_on() })).toBeVisible({ timeout: 1000 });
		}).toPass();
		await page.getByRole('link', { name: m.learn_go_on() }).click();
		await attempt.expectStep(1, true);
	});
});

async function open({ folder }: Own): Promise<Database> {
	return openDatabase({ DATABASE_URL: null, DATA_DIR: folder }, { join: true, connections: 2 });
}

/** Holds a table, so that whoever needs it waits. */
async function hold(database: Database, table: string) {
	const holder = await database.sql.reserve();
	await holder`begin`;
	await holder`lock table ${holder(table)} in access exclusive mode`;
	return {
		waiting: () =>
			expect.poll(async () => (await database.sql`select 1 from pg_locks where not granted`).length).toBeGreaterThan(0)
	};
}

function killDatabase(folder: string): void {
	const [pid] = readFileSync(path.join(folder, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n');
	process.kill(Number(pid), 'SIGKILL');
}
