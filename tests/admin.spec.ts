// An administrator, in English: gives a role and takes it back, and reads out a mail that could not be sent.
import { expect, test } from './fixtures.ts';
import { m } from './words.ts';

test.use({ locale: 'en-GB' });

test('grants and withdraws a role; the person signs in anew each time', async ({ page, browser, newcomer, signIn }) => {
	const person = await newcomer({ name: 'Нина Найденова' });
	const herself = await signIn(person, await (await browser.newContext()).newPage());
	const desk = herself.getByRole('link', { name: m.frame_mentor(), exact: true });
	await herself.goto('/learn');
	await expect(desk).toHaveCount(0);

	await signIn('admin');
	await page.goto('/');
	await page.getByRole('link', { name: m.frame_admin(), exact: true }).click();
	await page.getByLabel(m.auth_login()).fill('nobody@test.example');
	await page.getByRole('button', { name: m.admin_find() }).click();
	await expect(page.getByText(m.admin_not_found({ login: 'nobody@test.example' }))).toBeVisible();
	await page.getByLabel(m.auth_login()).fill(person.email);
	await page.getByRole('button', { name: m.admin_find() }).click();
	await page.getByRole('button', { name: `${person.name}: ${m.admin_grant({ role: m.role_mentor() })}` }).click();
	await expect(page.getByText(m.admin_role_set())).toBeVisible();

	await herself.goto('/learn');
	await expect(herself).toHaveURL(/\/sign-in/);
	await signIn(person, herself);
	await herself.goto('/learn');
	await desk.click();
	await expect(herself.getByRole('heading', { level: 1 })).toHaveText(m.frame_mentor());

	await page.getByRole('button', { name: `${person.name}: ${m.admin_withdraw({ role: m.role_mentor() })}` }).click();
	await expect(page.getByRole('button', { name: `${person.name}: ${m.admin_grant({ role: m.role_mentor() })}` })).toBeVisible();
	await signIn(person, herself);
	await herself.goto('/mentor');
	await expect(herself.getByRole('heading', { level: 1 })).toHaveText(m.error_forbidden_title());
	await herself.context().close();
});

test('the last administrator stays one', async ({ page, signIn }) => {
	await signIn('admin');
	await page.goto('/admin');
	await page.getByRole('button', { name: `Ada Novak: ${m.admin_withdraw({ role: m.role_admin() })}` }).click();
	await expect(page.getByRole('alert')).toContainText(m.hr_last_admin());
});

test('reads out an invitation that no mail server took', async ({ page, browser, newcomer, signIn }) => {
	const person = await newcomer({ name: 'Отто Чаков', accepted: false });
	await signIn('admin');
	await page.goto('/admin');
	const mail = page.getByRole('listitem').filter({ hasText: person.email });
	await mail.locator('summary').click();
	// HR has made a card since: the mailed link went out of use. The mail is there to be read all the same.
	await expect(mail).toContainText(/\/invite\/[\w-]+/);
	const visitor = await (await browser.newContext()).newPage();
	await visitor.goto(/https?:\S+\/invite\/[\w-]+/.exec(await mail.innerText())![0]);
	await expect(visitor.getByRole('heading', { level: 1 })).toHaveText(m.auth_gone_title());
	await visitor.context().close();
});
