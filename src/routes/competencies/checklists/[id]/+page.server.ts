import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readFields } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { confirmAsEmployee, readObservation } from '$lib/server/services/observations';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

const uuid = v.pipe(v.string(), v.uuid());

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	if (!v.is(uuid, event.params.id)) error(404, 'checklist');
	const { db, library } = app();
	const observation = await readObservation(db, library, person, event.params.id, event.locals.locale);
	if (!observation?.isOwn) error(404, 'checklist');
	return { observation, told: readTold<ActionData>(event) };
};

export const actions: Actions = {
	confirm: async (event) => {
		const person = requireUser(event);
		if (!v.is(uuid, event.params.id)) error(404, 'checklist');
		const { db, library } = app();
		const remark = (await readFields(event.request)).get('remark')?.toString() ?? '';
		const outcome = await confirmAsEmployee(db, library, person, { id: event.params.id, remark }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'checklist');
		if (outcome.code === 'too-long') return fail(400, { remark, problem: outcome.code });
		if (outcome.code === 'late') return fail(409, { remark, problem: outcome.code });
		return thenShow(event, { confirmed: true });
	}
};
