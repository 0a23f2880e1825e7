import { error, fail, redirect } from '@sveltejs/kit';
import { v7 } from 'uuid';
import * as v from 'valibot';
import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { pageNumber } from '$lib/server/page-number';
import { coursesToGive } from '$lib/server/services/hand-assignments';
import { describeDerivation } from '$lib/server/services/path';
import { foreseeTeamCourse, giveTeamCourse, readTeamCourses, takeTeamCourseBack } from '$lib/server/services/team-courses';
import { leadTo, readTold } from '$lib/server/told';
import type { Actions, PageServerLoad } from './$types';
import { readTerms, writeTerms } from '../../terms';

const rowsPerPage = 50;

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { id } = event.params;
	const { locale, now } = event.locals;
	const { searchParams } = event.url;
	const terms = readTerms(searchParams);
	const page = pageNumber(searchParams);
	const asked = terms && { teamId: id, terms, limit: rowsPerPage, offset: (page - 1) * rowsPerPage };
	const [team, preview] = await Promise.all([readTeamCourses(db, person, id), asked && foreseeTeamCourse(db, library, person, asked, now)]);
	if (!team) error(404, 'team');
	const pages = Math.max(1, Math.ceil(team.people / rowsPerPage));
	if (terms && page > pages) redirect(303, `/hr/people/teams/${id}?${writeTerms(terms)}&page=${pages}`);
	const release = library.current();
	const { defaultLocale } = release.academy;
	const titleOf = (key: string) => {
		const course = release.course(key);
		return course ? inLocale(course.title, locale, defaultLocale) : key;
	};
	return {
		team: { ...team, courses: team.courses.map((one) => ({ ...one, title: titleOf(one.course) })) },
		toGive: coursesToGive(library, [], locale, now).filter(({ key }) => !team.courses.some(({ course }) => course === key)),
		typed: terms && { ...terms, mandatory: terms.mandatory ? 'yes' : '' },
		preview: preview && {
			...preview,
			title: titleOf(preview.terms.course),
			/** Whether who has completed it can be asked to renew it. */
			runsOut: release.course(preview.terms.course)?.validity != null,
			people: preview.people.map((line) => ({ ...line, derivation: line.derivation && describeDerivation(line.derivation, locale, defaultLocale) }))
		},
		asked: terms ? writeTerms(terms) : '',
		page,
		pages,
		/** Of what is given: the form sent twice gives once. */
		clientKey: v7(),
		told: readTold<{ done: 'given' | 'taken-back' }>(event)
	};
};

const idForm = v.object({ id: v.pipe(v.string(), v.uuid()) });

export const actions: Actions = {
	/** Gives what the address says, as it was looked at. */
	give: async (event) => {
		const person = requireRole(event, 'hr');
		const terms = readTerms(event.url.searchParams);
		const form = await readForm(idForm, event.request);
		if (!form.ok || !terms) error(404, 'team');
		const { db, library } = app();
		const { id: teamId } = event.params;
		const outcome = await giveTeamCourse(db, library, person, { id: form.input.id, teamId, terms }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'team');
		// The page says what: it looks at the same address.
		if (outcome.code === 'problems') return fail(409, { problems: outcome.problems });
		leadTo(event, `/hr/people/teams/${teamId}`, { done: 'given' });
	},
	takeBack: async (event) => {
		const person = requireRole(event, 'hr');
		const form = await readForm(idForm, event.request);
		if (!form.ok) error(404, 'team');
		const { db, library } = app();
		const { id: teamId } = event.params;
		const outcome = await takeTeamCourseBack(db, library, person, { id: form.input.id, teamId }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'team');
		leadTo(event, `/hr/people/teams/${teamId}`, { done: 'taken-back' });
	}
};
