import { fail } from '@sveltejs/kit';
import { v7, validate as isUuid } from 'uuid';
import { app } from '$lib/server/app';
import { readFile } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { beginImport, largestListBytes, listImports } from '$lib/server/services/people-import';
import { leadTo, readTold } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

type Told = ActionData | { discarded: true };

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	return {
		/** The new list's id: the form sent twice makes one. */
		id: v7(),
		lists: await listImports(app().db, person, event.locals.now),
		told: readTold<Told>(event)
	};
};

export const actions: Actions = {
	default: async (event) => {
		const person = requireRole(event, 'hr');
		const { fields, file, name, tooLarge } = await readFile(event.request, 'list', largestListBytes);
		if (tooLarge) return fail(413, { problem: 'too-large' });
		if (!file) return fail(400, { problem: 'none' });
		const id = String(fields.get('id') ?? '');
		if (!isUuid(id)) return fail(400, { problem: 'failed' });
		const { db, library } = app();
		const outcome = await beginImport(db, library, person, { id, fileName: name, bytes: file }, event.locals.now);
		if (outcome.code !== 'begun') return fail(400, { problem: outcome.code === 'too-large' ? 'too-large' : 'failed' });
		leadTo(event, `/hr/people/import/${id}`, null);
	}
};
