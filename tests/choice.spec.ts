// HR gives somebody a mentor in a company of sixty: a part of the name is written, by keyboard alone, with and without scripts.
import type { Page } from '@playwright/test';
import { makePerson } from '../src/lib/server/testing-people.ts';
import { expect } from './fixtures.ts';
import { expectAccessible } from './good-page.ts';
import { tabTo } from './keyboard.ts';
import { test } from './practice-academy.ts';
import { m } from './words.ts';

test.use({ locale: 'en-GB' });

const mentors = [
	...Array.from({ length: 57 }, (_, at) => ({ name: `Colleague ${at + 1}`, email: `colleague-${at + 1}@many.example` })),
	{ name: 'Ana Zoreva', email: 'ana@north.example' },
	{ name: 'Ana Zoreva', email: 'zoreva@south.example' },
	{ name: 'Велислава Станкова', email: 'veli@many.example' }
];

test.beforeAll(async ({ academy }) => {
	for (const one of mentors) await makePerson(academy.database.db, new Date(), { ...one, roles: ['mentor'] });
});
// The academy is the next test's, too.
test.afterAll(async ({ academy }) => {
	await academy.database.sql`update role_grant set withdrawn_at = now() where employee_id in (select id from employee where email in ${academy.database.sql(mentors.map(({ email }) => email))})`;
});

const fold = (page: Page) => page.locator('summary').filter({ hasText: m.hr_change() });
const field = (page: Page) => page.locator('#change [name=mentor]');
const save = (page: Page) => page.locator('#change').getByRole('button', { name: m.account_save() });
/** The change is looked at, and confirmed with the keyboard. */
const confirm = (page: Page) => page.getByRole('button', { name: m.hr_person_confirm() }).press('Enter');
const expectMentor = (page: Page, name: string) => expect(page.locator('dt', { hasText: m.hr_mentor() }).locator('+ dd')).toHaveText(name);

test('@full a mentor among sixty, by keyboard', async ({ page, academy, enter }) => {
	const { id } = await academy.newcomer();
	await enter(academy.people.hr);
	await page.goto(`/hr/people/${id}`);
	const write = async (part: string) => {
		await tabTo(page, field(page));
		await page.keyboard.press('ControlOrMeta+a');
		await page.keyboard.type(part);
	};

	await test.step('nobody fits: told beside the field, and nothing typed is lost', async () => {
		await tabTo(page, fold(page));
		await page.keyboard.press('Enter');
		const name = page.locator('#change').getByLabel(m.hr_name(), { exact: true });
		await tabTo(page, name);
		await page.keyboard.press('End');
		await page.keyboard.type(' the Second');
		await write('qqqq');
		await page.keyboard.press('Enter');
		await expect(field(page)).toBeFocused();
		await expect(field(page)).toHaveAccessibleDescription(new RegExp(m.choice_unknown()));
		await expect(field(page)).toHaveValue('qqqq');
		await expect(name).toHaveValue(/ the Second$/);
		await expectAccessible(page, 'a mentor whom nobody knows');
	});

	await test.step('a part of the name is offered, and is enough', async () => {
		await page.keyboard.press('ControlOrMeta+a');
		await page.keyboard.type('СТАНК');
		await expect(page.locator('#change datalist option[value="Велислава Станкова · veli@many.example"]')).toBeAttached();
		await page.keyboard.press('Enter');
		await confirm(page);
		await expectMentor(page, 'Велислава Станкова');
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(/ the Second$/);
	});

	await test.step('of two of one name one is chosen from the list, or somebody else is written', async () => {
		await tabTo(page, fold(page));
		await page.keyboard.press('Enter');
		await write('zorev ana');
		await page.keyboard.press('Enter');
		await expect(page.locator('#change select[name=mentor]')).toBeFocused();
		await expect(field(page)).toHaveAccessibleDescription(new RegExp(m.choice_several()));
		await expectAccessible(page, 'two mentors of one name');
		await page.keyboard.press('End');
		await expect(page.locator('#change input[name=mentor]')).toHaveValue('');
		await write('north.example');
		await page.keyboard.press('Enter');
		await confirm(page);
		await expectMentor(page, 'Ana Zoreva');
		const [row] = await academy.database.sql<{ email: string }[]>`
			select email from mentorship join employee on employee.id = mentor_id where mentee_id = ${id} and until is null`;
		expect(row!.email).toBe('ana@north.example');
	});
});

test.describe('without scripts', () => {
	test.use({ javaScriptEnabled: false });

	test('@full a mentor among sixty', async ({ page, academy, enter }) => {
		const { id } = await academy.newcomer();
		await enter(academy.people.hr);
		await page.goto(`/hr/people/${id}`);
		await fold(page).press('Enter');
		await field(page).fill('qqqq');
		await field(page).press('Enter');
		await expect(field(page)).toHaveAccessibleDescription(new RegExp(m.choice_unknown()));
		await expect(field(page)).toHaveValue('qqqq');
		await field(page).fill('zorev');
		await field(page).press('Enter');
		await expect(field(page)).toHaveAccessibleDescription(new RegExp(m.choice_several()));
		await field(page).press('a');
		await field(page).selectOption('Ana Zoreva · zoreva@south.example');
		await save(page).press('Enter');
		await confirm(page);
		await expectMentor(page, 'Ana Zoreva');
		await fold(page).press('Enter');
		await expect(field(page)).toHaveValue('Ana Zoreva · zoreva@south.example');
		await field(page).fill('stankova');
		await field(page).press('Enter');
		await expect(field(page)).toHaveAccessibleDescription(new RegExp(m.choice_unknown()));
		await field(page).fill('veli@');
		await field(page).press('Enter');
		await confirm(page);
		await expectMentor(page, 'Велислава Станкова');
	});
});
