import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { locales } from '$lib/i18n';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { refuseOthersPage, sameSiteTarget } from '$lib/server/guard';
import { writeLocaleCookie } from '$lib/server/locale';
import { changeLocale } from '$lib/server/services/account';
import type { RequestHandler } from './$types';

const form = v.object({ locale: v.picklist(locales), back: v.string() });

/** The language switch of the frame: kept in the account, and in this browser for the way to the sign-in. */
export const POST: RequestHandler = async ({ request, url, locals, cookies }) => {
	const read = await readForm(form, request);
	if (!read.ok) error(400, 'no such language');
	const back = sameSiteTarget(read.input.back);
	if (locals.person) {
		refuseOthersPage(locals.person, url, back);
		await changeLocale(app().db, locals.person, { locale: read.input.locale });
	}
	writeLocaleCookie(cookies, read.input.locale, locals.secure);
	redirect(303, back);
};
