// A phone of 360 px and people, teams and courses with very long names: nothing is cut, nothing scrolls sideways.
import type { Page } from '@playwright/test';
import { expect, idOf, test } from './fixtures.ts';
import { m } from './words.ts';

test.use({ viewport: { width: 360, height: 740 }, locale: 'bg-BG' });

/** What reaches over the edge of the page, or of a box that would scroll sideways. */
const tooWide = (page: Page) =>
	page.evaluate(() => {
		for (const details of document.querySelectorAll('details')) details.open = true;
		const wide = (one: Element) => one.scrollWidth > one.clientWidth + 1;
		const boxes = [document.documentElement, ...document.querySelectorAll('.table-scroll')];
		const headings = [...document.querySelectorAll('h1, h2, h3, th, td')].filter((one) => one.clientWidth > 1);
		return [...boxes, ...headings].filter(wide).map((one) => `${one.tagName}: ${one.textContent.trim().slice(0, 60)}`);
	});

test('@full lists of people, the page of one, roles, the desk and the content', async ({ page, newcomer, hr, signIn, signIns, database }) => {
	const name = 'Александрина-Константиновапродължителноимебезинтервали Христодоропоповска-Заплатинска';
	const person = await newcomer({ name });
	const mentor = await idOf(database, signIns.mentor);
	const changed = await hr.post(`/hr/people/${person.id}?/change&as=${hr.id}`, {
		form: { name, email: person.email, personnelNumber: 'ЕТО12345678901234567890123456789', position: 'customer-service-employee', team: 'Суперразширенообслужваненаклиентивсевероизточнарегион', mentor, hiredOn: '2026-11-20' },
		maxRedirects: 0
	});
	expect(changed.status()).toBe(303);

	await signIn('hr');
	await page.goto(`/hr/people?search=${encodeURIComponent(person.email)}`);
	expect(await tooWide(page)).toEqual([]);
	// Every column can be read by going down alone.
	const row = page.getByRole('row').filter({ hasText: person.email });
	for (const words of ['Суперразширено', m.hr_state_active({}, { locale: 'bg' }), 'Marta Kovacs']) {
		const cell = row.getByText(words).first();
		await cell.scrollIntoViewIfNeeded();
		await expect(cell).toBeInViewport();
	}
	for (const path of [`/hr/people/${person.id}`, '/hr/people/invite']) {
		await page.goto(path);
		expect(await tooWide(page), path).toEqual([]);
	}
	await signIn('mentor');
	for (const path of ['/mentor', '/mentor/people', `/mentor/people/${person.id}`]) {
		await page.goto(path);
		expect(await tooWide(page), path).toEqual([]);
	}
	await signIn('admin');
	await page.goto(`/admin?person=${encodeURIComponent(person.email)}`);
	expect(await tooWide(page)).toEqual([]);
	await signIn('author');
	await page.goto('/author?check=yes');
	expect(await tooWide(page)).toEqual([]);
	await signIn(person);
	for (const path of ['/learn', '/learn/complaints', '/account']) {
		await page.goto(path);
		expect(await tooWide(page), path).toEqual([]);
	}
});
