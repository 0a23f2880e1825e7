import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dropAside, dropDraft, forgetDraftsOf, keepDraft, readDraft } from './drafts';
import { forgetAfter } from './kept';

/** A browser's store. */
function aStore(kept = new Map<string, string>()) {
	return {
		get length() {
			return kept.size;
		},
		key: (at: number) => [...kept.keys()][at] ?? null,
		getItem: (name: string) => kept.get(name) ?? null,
		setItem: (name: string, value: string) => kept.set(name, value),
		removeItem: (name: string) => kept.delete(name)
	};
}

const nothing = { typed: null, aside: null };

beforeEach(() => {
	vi.stubGlobal('localStorage', aStore());
});
afterEach(() => {
	vi.unstubAllGlobals();
});

describe('a draft', () => {
	it('is there again, as it was typed last', () => {
		keepDraft('anna', 'a/b/reply', 'Dear', 'none');
		keepDraft('anna', 'a/b/reply', 'Dear Ms Ivanova', 'none');
		expect(readDraft('anna', 'a/b/reply', 'none')).toEqual({ typed: 'Dear Ms Ivanova', aside: null });
		expect(readDraft('anna', 'a/b/other', 'none')).toEqual(nothing);
	});

	it('is its writer’s alone', () => {
		keepDraft('anna', 'a/b/reply', 'Dear', 'none');
		expect(readDraft('boris', 'a/b/reply', 'none')).toEqual(nothing);
		forgetDraftsOf('boris');
		expect(readDraft('anna', 'a/b/reply', 'none').typed).toBe('Dear');
	});

	it('is gone when it was sent, unless something newer was typed', () => {
		keepDraft('anna', 'a/b/reply', 'second', 'none');
		dropDraft('anna', 'a/b/reply', 'first');
		expect(readDraft('anna', 'a/b/reply', 'none').typed).toBe('second');
		dropDraft('anna', 'a/b/reply', 'second');
		expect(readDraft('anna', 'a/b/reply', 'none')).toEqual(nothing);
	});

	it('is gone when its writer signs out, and after two weeks', () => {
		keepDraft('anna', 'a/b/reply', 'old', 'none', 1000);
		expect(readDraft('anna', 'a/b/reply', 'none', 1000 + forgetAfter).typed).toBe('old');
		readDraft('boris', 'a/b/reply', 'none', 1001 + forgetAfter);
		expect(localStorage.length).toBe(0);
		keepDraft('anna', 'a/b/reply', 'new', 'none');
		forgetDraftsOf('anna');
		expect(localStorage.length).toBe(0);
	});

	it('never stands in place of something newer: it is set aside until its writer chooses', () => {
		keepDraft('anna', 'a/b/reply', 'mine', 'none');
		expect(readDraft('anna', 'a/b/reply', 'from the phone')).toEqual({ typed: null, aside: 'mine' });
		keepDraft('anna', 'a/b/reply', 'another', 'from the phone');
		expect(readDraft('anna', 'a/b/reply', 'from the phone')).toEqual({ typed: 'another', aside: 'mine' });
		dropAside('anna', 'a/b/reply');
		expect(readDraft('anna', 'a/b/reply', 'from the phone')).toEqual({ typed: 'another', aside: null });
	});

	it('is not set aside when it is what arrived', () => {
		keepDraft('anna', 'a/b/reply', 'mine', 'none');
		expect(readDraft('anna', 'a/b/reply', 'mine')).toEqual(nothing);
	});

	it('is nothing where a browser keeps nothing, or something else', () => {
		localStorage.setItem('nastavnik.draft/anna/a/b/reply', '{"typed":');
		expect(readDraft('anna', 'a/b/reply', 'none')).toEqual(nothing);
		vi.stubGlobal('localStorage', undefined);
		keepDraft('anna', 'a/b/reply', 'mine', 'none');
		dropDraft('anna', 'a/b/reply');
		expect(readDraft('anna', 'a/b/reply', 'none')).toEqual(nothing);
	});
});
