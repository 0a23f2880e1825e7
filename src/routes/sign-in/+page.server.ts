import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { writeSessionCookie } from '$lib/server/auth/cookie';
import { describeDevice } from '$lib/server/auth/device';
import { readClock } from '$lib/server/db/clock';
import { readForm } from '$lib/server/forms';
import { sameSiteTarget } from '$lib/server/guard';
import { signIn } from '$lib/server/services/sign-in';
import type { Actions, PageServerLoad } from './$types';

const form = v.object({
	/** An e-mail or a personnel number. */
	email: v.pipe(v.string(), v.trim(), v.nonEmpty('login-empty'), v.maxLength(254, 'too-long')),
	password: v.pipe(v.string(), v.nonEmpty('password-empty'))
});

export const load: PageServerLoad = ({ locals, url }) => {
	if (locals.person) redirect(303, sameSiteTarget(url.searchParams.get('to')));
	return { led: url.searchParams.has('to') };
};

export const actions: Actions = {
	default: async ({ request, locals, cookies, url, getClientAddress }) => {
		const read = await readForm(form, request);
		if (!read.ok) return fail(400, { ...read, outcome: null });
		const { db } = app();
		const now = await readClock(db);
		const outcome = await signIn(
			db,
			locals.person,
			{
				login: read.input.email,
				password: read.input.password,
				address: getClientAddress(),
				device: describeDevice(request.headers.get('user-agent'))
			},
			now
		);
		if (outcome.code !== 'signed-in') {
			const minutes =
				outcome.code === 'throttled' ? Math.ceil((outcome.until.getTime() - now.getTime()) / 60_000) : null;
			return fail(outcome.code === 'throttled' ? 429 : 400, {
				values: read.values,
				problems: {},
				outcome: { code: outcome.code, minutes }
			});
		}
		writeSessionCookie(cookies, locals.secure, outcome.token);
		redirect(303, sameSiteTarget(url.searchParams.get('to')));
	}
};
