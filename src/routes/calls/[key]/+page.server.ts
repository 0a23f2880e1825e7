import { error } from '@sveltejs/kit';
import { withSentTurns } from '$lib/components/review/sent-turns';
import { app } from '$lib/server/app';
import { requireUser } from '$lib/server/guard';
import { readCall } from '$lib/server/services/calls';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const call = await readCall(app().library, person, event.params.key, event.locals.locale, event.locals.now);
	if (!call) error(404, 'call');
	return withSentTurns({ call }, event);
};
