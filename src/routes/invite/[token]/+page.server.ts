import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { writeSessionCookie } from '$lib/server/auth/cookie';
import { describeDevice } from '$lib/server/auth/device';
import { readClock } from '$lib/server/db/clock';
import { readForm } from '$lib/server/forms';
import { judgeRepetition, newPasswordEntries } from '$lib/server/new-password-form';
import { acceptAsFirstAdministrator, acceptInvitation, readInvitation } from '$lib/server/services/invitations';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async ({ params, locals }) => ({
	invitation: await readInvitation(app().db, params.token, locals.now)
});

const personForm = v.object(newPasswordEntries);
const firstForm = v.object({ name: v.string(), email: v.string(), ...newPasswordEntries });

/** Which field a code is about. */
const fieldOf = (code: string) => (code.startsWith('name') ? 'name' : code.startsWith('email') ? 'email' : 'password');

const deviceOf = ({ request }: RequestEvent) => describeDevice(request.headers.get('user-agent'));

export const actions: Actions = {
	accept: async (event) => {
		const form = await readForm(personForm, event.request);
		if (!form.ok) return fail(400, { gone: false, ...form });
		const differ = judgeRepetition(form.input);
		if (differ) return fail(400, { gone: false, values: form.values, problems: differ });
		const { db } = app();
		const outcome = await acceptInvitation(
			db,
			event.locals.person,
			{ token: event.params.token, password: form.input.password, device: deviceOf(event), address: event.getClientAddress() },
			await readClock(db)
		);
		if (outcome.code === 'gone') return fail(410, { gone: true, values: form.values, problems: {} });
		if (outcome.code !== 'signed-in') {
			return fail(400, { gone: false, values: form.values, problems: { password: outcome.code } });
		}
		writeSessionCookie(event.cookies, event.locals.secure, outcome.token);
		redirect(303, '/');
	},
	first: async (event) => {
		const form = await readForm(firstForm, event.request);
		if (!form.ok) return fail(400, { gone: false, ...form });
		const differ = judgeRepetition(form.input);
		if (differ) return fail(400, { gone: false, values: form.values, problems: differ });
		const { db } = app();
		const { name, email, password } = form.input;
		const outcome = await acceptAsFirstAdministrator(
			db,
			event.locals.person,
			{ token: event.params.token, name, email, password, device: deviceOf(event), address: event.getClientAddress() },
			await readClock(db)
		);
		if (outcome.code === 'gone') return fail(410, { gone: true, values: form.values, problems: {} });
		if (outcome.code !== 'signed-in') {
			return fail(400, { gone: false, values: form.values, problems: { [fieldOf(outcome.code)]: outcome.code } });
		}
		writeSessionCookie(event.cookies, event.locals.secure, outcome.token);
		redirect(303, '/admin');
	}
};
