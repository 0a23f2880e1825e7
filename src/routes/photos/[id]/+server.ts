import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { requireUser } from '$lib/server/guard';
import { answerRange } from '$lib/server/ranges';
import { seePhoto } from '$lib/server/services/observation-photos';
import type { RequestHandler } from './$types';

/** A photo of a checklist, for those who may read it. */
export const GET: RequestHandler = async (event) => {
	const person = requireUser(event);
	if (!v.is(v.pipe(v.string(), v.uuid()), event.params.id)) error(404, 'photo');
	const { db, storage } = app();
	const found = await seePhoto(db, storage, person, event.params.id);
	if (found.code === 'missing') error(404, 'photo');
	if (found.code === 'deleted') error(410, 'photo');
	const headers = { 'content-type': found.type, 'content-disposition': 'inline' };
	return (await answerRange(event.request, found.size, headers, found.open)) ?? error(410, 'photo');
};
