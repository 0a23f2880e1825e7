import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { foreseeStart } from '$lib/server/services/simulation';
import { listPositions } from '../people/positions';
import type { PageServerLoad } from './$types';
import { readQuestion } from './question';

export const load: PageServerLoad = async (event) => {
	const actor = requireRole(event, 'hr');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const release = library.current();
	const positions = listPositions(release, locale);
	const { asked, question, problem } = readQuestion(event.url.searchParams, positions.map(({ key }) => key), now, release.academy.timeZone);
	return { positions, asked, problem, foreseen: question && (await foreseeStart(db, library, actor, question, locale, now)) };
};
