// A course that is valid for a year: asked for again in its last month, seen by the learner, the mentor and HR, and passed anew.
import type { Page } from '@playwright/test';
import ExcelJS from 'exceljs';
import { dayOf, endOfDay } from '../src/lib/core/due-date.ts';
import { addDays } from '../src/lib/core/reminders.ts';
import { formatDate, formatDateShort } from '../src/lib/i18n/format.ts';
import { issueMissing } from '../src/lib/server/services/certificates.ts';
import { openRenewals } from '../src/lib/server/services/renewals.ts';
import { AttemptPage } from './attempt-page.ts';
import { finishLessons } from './finished-lessons.ts';
import { expect, test } from './fixtures.ts';
import { lookAt } from './good-page.ts';
import { m } from './words.ts';

test.use({ locale: 'en-GB' });
const zone = 'Europe/Sofia';
const course = 'complaints';

test('@full a course is renewed in its last month; its first completion stands', async ({ page, browser, newcomer, signIn, database, library }) => {
	const person = await newcomer({ name: 'Гергана Повторна' });
	const release = library.current();
	const { lessons, validity } = release.course(course)!;
	// Once: a midnight may come in the middle.
	const today = dayOf(new Date(), zone);
	const completed = addDays(today, 20 - validity!);
	const [first, until, next] = [completed, addDays(completed, validity!), addDays(completed, 2 * validity!)].map((day) => formatDate(day, 'en', 'UTC'));
	const inTable = (day: string) => formatDateShort(day, 'en', 'UTC');
	await finishLessons(database, person.id, lessons.map(({ name }) => name));
	await database.sql`
		update enrolment set completed_at = ${endOfDay(completed, zone).toISOString()}, completed_release = ${release.id}
		where employee_id = ${person.id} and course in ('service-pays', 'the-standard', ${course})`;
	await openRenewals(database.db, release, new Date());
	await issueMissing(database.db, release, new Date());

	const another = async (role: 'mentor' | 'hr') => signIn(role, await (await browser.newContext({ locale: 'en-GB' })).newPage());
	const [mentor, hr] = [await another('mentor'), await another('hr')];
	const asked = [
		[mentor, `/mentor/people/${person.id}`],
		[hr, `/hr/people/${person.id}`]
	] as const;
	/** What a page says of the course. */
	const line = (on: Page) => on.getByRole('listitem').filter({ has: on.getByRole('heading', { name: 'Handling a complaint' }) });
	/** How the date came about stands under it. */
	const expectSum = async (on: Page) => {
		const sum = line(on).getByText(m.renewal_derivation({ n: validity!, from: first!, until: until! }));
		await expect(sum).toBeHidden();
		await line(on).getByRole('button', { name: until! }).click();
		await expect(sum).toBeVisible();
	};

	await test.step('the learner is led to it, with its date and how that came about', async () => {
		await signIn(person, page);
		await page.goto('/learn');
		await expect(page.getByText(m.renewal_asks({ date: until! }))).toBeVisible();
		await expect(line(page)).toContainText(m.learn_completed_on({ date: first! }));
		await expectSum(page);
		await lookAt(page, '/learn with a renewal', { locale: 'en' });
	});

	await test.step('the mentor and HR see the round', async () => {
		for (const [on, path] of asked) {
			await on.goto(path);
			await expect(line(on)).toContainText(m.renewal_valid_until({ date: until! }));
			await expectSum(on);
		}
	});

	/** The person's row in a report as a workbook: cells by the titles of their columns. */
	const rowInFile = async (report: string) => {
		const answer = await hr.request.get(`/hr/reports/${report}/export?as=xlsx&course=${course}`);
		const book = new ExcelJS.Workbook();
		await book.xlsx.load((await answer.body()) as unknown as Parameters<typeof book.xlsx.load>[0]);
		const rows: ExcelJS.CellValue[][] = [];
		book.worksheets[0]!.eachRow((row) => rows.push((row.values as ExcelJS.CellValue[]).slice(1)));
		const found = rows.find(([name]) => name === person.name)!;
		return (title: string) => found[rows[0]!.indexOf(title)];
	};
	/** A day as a workbook has it. */
	const dated = (day: string) => new Date(`${day}T00:00:00Z`);

	await test.step('HR finds it in what expires, on the page and in the file', async () => {
		await hr.goto('/hr/reports');
		await hr.getByRole('link', { name: m.report_expiring(), exact: true }).click();
		await hr.getByLabel(m.report_column_course()).selectOption(course);
		await hr.getByRole('button', { name: m.report_show() }).click();
		const row = hr.getByRole('row').filter({ has: hr.getByRole('link', { name: person.name }) });
		for (const words of [m.report_word_course(), 'Handling a complaint', inTable(addDays(completed, validity!)), m.report_word_due(), m.report_word_pass_again()]) await expect(row).toContainText(words);
		await lookAt(hr, '/hr/reports/expiring with a course', { locale: 'en' });
		const cell = await rowInFile('expiring');
		const day = dated(addDays(completed, validity!));
		expect([m.report_column_due(), m.report_column_valid_until(), m.report_column_renew_from()].map(cell)).toEqual([day, day, dated(today)]);
		expect([m.report_column_level(), m.report_column_to_do()].map(cell)).toEqual([undefined, m.report_word_pass_again()]);
	});

	await test.step('it is passed anew; the new year is counted from the end of the old one', async () => {
		await page.keyboard.press('Escape');
		await page.getByRole('link', { name: m.learn_to_assessment() }).click();
		await expect(page).toHaveURL(`/learn/${course}/assessment`);
		const attempt = new AttemptPage(page, library, `${course}/assessment`);
		await attempt.start();
		for (let number = 1; number <= attempt.count; number++) {
			await attempt.at(number);
			await attempt.answer();
			await attempt.goOn();
		}
		await attempt.submit();
		await expect(page.getByText(m.learn_result_passed({ percent: '100%', pass: '80%' }))).toBeVisible();
		await page.goto(`/learn/${course}`);
		await expect(page.getByText(m.learn_completed_on({ date: first! }))).toBeVisible();
		await expect(page.getByText(m.renewal_renewed_until({ date: next! }))).toBeVisible();
		await page.goto('/learn');
		await expect(line(page)).toContainText(m.renewal_valid_until({ date: next! }));
		await expect(page.getByText(m.renewal_asks({ date: until! }))).toHaveCount(0);
	});

	await test.step('the certificate says until when, to a stranger, too', async () => {
		await page.goto(`/learn/${course}`);
		await page.getByRole('link', { name: m.cert_see() }).click();
		const today = formatDate(new Date(), 'en', zone);
		const sheet = page.getByRole('article', { name: m.cert_word() });
		for (const words of [m.cert_completed_on({ date: first! }), m.renewal_renewed({ date: today }), m.renewal_valid_until({ date: next! })]) await expect(sheet).toContainText(words);
		const stranger = await (await browser.newContext({ locale: 'en-GB' })).newPage();
		await stranger.goto(page.url());
		await expect(stranger.getByText(m.cert_is_valid(), { exact: true })).toBeVisible();
		await expect(stranger.getByText(next!)).toBeVisible();
	});

	await test.step('it is gone from what expires; progress and history tell the renewal', async () => {
		await hr.goto(`/hr/reports/expiring?course=${course}`);
		await expect(hr.getByRole('link', { name: person.name })).toHaveCount(0);
		await hr.goto(`/hr/reports/progress?course=${course}`);
		const row = hr.getByRole('row').filter({ has: hr.getByRole('link', { name: person.name }) });
		for (const words of [m.report_word_completed(), ...[completed, today, addDays(completed, 2 * validity!)].map(inTable)]) await expect(row).toContainText(words);
		const cell = await rowInFile('progress');
		const days = [completed, today, addDays(completed, 2 * validity!)].map(dated);
		expect([m.report_column_completed(), m.report_column_renewed(), m.report_column_valid_until()].map(cell)).toEqual(days);
		await hr.goto(`/hr/people/${person.id}`);
		await expect(hr.getByText(m.dates_renewed({ title: 'Handling a complaint' }))).toBeVisible();
	});

	await test.step('the round is kept', async () => {
		for (const [on, path] of asked) {
			await on.goto(path);
			await expect(line(on)).toContainText(m.renewal_valid_until({ date: next! }));
			await line(on).getByText(new RegExp(`^${m.renewal_history()}`)).click();
			await expect(line(on).getByText(m.renewal_history_line({ date: formatDate(new Date(), 'en', zone), due: until! }))).toBeVisible();
		}
	});
});
