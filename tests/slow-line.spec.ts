// A slow line: a page is seen and used some seconds before its scripts are there. What is done meanwhile stays, and counts.
import { randomUUID } from 'node:crypto';
import { beginObservation } from '../src/lib/server/services/observations.ts';
import { beginObservedCall } from '../src/lib/server/services/observed-calls.ts';
import { AttemptPage } from './attempt-page.ts';
import { expect, idOf, test } from './fixtures.ts';
import { finishLessons } from './finished-lessons.ts';
import { expectToStay, holdScripts } from './slow-line.ts';
import { m } from './words.ts';

test.use({ locale: 'en-GB' });

test('what was opened stays open, and what was written and chosen is sent', async ({ page, newcomer, signIn }) => {
	const person = await newcomer({ name: 'Тодор Бавен' });
	await signIn('hr');
	let come = await holdScripts(page);
	await page.goto(`/hr/people/${person.id}`, { waitUntil: 'commit' });
	await page.getByText(m.hr_change(), { exact: true }).click();
	await page.getByLabel(m.hr_number(), { exact: true }).fill(`S-${person.id.slice(-6)}`);
	await page.getByLabel(m.hr_position(), { exact: true }).selectOption('');
	await come();
	await page.getByRole('button', { name: m.account_save() }).click();
	await page.getByRole('button', { name: m.hr_person_confirm() }).click();
	await expect(page.getByText(m.account_saved())).toBeVisible();
	await expect(page.getByText(`S-${person.id.slice(-6)}`)).toBeVisible();
	await expect(page.getByRole('definition').filter({ hasText: 'Customer service employee' })).toHaveCount(0);

	await signIn(person);
	come = await holdScripts(page);
	await page.goto('/learn', { waitUntil: 'commit' });
	await page.getByRole('button', { name: m.frame_menu({ name: person.name }) }).click();
	await come();
	await page.getByRole('button', { name: m.frame_sign_out() }).click();
	await expect(page).toHaveURL('/sign-in');
});

test('@full an answer chosen early in an assessment is saved, one in a lesson is kept', async ({ page, newcomer, signIn, library }) => {
	await signIn(await newcomer());
	const attempt = new AttemptPage(page, library, 'the-standard/assessment');
	const id = await attempt.start();
	const address = `/learn/the-standard/assessment/attempts/${id}`;
	for (let number = 1; number <= attempt.count; number++) {
		const come = await holdScripts(page);
		await page.goto(`${address}?question=${number}`, { waitUntil: 'commit' });
		await attempt.at(number);
		await attempt.answer();
		await come();
		await attempt.expectSaved();
		await attempt.goTo(number === attempt.count ? 1 : number + 1);
	}
	await attempt.submit();
	await expect(page.getByText(m.learn_result_passed({ percent: '100%', pass: '80%' }))).toBeVisible();

	const lesson = library.current().course('the-standard')!.lessons[0]!.name;
	const come = await holdScripts(page);
	await page.goto(`/learn/${lesson}`, { waitUntil: 'commit' });
	const choice = page.locator('.check').getByRole('radio').first();
	await choice.check();
	await come();
	await page.reload();
	await expect(choice).toBeChecked();
});

test('@full nothing done early on the main pages is lost', async ({ page, newcomer, signIn, signIns, library, database }) => {
	test.setTimeout(180_000);
	const { db } = database;
	const person = await newcomer({ name: 'Ранна Птица' });
	for (const path of ['/sign-in', '/reset', '/certificates', (await newcomer({ accepted: false })).link]) await expectToStay(page, path);

	await test.step('a learner', async () => {
		await signIn(person);
		await finishLessons(database, person.id, library.current().course('the-standard')!.lessons.slice(0, 3).map(({ name }) => name));
		const attempt = new AttemptPage(page, library, 'the-standard/assessment');
		const id = await attempt.start();
		const lessons = library.current().course('the-standard')!.lessons.map(({ name }) => `/learn/${name}`);
		const paths = [...lessons.slice(0, -1), '/learn/complaints/practice-writing', `/learn/the-standard/assessment/attempts/${id}`, '/account', '/practice', '/handbook'];
		for (const path of paths) await expectToStay(page, path);
	});

	await test.step('a mentor', async () => {
		const mentor = { id: await idOf(database, signIns.mentor), name: 'Marta Kovacs', email: signIns.mentor.email, roles: ['learner' as const, 'mentor' as const] };
		const heardOn = new Date().toISOString().slice(0, 10);
		const call = await beginObservedCall(db, library, mentor, { employeeId: person.id, scorecard: 'phone', heardOn, channel: 'phone', reference: `E-${person.id.slice(-6)}`, clientKey: randomUUID() }, new Date());
		const checklist = await beginObservation(db, library, mentor, { employeeId: person.id, checklist: library.current().academy.observations[0]!.key, clientKey: randomUUID() }, new Date());
		if (call.code !== 'begun' || checklist.code !== 'begun') throw new Error(JSON.stringify([call, checklist]));
		await page.goto('/learn/complaints/practice-writing');
		await page.getByRole('article').getByRole('textbox').fill('I am sorry that it came late.');
		await page.getByRole('button', { name: m.desk_hand_in(), exact: true }).click();
		await expect(page.getByRole('button', { name: m.desk_hand_in_again(), exact: true })).toBeVisible();
		await signIn('mentor');
		await page.goto(`/mentor?person=${person.id}`);
		const review = await page.getByRole('list', { name: m.desk_list() }).getByRole('link').first().getAttribute('href');
		const own = `/mentor/people/${person.id}`;
		for (const path of ['/mentor', review!, own, `${own}/calls/${call.id}`, `${own}/checklists/${checklist.id}`]) await expectToStay(page, path);
	});

	await test.step('HR, and an administrator', async () => {
		await signIn('hr');
		for (const path of ['/hr/people', `/hr/people/${person.id}`, '/hr/people/invite', '/hr/matrix', '/hr/reports/over-time', '/hr/simulation', '/hr/audit']) await expectToStay(page, path);
		await signIn('admin');
		await expectToStay(page, `/admin?person=${encodeURIComponent(person.email)}`);
	});
});

test('the next page says that it is on its way', async ({ page, signIn }) => {
	await signIn('learner');
	await page.goto('/learn');
	let come = () => {};
	const line = new Promise<void>((resolve) => (come = resolve));
	await page.route('**/handbook/__data.json**', async (route) => {
		await line;
		await route.continue();
	});
	await page.getByRole('link', { name: m.frame_handbook(), exact: true }).click();
	const going = page.getByRole('progressbar', { name: m.frame_going(), exact: true });
	await expect(going).toBeAttached();
	come();
	await expect(page).toHaveURL('/handbook');
	await expect(going).toHaveCount(0);
});
