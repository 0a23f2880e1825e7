import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { locales } from '$lib/i18n';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { sameSiteTarget } from '$lib/server/guard';
import { writeLocaleCookie } from '$lib/server/locale';
import { changeLocale } from '$lib/server/services/account';
import type { RequestHandler } from './$types';

const form = v.object({ locale: v.picklist(locales), back: v.string() });

/** The language switch of the frame: kept in the account, and in this browser for the way to the sign-in. */
export const POST: RequestHandler = async ({ request, locals, cookies }) => {
	const read = await readForm(form, request);
	if (!read.ok) error(400, 'no such language');
	if (locals.person) await changeLocale(app().db, locals.person, { locale: read.input.locale });
	writeLocaleCookie(cookies, read.input.locale, locals.secure);
	redirect(303, sameSiteTarget(read.input.back));
};
