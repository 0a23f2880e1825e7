import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { erasePerson, previewErasure } from '$lib/server/services/erasures';
import { readPerson } from '$lib/server/services/people';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireRole(event, 'hr');
	const { db } = app();
	const person = await readPerson(db, actor, event.params.id, event.locals.now);
	if (!person) error(404, 'person');
	const { id, name, state } = person;
	// Nobody erases themselves.
	const preview = await previewErasure(db, actor, id);
	return { employee: { id, name, left: state === 'left' }, preview, told: readTold<ActionData>(event) };
};

const eraseForm = v.object({ confirmation: v.pipe(v.string(), v.maxLength(500, 'too-long')) });

export const actions: Actions = {
	erase: async (event) => {
		const actor = requireRole(event, 'hr');
		const form = await readForm(eraseForm, event.request);
		if (!form.ok) return fail(400, { confirmation: '', problem: 'too-long' as string });
		const { db, storage } = app();
		const outcome = await erasePerson(db, storage, actor, { employeeId: event.params.id, confirmation: form.input.confirmation }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code !== 'erased') return fail(outcome.code === 'still-here' ? 409 : 400, { confirmation: form.values.confirmation, problem: outcome.code as string });
		return thenShow(event, { erased: true as const });
	}
};
