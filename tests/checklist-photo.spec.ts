// Photos on a checklist: taken on a phone, smaller than they were, through a lost connection, seen by the employee.
import type { Locator, Page } from '@playwright/test';
import { and, eq, isNull } from 'drizzle-orm';
import { observation, observationPhoto } from '../src/lib/server/db/schema/index.ts';
import { phoneFile, secretPlace } from '../src/lib/server/testing-pictures.ts';
import { expect, test } from './fixtures.ts';
import { lookAt } from './good-page.ts';
import { m } from './words.ts';

const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

/** A picture as large as a phone's, in two colours. */
async function largePicture(page: Page): Promise<Buffer> {
	const base64 = await page.evaluate(async () => {
		const canvas = document.createElement('canvas');
		[canvas.width, canvas.height] = [3000, 2000];
		const pen = canvas.getContext('2d')!;
		pen.fillStyle = 'teal';
		pen.fillRect(0, 0, 1500, 2000);
		const blob = await new Promise<Blob>((resolve) => canvas.toBlob((made) => resolve(made!), 'image/png'));
		const bytes = new Uint8Array(await blob.arrayBuffer());
		return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
	});
	return Buffer.from(base64, 'base64');
}
async function sizeOf(picture: Locator): Promise<[number, number]> {
	// Out of sight it is not even fetched.
	await picture.scrollIntoViewIfNeeded();
	return picture.evaluate(async (img: HTMLImageElement) => {
		await img.decode();
		return [img.naturalWidth, img.naturalHeight];
	});
}

test('@full a photo is made smaller, waits for the connection, is replaced and taken away, and seen by the employee', async ({ page, browser, signIn, newcomer, database, library }) => {
	const person = await newcomer({ locale: 'en' });
	const context = await browser.newContext({ locale: 'en-GB', ...phone });
	const mentor = await signIn('mentor', await context.newPage());
	const { items, title } = await library.itemOf(library.current().observation('first-week')!.hash, 'observation');
	const [first, second, ...others] = items.map(({ text }) => text['en']!);
	await mentor.goto(`/mentor/people/${person.id}`);
	await mentor.getByRole('button', { name: new RegExp(`^${m.observe_begin()}.*${title['en']}`) }).tap();
	const item = (text: string) => mentor.getByRole('group', { name: text });
	const choose = (text: string, buffer: Buffer, mimeType = 'image/jpeg') => item(text).locator('input[type=file]').setInputFiles({ name: 'IMG_1.jpg', mimeType, buffer });
	const photoOf = (of: Page, text: string) => of.getByRole('img', { name: m.photo_of({ item: text }) });

	await choose(first!, await largePicture(mentor), 'image/png');
	await expect(item(first!).locator('img')).toBeVisible();
	expect(await sizeOf(item(first!).locator('img'))).toEqual([1600, 1067]);
	await choose(first!, Buffer.from('no picture at all'));
	await expect(item(first!).getByText(m.photo_why_unknown())).toBeVisible();
	await lookAt(mentor, 'a checklist with a photo', { locale: 'en' });

	// The page is reloaded while nothing gets through: the photo waits and is sent by itself.
	await mentor.route(/\?\/photo/, (route) => route.abort());
	await choose(second!, Buffer.from(phoneFile()));
	await expect(item(second!).getByText(m.photo_waiting())).toBeVisible();
	for (const text of [first!, second!, ...others]) await item(text).getByText(m.observe_yes(), { exact: true }).tap();
	await expect(mentor.getByText(/Saved \d/)).toBeVisible();
	const confirm = mentor.getByRole('button', { name: m.observe_confirm_mentor({ name: person.name }) });
	await confirm.tap();
	await expect(mentor.getByText(m.observe_not_sent())).toBeVisible();
	await mentor.reload();
	await expect(item(second!).getByText(m.photo_waiting())).toBeVisible();
	await expect(photoOf(mentor, second!)).toBeVisible();
	await mentor.unroute(/\?\/photo/);
	await expect(item(second!).locator('img')).toBeVisible();
	expect(await sizeOf(item(second!).locator('img'))).toEqual([24, 40]);
	const sent = await mentor.request.get((await item(second!).locator('img').getAttribute('src'))!);
	expect(sent.headers()['content-type']).toBe('image/jpeg');
	expect((await sent.body()).includes(secretPlace)).toBe(false);

	await item(first!).getByRole('button', { name: m.photo_remove() }).tap();
	await expect(item(first!).locator('img')).toHaveCount(0);
	await confirm.tap();
	await expect(mentor.getByText(m.observe_shown_now({ name: person.name }))).toBeVisible();
	await expect(photoOf(mentor, second!)).toBeVisible();

	const learner = await signIn(person, page);
	const [row] = await database.db.select().from(observation).where(eq(observation.employeeId, person.id));
	await learner.goto(`/competencies/checklists/${row!.id}`);
	await expect(photoOf(learner, second!)).toBeVisible();
	expect(await sizeOf(photoOf(learner, second!))).toEqual([24, 40]);
	await lookAt(learner, 'an own checklist with a photo', { locale: 'en' });
	expect(await database.db.$count(observationPhoto, and(eq(observationPhoto.observationId, row!.id), isNull(observationPhoto.removedAt)))).toBe(1);
	await context.close();
});

test.describe('@full without JavaScript', () => {
	test('a photo is sent as a file and taken away', async ({ browser, signIn, newcomer }) => {
		const person = await newcomer({ locale: 'en' });
		const context = await browser.newContext({ locale: 'en-GB', javaScriptEnabled: false });
		const mentor = await signIn('mentor', await context.newPage());
		await mentor.goto(`/mentor/people/${person.id}`);
		await mentor.getByRole('button', { name: new RegExp(`^${m.observe_begin()}.*`) }).first().click();
		const part = mentor.getByRole('group').first();
		await part.getByRole('button', { name: m.photo_send() }).click();
		await expect(part.getByText(m.photo_why_none())).toBeVisible();
		await part.locator('input[type=file]').setInputFiles({ name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(phoneFile()) });
		await part.getByRole('button', { name: m.photo_send() }).click();
		await expect(part.locator('img')).toBeVisible();
		const sent = await mentor.request.get((await part.locator('img').getAttribute('src'))!);
		expect((await sent.body()).includes(secretPlace)).toBe(false);
		await part.getByRole('button', { name: m.photo_remove() }).click();
		await expect(part.locator('img')).toHaveCount(0);
		await context.close();
	});
});
