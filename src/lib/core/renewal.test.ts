import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf } from './due-date.ts';
import { addDays } from './reminders.ts';
import { lastDayOf, leastNoticeDays, renewalAhead, renewalDue, renewalWindowDays, renewedFrom, validityNow, windowOf, windowOpens } from './renewal.ts';

const year = (from: string) => ({ from, days: 365 });
const zone = 'Europe/Sofia';

describe('worked examples', () => {
	test('completed on 3 May 2026 and valid for 365 days: until 3 May 2027, to be renewed from 3 April', () => {
		expect(lastDayOf(year('2026-05-03'))).toBe('2027-05-03');
		expect(windowOpens(year('2026-05-03'))).toBe('2027-04-03');
		expect(renewalDue(year('2026-05-03'), '2027-04-03')).toBe('2027-05-03');
	});
	test('a leap day is a day like any other', () => {
		expect(lastDayOf(year('2027-05-03'))).toBe('2028-05-02');
		expect(lastDayOf(year('2028-02-29'))).toBe('2029-02-28');
		expect(lastDayOf({ from: '2027-12-31', days: 60 })).toBe('2028-02-29');
	});
	test('renewed in the window it is valid from the old end, on the last day too; renewed late, from that day', () => {
		expect(renewedFrom(year('2026-05-03'), '2027-04-10')).toBe('2027-05-03');
		expect(renewedFrom(year('2026-05-03'), '2027-05-03')).toBe('2027-05-03');
		expect(renewedFrom(year('2026-05-03'), '2027-05-04')).toBe('2027-05-04');
		expect(renewedFrom(year('2026-05-03'), '2027-09-01')).toBe('2027-09-01');
	});
	test('a validity shorter than the window is window all through', () => {
		const short = { from: '2026-05-03', days: 10 };
		expect(windowOf(10)).toBe(10);
		expect(windowOpens(short)).toBe('2026-05-03');
		expect(renewalDue(short, '2026-05-03')).toBe('2026-05-13');
	});
	test('who is asked after the end has two weeks from then; a server that was away for some days moves nothing', () => {
		expect(renewalDue(year('2024-05-03'), '2026-05-03')).toBe('2026-05-17');
		expect(renewalDue(year('2026-05-03'), '2027-04-13')).toBe('2027-05-03');
		expect(renewalDue(year('2026-05-03'), '2027-04-30')).toBe('2027-05-14');
	});
	test('given again, it is asked for from its window on, or at once with two weeks', () => {
		expect(renewalAhead(year('2026-05-03'), '2026-11-29')).toEqual({ from: '2027-04-03', due: '2027-05-03' });
		expect(renewalAhead(year('2026-05-03'), '2027-04-10')).toEqual({ from: '2027-04-10', due: '2027-05-03' });
		expect(renewalAhead(year('2026-05-03'), '2027-04-30')).toEqual({ from: '2027-04-30', due: '2027-05-14' });
		expect(renewalAhead(year('2024-05-03'), '2026-11-29')).toEqual({ from: '2026-11-29', due: '2026-12-13' });
	});
	test('the day of a completion is the academy’s, on both sides of a change of the clocks', () => {
		const done = (at: string) => validityNow({ validity: 365 }, { at: new Date(at), timeZone: zone }, []);
		expect(done('2026-05-02T21:00:00Z')).toEqual(year('2026-05-03'));
		expect(done('2026-05-02T20:59:59Z')).toEqual(year('2026-05-02'));
		// Clocks go forward on 29 March 2026: Sofia is two hours ahead before, three after.
		expect(done('2026-03-28T21:59:59Z')).toEqual(year('2026-03-28'));
		expect(done('2026-03-28T22:00:00Z')).toEqual(year('2026-03-29'));
		expect(done('2026-03-29T21:00:00Z')).toEqual(year('2026-03-30'));
	});
	test('a round that is asked for keeps its days; one that is renewed is counted on by what the content says now', () => {
		const completed = { at: new Date('2026-05-03T10:00:00Z'), timeZone: zone };
		const asked = { countedFrom: '2026-05-03', days: 365, renewedFrom: null };
		expect(validityNow({ validity: 100 }, completed, [asked])).toEqual(year('2026-05-03'));
		expect(validityNow({ validity: 100 }, completed, [{ ...asked, renewedFrom: '2027-05-03' }])).toEqual({ from: '2027-05-03', days: 100 });
		expect(validityNow({ validity: null }, completed, [asked])).toBeNull();
	});
});

describe('always', () => {
	const day = fc.integer({ min: 0, max: 40_000 }).map((n) => addDays('2000-01-01', n));
	const validity = fc.record({ from: day, days: fc.integer({ min: 1, max: 36_500 }) });

	test('the window opens within the validity, and is due at its end when asked for in time', () => {
		fc.assert(
			fc.property(validity, (one) => {
				const opens = windowOpens(one);
				expect(opens >= one.from && opens < lastDayOf(one)).toBe(true);
				expect(renewalDue(one, opens)).toBe(lastDayOf(one));
			})
		);
	});
	test('nothing is due before the validity ends, nor sooner than two weeks from when it is asked for', () => {
		fc.assert(
			fc.property(validity, day, (one, today) => {
				const due = renewalDue(one, today);
				expect(due >= lastDayOf(one)).toBe(true);
				expect(due >= addDays(today, Math.min(leastNoticeDays, one.days))).toBe(true);
			})
		);
	});
	test('renewing gains the whole validity or is counted from the day; the next window opens no sooner than the old end', () => {
		fc.assert(
			fc.property(validity, day, (one, completedOn) => {
				const next = { from: renewedFrom(one, completedOn), days: one.days };
				expect(next.from === lastDayOf(one) || next.from === completedOn).toBe(true);
				expect(lastDayOf(next) >= addDays(lastDayOf(one), one.days)).toBe(true);
				expect(windowOpens(next) >= lastDayOf(one)).toBe(true);
			})
		);
	});
	test('whoever renews a day earlier never ends with a shorter validity', () => {
		fc.assert(
			fc.property(validity, fc.integer({ min: 0, max: renewalWindowDays }), (one, early) => {
				const last = lastDayOf(one);
				expect(renewedFrom(one, addDays(last, -early))).toBe(last);
			})
		);
	});
	test('the day of a moment is the one it is counted from, in every zone', () => {
		fc.assert(
			fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }), fc.constantFrom('Europe/Sofia', 'America/New_York', 'Pacific/Apia', 'UTC'), (at, timeZone) => {
				expect(validityNow({ validity: 1 }, { at, timeZone }, [])).toEqual({ from: dayOf(at, timeZone), days: 1 });
			})
		);
	});
});
