import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { confirmAsMentor, readObservation, saveObservation } from '$lib/server/services/observations';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

const uuid = v.pipe(v.string(), v.uuid());

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'mentor');
	if (!v.is(uuid, event.params.observation)) error(404, 'checklist');
	const { db, library } = app();
	const observation = await readObservation(db, library, person, event.params.observation, event.locals.locale);
	if (observation?.employeeId !== event.params.id) error(404, 'checklist');
	return { observation, told: readTold<ActionData>(event) };
};

const written = v.object({ answers: v.unknown(), note: v.string() });

export const actions: Actions = {
	/** The page's script sends it by itself: `draft` is JSON of answers and note. */
	save: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(v.object({ revision: v.pipe(v.string(), v.toNumber()), draft: v.string() }), event.request);
		if (!form.ok || !v.is(uuid, event.params.observation)) error(400, 'form');
		const draft = v.safeParse(written, parse(form.input.draft));
		if (!draft.success) error(400, 'form');
		const { db, library } = app();
		const { locale, now } = event.locals;
		const input = { id: event.params.observation, revision: form.input.revision, answers: draft.output.answers, note: draft.output.note };
		const outcome = await saveObservation(db, library, person, input, now);
		if (outcome.code === 'missing') error(404, 'checklist');
		if (outcome.code === 'invalid') error(400, 'form');
		if (outcome.code === 'saved') return { saved: { revision: outcome.revision, savedAt: now } };
		if (outcome.code === 'confirmed') return fail(409, { refused: { code: 'closed' as const } });
		const newer = (await readObservation(db, library, person, event.params.observation, locale))!;
		const answers = Object.fromEntries(newer.items.flatMap(({ key, answer }) => (answer ? [[key, answer]] : [])));
		return fail(409, {
			refused: { code: 'older' as const, revision: newer.revision, savedAt: newer.savedAt, draft: { answers, note: newer.note } }
		});
	},

	confirm: async (event) => {
		const person = requireRole(event, 'mentor');
		if (!v.is(uuid, event.params.observation)) error(404, 'checklist');
		const { db, library } = app();
		const outcome = await confirmAsMentor(db, library, person, event.params.observation, event.locals.now);
		if (outcome.code === 'missing') error(404, 'checklist');
		if (outcome.code === 'incomplete') return fail(400, { open: outcome.open });
		return thenShow(event, { confirmed: true });
	}
};

function parse(text: string): unknown {
	try {
		return JSON.parse(text.replaceAll('\0', ''));
	} catch {
		return null;
	}
}
