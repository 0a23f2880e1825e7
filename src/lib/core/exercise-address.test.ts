import { expect, test } from 'vitest';
import { exerciseAddress, isPractice } from './exercise-address.ts';

test.each([
	['call-review', '/learn/basics/calls/reviews/first'],
	['role-play', '/learn/basics/calls/role-plays/first'],
	['record', '/learn/basics/calls/recordings/first'],
	['question', '/learn/basics/calls#check-first'],
	['accept', '/learn/basics/calls#check-first']
] as const)('%s is worked on at %s', (kind, address) => {
	expect(exerciseAddress({ name: 'basics/calls/first', kind })).toBe(address);
	expect(isPractice(kind)).toBe(!address.includes('#'));
});
