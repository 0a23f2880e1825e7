import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { readFields } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { readAttempt, saveResponse, submitAttempt } from '$lib/server/services/attempts';
import { thenShow } from '$lib/server/told';
import type { Actions, PageServerLoad } from './$types';

const uuid = v.pipe(v.string(), v.uuid());

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const { params, locals, url } = event;
	if (!v.is(uuid, params.id)) error(404, 'attempt');
	const attempt = await readAttempt(db, library, person, params.id, locals.locale, locals.now);
	if (!attempt || attempt.name !== `${params.course}/${params.lesson}`) error(404, 'attempt');
	const found = library.current().lesson(attempt.name);
	const fallback = library.current().academy.defaultLocale;
	return {
		attempt,
		title: found ? inLocale(found.lesson.title, locals.locale, fallback) : params.lesson,
		courseTitle: found ? inLocale(found.course.title, locals.locale, fallback) : params.course,
		/** 1-based; 0 = the overview before submitting. */
		at: readPlace(url.searchParams.get('question'), attempt.questions.length)
	};
};

function readPlace(value: string | null, questions: number): number {
	if (value === 'review') return 0;
	const place = Number(value ?? 1);
	return Number.isInteger(place) && place >= 1 && place <= questions ? place : 1;
}

const saving = v.object({
	question: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
	revision: v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(1)),
	flagged: v.optional(v.string()),
	/** Without JavaScript: where to go after saving. */
	next: v.optional(v.pipe(v.string(), v.regex(/^(\d{1,3}|review)$/)))
});

export const actions: Actions = {
	save: async (event) => {
		const person = requireUser(event);
		const fields = await readFields(event.request);
		const input = v.safeParse(saving, Object.fromEntries(fields));
		if (!input.success || !v.is(uuid, event.params.id)) error(400, 'form');
		const { db, library } = app();
		const { question, revision, flagged, next } = input.output;
		const outcome = await saveResponse(
			db,
			library,
			person,
			{ attempt: event.params.id, question, revision, flagged: flagged !== undefined, fields },
			event.locals.now
		);
		if (outcome.code === 'missing') error(404, 'attempt');
		if (outcome.code !== 'saved') return fail(409, { refused: { question, ...outcome } });
		if (next) redirect(303, `?question=${next}`);
		thenShow(event, null);
		return { saved: { question, ...outcome } };
	},

	submit: async (event) => {
		const person = requireUser(event);
		if (!v.is(uuid, event.params.id)) error(404, 'attempt');
		const { db, library } = app();
		const outcome = await submitAttempt(db, library, person, event.params.id, event.locals.now);
		if (outcome.code === 'missing') error(404, 'attempt');
		redirect(303, event.url.pathname);
	}
};
