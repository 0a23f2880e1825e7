/**
 * Which courses a person should have, by when and why (rules.md, “Due dates”), compared with what is there. Pure: the
 * facts go in, the differences come out. What is completed never changes; what was begun is never taken away.
 */
import type { PathCourse } from './academy.ts';
import { dueDate, endOfDay, namedDay, type Calendar, type Derivation, type StartKind } from './due-date.ts';
import { canonicalJson } from './item.ts';

/** What there should be of one course. */
export interface Wanted {
	source: 'position' | 'hand' | 'team';
	mandatory: boolean;
	/** Order within the path; what does not belong to it stands behind. */
	place: number;
	/** Day from which the person has it, YYYY-MM-DD. */
	assignedOn: string;
	/** Null = no date, or one that waits for another course's completion. */
	dueAt: Date | null;
	derivation: Derivation | null;
}
/** What there is of it. */
export interface Enrolled extends Wanted {
	course: string;
	/** Day in the academy's time zone; null = not completed. */
	completedOn: string | null;
	/** Whether the person has opened one of its lessons. */
	begun: boolean;
}

export interface Facts {
	/** YYYY-MM-DD, of the academy. */
	today: string;
	hiredOn: string | null;
	/** The standing one; null = none. `path` is null when the content does not know the position: then its courses stay. */
	position: { since: string; path: readonly PathCourse[] | null } | null;
	/** Whether they had another position before, for a day at least. */
	hadPosition: boolean;
	leave: readonly { firstDay: string; lastDay: string }[];
	/** Standing ones, given by hand. */
	assignments: readonly {
		course: string;
		mandatory: boolean;
		assignedOn: string;
		workingDays: number | null;
		dueOn: string | null;
	}[];
	/** What stands for the team that they are in now. */
	teamAssignments: readonly {
		/** Its name. */
		team: string;
		course: string;
		mandatory: boolean;
		workingDays: number | null;
		dueOn: string | null;
	}[];
	/** Standing ones. */
	exceptions: readonly { course: string; dueOn: string; reason: string }[];
	enrolments: readonly Enrolled[];
}

export type Change =
	| { kind: 'added'; course: string; from: null; to: Wanted }
	/** Another date. */
	| { kind: 'moved'; course: string; from: Enrolled; to: Wanted }
	/** Voluntary now, or mandatory, or from somewhere else. */
	| { kind: 'changed'; course: string; from: Enrolled; to: Wanted }
	/** Neither; only its place, or the words of its derivation. */
	| { kind: 'restated'; course: string; from: Enrolled; to: Wanted }
	| { kind: 'ended'; course: string; from: Enrolled; to: null };

/** Behind every path. */
const behind = 1000;

/**
 * What has to change so that the person has what they should, in the order of the path. A course of the path counts by
 * the path; one that was given by hand, and stands in no path, by what was said then; one that only the team has, by what
 * holds for the team, from the day it came to the person. A course that is in none of them any more ends, unless it was
 * begun: then it stays, voluntary and without a date. “From hire” counts from the hire date for
 * what came with the first position; what came later counts from the day it came. Applied once, nothing is left to change.
 */
export function planEnrolments(facts: Facts, calendar: Calendar): Change[] {
	const there = new Map(facts.enrolments.map((row) => [row.course, row]));
	const wanted = new Map<string, Wanted>();
	(facts.position?.path ?? []).forEach((step, place) => wanted.set(step.course, wantByPath(facts, calendar, step, place)));
	for (const given of facts.assignments) {
		const byPath = wanted.get(given.course);
		if (byPath) byPath.mandatory ||= given.mandatory;
		else wanted.set(given.course, wantByHand(facts, calendar, given));
	}
	for (const given of facts.teamAssignments) {
		const there = wanted.get(given.course);
		if (there) there.mandatory ||= given.mandatory;
		else wanted.set(given.course, wantByTeam(facts, calendar, given));
	}
	for (const { course, dueOn, reason } of facts.exceptions) {
		const one = wanted.get(course);
		if (!one) continue;
		one.derivation = { ...(one.derivation ?? namedDay(dueOn)), exception: { dueOn, reason } };
		one.dueAt = endOfDay(dueOn, calendar.timeZone);
	}
	const changes = [...wanted].flatMap(([course, to]) => compare(course, there.get(course) ?? null, to));
	const kept = facts.position?.path === null;
	for (const from of facts.enrolments) {
		if (wanted.has(from.course) || from.completedOn !== null || (kept && from.source === 'position')) continue;
		if (!from.begun) changes.push({ kind: 'ended', course: from.course, from, to: null });
		else {
			const to = { ...from, mandatory: false, place: Math.max(from.place, behind), dueAt: null, derivation: null };
			changes.push(...compare(from.course, from, to));
		}
	}
	return changes;
}

function wantByPath(facts: Facts, calendar: Calendar, step: PathCourse, place: number): Wanted {
	const row = facts.enrolments.find(({ course }) => course === step.course);
	const base = { source: 'position' as const, mandatory: step.mandatory, place };
	const { from } = step;
	if (from.kind === 'course') {
		const completedOn = facts.enrolments.find(({ course }) => course === from.course)?.completedOn ?? null;
		const due = completedOn === null ? null : reckon(facts, calendar, completedOn, 'course', step.due);
		return { ...base, assignedOn: row?.assignedOn ?? facts.today, dueAt: due?.dueAt ?? null, derivation: due?.derivation ?? null };
	}
	// What stood there without a date comes anew.
	const stands = row?.source === 'position' && row.derivation !== null ? row : null;
	const assignedOn = stands?.assignedOn ?? facts.today;
	const byHire = from.kind === 'hire' && (stands ? stands.derivation!.startKind !== 'assignment' : isFirstPath(facts));
	const hired = facts.hiredOn ?? facts.position!.since;
	// Nobody has a course before they work here.
	const start = byHire ? hired : from.kind === 'hire' && hired > assignedOn ? hired : assignedOn;
	const due = reckon(facts, calendar, start, byHire ? 'hire' : 'assignment', step.due);
	const derivation = byHire && facts.hiredOn === null ? { ...due.derivation, unhired: true as const } : due.derivation;
	return { ...base, assignedOn, dueAt: due.dueAt, derivation };
}

/** Whether the standing position is the first one, and its path is being given today. */
const isFirstPath = ({ hadPosition, enrolments, today }: Facts) =>
	!hadPosition && enrolments.every(({ source, assignedOn }) => source !== 'position' || assignedOn >= today);

function wantByHand(facts: Facts, calendar: Calendar, given: Facts['assignments'][number]): Wanted {
	const base = { source: 'hand' as const, mandatory: given.mandatory, place: behind, assignedOn: given.assignedOn };
	if (given.dueOn !== null) return { ...base, dueAt: endOfDay(given.dueOn, calendar.timeZone), derivation: namedDay(given.dueOn) };
	if (given.workingDays === null) return { ...base, dueAt: null, derivation: null };
	const due = reckon(facts, calendar, given.assignedOn, 'assignment', given.workingDays);
	return { ...base, dueAt: due.dueAt, derivation: due.derivation };
}

/** Nobody comes into a team late: a day that was named and is past by then is no date for them. */
function wantByTeam(facts: Facts, calendar: Calendar, given: Facts['teamAssignments'][number]): Wanted {
	const { team, mandatory, workingDays, dueOn } = given;
	const row = facts.enrolments.find(({ course }) => course === given.course);
	const isDateless = (from: string) => workingDays === null && (dueOn === null || dueOn < from);
	// What stands there without a date that it would have comes anew.
	const stands = row?.source === 'team' && (row.derivation !== null || isDateless(row.assignedOn)) ? row : null;
	const assignedOn = stands?.assignedOn ?? facts.today;
	const base = { source: 'team' as const, mandatory, place: behind, assignedOn };
	if (isDateless(assignedOn)) return { ...base, dueAt: null, derivation: null };
	if (workingDays === null) return { ...base, dueAt: endOfDay(dueOn!, calendar.timeZone), derivation: { ...namedDay(dueOn!), team } };
	const due = reckon(facts, calendar, assignedOn, 'assignment', workingDays);
	return { ...base, dueAt: due.dueAt, derivation: { ...due.derivation, team } };
}

function reckon({ leave }: Facts, calendar: Calendar, start: string, startKind: StartKind, workingDays: number) {
	const { workingWeek, holidays, timeZone, workingDays: worked = [] } = calendar;
	return dueDate({ start, startKind, workingDays, workingWeek, holidays, worked, leave, timeZone });
}

function compare(course: string, from: Enrolled | null, to: Wanted): Change[] {
	if (!from) return [{ kind: 'added', course, from, to }];
	if (from.completedOn !== null) return [];
	if ((from.dueAt?.getTime() ?? null) !== (to.dueAt?.getTime() ?? null)) return [{ kind: 'moved', course, from, to }];
	if (from.mandatory !== to.mandatory || from.source !== to.source) return [{ kind: 'changed', course, from, to }];
	const isSame =
		from.place === to.place &&
		from.assignedOn === to.assignedOn &&
		canonicalJson(from.derivation ?? null) === canonicalJson(to.derivation ?? null);
	return isSame ? [] : [{ kind: 'restated', course, from, to }];
}
