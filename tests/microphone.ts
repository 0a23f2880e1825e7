// A browser that hears Chromium's fake microphone, which beeps once a second, in an academy with an answer to be spoken.
import { expect, test as base, type Page } from '@playwright/test';
import { testPassword, type TestPerson } from '../src/lib/server/testing-people.ts';
import { launchOptions } from './chromium.ts';
import { signInAs } from './fixtures.ts';
import { openPracticeAcademy, type PracticeAcademy } from './practice-server.ts';
import { m } from './words.ts';

const { args, executablePath } = launchOptions();
/** For `test.use`. */
export const withMicrophone = { launchOptions: { args: [...args, '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'], executablePath } };
/** Where the answer is spoken. */
export const recorder = '/learn/basics/practice/recordings/apology';

export const test = base.extend<{ enter(who: TestPerson, page?: Page): Promise<void> }, { academy: PracticeAcademy }>({
	academy: [
		async ({}, use) => {
			const academy = await openPracticeAcademy();
			await use(academy);
			await academy.stop();
		},
		{ scope: 'worker', timeout: 120_000 }
	],
	baseURL: async ({ academy }, use) => use(academy.origin),
	enter: async ({ page: first, academy }, use) => {
		await use(async ({ email }, page = first) => signInAs(page.request, academy.origin, { email, password: testPassword }));
	}
});

export async function recordFor(page: Page, milliseconds: number): Promise<void> {
	await page.getByRole('button', { name: new RegExp(`^(${m.record_start()}|${m.record_again()})$`) }).click();
	const stop = page.getByRole('button', { name: m.record_stop() });
	await expect(stop).toBeFocused();
	await page.waitForTimeout(milliseconds);
	await stop.click();
}
export const arrived = (page: Page) => expect(page.getByRole('button', { name: m.record_hand_in() })).toBeEnabled();
