/** Calls to hear and read. Their references are no part of anything here. */
import type { CallBody } from '../../core/academy.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { CallView } from '../../core/review.ts';
import type { Library } from '../library.ts';

/** A call in one language, built by an allow-list; in the default one when it was not recorded in this. */
export function callView(body: CallBody, locale: string, fallback: string): CallView {
	const spoken = body.turns.every(({ text }) => text[locale] !== undefined) ? locale : fallback;
	const sound = body.audio[spoken];
	return {
		title: inLocale(body.title, locale, fallback),
		channel: body.channel,
		locale: spoken,
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
export async function readCall(library: Library, actor: Actor, key: string, locale: string): Promise<CallView | null> {
	const release = library.current();
	const entry = release.call(key);
	if (!entry || !may(actor, 'handbook.read')) return null;
	return callView(await library.itemOf(entry.hash, 'call'), locale, release.academy.defaultLocale);
}
