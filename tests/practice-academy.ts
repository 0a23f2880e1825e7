// The academy of tests/content with something to practise (testing-practice.ts), on a server of its own: one of a worker.
import { test as base, type Page } from '@playwright/test';
import { testPassword } from '../src/lib/server/testing-people.ts';
import { signInAs } from './fixtures.ts';
import { openPracticeAcademy, type PracticeAcademy } from './practice-server.ts';

interface Fixtures {
	/** Signs a page in as one of the academy's people: this test's own page unless given. */
	enter(who: { email: string }, page?: Page): Promise<void>;
}

export const test = base.extend<Fixtures, { academy: PracticeAcademy }>({
	academy: [
		async ({}, use) => {
			const academy = await openPracticeAcademy();
			await use(academy);
			await academy.stop();
		},
		{ scope: 'worker', timeout: 120_000 }
	],
	baseURL: async ({ academy }, use) => use(academy.origin),
	enter: async ({ page: first, academy }, use) => {
		await use(async ({ email }, page = first) => signInAs(page.request, academy.origin, { email, password: testPassword }));
	}
});
