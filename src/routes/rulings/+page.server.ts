import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole, requireUser } from '$lib/server/guard';
import { pageNumber } from '$lib/server/page-number';
import { listRulings, rulingsPerPage, withdrawRuling } from '$lib/server/services/rulings';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const page = pageNumber(event.url.searchParams);
	const list = await listRulings(db, library, person, { clause: event.url.searchParams.get('clause'), page }, event.locals.locale);
	if (!list) error(404, 'page');
	return { list, page, pages: Math.max(1, Math.ceil(list.total / rulingsPerPage)), told: readTold<ActionData>(event) };
};

export const actions: Actions = {
	withdraw: async (event) => {
		const person = requireRole(event, 'mentor', 'hr');
		const form = await readForm(v.object({ id: v.string(), reason: v.string() }), event.request);
		if (!form.ok) error(400, 'form');
		const outcome = await withdrawRuling(app().db, person, form.input, event.locals.now);
		if (outcome.code === 'missing') error(404, 'ruling');
		if (outcome.code === 'withdrawn') return thenShow(event, { withdrawn: true });
		return fail(outcome.code === 'withdrawn-already' ? 409 : 400, { refused: { ...form.values, problem: outcome.code } });
	}
};
