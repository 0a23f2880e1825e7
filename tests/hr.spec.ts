// HR at work, in Russian: finds people, invites one without a mailbox, and prints the card.
import { expect, test } from './fixtures.ts';
import { lookAt } from './good-page.ts';
import { m } from './words.ts';

test.use({ locale: 'ru-RU' });
const say = { locale: 'ru' } as const;

test('invites somebody without a mailbox by a card with a code', async ({ page, browser, signIn }) => {
	const name = 'Зинаида Пчёлкина';
	const number = `B-${Date.now()}`;
	const hers = { locale: 'bg' } as const;
	await signIn('hr');

	await test.step('finds nobody of that name', async () => {
		await page.goto('/');
		await page.getByRole('link', { name: m.frame_people({}, say), exact: true }).click();
		await expect(page.getByRole('link', { name: 'Ани Димитрова' })).toBeVisible();
		await page.getByRole('searchbox').fill(number);
		await page.getByRole('button', { name: m.hr_search_button({}, say) }).click();
		await expect(page.getByText(m.hr_nobody_found({ search: number }, say))).toBeVisible();
	});

	const field = (label: string) => page.getByLabel(label, { exact: true });
	await test.step('problems stand beside their fields, and what was typed stays', async () => {
		await page.goto('/hr/people');
		await page.getByRole('link', { name: m.hr_invite({}, say) }).click();
		await page.getByRole('button', { name: m.hr_invite_button({}, say), exact: true }).click();
		await expect(field(m.hr_name({}, say))).toHaveAccessibleDescription(m.problem_name_empty({}, say));
		await expect(field(m.hr_email({}, say))).toHaveAccessibleDescription(new RegExp(m.problem_no_address({}, say)));
		await field(m.hr_name({}, say)).fill(name);
		await field(m.hr_email({}, say)).fill('ani@demo.example');
		await field(m.hr_team({}, say)).fill('София');
		await page.getByRole('button', { name: m.hr_invite_button({}, say), exact: true }).click();
		await expect(field(m.hr_email({}, say))).toHaveAccessibleDescription(new RegExp(m.problem_email_taken({}, say)));
		await expect(field(m.hr_name({}, say))).toHaveValue(name);
		await expect(field(m.hr_email({}, say))).toHaveValue('ani@demo.example');
		await expect(field(m.hr_team({}, say))).toHaveValue('София');
	});

	await test.step('invites her by her personnel number', async () => {
		await field(m.hr_email({}, say)).fill('');
		await field(m.hr_number({}, say)).fill(number);
		await page.getByLabel(m.hr_position({}, say), { exact: true }).selectOption({ label: 'Специалист по обслуживанию клиентов' });
		await page.getByLabel(m.hr_mentor({}, say), { exact: true }).selectOption({ label: 'Marta Kovacs' });
		await page.getByLabel(m.hr_language({}, say), { exact: true }).selectOption('bg');
		await page.getByRole('button', { name: m.hr_invite_button({}, say), exact: true }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
		await expect(page.getByText(m.hr_invited({}, say), { exact: true })).toBeVisible();
		await expect(page.getByText(m.hr_invited_card({}, say))).toBeVisible();
		await expect(page.getByText(m.hr_state_invited({}, say), { exact: true })).toBeVisible();
	});

	const link = await test.step('prints the card, in her language', async () => {
		await page.getByRole('button', { name: m.hr_link_button({}, say) }).click();
		const card = page.getByRole('region', { name: m.hr_card_label({ name }, hers) });
		await expect(card.getByText(m.hr_card_choose({}, hers), { exact: true })).toBeVisible();
		await expect(card.getByRole('img', { name: m.hr_card_code({}, hers) }).locator('svg')).toBeVisible();
		await expect(card).toContainText(number);
		await expect(page.getByRole('button', { name: m.hr_card_print({}, say) })).toBeVisible();
		const address = /https?:\S+\/invite\/[\w-]+/.exec(await card.innerText())![0];
		await page.reload();
		await expect(card).toHaveCount(0);
		return address;
	});

	await test.step('she begins with it, and it works once', async () => {
		const herself = await (await browser.newContext({ locale: 'bg-BG' })).newPage();
		await herself.goto(link);
		await herself.getByLabel(m.auth_new_password({}, hers), { exact: true }).fill('пять синих чайников');
		await herself.getByLabel(m.auth_new_password_again({}, hers)).fill('пять синих чайников');
		await herself.getByRole('button', { name: m.auth_invite_button({}, hers) }).click();
		await expect(herself.getByRole('heading', { level: 1 })).toHaveText(m.learn_title({}, hers));
		await herself.getByRole('button', { name: m.frame_menu({ name }, hers) }).click();
		await herself.getByRole('button', { name: m.frame_sign_out({}, hers), exact: true }).click();
		await herself.getByLabel(m.auth_login({}, hers)).fill(number);
		await herself.getByLabel(m.auth_password({}, hers)).fill('пять синих чайников');
		await herself.getByRole('button', { name: m.auth_sign_in({}, hers) }).click();
		await expect(herself).toHaveURL('/learn');
		await herself.goto(link);
		await expect(herself.getByRole('heading', { level: 1 })).toHaveText(m.auth_gone_title({}, hers));
		await herself.context().close();
		await page.reload();
		await expect(page.getByText(m.hr_state_active({}, say), { exact: true })).toBeVisible();
	});
});

test('hears that no e-mail leaves where no mail server is set, and so does who forgot a password', async ({ page, browser, signIn }) => {
	const email = `unsent-${Date.now()}@demo.example`;
	await signIn('hr');
	await page.goto('/hr/people/invite');
	await expect(page.getByText(m.hr_invite_lead_unsent({}, say))).toBeVisible();
	await page.getByLabel(m.hr_name({}, say), { exact: true }).fill('Ефим Безпочтов');
	await page.getByLabel(m.hr_email({}, say), { exact: true }).fill(email);
	await page.getByRole('button', { name: m.hr_invite_button({}, say), exact: true }).click();
	await expect(page.getByText(m.hr_invited_unsent({}, say), { exact: true })).toBeVisible();
	await expect(page.getByText(m.hr_invited_unsent_hint({ email }, say))).toBeVisible();
	await expect(page.getByText(m.hr_invited_mail({ email }, say))).toHaveCount(0);

	const visitor = await (await browser.newContext({ locale: 'ru-RU' })).newPage();
	for (const login of [email, `nobody-${Date.now()}@demo.example`]) {
		await visitor.goto('/reset');
		await expect(visitor.getByText(m.auth_reset_unsent_lead({}, say))).toBeVisible();
		await visitor.getByLabel(m.auth_login({}, say), { exact: true }).fill(login);
		await visitor.getByRole('button', { name: m.auth_reset_unsent_button({}, say) }).click();
		await expect(visitor.getByText(m.auth_reset_unsent_hint({}, say))).toBeVisible();
	}
	await visitor.context().close();
});

test('prints cards for those of a list who have not begun, all at once', async ({ page, newcomer, signIn }) => {
	const family = `Карточкин ${Date.now()}`;
	for (const name of [`Анна ${family}`, `Пётр ${family}`]) await newcomer({ name, accepted: false });
	await newcomer({ name: `Яков ${family}` });
	await signIn('hr');
	await page.goto(`/hr/people?state=invited&search=${encodeURIComponent(family)}`);
	await page.getByRole('link', { name: m.hr_cards_link({}, say) }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.hr_cards_title({}, say));
	await lookAt(page, 'cards to be made', { locale: 'ru' });
	await page.getByRole('button', { name: m.hr_cards_button({ n: 2 }, say) }).click();
	const cards = page.getByRole('region', { name: new RegExp(family) });
	await expect(cards).toHaveCount(2);
	const links = (await cards.allInnerTexts()).map((text) => /https?:\S+\/invite\/[\w-]+/.exec(text)?.[0]);
	expect(new Set(links).size).toBe(2);
	for (const link of links) expect((await page.request.get(link!)).status()).toBe(200);
	await lookAt(page, 'cards to print', { locale: 'ru', latin: /\S+@\S+|https?:\S+/g });
	await page.reload();
	await expect(page.getByRole('button', { name: m.hr_cards_button({ n: 2 }, say) })).toBeVisible();
	await expect(cards).toHaveCount(0);
});
