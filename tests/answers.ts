// Answers questions on the screen as a person does: by the words of options, labels and fields.
import { expect, type Locator } from '@playwright/test';
import { plainText } from '../src/lib/components/questions/plain-text.ts';
import { inLocale } from '../src/lib/core/localized.ts';
import type { Localized, Question } from '../src/lib/core/questions/question.ts';
import type { Library } from '../src/lib/server/library.ts';

/** A question of a lesson with its key; `name` is `course/lesson/key`. */
export async function readQuestion(library: Library, name: string): Promise<Question> {
	const found = library.current().exercise(name);
	const item = found && (await library.item(found.exercise.hash));
	if (item?.kind !== 'question') throw new Error(`${name} is not a question.`);
	return item.question;
}

/** Gives the right answer, or a wrong one, in the fields inside `scope`; does not send it. */
export async function giveAnswer(scope: Locator, question: Question, locale: string, right = true): Promise<void> {
	const words = (text: Localized) => plainText(inLocale(text, locale, 'en'));
	switch (question.kind) {
		case 'single': {
			const option = question.options[question.key.right.indexOf(right)]!;
			await scope.getByRole('radio', { name: words(option), exact: true }).check();
			return;
		}
		case 'multiple':
			for (const [own, option] of question.options.entries()) {
				await scope.getByRole('checkbox', { name: words(option), exact: true }).setChecked(question.key.right[own] === right);
			}
			return;
		case 'ordering': {
			// The last one first: then nothing is in its place.
			const order = right ? question.items : [question.items.at(-1)!, ...question.items.slice(0, -1)];
			for (const [place, item] of order.entries()) {
				const field = scope.getByRole('combobox', { name: words(item), exact: true });
				await field.selectOption(String(place + 1));
				await expect(field).toHaveValue(String(place + 1));
			}
			return;
		}
		case 'matching': {
			const count = question.left.length;
			for (const [row, left] of question.left.entries()) {
				const answer = question.right[right ? row : (row + 1) % count]!;
				await scope.getByRole('combobox', { name: words(left), exact: true }).selectOption({ label: words(answer) });
			}
			return;
		}
		case 'text':
			await scope.getByRole('textbox').fill(right ? question.key.accepted[locale]![0]!.text : 'qwerty');
			return;
		case 'number':
			await scope.getByRole('textbox').fill(String(right ? question.key.value : question.key.value + 1000));
			return;
		case 'open':
			await scope.getByRole('textbox').fill('…');
	}
}
