import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { pageNumber } from '$lib/server/page-number';
import { answerInquiry, countWaiting, inquiryLength, listInquiries } from '$lib/server/services/inquiries';
import { listMentees } from '$lib/server/services/mentees';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

const rowsPerPage = 50;
const menteesPerPage = 100;

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'mentor');
	const { db, library } = app();
	const { locale } = event.locals;
	const view = event.url.searchParams.get('questions') === 'answered' ? ('answered' as const) : ('waiting' as const);
	const page = pageNumber(event.url.searchParams);
	const menteesPage = pageNumber(event.url.searchParams, 'mentees');
	// One more than a page shows, to know whether there is a next one.
	const limits = { limit: rowsPerPage + 1, offset: (page - 1) * rowsPerPage };
	const [inquiries, waiting, { mentees, total }] = await Promise.all([
		listInquiries(db, person, { waiting: view === 'waiting', ...limits }),
		countWaiting(db, person),
		listMentees(db, library, person, locale, { limit: menteesPerPage, offset: (menteesPage - 1) * menteesPerPage })
	]);
	const release = library.current();
	const titleOf = (name: string) => {
		const found = release.lesson(name);
		return found ? inLocale(found.lesson.title, locale, release.academy.defaultLocale) : name;
	};
	return {
		view,
		page,
		more: inquiries.length > rowsPerPage,
		inquiries: inquiries.slice(0, rowsPerPage).map((row) => ({ ...row, title: titleOf(row.lesson) })),
		waiting,
		mentees,
		menteesPage,
		menteesPages: Math.max(1, Math.ceil(total / menteesPerPage)),
		total,
		told: readTold<ActionData>(event)
	};
};

export const actions: Actions = {
	answer: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(
			v.object({
				id: v.pipe(v.string(), v.uuid()),
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
