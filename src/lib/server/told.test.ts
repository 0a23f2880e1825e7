import { isRedirect, type Cookies } from '@sveltejs/kit';
import { beforeEach, expect, test } from 'vitest';
import { leadTo, readTold, thenShow } from './told.ts';

let jar: Map<string, string>;
beforeEach(() => {
	jar = new Map();
});

function visit(address: string, { scripted = false, person = 'ani' as string | null, secure = false } = {}) {
	const url = new URL(address, 'http://academy.test');
	return {
		url,
		request: new Request(url, { method: 'POST', headers: scripted ? { 'x-sveltekit-action': 'true' } : {} }),
		locals: { person: person === null ? null : { id: person }, secure } as App.Locals,
		cookies: {
			get: (name: string) => jar.get(name),
			set: (name: string, value: string) => void jar.set(name, value),
			delete: (name: string) => void jar.delete(name)
		} as unknown as Cookies
	};
}

function ledTo(act: () => unknown): string | null {
	try {
		act();
	} catch (thrown) {
		if (isRedirect(thrown)) return `${thrown.status} ${thrown.location}`;
		throw thrown;
	}
	return null;
}

test('a script is told at once, and stays', () => {
	const event = visit('/mentor?/answer&as=ani', { scripted: true });
	expect(thenShow(event, { answered: '1' })).toEqual({ answered: '1' });
	expect(jar.size).toBe(0);
});

test('without scripts the page after it says it, once', () => {
	expect(ledTo(() => thenShow(visit('/mentor?/answer&questions=waiting&page=2&as=ani'), { answered: '1' }))).toBe('303 /mentor?questions=waiting&page=2');
	expect(readTold(visit('/mentor?questions=waiting&page=2'))).toEqual({ answered: '1' });
	expect(readTold(visit('/mentor?questions=waiting&page=2'))).toBeNull();
});

test('nothing to say leaves nothing', () => {
	expect(ledTo(() => thenShow(visit('/learn/a/b?/check&as=ani'), null))).toBe('303 /learn/a/b');
	expect(jar.size).toBe(0);
});

test('only its page says it, and only to its person', () => {
	expect(ledTo(() => leadTo(visit('/hr/people/invite'), '/hr/people/7', { invited: 'card' }))).toBe('303 /hr/people/7');
	expect(readTold(visit('/hr/people/8'))).toBeNull();
	expect(readTold(visit('/hr/people/7', { person: 'boris' }))).toBeNull();
	expect(readTold(visit('/hr/people/7', { person: null }))).toBeNull();
	expect(readTold(visit('/hr/people/7'))).toEqual({ invited: 'card' });
});

test.each(['', '{', 'null', '[]', '"x"', '7'])('a broken cookie is nothing: %j', (text) => {
	jar.set('told', text);
	expect(readTold(visit('/mentor'))).toBeNull();
});

test('over https the cookie is of this host alone', () => {
	ledTo(() => thenShow(visit('/account?/password', { secure: true }), { about: 'password' }));
	expect([...jar.keys()]).toEqual(['__Host-told']);
});
