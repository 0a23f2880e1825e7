import { expect, test } from 'vitest';
import { keepingOf } from './call-keeping.ts';

test.each([
	[null, '2099-01-01', 'kept'],
	['2027-03-31', '2027-02-28', 'kept'],
	['2027-03-31', '2027-03-01', 'ending'],
	['2027-03-31', '2027-03-31', 'ending'],
	['2027-03-31', '2027-04-01', 'over'],
	['2027-03-31', '2028-01-01', 'over']
] as const)('a call to be kept until %s is on %s: %s', (until, today, keeping) => {
	expect(keepingOf(until, today)).toBe(keeping);
});
