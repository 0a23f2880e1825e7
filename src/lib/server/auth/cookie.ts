/** The session's cookie. `__Host-` and Secure exactly when the origin is https: plain http must work on a LAN. */
import type { Cookies } from '@sveltejs/kit';
import { inactivityLimit } from './session.ts';

const nameOf = (secure: boolean) => (secure ? '__Host-session' : 'session');
const attributes = (secure: boolean) => ({ path: '/', httpOnly: true, sameSite: 'lax', secure }) as const;

export function readSessionCookie(cookies: Cookies, secure: boolean): string | null {
	return cookies.get(nameOf(secure)) ?? null;
}

/** Written at sign-in, and anew whenever a visit is recorded: the browser forgets it when the session ends. */
export function writeSessionCookie(cookies: Cookies, secure: boolean, token: string): void {
	cookies.set(nameOf(secure), token, { ...attributes(secure), maxAge: inactivityLimit / 1000 });
}

export function deleteSessionCookie(cookies: Cookies, secure: boolean): void {
	cookies.delete(nameOf(secure), attributes(secure));
}
