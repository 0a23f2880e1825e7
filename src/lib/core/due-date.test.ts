import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Weekday } from './academy.ts';
import { dayOf, dueDate, endOfDay } from './due-date.ts';
import { words } from './questions/testing.ts';

const week: Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const given = {
	start: '2026-11-02',
	startKind: 'hire' as const,
	workingDays: 10,
	workingWeek: week,
	holidays: [],
	leave: [],
	timeZone: 'Europe/Sofia'
};

describe('a due date', () => {
	it('hired Mon 2 Nov + 10 working days, 4 Nov a holiday = Tue 17 Nov', () => {
		const name = words('Founders’ day');
		expect(dueDate({ ...given, holidays: [{ date: '2026-11-04', name }] })).toEqual({
			dueAt: new Date('2026-11-17T21:59:59Z'),
			date: '2026-11-17',
			derivation: {
				start: '2026-11-02',
				startKind: 'hire',
				workingDays: 10,
				workingWeek: week,
				skipped: [{ date: '2026-11-04', why: 'holiday', name }],
				result: '2026-11-17'
			}
		});
	});

	it('does not count the start day, even before a weekend', () => {
		expect(dueDate({ ...given, start: '2026-11-06', workingDays: 1 }).date).toBe('2026-11-09');
		expect(dueDate({ ...given, start: '2026-11-07', workingDays: 1 }).date).toBe('2026-11-09');
	});

	it('skips leave, last day included, without a reason; and says nothing of days off anyway', () => {
		const { date, derivation } = dueDate({
			...given,
			workingDays: 3,
			holidays: [
				{ date: '2026-11-05', name: words('Holiday') },
				{ date: '2026-11-07', name: words('On a Saturday') },
				{ date: '2026-12-24', name: words('After all') }
			],
			leave: [{ firstDay: '2026-11-04', lastDay: '2026-11-09' }]
		});
		expect(date).toBe('2026-11-11');
		expect(derivation.skipped.map(({ date: day, why, name }) => [day, why, name?.['en']])).toEqual([
			['2026-11-04', 'leave', undefined],
			['2026-11-05', 'holiday', 'Holiday'],
			['2026-11-06', 'leave', undefined],
			['2026-11-09', 'leave', undefined]
		]);
	});

	it('knows leap days', () => {
		const daily = { ...given, workingWeek: [...week, 'sat', 'sun'] as Weekday[], workingDays: 1 };
		expect(dueDate({ ...daily, start: '2028-02-28' }).date).toBe('2028-02-29');
		expect(dueDate({ ...daily, start: '2027-02-28' }).date).toBe('2027-03-01');
		expect(dueDate({ ...daily, start: '2100-02-28' }).date).toBe('2100-03-01');
		expect(dueDate({ ...daily, start: '2026-12-31' }).date).toBe('2027-01-01');
	});

	it('ends its day by the clocks of the academy, before and after they change', () => {
		const ends = (date: string) => endOfDay(date, 'Europe/Sofia').toISOString();
		expect(ends('2026-03-28')).toBe('2026-03-28T21:59:59.000Z');
		expect(ends('2026-03-29')).toBe('2026-03-29T20:59:59.000Z');
		expect(ends('2026-10-24')).toBe('2026-10-24T20:59:59.000Z');
		expect(ends('2026-10-25')).toBe('2026-10-25T21:59:59.000Z');
	});

	it.each([
		['the clocks go from 24:00 back to 23:00', '2026-10-24', 'Asia/Beirut', '2026-10-24T21:59:59.000Z'],
		['from 0:01 back to 23:01', '2010-11-06', 'America/St_Johns', '2010-11-07T03:29:59.000Z'],
		['from 23:00 straight to the next day', '2025-03-29', 'America/Nuuk', '2025-03-30T00:59:59.000Z'],
		['the whole day is left out', '2011-12-30', 'Pacific/Apia', '2011-12-30T09:59:59.000Z'],
		['the day is far ahead of UTC', '2026-11-02', 'Pacific/Kiritimati', '2026-11-02T09:59:59.000Z'],
		['far behind', '2026-11-02', 'Pacific/Pago_Pago', '2026-11-03T10:59:59.000Z']
	])('ends even where %s', (_, date, timeZone, end) => {
		expect(endOfDay(date, timeZone).toISOString()).toBe(end);
	});

	it.each([
		[{ start: '2026-02-29' }],
		[{ start: '2026-11-2' }],
		[{ start: 'soon' }],
		[{ workingDays: 0 }],
		[{ workingDays: 1.5 }],
		[{ workingWeek: [] }],
		[{ timeZone: 'Europe/Atlantis' }]
	])('throws for %j', (wrong) => expect(() => dueDate({ ...given, ...wrong })).toThrow(RangeError));
});

describe('every due date', () => {
	const first = Date.parse('2020-01-01');
	const date = fc
		.integer({ min: 0, max: 20_000 })
		.map((days) => new Date(first + days * 86_400_000).toISOString().slice(0, 10));
	const near = (start: string, days: number) =>
		new Date(Date.parse(start) + days * 86_400_000).toISOString().slice(0, 10);
	const anyGiven = fc.record({
		start: date,
		workingDays: fc.integer({ min: 1, max: 60 }),
		workingWeek: fc.subarray([...week, 'sat', 'sun'] as Weekday[], { minLength: 1 }),
		off: fc.array(fc.integer({ min: -2, max: 60 })),
		away: fc.array(fc.tuple(fc.integer({ min: -5, max: 60 }), fc.integer({ min: 0, max: 10 })), { maxLength: 4 }),
		timeZone: fc.constantFrom('Europe/Sofia', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC')
	});

	it('has exactly n working days after its start, and ends in its own day', () => {
		fc.assert(
			fc.property(anyGiven, ({ start, off, away, ...rest }) => {
				const holidays = off.map((days) => ({ date: near(start, days), name: words('off') }));
				const leave = away.map(([from, length]) => ({
					firstDay: near(start, from),
					lastDay: near(start, from + length)
				}));
				const due = dueDate({ ...given, ...rest, start, holidays, leave });
				let counted = 0;
				const skipped: string[] = [];
				for (let days = 1; near(start, days) <= due.date; days++) {
					const day = near(start, days);
					const name = new Date(day).toLocaleDateString('en', { weekday: 'short', timeZone: 'UTC' }).toLowerCase();
					if (!rest.workingWeek.some((known) => known === name)) continue;
					const isFree = leave.some((span) => span.firstDay <= day && day <= span.lastDay);
					if (isFree || holidays.some((holiday) => holiday.date === day)) skipped.push(day);
					else counted++;
				}
				expect(counted).toBe(rest.workingDays);
				expect(due.derivation.skipped.map((skip) => skip.date)).toEqual(skipped);
				expect(due.derivation.result).toBe(due.date);
				expect(dayOf(due.dueAt, rest.timeZone)).toBe(due.date);
				expect(dayOf(new Date(due.dueAt.getTime() + 1000), rest.timeZone)).toBe(near(due.date, 1));
			})
		);
	});

	it('is never earlier for one more day, holiday or leave', () => {
		fc.assert(
			fc.property(anyGiven, date, ({ start, workingDays, workingWeek, timeZone }, holiday) => {
				const base = { ...given, start, workingDays, workingWeek, timeZone };
				const plain = dueDate(base).dueAt.getTime();
				const later = [
					{ ...base, workingDays: workingDays + 1 },
					{ ...base, holidays: [{ date: holiday, name: words('off') }] },
					{ ...base, leave: [{ firstDay: holiday, lastDay: near(holiday, 14) }] }
				];
				for (const more of later) expect(dueDate(more).dueAt.getTime()).toBeGreaterThanOrEqual(plain);
			})
		);
	});
});

describe('the day of a moment', () => {
	it('is what the clocks of the zone show, also in an hour in which they are changed', () => {
		// St. John’s changed its clocks at a minute past midnight, Lord Howe by half an hour, Samoa by a whole day.
		const zones = ['Europe/Sofia', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'America/Sao_Paulo', 'UTC'];
		const changes = ['2010-03-14T03:31:00Z', '2010-11-07T02:31:00Z', '2011-12-30T10:00:00Z', '2018-11-04T03:00:00Z', '2026-10-24T22:00:00Z'];
		const near = fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -90 * 60_000, max: 90 * 60_000 })).map(([at, off]) => new Date(Date.parse(at) + off));
		const any = fc.date({ min: new Date('1975-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
		fc.assert(
			fc.property(fc.oneof(near, any), fc.constantFrom(...zones), (moment, timeZone) => {
				expect(dayOf(moment, timeZone)).toBe(moment.toLocaleDateString('sv-SE', { timeZone }));
			})
		);
	});
});
