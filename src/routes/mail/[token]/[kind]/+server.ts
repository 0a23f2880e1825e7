import { error, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { isMailKind } from '$lib/core/notification';
import { app } from '$lib/server/app';
import { readClock } from '$lib/server/db/clock';
import { refuseMailByLink } from '$lib/server/services/mail-choices';
import type { RequestHandler } from './$types';

/**
 * What a mail program posts when its user wants no more of a kind (RFC 8058, List-Unsubscribe-Post). It has no cookie and
 * no page of ours: the link alone says who they are (hooks.server.ts lets it in).
 */
export const POST: RequestHandler = async ({ params }) => {
	if (!isMailKind(params.kind)) error(404, 'link');
	const { db } = app();
	const outcome = await refuseMailByLink(db, { token: params.token, kind: params.kind }, await readClock(db));
	if (outcome.code === 'missing') error(404, 'link');
	return new Response(null, { status: 204 });
};

/** Somebody who opens the address in a browser is asked first. */
export const GET: RequestHandler = ({ params }) => {
	redirect(303, `${resolve('/mail/[token]', { token: params.token })}?kind=${encodeURIComponent(params.kind)}`);
};
