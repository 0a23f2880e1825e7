import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { longestChoice } from '$lib/core/choice';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { pageNumber } from '$lib/server/page-number';
import { doBulk, readBulk, undoBulk } from '$lib/server/services/bulk-changes';
import { offerChoices, readChosen } from '$lib/server/services/choices';
import { leadTo } from '$lib/server/told';
import type { Actions, PageServerLoad } from './$types';

const rowsPerPage = 50;

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db } = app();
	const { id } = event.params;
	const { searchParams } = event.url;
	const chosen = await readChosen(db, person, 'mentor', searchParams.get('mentor')?.replaceAll('\0', '').slice(0, longestChoice) ?? null);
	const mentor = chosen.id;
	const page = pageNumber(searchParams);
	const [change, mentors] = await Promise.all([
		readBulk(db, person, { id, mentor, limit: rowsPerPage, offset: (page - 1) * rowsPerPage }, event.locals.now),
		offerChoices(db, person, 'mentor')
	]);
	if (!change) error(404, 'bulk');
	const pages = Math.max(1, Math.ceil(change.total / rowsPerPage));
	if (page > pages) redirect(303, `/hr/people/bulk/${id}?${new URLSearchParams({ ...(mentor && { mentor }), page: String(pages) }).toString()}`);
	return {
		change,
		page,
		pages,
		/** Employee id of the mentor that is looked at, or `none`; null = not said yet, or nobody who can be one. */
		mentor,
		chosen: { ...chosen, choices: mentors }
	};
};

export const actions: Actions = {
	do: async (event) => {
		const person = requireRole(event, 'hr');
		const form = await readForm(v.object({ mentor: v.string() }), event.request);
		if (!form.ok) return fail(400, { problem: 'no-mentor' as const });
		const { db, library, env } = app();
		const { id } = event.params;
		const mentor = form.input.mentor === 'none' ? null : form.input.mentor;
		const outcome = await doBulk(db, library, person, { id, mentor, origin: env.ORIGIN ?? event.url.origin }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'bulk');
		if (outcome.code === 'no-mentor') return fail(409, { problem: 'no-mentor' as const });
		leadTo(event, `/hr/people/bulk/${id}`, null);
	},
	undo: async (event) => {
		const person = requireRole(event, 'hr');
		const { id } = event.params;
		const outcome = await undoBulk(app().db, person, { id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'bulk');
		if (outcome.code === 'too-late') return fail(409, { problem: 'too-late' as const });
		leadTo(event, `/hr/people/bulk/${id}`, null);
	}
};
