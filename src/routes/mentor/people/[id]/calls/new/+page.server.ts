import { randomUUID } from 'node:crypto';
import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { channels } from '$lib/core/academy';
import { inLocale } from '$lib/core/localized';
import { dayOf } from '$lib/core/due-date';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { nameOfMentee } from '$lib/server/services/mentees';
import { beginObservedCall } from '$lib/server/services/observed-calls';
import type { Actions, PageServerLoad } from './$types';

const uuid = v.pipe(v.string(), v.uuid());

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'mentor');
	if (!v.is(uuid, event.params.id)) error(404, 'person');
	const { db, library } = app();
	const name = await nameOfMentee(db, person, event.params.id);
	if (name === null) error(404, 'person');
	const { academy } = library.current();
	return {
		name,
		id: event.params.id,
		scorecards: (academy.scorecards ?? []).map(({ key, title }) => ({ key, title: inLocale(title, event.locals.locale, academy.defaultLocale) })),
		channels: [...channels],
		today: dayOf(event.locals.now, academy.timeZone),
		clientKey: randomUUID()
	};
};

export const actions: Actions = {
	default: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(
			v.object({ scorecard: v.string(), heardOn: v.string(), channel: v.string(), reference: v.string(), clientKey: uuid }),
			event.request
		);
		if (!v.is(uuid, event.params.id)) error(404, 'person');
		if (!form.ok) error(400, 'form');
		const { db, library } = app();
		const outcome = await beginObservedCall(db, library, person, { ...form.input, employeeId: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code === 'problems') return fail(400, { values: form.values, problems: outcome.problems });
		redirect(303, `/mentor/people/${event.params.id}/calls/${outcome.id}`);
	}
};
