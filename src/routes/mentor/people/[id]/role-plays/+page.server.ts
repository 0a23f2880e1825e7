import { randomUUID } from 'node:crypto';
import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { listLivePlays, startLivePlay } from '$lib/server/services/live-role-plays';
import type { Actions, PageServerLoad } from './$types';

const uuid = v.pipe(v.string(), v.uuid());

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'mentor');
	if (!v.is(uuid, event.params.id)) error(404, 'person');
	const { db, library } = app();
	const found = await listLivePlays(db, library, person, event.params.id, event.locals.locale);
	if (!found) error(404, 'person');
	return { mentee: found.person, plays: found.plays, clientKey: randomUUID() };
};

export const actions: Actions = {
	start: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(v.object({ exercise: v.pipe(v.string(), v.nonEmpty()), clientKey: uuid }), event.request);
		if (!form.ok || !v.is(uuid, event.params.id)) error(400, 'form');
		const { db, library } = app();
		const outcome = await startLivePlay(db, library, person, { ...form.input, employeeId: event.params.id }, event.locals.now);
		switch (outcome.code) {
			case 'started':
				return redirect(303, `/mentor/role-plays/${outcome.submissionId}`);
			case 'missing':
				return error(404, 'role-play');
			case 'taken':
				return fail(409, { taken: { by: outcome.by, until: outcome.until } });
			case 'accepted':
				return fail(409, { accepted: form.input.exercise });
		}
	}
};
