// The first days of a new employee, on a phone, in Bulgarian: from the invitation to a completed course.
import { formatPercent } from '../src/lib/i18n/format.ts';
import { giveAnswer, readQuestion } from './answers.ts';
import { AttemptPage } from './attempt-page.ts';
import { expect, test } from './fixtures.ts';
import { practise } from '../src/lib/server/services/demo-practice.ts';
import { folderStorage } from '../src/lib/server/storage/folder.ts';
import { temporaryFolder } from './server.ts';
import { m } from './words.ts';

test.use({ locale: 'bg-BG', viewport: { width: 360, height: 740 } });
test.setTimeout(120_000);

const course = 'the-standard';

test('opens the invitation, learns, is assessed and completes a course', async ({ page, newcomer, library, database }) => {
	const say = { locale: 'bg' } as const;
	const { academy } = library.current();
	const { lessons, title: titles } = library.current().course(course)!;
	const { path } = academy.positions.find(({ key }) => key === 'customer-service-employee')!;
	const first = library.current().course(path[0]!.course)!.lessons[0]!;
	const title = (at: number) => lessons[at]!.title['bg']!;
	const person = await newcomer({ name: 'Вера Стоянова', accepted: false });

	await test.step('the invitation', async () => {
		await page.goto(person.link);
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.auth_invite_title({ name: person.name }, say));
		await page.getByLabel(m.auth_new_password({}, say), { exact: true }).fill('къс');
		await page.getByLabel(m.auth_new_password_again({}, say)).fill('къс');
		await page.getByRole('button', { name: m.auth_invite_button({}, say) }).click();
		await expect(page.getByLabel(m.auth_new_password({}, say), { exact: true })).toHaveAttribute('aria-invalid', 'true');
		await page.getByLabel(m.auth_new_password({}, say), { exact: true }).fill(person.password);
		await page.getByLabel(m.auth_new_password_again({}, say)).fill(person.password);
		await page.getByRole('button', { name: m.auth_invite_button({}, say) }).click();
		await expect(page).toHaveURL('/learn');
	});

	await test.step('My onboarding: one next step, and due dates that can be explained', async () => {
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.learn_title({}, say));
		await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText(m.learn_next({ title: first.title['bg']! }, say));
		const due = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: titles['bg']!, exact: true }) });
		await due.getByRole('button').click();
		await expect(page.getByText(m.learn_plus_days({ n: 5 }, say))).toBeVisible();
		await page.keyboard.press('Escape');
		await expect(page.getByRole('link', { name: m.learn_start({}, say), exact: true })).toHaveAttribute('href', `/learn/${first.name}`);
	});

	await test.step('the course', async () => {
		await page.getByRole('link', { name: titles['bg']!, exact: true }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(titles['bg']!);
		await page.getByRole('link', { name: m.learn_next({ title: title(0) }, say) }).click();
	});

	for (const [at, lesson] of lessons.entries()) {
		if (lesson.assessment) continue;
		await test.step(`lesson ${lesson.key}`, async () => {
			await expect(page).toHaveURL(`/learn/${lesson.name}`);
			await expect(page.getByRole('heading', { level: 1 })).toHaveText(title(at));
			for (const [number, exercise] of lesson.exercises.entries()) {
				if (exercise.kind === 'accept') {
					const acceptance = page.locator(`#accept-${exercise.key}`);
					await acceptance.getByRole('button', { name: m.learn_accept({}, say) }).click();
					await expect(acceptance.getByText(m.learn_accept_unticked({}, say))).toBeVisible();
					await acceptance.getByRole('checkbox').check();
					await acceptance.getByRole('button', { name: m.learn_accept({}, say) }).click();
					await expect(acceptance.getByRole('button')).toHaveCount(0);
					continue;
				}
				// Pages of their own, with journeys of their own.
				if (exercise.kind !== 'question') {
					await practise(database.db, folderStorage(temporaryFolder()), library, { id: person.id, roles: ['learner'] }, exercise.name, new Date());
					await page.reload();
					await expect(page.locator(`#${exercise.key}`).getByRole('link')).toBeVisible();
					continue;
				}
				const check = page.locator(`#check-${exercise.key}`);
				const question = await readQuestion(library, exercise.name);
				const button = check.getByRole('button', { name: m.learn_check_answer({}, say), exact: true });
				const feedback = page.locator(`#check-${exercise.key}-feedback`);
				if (at === 0 && number === 0) {
					await button.click();
					await expect(check.getByText(m.learn_check_empty({}, say))).toBeVisible();
					await giveAnswer(check, question, 'bg', false);
					await button.click();
					await expect(feedback).toContainText(m.q_not_right({}, say));
					await expect(check.getByText(m.learn_check_tries({ n: 1 }, say))).toBeVisible();
					await giveAnswer(check, question, 'bg');
					await check.getByRole('button', { name: m.learn_check_again({}, say) }).click();
				} else {
					await giveAnswer(check, question, 'bg');
					await button.click();
				}
				await expect(feedback).toContainText(m.q_right({}, say));
				await expect(check.getByRole('heading', { name: m.learn_check_done({}, say) })).toBeVisible();
			}
			await page.getByRole('button', { name: m.learn_mark_read({}, say) }).click();
			await expect(page.getByRole('heading', { name: m.learn_lesson_done({}, say) })).toBeVisible();
			await page.getByRole('link', { name: `${title(at + 1)} →` }).click();
		});
	}

	await test.step('the assessment: saved, resumed after a reload, looked over, submitted', async () => {
		const lesson = lessons.at(-1)!;
		await expect(page).toHaveURL(`/learn/${lesson.name}`);
		await expect(page.getByText(m.learn_rule_pass({ percent: formatPercent(80, 'bg') }, say))).toBeVisible();
		const attempt = new AttemptPage(page, library, lesson.name, 'bg');
		await attempt.start();
		for (let number = 1; number <= attempt.count; number++) {
			await attempt.at(number);
			await attempt.answer();
			await attempt.expectSaved();
			if (number === 2) {
				await page.reload();
				await attempt.expectStep(2, true);
				await attempt.expectStep(3, false);
			}
			await attempt.goOn();
		}
		await expect(page.getByText(m.learn_all_answered({}, say))).toBeVisible();
		await page.getByRole('button', { name: m.learn_submit({}, say) }).click();
		await expect(page.getByText(m.learn_result_passed({ percent: formatPercent(100, 'bg'), pass: formatPercent(80, 'bg') }, say))).toBeVisible();
	});

	await test.step('the course is completed and celebrated once', async () => {
		await page.getByRole('link', { name: m.learn_to_course({}, say) }).first().click();
		const celebration = page.getByRole('heading', { name: m.learn_celebrate({ title: titles['bg']! }, say) });
		await expect(celebration).toBeVisible();
		await page.getByRole('button', { name: m.learn_go_on_path({}, say) }).click();
		await expect(page).toHaveURL('/learn');
		await expect(page.getByText(m.learn_path_progress({ done: 1, n: path.length }, say))).toBeVisible();
		await page.getByRole('link', { name: titles['bg']!, exact: true }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(titles['bg']!);
		await expect(celebration).toHaveCount(0);
	});
});
