/**
 * Around every request: who is there, in which language, and what the browser is told about safety. `init` opens the
 * application before the first one.
 */
import { randomUUID } from 'node:crypto';
import { json, text, type Handle, type HandleServerError, type RequestEvent } from '@sveltejs/kit';
import { dev } from '$app/environment';
import { withKept } from '$lib/components/kept-html';
import { m, type Locale } from '$lib/i18n';
import { app, openApp } from '$lib/server/app';
import { deleteSessionCookie, readSessionCookie, writeSessionCookie } from '$lib/server/auth/cookie';
import { readSession } from '$lib/server/auth/session';
import { isDatabaseAway } from '$lib/server/db/open';
import { acceptedLocale, inLanguage, readLocaleCookie } from '$lib/server/locale';
import { log } from '$lib/server/log';
import { startDelivery } from '$lib/server/mail/delivery';
import { Refusal } from '$lib/server/refusal';
import { startTidying } from '$lib/server/tidy';
import { unreachablePage } from '$lib/server/unreachable';

export const init = async () => {
	const { db, env, storage, library } = await openApp().catch(refuseInDevelopment);
	startDelivery(db, env);
	startTidying(db, storage, library);
};

/** `npm start` words a refusal by itself (cli/start.js); `npm run dev` would go on without an application. */
function refuseInDevelopment(error: unknown): never {
	if (!dev || !(error instanceof Refusal)) throw error;
	console.error(error.message);
	process.exit(1);
}

export const handle: Handle = async (given) => {
	const { event } = given;
	const began = performance.now();
	const response = await answer(given);
	log.request({
		request: numberOf(event),
		method: event.request.method,
		route: event.route.id,
		status: response.status,
		ms: Math.round(performance.now() - began),
		person: event.locals.person?.id ?? null
	});
	return response;
};

/** The one thing that a person who is told of an error and the log have in common. */
const numberOf = ({ locals }: RequestEvent): string => (locals.requestId ??= randomUUID().slice(0, 8));

const answer: Handle = async ({ event, resolve }) => {
	// A mail program posts from nowhere, and its address is its proof.
	if (event.route.id !== turningOff && isCrossSite(event)) return withHeaders(event, refuse(event));
	event.locals.secure = event.url.protocol === 'https:';
	event.locals.person = null;
	event.locals.now = new Date();
	try {
		await readVisitor(event);
	} catch (error) {
		if (!isDatabaseAway(error)) throw error;
		event.locals.databaseAway = true;
	}
	const { locals } = event;
	locals.locale = locals.person?.locale ?? visitorLocale(event);

	return inLanguage(locals.locale, async () => {
		const response = locals.databaseAway ? null : await drawPage(event, resolve);
		// A load or an action may have met it, too: handleError has noted that.
		return withHeaders(event, response && !locals.databaseAway ? response : apologise(event, response));
	});
};

/** Where a mail program turns a kind of mail off with one click. */
const turningOff = '/mail/[token]/[kind]';

/** Reads the session, when the browser has one. A visitor costs no query. */
async function readVisitor(event: RequestEvent): Promise<void> {
	const { cookies, locals } = event;
	const token = readSessionCookie(cookies, locals.secure);
	if (token === null) return;
	const found = await readSession(app().db, token);
	if (found === null) {
		deleteSessionCookie(cookies, locals.secure);
		return;
	}
	locals.person = { ...found.person, address: addressOf(event) };
	locals.now = found.now;
	if (found.prolonged) writeSessionCookie(cookies, locals.secure, token);
}

/** Where the request came from; null when the adapter cannot tell, as without the header that ADDRESS_HEADER names. */
function addressOf({ getClientAddress }: RequestEvent): string | null {
	try {
		return getClientAddress();
	} catch {
		return null;
	}
}

/** As chosen in this browser, else as it asks, else the academy's. */
function visitorLocale({ cookies, request }: RequestEvent): Locale {
	const academy = app().library.currentOrNull()?.academy.defaultLocale;
	return (
		readLocaleCookie(cookies) ??
		acceptedLocale(request.headers.get('accept-language')) ??
		(academy === 'ru' || academy === 'bg' ? academy : 'en')
	);
}

/** Our scripts where a page names them. */
const scripts = /(_app\/immutable\/(?:entry|chunks)\/[\w.-]+)\.js"/g;

/** The page itself names what it needs; a `link` header would name the scripts before they have a language. */
const nothing = () => false;

/**
 * What SvelteKit answers, its page dressed. It is given no page back: it would go through every letter of it for a name by
 * which a browser can ask whether it has changed (`etag`), a tenth of what a page costs, and no browser may keep one.
 */
async function drawPage(event: RequestEvent, resolve: Parameters<Handle>[0]['resolve']): Promise<Response> {
	const pieces: Uint8Array[] = [];
	const response = await resolve(event, {
		preload: nothing,
		transformPageChunk: ({ html }) => {
			const parts = dress(event, html);
			// It would complain in development that the page is gone.
			if (dev) return parts.join('');
			// Encoded as they are: joined first, all of a long page would be copied once more.
			pieces.push(...parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
		}
	});
	if (pieces.length === 0) return response;
	const headers = new Headers(response.headers);
	headers.delete('etag');
	headers.set('content-length', String(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)));
	// A body in one piece would be copied twice.
	const body = new ReadableStream({
		start(sent) {
			for (const piece of pieces) sent.enqueue(piece);
			sent.close();
		}
	});
	return new Response(body, { status: response.status, headers });
}

/**
 * Language and theme of the page, on its first element; its scripts in that language (cli/client-files.ts); and what is
 * kept in bytes, in its place.
 */
function dress({ locals }: RequestEvent, html: string): (string | Uint8Array)[] {
	const theme = locals.person?.theme;
	const attributes = `lang="${locals.locale}"${theme ? ` data-theme="${theme}"` : ''}`;
	const named = (part: string) => part.replace(scripts, `$1.${locals.locale}.js"`);
	const first = (part: string) => named(part.replace('lang="%lang%"', attributes));
	// They stand in its head and in its last script; what lies between is the page, and may be long.
	const [body, last] = [html.indexOf('<body'), html.lastIndexOf('<script')];
	return body < 0 || last < body ? [first(html)] : [first(html.slice(0, body)), ...withKept(html.slice(body, last)), named(html.slice(last))];
}

/**
 * A post that another site made the browser send. SvelteKit's own refusal looks at the Origin of forms (and is switched
 * off in svelte.config.js); this looks at every kind of body, and works where only one of the two headers is sent.
 */
function isCrossSite({ request, url }: RequestEvent): boolean {
	if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return false;
	const site = request.headers.get('sec-fetch-site');
	const origin = request.headers.get('origin');
	if (site === null && origin === null) return true;
	return (site !== null && site !== 'same-origin' && site !== 'none') || (origin !== null && origin !== url.origin);
}

/** The answer to such a post, before anybody's session is read. */
function refuse(event: RequestEvent): Response {
	return text(m.error_cross_site({}, { locale: visitorLocale(event) }), {
		status: 403,
		headers: { 'content-type': 'text/plain; charset=utf-8' }
	});
}

/** The answer when the database is away: a page, or for the page's own script what it can read. */
function apologise({ request, isDataRequest, locals }: RequestEvent, response: Response | null): Response {
	const error = { message: m.error_unreachable(), code: 'unreachable' };
	const retry = { 'retry-after': '5' };
	if (isDataRequest) return json(error, { status: 503, headers: retry });
	if (request.headers.get('accept')?.startsWith('application/json') || request.headers.has('x-sveltekit-action')) {
		// SvelteKit has worded the outcome of an action already; without one this is what it would have said.
		return response?.headers.get('content-type')?.includes('json')
			? new Response(response.body, { status: 503, headers: response.headers })
			: json({ type: 'error', error, ...error }, { status: 503, headers: retry });
	}
	return unreachablePage(locals.locale, request.method !== 'GET' && request.method !== 'HEAD');
}

/** The one page that asks for the microphone. A browser asks the page it loaded, so links to it load it anew. */
const recorder = '/learn/[course]/[lesson]/recordings/[key]';

/** What an answer of the application says beside what every answer says (cli/safety-headers.js). */
function withHeaders({ route }: RequestEvent, response: Response): Response {
	const { headers } = response;
	if (route.id === recorder) {
		headers.set('permissions-policy', 'camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()');
	}
	// On a shared computer the way back must not show the last person's page.
	if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-store');
	return response;
}

export const handleError: HandleServerError = ({ error, event, status, message }) => {
	// What SvelteKit refuses by itself: no such page, no such method, no form (415), too much of it (413). No fault of ours.
	if (status < 500) return { message };
	if (isDatabaseAway(error)) {
		event.locals.databaseAway = true;
		log.error('The database is away', undefined, { request: numberOf(event), method: event.request.method, route: event.route.id });
		return { message: m.error_unreachable(), code: 'unreachable' };
	}
	const id = numberOf(event);
	// Neither holds what was sent.
	log.error(`Error ${id}`, error, { request: id, method: event.request.method, route: event.route.id });
	return { message: m.error_ours({ id }), code: 'ours', id };
};
