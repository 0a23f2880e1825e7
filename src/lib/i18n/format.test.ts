import { describe, expect, it } from 'vitest';
import {
	daysUntil,
	formatDate,
	formatDateFull,
	formatDateShort,
	formatDateTime,
	formatNumber,
	formatTime,
	relativeDays
} from './format.ts';

const sofia = 'Europe/Sofia';
/** Intl writes no-break spaces where they belong; here only the words are compared. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('dates', () => {
	const lateEvening = '2026-11-19T22:30:00Z';

	it('are written in the academy’s time zone, not in the server’s', () => {
		expect(formatDate(lateEvening, 'en', sofia)).toBe('20 November 2026');
		expect(formatDate(new Date(lateEvening), 'en', 'UTC')).toBe('19 November 2026');
		expect(formatTime(lateEvening, 'en', sofia)).toBe('00:30');
	});

	it('are written as each language writes them', () => {
		expect(plain(formatDate(lateEvening, 'ru', sofia))).toBe('20 ноября 2026 г.');
		expect(plain(formatDate(lateEvening, 'bg', sofia))).toBe('20 ноември 2026 г.');
		expect(formatDateFull(lateEvening, 'en', sofia)).toMatch(/^Friday,? 20 November 2026$/);
		expect(plain(formatDateFull(lateEvening, 'ru', sofia))).toMatch(/^пятница, 20 ноября 2026/);
		expect(formatDateShort(lateEvening, 'en', sofia)).toBe('20 Nov 2026');
		expect(plain(formatDateTime(lateEvening, 'bg', sofia))).toMatch(/20 ноември 2026 г\..* 0?0:30/);
	});

	it('a whole day stays that day in every time zone', () => {
		for (const zone of [sofia, 'America/Los_Angeles', 'Pacific/Auckland', 'UTC'])
			expect(formatDate('2026-11-19', 'en', zone)).toBe('19 November 2026');
	});
});

describe('days until', () => {
	it('are counted on the wall calendar', () => {
		expect(daysUntil('2026-11-19T22:30:00Z', '2026-11-19T21:30:00Z', sofia)).toBe(1);
		expect(daysUntil('2026-11-19T22:30:00Z', '2026-11-19T21:30:00Z', 'UTC')).toBe(0);
		expect(daysUntil('2026-11-17', '2026-11-19T21:30:00Z', sofia)).toBe(-2);
		// Asked one after the other: the day that was found last does not outlive midnight.
		const days = ['2026-11-19T21:59:00.000Z', '2026-11-19T21:59:59.999Z', '2026-11-19T22:00:00.000Z'].map((now) => daysUntil('2026-11-20', new Date(now), sofia));
		expect(days).toEqual([1, 1, 0]);
	});

	it('are whole over the change of the clock and over a leap day', () => {
		expect(daysUntil('2026-03-30T09:00:00Z', '2026-03-28T09:00:00Z', sofia)).toBe(2);
		expect(daysUntil('2026-10-26T09:00:00Z', '2026-10-24T09:00:00Z', sofia)).toBe(2);
		expect(daysUntil('2028-03-01', '2028-02-28', sofia)).toBe(2);
	});

	it('are said in words, with the plural of the language', () => {
		const now = '2026-11-19T09:00:00Z';
		expect(relativeDays('2026-11-19', now, 'en', sofia)).toBe('today');
		expect(relativeDays('2026-11-20', now, 'ru', sofia)).toBe('завтра');
		expect(plain(relativeDays('2026-11-22', now, 'ru', sofia))).toBe('через 3 дня');
		expect(plain(relativeDays('2026-11-24', now, 'ru', sofia))).toBe('через 5 дней');
		expect(plain(relativeDays('2026-11-22', now, 'bg', sofia))).toBe('след 3 дни');
		expect(plain(relativeDays('2026-11-16', now, 'en', sofia))).toBe('3 days ago');
	});
});

describe('numbers', () => {
	it('have the separators of the language', () => {
		expect(formatNumber(12345.678, 'en', 1)).toBe('12,345.7');
		expect(plain(formatNumber(12345.678, 'ru', 1))).toBe('12 345,7');
		expect(plain(formatNumber(12345.678, 'bg', 2))).toBe('12 345,68');
		expect(formatNumber(3.5, 'en')).toBe('4');
	});
});
