import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { readMyOnboarding } from '$lib/server/services/my-onboarding';
import { markNewsSeen } from '$lib/server/services/news';
import { thenShow } from '$lib/server/told';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	return readMyOnboarding(db, library, person, event.locals.locale, event.locals.now);
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
