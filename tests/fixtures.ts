// What journeys start from: the running demo academy (global-setup.ts), people signed in to it, and its database.
import { randomUUID } from 'node:crypto';
import { test as base, expect, type APIRequestContext, type Page } from '@playwright/test';
import type { Locale } from '../src/lib/i18n/index.ts';
import { openDatabase, type Database } from '../src/lib/server/db/open.ts';
import { Library } from '../src/lib/server/library.ts';
import type { Role, SignIns } from './server.ts';

export { expect };
export type { Role };

export interface Login {
	email: string;
	password: string;
}
/** Somebody whom HR has invited for one test. */
export interface Newcomer extends Login {
	id: string;
	name: string;
	/** The invitation, already used unless the test asked for a fresh one. */
	link: string;
}
interface NewcomerOptions {
	name?: string;
	/** The language the person chose; null = as the browser says. */
	locale?: Locale | null;
	/** '' = none, so nothing is on the path. */
	position?: string;
	/** Whether a password was chosen by the link. */
	accepted?: boolean;
}

interface Fixtures {
	/** Signs a page in (this test's own unless given), as the demo's person of a role, whose data all tests share, or as a newcomer. */
	signIn(who: Role | Login, page?: Page): Promise<Page>;
	/** Invites somebody new, so that a test has a person of its own. Mentored by the demo's mentor. */
	newcomer(options?: NewcomerOptions): Promise<Newcomer>;
}

interface WorkerFixtures {
	/** E-mail and password of every demo role. */
	signIns: SignIns;
	/** The database of the running server, to prepare what a test needs and to look at what it left. */
	database: Database;
	/** The published content, keys included. */
	library: Library;
	/** HR at work, by forms alone. */
	hr: APIRequestContext & { id: string };
}

const origin = () => process.env['TEST_ORIGIN']!;
/** As a browser without JavaScript posts a form. */
export const formHeaders = (origin: string) => ({ origin, accept: 'text/html' });

export const test = base.extend<Fixtures, WorkerFixtures>({
	baseURL: async ({}, use) => use(origin()),
	signIn: async ({ page: own, signIns }, use) => {
		await use(async (who, page = own) => {
			await signInAs(page.request, origin(), typeof who === 'string' ? signIns[who] : who);
			return page;
		});
	},
	newcomer: async ({ hr, database, signIns, playwright }, use) => {
		const mentor = await idOf(database, signIns.mentor);
		await use(async ({ name = 'Вера Коваленко', locale = null, position = 'customer-service-employee', accepted = true } = {}) => {
			const id = randomUUID();
			const email = `${id.slice(0, 8)}@test.example`;
			const password = `${id.slice(9)} teapot`;
			const hiredOn = new Date().toISOString().slice(0, 10);
			const invited = await hr.post(`/hr/people/invite?as=${hr.id}`, {
				form: { id, name, email, personnelNumber: '', position, team: '', mentor, hiredOn, locale: locale ?? '' },
				maxRedirects: 0
			});
			expect(invited.status(), 'the invitation').toBe(303);
			const card = await (await hr.post(`/hr/people/${id}?/link&as=${hr.id}`, { form: {} })).text();
			const link = /https?:\/\/[^\s<"]+\/invite\/[\w-]+/.exec(card)![0];
			if (accepted) {
				const visitor = await playwright.request.newContext({ extraHTTPHeaders: formHeaders(origin()) });
				const answer = await visitor.post(`${link}?/accept`, {
					form: { password, passwordAgain: password },
					maxRedirects: 0
				});
				expect(answer.status(), 'the choice of a password').toBe(303);
				await visitor.dispose();
			}
			return { id, name, email, password, link };
		});
	},
	signIns: [
		async ({}, use) => {
			await use(JSON.parse(process.env['TEST_SIGN_INS']!) as SignIns);
		},
		{ scope: 'worker' }
	],
	database: [
		async ({}, use) => {
			const database = await openDatabase(
				{ DATABASE_URL: null, DATA_DIR: process.env['TEST_DATA_DIR']! },
				{ join: true, connections: 2 }
			);
			await use(database);
			await database.close();
		},
		{ scope: 'worker' }
	],
	library: [
		async ({ database }, use) => {
			const library = new Library(database.db);
			await library.refresh();
			await use(library);
		},
		{ scope: 'worker' }
	],
	hr: [
		async ({ playwright, signIns, database }, use) => {
			const request = await playwright.request.newContext({ baseURL: origin(), extraHTTPHeaders: formHeaders(origin()) });
			await signInAs(request, origin(), signIns.hr);
			await use(Object.assign(request, { id: await idOf(database, signIns.hr) }));
			await request.dispose();
		},
		{ scope: 'worker' }
	]
});

/** Whose pages a form names, as the pages do themselves (components/as-person.ts). */
export async function idOf({ sql }: Database, { email }: { email: string }): Promise<string> {
	const [row] = await sql<{ id: string }[]>`select id from employee where email = ${email}`;
	return row!.id;
}

/** By the form's own post, without drawing the page: the sign-in page has its own tests. */
export async function signInAs(request: APIRequestContext, origin: string, { email, password }: Login): Promise<void> {
	const answer = await request.post(`${origin}/sign-in`, {
		form: { email, password },
		headers: formHeaders(origin),
		maxRedirects: 0
	});
	expect(answer.status(), `sign-in of ${email}`).toBe(303);
}
