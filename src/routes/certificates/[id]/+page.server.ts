import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { inLocale } from '$lib/core/localized';
import { isLocale, m, type Locale } from '$lib/i18n';
import { formatDate } from '$lib/i18n/format';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole, requireUser } from '$lib/server/guard';
import { drawQr } from '$lib/server/qr';
import { checkCertificate, chooseShown, restoreCertificate, revokeCertificate, shownOfHolder, type CheckedCertificate } from '$lib/server/services/certificates';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

/** What the sheet says, in the language it speaks: worded here, since a browser has the words of its own language only. */
function wordSheet({ kind, completedAt, renewedAt, validUntil }: Omit<CheckedCertificate, 'title'>, locale: Locale, timeZone: string) {
	const to = { locale };
	const day = (moment: Date) => formatDate(moment, locale, timeZone);
	return {
		certificate: m.cert_word({}, to),
		givenTo: m.cert_given_to({}, to),
		completed: kind === 'course' ? m.cert_for_course({}, to) : m.cert_for_path({}, to),
		dates: [
			m.cert_completed_on({ date: day(completedAt) }, to),
			renewedAt && m.renewal_renewed({ date: day(renewedAt) }, to),
			validUntil && m.renewal_valid_until({ date: day(validUntil) }, to)
		]
			.filter(Boolean)
			.join(' · '),
		void: m.cert_void({}, to),
		qr: m.cert_qr({}, to),
		howToCheck: m.cert_how_to_check({}, to),
		number: m.cert_number({}, to)
	};
}

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
			sheet: {
				locale: spoken,
				words: wordSheet(checked, spoken, academy.timeZone),
				title: inLocale(title, spoken, academy.defaultLocale),
				academyName: inLocale(academy.name, spoken, academy.defaultLocale),
				address,
				svg: await drawQr(address)
			}
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
