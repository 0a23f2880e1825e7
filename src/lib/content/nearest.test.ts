import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
	['validty', ['validity', 'title'], 'validity'],
	['tilte', ['title', 'tile'], 'title'],
	['Title', ['title'], 'title'],
	['qestion', ['question', 'accept'], 'question'],
	['poll', ['question', 'accept'], null],
	['dusk', ['desk'], 'desk'],
	['dask', ['disco'], null],
	['phone.helo', ['phone.hold', 'phone.hello'], 'phone.hello'],
	['приветстви', ['приветствие'], 'приветствие'],
	['x'.repeat(100), ['x'.repeat(100)], null]
])('%s among %j', (written, known, meant) => {
	expect(nearest(written, known)).toBe(meant);
});
