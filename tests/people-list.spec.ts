// HR finds people in the list and changes several at once: looks first, does it, takes it back.
import { expect, test } from './fixtures.ts';
import { lookAt } from './good-page.ts';
import { m } from './words.ts';

test.use({ locale: 'en-GB' });

test('leaves two people without a mentor, having looked before, and takes it back', async ({ page, newcomer, signIn }) => {
	const family = `Zlatev${Date.now()}`;
	for (const name of [`Aleks ${family}`, `Boryana ${family}`]) await newcomer({ name });
	await signIn('hr');
	await page.goto(`/hr/people?search=${family.toUpperCase()}&sort=due`);
	await expect(page.getByText(m.hr_count({ n: 2 }))).toBeVisible();
	await page.getByRole('link', { name: m.hr_list_remove({ filter: m.hr_list_search_is({ search: family.toUpperCase() }) }) }).click();
	await expect(page).toHaveURL('/hr/people?sort=due');

	await test.step('nobody is ticked: told, and nothing begins', async () => {
		await page.goto(`/hr/people?search=${family}`);
		await page.getByRole('button', { name: m.hr_bulk_look() }).click();
		await expect(page.getByText(m.hr_bulk_nobody())).toBeVisible();
		await expect(page.getByText(m.hr_count({ n: 2 }))).toBeVisible();
		await lookAt(page, 'a list of people', { locale: 'en', latin: /./ });
	});

	await test.step('looks', async () => {
		for (const box of await page.getByRole('checkbox').all()) await box.check();
		await page.getByRole('button', { name: m.hr_bulk_look() }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.hr_bulk_kind_mentor());
		await page.getByLabel(m.hr_bulk_new_mentor()).selectOption({ label: m.hr_bulk_no_mentor() });
		await page.getByRole('button', { name: m.hr_bulk_preview() }).click();
		await expect(page.getByText(m.hr_bulk_would({ n: 2 }))).toBeVisible();
		await expect(page.getByRole('cell', { name: m.hr_bulk_outcome_mentor_none() })).toHaveCount(2);
		await lookAt(page, 'a change to many', { locale: 'en', latin: /./ });
	});

	await test.step('does it, and takes it back', async () => {
		await page.getByRole('button', { name: m.hr_bulk_do({ n: 2 }) }).click();
		await expect(page.getByText(m.hr_bulk_was({ n: 2 }))).toBeVisible();
		await page.reload();
		await page.getByRole('button', { name: m.hr_bulk_undo(), exact: true }).click();
		await expect(page.getByText(m.hr_bulk_undone(), { exact: true })).toBeVisible();
		await page.goto(`/hr/people?search=${family}`);
		await expect(page.getByRole('cell', { name: 'Marta Kovacs' })).toHaveCount(2);
	});
});
