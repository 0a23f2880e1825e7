import { error } from '@sveltejs/kit';
import { isLocale } from '$lib/i18n';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { seeAcceptance, seeAttempt, seeCall, seeChecklist, seeLesson, seeRun, seeSignOff, seeWork } from '$lib/server/services/as-seen';
import type { PageServerLoad } from './$types';

/** An item as somebody had it before them; `?in=` chooses the language of the item. */
export const load: PageServerLoad = async (event) => {
	const actor = requireRole(event, 'hr', 'mentor');
	const { db, library } = app();
	const { params, url, locals } = event;
	const wanted = url.searchParams.get('in');
	const spoken = isLocale(wanted) ? wanted : locals.locale;
	const see = {
		acceptance: () => seeAcceptance(db, library, actor, params.id, spoken),
		attempt: () => seeAttempt(db, library, actor, params.id, spoken),
		call: () => seeCall(db, library, actor, params.id, spoken),
		checklist: () => seeChecklist(db, library, actor, params.id, spoken),
		'role-play': () => seeRun(db, library, actor, params.id, spoken),
		'sign-off': () => seeSignOff(db, library, actor, params.id, spoken),
		work: () => seeWork(db, library, actor, params.id, spoken),
		lesson: () => seeLesson(db, library, actor, { employeeId: params.id, lesson: url.searchParams.get('lesson') ?? '' }, spoken)
	};
	const seen = Object.hasOwn(see, params.kind) ? await see[params.kind as keyof typeof see]() : null;
	if (!seen) error(404, 'item');
	return { seen, spoken, lesson: url.searchParams.get('lesson') };
};
