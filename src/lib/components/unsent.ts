/**
 * Answers that could not be sent yet: kept in this browser, bound to the person, and sent when the connection returns.
 * Another person at the same computer is never shown them.
 */
import { deserialize } from '$app/forms';
import type { ActionResult } from '@sveltejs/kit';
import { asPerson } from './as-person';

export interface Unsent {
	/** Address of the form action, without its writer. */
	action: string;
	fields: [string, string][];
}

const nameOf = (person: string, id: string) => `nastavnik.unsent/${person}/${id}`;

/** Keeps an answer until it is dropped. False when this browser keeps nothing (private mode, full). */
export function keepUnsent(person: string, id: string, unsent: Unsent): boolean {
	try {
		localStorage.setItem(nameOf(person, id), JSON.stringify(unsent));
		return true;
	} catch {
		return false;
	}
}

/** Forgets it, unless something newer was kept in the meantime. */
export function dropUnsent(person: string, id: string, sent?: Unsent): void {
	try {
		const name = nameOf(person, id);
		if (!sent || localStorage.getItem(name) === JSON.stringify(sent)) localStorage.removeItem(name);
	} catch {
		// Nothing was kept.
	}
}

export function readUnsent(person: string, id: string): Unsent | null {
	try {
		const text = localStorage.getItem(nameOf(person, id));
		return text ? (JSON.parse(text) as Unsent) : null;
	} catch {
		return null;
	}
}

export const toFields = (form: FormData): [string, string][] =>
	[...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as [string, string]] : []));

/** Why what was sent was not taken and waits for its writer. */
export type Held = 'signed-out' | 'somebody-else';

/** Null when it arrived at its action. */
export function heldFor(result: ActionResult): Held | null {
	if (result.type !== 'redirect') return null;
	return result.location.includes('somebody-else') ? 'somebody-else' : 'signed-out';
}

/**
 * Posts to a form action for the person who wrote it; when nobody or somebody else is signed in now, the outcome is a
 * redirect. Null = no connection, or a server that cannot answer just now: try again later.
 */
export async function post(person: string, unsent: Unsent): Promise<ActionResult | null> {
	const body = new FormData();
	for (const [name, value] of unsent.fields) body.append(name, value);
	return postForm(person, unsent.action, body);
}

/** The same of a form with a file in it. `patience`: milliseconds until no answer counts as no connection. */
export async function postForm(person: string, action: string, body: FormData, patience?: number): Promise<ActionResult | null> {
	try {
		const response = await fetch(asPerson(action, person), {
			method: 'POST',
			body,
			headers: { accept: 'application/json', 'x-sveltekit-action': 'true' },
			signal: patience === undefined ? null : AbortSignal.timeout(patience)
		});
		if (response.status >= 500) return null;
		// What it refuses, such as what is gone, arrived: the status is the answer's, the words alone do not have it.
		return deserialize(await response.text());
	} catch {
		return null;
	}
}

/** Calls `again` when the connection returns, and every few seconds meanwhile. Returns how to stop. */
export function whenConnected(again: () => void): () => void {
	const timer = setInterval(again, 4000);
	addEventListener('online', again);
	return () => {
		clearInterval(timer);
		removeEventListener('online', again);
	};
}
