// HR and one person: a change is seen before it is made, what is confirmed is the form as it stands, two at once lose nothing.
import { expect, test } from './fixtures.ts';
import { expectAccessible } from './good-page.ts';
import { m } from './words.ts';

test('@full a change is looked at, edited, confirmed; two tabs overwrite nothing unseen', async ({ page, context, newcomer, signIn }) => {
	const person = await newcomer();
	await signIn('hr');
	const address = `/hr/people/${person.id}`;
	await page.goto(address);
	const open = (on = page) => on.getByText(m.hr_change(), { exact: true }).click();
	const field = (label: string, on = page) => on.locator('#change').getByLabel(label, { exact: true });
	const save = (on = page) => on.locator('#change').getByRole('button', { name: m.account_save() }).click();
	const confirm = (on = page) => on.getByRole('button', { name: m.hr_person_confirm() }).click();

	await test.step('a wrong field is led to', async () => {
		await open();
		await field(m.hr_email()).fill('nobody');
		await save();
		await expect(field(m.hr_email())).toBeFocused();
		await expect(field(m.hr_email())).toHaveAccessibleDescription(new RegExp(m.problem_email_wrong()));
		await field(m.hr_email()).fill(person.email);
	});

	await test.step('what is edited below the preview is looked at again, not dropped', async () => {
		await field(m.hr_hired_on()).fill('2026-10-05');
		await save();
		await expect(page.getByText(m.hr_person_preview())).toBeVisible();
		await expectAccessible(page, 'the preview of a change');
		await field(m.hr_name()).fill('Ива Нова');
		await Promise.all([page.waitForResponse((response) => response.request().method() === 'POST'), confirm()]);
		await confirm();
		await expect(page.getByText(m.account_saved())).toBeVisible();
		await page.reload();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ива Нова');
		await expect(page.getByText('5 October 2026').first()).toBeVisible();
	});

	await test.step('an old tab changes its own field alone', async () => {
		const old = await context.newPage();
		await old.goto(address);
		await open();
		await field(m.hr_name()).fill('Ива Стара');
		await save();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ива Стара');
		await open(old);
		await field(m.hr_number(), old).fill(`T-${person.id.slice(-6)}`);
		await save(old);
		await expect(old.getByRole('heading', { level: 1 })).toHaveText('Ива Стара');
		await open();
		await field(m.hr_name(), page).fill('Ива Първа');
		await save();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ива Първа');
		await open(old);
		await field(m.hr_name(), old).fill('Ива Втора');
		await save(old);
		await expect(field(m.hr_name(), old)).toHaveAccessibleDescription(new RegExp(m.problem_changed_meanwhile_to({ value: 'Ива Първа' })));
		await expect(field(m.hr_name(), old)).toHaveValue('Ива Втора');
		await save(old);
		await expect(old.getByRole('heading', { level: 1 })).toHaveText('Ива Втора');
	});

	await test.step('leave that moves a date is previewed, recorded, and there after a reload', async () => {
		await page.bringToFront();
		await page.reload();
		const leave = page.locator('section', { has: page.locator('#leave') });
		await leave.getByText(m.hr_leave_add(), { exact: true }).click();
		await leave.getByRole('button', { name: m.hr_leave_save() }).click();
		await expect(leave.getByLabel(m.hr_leave_first(), { exact: true })).toBeFocused();
		await leave.getByLabel(m.hr_leave_first(), { exact: true }).fill('2026-10-06');
		await leave.getByLabel(m.hr_leave_last(), { exact: true }).fill('2026-10-07');
		await leave.getByRole('button', { name: m.hr_leave_save() }).click();
		await expect(leave.getByText(m.hr_leave_would_move())).toBeVisible();
		await leave.getByRole('button', { name: m.hr_person_confirm() }).click();
		await expect(leave.getByText(m.hr_leave_saved())).toBeVisible();
		await page.reload();
		await expect(leave.getByText('6 October 2026').first()).toBeVisible();
	});
});

test('@full who leaves is let go as HR looked at it: a mentee who came meanwhile is shown first', async ({ page, newcomer, signIn, signIns, database }) => {
	const [leaver, first, second] = [await newcomer({ name: 'Николай Тръгващ' }), await newcomer({ name: 'Първа Ученичка' }), await newcomer({ name: 'Втора Ученичка' })];
	const { sql } = database;
	await sql`insert into role_grant (id, employee_id, role, granted_at) values (gen_random_uuid(), ${leaver.id}, 'mentor', now())`;
	const mentor = (id: string) => sql`update mentorship set mentor_id = ${leaver.id} where mentee_id = ${id} and until is null`;
	await mentor(first.id);
	await signIn('hr');
	await page.goto(`/hr/people/${leaver.id}`);
	const leaving = page.locator('details', { has: page.locator('summary', { hasText: m.hr_leave() }) });
	const record = leaving.getByRole('button', { name: m.hr_leave_button() });
	await leaving.locator('summary').click();
	await expect(leaving.getByText(first.name)).toBeVisible();
	await mentor(second.id);
	const [successor] = await sql<{ id: string }[]>`select id from employee where email = ${signIns.mentor.email}`;
	await leaving.getByLabel(m.hr_person_successor()).selectOption(successor!.id);
	await record.click();
	await expect(leaving.getByText(m.hr_person_again())).toBeVisible();
	await expect(leaving.getByText(second.name)).toBeVisible();
	await expect(leaving.getByLabel(m.hr_person_successor())).toHaveValue(successor!.id);
	await expectAccessible(page, 'a leaving that is looked at again');
	await record.click();
	const told = page.locator('.told', { hasText: m.hr_person_has_left() });
	await expect(told).toBeInViewport();
	await expect(told).toBeFocused();
	// The head says so, too, and the button that lets them in again lies under no finger.
	await expect(page.getByText(m.hr_left_on(), { exact: true })).toBeVisible();
	await expect(page.getByRole('button', { name: m.hr_back_button() })).toBeHidden();
});

test('who comes back to no mentor is given one by a link to the form, without scripts, too', async ({ browser, newcomer, signIn, database }) => {
	const person = await newcomer();
	await database.sql`update mentorship set until = now() where mentee_id = ${person.id}`;
	for (const javaScriptEnabled of [true, false]) {
		await database.sql`update employee set left_at = now() where id = ${person.id}`;
		const page = await signIn('hr', await (await browser.newContext({ locale: 'en-GB', javaScriptEnabled })).newPage());
		await page.goto(`/hr/people/${person.id}`);
		await page.locator('summary', { hasText: m.hr_back() }).click();
		await page.getByRole('button', { name: m.hr_back_button() }).click();
		await page.getByRole('link', { name: m.hr_person_is_back_choose({ change: m.hr_change() }) }).press('Enter');
		await expect(page.locator('#change')).toBeInViewport();
		await page.keyboard.press('Tab');
		await expect(page.locator('#change').getByLabel(m.hr_name())).toBeFocused();
	}
});
