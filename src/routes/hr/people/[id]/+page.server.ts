import { randomUUID } from 'node:crypto';
import { error, fail } from '@sveltejs/kit';
import * as v from 'valibot';
import type { Actor } from '$lib/core/permissions';
import { locales, type Locale } from '$lib/i18n';
import { formatDate } from '$lib/i18n/format';
import { app } from '$lib/server/app';
import { readForm } from '$lib/server/forms';
import { requireRole } from '$lib/server/guard';
import { listCertificates } from '$lib/server/services/certificates';
import { readCompetencies } from '$lib/server/services/competencies';
import { describeChanges } from '$lib/server/services/date-preview';
import { coursesToGive, endException, giveCourse, grantException, listByHand, takeCourseBack } from '$lib/server/services/hand-assignments';
import { makePersonalLink } from '$lib/server/services/invitations';
import { listLeave, removeLeave, saveLeave, type LeaveOutcome } from '$lib/server/services/leave';
import { describePath } from '$lib/server/services/path';
import { changePerson, foreseeLeaving, listChoices, readPerson, recordLeaving, recordReturn, type PersonInput } from '$lib/server/services/people';
import { readHistory } from '$lib/server/services/person-history';
import { seenAddress } from '$lib/server/services/as-seen';
import { readTimeline } from '$lib/server/services/timeline';
import { leadTo, readTold, thenShow } from '$lib/server/told';
import type { ActionData, Actions, PageServerLoad, RequestEvent } from './$types';
import { personEntries } from '../person-form';
import { listPositions, titleOf } from '../positions';
import { drawCard, type MadeLink } from '../card';

type Told = ActionData | { saved: true } | { unchanged: true } | { invited: 'mail' | 'card' } | { link: MadeLink };

const describeLeave = (outcome: Extract<LeaveOutcome, { code: 'preview' }>, locale: Locale) => ({
	seen: outcome.seen,
	again: outcome.again,
	dates: describeChanges(app().library.current(), outcome.changes, locale)
});

/** What somebody else has written, in words. */
function describeMeanwhile({ now, mentor }: { now: PersonInput; mentor: string | null }, locale: Locale) {
	const words: Record<string, string> = {
		...now,
		position: titleOf(app().library.current(), locale, now.position) ?? '',
		mentor: mentor ?? '',
		hiredOn: now.hiredOn && formatDate(now.hiredOn, locale, 'UTC')
	};
	return { words, mentor: mentor === null ? null : { id: now.mentor, written: mentor } };
}

export const load: PageServerLoad = async (event) => {
	const actor = requireRole(event, 'hr');
	const { db, library, env } = app();
	const person = await readPerson(db, actor, event.params.id, event.locals.now);
	if (!person) error(404, 'person');
	const release = library.current();
	const { locale } = event.locals;
	const told = readTold<Told>(event);
	const [courses, byHand, competencies, timeline, leave, history, handover, choices, certificates] = await Promise.all([
		describePath(db, library, person.id, locale),
		listByHand(db, person.id),
		readCompetencies(db, library, actor, person.id, locale, event.locals.now),
		readTimeline(db, library, person.id, locale),
		listLeave(db, actor, person.id),
		readHistory(db, library, actor, person.id, locale),
		person.state === 'left' ? null : foreseeLeaving(db, actor, person.id),
		listChoices(db, actor, event.locals.now),
		listCertificates(db, library, person.id, locale)
	]);
	return {
		employee: { ...person, positionTitle: titleOf(release, locale, person.position) },
		isSelf: person.relation === 'self',
		mailServer: env.SMTP_URL !== null,
		// Of the lessons it says how many are done, and how what was handed in stands.
		courses: courses.map(({ summary: _, state: __, lessons, ...course }) => ({
			...course,
			...{ done: lessons.filter(({ done }) => done).length, n: lessons.length },
			works: lessons.flatMap(({ key, title, work }) => (work ? [{ key, title, state: work.state }] : []))
		})),
		byHand,
		toGive: coursesToGive(library, courses, locale, event.locals.now),
		competencies: competencies ?? [],
		// What was handed in is judged, and heard, by its mentors alone; HR sees what was asked and answered.
		timeline: timeline.map((line) => ({ ...line, href: seenAddress(line) })),
		leave,
		history: history.map((line) =>
			line.what === 'position' ? { ...line, before: titleOf(release, locale, line.before), after: titleOf(release, locale, line.after) } : line
		),
		handover,
		certificates,
		clientKey: randomUUID(),
		positions: listPositions(release, locale),
		...choices,
		told: told && 'link' in told ? { card: await drawCard(told.link, person, locale) } : told
	};
};

const text = v.pipe(v.string(), v.maxLength(1000, 'too-long'));
/** `was`: the fields as the page showed them. */
const changeForm = v.object({ ...personEntries, locale: v.optional(v.picklist(['', ...locales])), seen: text, was: v.pipe(v.string(), v.maxLength(4000, 'too-long')) });
const wasForm = v.pipe(v.string(), v.parseJson(), v.object({ ...personEntries, locale: v.optional(text) }));
const leaveForm = v.object({ id: text, firstDay: text, lastDay: text, reason: text, seen: text });
const removeForm = v.object({ id: text, seen: text });
const giveForm = v.object({ id: text, course: text, mandatory: text, workingDays: text, dueOn: text, reason: text });
const exceptionForm = v.object({ course: text, dueOn: text, reason: text });
const courseForm = v.object({ course: text });
const leavingForm = v.object({ successor: text, seen: text });

/** Nobody there of whom they may know; or somebody whose data was erased since the page was shown: their page says so. */
async function refuse(event: RequestEvent, actor: Actor): Promise<never> {
	const person = await readPerson(app().db, actor, event.params.id, event.locals.now);
	if (!person?.isErased) error(404, 'person');
	leadTo(event, `/hr/people/${person.id}`, null);
}

export const actions: Actions = {
	change: async (event) => {
		const actor = requireRole(event, 'hr');
		const form = await readForm(changeForm, event.request);
		if (!form.ok) return fail(400, { values: form.values, problems: form.problems });
		const { db, library } = app();
		const { id } = event.params;
		const { was: shown, locale: language, ...input } = form.input;
		const was = v.safeParse(wasForm, shown);
		const shownLanguage = was.success ? was.output.locale : undefined;
		const given = { ...input, id, ...(was.success && { was: was.output }), ...(language !== undefined && language !== shownLanguage && { locale: language || null }) };
		const outcome = await changePerson(db, library, actor, given, event.locals.now);
		if (outcome.code === 'missing') return refuse(event, actor);
		if (outcome.code === 'problems') {
			const { meanwhile } = outcome;
			const values = meanwhile ? { ...form.values, ...meanwhile.taken, was: JSON.stringify({ ...meanwhile.now, locale: shownLanguage }) } : form.values;
			return fail(400, { values, problems: outcome.problems, fitting: outcome.fitting, meanwhile: meanwhile && describeMeanwhile(meanwhile, event.locals.locale) });
		}
		if (outcome.code === 'preview') {
			const { changes, position, ...preview } = outcome.preview;
			const release = library.current();
			const { locale } = event.locals;
			return fail(409, {
				values: form.values,
				preview: {
					...preview,
					again: outcome.again,
					position: position && { from: titleOf(release, locale, position.from), to: titleOf(release, locale, position.to) },
					dates: describeChanges(release, changes, locale)
				}
			});
		}
		leadTo(event, `/hr/people/${id}`, outcome.code === 'same' ? { unchanged: true } : { saved: true });
	},
	saveLeave: async (event) => {
		const actor = requireRole(event, 'hr');
		const form = await readForm(leaveForm, event.request);
		if (!form.ok) return fail(400, { away: { id: form.values.id, values: form.values, problems: form.problems as Record<string, string | undefined> } });
		const { db, library } = app();
		const outcome = await saveLeave(db, library, actor, { ...form.input, employeeId: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') return refuse(event, actor);
		const { values } = form;
		if (outcome.code === 'problems') {
			const problems: Record<string, string | undefined> = outcome.problems;
			return fail(400, { away: { id: values.id, values, problems, overlap: outcome.overlap } });
		}
		if (outcome.code === 'preview') return fail(409, { away: { id: values.id, values, preview: describeLeave(outcome, event.locals.locale) } });
		return thenShow(event, { leaveSaved: true });
	},
	removeLeave: async (event) => {
		const actor = requireRole(event, 'hr');
		const form = await readForm(removeForm, event.request);
		if (!form.ok) error(404, 'person');
		const { db, library } = app();
		const outcome = await removeLeave(db, library, actor, { ...form.input, employeeId: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code === 'preview') return fail(409, { removing: { id: form.values.id, preview: describeLeave(outcome, event.locals.locale) } });
		return thenShow(event, { leaveSaved: true });
	},
	give: async (event) => {
		const actor = requireRole(event, 'hr');
		const form = await readForm(giveForm, event.request);
		if (!form.ok) return fail(400, { giving: { values: form.values, problems: form.problems } });
		const { db, library } = app();
		const input = { ...form.input, mandatory: form.input.mandatory === 'yes', employeeId: event.params.id };
		const outcome = await giveCourse(db, library, actor, input, event.locals.now);
		if (outcome.code === 'missing') return refuse(event, actor);
		if (outcome.code === 'problems') return fail(400, { giving: { values: form.values, problems: outcome.problems } });
		return thenShow(event, { given: true, renews: outcome.renews });
	},
	takeBack: async (event) => {
		const actor = requireRole(event, 'hr');
		const form = await readForm(courseForm, event.request);
		if (!form.ok) error(404, 'person');
		const { db, library } = app();
		const outcome = await takeCourseBack(db, library, actor, { ...form.input, employeeId: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		return thenShow(event, { given: true });
	},
	exception: async (event) => {
		const actor = requireRole(event, 'hr');
		const form = await readForm(exceptionForm, event.request);
		if (!form.ok) return fail(400, { excepting: { values: form.values, problems: form.problems } });
		const { db, library } = app();
		const outcome = await grantException(db, library, actor, { ...form.input, employeeId: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') return refuse(event, actor);
		if (outcome.code === 'problems') return fail(400, { excepting: { values: form.values, problems: outcome.problems } });
		return thenShow(event, { given: true });
	},
	endException: async (event) => {
		const actor = requireRole(event, 'hr');
		const form = await readForm(courseForm, event.request);
		if (!form.ok) error(404, 'person');
		const { db, library } = app();
		const outcome = await endException(db, library, actor, { ...form.input, employeeId: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		return thenShow(event, { given: true });
	},
	/** A link to hand over, shown on the next page and never again. */
	link: async (event) => {
		const actor = requireRole(event, 'hr');
		const { db, env } = app();
		const outcome = await makePersonalLink(db, actor, { employeeId: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code === 'left') return fail(409, { problem: 'left' as const });
		const url = `${env.ORIGIN ?? event.url.origin}/${outcome.purpose}/${outcome.token}`;
		const link: MadeLink = { url, expiresAt: outcome.expiresAt.toISOString(), locale: outcome.locale };
		leadTo(event, `/hr/people/${event.params.id}`, { link });
	},
	leave: async (event) => {
		const actor = requireRole(event, 'hr');
		const form = await readForm(leavingForm, event.request);
		if (!form.ok) error(404, 'person');
		const outcome = await recordLeaving(app().db, actor, { id: event.params.id, ...form.input }, event.locals.now);
		if (outcome.code === 'missing') error(404, 'person');
		if (outcome.code === 'last-admin') return fail(409, { problem: 'last-admin' as const });
		if (outcome.code !== 'left') {
			const fitting = 'fitting' in outcome ? outcome.fitting : [];
			return fail(outcome.code === 'changed-meanwhile' ? 409 : 400, { leaving: { problem: outcome.code, successor: form.values.successor, fitting } });
		}
		return thenShow(event, { done: true, handed: outcome.handed ?? null });
	},
	back: async (event) => {
		const actor = requireRole(event, 'hr');
		const { db, library } = app();
		const outcome = await recordReturn(db, library, actor, { id: event.params.id }, event.locals.now);
		if (outcome.code === 'missing') return refuse(event, actor);
		return thenShow(event, { done: true });
	}
};
