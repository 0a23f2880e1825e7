// An author, in Bulgarian: follows a clause from the handbook to where it is taught.
import { expect, test } from './fixtures.ts';
import { m } from './words.ts';

test.use({ locale: 'bg-BG' });
const say = { locale: 'bg' } as const;

test('follows a clause from the search to its chapter, its lesson and back', async ({ page, signIn, library }) => {
	const { clause } = library.current().clause('phone.hold')!;
	const title = clause.title['bg']!;
	await signIn('author');
	await page.goto('/');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.learn_title({}, say));
	for (const place of [m.frame_people({}, say), m.frame_admin({}, say), m.frame_mentor({}, say)]) {
		await expect(page.getByRole('link', { name: place, exact: true })).toHaveCount(0);
	}

	await page.getByRole('link', { name: m.frame_handbook({}, say), exact: true }).first().click();
	// One letter is wrong; found while typing.
	const typed = title.replace('а', 'о');
	await page.getByRole('searchbox').pressSequentially(typed);
	await expect(page).toHaveURL(`/handbook?q=${encodeURIComponent(typed)}`);
	await page.getByRole('region', { name: typed }).getByRole('link', { name: title, exact: true }).first().click();
	await expect(page).toHaveURL('/handbook/phone#hold');
	await expect(page.getByRole('heading', { name: title, exact: true })).toBeInViewport();

	const section = page.getByRole('region', { name: title, exact: true });
	await section.getByText(m.handbook_taught({}, say)).getByRole('link').first().click();
	await expect(page).toHaveURL(/\/learn\//);
	await page.locator('article a[href="/handbook/phone#hold"]').first().click();
	await expect(page).toHaveURL('/handbook/phone#hold');
});
