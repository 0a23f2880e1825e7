import { randomUUID } from 'node:crypto';
import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { grantAllowance, listAllowances, reasonLength } from '$lib/server/services/allowances';
import { readMentee } from '$lib/server/services/mentees';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'mentor');
	if (!v.is(v.pipe(v.string(), v.uuid()), event.params.id)) error(404, 'person');
	const { db, library } = app();
	const { locale } = event.locals;
	const [mentee, allowances] = await Promise.all([
		readMentee(db, library, person, event.params.id, locale),
		listAllowances(db, person, event.params.id)
	]);
	if (!mentee) error(404, 'person');
	const release = library.current();
	const titleOf = (name: string) => {
		const found = release.lesson(name);
		return found ? inLocale(found.lesson.title, locale, release.academy.defaultLocale) : name;
	};
	return {
		mentee: { ...mentee, attempts: mentee.attempts.map((row) => ({ ...row, title: titleOf(row.lesson) })) },
		allowances: allowances.map((row) => ({ ...row, title: titleOf(row.lesson) })),
		clientKey: randomUUID(),
		told: readTold<ActionData>(event)
	};
};

export const actions: Actions = {
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
