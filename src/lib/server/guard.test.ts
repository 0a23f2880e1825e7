import { describe, expect, test } from 'vitest';
import type { SignedIn } from './auth/session.ts';
import { refuseOthersPage, requireRole, requireUser, sameSiteTarget } from './guard.ts';

const person: SignedIn = {
	id: 'somebody',
	name: 'Lena',
	email: null,
	roles: ['learner', 'mentor'],
	locale: null,
	theme: null,
	unread: 0,
	sessionId: 'here'
};
const visit = (path: string, who: SignedIn | null = null, method = 'GET') => {
	const url = new URL(path, 'https://academy.example.com');
	const locals = { person: who, now: new Date(0), locale: 'en', secure: true } as const;
	return { locals, url, request: new Request(url, { method }) };
};
function thrown(body: () => unknown): unknown {
	try {
		body();
	} catch (error) {
		return error;
	}
	return 'nothing';
}

describe('a visitor', () => {
	test.each([
		['/learn', 'GET', '/sign-in?to=%2Flearn'],
		['/handbook/phone?q=a%26b', 'GET', '/sign-in?to=%2Fhandbook%2Fphone%3Fq%3Da%2526b'],
		['/mentor?/answer', 'POST', '/sign-in?to=%2Fmentor'],
		['/', 'GET', '/sign-in']
	])('at %s (%s) is led to %s', (path, method, location) => {
		expect(thrown(() => requireUser(visit(path, null, method)))).toMatchObject({ status: 303, location });
	});
});

describe('somebody signed in', () => {
	test('comes in, with one of the roles where a role is asked for', () => {
		expect(requireUser(visit('/learn', person))).toBe(person);
		expect(requireRole(visit('/mentor', person), 'hr', 'mentor')).toBe(person);
		expect(thrown(() => requireRole(visit('/hr', person), 'hr'))).toMatchObject({ status: 403 });
	});

	test('sends from a page of their own', () => {
		expect(requireUser(visit('/learn/basics/greet?/read&as=somebody', person, 'POST'))).toBe(person);
	});

	test.each(['?/read&as=who-sat-here-before', '?/read&as=', '?/read', '', '?as=who-sat-here-before&as=somebody'])(
		'sends nothing from a page of another: %j',
		(search) => {
			for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
				const location = '/learn/basics/greet?somebody-else=';
				expect(thrown(() => requireUser(visit(`/learn/basics/greet${search}`, person, method)))).toMatchObject({ status: 303, location });
			}
		}
	);

	test('reads what they like, whoever the address names', () => {
		for (const method of ['GET', 'HEAD']) expect(requireUser(visit('/learn?as=who-sat-here-before', person, method))).toBe(person);
	});

	test('is led back to where the form says, on this site', () => {
		const url = new URL('https://academy.example.com/language?as=another');
		const location = '/handbook?q=a%26b&somebody-else=';
		expect(thrown(() => refuseOthersPage(person, url, '/handbook?q=a%26b#x'))).toMatchObject({ status: 303, location });
	});
});

describe('after the sign-in', () => {
	test.each([
		['/learn', '/learn'],
		['/handbook/phone?q=x#greeting', '/handbook/phone?q=x#greeting'],
		['/a/../learn', '/learn'],
		[null, '/'],
		['', '/'],
		['learn', '/'],
		['//evil.example', '/'],
		['/\\evil.example', '/'],
		['\\\\evil.example', '/'],
		['/\t/evil.example', '/'],
		['/.//evil.example', '/'],
		['/..//evil.example', '/'],
		['https://evil.example', '/'],
		['https:evil.example', '/'],
		['javascript:alert(1)', '/'],
		['/%2F%2Fevil.example', '/%2F%2Fevil.example']
	])('%j leads to %j', (to, target) => {
		expect(sameSiteTarget(to)).toBe(target);
	});
});
