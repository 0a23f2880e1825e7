import type { ComponentProps } from 'svelte';
import { render } from 'svelte/server';
import { expect, it } from 'vitest';
import PathSection from './PathSection.svelte';

const now = new Date('2026-11-20T09:00:00Z');
const courses = [
	{
		...{ key: 'pays', title: 'Service pays', mandatory: true, waitsFor: [], completedAt: null, derivation: null, team: 'North', asked: true, validity: null, renewal: null, renewed: [] },
		dueAt: new Date('2026-11-23T21:59:59Z'),
		...{ done: 1, n: 1, works: [{ key: 'talk', title: 'The talk', state: 'returned' as const }] }
	}
];
const draw = (hasLeft: boolean, changed: Partial<ComponentProps<typeof PathSection>> = {}) => {
	const decided = { byHand: { given: [], exceptions: [] }, toGive: [], mayGive: false, clientKey: 'key', giving: null, excepting: null };
	return render(PathSection, { props: { courses, hasLeft, ...decided, now, locale: 'en', timeZone: 'Europe/Sofia', ...changed } }).body;
};

it('says when a course is due, and why it is open although its lessons are done', () => {
	expect(draw(false)).toContain('Due');
	expect(draw(false)).toMatch(/The talk:.*came back, to be looked at again/);
});

it('says of a course that it came with the team, also where no date tells it', () => {
	expect(draw(false)).toContain('Course of the team North.');
	expect(draw(true)).not.toContain('North');
});

it('says nothing is due for who left', () => {
	expect(draw(true)).not.toContain('Due');
	expect(draw(true)).toContain('not completed');
});

it('says of what is completed from when it can be renewed, or until when it is valid and that it is not asked for any more', () => {
	const validity = { from: '2026-02-01', days: 365, until: new Date('2027-02-01T21:59:59Z'), opensOn: '2027-01-02' };
	const done = (asked: boolean) => draw(false, { courses: [{ ...courses[0]!, completedAt: new Date('2026-02-01T09:00:00Z'), asked, validity }] });
	expect(done(true)).toMatch(/Valid until 1 February 2027.*It can be renewed from 2 January 2027 on/s);
	expect(done(false)).toMatch(/Valid until 1 February 2027.*It is not asked for any more/s);
	expect(done(false)).not.toContain('It can be renewed');
});

it('says of what falls due before the course that comes first that it needs another date', () => {
	const later = { ...courses[0]!, key: 'later', title: 'Going further', waitsFor: ['Service pays'], lessons: [] };
	const drawn = (dueAt: string) => draw(false, { courses: [courses[0]!, { ...later, dueAt: new Date(dueAt) }] });
	expect(drawn('2026-11-22T21:59:59Z')).toContain('Falls due before Service pays');
	expect(drawn('2026-11-23T21:59:59Z')).not.toContain('Falls due before');
});
