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

test('a role withdrawn by mistake is given back from where it is told', async ({ page, newcomer, signIn }) => {
	const person = await newcomer({ name: 'Рада Връщанова' });
	const role = m.role_author();
	await signIn('admin');
	await page.goto(`/admin?person=${encodeURIComponent(person.email)}`);
	await page.getByRole('button', { name: `${person.name}: ${m.admin_grant({ role })}` }).click();
	await expect(page.getByText(m.admin_role_granted({ name: person.name, role }))).toBeVisible();
	// Without having looked for her: she leaves the list together with her only role.
	await page.goto('/admin');
	await page.getByRole('button', { name: `${person.name}: ${m.admin_withdraw({ role })}` }).click();
	await expect(page.getByText(m.admin_role_withdrawn({ name: person.name, role }))).toBeVisible();
	await page.getByRole('button', { name: `${person.name}: ${m.admin_grant({ role })}` }).click();
	await expect(page.getByRole('button', { name: `${person.name}: ${m.admin_withdraw({ role })}` })).toBeVisible();
});

test('the last administrator stays one', async ({ page, signIn }) => {
	await signIn('admin');
	await page.goto('/admin');
	await page.getByRole('button', { name: `Ada Novak: ${m.admin_withdraw({ role: m.role_admin() })}` }).click();
	await expect(page.getByRole('alert')).toContainText(m.hr_last_admin());
});

test('reads out a link that no mail server took, as long as it works', async ({ page, browser, newcomer, signIn }) => {
	// HR makes a card for each: the mailed invitations go out of use.
	const invited = await newcomer({ name: 'Отто Чаков', accepted: false });
	const person = await newcomer({ name: 'Ема Забравова' });
	const visitor = await (await browser.newContext()).newPage();
	await visitor.goto('/reset');
	await visitor.getByLabel(m.auth_login()).fill(person.email);
	await visitor.getByRole('button', { name: m.auth_reset_unsent_button() }).click();
	await expect(visitor.getByText(m.auth_reset_unsent_hint())).toBeVisible();

	await signIn('admin');
	await page.goto('/admin');
	const over = page.getByRole('listitem').filter({ hasText: invited.email });
	await expect(over).toContainText(m.admin_mail_over());
	await expect(over).not.toContainText('/invite/');
	const mail = page.getByRole('listitem').filter({ hasText: person.email }).filter({ has: page.locator('summary') });
	await mail.locator('summary').click();
	await expect(mail).toContainText(/\/reset\/[\w-]+/);
	await visitor.goto(/https?:\S+\/reset\/[\w-]+/.exec(await mail.innerText())![0]);
	await expect(visitor.getByRole('heading', { level: 1 })).toHaveText(m.auth_reset_choose({ name: person.name }));
	await visitor.context().close();
});
