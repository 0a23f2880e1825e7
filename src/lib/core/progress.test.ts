import { describe, expect, it } from 'vitest';
import { courseIsDone, lessonIsDone, lessonsAsked, mostPressing, nextStep, pathProgress, workState, type WorkState } from './progress.ts';

describe('a lesson', () => {
	const required = (done: boolean) => ({ optional: false, done });
	const optional = { optional: true, done: false };

	it('walks from opened to done', () => {
		const lesson = { exempt: false, read: false, exercises: [required(false), required(false), optional] };
		expect(lessonIsDone(lesson)).toBe(false);
		lesson.exercises[0]!.done = true;
		expect(lessonIsDone({ ...lesson, read: true })).toBe(false);
		lesson.exercises[1]!.done = true;
		expect(lessonIsDone(lesson)).toBe(false);
		expect(lessonIsDone({ ...lesson, read: true })).toBe(true);
	});
	it('without exercises is done when marked as read', () => {
		expect(lessonIsDone({ exempt: false, read: true, exercises: [] })).toBe(true);
		expect(lessonIsDone({ exempt: false, read: false, exercises: [] })).toBe(false);
	});
	it('is done for who is exempted', () => {
		expect(lessonIsDone({ exempt: true, read: false, exercises: [required(false)] })).toBe(true);
	});
});

describe('a course', () => {
	const lesson = (done: boolean, met = true) => ({ assessment: false, done, met });
	const assessment = (done: boolean) => ({ assessment: true, done, met: true });

	it('asks for all of it', () => {
		expect(courseIsDone('all', [lesson(true), assessment(true)])).toBe(true);
		expect(courseIsDone('all', [lesson(false), assessment(true)])).toBe(false);
		expect(courseIsDone('all', [lesson(true), assessment(false)])).toBe(false);
	});
	it('waits for what a mentor has not accepted yet', () => {
		expect(courseIsDone('all', [lesson(true, false), assessment(true)])).toBe(false);
		expect(courseIsDone('assessments', [lesson(true, false), assessment(true)])).toBe(true);
	});
	it('or for its assessments alone', () => {
		expect(courseIsDone('assessments', [lesson(false), assessment(true), assessment(true)])).toBe(true);
		expect(courseIsDone('assessments', [lesson(true), assessment(true), assessment(false)])).toBe(false);
	});
	it('is never done by having nothing to do', () => {
		expect(courseIsDone('all', [])).toBe(false);
		expect(courseIsDone('assessments', [lesson(false)])).toBe(false);
		expect(courseIsDone('assessments', [lesson(true)])).toBe(true);
	});
});

describe('work that keeps a course open', () => {
	it('is never done, with a mentor, back, or not passed', () => {
		expect(workState({ done: true, met: true, handedIn: 'accepted' })).toBeNull();
		expect(workState({ done: false, met: false, handedIn: null })).toBe('open');
		expect(workState({ done: true, met: false, handedIn: 'waiting' })).toBe('waiting');
		expect(workState({ done: true, met: false, handedIn: 'returned' })).toBe('returned');
		expect(workState({ done: true, met: false, handedIn: 'failed' })).toBe('missed');
		// A role-play played below its pass mark hands nothing in.
		expect(workState({ done: true, met: false, handedIn: null })).toBe('missed');
	});
	it('is told by what the person can go on with', () => {
		const of = (...states: WorkState[]) => mostPressing(states.map((state) => ({ state })))?.state ?? null;
		expect(of('waiting', 'missed', 'returned')).toBe('returned');
		expect(of('waiting', 'open')).toBe('open');
		expect(of('waiting')).toBe('waiting');
		expect(of()).toBeNull();
	});
	it('is asked of the assessments alone where the course asks for those', () => {
		const lessons = [{ assessment: null }, { assessment: {} }];
		expect(lessonsAsked('assessments', lessons)).toEqual([{ assessment: {} }]);
		expect(lessonsAsked('all', lessons)).toEqual(lessons);
		expect(lessonsAsked('assessments', lessons.slice(0, 1))).toEqual(lessons.slice(0, 1));
	});
});

describe('a path', () => {
	const course = (mandatory: boolean, completed: boolean) => ({ mandatory, completed });

	it('is done when all mandatory courses are', () => {
		expect(pathProgress([course(true, true), course(true, false), course(false, true)])).toEqual({
			completed: 1,
			mandatory: 2,
			isDone: false
		});
		expect(pathProgress([course(true, true), course(false, false)])).toEqual({
			completed: 1,
			mandatory: 1,
			isDone: true
		});
		expect(pathProgress([])).toEqual({ completed: 0, mandatory: 0, isDone: false });
	});
});

describe('the next step', () => {
	const works: Record<string, { state: WorkState }> = { w: { state: 'waiting' }, r: { state: 'returned' }, m: { state: 'missed' } };
	const lessons = (signs: string) => [...signs].map((sign, i) => ({ key: `l${i}`, done: sign !== '-', work: works[sign] ?? null }));
	const none = new Set<string>();
	const renewal: { lessons: string[] } | null = null;
	const path = [
		{ key: 'welcome', mandatory: true, state: 'done' as const, lessons: lessons('x-'), renewal },
		{ key: 'extra', mandatory: false, state: 'open' as const, lessons: lessons('-'), renewal },
		{ key: 'standard', mandatory: true, state: 'open' as const, lessons: lessons('x--'), renewal },
		{ key: 'complaints', mandatory: true, state: 'later' as const, lessons: lessons('--'), renewal }
	];
	const next = (open: Set<string>, blocked: Set<string>, courses: Parameters<typeof nextStep>[0] = path) => {
		const step = nextStep(courses, open, blocked);
		return step && `${step.course.key}/${step.lesson.key}${step.resume ? ' again' : ''}`;
	};

	it('is the first lesson not done of the first open mandatory course', () => {
		expect(next(none, none)).toBe('standard/l1');
	});
	it('goes on with an open attempt before everything', () => {
		expect(next(new Set(['standard/l2']), none)).toBe('standard/l2 again');
	});
	it('goes round what cannot be started now', () => {
		expect(next(none, new Set(['standard/l1']))).toBe('standard/l2');
		expect(next(none, new Set(['standard/l1', 'standard/l2']))).toBe('extra/l0');
	});
	it('is what is to be passed again, in the place of its course', () => {
		const renewed = path.map((course) => (course.key === 'welcome' ? { ...course, renewal: { lessons: ['l0'] } } : course));
		expect(next(none, none, renewed)).toBe('welcome/l0');
		expect(next(none, new Set(['welcome/l0']), renewed)).toBe('standard/l1');
	});
	it('is work that came back or was not passed, before the next course; what waits for a mentor holds nobody up', () => {
		const two = (first: string) => [
			{ key: 'pays', mandatory: true, state: 'open' as const, lessons: lessons(first), renewal },
			{ key: 'talks', mandatory: true, state: 'open' as const, lessons: lessons('-'), renewal }
		];
		expect(next(none, none, two('xwr'))).toBe('pays/l2');
		expect(next(none, none, two('mwx'))).toBe('pays/l0');
		expect(next(none, none, two('r-'))).toBe('pays/l1');
		expect(next(none, new Set(['pays/l1']), two('r-'))).toBe('pays/l0');
		expect(next(none, none, two('xw'))).toBe('talks/l0');
		expect(next(none, none, two('w').slice(0, 1))).toBeNull();
	});
	it('is nothing when all is done, or all waits', () => {
		expect(next(none, none, path.slice(0, 1))).toBeNull();
		expect(next(none, new Set(['standard/l1', 'standard/l2', 'extra/l0']))).toBeNull();
	});
});
