import { expect, test } from 'vitest';
import { listPage, pageNumber, rowsOf } from './page-number.ts';

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

test.each([
	['', { page: 1, rows: 25 }],
	['rows=50&page=3', { page: 3, rows: 50 }],
	['rows=100', { page: 1, rows: 100 }],
	['rows=1000', { page: 1, rows: 25 }],
	['rows=050', { page: 1, rows: 25 }]
])('a list at ?%s', (search, list) => {
	expect(listPage(new URLSearchParams(search))).toEqual(list);
	expect(rowsOf(listPage(new URLSearchParams(search)))).toEqual({ limit: list.rows, offset: (list.page - 1) * list.rows });
});
