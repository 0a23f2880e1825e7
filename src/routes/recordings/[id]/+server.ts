import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { requireUser } from '$lib/server/guard';
import { answerRange } from '$lib/server/ranges';
import { hearRecording } from '$lib/server/services/recordings';
import type { RequestHandler } from './$types';

/** A spoken answer, for those who may hear it; a part of it where a player asks for one. HEAD, too. */
export const GET: RequestHandler = async (event) => {
	const person = requireUser(event);
	if (!v.is(v.pipe(v.string(), v.uuid()), event.params.id)) error(404, 'recording');
	const { db, storage } = app();
	const found = await hearRecording(db, storage, person, event.params.id);
	if (found.code === 'missing') error(404, 'recording');
	if (found.code === 'deleted') error(410, 'recording');
	const headers = { 'content-type': found.type, 'content-disposition': 'inline' };
	return (await answerRange(event.request, found.size, headers, found.open)) ?? error(410, 'recording');
};
