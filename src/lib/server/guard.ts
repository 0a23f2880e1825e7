/** At the door of every load and action: who is there, and may they come in. */
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { Role } from '../core/permissions.ts';
import type { SignedIn } from './auth/session.ts';

type Visit = Pick<RequestEvent, 'locals' | 'url' | 'request'>;

/**
 * The person signed in. A visitor is led to the sign-in and back again; so is a page that sends by itself what somebody
 * wrote who is not the one signed in now.
 */
export function requireUser({ locals, url, request }: Visit): SignedIn {
	const writer = request.headers.get('x-nastavnik-person');
	if (locals.person && (writer === null || writer === locals.person.id)) return locals.person;
	// The address of an action answers to posts only: come back to its page.
	const back = request.method === 'GET' || request.method === 'HEAD' ? url.pathname + url.search : url.pathname;
	redirect(303, back === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(back)}`);
}

/** The person signed in, who must have one of these roles; 403 otherwise. */
export function requireRole(visit: Visit, ...anyOf: Role[]): SignedIn {
	const person = requireUser(visit);
	if (!anyOf.some((role) => person.roles.includes(role))) error(403, 'forbidden');
	return person;
}

/**
 * Where to go after the sign-in: an address of this site, else `/`. Everything a browser would read as another site
 * (`//host`, `/\host`, a scheme) is refused.
 */
export function sameSiteTarget(to: string | null | undefined): string {
	const here = 'http://here.invalid';
	if (!to?.startsWith('/') || !URL.canParse(to, here)) return '/';
	const url = new URL(to, here);
	// `/.//host` becomes the path `//host`.
	if (url.origin !== here || url.pathname.startsWith('//')) return '/';
	return url.pathname + url.search + url.hash;
}
