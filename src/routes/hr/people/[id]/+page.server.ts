import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { inLocale } from '$lib/core/localized';
import { isLocale } from '$lib/i18n';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { drawQr } from '$lib/server/qr';
import { makePersonalLink } from '$lib/server/services/invitations';
import { changePerson, listChoices, readPerson, recordLeaving, recordReturn } from '$lib/server/services/people';
import type { Actions, PageServerLoad } from './$types';
import { personEntries } from '../person-form';
import { listPositions, titleOf } from '../positions';

export const load: PageServerLoad = async (event) => {
	const actor = requireRole(event, 'hr');
	const { db, library } = app();
	const person = await readPerson(db, actor, event.params.id, event.locals.now);
	if (!person) error(404, 'person');
	const release = library.current();
	return {
		employee: { ...person, positionTitle: titleOf(release, event.locals.locale, person.position) },
		isSelf: person.relation === 'self',
		positions: listPositions(release, event.locals.locale),
		...(await listChoices(db, actor)),
		invited: event.url.searchParams.get('invited'),
		saved: event.url.searchParams.has('saved')
	};
};

const changeForm = v.object(personEntries);

export const actions: Actions = {
	change: async (event) => {
		const actor = requireRole(event, 'hr');
		const form = await readForm(changeForm, event.request);
		if (!form.ok) return fail(400, { values: form.values, problems: form.problems });
		const { db, library } = app();
		const { id } = event.params;
		const outcome = await changePerson(db, library, actor, { ...form.input, id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code === 'problems') return fail(400, { values: form.values, problems: outcome.problems });
		redirect(303, `/hr/people/${id}?saved`);
	},
	/** A link to hand over, shown in this answer and never again. */
	link: async (event) => {
		const actor = requireRole(event, 'hr');
		const { db, env, library } = app();
		const outcome = await makePersonalLink(db, actor, { employeeId: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code === 'left') return fail(409, { problem: 'left' as const });
		const url = `${env.ORIGIN ?? event.url.origin}/${outcome.purpose}/${outcome.token}`;
		const { academy } = library.current();
		// The card speaks to the one it is for.
		const locale = isLocale(outcome.locale) ? outcome.locale : event.locals.locale;
		return {
			card: {
				url,
				expiresAt: outcome.expiresAt,
				svg: await drawQr(url),
				locale,
				academyName: inLocale(academy.name, locale, academy.defaultLocale)
			}
		};
	},
	leave: async (event) => {
		const actor = requireRole(event, 'hr');
		const outcome = await recordLeaving(app().db, actor, { id: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code === 'last-admin') return fail(409, { problem: 'last-admin' as const });
		return { done: true };
	},
	back: async (event) => {
		const actor = requireRole(event, 'hr');
		const outcome = await recordReturn(app().db, actor, { id: event.params.id });
		if (outcome.code === 'missing') error(404, 'person');
		return { done: true };
	}
};
