import { fail, redirect } from '@sveltejs/kit';
import { v7 } from 'uuid';
import * as v from 'valibot';
import { rowChoices } from '$lib/core/list-page';
import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { rowsOf } from '$lib/server/page-number';
import { bulkKinds, chooseForBulk } from '$lib/server/services/bulk-changes';
import { listDisputesForHr } from '$lib/server/services/disputes';
import { offerChoices, readChosen } from '$lib/server/services/choices';
import { listPeople } from '$lib/server/services/people-list';
import { leadTo } from '$lib/server/told';
import type { Actions, PageServerLoad } from './$types';
import { queryOf } from './list-address';
import { listPositions, titleOf } from './positions';
import { readList } from './read-list';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const said = readList(event.url.searchParams);
	const { now, locale } = event.locals;
	const [team, mentor] = await Promise.all([readChosen(db, person, 'team', said.team), readChosen(db, person, 'mentoring', said.mentor)]);
	// What names nobody is left as it is, and fits nobody.
	const list = { ...said, team: team.id ?? said.team, mentor: mentor.id ?? said.mentor };
	const asked = { filter: list, sort: list.sort, ...rowsOf(list) };
	const [{ people, total }, teams, mentors, disputes] = await Promise.all([
		listPeople(db, person, asked, now),
		offerChoices(db, person, 'team', now),
		offerChoices(db, person, 'mentoring', now),
		listDisputesForHr(db, person)
	]);
	const pages = Math.max(1, Math.ceil(total / list.rows));
	// A kept address of a list that has become shorter.
	if (list.page > pages) redirect(303, `/hr/people${queryOf({ ...list, page: pages })}`);
	const release = library.current();
	return {
		/** Of a change to many that may be begun here. */
		bulkId: v7(),
		list,
		pages,
		total,
		disputes: {
			...disputes,
			disputes: disputes.disputes.map((one) => ({ ...one, criterion: one.criterion && inLocale(one.criterion, locale, release.academy.defaultLocale) }))
		},
		team: { ...team, choices: teams },
		mentor: { ...mentor, choices: mentors },
		positions: listPositions(release, locale),
		people: people.map((row) => ({ ...row, position: titleOf(release, locale, row.position) }))
	};
};

const choosing = v.object({
	id: v.pipe(v.string(), v.uuid()),
	kind: v.picklist(bulkKinds),
	scope: v.picklist(['ticked', 'all']),
	person: v.pipe(v.array(v.string()), v.maxLength(Math.max(...rowChoices)))
});

export const actions: Actions = {
	/** Begins a change to many; what it would do is on the next page. */
	choose: async (event) => {
		const person = requireRole(event, 'hr');
		const form = await readForm(choosing, event.request);
		if (!form.ok) return fail(400, { problem: 'nobody' as const });
		const { id, kind, scope, person: people } = form.input;
		const choice = scope === 'all' ? { filter: readList(event.url.searchParams) } : { people };
		const outcome = await chooseForBulk(app().db, person, { id, kind, choice }, event.locals.now);
		if (outcome.code !== 'chosen') return fail(400, { problem: 'nobody' as const });
		leadTo(event, `/hr/people/bulk/${id}`, null);
	}
};
