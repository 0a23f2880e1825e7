// A learner's call review, from the start page to the comparison: by keyboard, offline, in two tabs, on a phone, without
// JavaScript; and nothing of a reference arrives in the browser before that call's review was handed in.
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { openDatabase } from '../src/lib/server/db/open.ts';
import { expect, formHeaders, idOf, signInAs, test as base } from './fixtures.ts';
import { expectAccessible, listen } from './good-page.ts';
import { start, temporaryFolder, type SignIns } from './server.ts';
import { m } from './words.ts';

interface Practice {
	origin: string;
	people: SignIns;
}

/** The test academy, the demo's learner a trainee in it. */
const test = base.extend<{ practice: Practice }>({
	practice: async ({ playwright }, use) => {
		const folder = temporaryFolder();
		const server = start({ env: { DEMO: 'yes', DATA_DIR: folder, CONTENT_DIR: path.resolve('tests/content') } });
		const origin = await server.origin();
		const people = await server.signIns();
		const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: folder }, { join: true, connections: 2 });
		const [learner] = await database.sql<{ id: string; name: string }[]>`select id, name from employee where email = ${people.learner.email}`;
		const hr = await playwright.request.newContext({ baseURL: origin, extraHTTPHeaders: formHeaders(origin) });
		await signInAs(hr, origin, people.hr);
		const changed = await hr.post(`/hr/people/${learner!.id}?/change&as=${await idOf(database, people.hr)}`, {
			form: { name: learner!.name, email: people.learner.email, personnelNumber: '', position: 'trainee', team: '', mentor: '', hiredOn: '2026-11-02' },
			maxRedirects: 0
		});
		expect(changed.status()).toBe(303);
		await hr.dispose();
		await database.close();
		await use({ origin, people });
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	},
	baseURL: async ({ practice }, use) => use(practice.origin)
});

// What a service worker fetches cannot be read here.
test.use({ serviceWorkers: 'block', viewport: { width: 1440, height: 900 } });

const exercise = '/learn/practice/calls/reviews/review-calls';
const saved = (page: Page) => expect(page.locator('.foot [role=status]')).toContainText(/Saved \d\d:\d\d/);

/** Everything that arrives, to be looked through for what must not. */
async function reference(page: Page): Promise<() => Promise<string[]>> {
	let arriving: Promise<string>[] = [];
	await page.route('**', async (route) => {
		if (!['document', 'fetch', 'xhr'].includes(route.request().resourceType())) return route.continue();
		try {
			const response = await route.fetch({ maxRedirects: 0 });
			arriving.push(response.text());
			await route.fulfill({ response });
		} catch {
			// Without a connection.
			await route.abort();
		}
	});
	return async () => {
		const bodies = await Promise.all(arriving);
		arriving = [];
		return [...new Set(bodies.join('\n').match(/SECRET-(REASON|REVIEWER)-\d+/g))];
	};
}

test('a call is reviewed by keyboard, compared, and the next try is on the next call', async ({ page, context, practice }) => {
	test.setTimeout(180_000);
	await signInAs(page.request, practice.origin, practice.people.learner);
	const complaints = listen(page);
	const received = await reference(page);

	await test.step('the way in; reading begins nothing', async () => {
		await page.goto('/learn/practice/calls');
		await page.locator('#review-calls').getByRole('link', { name: m.practice_open() }).click();
		await expect(page).toHaveURL(exercise);
		await expect(page.getByText(m.call_begin({ call: 'Call late-delivery' }))).toBeVisible();
		await expectAccessible(page, 'the start of a call review');
		await page.getByRole('button', { name: m.call_start() }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Call late-delivery');
	});

	await test.step('marks by keyboard: a number is an answer, N not applicable, arrows another criterion', async () => {
		const group = (name: string) => page.getByRole('radiogroup', { name });
		await group('Says who speaks').getByRole('radio').first().focus();
		await page.keyboard.press('2');
		await expect(group('Says who speaks').getByRole('radio', { name: 'Company and name' })).toBeChecked();
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('n');
		await expect(group('Meets the person').getByRole('radio', { name: m.scorecard_not_applicable() })).toBeChecked();
		await page.keyboard.press('4');
		await expect(group('Meets the person').getByRole('radio', { name: 'Step 4' })).toBeChecked();
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('3');
		await expect(group('Gives a date').getByRole('radio', { name: 'A clear date' })).toBeFocused();
		await page.keyboard.press('ArrowUp');
		await expect(group('Meets the person').getByRole('radio', { name: 'Step 4' })).toBeFocused();
	});

	await test.step('flags by keyboard: two keys, then the rule and a note; a turn proves a mark', async () => {
		const turn = (place: number) => page.locator(`#turn-t${place} .words`);
		await turn(1).focus();
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('ArrowDown');
		await expect(turn(3)).toBeFocused();
		await page.keyboard.press('-');
		await expect(page.getByRole('combobox', { name: m.call_flag_clause({ n: 3 }) })).toBeFocused();
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Tab');
		await page.keyboard.type('Soon is no date');
		await page.keyboard.press('Escape');
		await expect(turn(3)).toBeFocused();
		await page.keyboard.press('e');
		await expect(page.getByRole('button', { name: m.scorecard_listen_turn({ name: 'Ana', text: 'It comes soon.' }) })).toBeVisible();
		await expect(page.locator('.foot')).toContainText(m.call_foot_criteria({ done: 3, n: 3 }));
		await expect(page.locator('.foot')).toContainText(m.call_foot_flags({ n: 1 }));
	});

	await test.step('it saves itself', async () => {
		await saved(page);
		await page.reload();
		await expect(page.getByRole('radio', { name: 'A clear date' })).toBeChecked();
		await expect(page.getByRole('textbox', { name: m.call_flag_note({ n: 3 }) })).toHaveValue('Soon is no date');
	});

	await test.step('without a connection it waits in the browser', async () => {
		await page.route(/\?\/save/, (route) => route.abort());
		await page.getByRole('radiogroup', { name: 'Gives a date' }).getByRole('radio').first().focus();
		await page.keyboard.press('2');
		await expect(page.getByText(m.call_offline_help())).toBeVisible();
		await page.unroute(/\?\/save/);
		await saved(page);
		await expect(page.getByText(m.call_offline_help())).toBeHidden();
	});

	await test.step('another tab: the older one is told, and can put its own back', async () => {
		const other = await context.newPage();
		await other.goto(exercise);
		await expect(other.getByRole('radio', { name: 'A vague date' })).toBeChecked();
		await page.getByRole('radio', { name: 'Step 2' }).check();
		await saved(page);
		await other.getByRole('radio', { name: 'A clear date' }).check();
		await expect(other.getByText(m.call_older())).toBeVisible();
		await expect(other.getByRole('radio', { name: 'Step 2' })).toBeChecked();
		await other.getByRole('button', { name: m.call_take_own() }).click();
		await expect(other.getByRole('radio', { name: 'A clear date' })).toBeChecked();
		await saved(other);
		await other.close();
		// Handing in what this page does not show is refused, too.
		await page.getByRole('button', { name: m.call_submit() }).click();
		await page.getByRole('button', { name: m.call_over_submit() }).click();
		await expect(page.getByText(m.call_older())).toBeVisible();
		await page.getByRole('link', { name: m.call_closed_show() }).click();
		await expect(page.getByRole('radio', { name: 'A clear date' })).toBeChecked();
	});

	await test.step('accessible while one works', async () => {
		await expectAccessible(page, 'a call review, wide');
		await page.emulateMedia({ colorScheme: 'dark' });
		await page.setViewportSize({ width: 360, height: 740 });
		await page.getByRole('link', { name: m.call_tab_score() }).click();
		await expect(page).toHaveURL(/view=score/);
		await expect(page.getByRole('radio', { name: 'A clear date' })).toBeVisible();
		await expectAccessible(page, 'a call review on a phone, dark');
		await page.emulateMedia({ colorScheme: 'light' });
		await page.setViewportSize({ width: 1440, height: 900 });
	});
	expect(await received(), 'the reference before it was handed in').toEqual([]);

	await test.step('handed in: a sentence says what was missed, differences first, then the figures', async () => {
		await page.getByRole('button', { name: m.call_submit() }).click();
		await expect(page.getByRole('heading', { name: m.call_over_title() })).toBeVisible();
		await expectAccessible(page, 'the look-over before handing in');
		await page.getByRole('button', { name: m.call_over_submit() }).click();
		await expect(page.getByText(m.call_not_passed())).toBeVisible();
		await expect(page.locator('.sentence')).toContainText(m.call_because_failure({ n: 1, criteria: 'Gives a date' }));
		await expect(page.locator('.criterion h3').first()).toContainText('Gives a date');
		await expect(page.locator('.criterion').first()).toContainText('SECRET-REASON-6004');
		await expect(page.locator('#turn-t3')).toContainText(m.call_flag_found({ what: m.call_breaks() }));
		await expect(page.locator('#turn-t1')).toContainText(m.call_flag_missed({ what: m.call_serves() }));
		await page.getByText(m.call_how_computed()).first().click();
		await expectAccessible(page, 'a comparison, wide');
		await page.setViewportSize({ width: 360, height: 740 });
		await expectAccessible(page, 'a comparison on a phone');
		await page.setViewportSize({ width: 1440, height: 900 });
		expect(await received()).not.toEqual([]);
	});

	await test.step('the next try: the next call, which sounds; what is missing is told', async () => {
		await page.getByRole('button', { name: m.call_start_next() }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Call wrong-colour');
		expect(await received(), 'the reference of the next call').toEqual([]);
		await page.getByRole('button', { name: m.call_forward({ n: 5 }) }).click();
		await expect(page.locator('#turn-t2')).toHaveAttribute('aria-current', 'true');
		await page.getByRole('radiogroup', { name: 'Says who speaks' }).getByRole('radio').first().focus();
		await page.keyboard.press('2');
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('n');
		await page.getByRole('button', { name: m.call_submit() }).click();
		await expect(page.getByRole('listitem').filter({ hasText: m.scorecard_lack_no_reason() })).toBeVisible();
		await page.getByRole('listitem').filter({ hasText: m.scorecard_lack_unmarked() }).getByRole('link').click();
		await page.keyboard.press('3');
		await page.getByRole('radio', { name: 'Step 4' }).check();
		await saved(page);
		expect(await received()).toEqual([]);
		await page.getByRole('button', { name: m.call_submit() }).click();
		await page.getByRole('button', { name: m.call_over_submit() }).click();
		await expect(page.getByText(m.call_passed(), { exact: true })).toBeVisible();
		await expect(page.getByRole('button', { name: m.call_start_next() })).toBeHidden();
		await page.getByRole('link', { name: /Call late-delivery/ }).click();
		await expect(page.getByText(m.call_not_passed())).toBeVisible();
	});
	expect(complaints.filter((line) => !/Failed to load resource|Service Worker registration blocked/.test(line))).toEqual([]);
});

test('@full without JavaScript a call can be begun, heard and read; and any reader can open it', async ({ browser, practice }) => {
	const context = await browser.newContext({ javaScriptEnabled: false, baseURL: practice.origin, viewport: { width: 360, height: 740 } });
	const page = await context.newPage();
	await signInAs(page.request, practice.origin, practice.people.learner);
	await page.goto(exercise);
	await page.getByRole('button', { name: m.call_start() }).click();
	await expect(page.getByText('It comes soon.')).toBeVisible();
	expect(await page.content()).toContain(m.call_needs_script());
	await page.getByRole('link', { name: m.call_tab_score() }).click();
	await expect(page.getByRole('radio', { name: 'A clear date' })).toBeVisible();
	await page.goto('/calls/wrong-colour');
	await expect(page.locator('audio[controls]')).toBeVisible();
	await expect(page.getByText('My table is late.')).toBeVisible();
	expect(await page.content()).not.toMatch(/SECRET-/);
	await context.close();
});
