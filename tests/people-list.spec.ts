// HR finds people in the list and changes several at once, or gives a whole team a course: looks first, does it, takes it back.
import { expect, test } from './fixtures.ts';
import { lookAt } from './good-page.ts';
import { changePersonAs } from './person-change.ts';
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

	await test.step('pages stay as long as they were made, in another order and with a filter, until they are made shorter', async () => {
		await page.goto(`/hr/people?rows=50&search=${family}`);
		await page.getByRole('columnheader', { name: m.hr_list_seen() }).getByRole('link').click();
		await expect(page).toHaveURL(`/hr/people?search=${family}&sort=-seen&rows=50`);
		await page.getByRole('button', { name: m.hr_search_button() }).click();
		await expect(page).toHaveURL(/[?&]rows=50/);
		await page.getByRole('link', { name: m.pages_rows_of({ n: 25 }) }).click();
		await expect(page).not.toHaveURL(/rows=/);
		await expect(page.getByText(m.hr_count({ n: 2 }))).toBeVisible();
	});

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

test('gives two people a course with each one’s date, and takes it back from the one who has not begun', async ({ page, newcomer, signIn, database }) => {
	const family = `Koleva${Date.now()}`;
	const [ana, bo] = [await newcomer({ name: `Ana ${family}`, position: '' }), await newcomer({ name: `Bo ${family}`, position: '' })];
	await signIn('hr');
	await page.goto(`/hr/people?search=${family}`);
	await page.getByLabel(m.hr_bulk_what()).selectOption({ label: m.hr_person_give() });
	await page.getByRole('radio', { name: m.hr_bulk_all({ n: 2 }) }).check();
	await page.getByRole('button', { name: m.hr_bulk_look() }).click();

	await test.step('says what is wrong beside the field', async () => {
		await page.getByLabel(m.hr_person_due_days()).fill('soon');
		await page.getByRole('button', { name: m.hr_bulk_preview() }).click();
		await expect(page.getByLabel(m.hr_person_due_days())).toHaveAccessibleDescription(new RegExp(m.dates_problem_days()));
		await expect(page.getByLabel(m.hr_person_due_days())).toHaveValue('soon');
	});

	await test.step('looks, and forgets the reason', async () => {
		await page.getByLabel(m.hr_person_course(), { exact: true }).selectOption('the-standard');
		await page.getByLabel(m.hr_person_due_days()).fill('5');
		await page.getByRole('button', { name: m.hr_bulk_preview() }).click();
		await expect(page.getByRole('cell', { name: m.hr_bulk_outcome_course() })).toHaveCount(2);
		await lookAt(page, 'a course for many', { locale: 'en', latin: /./ });
		await page.getByRole('button', { name: m.hr_bulk_do({ n: 2 }) }).click();
		await expect(page.getByLabel(m.hr_person_reason(), { exact: true })).toHaveAccessibleDescription(new RegExp(m.problem_empty()));
	});

	await test.step('gives it, and takes it back', async () => {
		await page.getByLabel(m.hr_person_reason(), { exact: true }).fill('The standard has changed');
		await page.getByRole('button', { name: m.hr_bulk_do({ n: 2 }) }).click();
		await expect(page.getByRole('cell', { name: m.hr_bulk_changed_course() })).toHaveCount(2);
		await database.sql`insert into lesson_progress (employee_id, lesson, opened_at) values (${bo.id}, 'the-standard/any', now())`;
		await page.getByRole('button', { name: m.hr_bulk_undo(), exact: true }).click();
		await expect(page.getByRole('row', { name: `Bo ${family}` })).toContainText(m.hr_bulk_is_kept_course());
		await expect(page.getByRole('row', { name: `Ana ${family}` })).toContainText(m.hr_bulk_is_back());
		await page.goto(`/hr/people/${ana.id}`);
		await expect(page.getByText(m.hr_person_path_none())).toBeVisible();
	});
});

test('gives a team a course: whoever is in it has it, and so has whoever comes; takes it back', async ({ page, newcomer, signIn, hr }) => {
	const team = `Team ${Date.now()}`;
	const toTeam = async (name: string) => {
		const person = await newcomer({ name, position: '' });
		const form = { name, email: person.email, personnelNumber: '', position: '', team, mentor: '', hiredOn: '2026-11-02' };
		await changePersonAs(hr, hr.id, person.id, form);
		return person;
	};
	await toTeam('Vesela Ruseva');
	await signIn('hr');
	await page.goto('/hr/people');
	await page.getByText(m.hr_list_filters(), { exact: true }).click();
	await page.getByLabel(m.hr_team(), { exact: true }).selectOption({ label: team });
	await page.getByRole('button', { name: m.hr_list_show() }).click();
	await page.getByRole('link', { name: m.hr_team_courses() }).click();
	await expect(page.getByText(m.hr_team_courses_none())).toBeVisible();

	await page.getByLabel(m.hr_person_course(), { exact: true }).selectOption('the-standard');
	await page.getByLabel(m.hr_team_due_label()).fill('5');
	await page.getByRole('button', { name: m.hr_bulk_preview() }).click();
	await expect(page.getByRole('row', { name: 'Vesela Ruseva' })).toContainText(m.hr_bulk_outcome_course());
	await lookAt(page, 'a course for a team', { locale: 'en', latin: /./ });
	await page.getByRole('button', { name: m.hr_team_give_button() }).click();
	await expect(page.getByText(m.hr_team_given())).toBeVisible();
	await expect(page.getByText(m.hr_team_counts({ open: 1, begun: 0, completed: 0 }))).toBeVisible();

	const here = new URL(page.url()).pathname;
	const late = await toTeam('Late Comer');
	await page.goto(`/hr/people/${late.id}`);
	await expect(page.getByText(m.dates_of_team({ team })).first()).toBeVisible();
	await page.goto(here);
	await page.locator('summary', { hasText: m.hr_person_take_back() }).click();
	await page.getByRole('button', { name: m.hr_team_take_back_button() }).click();
	await expect(page.getByText(m.hr_team_courses_none())).toBeVisible();
	await page.goto(`/hr/people/${late.id}`);
	await expect(page.getByText(m.hr_person_path_none())).toBeVisible();
});
