import { describe, expect, it } from 'vitest';
import type { PathCourse } from './academy.ts';
import type { Calendar } from './due-date.ts';
import { foreseePath, foreseeWeeks, mondayOf } from './simulation.ts';

const calendar: Calendar = {
	workingWeek: ['mon', 'tue', 'wed', 'thu', 'fri'],
	holidays: [{ date: '2026-12-24', name: { en: 'Christmas Eve' } }, { date: '2026-12-25', name: { en: 'Christmas' } }],
	timeZone: 'Europe/Sofia'
};
const step = (course: string, due: number, from: PathCourse['from'] = { kind: 'hire' }, mandatory = true): PathCourse => ({ course, due, from, mandatory });
const path = [step('letters', 3, { kind: 'course', course: 'phone' }), step('basics', 3), step('phone', 10, { kind: 'course', course: 'basics' }), step('tools', 4, { kind: 'assignment' }, false)];
const days = (leave: { firstDay: string; lastDay: string }[] = []) => Object.fromEntries(foreseePath(path, '2026-12-01', leave, calendar).map(({ course, dueOn }) => [course, dueOn]));

describe('what is due when', () => {
	it('counts from the first day, and from each course as if it were completed when it is due', () => {
		expect(days()).toEqual({ basics: '2026-12-04', phone: '2026-12-18', letters: '2026-12-23', tools: '2026-12-07' });
	});
	it('skips holidays and days on which nobody works', () => {
		expect(days([{ firstDay: '2026-12-21', lastDay: '2026-12-23' }]).letters).toBe('2026-12-30');
	});
	it('keeps the order of the path; what waits for a course outside it has no date', () => {
		expect(foreseePath(path, '2026-12-01', [], calendar).map(({ course }) => course)).toEqual(['letters', 'basics', 'phone', 'tools']);
		expect(foreseePath([step('letters', 3, { kind: 'course', course: 'elsewhere' })], '2026-12-01', [], calendar)).toEqual([]);
	});
});

describe('what mentors judge in which week', () => {
	it('a week begins on Monday, over the turn of the year too', () => {
		expect(['2026-12-06', '2026-12-07', '2027-01-03'].map(mondayOf)).toEqual(['2026-11-30', '2026-12-07', '2026-12-28']);
	});
	it('adds up groups; weeks between have none; optional courses count for nobody', () => {
		const courses = foreseePath(path, '2026-12-01', [], calendar);
		const work = new Map([['basics', { 'call-review': 0, recording: 1, open: 2 }], ['letters', { 'call-review': 1, recording: 0, open: 0 }], ['tools', { 'call-review': 9, recording: 9, open: 9 }]]);
		const weeks = foreseeWeeks([{ count: 40, courses }, { count: 2, courses }], work);
		expect(weeks.map(({ monday, total }) => [monday, total])).toEqual([['2026-11-30', 126], ['2026-12-07', 0], ['2026-12-14', 0], ['2026-12-21', 42]]);
		expect(weeks[0]!.work).toEqual({ 'call-review': 0, recording: 42, open: 84 });
	});
	it('nobody, or nothing to judge: no week', () => {
		expect(foreseeWeeks([{ count: 0, courses: foreseePath(path, '2026-12-01', [], calendar) }], new Map([['basics', { 'call-review': 1, recording: 1, open: 1 }]]))).toEqual([]);
	});
});
