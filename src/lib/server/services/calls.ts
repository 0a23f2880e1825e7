/** Calls to hear and read. Their references are no part of anything here. */
import type { CallBody } from '../../core/academy.ts';
import { keepingOf } from '../../core/call-keeping.ts';
import { dayOf } from '../../core/due-date.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { CallView } from '../../core/review.ts';
import type { Library, Release } from '../library.ts';

/**
 * The last day a call might be used when that is over, else null. What the release that is served says of it counts, so
 * that a consent that was withdrawn or renewed counts for every version of it; a call that is gone keeps its own day.
 */
export function goneSince(release: Release, { name, keepUntil }: Pick<CallBody, 'name' | 'keepUntil'>, now: Date): string | null {
	const served = release.call(name.slice('calls/'.length))?.keepUntil;
	const until = served === undefined ? keepUntil : served;
	return keepingOf(until, dayOf(now, release.academy.timeZone)) === 'over' ? until : null;
}

/** A call in one language, built by an allow-list; in the default one when it was not recorded in this. After its last day it is a title. */
export function callView(release: Release, body: CallBody, locale: string, now: Date): CallView {
	const fallback = release.academy.defaultLocale;
	const spoken = body.turns.every(({ text }) => text[locale] !== undefined) ? locale : fallback;
	const named = { title: inLocale(body.title, locale, fallback), channel: body.channel, locale: spoken };
	const gone = goneSince(release, body, now);
	if (gone !== null) return { ...named, gone, turns: [], audio: null };
	const sound = body.audio[spoken];
	return {
		...named,
		gone,
		turns: body.turns.map(({ id, speaker, name, text, from, to }) => ({
			id,
			speaker,
			name: inLocale(name, spoken, fallback),
			text: inLocale(text, spoken, fallback),
			from: from?.[spoken] ?? null,
			to: to?.[spoken] ?? null
		})),
		audio: sound ? { src: `/sounds/${sound.hash}.mp3`, seconds: sound.seconds } : null
	};
}

/** A call of the current release, for every reader of the handbook; null when there is none of this key. */
export async function readCall(library: Library, actor: Actor, key: string, locale: string, now: Date): Promise<CallView | null> {
	const release = library.current();
	const entry = release.call(key);
	if (!entry || !may(actor, 'handbook.read')) return null;
	return callView(release, await library.itemOf(entry.hash, 'call'), locale, now);
}
