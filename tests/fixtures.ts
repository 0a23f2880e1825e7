// What journeys start from: the running demo academy (global-setup.ts), someone signed in to it, and its database.
import { test as base, expect, type Page } from '@playwright/test';
import { openDatabase, type Database } from '../src/lib/server/db/open.ts';
import type { Role, SignIns } from './server.ts';

export { expect };
export type { Role };

interface Fixtures {
	/** Signs a page in (this test's own unless given) as the demo's person of that role. Their data is shared by all tests. */
	signIn(role: Role, page?: Page): Promise<Page>;
	/** E-mail and password of every demo role. */
	signIns: SignIns;
}

interface WorkerFixtures {
	/** The database of the running server, to prepare what a test needs and to look at what it left. */
	database: Database;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
	baseURL: async ({}, use) => use(process.env['TEST_ORIGIN']),
	signIns: async ({}, use) => use(JSON.parse(process.env['TEST_SIGN_INS']!) as SignIns),
	signIn: async ({ page: own, signIns, baseURL }, use) => {
		await use(async (role, page = own) => {
			const { email, password } = signIns[role];
			await signInAs(page, baseURL!, email, password);
			return page;
		});
	},
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
	]
});

/** By the form's own post, without drawing the page: the sign-in page has its own tests. */
export async function signInAs(page: Page, origin: string, email: string, password: string): Promise<void> {
	const answer = await page.request.post(`${origin}/sign-in`, {
		form: { email, password },
		headers: { origin },
		maxRedirects: 0
	});
	expect(answer.status(), `sign-in of ${email}`).toBe(303);
}
