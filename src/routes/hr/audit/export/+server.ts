import { error } from '@sveltejs/kit';
import { dayOf } from '$lib/core/due-date';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { readAuditWhole } from '$lib/server/services/audit-list';
import { readFilter } from '../filter';
import type { RequestHandler } from './$types';

const columns = ['at', 'action', 'actor', 'actor id', 'person', 'person id', 'address', 'target', 'target id', 'details', 'place'];

/** A cell that no spreadsheet takes for a formula. */
function cell(value: string): string {
	const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
	return `"${safe.replaceAll('"', '""')}"`;
}

/** The filtered log as CSV, streamed: codes and ids as they are stored, names beside them. */
export const GET: RequestHandler = async (event) => {
	const actor = requireRole(event, 'hr');
	const { db, library } = app();
	const { filter } = await readFilter(app(), actor, event.url.searchParams);
	if (!filter) error(404);
	// Where the decimal sign is a comma, spreadsheets part cells by semicolons.
	const between = event.locals.locale === 'en' ? ',' : ';';
	const line = (cells: string[]) => `${cells.map(cell).join(between)}\r\n`;
	const parts = readAuditWhole(db, actor, filter);
	const encoder = new TextEncoder();
	const body = new ReadableStream<Uint8Array>({
		start: (controller) => controller.enqueue(encoder.encode(`\uFEFF${line(columns)}`)),
		async pull(controller) {
			const { done, value } = await parts.next();
			if (done) return controller.close();
			const lines = value.map(({ at, action, actor: by, person, address, target, details, place }) =>
				line([
					...[at.toISOString(), action, by?.name ?? '', by?.id ?? '', person?.name ?? '', person?.id ?? '', address ?? ''],
					...[target?.kind ?? '', target?.id ?? '', JSON.stringify(details), String(place)]
				])
			);
			controller.enqueue(encoder.encode(lines.join('')));
		},
		cancel: async () => void (await parts.return(undefined))
	});
	const name = `audit-${dayOf(event.locals.now, library.current().academy.timeZone)}.csv`;
	return new Response(body, {
		headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}"` }
	});
};
