import { json } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import type { RequestHandler } from './$types';

/** For the machine that watches this one. */
export const GET: RequestHandler = async () => {
	const { sql, library } = app();
	const release = library.currentOrNull()?.id ?? null;
	try {
		await sql`select 1`;
		return json({ status: release ? 'ok' : 'no content', database: 'ok', release }, { status: release ? 200 : 503 });
	} catch {
		return json({ status: 'unavailable', database: 'unreachable', release }, { status: 503 });
	}
};
