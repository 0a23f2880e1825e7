// A browser that hears Chromium's fake microphone, which beeps once a second, and how an answer is spoken into it.
import { expect, type Page } from '@playwright/test';
import { launchOptions } from './chromium.ts';
import { m } from './words.ts';

const { args, executablePath } = launchOptions();
/** For `test.use`. */
export const withMicrophone = { launchOptions: { args: [...args, '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'], executablePath } };
/** Where the answer is spoken. */
export const recorder = '/learn/basics/practice/recordings/apology';

export async function recordFor(page: Page, milliseconds: number): Promise<void> {
	await page.getByRole('button', { name: new RegExp(`^(${m.record_start()}|${m.record_again()})$`) }).click();
	const stop = page.getByRole('button', { name: m.record_stop() });
	await expect(stop).toBeFocused();
	await page.waitForTimeout(milliseconds);
	await stop.click();
}
export const arrived = (page: Page) => expect(page.getByRole('button', { name: m.record_hand_in() })).toBeEnabled();
