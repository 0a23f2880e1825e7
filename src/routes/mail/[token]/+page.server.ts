import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { isMailKind } from '$lib/core/notification';
import { app } from '$lib/server/app';
import { readClock } from '$lib/server/db/clock';
import { readForm } from '$lib/server/forms';
import { chooseMailsByLink, readMailChoicesByLink, refuseMailByLink } from '$lib/server/services/mail-choices';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

/** Looking changes nothing: programs that check mails for viruses follow every link. */
export const load: PageServerLoad = async (event) => {
	const { params, url, locals } = event;
	const asked = url.searchParams.get('kind') ?? '';
	const choices = await readMailChoicesByLink(app().db, params.token, locals.now);
	return {
		choices,
		/** The kind of the mail one came from, while it is still wanted. */
		from: isMailKind(asked) && choices?.kinds.some(({ kind, wanted }) => kind === asked && wanted) ? asked : null,
		told: readTold<ActionData>(event)
	};
};

export const actions: Actions = {
	stop: async (event) => {
		const form = await readForm(v.object({ kind: v.string() }), event.request);
		if (!form.ok || !isMailKind(form.input.kind)) error(400, 'form');
		const { db } = app();
		const outcome = await refuseMailByLink(db, { token: event.params.token, kind: form.input.kind }, await readClock(db));
		if (outcome.code === 'missing') error(404, 'link');
		return thenShow(event, { about: 'saved' as const });
	},
	save: async (event) => {
		const form = await readForm(v.object({ wanted: v.array(v.string()) }), event.request);
		if (!form.ok) error(400, 'form');
		const { db } = app();
		const outcome = await chooseMailsByLink(db, { token: event.params.token, wanted: form.input.wanted }, await readClock(db));
		if (outcome.code === 'missing') error(404, 'link');
		return thenShow(event, { about: 'saved' as const });
	}
};
