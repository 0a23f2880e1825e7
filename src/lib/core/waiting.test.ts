import { describe, expect, it } from 'vitest';
import type { Calendar } from './due-date.ts';
import { overdueUpTo, usualWait, workingDayNumbers, workingDaysBetween } from './waiting.ts';

const calendar: Calendar = {
	workingWeek: ['mon', 'tue', 'wed', 'thu', 'fri'],
	holidays: [{ date: '2026-11-04', name: { en: 'A holiday' } }],
	timeZone: 'Europe/Sofia'
};
const at = (text: string) => new Date(`${text}:00+02:00`);
const between = (since: string, until: string) => workingDaysBetween(at(since), at(until), calendar);

describe('working days between', () => {
	it.each([
		// Mon 2 Nov to Fri 6 Nov; the 4th is a holiday.
		['2026-11-02T09:00', '2026-11-02T17:00', 0],
		['2026-11-02T23:50', '2026-11-03T00:10', 1],
		['2026-11-02T09:00', '2026-11-06T09:00', 3],
		['2026-11-03T09:00', '2026-11-04T09:00', 0],
		// Over a weekend.
		['2026-11-06T18:00', '2026-11-08T12:00', 0],
		['2026-11-06T18:00', '2026-11-09T08:00', 1],
		['2026-11-07T10:00', '2026-11-09T08:00', 1],
		['2026-11-09T08:00', '2026-11-06T18:00', 0]
	])('%s to %s: %i', (since, until, days) => expect(between(since, until)).toBe(days));

	it('are differences of the numbers of days', () => {
		// Friday to Friday, the Wednesday a holiday.
		const numbers = workingDayNumbers('2026-10-30', '2026-11-06', calendar);
		expect(numbers).toEqual([0, 0, 0, 1, 2, 2, 3, 4]);
		expect(numbers[7]! - numbers[3]!).toBe(between('2026-11-02T09:00', '2026-11-06T09:00'));
		expect(workingDayNumbers('2026-11-06', '2026-11-05', calendar)).toEqual([]);
	});

	it('counts days of the academy’s clock', () => {
		// 22:30 UTC is past midnight in Sofia.
		expect(workingDaysBetween(new Date('2026-11-09T08:00:00Z'), new Date('2026-11-09T22:30:00Z'), calendar)).toBe(1);
	});
});

describe('the usual wait', () => {
	const waits = (...days: string[]) => days.map((date) => ({ since: at('2026-11-09T09:00'), until: at(`${date}T10:00`) }));

	it('is not told of a few', () => {
		expect(usualWait([], calendar)).toBeNull();
		expect(usualWait(waits('2026-11-09', '2026-11-09', '2026-11-10', '2026-11-10'), calendar)).toBeNull();
	});

	it('is a range without the extremes', () => {
		const twenty = waits('2026-11-09', ...Array<string>(9).fill('2026-11-10'), ...Array<string>(9).fill('2026-11-11'), '2026-11-27');
		expect(usualWait(twenty, calendar)).toEqual({ from: 1, to: 2, n: 20 });
		expect(usualWait([...twenty].reverse(), calendar)).toEqual({ from: 1, to: 2, n: 20 });
	});

	it('can be one number', () => {
		expect(usualWait(waits(...Array<string>(5).fill('2026-11-10')), calendar)).toEqual({ from: 1, to: 1, n: 5 });
	});
});

describe('the target', () => {
	// Tue 3 Nov + 2 working days, the 4th is a holiday = Fri 6 Nov; then a weekend.
	it.each([
		['2026-11-06T23:59', '2026-11-02T23:59'],
		['2026-11-07T00:00', '2026-11-04T23:59'],
		['2026-11-09T23:59', '2026-11-04T23:59'],
		['2026-11-10T00:00', '2026-11-05T23:59']
	])('is the end of the second working day: at %s, late is what came up to %s', (now, upTo) => {
		expect(overdueUpTo(at(now), calendar)).toEqual(new Date(at(upTo).getTime() + 59_000));
	});
});
