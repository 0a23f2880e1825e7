// Spaced practice as its reader meets it: with the keyboard, from two pages at once, with the back button, day after day.
import type { Page } from '@playwright/test';
import { giveAnswer, readQuestion } from './answers.ts';
import { finishLessons, practisedEarlier } from './finished-lessons.ts';
import { expect, test } from './fixtures.ts';
import { m } from './words.ts';

test('@full a few questions, another page, back, and the days after', async ({ page, context, newcomer, signIn, library, database }) => {
	const person = await newcomer();
	await signIn(person);
	const lessons = library.current().course('the-standard')!.lessons.filter(({ assessment }) => !assessment);
	await finishLessons(database, person.id, lessons.map(({ name }) => name));
	const asked = (where: Page) => where.locator('input[name=exercise]').inputValue();
	const fill = async (where: Page, right: boolean) => giveAnswer(where.getByRole('main'), await readQuestion(library, await asked(where)), 'en', right);
	const send = async (where: Page) => {
		await where.getByRole('button', { name: m.learn_check_answer(), exact: true }).focus();
		await where.keyboard.press('Enter');
		await expect(where.locator('#practice-feedback')).toBeVisible();
	};
	const next = async (where: Page) => {
		await where.getByRole('link', { name: m.spaced_next() }).click();
		await expect(where.getByRole('button', { name: m.learn_check_answer(), exact: true })).toBeVisible();
	};

	await page.goto('/learn');
	await page.getByRole('link', { name: m.spaced_place(), exact: true }).first().click();
	await expect(page.getByRole('heading', { name: m.spaced_question({ n: 1, total: 5 }) })).toBeVisible();
	const first = await asked(page);
	const other = await context.newPage();
	await other.goto('/practice');
	expect(await asked(other)).toBe(first);
	await fill(page, false);
	await send(page);
	await expect(page.locator('#practice-feedback')).toBeInViewport();
	await expect(page.locator('#practice-feedback')).toContainText(m.q_not_right());
	// The other page is too late: what counts is told there.
	await fill(other, true);
	await send(other);
	await expect(other.getByText(m.spaced_earlier())).toBeVisible();
	await expect(other.locator('#practice-feedback')).toContainText(m.q_not_right());
	await other.close();

	await next(page);
	const second = await asked(page);
	expect(second).not.toBe(first);
	await fill(page, true);
	await page.getByLabel(m.spaced_unsure()).check();
	await page.reload();
	expect(await asked(page)).toBe(second);
	await fill(page, true);
	await page.getByLabel(m.spaced_unsure()).check();
	await send(page);
	await expect(page.getByText(/^Right, though you were not sure/)).toBeVisible();
	// Back shows where one stands, and never the answered question as an open one.
	await page.goBack();
	await expect(page.getByRole('heading', { name: m.spaced_question({ n: 3, total: 5 }) })).toBeVisible();
	for (let left = 3; left > 0; left--) {
		await fill(page, true);
		await send(page);
		if (left > 1) await next(page);
	}
	await page.getByRole('link', { name: m.spaced_finish() }).click();
	await expect(page.getByRole('heading', { name: m.spaced_done_title() })).toBeVisible();
	await expect(page.getByRole('form')).toHaveCount(0);

	await practisedEarlier(database, person.id, 1);
	await page.reload();
	// What was not right comes first, then new ones.
	expect(await asked(page)).toBe(first);
	await expect(page.getByRole('heading', { name: m.spaced_question({ n: 1, total: 6 }) })).toBeVisible();
});
