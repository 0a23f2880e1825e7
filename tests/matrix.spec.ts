// HR reads the matrix: who is below what the position needs, why, and who can do something about it.
import { recordEvidence } from './competency-evidence.ts';
import { expect, idOf, test } from './fixtures.ts';
import { listen, lookAt } from './good-page.ts';
import { m } from './words.ts';

test('a cell of the matrix explains itself, as a sheet and as a page; the whole is a file', async ({ page, browser, signIn, signIns, newcomer, database, library }) => {
	const name = `=Матвей ${crypto.randomUUID().slice(0, 8)}`;
	const person = await newcomer({ name });
	const marta = await idOf(database, signIns.mentor);
	await recordEvidence(database, library, person.id, 'listening', [marta]);
	const complaints = listen(page);
	await signIn('hr');
	await page.goto('/hr/people');
	await page.getByRole('link', { name: m.matrix_place(), exact: true }).click();
	await page.getByLabel(m.matrix_search()).fill(name.slice(1));
	await page.getByLabel(m.matrix_state()).selectOption('gap');
	await page.getByLabel(m.matrix_by(), { exact: true }).selectOption('position');
	await page.getByRole('button', { name: m.matrix_show() }).click();
	await expect(page).toHaveURL(/search=.*state=gap|state=gap.*search=/);
	await expect(page.getByText(m.matrix_count({ n: 1 })).first()).toBeVisible();

	const row = page.getByRole('row', { name });
	const cell = row.getByRole('link').nth(1);
	await expect(cell).toContainText(`2 ${m.matrix_level_2()}`);
	await expect(cell).toContainText(m.matrix_lacks({ n: 1 }));
	const group = page.locator('tbody.group');
	await expect(group).toContainText(m.matrix_average({ average: '2', n: 1 }));
	await group.getByRole('button').click();
	await expect(row).toBeHidden();
	await group.getByRole('button').click();

	// The sheet has an address of its own, and closing leads back to the cell.
	await cell.focus();
	await page.keyboard.press('Enter');
	const sheet = page.getByRole('dialog', { name });
	await expect(sheet).toContainText(m.matrix_who_mentor({ names: 'Marta Kovacs' }));
	await expect(sheet).toContainText(m.matrix_who_more_mentors({ n: 1 }));
	await expect(page).toHaveURL(new RegExp(`/hr/matrix/${person.id}/listening\\?`));
	await lookAt(page, 'the why over the matrix', { locale: 'en' });
	const address = page.url();
	await page.keyboard.press('Escape');
	await expect(sheet).toBeHidden();
	await expect(cell).toBeFocused();
	await expect(page).toHaveURL(/\/hr\/matrix\?/);
	await cell.click();
	await expect(sheet).toBeVisible();
	await page.goBack();
	await expect(sheet).toBeHidden();

	// A text that a spreadsheet would compute is written as text.
	const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: m.matrix_export() }).click()]);
	const text = (await (await file.createReadStream()).toArray()).join('');
	expect(text.split('\r\n')).toHaveLength(3);
	expect(text).toContain(`'${name},`);
	expect(text).toContain(`,2,${m.matrix_level_2()},3,1,`);
	expect(complaints).toEqual([]);

	const plain = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
	const without = await signIn('hr', await plain.newPage());
	await without.goto(address);
	await expect(without.getByRole('heading', { level: 1, name })).toBeVisible();
	await without.getByRole('link', { name: m.matrix_back() }).click();
	await without.getByRole('row', { name }).getByRole('link').nth(1).click();
	await expect(without.getByRole('heading', { level: 1, name })).toBeVisible();
	await plain.close();
});
