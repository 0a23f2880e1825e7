import { randomUUID } from 'node:crypto';
import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { SentHtml } from '$lib/components/sent-html';
import { app } from '$lib/server/app';
import { readFields, readForm } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { readAssessment, startAttempt } from '$lib/server/services/attempts';
import { askMentor, inquiryLength } from '$lib/server/services/inquiries';
import { acceptStandard, answerInlineCheck, markAsRead, readLesson } from '$lib/server/services/lessons';
import { raiseDispute } from '$lib/server/services/disputes';
import { readOwnSubmissions } from '$lib/server/services/judging';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad, RequestEvent } from './$types';

const nameOf = (event: RequestEvent | Parameters<PageServerLoad>[0]) => `${event.params.course}/${event.params.lesson}`;

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const { locale, now } = event.locals;
	const name = nameOf(event);
	const [lesson, assessment] = await Promise.all([
		readLesson(db, library, person, name, locale, now),
		readAssessment(db, library, person, name, locale, now)
	]);
	if (!lesson) error(404, 'lesson');
	const open = lesson.pieces.flatMap((piece) => (piece.kind === 'question' && piece.question.kind === 'open' && piece.done ? [`${name}/${piece.key}`] : []));
	const answers = await readOwnSubmissions(db, library, person, open, locale, now);
	const pieces = lesson.pieces.map((piece, at) =>
		piece.kind === 'text' ? { ...piece, html: new SentHtml(piece.html, event.isDataRequest ? null : String(at)) } : piece
	);
	return { lesson: { ...lesson, pieces }, assessment, answers, clientKey: randomUUID(), told: readTold<ActionData>(event) };
};

const key = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/));
const uuid = v.pipe(v.string(), v.uuid());

export const actions: Actions = {
	check: async (event) => {
		const person = requireUser(event);
		const fields = await readFields(event.request);
		const input = v.safeParse(v.object({ key, release: uuid, clientKey: uuid }), Object.fromEntries(fields));
		if (!input.success) error(400, 'form');
		const { db, library } = app();
		const outcome = await answerInlineCheck(
			db,
			library,
			person,
			{ ...input.output, lesson: nameOf(event), fields, locale: event.locals.locale },
			event.locals.now
		);
		if (outcome.code === 'missing') error(404, 'lesson');
		if (outcome.code === 'invalid') {
			return fail(400, { check: { key: input.output.key, problem: outcome.problem, response: outcome.response } });
		}
		// The lesson itself shows it, also when it is opened again.
		thenShow(event, null);
		return { answered: outcome };
	},

	accept: async (event) => {
		const person = requireUser(event);
		const fields = await readFields(event.request);
		const input = v.safeParse(v.object({ key, release: uuid, accepted: v.optional(v.string()) }), Object.fromEntries(fields));
		if (!input.success) error(400, 'form');
		if (!input.output.accepted) return fail(400, { accept: { key: input.output.key, problem: 'unticked' } });
		const { db, library } = app();
		const outcome = await acceptStandard(db, library, person, { ...input.output, lesson: nameOf(event) }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'lesson');
		if (outcome.courseCompleted) redirect(303, `/learn/${event.params.course}`);
		return thenShow(event, { accepted: input.output.key });
	},

	read: async (event) => {
		const person = requireUser(event);
		const { db, library } = app();
		const outcome = await markAsRead(db, library, person, nameOf(event), event.locals.now);
		if (outcome.code === 'missing') error(404, 'lesson');
		if (outcome.courseCompleted) redirect(303, `/learn/${event.params.course}`);
		return thenShow(event, { read: true });
	},

	ask: async (event) => {
		const person = requireUser(event);
		const form = await readForm(
			v.object({
				body: v.pipe(v.string(), v.trim(), v.nonEmpty('empty'), v.maxLength(inquiryLength, 'too-long')),
				clientKey: uuid
			}),
			event.request
		);
		if (!form.ok) return fail(400, { ask: form });
		const { db, library } = app();
		const outcome = await askMentor(db, library, person, { ...form.input, lesson: nameOf(event) }, event.locals.now);
		if (outcome.code !== 'asked') error(404, 'lesson');
		return thenShow(event, { asked: true });
	},

	/** Contests a mark; also from the pages of the lesson's exercises. */
	dispute: async (event) => {
		const person = requireUser(event);
		const form = await readForm(v.object({ markId: uuid, reason: v.string(), clientKey: uuid }), event.request);
		if (!form.ok) error(400, 'form');
		const outcome = await raiseDispute(app().db, person, form.input, event.locals.now);
		if (outcome.code === 'missing') error(404, 'mark');
		if (outcome.code !== 'raised') return fail(400, { dispute: { markId: form.input.markId, reason: form.values.reason, problem: outcome.code } });
		redirect(303, event.url.pathname);
	},

	start: async (event) => {
		const person = requireUser(event);
		const { db, library } = app();
		const outcome = await startAttempt(db, library, person, nameOf(event), event.locals.now, Math.random);
		if (outcome.code === 'missing') error(404, 'lesson');
		if (outcome.code === 'started') redirect(303, `/learn/${nameOf(event)}/attempts/${outcome.id}`);
		return fail(409, { start: outcome.code });
	}
};
