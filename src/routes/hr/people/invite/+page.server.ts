import { fail } from '@sveltejs/kit';
import { v7 } from 'uuid';
import * as v from 'valibot';
import { locales } from '$lib/i18n';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { createPerson, listChoices } from '$lib/server/services/people';
import { leadTo } from '$lib/server/told';
import type { Actions, PageServerLoad } from './$types';
import { personEntries } from '../person-form';
import { listPositions } from '../positions';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library, env } = app();
	return {
		/** The new person's id: the form sent twice makes one person. */
		id: v7(),
		mailServer: env.SMTP_URL !== null,
		positions: listPositions(library.current(), event.locals.locale),
		...(await listChoices(db, person, event.locals.now))
	};
};

const form = v.object({ id: v.pipe(v.string(), v.uuid()), locale: v.picklist(['', ...locales]), ...personEntries });

export const actions: Actions = {
	default: async (event) => {
		const person = requireRole(event, 'hr');
		const read = await readForm(form, event.request);
		if (!read.ok) return fail(400, { values: read.values, problems: read.problems });
		const { db, library, env } = app();
		const outcome = await createPerson(
			db,
			library,
			person,
			{ ...read.input, locale: read.input.locale || null, origin: env.ORIGIN ?? event.url.origin },
			event.locals.now
		);
		if (outcome.code !== 'created') {
			const { problems, fitting } = outcome.code === 'problems' ? outcome : { problems: {} };
			return fail(400, { values: read.values, problems, fitting });
		}
		leadTo(event, `/hr/people/${outcome.id}`, { invited: outcome.mailed ? 'mail' : 'card' });
	}
};
