// HR, in English: finds in the audit log what was done about a person, follows it, and takes it along as CSV.
import { expect, test } from './fixtures.ts';
import { m } from './words.ts';

test.use({ locale: 'en-GB' });

test('@full HR reads who did what about a person, and downloads it', async ({ page, newcomer, signIn }) => {
	const person = await newcomer({ name: 'Нина Журналова' });
	await signIn('hr');
	await page.goto('/hr/people');
	await page.getByRole('link', { name: m.audit_title(), exact: true }).click();
	await page.getByLabel(m.audit_person()).fill('qqqq');
	await page.getByRole('button', { name: m.audit_show() }).click();
	await expect(page.getByText(m.audit_nobody())).toBeVisible();
	await expect(page.getByLabel(m.audit_person())).toHaveValue('qqqq');

	await page.getByLabel(m.audit_person()).fill(person.email);
	await page.getByRole('button', { name: m.audit_show() }).click();
	await expect(page.getByRole('row').filter({ hasText: m.audit_person_created() })).toContainText('Нина Журналова');
	await page.getByLabel(m.audit_action()).selectOption('person.created');
	await page.getByRole('button', { name: m.audit_show() }).click();
	await expect(page.getByRole('row')).toHaveCount(2);
	await page.reload();
	await expect(page.getByRole('row')).toHaveCount(2);

	const coming = page.waitForEvent('download');
	await page.getByRole('link', { name: m.audit_export() }).click();
	expect((await coming).suggestedFilename()).toMatch(/^audit-\d{4}-\d{2}-\d{2}\.csv$/);
	await page.getByRole('link', { name: m.audit_clear() }).click();
	await expect(page).toHaveURL(/\/hr\/audit$/);
});

test('a first day after the last one is said beside the day, and what was chosen stays', async ({ page, signIn }) => {
	await signIn('hr');
	for (const path of ['/hr/audit', '/hr/reports/overdue']) {
		await page.goto(`${path}?from=2026-12-31&to=2026-01-01`);
		const to = page.locator('input[name=to]');
		await expect(to).toHaveValue('2026-01-01');
		await expect(to).toHaveAccessibleDescription(m.report_days_reversed());
	}
});
