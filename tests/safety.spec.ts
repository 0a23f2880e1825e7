// What browsers are told about safety, and what other sites cannot make them do.
import { readdirSync } from 'node:fs';
import type { APIResponse } from '@playwright/test';
import { expect, formHeaders, test } from './fixtures.ts';
import { listen } from './good-page.ts';

test('@full every answer carries the headers, pages and everything else', async ({ request, newcomer, baseURL, library }) => {
	const { link } = await newcomer({ accepted: false });
	const asset = readdirSync('build/client/_app/immutable', { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith('.js'))!;
	const pages = ['/sign-in', '/reset', new URL(link).pathname, '/no-such-page', '/%00', '/handbook?q=%00'];
	const others = ['/health', '/', '/learn', '/learn/__data.json', '/learn/the-standard/__data.json', '/pictures/none.svg', '/sounds/none.mp3'];
	const files = ['/favicon.svg', '/robots.txt', '/service-worker.js', '/_app/version.json', `/_app/immutable/${asset}`];
	// Answered before the application is asked, or behind it.
	const odd = ['/_app/none.js', '/sign-in/', '/%'];
	const safe = {
		'x-content-type-options': 'nosniff',
		'x-frame-options': 'DENY',
		'referrer-policy': 'same-origin',
		'cross-origin-opener-policy': 'same-origin',
		'cross-origin-resource-policy': 'same-origin'
	};
	const expectSafe = (answer: APIResponse, name: string) => {
		const headers = answer.headers();
		expect.soft(headers, name).toMatchObject(safe);
		expect.soft(headers['content-security-policy'], name).toMatch(/default-src '(self|none)'/);
		expect.soft(headers['content-security-policy'], name).toContain("frame-ancestors 'none'");
		expect.soft(headers['permissions-policy'], name).toContain('geolocation=()');
	};
	for (const path of [...pages, ...others, ...files, ...odd]) {
		const answer = await request.get(path, { maxRedirects: 0 });
		expectSafe(answer, path);
		if (pages.includes(path) || others.includes(path)) expect.soft(answer.headers()['cache-control'], path).toBe('private, no-store');
		if (files.includes(path)) expect.soft(answer.status(), path).toBe(200);
	}
	expect((await request.get(`/_app/immutable/${asset}`)).headers()['cache-control']).toContain('immutable');
	const foreign = await request.post('/sign-in', { form: { email: 'x' }, headers: { origin: 'https://evil.example', 'accept-language': 'bg' } });
	expectSafe(foreign, 'a foreign form');
	expect([foreign.status(), foreign.headers()['content-type']]).toEqual([403, 'text/plain; charset=utf-8']);

	for (const path of ['/%00', '/handbook?q=%00']) {
		const missing = await request.get(path, { headers: { 'accept-language': 'bg' } });
		expect.soft(missing.status(), path).toBe(404);
		expect.soft(await missing.text(), path).toMatch(/<html lang="bg"[^]*Тук няма такава страница/);
	}

	// Nobody is signed in: page data say no more than the page.
	for (const course of library.current().academy.courses) {
		const answer = await request.get(`/learn/${course.key}/__data.json`);
		expect(await answer.text()).not.toContain(course.lessons[0]!.title['en']);
	}

	const signIn = await request.post('/sign-in', { form: { email: 'nobody', password: 'x' }, headers: formHeaders(baseURL!) });
	expect(signIn.headers()['set-cookie']).toBeUndefined();
});

test('@full the session cookie is out of reach for scripts and other sites', async ({ page, newcomer, signIn, context }) => {
	await signIn(await newcomer());
	const cookies = await context.cookies();
	expect(cookies).toHaveLength(1);
	expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
	await page.goto('/learn');
	expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('@full every script of a page has this answer’s nonce, and an injected one does not run', async ({ page, newcomer, signIn, library }) => {
	await signIn(await newcomer());
	const nonces = new Set<string>();
	for (const path of ['/learn', `/learn/${library.current().academy.courses[0]!.lessons[0]!.name}`, '/handbook/phone', '/account', '/no-such-page']) {
		const answer = await page.request.get(path);
		const policy = answer.headers()['content-security-policy']!;
		const nonce = /script-src[^;]*'nonce-([^']+)'/.exec(policy)?.[1];
		expect.soft(nonce, path).toBeTruthy();
		nonces.add(nonce!);
		const html = await answer.text();
		const scripts = [...html.matchAll(/<script\b([^>]*)>/g)].map(([, attributes]) => attributes!);
		expect.soft(scripts.length, path).toBeGreaterThan(0);
		for (const attributes of scripts) expect.soft(attributes, path).toContain(`nonce="${nonce}"`);
		expect.soft(html, path).not.toMatch(/<[^>]+\son[a-z]+=/i);
		expect.soft(html, path).not.toMatch(/<[^>]+\sstyle="(?!display: contents)/i);
	}
	expect(nonces.size).toBe(5);

	const complaints = listen(page);
	await page.goto('/learn');
	await page.evaluate(() => {
		const script = document.createElement('script');
		script.textContent = 'document.title = "taken over"';
		document.body.append(script);
		const image = document.createElement('img');
		image.setAttribute('onerror', 'document.title = "taken over"');
		image.src = 'data:,';
		document.body.append(image);
	});
	await expect.poll(() => complaints.filter((one) => one.includes('Content Security Policy')).length).toBeGreaterThan(1);
	expect(await page.title()).not.toBe('taken over');
});

test('@full posts from other sites change nothing', async ({ page, newcomer, signIn, library, database, baseURL }) => {
	const person = await newcomer();
	await signIn(person);
	const { lesson } = library.current().lesson('the-standard/written-model')!;
	const ways: Record<string, string>[] = [
		{ origin: 'https://evil.example' },
		{ origin: 'null' },
		{ origin: baseURL!, 'sec-fetch-site': 'cross-site' },
		{ origin: baseURL!, 'sec-fetch-site': 'same-site' },
		{}
	];
	for (const headers of ways) {
		for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'application/json']) {
			for (const path of [`/learn/${lesson.name}?/read&as=${person.id}`, '/sign-out', `/language?as=${person.id}`, `/account?/look&as=${person.id}`]) {
				const answer = await page.request.post(path, {
					data: 'locale=ru&theme=dark&back=/learn',
					headers: { ...headers, 'content-type': type },
					maxRedirects: 0
				});
				expect.soft(answer.status(), `${path} ${type} ${JSON.stringify(headers)}`).toBe(403);
			}
		}
	}
	const [row] = await database.sql`select 1 from lesson_progress where employee_id = ${person.id} and read_at is not null`;
	expect(row).toBeUndefined();
	const [who] = await database.sql<{ locale: string | null }[]>`select locale from employee where id = ${person.id}`;
	expect(who!.locale).toBeNull();
	await page.goto('/learn');
	await expect(page).toHaveURL('/learn');
});
