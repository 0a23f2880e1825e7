import { expect, test } from 'vitest';
import { clock } from './clock.ts';

test.each([
	[0, '0:00'],
	[4.9, '0:04'],
	[65, '1:05'],
	[599.99, '9:59'],
	[3723, '1:02:03'],
	[-1, '0:00']
])('%s seconds are %s', (seconds, words) => expect(clock(seconds)).toBe(words));
