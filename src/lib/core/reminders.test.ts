import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Calendar } from './due-date.ts';
import { addDays, audiences, tellingAt, usualReminders, workingDaysOf } from './reminders.ts';

const calendar: Calendar = {
	workingWeek: ['mon', 'tue', 'wed', 'thu', 'fri'],
	holidays: [
		{ date: '2026-12-24', name: {} },
		{ date: '2026-12-25', name: {} },
		{ date: '2026-12-28', name: {} }
	],
	workingDays: ['2026-12-12'],
	timeZone: 'Europe/Sofia'
};
/** Ten in the morning in Sofia, in winter. */
const at = (date: string, hour = 8) => new Date(Date.parse(`${date}T00:00:00Z`) + hour * 3_600_000);
const tell = (date: string, rules = usualReminders) => tellingAt(at(date), calendar, rules);

describe('working days', () => {
	const days = workingDaysOf(calendar);
	test('holidays and weekends are passed over, extra days count', () => {
		expect(days.shift('2026-12-23', 1)).toBe('2026-12-29');
		expect(days.shift('2026-12-29', -1)).toBe('2026-12-23');
		expect(days.shift('2026-12-11', 1)).toBe('2026-12-12');
		expect(days.shift('2026-12-13', 0)).toBe('2026-12-12');
		expect(days.shift('2026-12-13', -1)).toBe('2026-12-11');
	});
	test('forwards and back again is where one was', () => {
		const offset = fc.integer({ min: 0, max: 900 });
		fc.assert(
			fc.property(offset, fc.integer({ min: 1, max: 60 }), (start, n) => {
				const from = days.shift(addDays('2026-01-01', start), 0);
				expect(days.shift(days.shift(from, n), -n)).toBe(from);
				expect(days.isWorking(days.shift(from, n))).toBe(true);
			})
		);
	});
	test('a calendar without a working day comes to an end', () => {
		expect(() => workingDaysOf({ ...calendar, workingWeek: [], workingDays: [] }).shift('2026-12-01', 3)).not.toThrow();
	});
});

describe('what is told', () => {
	test('nothing at night, on weekends and holidays', () => {
		expect(tell('2026-12-01')).not.toBeNull();
		expect(tellingAt(at('2026-12-01', 5.9), calendar, usualReminders)).toBeNull();
		expect(tellingAt(at('2026-12-01', 6), calendar, usualReminders)).not.toBeNull();
		expect(tellingAt(at('2026-12-01', 18), calendar, usualReminders)).toBeNull();
		expect(tell('2026-12-05')).toBeNull();
		expect(tell('2026-12-24')).toBeNull();
		expect(tell('2026-12-12')).not.toBeNull();
	});

	test('of a course: before, on the day, after; mentor and HR only after it', () => {
		const due = '2026-12-09';
		const told = Object.fromEntries(
			['2026-12-03', '2026-12-04', '2026-12-08', '2026-12-09', '2026-12-10', '2026-12-11', '2026-12-16'].map((today) => [
				today,
				audiences.map((audience) => tell(today)!.ofDue(due, audience))
			])
		);
		expect(told).toEqual({
			'2026-12-03': [null, null, null],
			'2026-12-04': ['2026-12-04', null, null],
			// Made up for: nobody was told since.
			'2026-12-08': ['2026-12-04', null, null],
			'2026-12-09': ['2026-12-09', null, null],
			'2026-12-10': ['2026-12-10', null, null],
			'2026-12-11': ['2026-12-10', '2026-12-11', null],
			// The Saturday before is worked.
			'2026-12-16': ['2026-12-15', null, '2026-12-15']
		});
	});

	test('what was missed long ago is left', () => {
		expect(tell('2026-12-21')!.ofDue('2026-12-01', 'employee')).toBeNull();
	});

	test('of a level: in days of the calendar, told on the next working day', () => {
		expect(tell('2026-12-07')!.ofLevel('2027-01-05', 'employee')).toBe('2026-12-06');
		expect(tell('2026-12-29')!.ofLevel('2027-01-05', 'employee')).toBe('2026-12-29');
		expect(tell('2026-12-22')!.ofLevel('2027-01-05', 'hr')).toBe('2026-12-22');
	});

	test('the overview once a week, made up for after a holiday', () => {
		expect(tell('2026-12-07')!.digestDay).toBe('2026-12-07');
		expect(tell('2026-12-08')!.digestDay).toBe('2026-12-07');
		expect(tell('2026-12-29')!.digestDay).toBe('2026-12-28');
		expect(tell('2026-12-11')!.digestDay).toBeNull();
		expect(tell('2026-12-07', { ...usualReminders, digest: null })!.digestDay).toBeNull();
	});

	test('the hour is the academy\'s, also after the clocks have changed', () => {
		const summer = (hour: number) => tellingAt(at('2026-07-01', hour), calendar, usualReminders);
		expect(summer(4.9)).toBeNull();
		expect(summer(5)).not.toBeNull();
	});

	test('whatever is told lies within the days that are looked at; a planned day never comes back changed', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 700 }),
				// Mostly where something is told.
				fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -400, max: 400 })),
				fc.constantFrom(...audiences),
				fc.array(fc.integer({ min: -30, max: 30 }), { maxLength: 5 }),
				(offset, distance, audience, days) => {
					const today = addDays('2026-01-01', offset);
					const rules = { ...usualReminders, due: { ...usualReminders.due, [audience]: days }, levelEnds: { ...usualReminders.levelEnds, [audience]: days } };
					const telling = tell(today, rules);
					if (!telling) return;
					const subject = addDays(today, distance);
					const due = telling.ofDue(subject, audience);
					expect(due === null || (due <= today && due >= telling.since)).toBe(true);
					expect(due === null || (subject >= telling.dueBetween.first && subject <= telling.dueBetween.last)).toBe(true);
					const ends = telling.ofLevel(subject, audience);
					if (ends !== null) expect(subject >= telling.levelsBetween.first && subject <= telling.levelsBetween.last).toBe(true);
					// The next working day says the same planned day, or a later one, or nothing.
					const next = tell(workingDaysOf(calendar).shift(today, 1), rules)!.ofDue(subject, audience);
					if (due !== null && next !== null) expect(next >= due).toBe(true);
				}
			)
		);
	});

	test('who looks every working day tells each planned day of a course', () => {
		const due = '2026-12-15';
		const told = new Set<string>();
		for (let today = '2026-12-01'; today < '2027-01-15'; today = addDays(today, 1)) {
			const planned = tell(today)?.ofDue(due, 'employee');
			if (planned) told.add(planned);
		}
		expect([...told]).toEqual(['2026-12-11', '2026-12-15', '2026-12-16', '2026-12-22']);
	});
});
