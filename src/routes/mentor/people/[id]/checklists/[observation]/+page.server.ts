import { randomUUID } from 'node:crypto';
import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { largestPictureBytes, longestSide } from '$lib/core/picture';
import { app } from '$lib/server/app';
import { readFile, readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { discardObservation, putPhoto, removePhoto } from '$lib/server/services/observation-photos';
import { confirmAsMentor, readObservation, saveObservation } from '$lib/server/services/observations';
import { leadTo, readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

const uuid = v.pipe(v.string(), v.uuid());

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'mentor');
	if (!v.is(uuid, event.params.observation)) error(404, 'checklist');
	const { db, library } = app();
	const observation = await readObservation(db, library, person, event.params.observation, event.locals.locale);
	if (observation?.employeeId !== event.params.id) error(404, 'checklist');
	const clientKeys = Object.fromEntries(observation.items.map(({ key }) => [key, randomUUID()]));
	return { observation, clientKeys, longestSide, told: readTold<ActionData>(event) };
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

	/** A photo of an item: from the page's script made smaller, without scripts as the phone has it. */
	photo: async (event) => {
		const person = requireRole(event, 'mentor');
		if (!v.is(uuid, event.params.observation)) error(404, 'checklist');
		const { fields, file, tooLarge } = await readFile(event.request, 'photo', largestPictureBytes);
		const { db, storage, library } = app();
		if (tooLarge) return fail(413, { photo: { item: '', why: 'too-large' as const } });
		const input = v.safeParse(v.object({ item: v.string(), clientKey: uuid }), Object.fromEntries(fields));
		if (!input.success) error(400, 'form');
		const { item } = input.output;
		if (!file) return fail(400, { photo: { item, why: 'none' as const } });
		const outcome = await putPhoto(db, storage, library, person, { observation: event.params.observation, ...input.output, bytes: file }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'checklist');
		if (outcome.code === 'refused') return fail(400, { photo: { item, why: outcome.why } });
		if (outcome.code !== 'stored') return fail(409, { photo: { item, why: outcome.code } });
		return thenShow(event, { photo: outcome.photo });
	},

	removePhoto: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(v.object({ photo: uuid }), event.request);
		if (!form.ok || !v.is(uuid, event.params.observation)) error(404, 'photo');
		const { db, storage } = app();
		const outcome = await removePhoto(db, storage, person, { observation: event.params.observation, ...form.input }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'photo');
		if (outcome.code === 'confirmed') return fail(409, { photo: { item: '', why: 'confirmed' as const } });
		return thenShow(event, { removed: true });
	},

	confirm: async (event) => {
		const person = requireRole(event, 'mentor');
		if (!v.is(uuid, event.params.observation)) error(404, 'checklist');
		const { db, library } = app();
		const outcome = await confirmAsMentor(db, library, person, event.params.observation, event.locals.now);
		if (outcome.code === 'missing') error(404, 'checklist');
		if (outcome.code === 'incomplete') return fail(400, { open: outcome.open });
		return thenShow(event, { confirmed: true });
	},

	discard: async (event) => {
		const person = requireRole(event, 'mentor');
		if (!v.is(uuid, event.params.observation)) error(404, 'checklist');
		const { db, storage } = app();
		const outcome = await discardObservation(db, storage, person, event.params.observation, event.locals.now);
		if (outcome.code === 'missing') error(404, 'checklist');
		leadTo(event, `/mentor/people/${event.params.id}`, { discarded: true });
	}
};

function parse(text: string): unknown {
	try {
		return JSON.parse(text.replaceAll('\0', ''));
	} catch {
		return null;
	}
}
