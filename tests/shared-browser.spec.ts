// Two people at one computer: the first one's page stays open in a tab while the second signs in in another.
import { expect, test, type Newcomer } from './fixtures.ts';
import type { Database } from '../src/lib/server/db/open.ts';
import type { Page } from '@playwright/test';
import { AttemptPage } from './attempt-page.ts';
import { m } from './words.ts';

const lesson = 'the-standard/written-model';
const assessment = 'the-standard/assessment';
const title = m.frame_somebody_else_title();

/** Everything these tests send, for anybody. */
async function recordedFor(database: Database, { id }: Newcomer): Promise<string[]> {
	const rows = await database.sql<{ what: string }[]>`
		select 'read' as what from lesson_progress where employee_id = ${id} and read_at is not null
		union all select 'question' from inquiry where employee_id = ${id}
		union all select 'attempt ' || state from attempt where employee_id = ${id}
		union all select 'check' from check_response where employee_id = ${id}
		union all select 'language' from employee where id = ${id} and locale is not null`;
	return rows.map(({ what }) => what).toSorted();
}

/** The page says that nothing was recorded, and is now the other's own. */
async function expectRefused(page: Page, next: Newcomer): Promise<void> {
	await expect(page.getByText(title)).toBeVisible();
	await expect(page.getByText(m.frame_somebody_else({ name: next.name }))).toBeVisible();
	await expect(page.getByRole('button', { name: m.frame_menu({ name: next.name }) })).toBeVisible();
}

for (const javaScriptEnabled of [true, false]) {
	test.describe(javaScriptEnabled ? 'with scripts' : '@full without scripts', () => {
		test.use({ javaScriptEnabled });

		test('what the one before sends from an open page is recorded for nobody', async ({ page, context, newcomer, signIn, database }) => {
			const [first, next] = [await newcomer({ name: 'Анна Първанова' }), await newcomer({ name: 'Борис Следващ' })];
			await signIn(first);
			await page.goto(`/learn/${lesson}`);
			const read = page.getByRole('button', { name: m.learn_mark_read() });
			await expect(read).toBeVisible();
			await signIn(next, await context.newPage());

			await read.click();
			await expectRefused(page, next);
			await expect(page).toHaveURL(new RegExp(`/learn/${lesson}\\?`));
			expect([await recordedFor(database, first), await recordedFor(database, next)]).toEqual([[], []]);

			// From here on it is the other's own page.
			await read.click();
			await expect(page.getByText(m.learn_marked_read())).toBeVisible();
			await expect(page.getByText(title)).toHaveCount(0);
			expect([await recordedFor(database, first), await recordedFor(database, next)]).toEqual([[], ['read']]);
		});

		test('@full neither a question to the mentor, nor a start, nor a submit, nor a language', async ({ page, context, newcomer, signIn, library, database }) => {
			const people = [await newcomer({ name: 'Анна Първанова' }), await newcomer({ name: 'Борис Следващ' })] as const;
			const other = await context.newPage();
			const attempt = new AttemptPage(page, library, assessment);
			await signIn(people[0]);
			await attempt.start();
			await page.getByRole('navigation', { name: m.learn_steps() }).locator('a, button').last().click();

			await signIn(people[1], other);
			await page.getByRole('button', { name: m.learn_submit() }).click();
			// The other has no such attempt.
			await expectRefused(page, people[1]);
			await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.error_missing_title());

			await page.goto(`/learn/${assessment}`);
			await signIn(people[0], other);
			await page.getByRole('button', { name: m.learn_start_assessment() }).click();
			await expectRefused(page, people[0]);

			await page.getByText(m.learn_ask_open()).click();
			await page.getByRole('textbox', { name: m.learn_ask_label() }).fill('Whose question is this?');
			await signIn(people[1], other);
			await page.getByRole('button', { name: m.learn_ask_send() }).click();
			await expectRefused(page, people[1]);

			await page.goto('/learn');
			await signIn(people[0], other);
			await page.getByRole('button', { name: m.frame_language_now({ language: 'English' }) }).click();
			await page.getByRole('button', { name: 'Русский' }).click();
			await expectRefused(page, people[0]);

			expect(await recordedFor(database, people[0])).toEqual(['attempt open']);
			expect(await recordedFor(database, people[1])).toEqual([]);
		});
	});
}

test('@full a page that is left open becomes the other’s at its next step, in the other’s language', async ({ page, context, newcomer, signIn }) => {
	const [first, next] = [await newcomer({ name: 'Анна Първанова' }), await newcomer({ name: 'Борис Следващ', locale: 'bg' })];
	await signIn(first);
	await page.goto(`/learn/${lesson}`);
	await expect(page.getByRole('button', { name: m.learn_mark_read() })).toBeVisible();
	await signIn(next, await context.newPage());
	await page.getByRole('link', { name: m.frame_learn(), exact: true }).click();
	await expect(page.getByRole('button', { name: m.frame_menu({ name: next.name }, { locale: 'bg' }) })).toBeVisible();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.learn_title({}, { locale: 'bg' }));
	await expect(page.locator('html')).toHaveAttribute('lang', 'bg');
});

test('@full the way out is open from every page', async ({ page, context, newcomer, signIn }) => {
	const [first, next] = [await newcomer({ name: 'Анна Първанова' }), await newcomer({ name: 'Борис Следващ' })];
	await signIn(first);
	await page.goto('/learn');
	const other = await signIn(next, await context.newPage());
	await page.getByRole('button', { name: m.frame_menu({ name: first.name }) }).click();
	await page.getByRole('button', { name: m.frame_sign_out() }).click();
	await expect(page).toHaveURL('/sign-in');
	await other.goto('/learn');
	await expect(other).toHaveURL(/\/sign-in/);
});
