/**
 * When a question of a finished lesson comes back (rules.md, "Spaced practice"): FSRS by ts-fsrs, in whole days. What was
 * hard comes back sooner, what was easy later; a question that was not answered right comes back the next day or soon after.
 * It helps to remember, and judges nobody.
 */
import { fsrs, Rating, State, type Card, type Grade } from 'ts-fsrs';
import { dayOf, endOfDay } from './due-date.ts';

/** Wanted chance to remember when a question comes back. */
export const wantedRetention = 0.9;
/** Longest interval, in days. */
export const longestInterval = 180;
/** Questions a day, a few minutes' worth, and how many of them are asked for the first time. */
export const dailyQuestions = 12;
export const dailyNew = 5;
/** From this chance to remember on, a question is called fresh. */
const freshFrom = 0.95;

// Without fuzz and without steps of minutes the same answers give the same days, and no question comes twice in a day.
const scheduler = fsrs({ request_retention: wantedRetention, maximum_interval: longestInterval, enable_fuzz: false, enable_short_term: false });

/** What is remembered of one question; `reps` counts the answers, `lapses` the times it was forgotten. */
export interface Memory {
	stability: number;
	difficulty: number;
	reps: number;
	lapses: number;
	dueAt: Date;
	lastAt: Date;
}

/** again: not right. hard: right, but unsure. good: right. */
export type PracticeRating = 'again' | 'hard' | 'good';
const grades: Record<PracticeRating, Grade> = { again: Rating.Again, hard: Rating.Hard, good: Rating.Good };

/** `fraction` 0 to 1 of the points: only an answer that is right entirely is right. */
export function rate(fraction: number, unsure: boolean): PracticeRating {
	if (fraction < 1) return 'again';
	return unsure ? 'hard' : 'good';
}

/** After an answer. `before` null = asked for the first time. */
export function remember(before: Memory | null, rating: PracticeRating, now: Date): Memory {
	const { card } = scheduler.next(before ? cardOf(before) : newCard(now), now, grades[rating]);
	// To keep the ratings apart the scheduler goes a day or two beyond the longest interval.
	const dueAt = new Date(Math.min(card.due.getTime(), now.getTime() + longestInterval * 86_400_000));
	return { stability: card.stability, difficulty: card.difficulty, reps: card.reps, lapses: card.lapses, dueAt, lastAt: now };
}

/** Chance to remember now, 0 to 1. */
export function retention(memory: Memory, now: Date): number {
	return scheduler.get_retrievability(cardOf(memory), now, false);
}

function newCard(now: Date): Card {
	return { due: now, stability: 0, difficulty: 0, elapsed_days: 0, scheduled_days: 0, learning_steps: 0, reps: 0, lapses: 0, state: State.New };
}

function cardOf({ dueAt, lastAt, ...memory }: Memory): Card {
	return { ...memory, due: dueAt, elapsed_days: 0, scheduled_days: 0, learning_steps: 0, state: State.Review, last_review: lastAt };
}

/** How a question stands: `due` comes back today at the latest; `new` was never asked here. */
export type Standing = 'new' | 'due' | 'fading' | 'fresh';

/** `memory` null = never asked. Due by the day of the academy, not by the hour. */
export function standingOf(memory: Memory | null, now: Date, timeZone: string): Standing {
	if (!memory) return 'new';
	if (dayOf(memory.dueAt, timeZone) <= dayOf(now, timeZone)) return 'due';
	// A stability below a day: not answered right just now, and no longer fresh by tomorrow.
	return memory.stability < 1 || retention(memory, now) < freshFrom ? 'fading' : 'fresh';
}

/** One question that may be asked. */
export interface Practised {
	/** Lasting name. */
	name: string;
	course: string;
	memory: Memory | null;
}

export interface PracticeDay {
	/** What is asked next; null = that is all for today. */
	next: string | null;
	/** Answered today, and still to come today. */
	answered: number;
	left: number;
	/** What comes tomorrow, and in the seven days after today, by what is known now. */
	tomorrow: number;
	week: number;
	/** Day on which the next questions come, `YYYY-MM-DD`; null = none will, before another lesson is finished. */
	comesBack: string | null;
}

/** How much of the day's limits is left, over all and for first askings. */
function roomOf(all: readonly Practised[], today: string, timeZone: string) {
	const known = all.flatMap(({ name, course, memory }) => (memory ? [{ name, course, memory }] : []));
	const answeredToday = known.filter(({ memory }) => dayOf(memory.lastAt, timeZone) === today);
	const newToday = answeredToday.filter(({ memory }) => memory.reps === 1).length;
	return { known, answeredToday, room: Math.max(0, dailyQuestions - answeredToday.length), roomForNew: Math.max(0, dailyNew - newToday) };
}

/** Whether this question can be answered now: it is one of `all`, its day has come, and the limits of the day leave room for it. */
export function canBeAnswered(name: string, all: readonly Practised[], now: Date, timeZone: string): boolean {
	const one = all.find((other) => other.name === name);
	if (!one) return false;
	const today = dayOf(now, timeZone);
	const { room, roomForNew } = roomOf(all, today, timeZone);
	return room > 0 && (one.memory ? dayOf(one.memory.dueAt, timeZone) <= today : roomForNew > 0);
}

/**
 * The day of one person. `all` in the order of the content. First what fades most, then what is new; courses alternate
 * where they can, so that no two questions in a row are of one course without need.
 */
export function planDay(all: readonly Practised[], now: Date, timeZone: string): PracticeDay {
	const today = dayOf(now, timeZone);
	const { known, answeredToday, room, roomForNew } = roomOf(all, today, timeZone);
	const due = known
		.filter(({ memory }) => dayOf(memory.dueAt, timeZone) <= today)
		.map((one) => ({ ...one, chance: retention(one.memory, now) }))
		.sort((a, b) => a.chance - b.chance || a.memory.dueAt.getTime() - b.memory.dueAt.getTime());
	const unasked = all.filter(({ memory }) => memory === null);
	const dueNow = Math.min(due.length, room);
	const newNow = Math.min(unasked.length, roomForNew, room - dueNow);
	const last = answeredToday.reduce<(typeof answeredToday)[number] | null>((latest, one) => (latest && latest.memory.lastAt >= one.memory.lastAt ? latest : one), null);
	const candidates: readonly { name: string; course: string }[] = dueNow > 0 ? due : newNow > 0 ? unasked : [];
	const next = candidates.find(({ course }) => course !== last?.course) ?? candidates[0] ?? null;

	const after = (days: number) => dayOf(new Date(endOfDay(today, timeZone).getTime() + (days - 0.5) * 86_400_000), timeZone);
	const [tomorrowDay, weekDay] = [after(1), after(7)];
	const later = known.filter(({ memory }) => dayOf(memory.dueAt, timeZone) > today).map(({ memory }) => dayOf(memory.dueAt, timeZone));
	const [dueOver, newOver] = [due.length - dueNow, unasked.length - newNow];
	const load = (until: string, days: number) =>
		Math.min(days * dailyQuestions, later.filter((day) => day <= until).length + dueOver + Math.min(newOver, days * dailyNew));
	const tomorrow = load(tomorrowDay, 1);
	return {
		next: next?.name ?? null,
		answered: answeredToday.length,
		left: dueNow + newNow,
		tomorrow,
		week: load(weekDay, 7),
		comesBack: tomorrow > 0 ? tomorrowDay : later.reduce<string | null>((first, day) => (first !== null && first < day ? first : day), null)
	};
}
