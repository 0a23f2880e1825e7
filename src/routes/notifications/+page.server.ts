import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { sayNotice } from '$lib/i18n/notices';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireUser } from '$lib/server/guard';
import { pageNumber } from '$lib/server/page-number';
import { listNotifications, markAllRead, markRead } from '$lib/server/services/notifications';
import { readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad } from './$types';

const perPage = 25;

export const load: PageServerLoad = async (event) => {
	const person = requireUser(event);
	const { db, library } = app();
	const { locale } = event.locals;
	const page = pageNumber(event.url.searchParams);
	const { lines, total, unread } = await listNotifications(db, library, person, { limit: perPage, offset: (page - 1) * perPage }, locale);
	const pages = Math.max(1, Math.ceil(total / perPage));
	if (page > pages) redirect(303, `/notifications?page=${pages}`);
	const { timeZone } = library.current().academy;
	return {
		lines: lines.map((line) => ({ id: line.id, text: sayNotice(line, line.createdAt, locale, timeZone), href: line.href, at: line.createdAt, isRead: line.isRead })),
		page,
		pages,
		unread,
		told: readTold<ActionData>(event)
	};
};

export const actions: Actions = {
	read: async (event) => {
		const person = requireUser(event);
		const form = await readForm(v.object({ id: v.string() }), event.request);
		if (!form.ok) error(400, 'form');
		const outcome = await markRead(app().db, person, form.input.id, event.locals.now);
		if (outcome.code === 'missing') error(404, 'notification');
		return thenShow(event, { read: form.input.id });
	},
	readAll: async (event) => {
		const person = requireUser(event);
		const form = await readForm(v.object({ until: v.pipe(v.string(), v.isoTimestamp()) }), event.request);
		if (!form.ok) error(400, 'form');
		await markAllRead(app().db, person, { until: new Date(form.input.until) }, event.locals.now);
		return thenShow(event, { read: 'all' });
	}
};
