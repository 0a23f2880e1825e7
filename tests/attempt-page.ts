// An open attempt on the screen: one question at a time, answered by its words.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Library } from '../src/lib/server/library.ts';
import type { Locale } from '../src/lib/i18n/index.ts';
import { giveAnswer, readQuestion } from './answers.ts';
import { m } from './words.ts';

export class AttemptPage {
	/** The question shown. */
	readonly sheet: Locator;
	readonly #say: { locale: Locale };

	constructor(
		readonly page: Page,
		readonly library: Library,
		/** `course/lesson` */
		readonly lesson: string,
		locale: Locale = 'en'
	) {
		this.#say = { locale };
		this.sheet = page.locator('form[id^="form-"]:visible');
	}

	/** Starts an attempt from the start page; its id. */
	async start(): Promise<string> {
		await this.page.goto(`/learn/${this.lesson}`);
		await this.page.getByRole('button', { name: m.learn_start_assessment({}, this.#say) }).click();
		await expect(this.page).toHaveURL(/\/attempts\//);
		await expect(this.sheet).toBeVisible();
		return this.page.url().split('/').at(-1)!;
	}

	/** Waits until question `number` (from 1) is shown. */
	async at(number: number): Promise<void> {
		await expect(this.sheet.getByRole('heading', { level: 2 })).toHaveText(m.learn_question_of({ number, n: this.count }, this.#say));
	}

	get count(): number {
		return this.library.current().lesson(this.lesson)!.lesson.assessment!.draw as number;
	}

	/** The key of the question shown. */
	async key(): Promise<string> {
		return (await this.sheet.getAttribute('id'))!.slice('form-'.length);
	}

	/** Answers the question shown; its key. */
	async answer(right = true): Promise<string> {
		const key = await this.key();
		await giveAnswer(this.sheet, await readQuestion(this.library, `${this.lesson}/${key}`), this.#say.locale, right);
		return key;
	}

	async expectSaved(): Promise<void> {
		const words = m.learn_saved_at({ time: '' }, this.#say).trim();
		await expect(this.sheet.getByRole('status').filter({ hasText: new RegExp(`^${words}`) })).toBeVisible();
	}

	/** The step of question `number` says whether it is answered. */
	async expectStep(number: number, answered: boolean): Promise<void> {
		const state = answered ? m.learn_step_answered({}, this.#say) : m.learn_step_open({}, this.#say);
		await expect(
			this.page.getByRole('link', { name: `${m.learn_question_number({ n: number }, this.#say)}: ${state}`, exact: true })
		).toBeVisible();
	}

	async goOn(): Promise<void> {
		const { page } = this;
		const next = this.sheet.getByRole('button', { name: m.learn_next_question({}, this.#say) });
		await next.or(page.getByRole('button', { name: m.learn_to_overview({}, this.#say) })).filter({ visible: true }).click();
	}

	async goTo(number: number): Promise<void> {
		await this.page.getByRole('navigation', { name: m.learn_steps({}, this.#say) }).getByRole('link').nth(number - 1).click();
		await this.at(number);
	}

	async submit(): Promise<void> {
		await this.page.getByRole('navigation', { name: m.learn_steps({}, this.#say) }).getByRole('link').last().click();
		await this.page.getByRole('button', { name: m.learn_submit({}, this.#say) }).click();
	}
}
