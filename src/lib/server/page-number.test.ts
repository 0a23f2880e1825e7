import { expect, test } from 'vitest';
import { pageNumber } from './page-number.ts';

test.each([
	['', 1],
	['page=3', 3],
	['page=0', 1],
	['page=-2', 1],
	['page=1.5', 1],
	['page=1e99', 1],
	['page=Infinity', 1],
	['page=NaN', 1],
	['page=%00', 1],
	['page=', 1],
	['page=2&page=3', 2]
])('?%s is page %d', (search, page) => expect(pageNumber(new URLSearchParams(search))).toBe(page));
