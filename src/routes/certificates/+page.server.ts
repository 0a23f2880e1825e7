import { redirect } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { checkCertificate } from '$lib/server/services/certificates';
import type { PageServerLoad } from './$types';

/** Where anybody types a number; one that is known leads to its page. */
export const load: PageServerLoad = async ({ url, locals, getClientAddress }) => {
	const typed = (url.searchParams.get('number') ?? '').trim().slice(0, 100);
	if (typed === '') return { typed, problem: url.searchParams.has('number') ? ('empty' as const) : null, minutes: null };
	const outcome = await checkCertificate(app().db, app().library, locals.person, typed, getClientAddress(), locals.now);
	if (outcome.code === 'found') redirect(303, `/certificates/${outcome.checked.number}`);
	if (outcome.code === 'throttled') {
		return { typed, problem: null, minutes: Math.ceil((outcome.until.getTime() - locals.now.getTime()) / 60_000) };
	}
	return { typed, problem: 'unknown' as const, minutes: null };
};
