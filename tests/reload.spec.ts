// Without JavaScript: a page reloaded after a post sends nothing again, says its message once, and nothing typed is lost.
import type { Locator, Page } from '@playwright/test';
import { readQuestion } from './answers.ts';
import { AttemptPage } from './attempt-page.ts';
import { expect, test } from './fixtures.ts';
import { m } from './words.ts';

test.use({ javaScriptEnabled: false, locale: 'en-GB' });

/** The message is there, and after a reload, which posts nothing, it is gone. */
async function expectOnce(page: Page, message: Locator): Promise<void> {
	await expect(message).toBeVisible();
	const posts: string[] = [];
	page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
	await page.reload();
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await expect(message).toHaveCount(0);
	expect(posts).toEqual([]);
}

test('@full a mentor answers and grants', async ({ page, newcomer, signIn, library, browser }) => {
	const person = await newcomer({ name: 'Яна Петрова' });
	const learner = await (await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' })).newPage();
	await signIn(person, learner);
	const lesson = library.current().course('the-standard')!.lessons[0]!;
	await learner.goto(`/learn/${lesson.name}`);
	await learner.getByText(m.learn_ask_open()).click();
	await learner.getByLabel(m.learn_ask_label()).fill('Who writes the standard?');
	await learner.getByRole('button', { name: m.learn_ask_send() }).click();
	await expectOnce(learner, learner.getByText(m.learn_ask_sent()));
	await expect(learner.getByText('Who writes the standard?')).toHaveCount(1);
	await learner.getByRole('button', { name: m.learn_mark_read() }).click();
	await expect(learner).toHaveURL(new RegExp(`/learn/${lesson.name}#finish$`));
	await learner.context().close();

	await signIn('mentor');
	await page.goto('/mentor');
	const question = page.getByRole('article', { name: person.name });
	await question.getByRole('textbox').fill('The one who answers for it.');
	await question.getByRole('button', { name: m.mentor_answer_send() }).click();
	await expectOnce(page, page.getByText(m.mentor_answer_sent()));

	await page.goto(`/mentor/people/${person.id}`);
	await page.getByRole('button', { name: m.mentor_grant_button() }).click();
	await expect(page.getByText(m.mentor_grant_no_reason())).toBeVisible();
	await page.getByRole('radio', { name: m.mentor_kind_attempt() }).check();
	await page.getByLabel(m.mentor_grant_lesson()).selectOption('the-standard/assessment');
	await page.getByLabel(m.mentor_grant_reason()).fill('The line was down.');
	await page.getByRole('button', { name: m.mentor_grant_button() }).click();
	await expectOnce(page, page.getByText(m.mentor_granted_now()));
	await expect(page.getByText('The line was down.')).toHaveCount(1);
});

test('@full HR changes, makes a card, records leaving and return', async ({ page, newcomer, signIn }) => {
	const person = await newcomer({ name: 'Стоян Колев' });
	await signIn('hr');
	await page.goto(`/hr/people/${person.id}`);
	await page.getByText(m.hr_change(), { exact: true }).click();
	await page.getByLabel(m.hr_hired_on(), { exact: true }).fill('0026-11-20');
	await page.getByRole('button', { name: m.account_save() }).click();
	await expect(page.getByLabel(m.hr_hired_on(), { exact: true })).toHaveAccessibleDescription(new RegExp(m.problem_date_year()));
	await page.getByLabel(m.hr_hired_on(), { exact: true }).fill('2026-11-20');
	await page.getByRole('button', { name: m.account_save() }).click();
	await page.getByRole('button', { name: m.hr_person_confirm() }).click();
	await expectOnce(page, page.getByText(m.account_saved()));
	await page.getByRole('button', { name: m.hr_link_button() }).click();
	await expectOnce(page, page.getByRole('region', { name: m.hr_card_label({ name: person.name }) }));
	for (const [title, button, back] of [
		[m.hr_leave(), m.hr_leave_button(), m.hr_back()],
		[m.hr_back(), m.hr_back_button(), m.hr_leave()]
	] as const) {
		await page.getByText(title, { exact: true }).click();
		await page.getByRole('button', { name: button }).click();
		await expect(page).toHaveURL(`/hr/people/${person.id}`);
		await expect(page.getByText(back, { exact: true })).toBeVisible();
	}
});

test('@full a person changes their look and password; an administrator grants a role', async ({ page, newcomer, signIn }) => {
	const person = await newcomer();
	await signIn(person);
	await page.goto('/account');
	await page.getByLabel(m.account_theme()).selectOption('dark');
	await page.getByRole('region', { name: m.account_look() }).getByRole('button', { name: m.account_save() }).click();
	await expectOnce(page, page.getByText(m.account_saved()));
	await page.getByLabel(m.account_password_present()).fill(person.password);
	await page.getByLabel(m.auth_new_password(), { exact: true }).fill('seven green bicycles');
	await page.getByLabel(m.auth_new_password_again()).fill('seven green bicycles');
	await page.getByRole('button', { name: m.account_password_button() }).click();
	await expectOnce(page, page.getByText(m.account_password_changed()));

	await page.context().clearCookies();
	await signIn('admin');
	await page.goto(`/admin?person=${encodeURIComponent(person.email)}`);
	await page.getByRole('button', { name: `${person.name}: ${m.admin_grant({ role: m.role_author() })}` }).click();
	await expect(page).toHaveURL(`/admin?person=${encodeURIComponent(person.email)}`);
	await expectOnce(page, page.getByText(m.admin_role_set()));
});

test('@full an assessment keeps what was typed on every way through it, and says what was chosen', async ({ page, newcomer, signIn, library, database }) => {
	await signIn(await newcomer());
	const attempt = new AttemptPage(page, library, 'the-standard/assessment');
	const id = await attempt.start();
	const steps = page.getByRole('navigation', { name: m.learn_steps() });
	await attempt.at(1);
	const first = await attempt.answer(false);

	await test.step('by the numbered steps', async () => {
		await steps.getByRole('button').nth(2).click();
		await attempt.at(3);
		await steps.getByRole('button', { name: `${m.learn_question_number({ n: 1 })}: ${m.learn_step_answered()}`, exact: true }).click();
		await attempt.at(1);
	});

	await test.step('when another answer was saved meanwhile', async () => {
		await database.sql`update response set revision = revision + 5 where attempt_id = ${id} and question = ${first}`;
		await attempt.answer(true);
		await attempt.goOn();
		await attempt.at(1);
		await expect(page.getByText(m.learn_stale_plain())).toBeVisible();
		await attempt.goOn();
		await attempt.at(2);
		const [row] = await database.sql<{ revision: number }[]>`select revision from response where attempt_id = ${id} and question = ${first}`;
		expect(row!.revision).toBe(7);
	});

	await test.step('an answer that cannot be read is told beside its field and in the overview', async () => {
		// Whatever was drawn: the second question is one that asks for a number, the third offers two or more answers.
		const pool = await Promise.all(
			library.current().lesson('complaints/assessment')!.lesson.exercises.map(async ({ name, hash }) => ({ hash, question: await readQuestion(library, name) }))
		);
		const drawn = (kind: string) => {
			const { hash, question } = pool.find((one) => one.question.kind === kind)!;
			return { hash, arrangement: 'options' in question ? [...question.options.keys()] : [] };
		};
		const [asked] = await database.sql<{ questions: object[] }[]>`select questions from attempt where id = ${id}`;
		const changed = asked!.questions.with(1, { ...asked!.questions[1], ...drawn('number') }).with(2, { ...asked!.questions[2], ...drawn('single') });
		await database.sql`update attempt set questions = ${JSON.stringify(changed)}::text::jsonb where id = ${id}`;
		await steps.getByRole('button').nth(1).click();
		await attempt.at(2);
		await attempt.sheet.getByRole('textbox').fill('four working days');
		await attempt.sheet.getByRole('textbox').press('Enter');
		await attempt.at(3);
		await attempt.sheet.getByRole('radio').first().check();
		await attempt.expectSaved();
		await steps.getByRole('button').nth(1).click();
		await attempt.at(2);
		await expect(attempt.sheet.getByRole('textbox')).toHaveValue('four working days');
		await expect(attempt.sheet.getByText(m.learn_check_not_a_number())).toBeVisible();
		await steps.getByRole('button', { name: m.learn_overview() }).click();
		await expect(page.getByText(m.learn_step_unreadable())).toBeVisible();
	});

	const late = await page.context().newPage();
	await late.goto(`/learn/the-standard/assessment/attempts/${id}?question=1`);
	await test.step('the result names what was chosen', async () => {
		await page.getByRole('button', { name: m.learn_submit(), exact: true }).click();
		await expect(page.getByText(m.q_you_answered({ answer: 'four working days' }))).toBeVisible();
		await expect(page.getByRole('heading', { name: m.learn_step_unreadable() })).toBeVisible();
		await expect(page.getByText(m.q_you_chose({ option: '' })).first()).toBeVisible();
	});

	await test.step('what comes too late is refused in words', async () => {
		await late.getByRole('button', { name: m.learn_next_question() }).click();
		await expect(late.getByText(m.learn_closed_help())).toBeVisible();
	});
});
