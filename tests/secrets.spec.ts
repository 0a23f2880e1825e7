// Planted secrets (tests/content): no key, no feedback, no pool reaches a browser before it may; no lesson text is in a
// file that everybody can fetch; and no page says how an item is named inside.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openDatabase } from '../src/lib/server/db/open.ts';
import { Library } from '../src/lib/server/library.ts';
import { AttemptPage } from './attempt-page.ts';
import { expect, formHeaders, idOf, signInAs, test as base } from './fixtures.ts';
import { start, temporaryFolder, type SignIns } from './server.ts';
import { m } from './words.ts';

interface Planted {
	origin: string;
	people: SignIns;
	/** Of the demo's learner. */
	learner: string;
	library: Library;
	/** Names of all items. */
	hashes: string[];
}

/** The test academy with its secrets; the demo's learner has its one position. */
const test = base.extend<{ planted: Planted }>({
	planted: async ({ playwright }, use) => {
		const folder = temporaryFolder();
		const server = start({ env: { DEMO: 'yes', DATA_DIR: folder, CONTENT_DIR: path.resolve('tests/content') } });
		const origin = await server.origin();
		const people = await server.signIns();
		const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: folder }, { join: true, connections: 2 });
		const [learner] = await database.sql<{ id: string; name: string; email: string }[]>`
			select id, name, email from employee where email = ${people.learner.email}`;
		const hr = await playwright.request.newContext({ baseURL: origin, extraHTTPHeaders: formHeaders(origin) });
		await signInAs(hr, origin, people.hr);
		const changed = await hr.post(`/hr/people/${learner!.id}?/change&as=${await idOf(database, people.hr)}`, {
			form: { name: learner!.name, email: learner!.email, personnelNumber: '', position: 'clerk', team: '', mentor: '', hiredOn: '2026-11-02' },
			maxRedirects: 0
		});
		expect(changed.status()).toBe(303);
		await hr.dispose();
		const library = new Library(database.db);
		await library.refresh();
		const items = await database.sql<{ hash: string }[]>`select hash from item`;
		await use({ origin, people, learner: learner!.id, library, hashes: items.map(({ hash }) => hash) });
		await database.close();
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	},
	baseURL: async ({ planted }, use) => use(planted.origin)
});

const find = (text: string, pattern: RegExp) => [...new Set(text.match(pattern))].toSorted();
const secrets = (text: string) => find(text, /SECRET-[A-Z]+(?:-[A-Z]+)?-\d+/g);

// What a service worker fetches cannot be read here.
test.use({ serviceWorkers: 'block' });

test('@full a learner’s browser is told only what it may know', async ({ page, planted }) => {
	test.setTimeout(120_000);
	const { origin, learner, library, hashes } = planted;
	await signInAs(page.request, origin, planted.people.learner);

	// All that the browser gets, pages and answers to what it sends.
	let arriving: Promise<string>[] = [];
	await page.route('**', async (route) => {
		if (!['document', 'fetch', 'xhr'].includes(route.request().resourceType())) return route.continue();
		const response = await route.fetch({ maxRedirects: 0 });
		arriving.push(response.text());
		await route.fulfill({ response });
	});
	const received = async () => {
		const bodies = await Promise.all(arriving);
		arriving = [];
		const text = bodies.join('\n');
		expect(hashes.filter((hash) => text.includes(hash)), 'names of items').toEqual([]);
		return text;
	};
	const visit = async (address: string) => {
		await page.goto(address);
		const data = await page.request.get(`${address.split('?')[0]!.replace(/\/$/, '')}/__data.json`);
		arriving.push(data.text());
	};

	await test.step('nothing before an answer', async () => {
		const lessons = library.current().academy.courses.flatMap((course) => course.lessons.map((one) => `/learn/${one.name}`));
		const pages = ['/learn', '/learn/basics', '/learn/advanced', ...lessons, '/handbook', '/handbook/phone', '/handbook?q=greeting', '/account'];
		for (const address of pages) {
			await visit(address);
			expect(secrets(await received()), address).toEqual([]);
		}
	});

	const answerCheck = async (key: string, fill: () => Promise<void>) => {
		await fill();
		await page.locator(`#check-${key}`).getByRole('button', { name: /^Answer/ }).click();
		await expect(page.locator(`#check-${key}-feedback`)).toBeVisible();
		return secrets(await received());
	};
	await test.step('in a lesson: the feedback of what was chosen, the explanation when it is right or shown', async () => {
		await visit('/learn/basics/greet');
		await received();
		const single = page.locator('#check-name-first');
		const choose = (option: string) => () => single.getByRole('radio', { name: option }).check();
		expect(await answerCheck('name-first', choose('Please hold.'))).toEqual(['SECRET-FEEDBACK-HOLD-4823']);
		await visit('/learn/basics/greet');
		expect(secrets(await received())).toEqual(['SECRET-FEEDBACK-HOLD-4823']);
		const told = ['SECRET-EXPLANATION-4824', 'SECRET-FEEDBACK-RIGHT-4822'];
		expect(await answerCheck('name-first', choose('Good morning'))).toEqual(told);
		const number = page.locator('#check-rings').getByRole('textbox');
		for (const [wrong, known] of [['7', told], ['8', told], ['9', ['SECRET-EXPLANATION-4824', 'SECRET-EXPLANATION-4825', 'SECRET-FEEDBACK-RIGHT-4822']]] as const) {
			await answerCheck('rings', () => number.fill(wrong));
			await expect(page.locator('#check-rings').getByText(wrong === '9' ? m.learn_check_shown() : m.learn_check_tries({ n: Number(wrong) - 6 }))).toBeVisible();
			await visit('/learn/basics/greet');
			expect(secrets(await received())).toEqual(known);
		}
	});

	await test.step('what is sent wrongly is refused without a word of the key', async () => {
		const release = await page.locator('input[name=release]').first().inputValue();
		const known = ['SECRET-EXPLANATION-4824', 'SECRET-EXPLANATION-4825', 'SECRET-FEEDBACK-RIGHT-4822'];
		const clientKey = '5a0c3f0e-8f4b-4b57-9d52-6a1d0f2c9b11';
		for (const form of [
			{ key: 'name-first', release, clientKey, choice: '99' },
			{ key: 'name-first', release, clientKey, choice: 'SECRET' },
			{ key: 'no-such-check', release, clientKey, choice: '0' },
			{ key: 'name-first', release: clientKey, clientKey, choice: '0' },
			{ key: 'q1', release, clientKey, choice: '0' },
			{ key: '../exam/q1', release, clientKey, choice: '0' }
		]) {
			for (const accept of ['text/html', 'application/json']) {
				const answer = await page.request.post(`/learn/basics/greet?/check&as=${learner}`, { form, headers: { ...formHeaders(origin), accept } });
				expect(answer.status() >= 400 || accept === 'application/json', JSON.stringify(form)).toBe(true);
				arriving.push(answer.text());
				expect(secrets(await received()).filter((secret) => !known.includes(secret)), JSON.stringify(form)).toEqual([]);
			}
		}
		for (const address of ['/learn/basics/no-such-lesson', '/learn/basics/exam/attempts/none', '/learn/basics/greet.en.md', '/learn/basics/exam.en.md']) {
			await visit(address);
			expect(secrets(await received()), address).toEqual([]);
		}
	});

	await test.step('in an assessment: the drawn questions alone, and their feedback once it is passed', async () => {
		const take = async (right: boolean) => {
			const attempt = new AttemptPage(page, library, 'basics/exam');
			await page.goto('/learn/basics/exam');
			await page.getByRole('button', { name: /^Start/ }).click();
			await attempt.at(1);
			const text = await received();
			const prompts = find(text, /POOL-PROMPT-\d/g);
			expect(prompts).toHaveLength(4);
			expect(secrets(text)).toEqual([]);
			for (let number = 1; number <= 4; number++) {
				await attempt.at(number);
				await attempt.answer(right);
				await attempt.expectSaved();
				await attempt.goOn();
			}
			await page.getByRole('button', { name: m.learn_submit(), exact: true }).click();
			await expect(page.getByRole('heading', { name: m.learn_result_questions() })).toBeVisible();
			await visit(page.url());
			const result = await received();
			expect(find(result, /POOL-PROMPT-\d/g)).toEqual(prompts);
			return { address: page.url(), drawn: prompts.map((prompt) => prompt.at(-1)!), told: secrets(result) };
		};
		const failed = await take(false);
		expect(failed.told).toEqual([]);
		const passed = await take(true);
		expect(passed.told).toEqual(passed.drawn.map((number) => `SECRET-POOL-RIGHT-${number}`));
		// The earlier attempt may be looked at now, too; nobody chose the third option.
		await visit(failed.address);
		const earlier = secrets(await received());
		expect(earlier.filter((secret) => !failed.drawn.includes(secret.at(-1)!))).toEqual([]);
		expect(earlier.filter((secret) => secret.includes('WORSE'))).toEqual([]);
	});
});

test('@full no file that everybody can fetch holds a word of a lesson', async ({ library }) => {
	const files = readdirSync('build/client', { recursive: true, encoding: 'utf8', withFileTypes: true })
		.filter((file) => file.isFile() && /\.(js|css|html|json|svg|txt|map)$/.test(file.name))
		.map((file) => readFileSync(path.join(file.parentPath, file.name), 'utf8'));
	const served = files.join('\n');
	expect(served).toContain(m.learn_mark_read());
	expect(served).not.toMatch(/SECRET-|UNPUBLISHED-LESSON-TEXT-7714|POOL-PROMPT/);
	const texts = readdirSync('content', { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.md') && file !== 'README.md')
		.flatMap((file) => readFileSync(path.join('content', file), 'utf8').split('\n'))
		.map((line) => line.replace(/^[\s>#|*-]+|\[[ x]\]/g, '').trim())
		.filter((line) => line.length > 30);
	expect(texts.length).toBeGreaterThan(1000);
	expect(texts.filter((line) => served.includes(line))).toEqual([]);
	const { academy } = library.current();
	const titles = academy.courses.flatMap((course) => course.lessons.map(({ title }) => title['en']!));
	expect(titles.filter((title) => served.includes(`"${title}"`))).toEqual([]);
});
