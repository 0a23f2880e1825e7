import { error } from '@sveltejs/kit';
import { dayOf } from '$lib/core/due-date';
import { app } from '$lib/server/app';
import { requireUser } from '$lib/server/guard';
import { answerRange } from '$lib/server/ranges';
import { findSound, readSound } from '$lib/server/services/sounds';
import type { RequestHandler } from './$types';

/** The sound of a call by its hash: immutable, so a browser may keep it; in parts, so that it plays from its middle. */
export const GET: RequestHandler = async (event) => {
	requireUser(event);
	const { db, library } = app();
	const hash = /^([0-9a-f]{64})\.mp3$/.exec(event.params.name)?.[1];
	const sound = hash ? await findSound(db, hash, dayOf(event.locals.now, library.current().academy.timeZone)) : null;
	if (!hash || !sound) error(404, 'sound');
	const headers = {
		'content-type': 'audio/mpeg',
		// What must be gone one day must not stay in a browser.
		'cache-control': sound.keepUntil === null ? 'private, max-age=31536000, immutable' : 'private, no-store'
	};
	return (await answerRange(event.request, sound.size, headers, (from, to) => readSound(db, hash, from, to))) ?? error(404, 'sound');
};
