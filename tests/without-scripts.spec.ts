// Reading, checks, assessments and the sign-in work without JavaScript.
import { expect, test } from './fixtures.ts';
import { giveAnswer, readQuestion } from './answers.ts';
import { AttemptPage } from './attempt-page.ts';
import { finishLessons } from './finished-lessons.ts';
import { m } from './words.ts';

test.use({ javaScriptEnabled: false });

test('@full signs in, reads a lesson, answers its checks, accepts, marks as read', async ({ page, newcomer, library }) => {
	const person = await newcomer();
	const { lesson } = library.current().lesson('the-standard/written-model')!;
	await page.goto(`/learn/${lesson.name}`);
	await expect(page).toHaveURL(/\/sign-in\?to=/);
	await page.getByLabel(m.auth_login()).fill(person.email);
	await page.getByLabel(m.auth_password()).fill('not this one');
	await page.getByRole('button', { name: m.auth_sign_in() }).click();
	await expect(page.getByRole('alert')).toContainText(m.auth_wrong());
	await expect(page.getByLabel(m.auth_login())).toHaveValue(person.email);
	await page.getByLabel(m.auth_password()).fill(person.password);
	await page.getByRole('button', { name: m.auth_sign_in() }).click();
	await expect(page).toHaveURL(`/learn/${lesson.name}`);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(lesson.title['en']!);

	// Playwright passes over a noscript when it looks for text.
	const said = page.locator('article noscript p');
	await expect(said).toBeVisible();
	expect(await said.textContent()).toBe(m.learn_one_by_one());

	for (const [at, exercise] of lesson.exercises.entries()) {
		if (exercise.kind === 'accept') {
			const acceptance = page.locator(`#accept-${exercise.key}`);
			await acceptance.getByRole('button', { name: m.learn_accept(), exact: true }).click();
			await expect(acceptance.getByText(m.learn_accept_unticked())).toBeVisible();
			await acceptance.getByRole('checkbox').check();
			await acceptance.getByRole('button', { name: m.learn_accept(), exact: true }).click();
			await expect(acceptance.getByRole('button')).toHaveCount(0);
			continue;
		}
		const check = page.locator(`#check-${exercise.key}`);
		const question = await readQuestion(library, exercise.name);
		if (at === 0) {
			await check.getByRole('button', { name: m.learn_check_answer(), exact: true }).click();
			await expect(check.getByText(m.learn_check_empty())).toBeVisible();
			await giveAnswer(check, question, 'en', false);
			await check.getByRole('button', { name: m.learn_check_answer(), exact: true }).click();
			await expect(page.locator(`#check-${exercise.key}-feedback`)).not.toContainText(m.q_right());
			await giveAnswer(check, question, 'en');
			await check.getByRole('button', { name: m.learn_check_again() }).click();
		} else {
			await giveAnswer(check, question, 'en');
			await check.getByRole('button', { name: m.learn_check_answer(), exact: true }).click();
		}
		await expect(page.locator(`#check-${exercise.key}-feedback`)).toContainText(m.q_right());
	}
	await page.getByRole('button', { name: m.learn_mark_read() }).click();
	await expect(page.getByRole('heading', { name: m.learn_lesson_done() })).toBeVisible();
});

test('@full takes an assessment to its result', async ({ page, newcomer, signIn, library }) => {
	await signIn(await newcomer());
	const attempt = new AttemptPage(page, library, 'the-standard/assessment');
	await attempt.start();
	await expect(page.getByText(/^Time until/)).toBeVisible();
	// Nothing is saved by itself here.
	await expect(attempt.sheet.getByText(m.learn_not_answered_plain())).toBeVisible();
	for (let number = 1; number <= attempt.count; number++) {
		await attempt.at(number);
		// The last question is left open at first.
		if (number === attempt.count) break;
		await attempt.answer();
		await attempt.goOn();
	}
	await page.getByRole('button', { name: m.learn_overview(), exact: true }).click();
	await expect(page.getByText(m.learn_open_questions({ n: 1 }))).toBeVisible();
	await attempt.goTo(attempt.count);
	await attempt.answer();
	await attempt.goOn();
	await expect(page.getByText(m.learn_all_answered())).toBeVisible();
	await page.getByRole('button', { name: m.learn_submit(), exact: true }).click();
	await expect(page.getByText(m.learn_result_passed({ percent: '100%', pass: '80%' }))).toBeVisible();
});

test('@full practises: a reload sends nothing, and an answer sent again is the same one', async ({ page, newcomer, signIn, library, database }) => {
	const person = await newcomer();
	await signIn(person);
	await page.goto('/practice');
	await expect(page.getByText(m.spaced_no_lesson())).toBeVisible();
	await finishLessons(database, person.id, library.current().course('the-standard')!.lessons.slice(0, 3).map(({ name }) => name));
	await page.goto('/practice');
	const main = page.getByRole('main');
	const answer = main.getByRole('button', { name: m.learn_check_answer(), exact: true });
	await answer.click();
	await expect(main.getByText(m.learn_check_empty())).toBeVisible();
	const question = await readQuestion(library, await page.locator('input[name=exercise]').inputValue());
	await giveAnswer(main, question, 'en', false);
	await answer.click();
	await expect(page).toHaveURL(/\/practice\?answer=/);
	const told = await page.locator('#practice-feedback').innerText();
	await page.reload();
	await expect(page.locator('#practice-feedback')).toHaveText(told, { useInnerText: true });
	await page.getByRole('link', { name: m.spaced_next() }).click();
	await expect(page.getByRole('heading', { name: m.spaced_question({ n: 2, total: 5 }) })).toBeVisible();
});

test('@full the language is changed and the way out found', async ({ page, newcomer, signIn }) => {
	const person = await newcomer();
	await signIn(person);
	await page.goto('/learn');
	await page.getByRole('button', { name: m.frame_language_now({ language: 'English' }) }).click();
	await page.getByRole('button', { name: 'Русский' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.learn_title({}, { locale: 'ru' }));
	await page.getByRole('button', { name: m.frame_menu({ name: person.name }, { locale: 'ru' }) }).click();
	await page.getByRole('button', { name: m.frame_sign_out({}, { locale: 'ru' }) }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.auth_sign_in({}, { locale: 'ru' }));
});
