import { expect, test } from 'vitest';
import { render } from 'svelte/server';
import Pages from './Pages.svelte';

const addressOf = (page: number, rows = 25) => `/list?page=${page}&rows=${rows}`;
const addressesIn = (props: { page: number; pages?: number; more?: boolean; rows?: 25 | 50 | 100 }) =>
	[...render(Pages, { props: { label: 'Pages', addressOf, ...props } }).body.matchAll(/href="([^"]+)"/g)].map(([, address]) => address!.replaceAll('&amp;', '&'));

test('longer pages begin with the page that has the first row one sees', () => {
	expect(addressesIn({ page: 3, pages: 9, rows: 25 })).toEqual(['/list?page=2&rows=25', '/list?page=4&rows=25', '/list?page=3&rows=25', '/list?page=2&rows=50', '/list?page=1&rows=100']);
});

test('a list that fits a page has nothing to choose, unless its pages were made longer', () => {
	expect(addressesIn({ page: 1, pages: 1, rows: 25 })).toEqual([]);
	expect(addressesIn({ page: 1, pages: 1, rows: 100 })).toHaveLength(3);
});

test('without a choice of rows there is the way on and back alone', () => {
	expect(addressesIn({ page: 2, more: true })).toEqual(['/list?page=1&rows=25', '/list?page=3&rows=25']);
});
