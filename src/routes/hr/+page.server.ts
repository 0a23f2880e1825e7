import { redirect } from '@sveltejs/kit';
import { requireRole } from '$lib/server/guard';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	requireRole(event, 'hr');
	redirect(303, '/hr/people');
};
