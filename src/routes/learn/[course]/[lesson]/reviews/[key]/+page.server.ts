import { randomUUID } from 'node:crypto';
import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { withSentTurns } from '$lib/components/review/sent-turns';
import { app } from '$lib/server/app';
import { readFields } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { readCallReview, saveCallReview, startCallReview, submitCallReview } from '$lib/server/services/call-reviews';
import type { Actions, PageServerLoad } from './$types';

const nameOf = ({ params }: { params: { course: string; lesson: string; key: string } }) => `${params.course}/${params.lesson}/${params.key}`;

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const { locale, now } = event.locals;
	const shown = Number(event.url.searchParams.get('try'));
	const review = await readCallReview(db, library, person, nameOf(event), Number.isSafeInteger(shown) && shown > 0 ? shown : null, locale, now);
	if (!review) error(404, 'exercise');
	const { work, result } = review;
	return { review: { ...review, work: work && withSentTurns(work, event), result: result && withSentTurns(result, event) }, clientKey: randomUUID() };
};

const uuid = v.pipe(v.string(), v.uuid());
const revision = v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number));
const json = v.pipe(v.string(), v.parseJson());

export const actions: Actions = {
	start: async (event) => {
		const person = requireUser(event);
		const input = v.safeParse(v.object({ clientKey: uuid }), Object.fromEntries(await readFields(event.request)));
		if (!input.success) error(400, 'form');
		const { db, library } = app();
		const outcome = await startCallReview(db, library, person, { name: nameOf(event), ...input.output }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'exercise');
		// Whatever became of it, the page says how it stands.
		redirect(303, event.url.pathname);
	},

	save: async (event) => {
		const person = requireUser(event);
		const input = v.safeParse(v.object({ review: uuid, revision, draft: json }), Object.fromEntries(await readFields(event.request)));
		if (!input.success) error(400, 'form');
		const outcome = await saveCallReview(app().db, person, input.output, event.locals.now);
		if (outcome.code === 'missing') error(404, 'review');
		if (outcome.code === 'invalid') error(400, 'draft');
		if (outcome.code !== 'saved') return fail(409, { refused: outcome });
		return { saved: outcome };
	},

	submit: async (event) => {
		const person = requireUser(event);
		const input = v.safeParse(v.object({ submission: uuid, revision }), Object.fromEntries(await readFields(event.request)));
		if (!input.success) error(400, 'form');
		const { db, library } = app();
		const outcome = await submitCallReview(db, library, person, input.output, event.locals.now);
		if (outcome.code === 'missing') error(404, 'review');
		if (outcome.code === 'incomplete') return fail(400, { incomplete: true });
		if (outcome.code === 'older') return fail(409, { older: true });
		redirect(303, event.url.pathname);
	}
};
