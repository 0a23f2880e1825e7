import { expect, test } from 'vitest';
import { readFilter, writeFilter } from './address.ts';

const read = (search: string) => readFilter(new URLSearchParams(search));

test('an address that says everything is read and written again', () => {
	const search = '?kind=recording&team=A%20%26%20B&weeks=26';
	expect(writeFilter(read(search))).toBe(search);
	expect(writeFilter(read(search), { table: 'weeks' })).toBe(`${search}&table=weeks`);
});

test.each(['', '?kind=letter', '?weeks=5', '?weeks=x', '?weeks=12', '?team=%20'])('%s asks for nothing', (search) => {
	expect(writeFilter(read(search))).toBe('');
	expect(read(search)).toEqual({ kind: null, team: '', weeks: 12 });
});
