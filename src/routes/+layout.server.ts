import { app } from '$lib/server/app';
import { inLocale } from '$lib/core/localized';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals }) => {
	const { academy } = app().library.current();
	return {
		academyName: inLocale(academy.name, locals.locale, academy.defaultLocale),
		timeZone: academy.timeZone,
		locale: locals.locale,
		now: locals.now,
		person: locals.person && { id: locals.person.id, name: locals.person.name, roles: locals.person.roles }
	};
};
