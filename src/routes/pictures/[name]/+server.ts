import { error } from '@sveltejs/kit';
import { requireUser } from '$lib/server/guard';
import { app } from '$lib/server/app';
import { readPicture } from '$lib/server/services/releases';
import type { RequestHandler } from './$types';

/** A picture of the content by its hash: immutable, so a browser may keep it. */
export const GET: RequestHandler = async (event) => {
	requireUser(event);
	const hash = /^([0-9a-f]{64})\.svg$/.exec(event.params.name)?.[1];
	const body = hash ? await readPicture(app().db, hash) : null;
	if (body === null) error(404, 'picture');
	return new Response(body, {
		headers: {
			'content-type': 'image/svg+xml; charset=utf-8',
			'cache-control': 'private, max-age=31536000, immutable',
			// A picture opened by itself runs nothing and loads nothing.
			'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox"
		}
	});
};
