import { fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { locales } from '$lib/i18n';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { writeLocaleCookie } from '$lib/server/locale';
import { judgeRepetition, newPasswordEntries } from '$lib/server/new-password-form';
import { changeLocale, changePassword, changeTheme, listSessions, signOutElsewhere } from '$lib/server/services/account';
import { listCertificates } from '$lib/server/services/certificates';
import { chooseMails, readMailChoices } from '$lib/server/services/mail-choices';
import { leadTo, readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { locale, theme, sessionId, name } = person;
	const { db, library } = app();
	const [sessions, certificates, mails] = await Promise.all([
		listSessions(db, person, event.locals.now),
		listCertificates(db, library, person.id, event.locals.locale),
		readMailChoices(db, person)
	]);
	return {
		account: { name, locale, theme },
		mails,
		sessions: sessions.map((session) => ({ ...session, here: session.id === sessionId })),
		certificates,
		told: readTold<ActionData | { about: 'saved' }>(event)
	};
};

const lookForm = v.object({
	locale: v.picklist(['', ...locales]),
	theme: v.picklist(['', 'light', 'dark'])
});
const passwordForm = v.object({
	presentPassword: v.pipe(v.string(), v.nonEmpty('password-empty')),
	...newPasswordEntries
});
const sessionForm = v.object({ session: v.string() });

export const actions: Actions = {
	look: async (event) => {
		const person = requireUser(event);
		const form = await readForm(lookForm, event.request);
		if (!form.ok) return fail(400, { about: 'look' as const, problems: form.problems, minutes: null });
		const { db } = app();
		await changeLocale(db, person, { locale: form.input.locale || null });
		await changeTheme(db, person, { theme: form.input.theme || null });
		writeLocaleCookie(event.cookies, form.input.locale || null, event.locals.secure);
		// A new page: this one is in the old language.
		leadTo(event, '/account', { about: 'saved' });
	},
	password: async (event) => {
		const person = requireUser(event);
		const about = 'password' as const;
		const form = await readForm(passwordForm, event.request);
		if (!form.ok) return fail(400, { about, problems: form.problems, minutes: null });
		const differ = judgeRepetition(form.input);
		if (differ) return fail(400, { about, problems: differ, minutes: null });
		const { now } = event.locals;
		const outcome = await changePassword(
			app().db,
			person,
			{ present: form.input.presentPassword, next: form.input.password, sessionId: person.sessionId },
			now
		);
		if (outcome.code === 'changed') return thenShow(event, { about, problems: {}, minutes: null });
		if (outcome.code === 'throttled') {
			const minutes = Math.ceil((outcome.until.getTime() - now.getTime()) / 60_000);
			return fail(429, { about, problems: {}, minutes });
		}
		const problems: Record<string, string> =
			outcome.code === 'wrong' ? { presentPassword: 'password-wrong' } : { password: outcome.code };
		return fail(400, { about, problems, minutes: null });
	},
	mails: async (event) => {
		const person = requireUser(event);
		const about = 'mails' as const;
		const form = await readForm(v.object({ wanted: v.array(v.string()) }), event.request);
		if (!form.ok) return fail(400, { about, problems: {}, minutes: null });
		await chooseMails(app().db, person, form.input, event.locals.now);
		return thenShow(event, { about, problems: {}, minutes: null });
	},
	signOutElsewhere: async (event) => {
		const person = requireUser(event);
		const about = 'sessions' as const;
		const form = await readForm(sessionForm, event.request);
		if (!form.ok) return fail(400, { about, problems: {}, minutes: null });
		const which = { sessionId: form.input.session || null, keep: person.sessionId };
		await signOutElsewhere(app().db, person, which, event.locals.now);
		return thenShow(event, { about, problems: {}, minutes: null });
	}
};
