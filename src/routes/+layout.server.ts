import { app } from '$lib/server/app';
import { inLocale } from '$lib/core/localized';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals, url }) => {
	// Read at every navigation, not only at the first: in another tab somebody else may have signed in meanwhile.
	void url.href;
	const { academy } = app().library.current();
	return {
		academyName: inLocale(academy.name, locals.locale, academy.defaultLocale),
		timeZone: academy.timeZone,
		locale: locals.locale,
		now: locals.now,
		person: locals.person && { id: locals.person.id, name: locals.person.name, roles: locals.person.roles, unread: locals.person.unread }
	};
};
