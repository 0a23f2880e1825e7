import { randomUUID } from 'node:crypto';
import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { grantAllowance, listAllowances, reasonLength } from '$lib/server/services/allowances';
import { readCompetencies } from '$lib/server/services/competencies';
import { readMentee } from '$lib/server/services/mentees';
import { beginObservation, listObservations } from '$lib/server/services/observations';
import { listObservedCalls } from '$lib/server/services/observed-calls';
import { revokeSignOff } from '$lib/server/services/sign-offs';
import { readTimeline } from '$lib/server/services/timeline';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'mentor');
	if (!v.is(v.pipe(v.string(), v.uuid()), event.params.id)) error(404, 'person');
	const { db, library } = app();
	const { locale } = event.locals;
	const { id } = event.params;
	const [mentee, allowances] = await Promise.all([
		readMentee(db, library, person, id, locale),
		listAllowances(db, person, id)
	]);
	if (!mentee) error(404, 'person');
	const [competencies, timeline, calls, checklists] = await Promise.all([
		readCompetencies(db, library, person, id, locale, event.locals.now),
		readTimeline(db, library, id, locale),
		listObservedCalls(db, id),
		listObservations(db, id)
	]);
	const release = library.current();
	const told = (text: Record<string, string>) => inLocale(text, locale, release.academy.defaultLocale);
	const titleOf = (name: string) => {
		const found = release.lesson(name);
		return found ? inLocale(found.lesson.title, locale, release.academy.defaultLocale) : name;
	};
	return {
		mentee: { ...mentee, attempts: mentee.attempts.map((row) => ({ ...row, title: titleOf(row.lesson) })) },
		allowances: allowances.map((row) => ({ ...row, title: titleOf(row.lesson) })),
		competencies: competencies ?? [],
		timeline,
		// An unfinished one is its mentor's alone.
		unfinished: {
			calls: calls.filter((row) => row.mentorId === person.id && !row.finishedAt),
			checklists: checklists
				.filter((row) => row.mentorId === person.id && !row.mentorConfirmedAt)
				.map((row) => ({ ...row, title: told(release.observation(row.checklist)?.title ?? {}) || row.checklist }))
		},
		checklists: (release.academy.observations ?? []).map(({ key, title }) => ({ key, title: told(title) })),
		clientKey: randomUUID(),
		told: readTold<ActionData>(event)
	};
};

const uuid = v.pipe(v.string(), v.uuid());

export const actions: Actions = {
	checklist: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(v.object({ checklist: v.string(), clientKey: uuid }), event.request);
		if (!form.ok || !v.is(uuid, event.params.id)) error(404, 'person');
		const { db, library } = app();
		const outcome = await beginObservation(db, library, person, { ...form.input, employeeId: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		redirect(303, `/mentor/people/${event.params.id}/checklists/${outcome.id}`);
	},

	revoke: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(v.object({ id: uuid, reason: v.string() }), event.request);
		if (!form.ok) error(404, 'person');
		const { db, library } = app();
		const outcome = await revokeSignOff(db, library, person, form.input, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code !== 'revoked') return fail(400, { revoke: { id: form.input.id, problem: outcome.code, reason: form.input.reason } });
		return thenShow(event, { revoked: form.input.id });
	},

	grant: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(
			v.object({
				kind: v.picklist(['attempt', 'exemption'], 'empty'),
				lesson: v.pipe(v.string(), v.nonEmpty('empty')),
				reason: v.pipe(v.string(), v.trim(), v.nonEmpty('empty'), v.maxLength(reasonLength, 'too-long')),
				clientKey: v.pipe(v.string(), v.uuid())
			}),
			event.request
		);
		if (!form.ok) return fail(400, form);
		if (!v.is(v.pipe(v.string(), v.uuid()), event.params.id)) error(404, 'person');
		const { db, library } = app();
		const outcome = await grantAllowance(
			db,
			library,
			person,
			{ ...form.input, employeeId: event.params.id },
			event.locals.now
		);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code !== 'granted') {
			return fail(400, { ok: false as const, values: form.values, problems: { lesson: outcome.code } });
		}
		return thenShow(event, { granted: true });
	}
};
