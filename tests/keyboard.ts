// A page gone through with the keyboard alone.
import { expect, type Locator, type Page } from '@playwright/test';

/** Presses Tab until the element has the focus; every stop on the way must be seen. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
	await expect(target).toBeVisible();
	for (let presses = 0; presses < 80; presses++) {
		await page.keyboard.press('Tab');
		const seen = await page.evaluate(() => {
			const element = document.activeElement;
			// A date has stops of its own inside, which the browser marks.
			if (!element || element === document.body || element.matches('[type=date]')) return null;
			const { outlineStyle, boxShadow } = getComputedStyle(element);
			const { width, height } = element.getBoundingClientRect();
			return { what: element.outerHTML.slice(0, 120), marked: (outlineStyle !== 'none' || boxShadow !== 'none') && width > 1 && height > 1 };
		});
		if (seen) expect(seen).toEqual({ ...seen, marked: true });
		if (await target.evaluate((element) => element === document.activeElement)) return;
	}
	throw new Error('It cannot be reached with Tab.');
}
