/** What authors see of the content: the release that is served, which clause is taught, asked and observed, where learners ask. */
import { count, desc, isNull, sql } from 'drizzle-orm';
import { compile, newCompileCache } from '../../content/compile.ts';
import { sortProblems, type Problem } from '../../content/problem.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { readContentFolder } from '../content-folder.ts';
import type { Db } from '../db/open.ts';
import { inquiry, release } from '../db/schema/index.ts';
import type { Library } from '../library.ts';

export interface ContentState {
	number: number;
	publishedAt: Date;
	courses: number;
	lessons: number;
	questions: number;
	/** Every clause of the handbook, in its order. */
	coverage: { id: string; page: string; key: string; title: string; taught: number; asked: number; observed: number }[];
	/** Lessons that learners asked about, the most asked first. Numbers only. */
	inquiries: { lesson: string; title: string; asked: number; waiting: number }[];
}

/** Null for those who may not see it. Two queries. */
export async function readContentState(
	db: Db,
	library: Library,
	actor: Actor,
	locale: string
): Promise<ContentState | null> {
	if (!may(actor, 'content.see-state')) return null;
	const { academy, lesson } = library.current();
	const [[current], asked] = await Promise.all([
		db
			.select({ number: release.number, publishedAt: release.publishedAt })
			.from(release)
			.orderBy(desc(release.number))
			.limit(1),
		db
			.select({
				lesson: inquiry.lesson,
				asked: count(),
				waiting: sql<number>`(count(*) filter (where ${isNull(inquiry.answeredAt)}))::int`
			})
			.from(inquiry)
			.groupBy(inquiry.lesson)
			.orderBy(desc(count()), inquiry.lesson)
			.limit(50)
	]);
	if (!current) return null;
	const lessons = academy.courses.flatMap((course) => course.lessons);
	const exercises = lessons.flatMap((one) => one.exercises);
	const asking = exercises.filter((exercise) => exercise.kind !== 'accept');
	// A release of the time before scorecards has none.
	const observing = [...(academy.scorecards ?? []), ...(academy.observations ?? [])];
	const text = (localized: Record<string, string>) => inLocale(localized, locale, academy.defaultLocale);
	return {
		...current,
		courses: academy.courses.length,
		lessons: lessons.length,
		questions: exercises.filter((exercise) => exercise.kind === 'question').length,
		coverage: academy.handbook.flatMap((page) =>
			page.clauses.map((clause) => ({
				id: clause.id,
				page: page.key,
				key: clause.key,
				title: text(clause.title),
				taught: lessons.filter((one) => one.clauses.includes(clause.id)).length,
				asked: asking.filter((exercise) => exercise.clauses.includes(clause.id)).length,
				observed: observing.filter((one) => one.clauses.includes(clause.id)).length
			}))
		),
		inquiries: asked.map((row) => {
			const found = lesson(row.lesson);
			return { ...row, title: found ? text(found.lesson.title) : row.lesson };
		})
	};
}

/** All problems of the content folder as it is now, published or not; `unreadable` when it is not there; null for those who may not see them. */
export async function checkContentFolder(actor: Actor, folder: string, now: Date): Promise<Problem[] | 'unreadable' | null> {
	if (!may(actor, 'content.see-state')) return null;
	let files: Awaited<ReturnType<typeof readContentFolder>>;
	try {
		files = await readContentFolder(folder);
	} catch (error) {
		// Taken away, or a file of it while it was read; anything else is ours.
		if (!isFileProblem(error)) throw error;
		return 'unreadable';
	}
	return sortProblems(compile(files, newCompileCache(), now).problems);
}

const isFileProblem = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ESTALE', 'EIO'].includes(String(error.code));
