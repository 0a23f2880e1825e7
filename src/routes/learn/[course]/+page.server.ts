import { error, redirect } from '@sveltejs/kit';
import { app } from '$lib/server/app';
import { requireUser } from '$lib/server/guard';
import { certificateOf } from '$lib/server/services/certificates';
import { markCelebrated, readCourse } from '$lib/server/services/path';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const course = await readCourse(db, library, person, event.params.course, event.locals.locale);
	if (!course) error(404, 'course');
	const certificate = course.completedAt === null ? null : await certificateOf(db, person, course.key);
	return { course, certificate };
};

export const actions: Actions = {
	celebrated: async (event) => {
		const person = requireUser(event);
		await markCelebrated(app().db, person, event.params.course, event.locals.now);
		redirect(303, '/learn');
	}
};
