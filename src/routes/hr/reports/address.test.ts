import { expect, test } from 'vitest';
import { readBeside, readFilter, writeFilter } from './address.ts';

const known = { positions: ['clerk'], courses: ['basics'] };
const read = (search: string) => readFilter(new URLSearchParams(search), known);

test('an address that says everything is read and written again', () => {
	const search = '?position=clerk&team=A%20%26%20B&mentor=0190a8c4-0000-7000-8000-000000000000&course=basics&from=2026-02-28&to=2026-03-01';
	expect(writeFilter(read(search))).toBe(search);
	expect(writeFilter(read(search), { page: 2, as: 'xlsx' })).toBe(`${search}&as=xlsx&page=2`);
	expect(writeFilter(read(''), { page: 3, rows: 50 })).toBe('?rows=50&page=3');
});

test('the row beside which a page stands is in its address', () => {
	for (const beside of [{ after: 'a b' }, { before: 'c' }, null]) {
		const address = writeFilter(read(''), { page: 50, beside });
		expect(readBeside(new URLSearchParams(address))).toEqual(beside);
	}
});

test.each(['', '?position=king', '?course=none', '?mentor=me', '?from=2026-02-30', '?to=tomorrow', '?from=0000-01-01', '?page=2'])('%s asks for nothing', (search) => {
	expect(writeFilter(read(search))).toBe('');
});
