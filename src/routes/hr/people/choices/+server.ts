/** What fits the part of a name that somebody is writing. */
import { json } from '@sveltejs/kit';
import { choiceKinds, longestChoice } from '$lib/core/choice';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { suggestChoices } from '$lib/server/services/choices';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = requireRole(event, 'hr');
	const { searchParams } = event.url;
	const kind = choiceKinds.find((one) => one === searchParams.get('kind'));
	const part = (searchParams.get('part') ?? '').replaceAll('\0', '').slice(0, longestChoice);
	return json(kind ? await suggestChoices(app().db, person, kind, part) : []);
};
