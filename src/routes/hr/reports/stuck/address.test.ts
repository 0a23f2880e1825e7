import { expect, test } from 'vitest';
import { readFilter, readPlace, writeFilter } from './address.ts';

const search = (text: string) => new URLSearchParams(text);
const read = (text: string) => readFilter(search(text), ['clerk']);

test('an address that says everything is read and written again', () => {
	expect(writeFilter(read('?position=clerk&team=A%20%26%20B'))).toBe('?position=clerk&team=A%20%26%20B');
	const place = readPlace(search('?kind=work&lesson=basics%2Fgreet'))!;
	expect(place).toEqual({ kind: 'work', lesson: 'basics/greet' });
	expect(writeFilter(read(''), { ...place, page: 2 })).toBe('?kind=work&lesson=basics%2Fgreet&page=2');
	expect(writeFilter(read(''), { page: 1 })).toBe('');
});

test.each(['', '?position=king', '?team=%20'])('%s asks for nothing', (text) => {
	expect(read(text)).toEqual({ position: null, team: '' });
});

test.each(['', '?kind=exam&lesson=a/b', '?kind=work', '?lesson=a/b'])('%s names no place', (text) => {
	expect(readPlace(search(text))).toBeNull();
});
