import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { writeSessionCookie } from '$lib/server/auth/cookie';
import { describeDevice } from '$lib/server/auth/device';
import { readClock } from '$lib/server/db/clock';
import { readForm } from '$lib/server/forms';
import { judgeRepetition, newPasswordEntries } from '$lib/server/new-password-form';
import { completeReset, readReset } from '$lib/server/services/resets';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, locals }) => ({
	person: await readReset(app().db, params.token, locals.now)
});

const form = v.object(newPasswordEntries);

export const actions: Actions = {
	default: async ({ request, params, locals, cookies, getClientAddress }) => {
		const read = await readForm(form, request);
		if (!read.ok) return fail(400, { gone: false, problems: read.problems });
		const differ = judgeRepetition(read.input);
		if (differ) return fail(400, { gone: false, problems: differ });
		const { db } = app();
		const outcome = await completeReset(
			db,
			locals.person,
			{
				token: params.token,
				password: read.input.password,
				device: describeDevice(request.headers.get('user-agent')),
				address: getClientAddress()
			},
			await readClock(db)
		);
		if (outcome.code === 'gone') return fail(410, { gone: true, problems: {} });
		if (outcome.code !== 'signed-in') return fail(400, { gone: false, problems: { password: outcome.code } });
		writeSessionCookie(cookies, locals.secure, outcome.token);
		redirect(303, '/');
	}
};
