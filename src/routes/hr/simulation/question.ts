/** What a simulation asks stands in its address: `start`, `from` and `to` of days off, and `n-POSITION`. */
import { dayOf } from '$lib/core/due-date';
import type { StartQuestion } from '$lib/server/services/simulation';

/** The most that are reckoned at once. */
export const mostPeople = 20_000;

export interface Asked {
	start: string;
	from: string;
	to: string;
	/** As typed, by position. */
	counts: Record<string, string>;
}
export type AskedProblem = 'start' | 'leave' | 'count' | 'nobody';

const day = /^\d{4}-\d{2}-\d{2}$/;
const isDay = (text: string) => day.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
/** No calendar reaches further. */
const years = 5;
const isNear = (text: string, today: string) => Math.abs(Number(text.slice(0, 4)) - Number(today.slice(0, 4))) <= years;

/** What the address asks; `question` is null when nothing is asked yet, or something of it is wrong. */
export function readQuestion(params: URLSearchParams, positions: readonly string[], now: Date, timeZone: string): { asked: Asked; question: StartQuestion | null; problem: AskedProblem | null } {
	const text = (name: string) => (params.get(name) ?? '').trim().slice(0, 20);
	const today = dayOf(now, timeZone);
	const counts = Object.fromEntries(positions.map((key) => [key, text(`n-${key}`)]));
	const asked: Asked = { start: text('start') || today, from: text('from'), to: text('to'), counts };
	const isAsked = positions.some((key) => params.has(`n-${key}`));
	const wrong = (problem: AskedProblem | null) => ({ asked, question: null, problem });
	if (!isAsked) return wrong(null);
	if (!isDay(asked.start) || !isNear(asked.start, today)) return wrong('start');
	const { from, to } = asked;
	const hasLeave = from !== '' || to !== '';
	if (hasLeave && !(isDay(from) && isDay(to) && from <= to && isNear(from, today) && isNear(to, today))) return wrong('leave');
	const numbers = new Map(positions.map((key) => [key, counts[key] === '' ? 0 : Number(counts[key])]));
	if ([...numbers.values()].some((n) => !Number.isInteger(n) || n < 0 || n > mostPeople)) return wrong('count');
	if ([...numbers.values()].every((n) => n === 0)) return wrong('nobody');
	return { asked, question: { start: asked.start, counts: numbers, leave: hasLeave ? [{ firstDay: from, lastDay: to }] : [] }, problem: null };
}
