import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { longestChoice } from '$lib/core/choice';
import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { pageNumber } from '$lib/server/page-number';
import { doBulk, readBulk, undoBulk } from '$lib/server/services/bulk-changes';
import { offerChoices, readChosen } from '$lib/server/services/choices';
import { coursesToGive, type GivingProblems } from '$lib/server/services/hand-assignments';
import { describeDerivation } from '$lib/server/services/path';
import { leadTo } from '$lib/server/told';
import type { Actions, PageServerLoad } from './$types';
import { readTerms, writeTerms } from '../../terms';

const rowsPerPage = 50;

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library, env } = app();
	const { id } = event.params;
	const { searchParams } = event.url;
	const { locale, now } = event.locals;
	const terms = readTerms(searchParams);
	const chosen = await readChosen(db, person, 'mentor', searchParams.get('mentor')?.replaceAll('\0', '').slice(0, longestChoice) ?? null);
	const mentor = chosen.id;
	const page = pageNumber(searchParams);
	const [change, mentors] = await Promise.all([
		readBulk(db, library, person, { id, mentor, terms, limit: rowsPerPage, offset: (page - 1) * rowsPerPage }, now),
		offerChoices(db, person, 'mentor', now)
	]);
	if (!change) error(404, 'bulk');
	const pages = Math.max(1, Math.ceil(change.total / rowsPerPage));
	/** What is looked at, in the address; empty = nothing yet. */
	const asked = mentor ? new URLSearchParams({ mentor }).toString() : terms ? writeTerms(terms) : '';
	if (page > pages) redirect(303, `/hr/people/bulk/${id}?${[asked, `page=${pages}`].filter(Boolean).join('&')}`);
	const { defaultLocale } = library.current().academy;
	const course = change.terms && library.current().course(change.terms.course);
	return {
		mailServer: env.SMTP_URL !== null,
		change: {
			...change,
			people: change.people.map((line) => ({ ...line, derivation: line.derivation && describeDerivation(line.derivation, locale, defaultLocale) }))
		},
		asked,
		typed: terms && { ...terms, mandatory: terms.mandatory ? 'yes' : '' },
		courses: change.kind === 'course' && !change.doneAt ? coursesToGive(library, [], locale, now) : [],
		/** Whether who has completed it can be asked to renew it. */
		runsOut: course?.validity != null,
		/** Title of the course that is given. */
		title: course ? inLocale(course.title, locale, defaultLocale) : (change.terms?.course ?? null),
		page,
		pages,
		/** Employee id of the mentor that is looked at, or `none`; null = not said yet, or nobody who can be one. */
		mentor,
		chosen: { ...chosen, choices: mentors }
	};
};

export const actions: Actions = {
	do: async (event) => {
		const person = requireRole(event, 'hr');
		const form = await readForm(v.object({ mentor: v.string(), reason: v.pipe(v.string(), v.maxLength(1000, 'too-long')) }), event.request);
		if (!form.ok) return fail(400, { giving: { values: form.values, problems: form.problems as GivingProblems } });
		const { db, library, env } = app();
		const { id } = event.params;
		const mentor = form.input.mentor === 'none' ? null : form.input.mentor;
		const terms = readTerms(event.url.searchParams);
		const giving = terms ? { ...terms, reason: form.input.reason } : undefined;
		const outcome = await doBulk(db, library, person, { id, mentor, ...(giving && { giving }), origin: env.ORIGIN ?? event.url.origin }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'bulk');
		if (outcome.code === 'problems') return fail(400, { giving: { values: form.values, problems: outcome.problems } });
		if (outcome.code === 'no-mentor') return fail(409, { problem: 'no-mentor' as const });
		leadTo(event, `/hr/people/bulk/${id}`, null);
	},
	undo: async (event) => {
		const person = requireRole(event, 'hr');
		const { id } = event.params;
		const { db, library } = app();
		const outcome = await undoBulk(db, library, person, { id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'bulk');
		if (outcome.code === 'too-late') return fail(409, { problem: 'too-late' as const });
		leadTo(event, `/hr/people/bulk/${id}`, null);
	}
};
