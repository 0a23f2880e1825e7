/**
 * After a post: with scripts its outcome is the answer. Without, the browser is led to the page (303), so that a reload
 * sends nothing again, and what there is to say waits in a cookie for that one showing.
 */
import { redirect, type Cookies, type RequestEvent } from '@sveltejs/kit';

type Visit = Pick<RequestEvent, 'cookies' | 'locals' | 'request' | 'url'>;
interface Kept {
	/** Whom it is for; null = a visitor. */
	person: string | null;
	/** On which page. */
	page: string;
	said: unknown;
}

const nameOf = (secure: boolean) => (secure ? '__Host-told' : 'told');
const attributes = (secure: boolean) => ({ path: '/', httpOnly: true, sameSite: 'lax', secure }) as const;
/** Seconds; the page comes at once, or not at all. */
const lifetime = 60;

/**
 * The last word of every action that has done something. `said` is what the page's form then is: returned to a script;
 * without one kept for the page, to which this leads. Small (a cookie holds 4 kB), and nothing but JSON.
 */
export function thenShow<S>(event: Visit, said: S): S {
	if (event.request.headers.has('x-sveltekit-action')) return said;
	const { pathname, searchParams } = event.url;
	const left = [...searchParams].filter(([name]) => !name.startsWith('/') && name !== 'as');
	const search = new URLSearchParams(left).toString();
	leadTo(event, search ? `${pathname}?${search}` : pathname, said);
}

/** Leads to an address of this site, with or without scripts, and has its page say something once. */
export function leadTo({ cookies, locals, url }: Visit, address: string, said: unknown): never {
	if (said !== null) {
		const kept: Kept = { person: locals.person?.id ?? null, page: new URL(address, url).pathname, said };
		cookies.set(nameOf(locals.secure), JSON.stringify(kept), { ...attributes(locals.secure), maxAge: lifetime });
	}
	redirect(303, address);
}

/** What the last post left for this page and this person, once; null when there is nothing. */
export function readTold<S>({ cookies, locals, url }: Omit<Visit, 'request'>): S | null {
	const kept = readKept(cookies, locals.secure);
	if (kept?.page !== url.pathname || kept.person !== (locals.person?.id ?? null)) return null;
	cookies.delete(nameOf(locals.secure), attributes(locals.secure));
	return kept.said as S;
}

function readKept(cookies: Cookies, secure: boolean): Kept | null {
	const text = cookies.get(nameOf(secure));
	if (!text) return null;
	try {
		return JSON.parse(text) as Kept | null;
	} catch {
		return null;
	}
}
