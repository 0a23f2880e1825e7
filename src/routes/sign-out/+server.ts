import { redirect } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { deleteSessionCookie } from '$lib/server/auth/cookie';
import { signOut } from '$lib/server/services/sign-in';
import type { RequestHandler } from './$types';

/** Whoever is signed in here leaves, also when an older page of somebody else asks for it: nothing is recorded of anyone. */
export const POST: RequestHandler = async ({ locals, cookies }) => {
	if (locals.person) await signOut(app().db, locals.person, { sessionId: locals.person.sessionId }, locals.now);
	deleteSessionCookie(cookies, locals.secure);
	redirect(303, '/sign-in');
};
