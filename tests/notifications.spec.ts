// Being told something: the bell, the list, reading; and from a mail, without a sign-in, no more of its kind.
import { eq } from 'drizzle-orm';
import { m } from './words.ts';
import { mailRefusal, notification } from '../src/lib/server/db/schema/index.ts';
import { mailKey, mailToken } from '../src/lib/server/services/mail-choices.ts';
import { expect, test, type Newcomer } from './fixtures.ts';
import type { Database } from '../src/lib/server/db/open.ts';

const en = { locale: 'en' } as const;
test.use({ locale: 'en' });

async function tellOf({ db }: Database, person: Newcomer, courses: string[]) {
	const now = Date.now();
	await db.insert(notification).values(
		courses.map((course, i) => ({
			employeeId: person.id,
			kind: 'due',
			subject: course,
			day: '2026-11-02',
			told: { course, dueAt: new Date(now + 86_400_000).toISOString() },
			createdAt: new Date(now - 60_000 + i)
		}))
	);
}

test('somebody who was told something reads it, and wants no such mails any more', async ({ page, newcomer, signIn, database, context }) => {
	const person = await newcomer({ locale: 'en' });
	await signIn(person);
	await page.goto('/notifications');
	await expect(page.getByText(m.notice_none({}, en))).toBeVisible();

	await tellOf(database, person, ['the-standard', 'complaints']);
	await page.goto('/handbook');
	await page.getByRole('link', { name: m.notice_link_new({ n: '2' }, en) }).click();
	await expect(page).toHaveURL('/notifications');
	const lines = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: /is due on/ }) });
	await expect(lines).toHaveCount(2);
	await lines.first().getByRole('button', { name: /^Mark as read/ }).click();
	await expect(page.getByText(m.notice_unread({}, en), { exact: true })).toHaveCount(1);
	await expect(page.getByRole('link', { name: m.notice_link_new({ n: '1' }, en) })).toBeVisible();
	await page.getByRole('button', { name: m.notice_read_all({}, en) }).click();
	await expect(page.getByText(m.notice_all_read({}, en))).toBeVisible();
	await page.reload();
	await expect(page.getByText(m.notice_unread({}, en), { exact: true })).toHaveCount(0);
	await lines.last().getByRole('link').click();
	await expect(page).toHaveURL(/\/learn\//);

	// From a mail, in a browser where nobody is signed in.
	await context.clearCookies();
	const token = mailToken(await mailKey(database.db, new Date()), person.id);
	await page.goto(`/mail/${token}?kind=own`);
	const refusals = () => database.db.select({ kind: mailRefusal.kind }).from(mailRefusal).where(eq(mailRefusal.employeeId, person.id));
	expect(await refusals()).toEqual([]);
	await page.getByRole('button', { name: m.mailchoice_stop({}, en) }).click();
	await expect(page.getByText(m.mailchoice_saved({}, en))).toBeVisible();
	await expect(page.getByRole('checkbox')).not.toBeChecked();
	expect(await refusals()).toEqual([{ kind: 'own' }]);
	await page.getByRole('checkbox').check();
	await page.getByRole('button', { name: m.mailchoice_save({}, en), exact: true }).click();
	await expect.poll(refusals).toEqual([]);

	// A mail program: no cookie, no origin.
	const answer = await fetch(new URL(`/mail/${token}/own`, page.url()), { method: 'POST', body: 'List-Unsubscribe=One-Click', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
	expect(answer.status).toBe(204);
	expect(await refusals()).toEqual([{ kind: 'own' }]);
	expect((await fetch(new URL(`/mail/${token}x/own`, page.url()), { method: 'POST' })).status).toBe(404);
});

test.describe('without scripts', () => {
	test.use({ javaScriptEnabled: false });
	test('notifications are read and mails are chosen @full', async ({ page, newcomer, signIn, database }) => {
		const person = await newcomer({ locale: 'en' });
		await signIn(person);
		await tellOf(database, person, ['the-standard']);
		await page.goto('/notifications');
		await page.getByRole('button', { name: /^Mark as read/ }).click();
		await expect(page).toHaveURL('/notifications');
		await expect(page.getByText(m.notice_unread({}, en), { exact: true })).toHaveCount(0);
		await page.goto('/account');
		await page.getByRole('checkbox').uncheck();
		await page.locator('section', { has: page.locator('#mails') }).getByRole('button').click();
		await expect(page).toHaveURL('/account');
		await expect(page.getByRole('checkbox')).not.toBeChecked();
	});
});
