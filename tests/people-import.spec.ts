// HR imports a list of a Bulgarian Excel (Windows-1251, semicolons): file, columns, preview, done, and takes it back.
import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures.ts';
import { lookAt } from './good-page.ts';
import { m } from './words.ts';

test.use({ locale: 'bg-BG' });
const say = { locale: 'bg' } as const;

/** Windows-1251, as Excel saves CSV in Bulgaria. */
function in1251(text: string): Buffer {
	const decoder = new TextDecoder('windows-1251');
	const bytes = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(new Uint8Array([byte])), byte] as const));
	return Buffer.from(Array.from(text, (sign) => bytes.get(sign)!));
}

test('imports a list from a spreadsheet, leaves the wrong row out, and takes it back', async ({ page, signIn }) => {
	const number = `И-${Date.now()}`;
	const list = [
		'Служебен №;Име;Фамилия;Длъжност;Отдел;Наставник;Дата на назначаване;Код;Заплата',
		`${number};Пенка;Тошева;Служител по обслужване на клиенти;Импорт ${number};Marta Kovacs;01.12.2026 г.;;900`,
		`${number}-2;Рангел;Тошев;Служител по обслужване на клиентт;;;31.02.2026;;900`
	].join('\r\n');
	const button = (name: string) => page.getByRole('button', { name, exact: true });
	await signIn('hr');

	await test.step('hands the file over', async () => {
		await page.goto('/hr/people');
		await page.getByRole('link', { name: m.import_link({}, say) }).click();
		await button(m.import_file_button({}, say)).click();
		await expect(page.getByLabel(m.import_file({}, say))).toHaveAccessibleDescription(new RegExp(m.import_file_none({}, say)));
		await page.getByLabel(m.import_file({}, say)).setInputFiles({ name: 'списък.csv', mimeType: 'text/csv', buffer: in1251(list) });
		await button(m.import_file_button({}, say)).click();
	});

	await test.step('finds its columns recognised, and names none twice', async () => {
		const position = page.getByLabel(m.import_column({ letter: 'D', header: 'Длъжност' }, say));
		await expect(position).toHaveValue('position');
		const code = page.getByLabel(m.import_column({ letter: 'H', header: 'Код' }, say));
		await code.selectOption('team');
		await button(m.import_columns_button({}, say)).click();
		await expect(code).toHaveAttribute('aria-invalid', 'true');
		await expect(code).toHaveValue('team');
		await code.selectOption('');
		await button(m.import_columns_button({}, say)).click();
	});

	await test.step('sees what is wrong, and can take that home', async () => {
		const wrong = page.getByRole('row').filter({ hasText: 'Рангел Тошев' });
		await expect(wrong).toContainText(m.import_problem_position_near({ near: 'Служител по обслужване на клиенти' }, say));
		await expect(wrong).toContainText(m.import_problem_date({}, say));
		const download = page.waitForEvent('download');
		await page.getByRole('link', { name: m.import_wrong_download({}, say) }).click();
		// In the signs and letters it came in.
		const rows = new TextDecoder('windows-1251').decode(await readFile(await (await download).path()));
		expect(rows).toMatch(/^Служебен №;[^\n]*\r\n/);
		expect(rows).toContain(`${number}-2;Рангел;Тошев;`);
		expect(rows).toContain(m.import_problem_date({}, say));
		await button(m.import_confirm({}, say)).click();
		await expect(page.getByRole('checkbox', { name: m.import_skip({}, say) })).toHaveAttribute('aria-invalid', 'true');
		await lookAt(page, 'a preview with wrong rows', { locale: 'bg', latin: /\S+@\S+|Marta Kovacs|\S+\.csv/g });
	});

	await test.step('imports the right one; a reload changes nothing', async () => {
		await page.getByRole('link', { name: m.import_kind_new({}, say) }).click();
		await expect(page.getByRole('row').filter({ hasText: 'Пенка Тошева' })).toContainText('1 декември 2026');
		await page.getByRole('checkbox', { name: m.import_skip({}, say) }).check();
		await button(m.import_confirm({}, say)).click();
		await expect(page.getByText(m.import_done({}, say))).toBeVisible();
		await page.reload();
		await page.getByRole('link', { name: m.import_kind_new({}, say) }).click();
		await page.getByRole('link', { name: 'Пенка Тошева' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Пенка Тошева');
		await expect(page.getByText(`Импорт ${number}`)).toBeVisible();
	});

	await test.step('takes it back', async () => {
		await page.goBack();
		await page.getByText(m.import_undo({}, say), { exact: true }).click();
		await button(m.import_undo_button({}, say)).click();
		await expect(page.getByText(m.import_undone({}, say))).toBeVisible();
		await page.goto(`/hr/people?search=${encodeURIComponent(number)}`);
		await expect(page.getByText(m.hr_nobody_found({ search: number }, say))).toBeVisible();
	});
});

test.describe('without scripts', () => {
	test.use({ javaScriptEnabled: false });

	test('@full the same by forms and reloads', async ({ page, signIn }) => {
		const number = `N-${Date.now()}`;
		await signIn('hr');
		await page.goto('/hr/people/import');
		const buffer = Buffer.from(`Number,Name\n${number},Noscript One\n`);
		await page.getByLabel(m.import_file({}, say)).setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer });
		await page.getByRole('button', { name: m.import_file_button({}, say) }).click();
		const until = (name: string) =>
			expect(async () => {
				await page.goto(page.url());
				await expect(page.getByRole('button', { name, exact: true })).toBeVisible({ timeout: 500 });
			}).toPass();
		await until(m.import_columns_button({}, say));
		await page.getByRole('button', { name: m.import_columns_button({}, say) }).click();
		await until(m.import_confirm({}, say));
		await page.getByRole('button', { name: m.import_confirm({}, say), exact: true }).click();
		await expect(async () => {
			await page.goto(page.url());
			await expect(page.getByText(m.import_done({}, say))).toBeVisible({ timeout: 500 });
		}).toPass();
	});
});
