/**
 * If so many people start on a day: what is due when, and how much of it mentors will have to judge in which week. Dates
 * follow the same rule as everybody's (enrolment-plan.ts). Pure; nobody is there yet, and nothing is written.
 */
import type { PathCourse } from './academy.ts';
import type { Calendar, Derivation } from './due-date.ts';
import { planEnrolments, type Enrolled } from './enrolment-plan.ts';

/** What a course hands to a mentor, of each person once. */
export const mentorWork = ['call-review', 'recording', 'open'] as const;
export type MentorWork = (typeof mentorWork)[number];
export type WorkOfCourse = Record<MentorWork, number>;
const none = (): WorkOfCourse => ({ 'call-review': 0, recording: 0, open: 0 });

export interface DueCourse {
	course: string;
	mandatory: boolean;
	/** YYYY-MM-DD. */
	dueOn: string;
	derivation: Derivation;
}

/**
 * The courses of a path for somebody whose first day is `start`, in its order. What counts from another course is reckoned
 * as if that one were completed on the day it is due; a course that waits for one outside the path has no date and is left out.
 */
export function foreseePath(path: readonly PathCourse[], start: string, leave: readonly { firstDay: string; lastDay: string }[], calendar: Calendar): DueCourse[] {
	const facts = { today: start, hiredOn: start, position: { since: start, path }, hadPosition: false, leave, assignments: [], teamAssignments: [], exceptions: [] };
	const dated = new Map<string, DueCourse>();
	for (let before = -1; before < dated.size; ) {
		before = dated.size;
		const enrolments = [...dated.values()].map(({ course, mandatory, dueOn, derivation }): Enrolled => {
			const at = { assignedOn: start, dueAt: null, derivation, completedOn: dueOn, begun: true };
			return { course, source: 'position', mandatory, place: path.findIndex((one) => one.course === course), ...at };
		});
		for (const { course, to } of planEnrolments({ ...facts, enrolments }, calendar)) {
			if (to?.derivation) dated.set(course, { course, mandatory: to.mandatory, dueOn: to.derivation.result, derivation: to.derivation });
		}
	}
	return path.flatMap(({ course }) => dated.get(course) ?? []);
}

export interface Week {
	/** Its Monday, YYYY-MM-DD. */
	monday: string;
	work: WorkOfCourse;
	total: number;
}

/** The Monday of a calendar day's week. */
export function mondayOf(day: string): string {
	const date = new Date(`${day}T00:00:00Z`);
	date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
	return date.toISOString().slice(0, 10);
}

/**
 * What mentors have to judge, week by week from the first to the last in which there is any, as if everybody handed in on
 * the day the course is due, and all of it at the first try. Optional courses are taken by nobody.
 */
export function foreseeWeeks(groups: readonly { count: number; courses: readonly DueCourse[] }[], workOf: ReadonlyMap<string, WorkOfCourse>): Week[] {
	const weeks = new Map<string, WorkOfCourse>();
	for (const { count, courses } of groups) {
		for (const { course, mandatory, dueOn } of courses) {
			const work = workOf.get(course);
			if (!mandatory || !work) continue;
			const monday = mondayOf(dueOn);
			const sum = weeks.get(monday) ?? none();
			for (const kind of mentorWork) sum[kind] += count * work[kind];
			if (mentorWork.some((kind) => sum[kind] > 0)) weeks.set(monday, sum);
		}
	}
	const days = [...weeks.keys()].sort();
	const all: Week[] = [];
	if (days.length === 0) return all;
	for (let day = days[0]!; day <= days.at(-1)!; day = nextWeek(day)) {
		const work = weeks.get(day) ?? none();
		all.push({ monday: day, work, total: mentorWork.reduce((sum, kind) => sum + work[kind], 0) });
	}
	return all;
}

function nextWeek(monday: string): string {
	const date = new Date(`${monday}T00:00:00Z`);
	date.setUTCDate(date.getUTCDate() + 7);
	return date.toISOString().slice(0, 10);
}
