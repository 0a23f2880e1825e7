// Answers without a connection: the page says so, they wait in this browser as their writer's, and nothing is lost.
import { expect, test, type Login } from './fixtures.ts';
import { giveAnswer, readQuestion } from './answers.ts';
import { AttemptPage } from './attempt-page.ts';
import type { Database } from '../src/lib/server/db/open.ts';
import type { Page } from '@playwright/test';
import { m } from './words.ts';

const lesson = 'the-standard/written-model';
const assessment = 'the-standard/assessment';

/** The page’s scripts have taken over, and so has what answers for it without a connection. */
async function ready(page: Page): Promise<void> {
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
	await expect(page.getByRole('button', { name: /^Move down/ }).first()).toBeVisible();
}

async function answersIn(database: Database, person: { id: string }): Promise<number> {
	const rows = await database.sql`select 1 from check_response where employee_id = ${person.id}`;
	return rows.length;
}

async function savedIn(database: Database, attempt: string): Promise<string[]> {
	const rows = await database.sql<{ question: string }[]>`
		select question from response where attempt_id = ${attempt} order by saved_at`;
	return rows.map(({ question }) => question);
}

test.describe('@full a check in a lesson', () => {
	test('waits, survives a reload, is sent when the connection returns', async ({ page, context, newcomer, signIn, library, database }) => {
		const person = await newcomer();
		await signIn(person);
		await page.goto(`/learn/${lesson}`);
		await ready(page);
		const [first] = library.current().lesson(lesson)!.lesson.exercises;
		const check = page.locator(`#check-${first!.key}`);

		await context.setOffline(true);
		await giveAnswer(check, await readQuestion(library, first!.name), 'en');
		await check.getByRole('button', { name: m.learn_check_answer(), exact: true }).click();
		await expect(check.getByText(m.learn_waiting_to_send())).toBeVisible();

		expect(await answersIn(database, person)).toBe(0);

		// Between two documents the browser may be connected for a moment and send what waits: it is sent again, and counts once.
		await page.reload();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('No connection');

		await context.setOffline(false);
		await page.goto(`/learn/${lesson}`);
		await expect(check.getByRole('heading', { name: m.learn_check_done() })).toBeVisible();
		expect(await answersIn(database, person)).toBe(1);
		await page.reload();
		await expect(check.getByRole('heading', { name: m.learn_check_done() })).toBeVisible();
		expect(await answersIn(database, person)).toBe(1);
	});

	test('is sent by the open page, too', async ({ page, context, newcomer, signIn, library, database }) => {
		const person = await newcomer();
		await signIn(person);
		await page.goto(`/learn/${lesson}`);
		await ready(page);
		const [first] = library.current().lesson(lesson)!.lesson.exercises;
		const check = page.locator(`#check-${first!.key}`);
		await context.setOffline(true);
		await giveAnswer(check, await readQuestion(library, first!.name), 'en');
		await check.getByRole('button', { name: m.learn_check_answer(), exact: true }).click();
		await expect(check.getByText(m.learn_waiting_to_send())).toBeVisible();
		await context.setOffline(false);
		await expect(check.getByRole('heading', { name: m.learn_check_done() })).toBeVisible();
		await expect(check.getByText(m.learn_waiting_to_send())).toHaveCount(0);
		expect(await answersIn(database, person)).toBe(1);
	});

	test('is never shown to the next person at the computer, nor sent as theirs', async ({ page, context, newcomer, signIn, library, database }) => {
		const [writer, next] = [await newcomer({ name: 'Кира Първанова' }), await newcomer({ name: 'Киро Следващ' })];
		await signIn(writer);
		await page.goto(`/learn/${lesson}`);
		await ready(page);
		const [first] = library.current().lesson(lesson)!.lesson.exercises;
		const question = await readQuestion(library, first!.name);
		const check = page.locator(`#check-${first!.key}`);
		await context.setOffline(true);
		await giveAnswer(check, question, 'en');
		await check.getByRole('button', { name: m.learn_check_answer(), exact: true }).click();
		await expect(check.getByText(m.learn_waiting_to_send())).toBeVisible();

		// The writer's page stays open; in another tab somebody else signs in, and the connection returns.
		const other = await context.newPage();
		await signIn(next, other);
		await context.setOffline(false);
		await expect(check.getByText(m.learn_somebody_else())).toBeVisible();
		await other.goto(`/learn/${lesson}`);
		await ready(other);
		await expect(other.locator(`#check-${first!.key}`).getByRole('heading', { name: m.learn_check(), exact: true })).toBeVisible();
		for (const place of await other.locator(`#check-${first!.key}`).getByRole('combobox').all()) await expect(place).toHaveValue('');
		expect(await answersIn(database, next)).toBe(0);
		expect(await answersIn(database, writer)).toBe(0);

		// The writer comes back.
		await signIn(writer, other);
		await expect(check.getByRole('heading', { name: m.learn_check_done() })).toBeVisible();
		expect(await answersIn(database, writer)).toBe(1);
		expect(await answersIn(database, next)).toBe(0);
	});
});

test.describe('@full an open attempt', () => {
	test('goes on without a connection; all is sent and submitted when it returns', async ({ page, context, newcomer, signIn, library, database }) => {
		await signIn(await newcomer());
		const attempt = new AttemptPage(page, library, assessment);
		const id = await attempt.start();
		await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
		const keys = [await attempt.answer()];
		await attempt.expectSaved();

		await context.setOffline(true);
		for (const number of [2, 3]) {
			await attempt.goOn();
			await attempt.at(number);
			keys.push(await attempt.answer());
			await expect(attempt.sheet.getByText(m.learn_waiting_to_send())).toBeVisible();
		}
		await expect(page.getByText(m.learn_offline_help())).toBeVisible();
		await attempt.submit();
		await expect(page.getByText(m.learn_cannot_submit())).toBeVisible();
		expect(await savedIn(database, id)).toEqual(keys.slice(0, 1));

		// Reloaded without and then with a connection.
		const address = page.url();
		await page.reload();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('No connection');
		await context.setOffline(false);
		await page.goto(address);
		await expect.poll(async () => (await savedIn(database, id)).toSorted()).toEqual(keys.toSorted());
		for (const [number, answered] of [[1, true], [2, true], [3, true], [4, false]] as const) await attempt.expectStep(number, answered);
		await expect(page.getByText(m.learn_offline_help())).toHaveCount(0);

		await attempt.submit();
		await expect(page.getByRole('heading', { name: m.learn_result_questions() })).toBeVisible();
		const [row] = await database.sql<{ earned: number }[]>`select earned from attempt where id = ${id}`;
		expect(row!.earned).toBe(3);
	});

	test('what is changed while it waits is what counts, even when the server had the first version', async ({ page, newcomer, signIn, library, database }) => {
		await signIn(await newcomer());
		const attempt = new AttemptPage(page, library, assessment);
		const id = await attempt.start();
		// The request arrives; its answer is lost on the way back.
		let lose = true;
		await page.route('**/attempts/**', async (route) => {
			if (!lose || route.request().method() !== 'POST') return route.continue();
			await route.fetch();
			await route.abort();
		});
		const key = await attempt.answer(false);
		await expect(attempt.sheet.getByText(m.learn_waiting_to_send())).toBeVisible();
		await attempt.answer(true);
		await expect(attempt.sheet.getByText(m.learn_waiting_to_send())).toBeVisible();
		lose = false;
		await attempt.expectSaved();
		expect(await savedIn(database, id)).toEqual([key]);
		await attempt.submit();
		await expect(page.getByRole('heading', { name: m.learn_result_questions() })).toBeVisible();
		const [row] = await database.sql<{ earned: number }[]>`select earned from attempt where id = ${id}`;
		expect(row!.earned).toBe(1);
	});

	test('quick changes on a slow line end with the last one', async ({ page, newcomer, signIn, library, database }) => {
		await signIn(await newcomer());
		const attempt = new AttemptPage(page, library, assessment);
		const id = await attempt.start();
		const waiting: (() => void)[] = [];
		let held = true;
		await page.route('**/attempts/**', async (route) => {
			if (held && route.request().method() === 'POST') await new Promise<void>((resolve) => waiting.push(resolve));
			await route.continue();
		});
		const flag = attempt.sheet.getByRole('checkbox', { name: m.learn_mark_for_later() });
		for (const right of [true, false, true, false, true]) {
			await attempt.answer(right);
			await flag.setChecked(right);
		}
		held = false;
		for (const go of waiting) go();
		await attempt.expectSaved();
		await expect(page.getByText(/changed in another tab/)).toHaveCount(0);
		const rows = await database.sql<{ flagged: boolean }[]>`select flagged from response where attempt_id = ${id}`;
		expect(rows).toHaveLength(1);
		expect(rows[0]!.flagged).toBe(true);
		await attempt.submit();
		await expect(page.getByRole('heading', { name: m.learn_result_questions() })).toBeVisible();
		const [row] = await database.sql<{ earned: number }[]>`select earned from attempt where id = ${id}`;
		expect(row!.earned).toBe(1);
	});

	test('signed out meanwhile: the answer waits for the person', async ({ page, context, newcomer, signIn, library, database }) => {
		const person: Login = await newcomer();
		await signIn(person);
		const attempt = new AttemptPage(page, library, assessment);
		const id = await attempt.start();
		await context.clearCookies();
		const key = await attempt.answer();
		await expect(page.getByText(m.learn_signed_out())).toBeVisible();
		expect(await savedIn(database, id)).toEqual([]);
		const other = await context.newPage();
		await other.goto('/sign-in');
		await other.getByLabel(m.auth_login()).fill(person.email);
		await other.getByLabel(m.auth_password()).fill(person.password);
		await other.getByRole('button', { name: m.auth_sign_in() }).click();
		await expect(other).toHaveURL('/learn');
		await attempt.expectSaved();
		expect(await savedIn(database, id)).toEqual([key]);
		await expect(page.getByText(m.learn_signed_out())).toHaveCount(0);
	});
});

test.describe('@full two tabs on one attempt', () => {
	test('an older answer does not overwrite a newer one, and the page says so', async ({ page, context, newcomer, signIn, library, database }) => {
		await signIn(await newcomer());
		const here = new AttemptPage(page, library, assessment);
		const id = await here.start();
		const there = new AttemptPage(await context.newPage(), library, assessment);
		await there.page.goto(page.url());
		// There the question is answered twice, here once, later but from an older state.
		await there.answer(false);
		await there.expectSaved();
		await there.answer(true);
		await there.expectSaved();
		// Not check(): it is taken back at once.
		await here.sheet.getByRole('checkbox', { name: m.learn_mark_for_later() }).click();
		await expect(here.sheet.getByText(/changed in another tab/)).toBeVisible();
		await expect(here.sheet.getByRole('checkbox', { name: m.learn_mark_for_later() })).not.toBeChecked();
		const rows = await database.sql<{ revision: number }[]>`select revision from response where attempt_id = ${id}`;
		expect(rows).toHaveLength(1);
		await there.submit();
		await expect(there.page.getByRole('heading', { name: m.learn_result_questions() })).toBeVisible();
		const [row] = await database.sql<{ earned: number }[]>`select earned from attempt where id = ${id}`;
		expect(row!.earned).toBe(1);
	});

	test('a submit in one closes the other visibly', async ({ page, context, newcomer, signIn, library, database }) => {
		await signIn(await newcomer());
		const here = new AttemptPage(page, library, assessment);
		const id = await here.start();
		await here.answer();
		await here.expectSaved();
		const there = new AttemptPage(await context.newPage(), library, assessment);
		await there.page.goto(page.url());
		await there.submit();
		await expect(there.page.getByRole('heading', { name: m.learn_result_questions() })).toBeVisible();

		await here.goTo(2);
		await here.sheet.getByRole('checkbox', { name: m.learn_mark_for_later() }).check();
		await expect(page.getByRole('alert')).toContainText(m.learn_closed());
		expect(await savedIn(database, id)).toHaveLength(1);
		await page.getByRole('link', { name: m.learn_to_result() }).click();
		await expect(page.getByRole('heading', { name: m.learn_result_questions() })).toBeVisible();
	});
});
