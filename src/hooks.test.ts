import { expect, test } from 'vitest';
import { reroute } from './hooks';

const rerouted = (path: string) => reroute({ url: new URL(path, 'https://academy.example.com'), fetch });

test.each(['/learn/%00', '/%00', '/hr/people?search=a%00b', '/learn/%00?/celebrated', '/hr/people/invite?/default'])(
	'no page has the address %s',
	(path) => {
		expect(rerouted(path)).toBe('/no-such-page');
	}
);

test.each(['/', '/learn/the-standard', '/handbook?q=%0A00', '/hr/people?/create', '/handbook?q=default'])('%s is an address like any other', (path) => {
	expect(rerouted(path)).toBeUndefined();
});
