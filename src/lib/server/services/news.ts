/**
 * What others decided about a person that nothing else on their first page tells: signatures, returned requests, decided
 * disputes, corrected marks, accepted work. It is news until the person says they have seen it.
 */
import { and, desc, eq, isNotNull, isNull, sql, type SQL } from 'drizzle-orm';
import { alias, unionAll, type PgColumn } from 'drizzle-orm/pg-core';
import { exerciseAddress } from '../../core/exercise-address.ts';
import { inLocale } from '../../core/localized.ts';
import type { Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { dispute, employee, mark, observedCall, review, signOff, signOffRequest, submission } from '../db/schema/index.ts';
import type { Release } from '../library.ts';

export type NewsKind = 'returned' | 'signed' | 'revoked' | 'kept' | 'changed' | 'corrected' | 'accepted';
export interface NewsLine {
	kind: NewsKind;
	/** Of the competency or the lesson, or the number of the call. */
	title: string;
	/** Where it is told whole. */
	href: string;
	/** The level it is about; null where it is about none. */
	level: number | null;
	by: string;
	at: Date;
}

const day = 86_400_000;
/** Days after which it is no news, seen or not. */
const newFor = 30;
const most = 50;

/** What `person` has not seen since `since`, newest first. */
export const unseenNews = (db: Db) => {
	const person = sql.placeholder('person');
	const by = alias(employee, 'by');
	const isNew = (at: PgColumn) =>
		sql`${at} > greatest(${sql.placeholder('since')}::timestamptz, (select seen.news_seen_at from ${employee} seen where seen.id = ${person}))`;
	const columns = (kind: SQL | NewsKind, of: 'competency' | 'work', name: SQL | PgColumn, more: { level?: PgColumn; call?: PgColumn }, at: PgColumn) => ({
		kind: sql<NewsKind>`${typeof kind === 'string' ? sql`${sql.raw(`'${kind}'`)}` : kind}::text`.as('kind'),
		of: sql<'competency' | 'work'>`${sql.raw(`'${of}'`)}::text`.as('of'),
		name: sql<string>`(${name})::text`.as('name'),
		level: sql<number | null>`(${more.level ?? sql`null`})::integer`.as('level'),
		call: sql<string | null>`(${more.call ?? sql`null`})::text`.as('call'),
		by: sql<string>`${by.name}`.as('by_name'),
		at: sql<string>`${at}`.as('at')
	});
	/** The exercise or, of an observed call, its number. */
	const work = sql`coalesce(${submission.exercise}, ${observedCall.reference})`;
	const ofMentor = and(eq(review.employeeId, person), eq(review.kind, 'mentor'), isNotNull(review.finishedAt));
	return unionAll(
		db
			.select(columns('returned', 'competency', signOffRequest.competency, { level: signOffRequest.level }, signOffRequest.decidedAt))
			.from(signOffRequest)
			.innerJoin(by, eq(by.id, signOffRequest.decidedBy))
			.where(and(eq(signOffRequest.employeeId, person), eq(signOffRequest.decision, 'returned'), isNew(signOffRequest.decidedAt))),
		db
			.select(columns('signed', 'competency', signOff.competency, { level: signOff.level }, signOff.signedAt))
			.from(signOff)
			.innerJoin(by, eq(by.id, signOff.mentorId))
			.where(and(eq(signOff.employeeId, person), isNull(signOff.revokedAt), isNew(signOff.signedAt))),
		db
			.select(columns('revoked', 'competency', signOff.competency, { level: signOff.level }, signOff.revokedAt))
			.from(signOff)
			.innerJoin(by, eq(by.id, signOff.revokedBy))
			.where(and(eq(signOff.employeeId, person), isNew(signOff.revokedAt))),
		db
			.select(columns(sql`${dispute.decision}`, 'work', work, { call: observedCall.id }, dispute.decidedAt))
			.from(review)
			.innerJoin(dispute, eq(dispute.reviewId, review.id))
			.innerJoin(by, eq(by.id, dispute.decidedBy))
			.leftJoin(submission, eq(submission.id, review.submissionId))
			.leftJoin(observedCall, eq(observedCall.id, review.observedCallId))
			.where(and(ofMentor, isNew(dispute.decidedAt))),
		// A mark that a dispute has changed is told as such.
		db
			.select(columns('corrected', 'work', work, { call: observedCall.id }, mark.at))
			.from(review)
			.innerJoin(mark, and(eq(mark.reviewId, review.id), isNull(mark.supersededAt), isNotNull(mark.corrects)))
			.innerJoin(by, eq(by.id, mark.markedBy))
			.leftJoin(dispute, and(eq(dispute.markId, mark.corrects), eq(dispute.newMarkId, mark.id)))
			.leftJoin(submission, eq(submission.id, review.submissionId))
			.leftJoin(observedCall, eq(observedCall.id, review.observedCallId))
			.where(and(ofMentor, isNull(dispute.id), isNew(mark.at))),
		db
			.select(columns('accepted', 'work', submission.exercise, {}, submission.decidedAt))
			.from(submission)
			.innerJoin(by, eq(by.id, submission.decidedBy))
			.where(and(eq(submission.employeeId, person), eq(submission.state, 'accepted'), isNew(submission.decidedAt)))
	)
		.orderBy(desc(sql`at`))
		.limit(most);
};

/** Before this moment nothing is news, seen or not. */
export const oldestNews = (now: Date): string => new Date(now.getTime() - newFor * day).toISOString();

/** What somebody has not seen yet, from its rows, newest first; the same of the same work is told once. */
export function describeNews(release: Release, rows: Awaited<ReturnType<typeof unseenNews>>, locale: string): NewsLine[] {
	const told = new Set<string>();
	return rows.flatMap(({ kind, of, name, level, call, by, at }) => {
		const place = of === 'competency' ? placeOfCompetency(release, name, locale) : call ? { title: name, href: `/competencies/calls/${call}` } : placeOfWork(release, name, locale);
		const same = `${kind} ${place?.href} ${level} ${by}`;
		if (!place || told.has(same)) return [];
		told.add(same);
		return { kind, ...place, level, by, at: new Date(at) };
	});
}

function placeOfCompetency(release: Release, key: string, locale: string) {
	const found = release.competency(key);
	return found ? { title: inLocale(found.title, locale, release.academy.defaultLocale), href: `/competencies#${key}` } : null;
}

function placeOfWork(release: Release, name: string, locale: string) {
	const found = release.exercise(name);
	if (!found) return null;
	const { lesson, exercise } = found;
	return {
		title: inLocale(lesson.title, locale, release.academy.defaultLocale),
		href: exerciseAddress(exercise)
	};
}

/** From now on everything up to `until` counts as seen; what came since stays news. Said twice it is said once. */
export async function markNewsSeen(db: Db, actor: Actor, input: { until: Date }, now: Date): Promise<void> {
	const until = new Date(Math.min(input.until.getTime(), now.getTime())).toISOString();
	await db
		.update(employee)
		.set({ newsSeenAt: sql`greatest(${employee.newsSeenAt}, ${until}::timestamptz)` })
		.where(eq(employee.id, actor.id));
}
