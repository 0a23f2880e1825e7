import { randomUUID } from 'node:crypto';
import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { largestBytes, pieceBytes } from '$lib/core/recording';
import { app } from '$lib/server/app';
import { readFields, readFile, readForm } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { raiseDispute } from '$lib/server/services/disputes';
import { readOwnSubmissions } from '$lib/server/services/judging';
import {
	beginRecording,
	finishRecording,
	handInRecording,
	readRecordingPage,
	receivePiece,
	storeRecording
} from '$lib/server/services/recordings';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const nameOf = ({ params }: Pick<RequestEvent, 'params'>) => `${params.course}/${params.lesson}/${params.key}`;

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const { locale, now } = event.locals;
	const name = nameOf(event);
	const page = await readRecordingPage(db, library, person, name, locale);
	if (!page) error(404, 'exercise');
	const judged = page.rounds.length > 0 ? await readOwnSubmissions(db, library, person, [name], locale, now) : {};
	return { recordings: page, judged: judged[name] ?? null, clientKey: randomUUID() };
};

const uuid = v.pipe(v.string(), v.uuid());
const bytes = v.pipe(v.string(), v.regex(/^\d{1,12}$/), v.transform(Number));

/** The checked fields; 400 for what no page of ours sends. */
function read<S extends v.ObjectSchema<v.ObjectEntries, undefined>>(schema: S, fields: FormData): v.InferOutput<S> {
	const input = v.safeParse(schema, Object.fromEntries(fields));
	if (!input.success) error(400, 'form');
	return input.output;
}

export const actions: Actions = {
	/** An upload begins, or goes on where it was. */
	begin: async (event) => {
		const person = requireUser(event);
		const { clientKey } = read(v.object({ clientKey: uuid }), await readFields(event.request));
		const { db, storage, library } = app();
		const outcome = await beginRecording(db, storage, library, person, { exercise: nameOf(event), clientKey }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'exercise');
		return { upload: outcome };
	},

	piece: async (event) => {
		const person = requireUser(event);
		const { fields, file, tooLarge } = await readFile(event.request, 'piece', pieceBytes);
		if (tooLarge) error(413, 'piece');
		const input = read(v.object({ recording: uuid, offset: bytes }), fields);
		if (!file) error(400, 'form');
		const { db, storage, library } = app();
		const outcome = await receivePiece(db, storage, library, person, { ...input, exercise: nameOf(event), piece: file }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'recording');
		return { upload: outcome };
	},

	finish: async (event) => {
		const person = requireUser(event);
		const input = read(v.object({ recording: uuid, size: bytes }), await readFields(event.request));
		const { db, storage, library } = app();
		const outcome = await finishRecording(db, storage, library, person, { ...input, exercise: nameOf(event) }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'recording');
		return { upload: outcome };
	},

	/** A whole file at once, without scripts. */
	file: async (event) => {
		const person = requireUser(event);
		const { db, storage, library } = app();
		const task = await readRecordingPage(db, library, person, nameOf(event), event.locals.locale);
		if (!task) error(404, 'exercise');
		const { fields, file, tooLarge } = await readFile(event.request, 'file', largestBytes(task.seconds));
		if (tooLarge) return fail(400, { file: { why: 'too-large' as const, seconds: null } });
		const { clientKey } = read(v.object({ clientKey: uuid }), fields);
		if (!file) return fail(400, { file: { why: 'none' as const, seconds: null } });
		const outcome = await storeRecording(db, storage, library, person, { exercise: nameOf(event), clientKey, bytes: file }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'exercise');
		if (outcome.code === 'refused') return fail(400, { file: { why: outcome.why, seconds: outcome.seconds } });
		if (outcome.code !== 'stored') return fail(400, { file: { why: outcome.code, seconds: null } });
		redirect(303, event.url.pathname);
	},

	handIn: async (event) => {
		const person = requireUser(event);
		const input = read(v.object({ recording: uuid, release: uuid, clientKey: uuid }), await readFields(event.request));
		const { db, library } = app();
		const outcome = await handInRecording(db, library, person, { ...input, exercise: nameOf(event) }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'recording');
		if (outcome.code !== 'handed-in') return fail(409, { handIn: outcome.code });
		redirect(303, outcome.courseCompleted ? `/learn/${event.params.course}` : event.url.pathname);
	},

	/** Contests a mark of what was judged here. */
	dispute: async (event) => {
		const person = requireUser(event);
		const form = await readForm(v.object({ markId: uuid, reason: v.string(), clientKey: uuid }), event.request);
		if (!form.ok) error(400, 'form');
		const outcome = await raiseDispute(app().db, person, form.input, event.locals.now);
		if (outcome.code === 'missing') error(404, 'mark');
		if (outcome.code !== 'raised') return fail(400, { dispute: { markId: form.input.markId, reason: form.values.reason, problem: outcome.code } });
		redirect(303, event.url.pathname);
	}
};
