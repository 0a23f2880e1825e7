/** Records what follows from a step: the lesson done, the course completed, the dates that waited for it. */
import { and, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Course } from '../../core/academy.ts';
import { courseIsDone, lessonIsDone } from '../../core/progress.ts';
import { worded, type Db } from '../db/open.ts';
import { allowance, attempt, checkState, enrolment, lessonProgress } from '../db/schema/index.ts';
import type { Release } from '../library.ts';
import { recordAudit } from './audit.ts';
import { issueOnCompletion } from './certificates.ts';
import { setDatesAfter } from './enrolments.ts';
import { evidenceOfLesson } from './evidence.ts';
import { settleNotifications } from './notifications.ts';
import { completeRenewals } from './renewals.ts';

const lockedEnrolment = worded((db) =>
	db
		.select({ id: enrolment.id, completedAt: enrolment.completedAt })
		.from(enrolment)
		.where(and(eq(enrolment.employeeId, sql.placeholder('person')), eq(enrolment.course, sql.placeholder('course'))))
		.for('update')
		.prepare('locked_enrolment')
);
const lessonRows = worded((db) =>
	db
		.select({ lesson: lessonProgress.lesson, readAt: lessonProgress.readAt, doneAt: lessonProgress.doneAt })
		.from(lessonProgress)
		.where(
			and(
				eq(lessonProgress.employeeId, sql.placeholder('person')),
				sql`${lessonProgress.lesson} in (select jsonb_array_elements_text(${sql.placeholder('lessons')}::jsonb))`
			)
		)
		.prepare('lesson_rows')
);

/**
 * Call it inside the transaction of any step that may finish a lesson. Done once is done for good: nothing here ever
 * takes a completion back. The enrolment's row lock makes two steps at once see each other.
 */
export async function recordProgress(
	tx: Db,
	release: Release,
	employeeId: string,
	lessonName: string,
	now: Date
): Promise<{ lessonDone: boolean; courseCompleted: boolean }> {
	const place = release.lesson(lessonName);
	if (!place) return { lessonDone: false, courseCompleted: false };
	const { course, lesson } = place;
	const lessons = JSON.stringify(course.lessons.map(({ name }) => name));
	// Sent together, done in this order: what is read of the lessons is read under the lock.
	const [[enrolled], rows] = await Promise.all([
		lockedEnrolment(tx).execute({ person: employeeId, course: course.key }),
		lessonRows(tx).execute({ person: employeeId, lessons })
	]);
	if (!enrolled) return { lessonDone: false, courseCompleted: false };

	const done = new Set(rows.filter((row) => row.doneAt).map((row) => row.lesson));
	const own = rows.find((row) => row.lesson === lessonName);

	let lessonDone = done.has(lessonName);
	if (!lessonDone) {
		const exempt = await isExempt(tx, employeeId, lessonName);
		lessonDone = lesson.assessment
			? exempt || (await hasPassed(tx, employeeId, lessonName))
			: lessonIsDone({
					exempt,
					read: own?.readAt != null,
					exercises: await exercisesDone(tx, employeeId, lesson.exercises)
				});
		if (lessonDone) {
			const doneNow = { doneAt: now, doneRelease: release.id };
			await tx
				.insert(lessonProgress)
				.values({ employeeId, lesson: lessonName, openedAt: now, ...doneNow })
				.onConflictDoUpdate({ target: [lessonProgress.employeeId, lessonProgress.lesson], set: doneNow });
			done.add(lessonName);
			await evidenceOfLesson(tx, release, employeeId, lessonName, now);
		}
	}

	const lessonsDone = course.lessons.map((one) => ({ name: one.name, assessment: one.assessment !== null, done: done.has(one.name), met: true }));
	const isNew = lessonDone && own?.doneAt == null;
	const completes =
		enrolled.completedAt === null &&
		// Most steps leave something undone: then nobody asks what was judged.
		courseIsDone(course.pass, lessonsDone) &&
		courseIsDone(course.pass, await withJudgements(tx, employeeId, course, lessonsDone));
	if (completes) {
		await tx
			.update(enrolment)
			.set({ completedAt: now, completedRelease: release.id })
			.where(and(eq(enrolment.id, enrolled.id), isNull(enrolment.completedAt)));
		await issueOnCompletion(tx, release, employeeId, course.key, now);
		await setDatesAfter(tx, release, employeeId, course.key, now);
		await settleNotifications(tx, 'due', [{ employeeId, key: course.key }], now);
	}
	// A step in a completed course may be the last one of its renewal.
	if (enrolled.completedAt && lesson.assessment) await completeRenewals(tx, release, now, { employeeId, course: course.key });
	// Whose step it was stands with the step itself.
	if (isNew) await recordAudit(tx, { actor: null, action: 'lesson.done', person: employeeId, details: { lesson: lessonName } }, now);
	return { lessonDone, courseCompleted: completes };
}

/** The same lessons, `met` when what is judged in them was reached, or the person is exempt from them. */
async function withJudgements<L extends { name: string }>(tx: Db, employeeId: string, course: Course, lessons: L[]): Promise<(L & { met: boolean })[]> {
	const judged = new Map(
		course.lessons.map(({ name, exercises }) => [name, exercises.filter((one) => one.judged && !one.optional).map((one) => one.name)])
	);
	const names = [...judged.values()].flat();
	if (names.length === 0) return lessons.map((lesson) => ({ ...lesson, met: true }));
	const met = await tx
		.select({ name: checkState.exercise })
		.from(checkState)
		.where(and(eq(checkState.employeeId, employeeId), inArray(checkState.exercise, names), isNotNull(checkState.metAt)));
	const exempt = await tx
		.select({ name: allowance.lesson })
		.from(allowance)
		.where(and(eq(allowance.employeeId, employeeId), eq(allowance.kind, 'exemption'), inArray(allowance.lesson, [...judged.keys()])));
	const reached = new Set(met.map(({ name }) => name));
	const excused = new Set(exempt.map(({ name }) => name));
	return lessons.map((lesson) => ({
		...lesson,
		met: excused.has(lesson.name) || judged.get(lesson.name)!.every((name) => reached.has(name))
	}));
}

const exerciseDone = worded((db) => {
	const given = (name: string) => sql.placeholder(name);
	return db
		.insert(checkState)
		.values({
			...{ employeeId: given('person'), exercise: given('exercise'), tries: 1, wrong: 0, done: given('done'), doneAt: given('at') },
			...{ metAt: sql`${given('metAt')}::timestamptz`, itemHash: given('itemHash'), response: null }
		})
		.onConflictDoUpdate({
			target: [checkState.employeeId, checkState.exercise],
			set: {
				done: sql`coalesce(${checkState.done}, excluded.done)`,
				doneAt: sql`coalesce(${checkState.doneAt}, excluded.done_at)`,
				metAt: sql`coalesce(${checkState.metAt}, excluded.met_at)`
			}
		})
		.prepare('exercise_done');
});

/**
 * Notes that an exercise was handed in or played to its end, and whether what its course asks of it was reached; then
 * what follows for lesson and course. Call it inside the transaction of that step. Nothing is ever taken back.
 */
export async function recordExercise(
	tx: Db,
	release: Release,
	employeeId: string,
	step: { exercise: string; itemHash: string; done: 'submitted' | 'ended'; met: boolean },
	now: Date
): Promise<{ lessonDone: boolean; courseCompleted: boolean }> {
	const { exercise, itemHash, done, met } = step;
	const [, progress] = await Promise.all([
		exerciseDone(tx).execute({ person: employeeId, exercise, itemHash, done, at: now, metAt: met ? now.toISOString() : null }),
		recordProgress(tx, release, employeeId, exercise.slice(0, exercise.lastIndexOf('/')), now)
	]);
	return progress;
}

async function isExempt(tx: Db, employeeId: string, lesson: string): Promise<boolean> {
	const rows = await tx
		.select({ id: allowance.id })
		.from(allowance)
		.where(
			and(eq(allowance.employeeId, employeeId), eq(allowance.lesson, lesson), eq(allowance.kind, 'exemption'))
		);
	return rows.length > 0;
}

async function hasPassed(tx: Db, employeeId: string, assessment: string): Promise<boolean> {
	const rows = await tx
		.select({ id: attempt.id })
		.from(attempt)
		.where(and(eq(attempt.employeeId, employeeId), eq(attempt.assessment, assessment), eq(attempt.passed, true)))
		.limit(1);
	return rows.length > 0;
}

async function exercisesDone(tx: Db, employeeId: string, exercises: { name: string; optional: boolean }[]) {
	const names = exercises.map(({ name }) => name);
	const rows = names.length
		? await tx
				.select({ exercise: checkState.exercise, done: checkState.done })
				.from(checkState)
				.where(and(eq(checkState.employeeId, employeeId), inArray(checkState.exercise, names)))
		: [];
	const done = new Set(rows.filter((row) => row.done).map((row) => row.exercise));
	return exercises.map(({ name, optional }) => ({ optional, done: done.has(name) }));
}
