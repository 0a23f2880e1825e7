import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { pageNumber } from '$lib/server/page-number';
import { countedUpTo, deskKinds, readDesk, type DeskFilter } from '$lib/server/services/desk';
import { answerInquiry, inquiryLength, listInquiries } from '$lib/server/services/inquiries';
import { listWaitingRequests } from '$lib/server/services/sign-offs';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

const rowsPerPage = 20;
/** The oldest requests for a signature; the next ones come up as these are decided. */
const requestsShown = 50;
const uuid = v.pipe(v.string(), v.uuid());

/** Every filter has an address; what is none is left out. */
function readFilter(search: URLSearchParams): DeskFilter {
	const [kind, person, who] = [search.get('kind'), search.get('person'), search.get('who')];
	return {
		kind: deskKinds.find((one) => one === kind) ?? null,
		person: v.is(uuid, person) ? person : null,
		who: who === 'mine' || who === 'unclaimed' ? who : 'all'
	};
}

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'mentor');
	const { db, library } = app();
	const { locale } = event.locals;
	const view = event.url.searchParams.get('questions') === 'answered' ? ('answered' as const) : ('waiting' as const);
	const page = pageNumber(event.url.searchParams);
	const after = event.url.searchParams.get('after');
	// One more than a page shows, to know whether there is a next one.
	const limits = { limit: rowsPerPage + 1, offset: (page - 1) * rowsPerPage };
	const filter = readFilter(event.url.searchParams);
	const [desk, { list: inquiries, waiting }, signatures] = await Promise.all([
		readDesk(db, library, person, { filter, after, locale }, event.locals.now),
		listInquiries(db, person, { waiting: view === 'waiting', ...limits }),
		listWaitingRequests(db, library, person, { locale, limit: requestsShown })
	]);
	if (page > 1 && inquiries.length === 0) {
		// Answered since, or typed: there is no such page.
		const address = new URL(event.url);
		address.searchParams.delete('page');
		redirect(303, address.pathname + address.search);
	}
	const release = library.current();
	const titleOf = (name: string) => {
		const found = release.lesson(name);
		return found ? inLocale(found.lesson.title, locale, release.academy.defaultLocale) : name;
	};
	const told = readTold<ActionData | { handedOver: string | null }>(event);
	return {
		/** What was handed over just now: to whom; null for all. */
		handedOver: told && 'handedOver' in told ? { to: told.handedOver } : null,
		desk,
		countedUpTo,
		/** Where this page of the desk begins; null on the first. */
		after,
		filter,
		view,
		page,
		more: inquiries.length > rowsPerPage,
		inquiries: inquiries.slice(0, rowsPerPage).map((row) => ({ ...row, title: titleOf(row.lesson) })),
		waiting,
		signatures,
		told: told && 'handedOver' in told ? null : told
	};
};

export const actions: Actions = {
	answer: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(
			v.object({
				id: uuid,
				answer: v.pipe(v.string(), v.trim(), v.nonEmpty('empty'), v.maxLength(inquiryLength, 'too-long'))
			}),
			event.request
		);
		if (!form.ok) return fail(400, form);
		const outcome = await answerInquiry(app().db, person, form.input, event.locals.now);
		if (outcome.code === 'missing') error(404, 'question');
		return thenShow(event, { answered: form.input.id });
	}
};
