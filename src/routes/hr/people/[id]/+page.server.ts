import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { inLocale } from '$lib/core/localized';
import { isLocale, type Locale } from '$lib/i18n';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { drawQr } from '$lib/server/qr';
import { makePersonalLink } from '$lib/server/services/invitations';
import { changePerson, listChoices, readPerson, recordLeaving, recordReturn } from '$lib/server/services/people';
import { leadTo, readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';
import { personEntries } from '../person-form';
import { listPositions, titleOf } from '../positions';

/** A link to hand over, as its maker is led to the card with it. */
interface MadeLink {
	url: string;
	/** ISO 8601 */
	expiresAt: string;
	/** The language of the one it is for, when they chose one. */
	locale: string | null;
}
type Told = ActionData | { saved: true } | { invited: 'mail' | 'card' } | { link: MadeLink };

/** The card speaks to the one it is for. */
async function drawCard({ url, expiresAt, locale }: MadeLink, ownLocale: Locale) {
	const { academy } = app().library.current();
	const spoken = isLocale(locale) ? locale : ownLocale;
	return {
		url,
		expiresAt: new Date(expiresAt),
		svg: await drawQr(url),
		locale: spoken,
		academyName: inLocale(academy.name, spoken, academy.defaultLocale)
	};
}

export const load: PageServerLoad = async (event) => {
	const actor = requireRole(event, 'hr');
	const { db, library } = app();
	const person = await readPerson(db, actor, event.params.id, event.locals.now);
	if (!person) error(404, 'person');
	const release = library.current();
	const told = readTold<Told>(event);
	return {
		employee: { ...person, positionTitle: titleOf(release, event.locals.locale, person.position) },
		isSelf: person.relation === 'self',
		positions: listPositions(release, event.locals.locale),
		...(await listChoices(db, actor)),
		told: told && 'link' in told ? { card: await drawCard(told.link, event.locals.locale) } : told
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
		leadTo(event, `/hr/people/${id}`, { saved: true });
	},
	/** A link to hand over, shown on the next page and never again. */
	link: async (event) => {
		const actor = requireRole(event, 'hr');
		const { db, env } = app();
		const outcome = await makePersonalLink(db, actor, { employeeId: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code === 'left') return fail(409, { problem: 'left' as const });
		const url = `${env.ORIGIN ?? event.url.origin}/${outcome.purpose}/${outcome.token}`;
		const link: MadeLink = { url, expiresAt: outcome.expiresAt.toISOString(), locale: outcome.locale };
		leadTo(event, `/hr/people/${event.params.id}`, { link });
	},
	leave: async (event) => {
		const actor = requireRole(event, 'hr');
		const outcome = await recordLeaving(app().db, actor, { id: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code === 'last-admin') return fail(409, { problem: 'last-admin' as const });
		return thenShow(event, { done: true });
	},
	back: async (event) => {
		const actor = requireRole(event, 'hr');
		const outcome = await recordReturn(app().db, actor, { id: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		return thenShow(event, { done: true });
	}
};
