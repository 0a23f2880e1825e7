import { randomUUID } from 'node:crypto';
import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { discardObservedCall, finishObservedCall, readObservedCall } from '$lib/server/services/observed-calls';
import { correctMark, saveDraft } from '$lib/server/services/reviews';
import { leadTo, readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

const uuid = v.pipe(v.string(), v.uuid());

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'mentor');
	if (!v.is(uuid, event.params.call)) error(404, 'call');
	const { db, library } = app();
	const call = await readObservedCall(db, library, person, event.params.call, event.locals.locale);
	if (!call || call.isOwn || call.employeeId !== event.params.id) error(404, 'call');
	return { call, clientKey: randomUUID(), told: readTold<ActionData>(event) };
};

export const actions: Actions = {
	/** The page's script sends it by itself: `draft` is JSON. */
	save: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(v.object({ review: uuid, revision: v.pipe(v.string(), v.toNumber()), draft: v.string() }), event.request);
		if (!form.ok || !v.is(uuid, event.params.call)) error(400, 'form');
		const { db, library } = app();
		const { locale, now } = event.locals;
		const { review: reviewId, revision, draft } = form.input;
		const call = await readObservedCall(db, library, person, event.params.call, locale);
		if (!call || call.review.id !== reviewId || call.employeeId !== event.params.id) error(404, 'call');
		const outcome = await saveDraft(db, person, { reviewId, revision, draft: parse(draft) }, now);
		if (outcome.code === 'missing') error(404, 'call');
		if (outcome.code === 'invalid') error(400, 'form');
		if (outcome.code === 'saved') return { saved: { revision: outcome.revision, savedAt: outcome.savedAt } };
		if (outcome.code === 'finished') return fail(409, { refused: { code: 'closed' as const } });
		const { review } = (await readObservedCall(db, library, person, event.params.call, locale))!;
		return fail(409, { refused: { code: 'older' as const, revision: review.revision, savedAt: review.savedAt, draft: review.draft } });
	},

	finish: async (event) => {
		const person = requireRole(event, 'mentor');
		if (!v.is(uuid, event.params.call)) error(404, 'call');
		const { db, library } = app();
		const outcome = await finishObservedCall(db, library, person, event.params.call, event.locals.now);
		if (outcome.code === 'missing') error(404, 'call');
		if (outcome.code === 'incomplete') return fail(400, { lacks: outcome.lacks });
		return thenShow(event, { finished: true });
	},

	correct: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(v.object({ markId: uuid, mark: v.string(), comment: v.string(), reason: v.string(), clientKey: uuid }), event.request);
		if (!form.ok || !v.is(uuid, event.params.call)) error(404, 'call');
		const { db, library } = app();
		const { locale, now } = event.locals;
		const { mark, ...input } = form.input;
		const call = await readObservedCall(db, library, person, event.params.call, locale);
		if (!call?.review.marks.some(({ id }) => id === input.markId)) error(404, 'call');
		const outcome = await correctMark(db, library, person, { ...input, mark: mark === 'none' ? null : Number(mark || NaN) }, now);
		if (outcome.code === 'missing') error(404, 'call');
		if (outcome.code === 'corrected') return thenShow(event, { corrected: input.markId });
		return fail(400, { correct: { markId: input.markId, values: { mark, comment: input.comment, reason: input.reason }, problem: outcome.code } });
	},

	discard: async (event) => {
		const person = requireRole(event, 'mentor');
		if (!v.is(uuid, event.params.call)) error(404, 'call');
		const outcome = await discardObservedCall(app().db, person, event.params.call);
		if (outcome.code === 'missing') error(404, 'call');
		leadTo(event, `/mentor/people/${event.params.id}`, { discarded: true });
	}
};

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
