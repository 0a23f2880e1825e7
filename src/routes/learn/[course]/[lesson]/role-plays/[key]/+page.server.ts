import { randomUUID } from 'node:crypto';
import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { raiseDispute } from '$lib/server/services/disputes';
import { readOwnSubmissions } from '$lib/server/services/judging';
import { askForLivePlay } from '$lib/server/services/live-role-plays';
import { chooseInRun, readRolePlay, startRun } from '$lib/server/services/role-plays';
import { leadTo, readTold } from '$lib/server/told';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const exerciseOf = ({ params }: Pick<RequestEvent, 'params'>) => `${params.course}/${params.lesson}/${params.key}`;
const count = v.pipe(v.string(), v.regex(/^\d{1,6}$/), v.transform(Number));
const uuid = v.pipe(v.string(), v.uuid());
const fromOne = v.pipe(count, v.minValue(1));

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const asked = event.url.searchParams.get('run');
	const run = v.safeParse(v.nullable(fromOne), asked);
	if (!run.success) error(404, 'run');
	const { locale, now } = event.locals;
	const exercise = exerciseOf(event);
	const play = await readRolePlay(db, library, person, { exercise, run: run.output, locale });
	if (!play) error(404, 'role-play');
	return {
		play,
		/** What a mentor has judged, or is asked for; null when it is not played live, or never was. */
		live: play.isLive ? ((await readOwnSubmissions(db, library, person, [exercise], locale, now))[exercise] ?? null) : null,
		clientKey: randomUUID(),
		/** A choice was sent for a place that had been taken already. */
		elsewhere: readTold<{ elsewhere: true }>(event)?.elsewhere ?? false
	};
};

export const actions: Actions = {
	start: async (event) => {
		const person = requireUser(event);
		const form = await readForm(v.object({ number: fromOne }), event.request);
		if (!form.ok) error(400, 'form');
		const { db, library } = app();
		const outcome = await startRun(db, library, person, { ...form.input, exercise: exerciseOf(event) }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'role-play');
		redirect(303, outcome.ended ? `${event.url.pathname}?run=${outcome.number}` : `${event.url.pathname}#now`);
	},

	live: async (event) => {
		const person = requireUser(event);
		const form = await readForm(v.object({ clientKey: uuid }), event.request);
		if (!form.ok) error(400, 'form');
		const { db, library } = app();
		const outcome = await askForLivePlay(db, library, person, { ...form.input, exercise: exerciseOf(event) }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'role-play');
		redirect(303, `${event.url.pathname}#live`);
	},

	/** Contests a mark of the play with a mentor. */
	dispute: async (event) => {
		const person = requireUser(event);
		const form = await readForm(v.object({ markId: uuid, reason: v.string(), clientKey: uuid }), event.request);
		if (!form.ok) error(400, 'form');
		const outcome = await raiseDispute(app().db, person, form.input, event.locals.now);
		if (outcome.code === 'missing') error(404, 'mark');
		if (outcome.code !== 'raised') return fail(400, { dispute: { markId: form.input.markId, reason: form.values.reason, problem: outcome.code } });
		redirect(303, `${event.url.pathname}#live`);
	},

	choose: async (event) => {
		const person = requireUser(event);
		const form = await readForm(v.object({ run: fromOne, place: count, choice: count }), event.request);
		if (!form.ok) error(400, 'form');
		const { db, library } = app();
		const outcome = await chooseInRun(db, library, person, { ...form.input, exercise: exerciseOf(event) }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'role-play');
		if (outcome.code === 'not-offered') return fail(400, { notOffered: true as const });
		const { pathname } = event.url;
		leadTo(event, outcome.ended ? `${pathname}?run=${form.input.run}` : `${pathname}#now`, outcome.elsewhere ? { elsewhere: true } : null);
	}
};
