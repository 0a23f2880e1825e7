import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { listConfirmations, readCompetencies } from '$lib/server/services/competencies';
import { askSignOff } from '$lib/server/services/sign-offs';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const { locale, now } = event.locals;
	const [competencies, confirmations] = await Promise.all([
		readCompetencies(db, library, person, person.id, locale, now),
		listConfirmations(db, person.id)
	]);
	return { competencies: competencies ?? [], confirmations, told: readTold<ActionData>(event) };
};

export const actions: Actions = {
	ask: async (event) => {
		const person = requireUser(event);
		const form = await readForm(v.object({ competency: v.pipe(v.string(), v.maxLength(64)) }), event.request);
		if (!form.ok) error(400, 'form');
		const { db, library } = app();
		const outcome = await askSignOff(db, library, person, form.input, event.locals.now);
		if (outcome.code === 'missing') error(404, 'competency');
		return thenShow(event, { asked: form.input.competency, isReady: outcome.code === 'asked' });
	}
};
