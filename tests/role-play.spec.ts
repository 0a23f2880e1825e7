// A role-play played as people do: by keyboard, with a reload and a second tab in the middle, again, and without JavaScript.
import { expect, type Page } from '@playwright/test';
import { expectAccessible, listen } from './good-page.ts';
import { test } from './practice-academy.ts';
import { m } from './words.ts';

// What a service worker fetches cannot be read here.
test.use({ serviceWorkers: 'block' });

const lesson = '/learn/basics/practice';
const place = `${lesson}/role-plays/kettle`;
const heard = (page: Page) => page.locator('#now');
/** The key that says this sentence: they stand in another order in every run. */
async function keyOf(page: Page, sentence: string): Promise<string> {
	const button = page.getByRole('button', { name: sentence });
	await expect(button).toBeEnabled();
	return /\d/.exec((await button.textContent())!)![0];
}
const resultOf = (percent: string) => m.play_result_not_passed({ percent, pass: '75%' });

test('by keyboard, reloaded in the middle, in two tabs, to its end and once more', async ({ page, academy, context, enter }) => {
	const complaints = listen(page);
	let received = '';
	await page.route('**', async (route) => {
		if (!['document', 'fetch', 'xhr'].includes(route.request().resourceType())) return route.continue();
		const response = await route.fetch({ maxRedirects: 0 });
		received += await response.text();
		await route.fulfill({ response });
	});
	await enter(await academy.newcomer(), page);
	await page.goto(lesson);
	const card = page.locator('#kettle');
	await card.getByRole('link', { name: m.practice_open() }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('The kettle that failed twice');
	await page.getByRole('button', { name: m.play_start() }).focus();
	await page.keyboard.press('Enter');
	await expect(heard(page)).toContainText('This is the second kettle in a month.');
	await expect(heard(page)).toContainText(m.play_mood_0());

	const other = await context.newPage();
	await other.goto(place);
	await expect(heard(other)).toContainText('second kettle');

	await page.keyboard.press(await keyOf(page, 'Order number, please.'));
	await expect(heard(page)).toContainText('Seventy-seven.');
	await expect(page.getByRole('log')).toContainText('Order number, please.');
	await expect(page.getByRole('heading', { name: m.play_your_answer() })).toBeFocused();
	await page.reload();
	await expect(heard(page)).toContainText('Seventy-seven.');
	await expect(page.getByRole('button', { name: 'We will send one.' })).toBeVisible();
	// What this mood does not offer is not there, and nothing is said about points.
	await expect(page.getByRole('button', { name: 'A new one is with you' })).toHaveCount(0);

	// The other tab still shows the first place: what it says there comes too late, and it is told so.
	await other.getByRole('button', { name: 'Did you read the manual?' }).click();
	await expect(other.getByText(m.play_elsewhere(), { exact: true })).toBeVisible();
	await expect(heard(other)).toContainText('Seventy-seven.');
	await other.close();

	expect(received).toContain('Seventy-seven.');
	expect(received).not.toMatch(/SECRET-|Are you serious|money back|hung up/);

	await page.keyboard.press(await keyOf(page, 'We will send one.'));
	await expect(page).toHaveURL(`${place}?run=1`);
	await expect(page.getByText(resultOf('40%'))).toBeVisible();
	await expect(page.getByText(m.play_sum({ best: '5', lost: '3', earned: '2' }))).toBeVisible();
	await expect(page.getByText('SECRET-CHOICE-6102')).toBeVisible();
	await expect(page.getByText(m.play_map_unseen_count({ n: 3, all: 6 }))).toBeVisible();
	await expect(page.locator('body')).not.toContainText('SECRET-CHOICE-6101');

	await page.getByRole('button', { name: m.play_again() }).click();
	await expect(heard(page)).toContainText('second kettle');
	await page.keyboard.press(await keyOf(page, 'I am sorry. May I have your order number?'));
	await expect(heard(page)).toContainText('77.');
	await page.keyboard.press(await keyOf(page, 'A new one is with you on Friday.'));
	await expect(page.getByText(m.play_result_passed({ percent: '100%', pass: '75%' }))).toBeVisible();
	const runs = page.getByRole('region', { name: m.play_runs_title() });
	await expect(runs.getByRole('listitem')).toHaveCount(2);
	await expect(runs.getByRole('definition')).toContainText(['100%', '100%']);
	await runs.getByRole('link', { name: m.play_run_number({ number: 1 }) }).click();
	await expect(page.getByText(resultOf('40%'))).toBeVisible();
	await page.goto(lesson);
	await expect(card).toContainText('Passed on');
	// The tests' own doing, as said above.
	expect(complaints.filter((one) => !one.includes('Service Worker registration blocked'))).toEqual([]);
});

test('@full a double click is one choice; what cannot be sent can be said again', async ({ page, academy, context, enter }) => {
	await enter(await academy.newcomer(), page);
	await page.goto(place);
	await page.getByRole('button', { name: m.play_start() }).click();
	await expect(heard(page)).toContainText('second kettle');
	await context.setOffline(true);
	await page.getByRole('button', { name: 'Order number, please.' }).click();
	await expect(page.getByRole('alert')).toContainText(m.play_unreachable());
	await context.setOffline(false);
	await page.getByRole('button', { name: 'Order number, please.' }).dblclick();
	await expect(heard(page)).toContainText('Seventy-seven.');
	await expect(page.getByText(m.play_elsewhere(), { exact: true })).toHaveCount(0);
	await expect(page.getByRole('alert')).toHaveCount(0);
});

test.describe('without JavaScript', () => {
	test.use({ javaScriptEnabled: false });
	test('@full is played to its end', async ({ page, academy, enter }) => {
		await enter(await academy.newcomer(), page);
		await page.goto(place);
		await page.getByRole('button', { name: m.play_start() }).click();
		await page.getByRole('button', { name: 'Did you read the manual?' }).click();
		await expect(page).toHaveURL(`${place}#now`);
		await expect(heard(page)).toContainText('Are you serious?');
		await page.getByRole('button', { name: 'Yes.' }).click();
		await expect(page.getByText(resultOf('0%'))).toBeVisible();
		await expect(page.getByText('The customer has hung up.')).toBeVisible();
		await page.reload();
		await expect(page.getByRole('region', { name: m.play_runs_title() }).getByRole('listitem')).toHaveCount(1);
	});
});

for (const { locale, width, colorScheme, run } of [
	{ locale: 'ru', width: 360, colorScheme: 'dark', run: '@full' },
	{ locale: 'en', width: 1440, colorScheme: 'light', run: '@full' },
	{ locale: 'bg', width: 360, colorScheme: 'light', run: '@full' },
	{ locale: 'ru', width: 1440, colorScheme: 'dark', run: '@full' }
] as const) {
	test(`${run} can be read by everybody: ${locale}, ${width} pixels, ${colorScheme}`, async ({ browser, academy, enter }) => {
		const context = await browser.newContext({ locale, colorScheme, viewport: { width, height: 760 }, baseURL: academy.origin });
		const page = await context.newPage();
		await enter(await academy.newcomer(), page);
		const look = async (name: string) => {
			await expectAccessible(page, name);
			const { scrollWidth, clientWidth } = await page.evaluate(() => {
				const { scrollWidth, clientWidth } = document.documentElement;
				return { scrollWidth, clientWidth };
			});
			expect.soft(scrollWidth, `width of ${name}`).toBeLessThanOrEqual(clientWidth);
		};
		await page.goto(place);
		await look('before it begins');
		await page.getByRole('button', { name: m.play_start({}, { locale }) }).click();
		await expect(heard(page)).toBeVisible();
		await look('the first passage');
		await page.keyboard.press(await keyOf(page, 'Order number, please.'));
		await expect(page.locator('.said')).toHaveCount(1);
		await look('the second passage');
		await page.keyboard.press(await keyOf(page, 'That is how kettles are.'));
		await expect(page.getByRole('heading', { name: m.play_map_title({}, { locale }) })).toBeVisible();
		await expect(page.getByText(m.play_critical_happened({ n: 1 }, { locale }))).toBeVisible();
		await look('the result');
		await context.close();
	});
}

test('@full with a mentor: asked for, spoken from the script, marked, accepted, read', async ({ browser, academy, enter }) => {
	const { people, origin } = academy;
	const newcomer = await academy.newcomer(people.mentor);
	const open = async (who: { email: string }, width: number) => {
		const page = await (await browser.newContext({ baseURL: origin, viewport: { width, height: 800 } })).newPage();
		await enter(who, page);
		return page;
	};
	const learner = await open(newcomer, 360);
	await learner.goto(place);
	await learner.getByRole('button', { name: m.play_live_ask() }).click();
	await expect(learner.getByText('You asked for it')).toBeVisible();
	await expect(learner.getByRole('button', { name: m.play_live_ask() })).toHaveCount(0);

	const mentor = await open(people.mentor, 1440);
	await mentor.goto(`/mentor?person=${newcomer.id}`);
	const line = mentor.getByRole('list', { name: m.desk_list() }).getByRole('listitem');
	await expect(line.getByRole('link').first()).toHaveAttribute('href', /^\/mentor\/role-plays\/[\w-]+$/);
	await mentor.goto(`/mentor/people/${newcomer.id}`);
	await mentor.getByRole('link', { name: m.play_live_link() }).click();
	await expectAccessible(mentor, 'scenes to play together');
	await mentor.getByRole('button', { name: m.play_live_begin_asked() }).click();
	await expect(mentor).toHaveURL(/\/mentor\/role-plays\/[\w-]+$/);
	await expect(mentor.getByRole('heading', { level: 1 })).toHaveText('The kettle that failed twice');
	await mentor.getByRole('button', { name: 'I am sorry. May I have your order number?' }).click();
	await expect(mentor.locator('.now')).toContainText('SECRET-LINE-6104');
	await mentor.getByRole('radio', { name: 'Company and name' }).check();
	await mentor.getByRole('radio', { name: 'Step 4' }).check();
	await expect(mentor.getByText(/^Saved \d/)).toBeVisible();
	await mentor.reload();
	await expect(mentor.locator('.now')).toContainText('SECRET-LINE-6104');
	await expect(mentor.getByRole('radio', { name: 'Step 4' })).toBeChecked();
	await mentor.getByRole('button', { name: m.play_script_back() }).click();
	await expect(mentor.locator('.now')).toContainText('second kettle');
	await mentor.getByRole('radio', { name: 'A clear date' }).check();
	await expectAccessible(mentor, 'the script and the scorecard');
	// The words to say stay in sight beside the last mark.
	await mentor.getByLabel(m.desk_reason()).scrollIntoViewIfNeeded();
	await expect(mentor.locator('.now')).toBeInViewport();
	await mentor.setViewportSize({ width: 360, height: 800 });
	await expectAccessible(mentor, 'the script on a phone');
	await mentor.getByRole('link', { name: m.play_script_title(), exact: true }).click();
	await expect(mentor.locator('.now')).toBeInViewport();
	await mentor.getByLabel(m.desk_reason()).fill('You met him where he was.');
	await mentor.getByRole('button', { name: m.desk_accept(), exact: true }).click();
	await expect(mentor.getByRole('button', { name: m.desk_accept(), exact: true })).toHaveCount(0);

	const script = mentor.url();
	await learner.goto(script);
	await expect(learner.locator('body')).not.toContainText('SECRET');
	await learner.goto(place);
	await expect(learner.locator('#live')).toContainText('You met him where he was.');
	await expect(learner.locator('#live')).toContainText('A clear date');
	await expectAccessible(learner, 'what the mentor said');

	// Who decides about a mark hears nothing of it, and HR has no script either: both are said, and no link leads nowhere.
	await learner.locator('#live summary', { hasText: /marks/ }).click();
	await learner.locator('#live summary', { hasText: /Dispute this mark/ }).first().click();
	await learner.getByLabel(m.dispute_reason()).first().fill('I named the company.');
	await learner.getByRole('button', { name: m.dispute_send() }).first().click();
	await expect(learner.getByText(m.dispute_waits())).toBeVisible();
	const hr = await open(people.hr, 1440);
	await hr.goto('/hr/people');
	await hr.getByRole('region', { name: /dispute/ }).getByRole('link', { name: newcomer.name }).click();
	await expect(hr.getByText(m.play_live_unrecorded())).toBeVisible();
	await expect(hr.getByRole('link', { name: m.play_script_open() })).toHaveCount(0);
	await hr.context().close();
	await mentor.context().close();
	await learner.context().close();
});
