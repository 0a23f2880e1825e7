import { randomUUID } from 'node:crypto';
import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readFields, readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { claimItem, claimMinutes, decideSubmission, handOver, nextOnDesk, saveJudgement } from '$lib/server/services/desk';
import { decideDispute } from '$lib/server/services/disputes';
import { readJudging } from '$lib/server/services/judging';
import { correctMark } from '$lib/server/services/reviews';
import { keepSnippet, putSnippetAway } from '$lib/server/services/snippets';
import { leadTo, thenShow } from '$lib/server/told';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const uuid = v.pipe(v.string(), v.uuid());
const text = v.string();

/** Mentors judge; HR decides disputes. The service says which item is whose. */
function enter(event: RequestEvent | Parameters<PageServerLoad>[0]) {
	const person = requireRole(event, 'mentor', 'hr');
	if (!v.is(uuid, event.params.id)) error(404, 'item');
	return { person, id: event.params.id };
}

export const load: PageServerLoad = async (event) => {
	const { person, id } = enter(event);
	const { db, library } = app();
	const { locale, now } = event.locals;
	const judging = await readJudging(db, library, person, id, locale, now);
	if (!judging) error(404, 'item');
	return {
		judging,
		claimMinutes,
		isMentor: person.roles.includes('mentor'),
		next: judging.finished?.mine ? await nextOnDesk(db, library, person, locale, now) : null,
		clientKey: randomUUID()
	};
};

/** A draft as a page sends it; null when it is no JSON. */
function parse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return null;
	}
}

/** Once more read from the server, so that a reload sends nothing twice. */
const again = (event: RequestEvent): never => redirect(303, event.url.pathname);

export const actions: Actions = {
	take: async (event) => {
		const { person, id } = enter(event);
		const outcome = await claimItem(app().db, person, id, event.locals.now);
		if (outcome.code === 'missing') error(404, 'item');
		if (outcome.code === 'taken') return fail(409, { taken: { by: outcome.by, until: outcome.until } });
		return again(event);
	},

	handOver: async (event) => {
		const { person, id } = enter(event);
		const form = await readForm(v.object({ to: v.union([v.literal(''), uuid], 'unknown') }), event.request);
		if (!form.ok) return fail(400, { handOver: 'no-mentor' as const });
		const outcome = await handOver(app().db, person, { id, to: form.input.to || null }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'item');
		if (outcome.code === 'no-mentor') return fail(400, { handOver: outcome.code });
		if (outcome.code === 'taken') return fail(409, { taken: { by: outcome.by, until: outcome.until } });
		if (person.roles.includes('mentor')) leadTo(event, '/mentor', outcome.code === 'handed-over' ? { handedOver: outcome.to } : null);
		redirect(303, '/hr/people');
	},

	save: async (event) => {
		const { person, id } = enter(event);
		const fields = await readFields(event.request);
		const outcome = await saveJudgement(
			app().db,
			person,
			{ itemId: id, revision: Number(fields.get('revision')), draft: parse(String(fields.get('draft') ?? '')) },
			event.locals.now
		);
		if (outcome.code === 'missing') error(404, 'item');
		if (outcome.code === 'invalid') error(400, 'draft');
		if (outcome.code === 'saved') return { saved: { revision: outcome.revision, savedAt: outcome.savedAt } };
		if (outcome.code === 'older') return fail(409, { refused: outcome });
		return fail(409, { refused: { code: 'closed' as const } });
	},

	decide: async (event) => {
		const { person, id } = enter(event);
		const form = await readForm(
			v.object({ decision: v.picklist(['accept', 'accept-anyway', 'return'], 'empty'), confirmed: text, reason: text, againBy: text, revision: text, draft: text }),
			event.request
		);
		if (!form.ok) error(400, 'form');
		const { decision: pressed, reason, againBy, revision, draft } = form.input;
		const decision = pressed === 'return' ? 'return' : 'accept';
		const confirmed = pressed === 'accept-anyway' ? form.input.confirmed.split(' ') : [];
		const { db, library } = app();
		const unsaved = Number(revision) > 0 ? { revision: Number(revision), draft: parse(draft) } : null;
		const outcome = await decideSubmission(db, library, person, { itemId: id, decision, confirmed, reason, againBy, unsaved }, event.locals.now);
		const values = { reason, againBy };
		switch (outcome.code) {
			case 'missing':
				return error(404, 'item');
			case 'decided':
				return again(event);
			case 'taken':
				return fail(409, { gone: values });
			case 'unclaimed':
				return fail(409, { gone: values });
			case 'incomplete':
				return fail(400, { decide: { values, problem: outcome.code, lacks: outcome.lacks, failures: [] } });
			case 'failed':
				return fail(400, { decide: { values, problem: outcome.code, lacks: [], failures: outcome.failures } });
			default:
				return fail(outcome.code === 'no-reason' || outcome.code === 'no-date' || outcome.code === 'too-long' ? 400 : 409, {
					decide: { values, problem: outcome.code, lacks: [], failures: [] }
				});
		}
	},

	settle: async (event) => {
		const { person, id } = enter(event);
		const form = await readForm(
			v.object({ decision: v.picklist(['kept', 'changed'], 'empty'), mark: text, comment: text, reason: text, ruling: text, clientKey: uuid }),
			event.request
		);
		if (!form.ok) error(400, 'form');
		const { mark, ...input } = form.input;
		const given = mark === 'none' ? null : mark === '' ? Number.NaN : Number(mark);
		const { db, library } = app();
		const outcome = await decideDispute(db, library, person, { ...input, itemId: id, mark: given }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'item');
		if (outcome.code === 'decided') return again(event);
		const { clientKey: _, ...values } = form.values;
		return fail(outcome.code === 'taken' || outcome.code === 'finished' || outcome.code === 'unclaimed' ? 409 : 400, { settle: { values, problem: outcome.code } });
	},

	correct: async (event) => {
		const { person } = enter(event);
		const form = await readForm(v.object({ markId: uuid, mark: text, comment: text, reason: text, clientKey: uuid }), event.request);
		if (!form.ok) error(400, 'form');
		const { mark, ...input } = form.input;
		const given = mark === 'none' ? null : mark === '' ? Number.NaN : Number(mark);
		const { db, library } = app();
		const outcome = await correctMark(db, library, person, { ...input, mark: given }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'mark');
		if (outcome.code === 'corrected') return again(event);
		return fail(400, { correct: { markId: input.markId, values: { mark, comment: input.comment, reason: input.reason }, problem: outcome.code } });
	},

	snippet: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(v.object({ lineId: v.union([v.literal(''), uuid]), body: text, clientKey: uuid }), event.request);
		if (!form.ok) error(400, 'form');
		const { lineId, body, clientKey } = form.input;
		const outcome = await keepSnippet(app().db, person, { lineId: lineId || null, body, clientKey }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'snippet');
		if (outcome.code !== 'kept') return fail(400, { snippet: { lineId, body, problem: outcome.code } });
		return thenShow(event, { snippetKept: lineId });
	},

	putAway: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(v.object({ lineId: uuid }), event.request);
		if (!form.ok) error(400, 'form');
		const outcome = await putSnippetAway(app().db, person, form.input.lineId, event.locals.now);
		if (outcome.code === 'missing') error(404, 'snippet');
		return thenShow(event, { putAway: true });
	}
};
