import type { Cookies, RequestEvent } from '@sveltejs/kit';
import { DrizzleQueryError, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { getLocale, m } from '$lib/i18n';
import type { App } from '$lib/server/app';
import { startSession } from '$lib/server/auth/session';
import { employee, session } from '$lib/server/db/schema/index';
import { testDatabase } from '$lib/server/db/testing';
import { openLog } from '$lib/server/log';
import { makePeople, type TestPeople } from '$lib/server/testing-people';
import { handle, handleError } from '../hooks.server';

const { db, sql } = await testDatabase();
const now = new Date();
let people: TestPeople;
let token: string;
let queries = 0;

const places = globalThis as unknown as Record<symbol, unknown>;
const place = Symbol.for('nastavnik.app');
const counted = drizzle(sql, { logger: { logQuery: () => void queries++ } });
/** Nobody answers here. */
const awaySql = postgres({ host: '127.0.0.1', port: 9, max: 1, connect_timeout: 2 });
const away = drizzle(awaySql);
const library = { currentOrNull: () => ({ academy: { defaultLocale: 'bg' } }) };
const open = (database: unknown) => (places[place] = { db: database, library } as unknown as App);

beforeAll(async () => {
	people = await makePeople(db, now);
	const [row] = await db.select().from(employee).where(eq(employee.id, people.learner.id));
	token = (await startSession(db, { id: people.learner.id, passwordHash: row!.passwordHash! }, '', now))!;
	open(counted);
});
/** What was written to the log. */
let lines: string[] = [];
beforeEach(() => {
	lines = [];
	openLog('debug', { write: (line) => void lines.push(line) });
});
afterEach(() => {
	open(counted);
	vi.restoreAllMocks();
});
afterAll(async () => {
	delete places[place];
	await awaySql.end();
});

interface Asked {
	path?: string;
	method?: string;
	headers?: Record<string, string>;
	cookies?: Record<string, string>;
	isDataRequest?: boolean;
}
function ask({ path = 'https://academy.example.com/learn', method = 'GET', headers = {}, cookies = {}, isDataRequest = false }: Asked) {
	const jar = new Map(Object.entries(cookies));
	const written: Record<string, object | null> = {};
	const url = new URL(path);
	const event = {
		url,
		request: new Request(url, { method, headers }),
		locals: {},
		route: { id: '/learn' },
		isDataRequest,
		cookies: {
			get: (name: string) => jar.get(name),
			set: (name: string, value: string, options: object) => void (written[name] = { value, ...options }),
			delete: (name: string) => void (written[name] = null)
		} as unknown as Cookies
	} as unknown as RequestEvent;
	return { event, written };
}
const page = '<html lang="%lang%"><body>%lang%</body></html>';
async function answer(asked: Asked, body: (event: RequestEvent) => Promise<Response> | Response = () => new Response('')) {
	const { event, written } = ask(asked);
	let html = '';
	let language = '';
	const response = await handle({
		event,
		resolve: async (resolved, options) => {
			language = getLocale();
			html = (await options!.transformPageChunk!({ html: page, done: true })) ?? '';
			return body(resolved);
		}
	});
	return { response, event, written, html, language };
}
const secure = { '__Host-session': '' };

describe('who is there', () => {
	test('is read from the session with one query', async () => {
		queries = 0;
		const { event } = await answer({ cookies: { '__Host-session': token } });
		expect(event.locals.person).toMatchObject({ id: people.learner.id, roles: ['learner'] });
		expect(queries).toBe(1);
		expect(Math.abs(event.locals.now.getTime() - Date.now())).toBeLessThan(60_000);
	});

	test('a visitor costs no query', async () => {
		queries = 0;
		const { event, written } = await answer({});
		expect(event.locals.person).toBeNull();
		expect([queries, written]).toEqual([0, {}]);
	});

	test('is not read over http from the cookie of https, nor the other way round', async () => {
		expect((await answer({ path: 'http://127.0.0.1/', cookies: { '__Host-session': token } })).event.locals.person).toBeNull();
		expect((await answer({ cookies: { session: token } })).event.locals.person).toBeNull();
		const plain = await answer({ path: 'http://127.0.0.1/', cookies: { session: token } });
		expect(plain.event.locals).toMatchObject({ secure: false, person: { id: people.learner.id } });
	});

	test.each(['ended.ended', '\0.\0'])('a session that has ended, or never was, is taken out of the browser: %j', async (token) => {
		const { event, written } = await answer({ cookies: { '__Host-session': token } });
		expect(event.locals.person).toBeNull();
		expect(written).toEqual({ '__Host-session': null });
	});

	test('a visit after an hour prolongs the cookie, with its safe attributes', async () => {
		await db.update(session).set({ lastSeenAt: new Date(now.getTime() - 2 * 60 * 60_000) });
		const { written } = await answer({ cookies: { '__Host-session': token } });
		expect(written).toEqual({
			'__Host-session': { value: token, path: '/', httpOnly: true, sameSite: 'lax', secure: true, maxAge: 864_000 }
		});
		expect((await answer({ cookies: { '__Host-session': token } })).written).toEqual({});
	});
});

describe('the language', () => {
	test('is the account’s, else chosen here, else the browser’s, else the academy’s', async () => {
		const browser = { 'accept-language': 'ru-RU,ru;q=0.9' };
		await db.update(employee).set({ locale: 'en', theme: 'dark' }).where(eq(employee.id, people.learner.id));
		const own = await answer({ headers: browser, cookies: { ...secure, '__Host-session': token, locale: 'bg' } });
		expect([own.language, own.event.locals.locale]).toEqual(['en', 'en']);
		expect(own.html).toBe('<html lang="en" data-theme="dark"><body>%lang%</body></html>');
		await db.update(employee).set({ locale: null, theme: null }).where(eq(employee.id, people.learner.id));
		expect((await answer({ headers: browser, cookies: { '__Host-session': token, locale: 'bg' } })).language).toBe('bg');
		expect((await answer({ headers: browser, cookies: { locale: 'xx' } })).language).toBe('ru');
		expect((await answer({ headers: { 'accept-language': 'de' } })).language).toBe('bg');
		expect((await answer({})).html).toContain('<html lang="bg">');
	});
});

describe('what the browser is told', () => {
	test('no page is kept; what a route has said stays', async () => {
		expect((await answer({})).response.headers.get('cache-control')).toBe('private, no-store');
		const headers = { 'cache-control': 'private, max-age=1' };
		const { response } = await answer({}, () => new Response('', { headers }));
		expect(Object.fromEntries(response.headers)).toEqual({ ...headers, 'content-type': 'text/plain;charset=UTF-8' });
	});

	test('no header names scripts that have no language yet', async () => {
		let isNamed: boolean | undefined;
		await handle({
			event: ask({}).event,
			resolve: (_, options) => {
				isNamed = options!.preload!({ type: 'js', path: '/x.js' });
				return new Response('');
			}
		});
		expect(isNamed).toBe(false);
	});
});

describe('a post', () => {
	const here = 'https://academy.example.com';
	test.each([
		[{ 'sec-fetch-site': 'same-origin', origin: here }, 200],
		[{ 'sec-fetch-site': 'same-origin' }, 200],
		[{ 'sec-fetch-site': 'none' }, 200],
		[{ origin: here }, 200],
		[{ 'sec-fetch-site': 'cross-site', origin: here }, 403],
		[{ 'sec-fetch-site': 'same-site' }, 403],
		[{ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }, 403],
		[{ 'sec-fetch-site': 'same-origin', origin: 'null' }, 403],
		[{ origin: 'https://evil.example' }, 403],
		[{ origin: 'null' }, 403],
		[{ origin: 'http://academy.example.com' }, 403],
		[{}, 403]
	])('with %j is answered %i, whatever its body', async (headers, status) => {
		for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
			const { event } = ask({ method, headers: headers as Record<string, string> });
			const resolve = vi.fn(() => new Response(''));
			expect((await handle({ event, resolve })).status).toBe(status);
			expect(resolve).toHaveBeenCalledTimes(status === 200 ? 1 : 0);
		}
	});

	test('is refused in the visitor’s language, as text that a browser shows', async () => {
		const { response } = await answer({ method: 'POST', headers: { 'sec-fetch-site': 'cross-site', 'accept-language': 'ru' } });
		expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
		expect(await response.text()).toBe(m.error_cross_site({}, { locale: 'ru' }));
	});

	test('a mail program that turns mails off comes from nowhere; the address is its proof', async () => {
		const { event } = ask({ method: 'POST' });
		const resolve = vi.fn(() => new Response(null, { status: 204 }));
		expect((await handle({ event: { ...event, route: { id: '/mail/[token]/[kind]' } }, resolve })).status).toBe(204);
		expect((await handle({ event: { ...event, route: { id: '/mail/[token]' } }, resolve })).status).toBe(403);
	});

	test('reading from another site is no matter', async () => {
		expect((await answer({ headers: { 'sec-fetch-site': 'cross-site' } })).response.status).toBe(200);
	});
});

describe('when the database is away', () => {
	const cookies = { '__Host-session': 'somebody.secret' };
	const russian = { 'accept-language': 'ru' };

	test('the person gets a page that says try again, in their language, with 503', async () => {
		open(away);
		const { response } = await answer({ cookies, headers: russian });
		const text = await response.text();
		expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
		expect(text).toContain('lang="ru"');
		expect(text).toContain(m.error_unreachable({}, { locale: 'ru' }));
		expect(text).toContain(m.error_try_again({}, { locale: 'ru' }));
		expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'sha256-/);
		expect(response.headers.get('cache-control')).toBe('private, no-store');
	});

	test('while something was posted the page says that it was not saved', async () => {
		open(away);
		const { response } = await answer({ cookies, method: 'POST', headers: { ...russian, 'sec-fetch-site': 'same-origin' } });
		expect(response.status).toBe(503);
		expect(await response.text()).toContain(m.error_unreachable_posted({}, { locale: 'ru' }));
	});

	test('the page’s own scripts get what they can read', async () => {
		open(away);
		const data = await answer({ cookies, isDataRequest: true });
		expect([data.response.status, await data.response.json()]).toEqual([503, expect.objectContaining({ code: 'unreachable' })]);
		const headers = { 'sec-fetch-site': 'same-origin', 'x-sveltekit-action': 'true', accept: 'application/json' };
		const action = await answer({ cookies, method: 'POST', headers });
		expect([action.response.status, await action.response.json()]).toEqual([
			503,
			expect.objectContaining({ type: 'error', error: expect.objectContaining({ code: 'unreachable' }) })
		]);
	});

	test('also when a load or an action meets it', async () => {
		const { response } = await answer({ headers: russian }, async (event) => {
			const error = await away.select().from(employee).then(() => null, (thrown: unknown) => thrown);
			const told = await handleError({ error, event, status: 500, message: 'Internal Error' });
			expect(told).toMatchObject({ code: 'unreachable' });
			return new Response('the page that SvelteKit makes of it', { status: 500 });
		});
		expect(response.status).toBe(503);
		expect(await response.text()).toContain(m.error_unreachable({}, { locale: 'ru' }));
		expect(lines.filter((line) => line.includes('The database is away'))).toHaveLength(1);
	});
});

describe('the log', () => {
	test('has a line for every request: its route and who asked by id, never the address, names or what was sent', async () => {
		const { response } = await answer({
			path: 'https://academy.example.com/reset/secret-token?q=secret-query',
			method: 'POST',
			headers: { 'sec-fetch-site': 'same-origin', 'user-agent': 'secret-browser', referer: 'https://academy.example.com/secret' },
			cookies: { '__Host-session': token }
		});
		expect(response.status).toBe(200);
		expect(lines).toHaveLength(1);
		const line = JSON.parse(lines[0]!) as Record<string, unknown>;
		expect(line).toEqual({
			...{ level: 'info', time: expect.any(String) as string, pid: process.pid, msg: 'request', request: expect.stringMatching(/^[0-9a-f]{8}$/) as string },
			...{ method: 'POST', route: '/learn', status: 200, ms: expect.any(Number) as number, person: people.learner.id }
		});
		expect(lines[0]).not.toContain(token);
		expect(lines[0]).not.toContain(people.learner.email);
	});

	test('hides addresses of mailboxes and one-time links that an error names', async () => {
		const { event } = ask({});
		const error = new Error('550 no such user <ani@demo.example>; see https://academy.example.com/invite/abc.def');
		await handleError({ error, event, status: 500, message: 'Internal Error' });
		expect(lines.join('')).toContain('550 no such user');
		expect(lines.join('')).not.toMatch(/ani|demo\.example|abc/);
	});
});

describe('an error of ours', () => {
	test('has a number for the person and the log, and keeps what was sent out of both', async () => {
		const { event } = ask({ path: 'https://academy.example.com/reset/secret-token?x=secret-query' });
		const cause = Object.assign(new Error('duplicate key'), { detail: 'Key (email)=(secret-detail) exists' });
		const error = new DrizzleQueryError('insert into employee values ($1)', ['secret-parameter'], cause);
		const told = await handleError({ error, event, status: 500, message: 'Internal Error' });
		expect(told).toMatchObject({ code: 'ours', id: expect.stringMatching(/^[0-9a-f]{8}$/) });
		expect(JSON.stringify(told)).not.toContain('secret');
		const logged = lines.join('');
		expect(logged).toContain((told as { id: string }).id);
		expect(logged).toContain('duplicate key');
		expect(logged).not.toContain('secret');
	});

	test('leaves out values that the database quotes', async () => {
		const { event } = ask({});
		const error = await db
			.select()
			.from(employee)
			.where(eq(employee.id, 'secret "quoted" value'))
			.then(() => null, (thrown: unknown) => thrown);
		await handleError({ error, event, status: 500, message: 'Internal Error' });
		const logged = lines.join('');
		expect(logged).toContain('PostgreSQL 22P02');
		expect(logged).not.toMatch(/secret|quoted/);
	});

	test.each([
		[404, 'Not Found'],
		[405, 'Method Not Allowed'],
		[413, 'Payload Too Large'],
		[415, 'Unsupported Media Type']
	])('a refusal is none: %i', async (status, message) => {
		const { event } = ask({ method: status === 404 ? 'GET' : 'POST' });
		expect(await handleError({ error: new Error(message), event, status, message })).toEqual({ message });
		expect(lines).toEqual([]);
	});
});
