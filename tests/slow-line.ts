// A page whose scripts are long in coming, and what somebody does on it meanwhile.
import { expect, type Page } from '@playwright/test';

/** From now on a page's scripts wait, until the function that this returns is called; it resolves when they have run. */
export async function holdScripts(page: Page): Promise<() => Promise<void>> {
	let come = () => {};
	const scripts = new Promise<void>((resolve) => (come = resolve));
	const address = '**/_app/**/*.js';
	await page.route(address, async (route) => {
		await scripts;
		await route.continue();
	});
	return async () => {
		come();
		await page.waitForFunction(() => !('early' in window));
		await page.unroute(address);
	};
}

/** Opens a page, changes every field and every fold of it before its scripts are there, and looks whether all is so afterwards. */
export async function expectToStay(page: Page, path: string): Promise<void> {
	const come = await holdScripts(page);
	await page.goto(path, { waitUntil: 'commit' });
	await page.waitForFunction(() => document.readyState !== 'loading');
	await page.evaluate(changeAll);
	const done = await page.evaluate(readAll);
	expect.soft(done.length, `what there is to do in ${path}`).toBeGreaterThan(0);
	await come();
	expect.soft(await page.evaluate(readAll), `what was done early in ${path}`).toEqual(done);
}

/** Runs in the page: changes what can be seen, and marks it. */
function changeAll(): void {
	// Of things in order one: they have each other's places.
	const inOrder = new Set<Element | null>();
	for (const one of document.querySelectorAll<HTMLElement>('summary, input, textarea, select')) {
		if (one.matches(':disabled, [type=hidden], [type=file], [type=range]') || !one.checkVisibility({ visibilityProperty: true })) continue;
		if (one.matches('[name^="place-"]')) {
			const question = one.closest('fieldset');
			if (inOrder.has(question)) continue;
			inOrder.add(question);
		}
		one.setAttribute('data-early', '');
		if (one.matches('summary, [type=radio], [type=checkbox]')) {
			one.click();
			continue;
		}
		if (one instanceof HTMLSelectElement) one.selectedIndex = one.selectedIndex === 0 ? one.options.length - 1 : 0;
		else (one as HTMLInputElement).value = { date: '2026-10-05', month: '2026-10', time: '10:30' }[(one as HTMLInputElement).type] ?? '77';
		for (const type of ['input', 'change']) one.dispatchEvent(new Event(type, { bubbles: true }));
	}
}

/** Runs in the page: how what was changed stands now, in an order of its own. */
function readAll(): string[] {
	return [...document.querySelectorAll<HTMLElement>('[data-early]')]
		.map((one, at) => {
			const field = one as HTMLInputElement;
			if (one.parentElement instanceof HTMLDetailsElement) return `fold ${at}: ${one.parentElement.open ? 'open' : 'closed'}`;
			const name = field.name || field.id;
			return ['radio', 'checkbox'].includes(field.type) ? `${name}=${field.value}: ${field.checked}` : `${name}: ${field.value}`;
		})
		.sort();
}
