import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PathCourse } from './academy.ts';
import { dueDate, type Calendar } from './due-date.ts';
import { planEnrolments, type Change, type Enrolled, type Facts } from './enrolment-plan.ts';

const calendar: Calendar = {
	workingWeek: ['mon', 'tue', 'wed', 'thu', 'fri'],
	holidays: [{ date: '2026-11-04', name: { en: 'A holiday' } }],
	timeZone: 'Europe/Sofia'
};
const step = (course: string, due: number, from: PathCourse['from'] = { kind: 'hire' }, mandatory = true): PathCourse => ({ course, due, from, mandatory });
const path = [step('basics', 5), step('phone', 10), step('letters', 3, { kind: 'course', course: 'basics' }), step('tools', 4, { kind: 'assignment' }, false)];
const facts: Facts = {
	today: '2026-11-02',
	hiredOn: '2026-11-02',
	position: { since: '2026-11-02', path },
	hadPosition: false,
	leave: [],
	assignments: [],
	teamAssignments: [],
	exceptions: [],
	enrolments: []
};

/** The facts after these changes were written. */
function after(before: Facts, changes: Change[]): Facts {
	const rows = new Map(before.enrolments.map((row) => [row.course, row]));
	for (const { kind, course, from, to } of changes) {
		if (kind === 'ended') rows.delete(course);
		else rows.set(course, { ...to, course, completedOn: from?.completedOn ?? null, begun: from?.begun ?? false });
	}
	return { ...before, enrolments: [...rows.values()] };
}
const settle = (given: Facts, by = calendar) => after(given, planEnrolments(given, by));
const told = (changes: Change[]) => changes.map(({ kind, course, to }) => `${kind} ${course} ${to?.derivation?.exception?.dueOn ?? to?.derivation?.result ?? '-'}`);
const having = (given: Facts, course: string, what: Partial<Enrolled>): Facts => ({
	...given,
	enrolments: given.enrolments.map((row) => (row.course === course ? { ...row, ...what } : row))
});

describe('a plan', () => {
	it('gives the path with its dates; what waits for a course has none yet', () => {
		expect(told(planEnrolments(facts, calendar))).toEqual(['added basics 2026-11-10', 'added phone 2026-11-17', 'added letters -', 'added tools 2026-11-09']);
		expect(planEnrolments(settle(facts), calendar)).toEqual([]);
	});

	it('moves what counts from hire with the hire date, and leaves what is completed', () => {
		const there = having(settle(facts), 'basics', { completedOn: '2026-11-05', begun: true });
		expect(told(planEnrolments({ ...there, hiredOn: '2026-11-09' }, calendar))).toEqual(['moved phone 2026-11-23', 'moved letters 2026-11-10']);
	});

	it('skips leave and days off, counts days that are worked all the same, and says so', () => {
		const there = settle(facts);
		const away = { ...there, leave: [{ firstDay: '2026-11-05', lastDay: '2026-11-06' }] };
		expect(told(planEnrolments(away, calendar))).toEqual(['moved basics 2026-11-12', 'moved phone 2026-11-19', 'moved tools 2026-11-11']);
		const worked = planEnrolments(there, { ...calendar, workingDays: ['2026-11-04', '2026-11-07'] });
		expect(told(worked)).toEqual(['moved basics 2026-11-07', 'moved phone 2026-11-13', 'moved tools 2026-11-06']);
		expect(worked[0]!.to!.derivation!.worked).toEqual(['2026-11-04', '2026-11-07']);
	});

	it('ends what leaves the path, keeps what was begun without a date, and what is completed as it is', () => {
		let there = having(settle(facts), 'basics', { completedOn: '2026-11-05', begun: true });
		there = having(there, 'phone', { begun: true });
		const moved = { ...there, today: '2027-01-11', hadPosition: true, position: { since: '2027-01-11', path: [step('claims', 5)] } };
		expect(told(planEnrolments(moved, calendar))).toEqual(['added claims 2027-01-18', 'moved phone -', 'ended letters -', 'ended tools -']);
		const settled = settle(moved);
		expect(settled.enrolments.find(({ course }) => course === 'phone')).toMatchObject({ mandatory: false, dueAt: null });
		expect(settled.enrolments.find(({ course }) => course === 'basics')).toMatchObject({ mandatory: true, completedOn: '2026-11-05' });
		expect(planEnrolments(settled, calendar)).toEqual([]);
		// Back again, it is given anew, from today.
		const back = { ...settled, today: '2027-02-01', position: { since: '2027-02-01', path } };
		expect(told(planEnrolments(back, calendar))).toContain('moved phone 2027-02-15');
	});

	it('counts a course that came later from the day it came, also when the position changes again', () => {
		const later = settle({ ...settle(facts), today: '2027-03-01', position: { since: '2026-11-02', path: [...path, step('new', 5)] } });
		expect(later.enrolments.find(({ course }) => course === 'new')!.derivation).toMatchObject({ startKind: 'assignment', start: '2027-03-01' });
		const promoted = { ...later, today: '2027-03-03', hadPosition: true, position: { since: '2027-03-03', path: [...path, step('new', 5)] } };
		expect(planEnrolments(promoted, calendar)).toEqual([]);
	});

	it('keeps an exception through everything, and goes back to the sum without it', () => {
		const granted = settle({ ...settle(facts), exceptions: [{ course: 'phone', dueOn: '2026-12-01', reason: 'Ill at the start' }] });
		const row = granted.enrolments.find(({ course }) => course === 'phone')!;
		expect(row.derivation).toMatchObject({ result: '2026-11-17', exception: { dueOn: '2026-12-01', reason: 'Ill at the start' } });
		expect(row.dueAt).toEqual(new Date('2026-12-01T21:59:59Z'));
		expect(settle({ ...granted, hiredOn: '2026-11-09' }).enrolments.find(({ course }) => course === 'phone')!.dueAt).toEqual(row.dueAt);
		expect(told(planEnrolments({ ...granted, exceptions: [] }, calendar))).toEqual(['moved phone 2026-11-17']);
	});

	it('gives a course by hand: in days, on a day, or without a date; the path goes before it', () => {
		const one = { course: 'extra', mandatory: true, assignedOn: '2026-11-02', workingDays: null, dueOn: null };
		const dueOf = (assignment: typeof one | { dueOn: string } | { workingDays: number }) =>
			settle({ ...facts, assignments: [{ ...one, ...assignment }] }).enrolments.find(({ course }) => course === 'extra')!;
		expect(dueOf(one).dueAt).toBeNull();
		expect(dueOf({ workingDays: 2 }).derivation).toMatchObject({ startKind: 'assignment', result: '2026-11-05' });
		expect(dueOf({ dueOn: '2026-11-20' }).derivation).toMatchObject({ startKind: 'day', result: '2026-11-20' });
		const both = settle({ ...facts, assignments: [{ ...one, course: 'tools' }] }).enrolments.find(({ course }) => course === 'tools')!;
		expect(both).toMatchObject({ source: 'position', mandatory: true });
	});

	it('counts from the position where no hire date is known, and does not call it one', () => {
		const unhired = settle({ ...facts, hiredOn: null, position: { since: '2026-10-30', path } });
		const of = (given: Facts, course: string) => given.enrolments.find((row) => row.course === course)!.derivation;
		expect(of(unhired, 'basics')).toMatchObject({ startKind: 'hire', unhired: true, start: '2026-10-30' });
		expect(of(unhired, 'tools')).not.toHaveProperty('unhired');
		const hired = settle({ ...unhired, hiredOn: '2026-11-02' });
		expect(of(hired, 'basics')).toEqual(of(settle(facts), 'basics'));
	});

	describe('with a team', () => {
		const given = { team: 'North', course: 'extra', mandatory: true, workingDays: 2, dueOn: null } as Facts['teamAssignments'][number];
		const inTeam: Facts = { ...facts, teamAssignments: [given] };
		const extraOf = ({ enrolments }: Facts) => enrolments.find(({ course }) => course === 'extra') ?? null;

		it('counts from the day the course came to the person, however often it is reckoned', () => {
			const there = settle(inTeam);
			expect(extraOf(there)).toMatchObject({ source: 'team', mandatory: true, assignedOn: '2026-11-02', derivation: { start: '2026-11-02', startKind: 'assignment', team: 'North', result: '2026-11-05' } });
			expect(planEnrolments({ ...there, today: '2026-11-20' }, calendar)).toEqual([]);
			const later = settle({ ...settle({ ...facts }), today: '2026-11-20', teamAssignments: [given] });
			expect(extraOf(later)!.derivation).toMatchObject({ start: '2026-11-20', result: '2026-11-24' });
		});

		it('ends what only the team gave when the person leaves it, keeps what was begun voluntary, and what is completed as it is', () => {
			const there = settle(inTeam);
			const left = { ...there, today: '2026-11-10', teamAssignments: [] };
			expect(told(planEnrolments(left, calendar))).toEqual(['ended extra -']);
			const begun = settle(having(left, 'extra', { begun: true }));
			expect(extraOf(begun)).toMatchObject({ mandatory: false, dueAt: null, derivation: null });
			expect(planEnrolments(having(left, 'extra', { completedOn: '2026-11-09' }), calendar)).toEqual([]);
			// Back in it, from that day.
			expect(extraOf(settle({ ...begun, today: '2026-12-01', teamAssignments: [given] }))).toMatchObject({ mandatory: true, derivation: { start: '2026-12-01', result: '2026-12-03' } });
			expect(told(planEnrolments({ ...there, today: '2026-11-10', teamAssignments: [{ ...given, team: 'South', workingDays: 3 }] }, calendar))).toEqual(['moved extra 2026-11-06']);
		});

		it('goes behind the path and what was given by hand, and makes them mandatory when it is', () => {
			const tools = settle({ ...facts, teamAssignments: [{ ...given, course: 'tools' }] }).enrolments.find(({ course }) => course === 'tools')!;
			expect(tools).toMatchObject({ source: 'position', mandatory: true });
			const byHand = { course: 'extra', mandatory: false, assignedOn: '2026-11-02', workingDays: 9, dueOn: null };
			const both = settle({ ...inTeam, assignments: [byHand] });
			expect(extraOf(both)).toMatchObject({ source: 'hand', mandatory: true, derivation: { workingDays: 9 } });
			expect(extraOf(settle({ ...both, assignments: [] }))).toMatchObject({ source: 'team', derivation: { workingDays: 2, team: 'North' } });
		});

		it('has a day that was named, and none for who comes after it', () => {
			const byDay = { ...given, workingDays: null, dueOn: '2026-11-20' };
			expect(extraOf(settle({ ...facts, teamAssignments: [byDay] }))!.derivation).toMatchObject({ startKind: 'day', result: '2026-11-20', team: 'North' });
			const late = settle({ ...facts, today: '2026-11-21', teamAssignments: [byDay] });
			expect(extraOf(late)).toMatchObject({ mandatory: true, dueAt: null, derivation: null });
			expect(planEnrolments({ ...late, today: '2026-12-01' }, calendar)).toEqual([]);
		});
	});

	it('keeps everything when the content does not know the position', () => {
		expect(planEnrolments({ ...settle(facts), position: { since: '2026-11-02', path: null } }, calendar)).toEqual([]);
	});

	it('knows leap days and the end of a day when clocks change', () => {
		const leap = settle({ ...facts, hiredOn: '2028-02-25', today: '2028-02-25', position: { since: '2028-02-25', path: [step('basics', 2)] } });
		expect(leap.enrolments[0]!.derivation!.result).toBe('2028-02-29');
		const clocks = settle({ ...facts, hiredOn: '2026-10-23', today: '2026-10-23', position: { since: '2026-10-23', path: [step('basics', 1)] } });
		expect(clocks.enrolments[0]!.dueAt).toEqual(new Date('2026-10-26T21:59:59Z'));
	});
});

describe('every plan', () => {
	const keys = ['a', 'b', 'c', 'd'];
	const first = Date.parse('2024-01-01');
	const day = fc.integer({ min: 0, max: 1500 }).map((days) => new Date(first + days * 86_400_000).toISOString().slice(0, 10));
	const from = fc.oneof(fc.constant({ kind: 'hire' as const }), fc.constant({ kind: 'assignment' as const }), fc.constantFrom(...keys).map((course) => ({ kind: 'course' as const, course })));
	const anyPath = fc.subarray(keys).chain((courses) =>
		fc.tuple(...courses.map((course) => fc.record({ course: fc.constant(course), due: fc.integer({ min: 1, max: 40 }), mandatory: fc.boolean(), from })))
	) as fc.Arbitrary<PathCourse[]>;
	const span = fc.tuple(day, fc.integer({ min: 0, max: 20 })).map(([firstDay, days]) => ({ firstDay, lastDay: new Date(Date.parse(firstDay) + days * 86_400_000).toISOString().slice(0, 10) }));
	const anyFacts: fc.Arbitrary<Facts> = fc.record({
		today: day,
		hiredOn: fc.option(day),
		position: fc.option(fc.record({ since: day, path: fc.option(anyPath, { freq: 9 }) })),
		hadPosition: fc.boolean(),
		leave: fc.array(span, { maxLength: 3 }),
		assignments: fc.uniqueArray(
			fc.record({ course: fc.constantFrom(...keys, 'e'), mandatory: fc.boolean(), assignedOn: day, workingDays: fc.option(fc.integer({ min: 1, max: 20 })), dueOn: fc.constant(null) }),
			{ selector: ({ course }) => course, maxLength: 3 }
		),
		teamAssignments: fc.uniqueArray(
			fc.record({ team: fc.constantFrom('North', 'South'), course: fc.constantFrom(...keys, 'e', 'f'), mandatory: fc.boolean() }).chain((one) =>
				fc.oneof(
					fc.integer({ min: 1, max: 20 }).map((workingDays) => ({ ...one, workingDays, dueOn: null })),
					fc.option(day).map((dueOn) => ({ ...one, workingDays: null, dueOn }))
				)
			),
			{ selector: ({ course }) => course, maxLength: 3 }
		),
		exceptions: fc.uniqueArray(fc.record({ course: fc.constantFrom(...keys), dueOn: day, reason: fc.constant('why') }), { selector: ({ course }) => course }),
		enrolments: fc.constant([])
	});

	it('changes nothing when it is applied again, whatever came before, and never what is completed', () => {
		fc.assert(
			fc.property(fc.array(anyFacts, { minLength: 1, maxLength: 4 }), fc.subarray(keys), fc.subarray(keys), (stages, completed, begun) => {
				let enrolments: Facts['enrolments'] = [];
				for (const stage of stages) {
					const given = { ...stage, enrolments };
					const changes = planEnrolments(given, calendar);
					const done = enrolments.filter(({ completedOn }) => completedOn !== null);
					expect(changes.filter(({ course }) => done.some((row) => row.course === course))).toEqual([]);
					for (const change of changes) if (change.kind === 'ended') expect(change.from.begun).toBe(false);
					const settled = after(given, changes);
					expect(planEnrolments(settled, calendar)).toEqual([]);
					enrolments = settled.enrolments.map((row) => ({
						...row,
						begun: row.begun || begun.includes(row.course),
						completedOn: row.completedOn ?? (completed.includes(row.course) ? stage.today : null)
					}));
				}
			})
		);
	});

	it('says of each date the sum that led to it', () => {
		fc.assert(
			fc.property(anyFacts, (given) => {
				for (const { derivation, dueAt } of settle(given).enrolments) {
					if (!derivation || derivation.startKind === 'day' || derivation.exception) continue;
					const { start, startKind, workingDays } = derivation;
					expect(dueDate({ ...calendar, start, startKind, workingDays, leave: given.leave }).dueAt).toEqual(dueAt);
				}
			})
		);
	});
});
