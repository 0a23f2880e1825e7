import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { inLocale } from '$lib/core/localized';
import { isLocale } from '$lib/i18n';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole, requireUser } from '$lib/server/guard';
import { checkCertificate, chooseShown, restoreCertificate, revokeCertificate, shownOfHolder } from '$lib/server/services/certificates';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';
import { drawSheet } from './sheet';

export const load: PageServerLoad = async (event) => {
	const { params, locals, url, getClientAddress } = event;
	const { db, env, library } = app();
	const outcome = await checkCertificate(db, library, locals.person, params.id, getClientAddress(), locals.now);
	if (outcome.code === 'throttled') redirect(303, `/certificates?number=${encodeURIComponent(params.id.slice(0, 40))}`);
	if (outcome.code === 'unknown') error(404, 'certificate');
	const { academy } = library.current();
	const { title, ...checked } = outcome.checked;
	const told = readTold<ActionData>(event);
	if (!outcome.own) return { checked: { ...checked, title: inLocale(title, locals.locale, academy.defaultLocale) }, own: null, told };
	// The sheet speaks to whom it was given.
	const { locale, ...own } = outcome.own;
	const spoken = isLocale(locale) ? locale : own.mayChoose ? locals.locale : isLocale(academy.defaultLocale) ? academy.defaultLocale : locals.locale;
	const address = `${env.ORIGIN ?? url.origin}/certificates/${checked.number}`;
	return {
		checked: { ...checked, title: inLocale(title, locals.locale, academy.defaultLocale) },
		own: {
			...own,
			sheet: await drawSheet(outcome.checked, academy, address, spoken)
		},
		told
	};
};

const showForm = v.object({ shows: v.picklist(shownOfHolder) });
const revokeForm = v.object({ reason: v.pipe(v.string(), v.maxLength(2000, 'too-long')) });

export const actions: Actions = {
	show: async (event) => {
		const person = requireUser(event);
		const form = await readForm(showForm, event.request);
		if (!form.ok) return fail(400, { revoking: null });
		const outcome = await chooseShown(app().db, person, { number: event.params.id, shows: form.input.shows });
		if (outcome.code === 'missing') error(404, 'certificate');
		return thenShow(event, { done: 'saved' as const });
	},
	revoke: async (event) => {
		const person = requireRole(event, 'hr');
		const form = await readForm(revokeForm, event.request);
		if (!form.ok) return fail(400, { revoking: { reason: form.values.reason, problem: form.problems.reason ?? 'too-long' } });
		const outcome = await revokeCertificate(app().db, person, { number: event.params.id, reason: form.input.reason }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'certificate');
		if (outcome.code === 'problems') return fail(400, { revoking: { reason: form.values.reason, problem: outcome.problems.reason } });
		return thenShow(event, { done: 'revoked' as const });
	},
	restore: async (event) => {
		const person = requireRole(event, 'hr');
		const outcome = await restoreCertificate(app().db, person, { number: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'certificate');
		return thenShow(event, { done: 'restored' as const });
	}
};
