import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { listKeptMails } from '$lib/server/services/kept-mails';
import { findRoleHolder, listRoleHolders, setRole } from '$lib/server/services/roles';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'admin');
	const { db, env } = app();
	const mailServer = env.SMTP_URL !== null;
	const login = (event.url.searchParams.get('person') ?? '').trim().slice(0, 254);
	const [holders, found, mails] = await Promise.all([
		listRoleHolders(db, person),
		login === '' ? null : findRoleHolder(db, person, { login }),
		listKeptMails(db, person, { mailServer, limit: 100 }, event.locals.now)
	]);
	return { holders, login, found, mails, mailServer, told: readTold<ActionData>(event) };
};

const form = v.object({ employeeId: v.string(), role: v.string(), granted: v.picklist(['yes', 'no']) });

export const actions: Actions = {
	role: async (event) => {
		const person = requireRole(event, 'admin');
		const read = await readForm(form, event.request);
		if (!read.ok) return fail(400, { problem: 'unknown-role' as const, employeeId: null });
		const { employeeId, role } = read.input;
		const isGranted = read.input.granted === 'yes';
		const { db, library, env } = app();
		const outcome = await setRole(
			db,
			library,
			person,
			{ employeeId, role, granted: isGranted, keepSession: person.sessionId, origin: env.ORIGIN ?? event.url.origin },
			event.locals.now
		);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code !== 'set') return fail(409, { problem: outcome.code, employeeId });
		return thenShow(event, { problem: null, employeeId, isGranted, name: outcome.name, role: outcome.role, mentees: outcome.mentees });
	}
};
