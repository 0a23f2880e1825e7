// A spoken answer, from the microphone to the mentor's ear. Chromium's fake microphone beeps once a second.
import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { readSound } from '../src/lib/core/sound/read.ts';
import type { TestPerson } from '../src/lib/server/testing-people.ts';
import { expectAccessible, listen } from './good-page.ts';
import { arrived, recorder, recordFor, withMicrophone } from './microphone.ts';
import { test } from './practice-academy.ts';
import { m } from './words.ts';

const own = m.record_own();

test.use(withMicrophone);
// One after another: they share their people.
test.describe.configure({ mode: 'serial' });

test.describe('with a microphone', () => {
	test('@full is recorded, waits for the connection through a reload, is heard, recorded again and handed in; a mentor hears it', async ({ page, context, academy, enter, browser }) => {
		test.setTimeout(120_000);
		const { learner, mentor, otherMentor } = academy.people;
		const { sql } = academy.database;
		const complaints = listen(page);
		await enter(learner);
		const lesson = await page.goto('/learn/basics/practice');
		expect(lesson!.headers()['permissions-policy']).toContain('microphone=()');
		expect((await page.request.get(recorder)).headers()['permissions-policy']).toContain('microphone=(self)');
		// A page that was loaded without the microphone leads to one that has it.
		await page.locator('#apology').getByRole('link').click();
		await expect(page).toHaveURL(recorder);
		await expectAccessible(page, 'the recorder');

		await page.getByRole('button', { name: m.record_start() }).click();
		const begun = Date.now();
		await expect.poll(() => page.getByRole('meter').getAttribute('aria-valuenow'), { intervals: [100] }).not.toBe('0');
		await expectAccessible(page, 'a recording');
		await page.waitForTimeout(2500);
		await context.setOffline(true);
		await page.getByRole('button', { name: m.record_stop() }).click();
		const spoken = (Date.now() - begun) / 1000;
		await expect(page.getByText(m.record_waiting())).toBeVisible();
		await expect(page.getByRole('button', { name: m.record_hand_in() })).toBeDisabled();
		await expectAccessible(page, 'a recording that waits');

		// It is sent by itself after a reload; only once there is a connection again.
		await page.route('**/recordings/apology?/piece*', (route) => route.abort());
		await context.setOffline(false);
		await page.reload();
		await expect(page.getByText(m.record_waiting())).toBeVisible();
		await page.unroute('**/recordings/apology?/piece*');
		await arrived(page);
		const [draft] = await sql<{ id: string; seconds: number }[]>`select id, seconds from recording where stored_at is not null and employee_id = ${learner.id}`;
		expect(draft!.seconds).toBeGreaterThan(2.5);
		expect(Math.abs(draft!.seconds - spoken)).toBeLessThan(1.5);

		// It can be heard, and a part of it be asked for.
		const heard = await page.request.get(`/recordings/${draft!.id}`);
		expect(heard.status()).toBe(200);
		const bytes = new Uint8Array(await heard.body());
		expect(readSound(bytes)).toEqual({ is: 'sound', type: 'audio/webm', seconds: draft!.seconds });
		await page.reload();
		const played = page.locator(`audio[src$="${draft!.id}"]`);
		expect(await played.evaluate((audio: HTMLAudioElement) => audio.play().then(() => audio.duration))).toBeCloseTo(draft!.seconds, 1);
		await played.evaluate((audio: HTMLAudioElement) => audio.pause());

		await recordFor(page, 1500);
		await arrived(page);
		await expect.poll(async () => (await sql`select 1 from recording where deleted_at is null and employee_id = ${learner.id}`).length).toBe(1);
		expect((await page.request.get(`/recordings/${draft!.id}`)).status()).toBe(410);
		await expectAccessible(page, 'a recording that has arrived');
		await page.getByRole('button', { name: m.record_hand_in() }).click();
		await expect(page.getByText(m.desk_go_on_meanwhile())).toBeVisible();
		await expect(page.getByRole('button', { name: m.record_start() })).toHaveCount(0);
		await expectAccessible(page, 'a recording that was handed in');
		const [row] = await sql<{ id: string; state: string }[]>`select recording_id as id, state from submission where employee_id = ${learner.id}`;
		expect(row!.state).toBe('waiting');
		expect(complaints.filter((one) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(one))).toEqual([]);

		const [theirs, wrong] = [await browser.newContext({ baseURL: academy.origin }), await browser.newContext({ baseURL: academy.origin })];
		await enter(mentor, await theirs.newPage());
		await enter(otherMentor, await wrong.newPage());
		const part = await theirs.request.get(`/recordings/${row!.id}`, { headers: { range: 'bytes=0-99' } });
		expect(part.status()).toBe(206);
		expect((await part.body()).length).toBe(100);
		expect(part.headers()).toMatchObject({
			'content-type': 'audio/webm',
			'content-range': `bytes 0-99/${(await (await theirs.request.get(`/recordings/${row!.id}`)).body()).length}`,
			'content-disposition': 'inline',
			'x-content-type-options': 'nosniff',
			'cache-control': 'private, no-store'
		});
		const head = await theirs.request.head(`/recordings/${row!.id}`);
		expect([head.status(), (await head.body()).length]).toEqual([200, 0]);
		expect((await theirs.request.get(`/recordings/${row!.id}`, { headers: { range: 'bytes=99999999-' } })).status()).toBe(416);
		expect((await wrong.request.get(`/recordings/${row!.id}`)).status()).toBe(404);
		await theirs.close();
		await wrong.close();
	});

	test('@full what was recorded by one is never shown to the next at the same computer, and is sent for its writer alone', async ({ page, context, academy, enter }) => {
		const { otherLearner, teamLearner } = academy.people;
		await enter(otherLearner);
		await page.goto(recorder);
		await page.route('**/recordings/apology?/piece*', (route) => route.abort());
		await recordFor(page, 1200);
		await expect(page.getByText(m.record_waiting())).toBeVisible();

		// Somebody else signs in in another tab: the first one's page sends nothing for anybody.
		const other = await context.newPage();
		await enter(teamLearner, other);
		await page.unroute('**/recordings/apology?/piece*');
		await expect(page.getByText(m.learn_somebody_else())).toBeVisible({ timeout: 15_000 });
		await other.goto(recorder);
		await expect(other.getByRole('button', { name: m.record_start() })).toBeVisible();
		await expect(other.getByRole('group', { name: own })).toHaveCount(0);
		const count = async (who: TestPerson) => (await academy.database.sql`select 1 from recording where employee_id = ${who.id} and stored_at is not null`).length;
		expect([await count(otherLearner), await count(teamLearner)]).toEqual([0, 0]);

		await enter(otherLearner, other);
		await other.goto(recorder);
		await arrived(other);
		expect([await count(otherLearner), await count(teamLearner)]).toEqual([1, 0]);
	});

	test('@full a page that is closed in the middle of a recording loses nothing that was said', async ({ page, academy, enter }) => {
		await enter(academy.people.teamLearner);
		await page.goto(recorder);
		await page.getByRole('button', { name: m.record_start() }).click();
		await page.waitForTimeout(2600);
		await page.reload();
		await expect(page.getByText(m.record_interrupted())).toBeVisible();
		// As long as it was, and it can be heard before one decides.
		await expect(page.locator('.player .time')).toHaveText(/^0:00 \/ 0:0[123]$/);
		await page.getByRole('button', { name: m.record_use() }).click();
		await arrived(page);
		const [row] = await academy.database.sql<{ seconds: number }[]>`
			select seconds from recording where employee_id = ${academy.people.teamLearner.id} and stored_at is not null`;
		expect(row!.seconds).toBeGreaterThan(0.8);
	});

	test('@full the keyboard alone does it', async ({ page, academy, enter }) => {
		await enter(academy.people.teamLearner);
		await page.goto(recorder);
		await page.getByRole('button', { name: m.record_again() }).focus();
		await page.keyboard.press('Enter');
		await expect(page.getByRole('button', { name: m.record_stop() })).toBeFocused();
		await page.waitForTimeout(800);
		await page.keyboard.press('Space');
		await arrived(page);
		await expect(page.getByRole('button', { name: m.call_play(), exact: true })).toBeFocused();
		await page.keyboard.press('Enter');
		await expect(page.getByRole('button', { name: m.call_pause(), exact: true })).toBeFocused();
	});
});

test.describe('without a microphone', () => {
	/** What the browser answers when it is asked for the microphone. */
	const refuse = (page: Page, name: string) =>
		page.evaluate((reason) => {
			navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', reason));
		}, name);

	test('@full says why, and takes the file of a phone', async ({ page, academy, enter }) => {
		await enter(academy.people.mentor);
		await page.goto(recorder);
		for (const [name, words] of [['NotFoundError', m.record_no_none()], ['NotReadableError', m.record_no_busy()], ['NotAllowedError', m.record_no_denied()]] as const) {
			await refuse(page, name);
			await page.getByRole('button', { name: m.record_start() }).click();
			await expect(page.getByText(words)).toBeVisible();
		}
		await expect(page.getByText(m.record_no_title())).toBeVisible();
		await expectAccessible(page, 'no microphone');
		await page.getByRole('button', { name: m.record_file_send() }).click();
		await expect(page.getByText(m.record_why_none())).toBeVisible();
		await page.getByLabel(m.record_file_label()).setInputFiles('src/lib/core/sound/fixtures/sound.mp3');
		await page.getByRole('button', { name: m.record_file_send() }).click();
		await expect(page.getByText(m.record_why_unknown())).toBeVisible();
		await page.getByLabel(m.record_file_label()).setInputFiles('src/lib/core/sound/fixtures/phone.m4a');
		await page.getByRole('button', { name: m.record_file_send() }).click();
		await arrived(page);
		const [row] = await academy.database.sql<{ id: string; type: string }[]>`
			select id, type from recording where employee_id = ${academy.people.mentor.id} and stored_at is not null`;
		expect(row!.type).toBe('audio/mp4');
		expect(await (await page.request.get(`/recordings/${row!.id}`)).body()).toEqual(readFileSync('src/lib/core/sound/fixtures/phone.m4a'));
	});
});

test.describe('without scripts', () => {
	test.use({ javaScriptEnabled: false });

	test('@full a file is sent and handed in', async ({ page, academy, enter }) => {
		await enter(academy.people.mentor);
		await page.goto(recorder);
		await expect(page.getByRole('button', { name: m.record_again() })).toHaveCount(0);
		await page.getByLabel(m.record_file_label()).setInputFiles('src/lib/core/sound/fixtures/video.webm');
		await page.getByRole('button', { name: m.record_file_send() }).click();
		await expect(page.getByText(m.record_why_video())).toBeVisible();
		await page.getByLabel(m.record_file_label()).setInputFiles('src/lib/core/sound/fixtures/fragments.mp4');
		await page.getByRole('button', { name: m.record_file_send() }).click();
		await page.getByRole('button', { name: m.record_hand_in() }).click();
		await expect(page.getByText(m.desk_go_on_meanwhile())).toBeVisible();
	});
});
