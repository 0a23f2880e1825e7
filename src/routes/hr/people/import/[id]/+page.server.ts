import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import { importFields, type Columns } from '$lib/core/people-import/columns';
import { rowKinds, type FieldChange } from '$lib/core/people-import/preview';
import { app } from '$lib/server/app';
import { readFields, readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { pageNumber } from '$lib/server/page-number';
import { confirmImport, discardImport, nameColumns, readImport, undoImport } from '$lib/server/services/people-import';
import { leadTo, readTold } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';
import { titleOf } from '../../positions';

const rowsPerPage = 50;
type Told = ActionData | { movedOn: true };

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library, env } = app();
	const { searchParams } = event.url;
	const page = pageNumber(searchParams);
	const wantsColumns = searchParams.has('columns');
	const list = await readImport(
		db,
		library,
		person,
		event.params.id,
		{
			kind: rowKinds.find((one) => one === searchParams.get('kind')) ?? null,
			limit: rowsPerPage,
			offset: (page - 1) * rowsPerPage,
			samples: wantsColumns
		},
		event.locals.now
	);
	if (!list) error(404, 'list');
	const release = library.current();
	/** A change in words, a date excepted: the page writes it. */
	const say = ({ field, from, to, fromName, toName }: FieldChange) => {
		if (field === 'mentor') return { field, from: from && (fromName ?? null), to: to && (toName ?? null) };
		if (field !== 'position') return { field, from, to };
		const title = (key: string | null) => titleOf(release, event.locals.locale, key);
		return { field, from: title(from), to: title(to) };
	};
	return {
		mailServer: env.SMTP_URL !== null,
		list: {
			...list,
			rows: list.rows.map((row) => ({ ...row, changes: row.changes.map(say), cells: list.state === 'columns' || wantsColumns ? row.cells : [] }))
		},
		step: list.state === 'preview' && wantsColumns ? ('columns' as const) : list.state,
		page,
		pages: Math.max(1, Math.ceil((list.counts?.[list.kind] ?? 0) / rowsPerPage)),
		told: readTold<Told>(event)
	};
};

const confirmForm = v.object({
	revision: v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number)),
	skipWrong: v.optional(v.string(), ''),
	invite: v.optional(v.string(), '')
});

export const actions: Actions = {
	columns: async (event) => {
		const person = requireRole(event, 'hr');
		const { db, library } = app();
		const { id } = event.params;
		const fields = await readFields(event.request);
		const chosen: Columns = Array.from({ length: Number(fields.get('count')) > 100 ? 0 : Number(fields.get('count')) || 0 }, (_, place) => {
			return importFields.find((field) => field === fields.get(`column-${place}`)) ?? null;
		});
		const outcome = await nameColumns(db, library, person, { id, columns: chosen }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'list');
		if (outcome.code === 'problem') return fail(400, { chosen, columnsProblem: outcome.problem });
		leadTo(event, `/hr/people/import/${id}`, outcome.code === 'moved-on' ? { movedOn: true } : null);
	},
	confirm: async (event) => {
		const person = requireRole(event, 'hr');
		const form = await readForm(confirmForm, event.request);
		if (!form.ok) return fail(400, { confirming: { problem: 'failed', invite: false, skipWrong: false } });
		const { db, library, env } = app();
		const { id } = event.params;
		const { revision } = form.input;
		const [skipWrong, invite] = [form.input.skipWrong !== '', form.input.invite !== ''];
		const outcome = await confirmImport(
			db,
			library,
			person,
			{ id, revision, skipWrong, invite, origin: env.ORIGIN ?? event.url.origin },
			event.locals.now
		);
		if (outcome.code === 'missing') error(404, 'list');
		if (outcome.code === 'wrong' || outcome.code === 'nothing') {
			return fail(400, { confirming: { problem: outcome.code, invite, skipWrong } });
		}
		leadTo(event, `/hr/people/import/${id}`, outcome.code === 'moved-on' ? { movedOn: true } : null);
	},
	discard: async (event) => {
		const person = requireRole(event, 'hr');
		const outcome = await discardImport(app().db, person, { id: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'list');
		if (outcome.code === 'moved-on') leadTo(event, `/hr/people/import/${event.params.id}`, { movedOn: true });
		leadTo(event, '/hr/people/import', { discarded: true });
	},
	undo: async (event) => {
		const person = requireRole(event, 'hr');
		const { db, library } = app();
		const { id } = event.params;
		const outcome = await undoImport(db, library, person, { id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'list');
		leadTo(event, `/hr/people/import/${id}`, outcome.code === 'moved-on' ? { movedOn: true } : null);
	}
};
