// Marks on a scorecard, by keyboard.
import { expect, type Page } from '@playwright/test';

/** Chooses the anchor of this number in every criterion, from the first one down, by keys alone. */
export async function markEverything(page: Page, key: '1' | '2'): Promise<void> {
	const criteria = page.getByRole('radiogroup');
	const anchor = criteria.first().getByRole('radio').nth(Number(key) - 1);
	// The keys live from the moment the page's script has come.
	await expect(async () => {
		await criteria.first().getByRole('radio').first().focus();
		await page.keyboard.press(key);
		await expect(anchor).toBeChecked({ timeout: 200 });
	}).toPass();
	for (let nth = 1, all = await criteria.count(); nth < all; nth++) {
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press(key);
	}
}
