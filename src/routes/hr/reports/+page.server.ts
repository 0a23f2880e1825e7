import { requireRole } from '$lib/server/guard';
import { reportKeys } from '$lib/server/services/reports';
import type { PageServerLoad } from './$types';

/** Authors find here how questions do, and nothing about people. */
export const load: PageServerLoad = (event) => {
	const person = requireRole(event, 'hr', 'author');
	return { reports: person.roles.includes('hr') ? reportKeys : [] };
};
