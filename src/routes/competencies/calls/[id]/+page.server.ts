import { randomUUID } from 'node:crypto';
import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { disputableUntil } from '$lib/core/dispute';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { raiseDispute } from '$lib/server/services/disputes';
import { acknowledgeCall, readObservedCall } from '$lib/server/services/observed-calls';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

const uuid = v.pipe(v.string(), v.uuid());

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	if (!v.is(uuid, event.params.id)) error(404, 'call');
	const { db, library } = app();
	const call = await readObservedCall(db, library, person, event.params.id, event.locals.locale);
	if (!call?.isOwn) error(404, 'call');
	const { now } = event.locals;
	// A mark that was contested once is not contested again; the service says so for sure.
	const open = call.review.marks.filter(({ at, disputes }) => disputes.length === 0 && now <= disputableUntil(at));
	const disputable = Object.fromEntries(open.map(({ id, at }) => [id, disputableUntil(at)]));
	return { call, disputable, clientKey: randomUUID(), told: readTold<ActionData>(event) };
};

export const actions: Actions = {
	acknowledge: async (event) => {
		const person = requireUser(event);
		if (!v.is(uuid, event.params.id)) error(404, 'call');
		const { db, library } = app();
		const outcome = await acknowledgeCall(db, library, person, event.params.id, event.locals.now);
		if (outcome.code === 'missing') error(404, 'call');
		return thenShow(event, { acknowledged: outcome.code === 'acknowledged' });
	},

	dispute: async (event) => {
		const person = requireUser(event);
		const form = await readForm(v.object({ markId: uuid, reason: v.string(), clientKey: uuid }), event.request);
		if (!form.ok || !v.is(uuid, event.params.id)) error(404, 'call');
		const { db, library } = app();
		const { markId, reason, clientKey } = form.input;
		const call = await readObservedCall(db, library, person, event.params.id, event.locals.locale);
		if (!call?.isOwn || !call.review.marks.some(({ id }) => id === markId)) error(404, 'call');
		const outcome = await raiseDispute(db, person, { markId, reason, clientKey }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'call');
		if (outcome.code !== 'raised') return fail(400, { dispute: { markId, problem: outcome.code, reason } });
		return thenShow(event, { disputed: markId });
	}
};
