// The review desk, in English: an answer in the learner's own words is taken, marked by keyboard, returned with reasons,
// handed in again and accepted; one mark is contested, and HR decides.
import { randomUUID } from 'node:crypto';
import { expect, test } from './fixtures.ts';
import { listen, lookAt } from './good-page.ts';
import { markEverything } from './marking.ts';
import { m } from './words.ts';

test.use({ locale: 'en-GB' });

test('an open answer goes to the desk, comes back, and is accepted', async ({ page: learner, browser, newcomer, signIn, library, database }) => {
	const { academy } = library.current();
	const all = academy.courses.flatMap((course) => course.lessons.filter((one) => one.assessment === null).map((lesson) => ({ course, lesson })));
	const items = await library.items(all.flatMap(({ lesson }) => lesson.exercises.map(({ hash }) => hash)));
	const place = all.flatMap(({ course, lesson }) =>
		lesson.exercises.flatMap((exercise) => {
			const item = items.get(exercise.hash)!;
			return item.kind === 'question' && item.question.kind === 'open' && library.current().scorecard(item.question.rubric) ? [{ course, lesson, exercise }] : [];
		})
	)[0];
	test.skip(place === undefined, 'the content asks no open question');
	const { course, lesson, exercise } = place!;
	const person = await newcomer({ name: 'Дария Писмова', position: '' });
	await database.sql`
		insert into enrolment (id, employee_id, course, source, mandatory, place, assigned_on)
		values (${randomUUID()}, ${person.id}, ${course.key}, 'hand', true, 9, '2026-11-02') on conflict do nothing`;
	await signIn(person, learner);
	const mentor = await signIn('mentor', await (await browser.newContext({ locale: 'en-GB' })).newPage());
	const complaints = [...listen(learner), ...listen(mentor)];
	const check = learner.locator(`#check-${exercise.key}`);
	const line = mentor.getByRole('list', { name: m.desk_list() }).getByRole('listitem').filter({ hasText: person.name });

	await test.step('the learner hands it in and is told how long it waits', async () => {
		await learner.goto(`/learn/${lesson.name}`);
		await check.getByRole('textbox').fill('Good morning, this is Daria. I will see to it.');
		await check.getByRole('button', { name: m.desk_hand_in(), exact: true }).click();
		await expect(learner.getByText(m.desk_go_on_meanwhile())).toBeVisible();
		await learner.goto('/learn');
		await expect(learner.getByRole('link', { name: m.desk_kind_open() })).toBeVisible();
		await lookAt(learner, '/learn with waiting work', { locale: 'en' });
	});

	await test.step('the mentor finds it, takes it with the keyboard and marks it', async () => {
		await mentor.goto('/mentor');
		await lookAt(mentor, 'the desk', { locale: 'en' });
		await mentor.goto(`/mentor?person=${person.id}&kind=open&who=unclaimed`);
		await expect(line).toHaveCount(1);
		// The keys live from the moment the page's script has come.
		await expect(async () => {
			await mentor.keyboard.press('j');
			await expect(line.getByRole('link').first()).toBeFocused({ timeout: 200 });
		}).toPass();
		await mentor.keyboard.press('Enter');
		await expect(mentor.getByText(/^Yours until/)).toBeVisible();
		await markEverything(mentor, '1');
		await expect(mentor.getByText(/^Saved/)).toBeVisible();
		for (const width of [360, 1440]) {
			for (const colorScheme of ['light', 'dark'] as const) {
				await mentor.setViewportSize({ width, height: 900 });
				await mentor.emulateMedia({ colorScheme });
				await lookAt(mentor, `judging, ${width}, ${colorScheme}`, { locale: 'en' });
			}
		}
		await mentor.emulateMedia({ colorScheme: 'light' });
	});

	await test.step('while it is judged the learner cannot change it', async () => {
		await learner.goto(`/learn/${lesson.name}`);
		await expect(check.getByText(m.desk_answer_claimed())).toBeVisible();
		await expect(check.getByRole('textbox')).toBeDisabled();
	});

	await test.step('returned with reasons; nothing typed is lost on the way', async () => {
		await mentor.getByRole('button', { name: m.desk_return() }).click();
		const reason = mentor.getByLabel(m.desk_reason());
		await expect(reason).toHaveAccessibleDescription(new RegExp(m.desk_no_reason()));
		await reason.fill('Say by when the customer hears from you.');
		await mentor.reload();
		await expect(reason).toHaveValue('Say by when the customer hears from you.');
		await mentor.getByRole('button', { name: m.desk_return() }).click();
		await expect(mentor.getByText(/^Returned by/)).toBeVisible();
		// Once more: the address answers with what was decided.
		await mentor.reload();
		await expect(mentor.getByText('Say by when the customer hears from you.')).toBeVisible();
	});

	await test.step('the learner reads why, contests a mark, and hands in again', async () => {
		await learner.goto('/learn');
		await learner.getByRole('link', { name: new RegExp(m.desk_kind_open()) }).first().click();
		await expect(learner.getByText('Say by when the customer hears from you.')).toBeVisible();
		const open = learner.locator('summary', { hasText: /Dispute this mark/ }).first();
		await open.click();
		await learner.getByLabel(m.dispute_reason()).first().fill('The name stands in the first sentence.');
		await learner.getByRole('button', { name: m.dispute_send() }).first().click();
		await expect(learner.getByText(m.dispute_waits())).toBeVisible();
		await check.getByRole('textbox').fill('Good morning, this is Daria. You hear from me by Friday noon.');
		await check.getByRole('button', { name: m.desk_hand_in_again() }).click();
		await expect(learner.getByText(m.desk_go_on_meanwhile())).toBeVisible();
		await lookAt(learner, 'a lesson with a returned answer', { locale: 'en', latin: /./ });
	});

	await test.step('HR decides the dispute; its reviewer never sees it', async () => {
		await mentor.goto(`/mentor?person=${person.id}&kind=dispute`);
		await expect(mentor.getByText(m.desk_none_filtered())).toBeVisible();
		const hr = await signIn('hr', await (await browser.newContext({ locale: 'en-GB' })).newPage());
		await hr.goto('/hr/people');
		await hr.getByRole('region', { name: /dispute/ }).getByRole('link', { name: person.name }).click();
		await hr.getByRole('button', { name: m.desk_take() }).click();
		await hr.getByLabel(m.dispute_why(), { exact: true }).fill('The mark is about the whole answer.');
		await lookAt(hr, 'a dispute', { locale: 'en' });
		await hr.getByRole('button', { name: m.dispute_decide() }).click();
		await expect(hr.getByText(/^Decided by/)).toBeVisible();
		await hr.context().close();
	});

	await test.step('the second round stands beside the first, and is accepted', async () => {
		await mentor.goto(`/mentor?person=${person.id}`);
		await expect(line).toContainText(m.desk_round({ n: 2 }));
		await line.getByRole('button').click();
		await expect(mentor.getByText('Good morning, this is Daria. I will see to it.')).toBeVisible();
		await mentor.getByRole('button', { name: m.desk_accept() }).click();
		// Nothing is marked yet: told, and the keyboard is taken there.
		await expect(mentor.getByText(/criteria are not marked|criterion is not marked/)).toBeVisible();
		// What failed critically is asked about once more, as long as it does.
		await markEverything(mentor, '1');
		await mentor.getByRole('button', { name: m.desk_accept() }).click();
		const anyway = mentor.getByRole('button', { name: m.desk_accept_anyway() });
		await expect(anyway).toHaveAccessibleDescription(/^Critical, and not passed: ./);
		await markEverything(mentor, '2');
		await expect(anyway).toHaveCount(0);
		await markEverything(mentor, '1');
		await anyway.click();
		await expect(mentor.getByText(/^Accepted by/)).toBeVisible();
		await learner.goto(`/learn/${lesson.name}`);
		await expect(check.getByText(m.desk_answer_accepted())).toBeVisible();
	});
	expect(complaints).toEqual([]);
	await mentor.context().close();
});
