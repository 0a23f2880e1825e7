import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { listConfirmations, summariseLevels } from '$lib/server/services/competencies';
import { readPath } from '$lib/server/services/path';
import { markNewsSeen, readNews } from '$lib/server/services/news';
import { readWaitingWork } from '$lib/server/services/waiting';
import { thenShow } from '$lib/server/told';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const { locale, now } = event.locals;
	const [path, work, levels, confirmations, news] = await Promise.all([
		readPath(db, library, person, locale, now),
		readWaitingWork(db, library, person, locale, now),
		summariseLevels(db, library, person.id, locale, now),
		listConfirmations(db, person.id),
		readNews(db, library, person, locale, now)
	]);
	return { path, work, levels, confirmations, news };
};

export const actions: Actions = {
	/** The news up to a moment has been seen. */
	seen: async (event) => {
		const person = requireUser(event);
		const form = await readForm(v.object({ until: v.pipe(v.string(), v.isoTimestamp()) }), event.request);
		if (!form.ok) error(400, 'form');
		await markNewsSeen(app().db, person, { until: new Date(form.input.until) }, event.locals.now);
		return thenShow(event, { seen: true });
	}
};
