// A learner's call review, from the start page to the comparison: by keyboard, offline, in two tabs, on a phone, without
// JavaScript; and nothing of a reference arrives in the browser before that call's review was handed in.
import { randomUUID } from 'node:crypto';
import { expect, type Page } from '@playwright/test';
import { readCallReview, saveCallReview, startCallReview, submitCallReview } from '../src/lib/server/services/call-reviews.ts';
import type { TestPerson } from '../src/lib/server/testing-people.ts';
import { expectAccessible, listen, lookAt } from './good-page.ts';
import { test } from './practice-academy.ts';
import type { PracticeAcademy } from './practice-server.ts';
import { m } from './words.ts';

// What a service worker fetches cannot be read here.
test.use({ serviceWorkers: 'block', viewport: { width: 1440, height: 900 } });

const exercise = '/learn/basics/practice/reviews/review-calls';
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

test('a call is reviewed by keyboard, compared, and the next try is on the next call', async ({ page, context, academy, enter }) => {
	test.setTimeout(180_000);
	await enter(academy.people.learner);
	const complaints = listen(page);
	const received = await reference(page);

	await test.step('the way in; reading begins nothing', async () => {
		await page.goto('/learn/basics/practice');
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
		await expect(page.getByRole('button', { name: new RegExp(`^${m.scorecard_listen_turn()}.*Ana: It comes soon\\.`) })).toBeVisible();
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
		// Not `check`: the newer one takes its place at once.
		await other.getByRole('radio', { name: 'A clear date' }).click();
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
		// Back leads to the marks.
		await page.goBack();
		await expect(page.getByRole('heading', { name: m.call_over_title() })).toBeHidden();
		await page.getByRole('button', { name: m.call_submit() }).click();
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
		await page.setViewportSize({ width: 360, height: 740 });
		await page.getByRole('button', { name: m.call_submit() }).click();
		await expect(page.locator('.foot')).toContainText(m.scorecard_missing({ n: 2 }));
		const title = page.getByRole('heading', { name: 'Meets the person' });
		const clear = async () => {
			const [box, pinned] = [await title.boundingBox(), await page.locator('.pinned').boundingBox()];
			return box !== null && pinned !== null && box.y >= pinned.y + pinned.height && box.y + box.height < 600;
		};
		await expect.poll(clear, { message: 'the title of what is missing, clear of the player' }).toBe(true);
		await page.setViewportSize({ width: 1440, height: 900 });
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

test('@full without JavaScript a call can be begun, heard and read; and any reader can open it', async ({ browser, academy, enter }) => {
	const context = await browser.newContext({ javaScriptEnabled: false, baseURL: academy.origin, viewport: { width: 360, height: 740 } });
	const page = await context.newPage();
	await enter(academy.people.otherLearner, page);
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

/** Hands in a try that misses what is serious; the draft is saved as the page does. */
async function handInWrongly({ database: { db }, library }: PracticeAcademy, learner: TestPerson): Promise<void> {
	const now = new Date();
	const name = 'basics/practice/review-calls';
	await startCallReview(db, library, learner, { name, clientKey: randomUUID() }, now);
	const { work } = (await readCallReview(db, library, learner, name, null, 'en', now))!;
	const given = (mark: number) => ({ mark, comment: '', turns: [], seconds: [], snippet: null });
	const draft = { marks: { greeting: given(0), empathy: given(1), date: given(1) }, flags: [], comment: '' };
	await saveCallReview(db, learner, { review: work!.review, revision: work!.revision + 1, draft }, now);
	expect(await submitCallReview(db, library, learner, { submission: work!.submission, revision: work!.revision + 1 }, now)).toMatchObject({ code: 'submitted' });
}

test('@full when no call is left a mentor decides: how long that takes is told, then what they said', async ({ page, academy, enter, browser }) => {
	const { people, origin } = academy;
	const learner = await academy.newcomer(people.mentor);
	await handInWrongly(academy, learner);
	await handInWrongly(academy, learner);
	await enter(learner);
	await page.goto(exercise);
	await expect(page.getByText(m.desk_waits_since({ when: 'today' }))).toBeVisible();
	await expect(page.getByText(m.desk_usual_unknown())).toBeVisible();
	await lookAt(page, 'a call review that waits', { locale: 'en' });

	const mentor = await (await browser.newContext({ baseURL: origin, locale: 'en-GB' })).newPage();
	await enter(people.mentor, mentor);
	const decide = async (decision: string, reason: string) => {
		await mentor.goto(`/mentor?person=${learner.id}&kind=call-review`);
		await mentor.getByRole('list', { name: m.desk_list() }).getByRole('button').first().press('Enter');
		await expect(mentor.getByText(/^Yours until/)).toBeVisible();
		await page.goto(exercise);
		await expect(page.getByText(m.desk_being_judged())).toBeVisible();
		await mentor.getByLabel(m.desk_reason()).fill(reason);
		await mentor.getByRole('button', { name: decision }).press('Enter');
		await expect(mentor.getByText(/^(Accepted|Returned) by/)).toBeVisible();
		await page.reload();
	};
	await decide(m.desk_return(), 'Hear what he promises once more.');
	await expect(page.getByText(m.call_returned({ name: people.mentor.name }))).toBeVisible();
	await expect(page.getByText('Hear what he promises once more.')).toBeVisible();
	await expect(page.getByText(m.call_next_again({ call: 'Call wrong-colour' }))).toBeVisible();
	await lookAt(page, 'a call review that was returned', { locale: 'en' });

	await handInWrongly(academy, learner);
	await decide(m.desk_accept(), 'Now I see how you heard it.');
	await expect(page.getByText(new RegExp(`^Accepted by ${people.mentor.name} on `))).toBeVisible();
	await expect(page.getByText('Now I see how you heard it.')).toBeVisible();
	await expect(page.getByRole('button', { name: m.call_start_next() })).toHaveCount(0);
	await mentor.context().close();
});

test('@full on a slow line what is pressed before the scripts are there is done when they are', async ({ page, academy, enter }) => {
	const learner = await academy.newcomer(academy.people.mentor);
	await startCallReview(academy.database.db, academy.library, learner, { name: 'basics/practice/review-calls', clientKey: randomUUID() }, new Date());
	await enter(learner);
	let come = () => {};
	const scripts = new Promise<void>((resolve) => (come = resolve));
	await page.route('**/_app/**/*.js', async (route) => {
		await scripts;
		await route.continue();
	});
	await page.goto(exercise, { waitUntil: 'commit' });
	const mark = page.getByRole('radio', { name: 'A clear date' });
	await mark.check();
	// Twice, because nothing seems to happen.
	for (let n = 0; n < 2; n++) await page.locator('#turn-t2 .words').click();
	come();
	await expect(page.locator('#turn-t2')).toHaveAttribute('aria-current', 'true');
	await expect(mark).toBeChecked();
	await saved(page);
	await page.reload();
	await expect(mark).toBeChecked();
});
