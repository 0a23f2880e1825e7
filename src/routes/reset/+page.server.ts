import { fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readClock } from '$lib/server/db/clock';
import { readForm } from '$lib/server/forms';
import { askForReset } from '$lib/server/services/resets';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => ({ mailServer: app().env.SMTP_URL !== null, told: readTold<ActionData>(event) });

const form = v.object({ email: v.pipe(v.string(), v.trim(), v.nonEmpty('login-empty'), v.maxLength(254, 'too-long')) });

export const actions: Actions = {
	default: async (event) => {
		const { request, locals, url, getClientAddress } = event;
		const read = await readForm(form, request);
		if (!read.ok) return fail(400, { answered: false, minutes: null, ...read });
		const { db, library, env } = app();
		const now = await readClock(db);
		const outcome = await askForReset(
			db,
			library,
			locals.person,
			{ login: read.input.email, address: getClientAddress(), origin: env.ORIGIN ?? url.origin },
			now
		);
		if (outcome.code === 'throttled') {
			const minutes = Math.ceil((outcome.until.getTime() - now.getTime()) / 60_000);
			return fail(429, { answered: false, minutes, values: read.values, problems: {} });
		}
		return thenShow(event, { answered: true, minutes: null, values: { email: '' }, problems: {} });
	}
};
