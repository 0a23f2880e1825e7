/** Calls to hear and read. Their references are no part of anything here. */
import type { CallBody } from '../../core/academy.ts';
import { keepingOf } from '../../core/call-keeping.ts';
import { dayOf } from '../../core/due-date.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { CallView, TurnView } from '../../core/review.ts';
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

/** Calls whose turns are kept: those that were read last. One of forty minutes takes some 300 kB, with what is drawn of it (components/review/rows.ts). */
const keptCalls = 20;
const kept = new Map<CallBody, Map<string, readonly TurnView[]>>();

/** What is said in a call, in one language. An item never changes, and neither do these. */
function turnsIn(body: CallBody, spoken: string, fallback: string): readonly TurnView[] {
	const known = kept.get(body) ?? new Map<string, readonly TurnView[]>();
	// Least recently used goes first: moved to the end of the map.
	kept.delete(body);
	kept.set(body, known);
	for (const oldest of kept.keys()) {
		if (kept.size <= keptCalls) break;
		kept.delete(oldest);
	}
	const languages = `${spoken} ${fallback}`;
	let turns = known.get(languages);
	if (!turns) {
		turns = body.turns.map(({ id, speaker, name, text, from, to }) => ({
			id,
			speaker,
			name: inLocale(name, spoken, fallback),
			text: inLocale(text, spoken, fallback),
			from: from?.[spoken] ?? null,
			to: to?.[spoken] ?? null
		}));
		known.set(languages, turns);
	}
	return turns;
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
		turns: turnsIn(body, spoken, fallback),
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
