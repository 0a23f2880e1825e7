import { auditActions } from '$lib/core/audit';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { readAudit } from '$lib/server/services/audit-list';
import { readFilter } from './filter';
import type { PageServerLoad } from './$types';

const rowsPerPage = 50;

export const load: PageServerLoad = async (event) => {
	const actor = requireRole(event, 'hr');
	const { searchParams } = event.url;
	const before = searchParams.get('before');
	const { filter, ...asked } = await readFilter(app(), actor, searchParams);
	const found = filter ? await readAudit(app().db, actor, filter, { before, limit: rowsPerPage }) : null;
	return { ...asked, actions: auditActions, isFirst: before === null, events: found?.events ?? null, next: found?.next ?? null };
};
