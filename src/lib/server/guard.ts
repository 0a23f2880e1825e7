/** At the door of every load and action: who is there, and may they come in. */
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { Role } from '../core/permissions.ts';
import type { SignedIn } from './auth/session.ts';

type Visit = Pick<RequestEvent, 'locals' | 'url' | 'request'>;

/**
 * The person signed in. A visitor is led to the sign-in and back again; a post by a page that was not drawn for this
 * person is refused as `refuseOthersPage` says.
 */
export function requireUser({ locals: { person }, url, request }: Visit): SignedIn {
	const reads = request.method === 'GET' || request.method === 'HEAD';
	if (!person) {
		// The address of an action answers to posts only: come back to its page.
		const back = reads ? url.pathname + url.search : url.pathname;
		redirect(303, back === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(back)}`);
	}
	if (!reads) refuseOthersPage(person, url, url.pathname);
	return person;
}

/**
 * Refuses what was sent by a page drawn for somebody else, or for a visitor: in another tab of the same browser this
 * person has signed in since. Every form names whose page it stands on (components/as-person.ts); one that names nobody
 * is refused, too. They are led `back`, to an address of this site, where the page is theirs and says what happened.
 */
export function refuseOthersPage(person: SignedIn, url: URL, back: string): void {
	if (url.searchParams.get('as') === person.id) return;
	const target = new URL(back, url);
	target.searchParams.set('somebody-else', '');
	redirect(303, target.pathname + target.search);
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
