/** What would happen if people started on a day: reckoned from the content and the calendar; nothing is written. */
import { and, countDistinct, eq, gte, isNull, sql } from 'drizzle-orm';
import type { Course } from '../../core/academy.ts';
import { firstSignedLevel } from '../../core/competency.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { foreseePath, foreseeWeeks, type DueCourse, type Week, type WorkOfCourse } from '../../core/simulation.ts';
import type { Db } from '../db/open.ts';
import { deskItem, employee, roleGrant } from '../db/schema/index.ts';
import type { Library } from '../library.ts';

export interface StartQuestion {
	/** First day of all of them, YYYY-MM-DD. */
	start: string;
	/** How many start in a position, by its key. Unknown positions are left out. */
	counts: ReadonlyMap<string, number>;
	/** Days on which none of them works. */
	leave: readonly { firstDay: string; lastDay: string }[];
}

export interface StartForeseen {
	positions: { key: string; title: string; count: number; courses: (Pick<DueCourse, 'course' | 'dueOn' | 'mandatory'> & { title: string; reviews: number })[] }[];
	weeks: Week[];
	/** Reviews over all weeks. */
	total: number;
	/** Levels that a mentor signs before all of them are where their position asks them to be; these have no date. */
	signatures: number;
	/** Those who hold the role and work here. */
	mentors: number;
	/** On the desk at this moment. */
	waitingNow: number;
	/** Judged in a week, on average over the last four. */
	judgedWeekly: number;
}

const fourWeeks = 28 * 24 * 60 * 60_000;

/** The answer; null for everybody but HR. Two queries, and one for exercises that were not read before. */
export async function foreseeStart(db: Db, library: Library, actor: Actor, question: StartQuestion, locale: string, now: Date): Promise<StartForeseen | null> {
	if (!may(actor, 'people.list')) return null;
	const release = library.current();
	const { academy } = release;
	const meant = academy.positions.flatMap((position) => {
		const count = question.counts.get(position.key) ?? 0;
		return count > 0 ? { position, count, courses: foreseePath(position.path, question.start, question.leave, academy) } : [];
	});
	const keys = new Set(meant.flatMap(({ courses }) => courses.map(({ course }) => course)));
	const workOf = await readWork(library, [...keys].flatMap((key) => release.course(key) ?? []), db);
	const [[desk], [mentors]] = await Promise.all([
		db
			.select({
				waiting: sql<number>`count(*) filter (where ${deskItem.finishedAt} is null)::int`,
				judged: sql<number>`count(*) filter (where ${deskItem.finishedAt} is not null)::int`
			})
			.from(deskItem)
			.where(sql`${deskItem.finishedAt} is null or ${gte(deskItem.finishedAt, new Date(now.getTime() - fourWeeks))}`),
		db
			.select({ n: countDistinct(roleGrant.employeeId) })
			.from(roleGrant)
			.innerJoin(employee, eq(employee.id, roleGrant.employeeId))
			.where(and(eq(roleGrant.role, 'mentor'), isNull(roleGrant.withdrawnAt), isNull(employee.leftAt)))
	]);
	const told = (text: Record<string, string>) => inLocale(text, locale, academy.defaultLocale);
	const weeks = foreseeWeeks(meant, workOf);
	return {
		positions: meant.map(({ position, count, courses }) => ({
			key: position.key,
			title: told(position.title),
			count,
			courses: courses.map(({ course, dueOn, mandatory }) => {
				const work = workOf.get(course);
				const title = told(release.course(course)?.title ?? {}) || course;
				return { course, dueOn, mandatory, title, reviews: mandatory && work ? count * (work['call-review'] + work.recording + work.open) : 0 };
			})
		})),
		weeks,
		total: weeks.reduce((sum, { total }) => sum + total, 0),
		signatures: meant.reduce((sum, { position, count }) => sum + count * position.targets.filter(({ level }) => level >= firstSignedLevel).length, 0),
		mentors: mentors!.n,
		waitingNow: desk!.waiting,
		judgedWeekly: Math.round(desk!.judged / 4)
	};
}

/** What each course hands to a mentor at the first try: recordings, open answers, and call reviews that a mentor decides. */
async function readWork(library: Library, courses: readonly Course[], db: Db): Promise<Map<string, WorkOfCourse>> {
	// The questions of an assessment are scored by themselves.
	const asked = courses.flatMap(({ key, lessons }) =>
		lessons.filter(({ assessment }) => assessment === null).flatMap(({ exercises }) => exercises.filter(({ optional }) => !optional).map(({ hash }) => ({ key, hash })))
	);
	const bodies = await library.items(asked.map(({ hash }) => hash), db);
	const work = new Map(courses.map(({ key }): [string, WorkOfCourse] => [key, { 'call-review': 0, recording: 0, open: 0 }]));
	for (const { key, hash } of asked) {
		const body = bodies.get(hash)!;
		const own = work.get(key)!;
		if (body.kind === 'record') own.recording++;
		else if (body.kind === 'call-review' && body.mentor) own['call-review']++;
		else if (body.kind === 'question' && body.question.kind === 'open') own.open++;
	}
	return work;
}
