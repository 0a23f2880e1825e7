/**
 * What is typed into a form and not yet sent stands there again after a reload, a crash or the way back: kept in this
 * browser for the person who typed it (drafts.ts). For forms whose words nobody else keeps before they are sent.
 */
import { untrack } from 'svelte';
import { page } from '$app/state';
import { dropDraft, keepDraft, readDraft } from './drafts';

type Field = HTMLTextAreaElement | HTMLInputElement;
/** By the names of the fields. */
type Typed = Record<string, string>;

export class KeptTyping {
	#id: string;

	/** The id tells what the words are about: once they are sent, it is not used for other ones. */
	constructor(id: string) {
		this.#id = id;
	}

	/** Attachment of the form. What was kept also opens what the form is folded in. */
	readonly attach = (form: HTMLFormElement) => untrack(() => this.#attach(form));

	#attach(form: HTMLFormElement): (() => void) | undefined {
		const person = page.data.person?.id;
		if (!person) return;
		const fields = () => [...form.querySelectorAll<Field>('textarea[name], input[type="date"][name]')];
		const { typed } = readDraft(person, this.#id, '');
		const kept = JSON.parse(typed ?? '{}') as Typed;
		const others = fields().filter(({ name, value }) => kept[name] !== undefined && kept[name] !== value);
		for (const field of others) {
			field.value = kept[field.name]!;
			field.dispatchEvent(new Event('input', { bubbles: true }));
		}
		if (others.length > 0) {
			for (let fold = form.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null) fold.open = true;
		}
		const hear = () => keepDraft(person, this.#id, JSON.stringify(Object.fromEntries(fields().map(({ name, value }) => [name, value]))), '');
		form.addEventListener('input', hear);
		return () => form.removeEventListener('input', hear);
	}

	/** Forgets the words when they have arrived. */
	answered({ type }: { type: string }): void {
		const person = page.data.person?.id;
		if (person && (type === 'success' || type === 'redirect')) dropDraft(person, this.#id);
	}
}
