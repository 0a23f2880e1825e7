import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { dailyNew, dailyQuestions, longestInterval, wantedRetention } from '$lib/core/spaced-practice';
import { app } from '$lib/server/app';
import { readFields } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { answerPractice, readPractice } from '$lib/server/services/spaced-practice';
import { leadTo, readTold } from '$lib/server/told';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const { locale, now } = event.locals;
	const practice = await readPractice(db, library, person, event.url.searchParams.get('answer'), locale, now);
	if (!practice) error(403, 'forbidden');
	return {
		practice,
		limits: { questions: dailyQuestions, fresh: dailyNew, days: longestInterval, retention: wantedRetention },
		told: readTold<{ notNow: true } | { earlier: true }>(event)
	};
};

const answered = v.object({
	exercise: v.pipe(v.string(), v.maxLength(200)),
	number: v.pipe(v.string(), v.regex(/^[1-9]\d{0,5}$/), v.transform(Number)),
	release: v.pipe(v.string(), v.uuid()),
	unsure: v.optional(v.string())
});

export const actions: Actions = {
	answer: async (event) => {
		const person = requireUser(event);
		const fields = await readFields(event.request);
		const input = v.safeParse(answered, Object.fromEntries(fields));
		if (!input.success) error(400, 'form');
		const { db, library } = app();
		const { unsure, ...rest } = input.output;
		const outcome = await answerPractice(db, library, person, { ...rest, unsure: unsure !== undefined, fields }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'lesson');
		if (outcome.code === 'invalid') {
			const { problem, response } = outcome;
			return fail(400, { answer: { exercise: rest.exercise, number: rest.number, problem, response, unsure: unsure !== undefined } });
		}
		if (outcome.code === 'not-now') leadTo(event, '/practice', { notNow: true });
		// The answer has an address: a reload tells of it again and sends nothing.
		leadTo(event, `/practice?answer=${outcome.id}#practice-feedback`, outcome.other ? { earlier: true } : null);
	}
};
