import { expect, test } from 'vitest';
import { readFilter, writeFilter } from './address.ts';

const known = { positions: ['clerk'], competencies: ['listening'] };
const read = (search: string) => readFilter(new URLSearchParams(search), known);

test('an address that says everything is read and written again', () => {
	const search = '?competency=listening&position=clerk&team=A%20%26%20B&level=2&by=month';
	expect(writeFilter(read(search))).toBe(search);
	expect(writeFilter(read(search), { table: 'cohorts' })).toBe(`${search}&table=cohorts`);
});

test.each(['', '?position=king', '?competency=none', '?level=6', '?level=x', '?by=year', '?level=3&by=quarter'])('%s asks for nothing', (search) => {
	expect(writeFilter(read(search))).toBe('');
	expect(read(search)).toMatchObject({ level: 3, by: 'quarter', competency: null });
});
