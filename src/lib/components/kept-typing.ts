/**
 * What is typed, chosen and ticked in a form and not yet sent stands there again after a reload, a crash or the way back: kept in
 * this browser for the person whose it is (drafts.ts). For forms whose words nobody else keeps before they are sent.
 */
import { untrack } from 'svelte';
import { page } from '$app/state';
import { dropDraft, keepDraft, readDraft } from './drafts';

type Field = HTMLTextAreaElement | HTMLInputElement | HTMLSelectElement;
/** By the names of the fields; of a box that is ticked or not, by name and value. */
type Typed = Record<string, string>;

/** No passwords: other inputs are left out. */
const kinds = ['[type="date"]', '[type="number"]', '[inputmode="numeric"]', '[type="radio"]', '[type="checkbox"]'];
const wanted = ['textarea', 'select', ...kinds.map((kind) => `input${kind}`)].map((field) => `${field}[name]`).join(', ');

const isRadio = (field: Field): field is HTMLInputElement & { type: 'radio' } => field.type === 'radio';
const isBox = (field: Field): field is HTMLInputElement & { type: 'checkbox' } => field.type === 'checkbox';
const keyOf = (field: Field): string => (isBox(field) ? `${field.name}=${field.value}` : field.name);

function stateOf(fields: Field[]): Typed {
	const typed: Typed = {};
	for (const field of fields) {
		if (isBox(field)) typed[keyOf(field)] = field.checked ? 'yes' : 'no';
		else if (!isRadio(field) || field.checked) typed[keyOf(field)] = field.value;
	}
	return typed;
}

/** Puts what was kept into the field; false when it stands there, or cannot. */
function fill(field: Field, kept: string | undefined): boolean {
	if (kept === undefined) return false;
	if (isBox(field) || isRadio(field)) {
		const checked = isBox(field) ? kept === 'yes' : kept === field.value;
		// The others of its name follow a radio that is chosen.
		if (field.checked === checked || (isRadio(field) && !checked)) return false;
		field.checked = checked;
	} else {
		// What was chosen may be gone from the list.
		const isGone = field.type === 'select-one' && ![...(field as HTMLSelectElement).options].some(({ value }) => value === kept);
		if (field.value === kept || isGone) return false;
		field.value = kept;
	}
	// As if the person had done it: some hear the one, some the other.
	for (const event of ['input', 'change']) field.dispatchEvent(new Event(event, { bubbles: true }));
	return true;
}

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
		const fields = () => [...form.querySelectorAll<Field>(wanted)];
		const { typed } = readDraft(person, this.#id, '');
		const kept = JSON.parse(typed ?? '{}') as Typed;
		const others = fields().filter((field) => fill(field, kept[keyOf(field)]));
		if (others.length > 0) {
			for (let fold = form.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null) fold.open = true;
		}
		const hear = () => keepDraft(person, this.#id, JSON.stringify(stateOf(fields())), '');
		form.addEventListener('input', hear);
		return () => form.removeEventListener('input', hear);
	}

	/** Forgets the words when they have arrived. */
	answered({ type }: { type: string }): void {
		const person = page.data.person?.id;
		if (person && (type === 'success' || type === 'redirect')) dropDraft(person, this.#id);
	}
}
