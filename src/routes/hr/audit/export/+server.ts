import { error } from '@sveltejs/kit';
import { dayOf } from '$lib/core/due-date';
import { app } from '$lib/server/app';
import { csvFile } from '$lib/server/csv';
import { requireRole } from '$lib/server/guard';
import { readAuditWhole } from '$lib/server/services/audit-list';
import { readFilter } from '../filter';
import type { RequestHandler } from './$types';

const columns = ['at', 'action', 'actor', 'actor id', 'person', 'person id', 'address', 'target', 'target id', 'details', 'place'];

/** The filtered log as CSV, streamed: codes and ids as they are stored, names beside them. */
export const GET: RequestHandler = async (event) => {
	const actor = requireRole(event, 'hr');
	const { db, library } = app();
	const { filter } = await readFilter(app(), actor, event.url.searchParams);
	if (!filter) error(404);
	async function* parts() {
		for await (const events of readAuditWhole(db, actor, filter!)) {
			yield events.map(({ at, action, actor: by, person, address, target, details, place }) => [
				...[at.toISOString(), action, by?.name ?? null, by?.id ?? null, person?.name ?? null, person?.id ?? null, address],
				...[target?.kind ?? null, target?.id ?? null, JSON.stringify(details), place]
			]);
		}
	}
	return csvFile(`audit-${dayOf(event.locals.now, library.current().academy.timeZone)}`, columns, parts(), event.locals.locale);
};
