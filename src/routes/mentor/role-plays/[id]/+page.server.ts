import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readFields, readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { claimItem, claimMinutes, decideSubmission, saveJudgement } from '$lib/server/services/desk';
import { findLiveItem, readLivePlay } from '$lib/server/services/live-role-plays';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const uuid = v.pipe(v.string(), v.uuid());
const text = v.string();

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'mentor');
	if (!v.is(uuid, event.params.id)) error(404, 'role-play');
	const { db, library } = app();
	const live = await readLivePlay(db, library, person, event.params.id, event.locals.locale, event.locals.now);
	if (!live) error(404, 'role-play');
	return { live, claimMinutes };
};

/** Who judges, and the desk's item, whose service says whose it is. */
async function enter(event: RequestEvent) {
	const person = requireRole(event, 'mentor');
	const { db, library } = app();
	const id = v.is(uuid, event.params.id) ? await findLiveItem(db, event.params.id) : null;
	if (!id) error(404, 'role-play');
	return { person, db, library, id };
}

/** A draft as a page sends it; null when it is no JSON. */
function parse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return null;
	}
}

/** Judged as everything on the desk is (routes/mentor/reviews). */
export const actions: Actions = {
	take: async (event) => {
		const { person, db, id } = await enter(event);
		const outcome = await claimItem(db, person, id, event.locals.now);
		if (outcome.code === 'missing') error(404, 'role-play');
		if (outcome.code === 'taken') return fail(409, { taken: { by: outcome.by, until: outcome.until } });
		redirect(303, event.url.pathname);
	},

	save: async (event) => {
		const { person, db, id } = await enter(event);
		const fields = await readFields(event.request);
		const input = { itemId: id, revision: Number(fields.get('revision')), draft: parse(String(fields.get('draft') ?? '')) };
		const outcome = await saveJudgement(db, person, input, event.locals.now);
		if (outcome.code === 'missing') error(404, 'role-play');
		if (outcome.code === 'invalid') error(400, 'draft');
		if (outcome.code === 'saved') return { saved: { revision: outcome.revision, savedAt: outcome.savedAt } };
		return fail(409, { refused: outcome.code === 'older' ? outcome : { code: 'closed' as const } });
	},

	decide: async (event) => {
		const { person, db, library, id } = await enter(event);
		const form = await readForm(
			v.object({ decision: v.picklist(['accept', 'accept-anyway', 'return'], 'empty'), confirmed: text, reason: text, againBy: text, revision: text, draft: text }),
			event.request
		);
		if (!form.ok) error(400, 'form');
		const { decision: pressed, reason, againBy, revision, draft } = form.input;
		const decision = pressed === 'return' ? 'return' : 'accept';
		const confirmed = pressed === 'accept-anyway' ? form.input.confirmed.split(' ') : [];
		const unsaved = Number(revision) > 0 ? { revision: Number(revision), draft: parse(draft) } : null;
		const outcome = await decideSubmission(db, library, person, { itemId: id, decision, confirmed, reason, againBy, unsaved }, event.locals.now);
		const decide = { values: { reason, againBy }, problem: outcome.code };
		switch (outcome.code) {
			case 'missing':
				return error(404, 'role-play');
			case 'decided':
				return redirect(303, event.url.pathname);
			case 'taken':
			case 'unclaimed':
				return fail(409, { gone: decide.values });
			case 'incomplete':
				return fail(400, { decide: { ...decide, lacks: outcome.lacks, failures: [] } });
			case 'failed':
				return fail(400, { decide: { ...decide, lacks: [], failures: outcome.failures } });
			default:
				return fail(outcome.code === 'no-reason' || outcome.code === 'no-date' || outcome.code === 'too-long' ? 400 : 409, { decide: { ...decide, lacks: [], failures: [] } });
		}
	}
};
