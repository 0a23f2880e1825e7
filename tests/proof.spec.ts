// What proves somebody's training: a certificate and its check by a stranger, the record, the items as seen, and an erasure.
import { expect, test } from './fixtures.ts';
import { expectAccessible } from './good-page.ts';
import { m } from './words.ts';

test('@full a certificate is found, shown as its holder likes, checked by a stranger, revoked and made valid again', async ({ page, browser, signIn, signIns, database, baseURL }) => {
	await signIn('mentor');
	await page.goto('/account');
	await page.getByRole('link', { name: new RegExp(`^${m.cert_word()}:`) }).first().click();
	await expect(page.getByRole('article', { name: m.cert_word() })).toBeVisible();
	await expectAccessible(page, 'a certificate of one\'s own');
	const address = new URL(page.url()).pathname;
	const number = address.split('/').at(-1)!;
	const name = await page.locator('article .name').innerText();
	await test.step('prints on one sheet', async () => {
		const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
		expect(pdf.match(/\/Count \d+/g)).toEqual(['/Count 1']);
	});
	const show = async (what: string) => {
		await page.getByLabel(what, { exact: true }).check();
		// The word of the last time may still stand there.
		const answered = page.waitForResponse((response) => response.request().method() === 'POST');
		await page.getByRole('button', { name: m.account_save() }).click();
		await answered;
		await expect(page.getByText(m.cert_saved())).toBeVisible();
	};
	await show(m.cert_shows_name());

	const visitor = await (await browser.newContext({ baseURL })).newPage();
	await test.step('a stranger types the number', async () => {
		await visitor.goto('/certificates');
		await visitor.getByLabel(m.cert_number()).fill('no number');
		await visitor.getByRole('button', { name: m.cert_check() }).click();
		await expect(visitor.getByText(m.cert_unknown())).toBeVisible();
		// The code on a forged sheet is answered alike, and so is what was typed from it.
		const forged = await visitor.goto('/certificates/AAAA-AAAA-AAAA-AAAA');
		expect(forged!.status()).toBe(404);
		await expect(visitor.getByLabel(m.cert_number())).toHaveValue('AAAA-AAAA-AAAA-AAAA');
		await expect(visitor.getByLabel(m.cert_number())).toHaveAccessibleDescription(new RegExp(m.cert_unknown().slice(0, 40)));
		await visitor.getByLabel(m.cert_number()).fill('');
		await visitor.getByRole('button', { name: m.cert_check() }).click();
		await expect(visitor.getByLabel(m.cert_number())).toHaveAccessibleDescription(new RegExp(m.problem_empty()));
		await visitor.getByLabel(m.cert_number()).fill(number.toLowerCase().replaceAll('-', ' '));
		await visitor.getByRole('button', { name: m.cert_check() }).click();
		await expect(visitor).toHaveURL(new RegExp(`${address}$`));
		await expect(visitor.getByText(m.cert_is_valid(), { exact: true })).toBeVisible();
		await expect(visitor.getByText(name)).toBeVisible();
		await expectAccessible(visitor, 'the check of a certificate');
		await show(m.cert_shows_nothing());
		await visitor.reload();
		await expect(visitor.getByText(name)).toHaveCount(0);
	});

	await test.step('HR revokes it, and takes that back', async () => {
		const hr = await (await browser.newContext({ baseURL })).newPage();
		await signIn('hr', hr);
		await hr.goto(address);
		await test.step('the sheet speaks the holder’s language, not that of who opens it', async () => {
			await database.sql`update employee set locale = 'bg' where email = ${signIns.mentor.email}`;
			await hr.reload();
			// Drawn by the scripts, too.
			await expect(hr.getByRole('button', { name: m.cert_print() })).toBeVisible();
			await expect(hr.getByRole('article')).toContainText(m.cert_given_to({}, { locale: 'bg' }));
			await expect(hr.getByRole('article')).toContainText(m.cert_number({}, { locale: 'bg' }));
			await database.sql`update employee set locale = null where email = ${signIns.mentor.email}`;
		});
		await hr.getByText(m.cert_revoke(), { exact: true }).click();
		await hr.getByRole('button', { name: m.cert_revoke_button(), exact: true }).click();
		await expect(hr.getByLabel(m.cert_revoke_reason(), { exact: true })).toHaveAttribute('aria-invalid', 'true');
		await hr.getByLabel(m.cert_revoke_reason(), { exact: true }).fill('Issued by mistake');
		await hr.getByRole('button', { name: m.cert_revoke_button(), exact: true }).click();
		await expect(hr.getByText(m.cert_revoked_now())).toBeVisible();
		await visitor.reload();
		await expect(visitor.getByText(m.cert_is_valid(), { exact: true })).toHaveCount(0);
		await expect(visitor.getByText('Issued by mistake')).toHaveCount(0);
		await hr.getByRole('button', { name: m.cert_restore() }).click();
		await expect(hr.getByText(m.cert_restored_now())).toBeVisible();
		await visitor.reload();
		await expect(visitor.getByText(m.cert_is_valid(), { exact: true })).toBeVisible();
		await hr.context().close();
	});
	await visitor.context().close();
});

test('@full HR reads a record, sees an attempt as it was, hands the data over, and erases who has left', async ({ page, signIn, signIns, newcomer, database }) => {
	const person = await newcomer({ name: 'Ивайла Заличена' });
	const [mentor] = await database.sql<{ id: string }[]>`select id from employee where email = ${signIns.mentor.email}`;
	await signIn('hr');

	await test.step('the record, and behind it the attempt as it was', async () => {
		await page.goto(`/hr/people/${mentor!.id}/record`);
		await expectAccessible(page, 'a training record');
		await page.locator('section', { has: page.locator('#attempts') }).getByRole('link').first().click();
		await expect(page.getByText(/[0-9a-f]{64}/).first()).toBeVisible();
		await expectAccessible(page, 'an attempt as seen');
	});

	await test.step('the archive', async () => {
		await page.goto(`/hr/people/${person.id}/data`);
		const download = page.waitForEvent('download');
		await page.getByRole('link', { name: m.data_export_button() }).click();
		expect((await download).suggestedFilename()).toBe(`nastavnik-${person.id}.zip`);
		await expect(page.getByText(m.data_still_here())).toBeVisible();
	});

	await test.step('the erasure', async () => {
		await page.goto(`/hr/people/${person.id}`);
		await page.getByText(m.hr_leave(), { exact: true }).first().click();
		await page.locator('form[action*="leave"]:not([action*="Leave"])').getByRole('button').click();
		await expect(page.getByText(m.hr_left_on())).toBeVisible();
		await page.goto(`/hr/people/${person.id}/data`);
		const erase = () => page.getByRole('button', { name: m.data_erase_button() }).click();
		await erase();
		const field = page.getByLabel(m.data_confirm({ name: person.name }));
		await expect(field).toHaveAccessibleDescription(m.data_not_confirmed());
		await expectAccessible(page, 'an erasure');
		await field.fill(person.name);
		await erase();
		await expect(page.getByText(m.data_erased())).toBeVisible();
		await page.reload();
		await expect(page.getByText(person.name)).toHaveCount(0);
		await page.goto(`/hr/people?search=${encodeURIComponent(person.name)}&state=left`);
		await expect(page.getByRole('link', { name: person.name, exact: true })).toHaveCount(0);
	});
});
