// A mentor's day, in English: a question from a lesson, one more attempt, an exemption.
import { expect, formHeaders, test } from './fixtures.ts';
import { m } from './words.ts';

test.use({ locale: 'en-GB' });

test('answers a question from a lesson, and the learner sees it', async ({ page: learner, browser, newcomer, signIn, library }) => {
	const person = await newcomer({ name: 'Олга Питанова' });
	const lesson = library.current().course('the-standard')!.lessons[1]!;
	const title = lesson.title['en']!;
	await signIn(person, learner);
	const mentor = await signIn('mentor', await (await browser.newContext()).newPage());

	await test.step('the learner asks', async () => {
		await learner.goto(`/learn/${lesson.name}`);
		await learner.getByText(m.learn_ask_open()).click();
		await learner.getByRole('button', { name: m.learn_ask_send() }).click();
		await expect(learner.getByLabel(m.learn_ask_label())).toHaveAccessibleDescription(new RegExp(m.learn_ask_empty()));
		await learner.getByLabel(m.learn_ask_label()).fill('May I ring back after six?');
		await learner.getByRole('button', { name: m.learn_ask_send() }).click();
		await expect(learner.getByText(m.learn_ask_sent())).toBeVisible();
		await expect(learner.getByText(m.learn_ask_waits())).toBeVisible();
		await learner.goto('/learn');
		await expect(learner.getByRole('link', { name: m.learn_waiting_question({ title }) })).toBeVisible();
	});

	await test.step('the mentor answers', async () => {
		await mentor.goto('/mentor');
		const question = mentor.getByRole('article', { name: person.name });
		await expect(question).toContainText('May I ring back after six?');
		await expect(question).toContainText(m.mentor_about({ title }));
		const answer = question.getByLabel(m.mentor_answer_label({ name: person.name }));
		const send = question.getByRole('button', { name: m.mentor_answer_send() });
		await send.click();
		await expect(answer).toHaveAccessibleDescription(new RegExp(m.mentor_answer_empty()));
		const tooLong = 'Until eight. '.repeat(200);
		await answer.fill(tooLong);
		await send.click();
		await expect(answer).toHaveAccessibleDescription(new RegExp(m.mentor_answer_too_long()));
		await expect(answer).toHaveValue(tooLong);
		await answer.fill('Until eight, every working day.');
		await send.click();
		await expect(mentor.getByText(m.mentor_answer_sent())).toBeVisible();
		await expect(question).toHaveCount(0);
	});

	await test.step('the learner is told and reads it', async () => {
		await learner.goto('/learn');
		await learner.getByRole('link', { name: m.learn_answer_arrived({ title }) }).click();
		await expect(learner.getByText('Until eight, every working day.')).toBeVisible();
		await expect(learner.getByText(/Marta Kovacs/)).toBeVisible();
		await learner.goto('/learn');
		await expect(learner.getByRole('link', { name: m.learn_answer_arrived({ title }) })).toHaveCount(0);
	});
	await mentor.context().close();
});

test('grants one more attempt and an exemption, with a reason', async ({ page: learner, browser, newcomer, signIn, library, baseURL }) => {
	const person = await newcomer({ name: 'Павел Опитов' });
	const { lessons } = library.current().course('the-standard')!;
	const assessment = lessons.at(-1)!;
	const spared = lessons[2]!;
	await signIn(person, learner);
	const mentor = await signIn('mentor', await (await browser.newContext()).newPage());

	await test.step('all attempts are used', async () => {
		const headers = formHeaders(baseURL!);
		for (let used = 0; used < assessment.assessment!.attempts; used++) {
			const started = await learner.request.post(`/learn/${assessment.name}?/start&as=${person.id}`, { form: {}, headers, maxRedirects: 0 });
			await learner.request.post(`${started.headers()['location']!}?/submit&as=${person.id}`, { form: {}, headers, maxRedirects: 0 });
		}
		await learner.goto(`/learn/${assessment.name}`);
		await expect(learner.getByText(m.learn_no_attempts_left())).toBeVisible();
	});

	const kind = (name: string) => mentor.getByRole('radio', { name });
	const lesson = mentor.getByLabel(m.mentor_grant_lesson());
	const reason = mentor.getByLabel(m.mentor_grant_reason(), { exact: true });
	const grant = mentor.getByRole('button', { name: m.mentor_grant_button(), exact: true });

	await test.step('what is missing is said beside each field', async () => {
		await mentor.goto(`/mentor/people/${person.id}`);
		await expect(mentor.getByRole('heading', { level: 1 })).toHaveText(person.name);
		await grant.click();
		await expect(mentor.getByRole('group', { name: m.mentor_grant_what() })).toHaveAccessibleDescription(m.mentor_grant_no_kind());
		await expect(lesson).toHaveAccessibleDescription(m.mentor_grant_no_lesson());
		await expect(reason).toHaveAccessibleDescription(new RegExp(m.mentor_grant_no_reason()));
	});

	await test.step('what was typed is kept', async () => {
		const tooLong = 'The line broke down twice. '.repeat(20);
		await kind(m.mentor_kind_attempt()).check();
		await lesson.selectOption(assessment.name);
		await reason.fill(tooLong);
		await grant.click();
		await expect(reason).toHaveAccessibleDescription(new RegExp(m.mentor_grant_reason_long()));
		await expect(reason).toHaveValue(tooLong);
		await expect(lesson).toHaveValue(assessment.name);
		await expect(kind(m.mentor_kind_attempt())).toBeChecked();
	});

	await test.step('one more attempt', async () => {
		await reason.fill('The line broke down twice.');
		await grant.click();
		await expect(mentor.getByText(m.mentor_granted_now())).toBeVisible();
		await expect(mentor.getByRole('listitem').filter({ hasText: 'The line broke down twice.' })).toContainText(m.mentor_kind_attempt());
		await learner.reload();
		await learner.getByRole('button', { name: m.learn_start_again() }).click();
		await expect(learner.getByText(m.learn_attempt_of({ number: 4, n: 4 }))).toBeVisible();
	});

	await test.step('an exemption', async () => {
		await kind(m.mentor_kind_exemption()).check();
		await lesson.selectOption(spared.name);
		await reason.fill('Did this for years elsewhere.');
		await grant.click();
		await expect(mentor.getByRole('listitem').filter({ hasText: 'Did this for years elsewhere.' })).toContainText(m.mentor_kind_exemption());
		await learner.goto('/learn/the-standard');
		const row = learner.getByRole('listitem').filter({ has: learner.getByRole('link', { name: spared.title['en']!, exact: true }) });
		await expect(row).toContainText(m.learn_done());
	});
	await mentor.context().close();
});

test('reaches the last of many mentees, page by page or by name', async ({ page, newcomer, signIn, database }) => {
	const mentor = await newcomer({ name: 'Мила Многодетна', position: '' });
	await database.sql`insert into role_grant (id, employee_id, role, granted_at) values (gen_random_uuid(), ${mentor.id}, 'mentor', now())`;
	await signIn(mentor);
	await page.goto('/mentor');
	await page.getByRole('navigation', { name: m.desk_places() }).getByRole('link', { name: m.mentor_mentees() }).click();
	await expect(page).toHaveURL('/mentor/people');
	await expect(page.getByText(m.mentor_no_mentees())).toBeVisible();
	await expect(page.getByRole('search')).toHaveCount(0);
	await database.sql`
		with crowd as (
			insert into employee (id, name, email, created_at)
			select gen_random_uuid(), 'Стажант ' || to_char(n, 'FM000'), gen_random_uuid() || '@test.example', now() from generate_series(1, 60) as n
			returning id
		)
		insert into mentorship (id, mentor_id, mentee_id, since) select gen_random_uuid(), ${mentor.id}, id, now() from crowd`;
	await page.reload();
	await expect(page.getByText(m.mentor_people({ n: 60 }))).toBeVisible();
	const pages = page.getByRole('navigation', { name: m.mentor_mentees_pages() });
	for (const [at, last] of [[1, '025'], [2, '050'], [3, '060']] as const) {
		await expect(pages).toContainText(m.pages_page_of({ page: at, pages: 3 }));
		await expect(page.getByRole('table').getByRole('link').last()).toHaveText(`Стажант ${last}`);
		if (at < 3) await pages.getByRole('link', { name: m.pages_next() }).click();
	}
	await page.getByRole('searchbox', { name: m.mentor_search() }).fill('стажант 05');
	await page.keyboard.press('Enter');
	await expect(page.getByText(m.mentor_found({ n: 10, total: 60 }))).toBeVisible();
	// A kept address of a longer list leads to the last page of this one.
	await page.goto(`/mentor/people?search=${encodeURIComponent('стажант 0')}&page=9`);
	await expect(page).toHaveURL(/page=3$/);
	await page.getByRole('link', { name: 'Стажант 060' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Стажант 060');
	await page.goto('/mentor/people?search=qqq');
	await expect(page.getByText(m.hr_nobody_found({ search: 'qqq' }))).toBeVisible();
	await page.getByRole('link', { name: m.hr_search_clear() }).click();
	await expect(page.getByText(m.mentor_people({ n: 60 }))).toBeVisible();
});
