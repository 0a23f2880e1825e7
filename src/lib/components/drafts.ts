/**
 * What was typed or chosen and not yet sent: kept in this browser, bound to the person, until it is sent, the person
 * signs out, or two weeks have passed. Another person at the same computer is never shown it. What was sent and could
 * not arrive is kept by unsent.ts.
 */
import { forgetAfter } from './kept';

interface Draft {
	typed: string;
	/** What the server had when it was typed. */
	base: string;
	at: number;
}

const room = 'nastavnik.draft/';
const nameOf = (person: string, id: string) => `${room}${person}/${id}`;
/** Typed over something that is no longer the newest. */
const asideOf = (id: string) => `${id}#aside`;

/** Keeps it in place of what was kept before. A browser that keeps nothing (private mode, full) is as before. */
export function keepDraft(person: string, id: string, typed: string, base: string, now = Date.now()): void {
	try {
		localStorage.setItem(nameOf(person, id), JSON.stringify({ typed, base, at: now } satisfies Draft));
	} catch {
		// It stays on the page.
	}
}

/** Forgets it; with `sent` only when nothing newer was typed in the meantime. */
export function dropDraft(person: string, id: string, sent?: string): void {
	if (sent === undefined || read(nameOf(person, id))?.typed === sent) remove(nameOf(person, id));
}

/** Forgets what was set aside. */
export function dropAside(person: string, id: string): void {
	remove(nameOf(person, asideOf(id)));
}

/**
 * What was typed over `base`, which is what the server has now; and what was typed before something newer came from
 * elsewhere, which is set aside until the person chooses.
 */
export function readDraft(person: string, id: string, base: string, now = Date.now()): { typed: string | null; aside: string | null } {
	forgetDrafts((_, draft) => now - draft.at > forgetAfter);
	const draft = read(nameOf(person, id));
	if (draft && draft.base !== base) {
		if (draft.typed !== base) keepDraft(person, asideOf(id), draft.typed, draft.base, draft.at);
		remove(nameOf(person, id));
	}
	return { typed: draft?.base === base ? draft.typed : null, aside: read(nameOf(person, asideOf(id)))?.typed ?? null };
}

/** When this person signs out. */
export function forgetDraftsOf(person: string): void {
	forgetDrafts((name) => name.startsWith(nameOf(person, '')));
}

function forgetDrafts(which: (name: string, draft: Draft) => boolean): void {
	try {
		const names = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at) ?? '');
		for (const name of names.filter((one) => one.startsWith(room))) {
			const draft = read(name);
			if (!draft || which(name, draft)) remove(name);
		}
	} catch {
		// Nothing was kept.
	}
}

function read(name: string): Draft | null {
	try {
		return JSON.parse(localStorage.getItem(name) ?? 'null') as Draft | null;
	} catch {
		return null;
	}
}

function remove(name: string): void {
	try {
		localStorage.removeItem(name);
	} catch {
		// Nothing was kept.
	}
}
