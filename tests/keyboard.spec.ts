// From the sign-in to an answered question with the keyboard alone; where one stands can always be seen.
import { expect } from '@playwright/test';
import { plainText } from '../src/lib/components/questions/plain-text.ts';
import { readQuestion } from './answers.ts';
import { test } from './fixtures.ts';
import { tabTo } from './keyboard.ts';
import { m } from './words.ts';

test('@full from the sign-in to an answered question', async ({ page, newcomer, library }) => {
	const person = await newcomer();
	await page.goto('/');
	await page.keyboard.press('Tab');
	await expect(page.getByRole('link', { name: m.frame_skip() })).toBeFocused();
	await expect(page.getByRole('link', { name: m.frame_skip() })).toBeInViewport();
	await page.keyboard.press('Enter');
	await expect(page.getByRole('main')).toBeFocused();

	await tabTo(page, page.getByLabel(m.auth_login()));
	await page.keyboard.type(person.email);
	await tabTo(page, page.getByLabel(m.auth_password()));
	await page.keyboard.type(person.password);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.learn_title());

	await tabTo(page, page.getByRole('link', { name: m.learn_start(), exact: true }));
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/learn\/[\w-]+\/[\w-]+$/);
	const { lesson } = library.current().lesson(new URL(page.url()).pathname.slice('/learn/'.length))!;
	for (const exercise of lesson.exercises) {
		if (exercise.kind !== 'question') continue;
		const question = await readQuestion(library, exercise.name);
		if (question.kind !== 'single') continue;
		const check = page.locator(`#check-${exercise.key}`);
		const right = check.getByRole('radio', { name: plainText(question.options[question.key.right.indexOf(true)]!['en']!), exact: true });
		await tabTo(page, check.getByRole('radio').first());
		await page.keyboard.press('Space');
		for (let step = 0; step < question.options.length && !(await right.isChecked()); step++) await page.keyboard.press('ArrowDown');
		await expect(right).toBeChecked();
		await tabTo(page, check.getByRole('button', { name: m.learn_check_answer(), exact: true }));
		await page.keyboard.press('Enter');
		// What is told is where one stands now.
		const told = page.locator(`#check-${exercise.key}-feedback`);
		await expect(told).toBeFocused();
		await expect(told).toContainText(m.q_right());
		return;
	}
	throw new Error(`${lesson.name} has no single choice to answer.`);
});

test('a form that was answered leaves the keyboard where it was, or leads to what came of it', async ({ page, newcomer, signIn, database }) => {
	const person = await newcomer();
	const [one] = await database.sql<{ id: string }[]>`select id from employee where email = ${person.email}`;
	await database.sql`
		insert into notification (id, employee_id, kind, subject, day, told, created_at)
		select gen_random_uuid(), ${one!.id}, 'due', 'c' || n, '2026-11-02', '{"course":"none","dueAt":"2026-11-02T10:00:00Z"}', now() from generate_series(1, 2) n`;
	await signIn(person, page);
	await page.goto('/account');
	await page.locator('form[action*="mails"]').getByRole('button').press('Enter');
	// This form is drawn anew: the button that was pressed is gone.
	await expect(page.locator('.notice', { hasText: m.mailchoice_saved() })).toBeFocused();

	await page.goto('/notifications');
	const lines = page.locator('main li').filter({ has: page.locator('form') });
	await expect(lines).toHaveCount(2);
	await lines.first().getByRole('button').press('Enter');
	await expect(lines).toHaveCount(1);
	await expect(page.locator('main li').first().getByRole('link')).toBeFocused();
});
