import { page } from '$app/state';

/**
 * The address of a form's action, with the person whose page it stands on: `?/read#finish` → `?/read&as=…#finish`. On a
 * shared computer somebody else may sign in in another tab meanwhile; the server (guard.ts) then records nothing of what
 * this page sends. Every form of somebody signed in uses it. A visitor's address stays as it is.
 */
export function asPerson(address: string, person = page.data.person?.id): string {
	if (!person) return address;
	const [action, place] = address.split('#');
	return `${action}${action!.includes('?') ? '&' : '?'}as=${person}${place ? `#${place}` : ''}`;
}
