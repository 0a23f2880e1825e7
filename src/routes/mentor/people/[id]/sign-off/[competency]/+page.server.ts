import { randomUUID } from 'node:crypto';
import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { app } from '$lib/server/app';
import { readFields, readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { readCompetencies } from '$lib/server/services/competencies';
import { nameOfMentee } from '$lib/server/services/mentees';
import { giveSignOff, returnRequest, signOffDays } from '$lib/server/services/sign-offs';
import { leadTo, readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

const uuid = v.pipe(v.string(), v.uuid());

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'mentor');
	const { id, competency: key } = event.params;
	if (!v.is(uuid, id)) error(404, 'person');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const [name, competencies] = await Promise.all([
		nameOfMentee(db, person, id),
		readCompetencies(db, library, person, id, locale, now)
	]);
	const competency = competencies?.find((one) => one.key === key);
	if (name === null || !competency) error(404, 'person');
	return { id, name, competency, days: signOffDays, clientKey: randomUUID(), told: readTold<ActionData>(event) };
};

export const actions: Actions = {
	sign: async (event) => {
		const person = requireRole(event, 'mentor');
		const fields = await readFields(event.request);
		const input = v.safeParse(
			v.object({ level: v.pipe(v.string(), v.toNumber()), statement: v.string(), days: v.string(), clientKey: uuid }),
			Object.fromEntries(fields)
		);
		if (!input.success || !v.is(uuid, event.params.id)) error(400, 'form');
		const { level, statement, days, clientKey } = input.output;
		const evidence = fields.getAll('evidence').filter((one) => v.is(uuid, one)) as string[];
		const { db, library } = app();
		const { id, competency } = event.params;
		const outcome = await giveSignOff(
			db,
			library,
			person,
			{ employeeId: id, competency, level, statement, evidence, days: Number(days.trim() || NaN), clientKey },
			event.locals.now
		);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code !== 'signed') {
			const problems = outcome.code === 'invalid' ? outcome.problems : {};
			return fail(400, { sign: { isReady: outcome.code === 'invalid', problems, values: { statement, days, evidence, clientKey, level } } });
		}
		leadTo(event, `/mentor/people/${id}#${competency}`, { signed: competency });
	},

	return: async (event) => {
		const person = requireRole(event, 'mentor');
		const form = await readForm(v.object({ request: uuid, reason: v.string() }), event.request);
		if (!form.ok) error(400, 'form');
		const outcome = await returnRequest(app().db, person, { id: form.input.request, reason: form.input.reason }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code !== 'returned') return fail(400, { return: { problem: outcome.code, reason: form.input.reason } });
		return thenShow(event, { returned: true });
	}
};
