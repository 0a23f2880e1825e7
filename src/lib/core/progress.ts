/**
 * When a lesson, a course and a path are done (rules.md, "Questions"), and what comes next. Done is stored with its
 * time and release and never recomputed away, so ask these only about what is not yet stored as done.
 */
import type { Course } from './academy.ts';

/** A lesson's required exercises are done and "Mark as read" was pressed; or a mentor exempted the person from it. */
export function lessonIsDone(lesson: {
	exempt: boolean;
	read: boolean;
	exercises: readonly { optional: boolean; done: boolean }[];
}): boolean {
	return lesson.exempt || (lesson.read && lesson.exercises.every(({ optional, done }) => optional || done));
}

/**
 * By the course's pass rule. An assessment is `done` when passed, or exempted from; a lesson is `met` when its
 * role-plays reached their pass marks and its submissions were accepted. A course that asks for assessments alone and has
 * none asks for its lessons.
 */
export function courseIsDone(
	pass: Course['pass'],
	lessons: readonly { assessment: boolean; done: boolean; met: boolean }[]
): boolean {
	const asked = lessonsAsked(pass, lessons);
	return asked.length > 0 && asked.every(({ done, met }) => done && met);
}

/** The lessons by which a course is completed. */
export function lessonsAsked<Lesson extends { assessment: unknown }>(pass: Course['pass'], lessons: readonly Lesson[]): readonly Lesson[] {
	const assessments = lessons.filter(({ assessment }) => assessment);
	return pass === 'assessments' && assessments.length > 0 ? assessments : lessons;
}

/**
 * How work stands that keeps its course open. open: never done, as when a later release brought it. waiting: for a mentor.
 * returned: by a mentor. missed: reviewed or played, and not passed.
 */
export type WorkState = 'open' | 'waiting' | 'returned' | 'missed';

/** `handedIn`: state of what was handed in of it last; null when nothing was. Null when nothing more is asked. */
export function workState(exercise: { done: boolean; met: boolean; handedIn: string | null }): WorkState | null {
	if (exercise.met) return null;
	if (!exercise.done) return 'open';
	return exercise.handedIn === 'waiting' || exercise.handedIn === 'returned' ? exercise.handedIn : 'missed';
}

/** Of several, the one to tell of: what the person can go on with goes before what waits. Null without any. */
export function mostPressing<Work extends { state: WorkState }>(works: readonly Work[]): Work | null {
	const order: readonly WorkState[] = ['returned', 'missed', 'open', 'waiting'];
	return order.flatMap((state) => works.filter((work) => work.state === state))[0] ?? null;
}

/** The first lesson whose work the person can go on with: it waits for nobody else. */
export const lessonToGoOn = <Lesson extends { work: { state: WorkState } | null }>(lessons: readonly Lesson[]): Lesson | null =>
	lessons.find(({ work }) => work !== null && work.state !== 'waiting') ?? null;

/** Mandatory courses completed, of how many; the path is done when all are (a path without any is never done). */
export function pathProgress(courses: readonly { mandatory: boolean; completed: boolean }[]): {
	completed: number;
	mandatory: number;
	isDone: boolean;
} {
	const mandatory = courses.filter((course) => course.mandatory);
	const completed = mandatory.filter((course) => course.completed).length;
	return { completed, mandatory: mandatory.length, isDone: completed > 0 && completed === mandatory.length };
}

/** later = a course that must come first is not completed. */
export type CourseState = 'done' | 'open' | 'later';

interface CourseStep {
	key: string;
	mandatory: boolean;
	state: CourseState;
	/** Keys of what is to be passed again in a completed course; null = it is not to be renewed. */
	renewal: { lessons: readonly string[] } | null;
	/** `work`: what keeps a lesson that is done from counting for its course. */
	lessons: readonly { key: string; done: boolean; work: { state: WorkState } | null }[];
}

/**
 * The one next thing: an assessment that is open goes before everything; else the first lesson not done of the first
 * open course, or the first to be passed again of one to be renewed, mandatory courses first, in the order of the path. Where
 * all lessons of an open course are done, it is the work that came back or was not passed; what waits for a mentor holds nobody
 * up. `open` and `blocked` are lasting names: of assessments with an open attempt, and of those that cannot be started now. Null when there is nothing to do now.
 */
export function nextStep<Step extends CourseStep>(
	courses: readonly Step[],
	open: ReadonlySet<string>,
	blocked: ReadonlySet<string>
): { course: Step; lesson: Step['lessons'][number]; resume: boolean } | null {
	for (const course of courses) {
		const lesson = course.lessons.find(({ key }) => open.has(`${course.key}/${key}`));
		if (lesson) return { course, lesson, resume: true };
	}
	const inTurn = [...courses.filter(({ mandatory }) => mandatory), ...courses.filter(({ mandatory }) => !mandatory)];
	for (const course of inTurn) {
		const isToDo = ({ key, done }: { key: string; done: boolean }) => (course.state === 'open' ? !done : course.renewal?.lessons.includes(key));
		const lesson = course.lessons.find((one) => isToDo(one) && !blocked.has(`${course.key}/${one.key}`));
		if (lesson) return { course, lesson, resume: false };
		const again = course.state === 'open' ? lessonToGoOn(course.lessons) : null;
		if (again) return { course, lesson: again, resume: false };
	}
	return null;
}
