import { fail } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { countCards, makeCards, mostCards } from '$lib/server/services/invitations';
import { drawCard } from '../card';
import { queryOf } from '../list-address';
import { readList } from '../read-list';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

/** Whom the address means: those of the list as it is filtered. */
const askedFor = ({ url }: Pick<RequestEvent, 'url'>) => ({ filter: readList(url.searchParams), mailServer: app().env.SMTP_URL !== null });

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const asked = askedFor(event);
	return {
		count: await countCards(app().db, person, asked, event.locals.now),
		most: mostCards,
		mailServer: asked.mailServer,
		query: queryOf(readList(event.url.searchParams))
	};
};

export const actions: Actions = {
	/** What it answers is shown once: nothing is led to another page, and a reload shows how many would get one again. */
	make: async (event) => {
		const person = requireRole(event, 'hr');
		const { db, env } = app();
		const outcome = await makeCards(db, person, askedFor(event), event.locals.now);
		if (outcome.code !== 'made') return fail(409, { problem: outcome.code, cards: [] });
		const origin = env.ORIGIN ?? event.url.origin;
		const cards = outcome.cards.map(({ token, expiresAt, locale, ...holder }) =>
			drawCard({ url: `${origin}/invite/${token}`, expiresAt: expiresAt.toISOString(), locale }, holder, event.locals.locale)
		);
		return { problem: null, cards: await Promise.all(cards) };
	}
};
