import { error } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireUser } from '$lib/server/guard';
import { answerRange } from '$lib/server/ranges';
import { readSound, soundSize } from '$lib/server/services/sounds';
import type { RequestHandler } from './$types';

/** The sound of a call by its hash: immutable, so a browser may keep it; in parts, so that it plays from its middle. */
export const GET: RequestHandler = async (event) => {
	requireUser(event);
	const { db } = app();
	const hash = /^([0-9a-f]{64})\.mp3$/.exec(event.params.name)?.[1];
	const size = hash ? await soundSize(db, hash) : null;
	if (!hash || size === null) error(404, 'sound');
	const headers = {
		'content-type': 'audio/mpeg',
		'cache-control': 'private, max-age=31536000, immutable'
	};
	return (await answerRange(event.request, size, headers, (from, to) => readSound(db, hash, from, to))) ?? error(404, 'sound');
};
