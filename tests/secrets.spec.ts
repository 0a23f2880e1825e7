// Planted secrets (tests/content): no key, no feedback, no pool, no reference of a call, nothing of what a scene's choices
// earn reaches a browser before it may; no lesson text is in a file that everybody can fetch; and no page says how an item
// is named inside.
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { openDatabase, type Database } from '../src/lib/server/db/open.ts';
import { Library } from '../src/lib/server/library.ts';
import { beginObservation, confirmAsMentor, saveObservation } from '../src/lib/server/services/observations.ts';
import { AttemptPage } from './attempt-page.ts';
import { finishLessons } from './finished-lessons.ts';
import { changePersonAs } from './person-change.ts';
import { expect, formHeaders, idOf, signInAs, test as base } from './fixtures.ts';
import { start, temporaryFolder, type SignIns } from './server.ts';
import { m } from './words.ts';

interface Planted {
	origin: string;
	people: SignIns;
	/** Of the demo's learner. */
	learner: string;
	database: Database;
	library: Library;
	/** Names of all items. */
	hashes: string[];
}

/** The test academy with its secrets; the demo's learner has this position in it, and the demo's mentor. */
const test = base.extend<{ planted: Planted; position: 'clerk' | 'trainee' }>({
	position: ['clerk', { option: true }],
	planted: async ({ playwright, position }, use) => {
		const folder = temporaryFolder();
		const server = start({ env: { DEMO: 'yes', DATA_DIR: folder, CONTENT_DIR: path.resolve('tests/content') } });
		const origin = await server.origin();
		const people = await server.signIns();
		const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: folder }, { join: true, connections: 2 });
		const [learner] = await database.sql<{ id: string; name: string; email: string }[]>`
			select id, name, email from employee where email = ${people.learner.email}`;
		const hr = await playwright.request.newContext({ baseURL: origin, extraHTTPHeaders: formHeaders(origin) });
		await signInAs(hr, origin, people.hr);
		await changePersonAs(hr, await idOf(database, people.hr), learner!.id, {
			name: learner!.name,
			email: learner!.email,
			personnelNumber: '',
			position,
			team: '',
			mentor: await idOf(database, people.mentor),
			hiredOn: '2026-11-02'
		});
		await hr.dispose();
		const library = new Library(database.db);
		await library.refresh();
		const items = await database.sql<{ hash: string }[]>`select hash from item`;
		await use({ origin, people, learner: learner!.id, database, library, hashes: items.map(({ hash }) => hash) });
		await database.close();
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	},
	baseURL: async ({ planted }, use) => use(planted.origin)
});

const find = (text: string, pattern: RegExp) => [...new Set(text.match(pattern))].toSorted();
const secrets = (text: string) => find(text, /SECRET-[A-Z]+(?:-[A-Z]+)?-\d+/g);

/** Hears all that the browser is told from now on: pages, their data, and answers to what it sends. */
async function listenIn(page: Page, { origin, hashes, learner }: Planted) {
	let arriving: Promise<string>[] = [];
	await page.route('**', async (route) => {
		if (!['document', 'fetch', 'xhr'].includes(route.request().resourceType())) return route.continue();
		const response = await route.fetch({ maxRedirects: 0 });
		arriving.push(response.text());
		await route.fulfill({ response });
	});
	return {
		/** What has come since it was asked last. */
		async received(): Promise<string> {
			const bodies = await Promise.all(arriving);
			arriving = [];
			const text = bodies.join('\n');
			expect(hashes.filter((hash) => text.includes(hash)), 'names of items').toEqual([]);
			return text;
		},
		/** Opens a page, and asks for its data as a link would. */
		async visit(address: string): Promise<void> {
			await page.goto(address);
			const [path, search] = address.split('?');
			const data = await page.request.get(`${path!.replace(/\/$/, '')}/__data.json${search ? `?${search}` : ''}`);
			arriving.push(data.text());
		},
		/** Posts to an action, once as a form and once as a script; their statuses. */
		async send(action: string, form: Record<string, string>): Promise<number[]> {
			const statuses = [];
			for (const accept of ['text/html', 'application/json']) {
				const answer = await page.request.post(`${action}&as=${learner}`, { form, headers: { ...formHeaders(origin), accept }, maxRedirects: 0 });
				arriving.push(answer.text());
				statuses.push(answer.status());
			}
			return statuses;
		}
	};
}

// What a service worker fetches cannot be read here.
test.use({ serviceWorkers: 'block' });

test('@full a learner’s browser is told only what it may know', async ({ page, planted }) => {
	test.setTimeout(120_000);
	const { library } = planted;
	await signInAs(page.request, planted.origin, planted.people.learner);
	const { received, visit, send } = await listenIn(page, planted);

	await test.step('nothing before an answer', async () => {
		const lessons = library.current().academy.courses.flatMap((course) => course.lessons.map((one) => `/learn/${one.name}`));
		const pages = ['/learn', '/learn/basics', '/learn/advanced', ...lessons, '/handbook', '/handbook/phone', '/handbook?q=greeting', '/account', '/practice'];
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
			const [asForm] = await send('/learn/basics/greet?/check', form);
			expect(asForm, JSON.stringify(form)).toBeGreaterThanOrEqual(400);
			expect(secrets(await received()).filter((secret) => !known.includes(secret)), JSON.stringify(form)).toEqual([]);
		}
		for (const address of ['/learn/basics/no-such-lesson', '/learn/basics/exam/attempts/none', '/learn/basics/greet.en.md', '/learn/basics/exam.en.md']) {
			await visit(address);
			expect(secrets(await received()), address).toEqual([]);
		}
	});

	await test.step('in practice: nothing before the answer, then what belongs to this question alone', async () => {
		await finishLessons(planted.database, planted.learner, ['basics/greet', 'basics/exam']);
		await visit('/practice');
		expect(secrets(await received())).toEqual([]);
		const release = await page.locator('input[name=release]').inputValue();
		for (const exercise of ['basics/exam/q1', 'basics/greet/basics-standard', 'basics/hold/hold-steps', 'basics/greet/name-first']) {
			await send('/practice?/answer', { exercise, number: '2', release, choice: '0' });
			expect(secrets(await received()), exercise).toEqual([]);
		}
		await page.getByRole('radio', { name: 'Please hold.' }).check();
		await page.getByRole('button', { name: /^Answer/ }).click();
		await expect(page.locator('#practice-feedback')).toBeVisible();
		expect(secrets(await received())).toEqual(['SECRET-EXPLANATION-4824', 'SECRET-FEEDBACK-HOLD-4823']);
		await visit('/practice');
		await expect(page.getByRole('textbox')).toBeVisible();
		expect(secrets(await received())).toEqual([]);
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

test.describe('what is practised', () => {
	test.use({ position: 'trainee' });

	test('@full tells a reference after it was handed in, and a scene’s points after its end', async ({ page, planted }) => {
		test.setTimeout(180_000);
		const { database, library, learner } = planted;
		const { db, sql } = database;
		await signInAs(page.request, planted.origin, planted.people.learner);
		const { received, visit, send } = await listenIn(page, planted);
		const lesson = '/learn/practice/calls';
		const [calls, scene, recorder] = [`${lesson}/reviews/review-calls`, `${lesson}/role-plays/kettle`, `${lesson}/recordings/apology`];
		const nobody = randomUUID();
		/** Sent wrongly, it is answered without a word of what is kept secret. */
		const refuses = async (action: string, forms: Record<string, string>[]) => {
			for (const form of forms) {
				await send(action, form);
				expect(secrets(await received()), `${action} ${JSON.stringify(form)}`).toEqual([]);
			}
		};

		await test.step('nothing by reading alone, nor on the pages of those who judge', async () => {
			const own = ['/learn', '/learn/practice', lesson, calls, `${calls}?try=1`, scene, `${scene}?run=1`, recorder, '/calls/late-delivery', '/calls/wrong-colour'];
			const about = ['/competencies', '/handbook/phone', '/account'];
			const others = ['/mentor', `/mentor/people/${learner}`, `/mentor/people/${learner}/role-plays`, '/author', `${calls}/late-delivery`, '/calls/no-such-call', '/calls/late-delivery/reference.yaml'];
			for (const address of [...own, ...about, ...others]) {
				await visit(address);
				expect(secrets(await received()), address).toEqual([]);
			}
		});

		await test.step('a call review: the reference after it was handed in, and not that of the next call', async () => {
			await visit(calls);
			await page.getByRole('button', { name: m.call_start() }).click();
			await expect(page.getByRole('heading', { level: 1 })).toHaveText('Call late-delivery');
			await visit(calls);
			expect(secrets(await received())).toEqual([]);
			const [row] = await sql<{ review: string; submission: string }[]>`
				select review.id as review, submission.id as submission from review join submission on submission.id = review.submission_id where review.employee_id = ${learner}`;
			const { review, submission } = row!;
			const given = (mark: unknown) => JSON.stringify({ marks: { date: { mark, comment: '', turns: ['t9'], seconds: [], snippet: null } }, flags: [], comment: '' });
			await refuses(`${calls}?/save`, [
				{ review, revision: '1', draft: '{' },
				{ review, revision: '1', draft: '{}' },
				{ review, revision: '1', draft: given(7) },
				{ review, revision: '1', draft: given('SECRET') },
				{ review: nobody, revision: '1', draft: given(0) }
			]);
			await refuses(`${calls}?/submit`, [{ submission, revision: '0' }, { submission, revision: '7' }, { submission: nobody, revision: '0' }, { submission: 'none', revision: '0' }]);
			await refuses(`${calls}?/start`, [{ clientKey: randomUUID() }, { clientKey: 'none' }]);

			await visit(calls);
			// Marks count from the moment the page's script has come.
			await expect(async () => {
				await page.getByRole('radio', { name: 'Company and name' }).check();
				await page.getByRole('radio', { name: 'No name' }).check();
				await expect(page.locator('.foot')).toContainText(m.call_foot_criteria({ done: 1, n: 3 }), { timeout: 500 });
			}).toPass();
			for (const name of ['Step 1', 'A vague date']) await page.getByRole('radio', { name }).check();
			await expect(page.locator('.foot')).toContainText(m.call_foot_criteria({ done: 3, n: 3 }));
			await expect(page.locator('.foot [role=status]')).toContainText(/Saved \d/);
			expect(secrets(await received())).toEqual([]);
			await page.getByRole('button', { name: m.call_submit() }).click();
			await page.getByRole('button', { name: m.call_over_submit() }).click();
			await expect(page.getByText(m.call_not_passed())).toBeVisible();
			expect(secrets(await received())).toEqual(['SECRET-REASON-6002', 'SECRET-REASON-6003', 'SECRET-REASON-6004', 'SECRET-REVIEWER-6001']);

			await page.getByRole('button', { name: m.call_start_next() }).click();
			await expect(page.getByRole('heading', { level: 1 })).toHaveText('Call wrong-colour');
			for (const address of [calls, lesson, '/calls/wrong-colour', '/calls/late-delivery']) {
				await visit(address);
				expect(secrets(await received()), address).toEqual([]);
			}
		});

		await test.step('a role-play: what the own choice earned, and the best way, after its end', async () => {
			const ahead = /SECRET-|A new one is with you|Are you serious|money back|hung up/;
			const start = async () => {
				await page.getByRole('button', { name: new RegExp(`^(${m.play_start()}|${m.play_again()})$`) }).click();
				await expect(page.locator('#now')).toContainText('second kettle');
			};
			await visit(scene);
			await start();
			await refuses(`${scene}?/choose`, [
				{ run: '1', place: '0', choice: '99' },
				{ run: '1', place: '5', choice: '0' },
				{ run: '9', place: '0', choice: '0' },
				{ run: '1', place: '0', choice: 'SECRET' }
			]);
			await refuses(`${scene}?/start`, [{ number: '9' }, { number: 'none' }]);
			await visit(scene);
			await page.getByRole('button', { name: 'Order number, please.' }).click();
			await expect(page.locator('#now')).toContainText('Seventy-seven.');
			await visit(scene);
			expect(await received()).not.toMatch(ahead);
			await page.getByRole('button', { name: 'We will send one.' }).click();
			await expect(page.getByText(m.play_result_not_passed({ percent: '40%', pass: '75%' }))).toBeVisible();
			const told = await received();
			expect(secrets(told)).toEqual(['SECRET-CHOICE-6102']);
			// What was not reached is no more than a place on the map.
			expect(told).not.toMatch(/Are you serious|hung up/);

			// In the next run it is forgotten again.
			await start();
			await visit(scene);
			expect(await received()).not.toMatch(ahead);
		});

		await test.step('with a mentor: the customer’s script is the mentor’s alone', async () => {
			for (const sentence of ['Did you read the manual?', 'Yes.']) await page.getByRole('button', { name: sentence }).click();
			await expect(page.getByText('The customer has hung up.')).toBeVisible();
			await page.getByRole('button', { name: m.play_live_ask() }).click();
			await expect(page.getByText('You asked for it')).toBeVisible();
			await received();
			const [asked] = await sql<{ id: string; item: string }[]>`
				select submission.id, desk_item.id as item from submission join desk_item on desk_item.submission_id = submission.id where submission.kind = 'live-role-play'`;
			for (const address of [`/mentor/role-plays/${asked!.id}`, `/mentor/reviews/${asked!.item}`]) {
				await visit(address);
				expect(await received(), address).not.toMatch(/SECRET-|A new one is with you/);
				await refuses(`${address}?/take`, [{}]);
			}
		});

		await test.step('a spoken and a written answer: nothing by handing in', async () => {
			await visit(recorder);
			await refuses(`${recorder}?/handIn`, [
				{ recording: nobody, release: library.current().id, clientKey: randomUUID() },
				{ recording: 'none', release: 'none', clientKey: 'none' }
			]);
			await visit(lesson);
			await page.locator('#check-own-words').getByRole('textbox').fill('Good morning, the shop, Lena here.');
			await page.locator('#check-own-words').getByRole('button', { name: m.desk_hand_in(), exact: true }).click();
			await expect(page.getByText(m.desk_go_on_meanwhile())).toBeVisible();
			await visit(lesson);
			expect(secrets(await received())).toEqual([]);
		});

		await test.step('a checklist: what the mentor noted, once the mentor has confirmed it', async () => {
			const mentor = { id: await idOf(database, planted.people.mentor), roles: ['learner', 'mentor'] as const };
			const { hash } = library.current().observation('first-week')!;
			const { items } = await library.itemOf(hash, 'observation');
			const begun = await beginObservation(db, library, mentor, { employeeId: learner, checklist: 'first-week', clientKey: randomUUID() }, new Date());
			if (begun.code !== 'begun') throw new Error(begun.code);
			const answers = Object.fromEntries(items.map(({ key }) => [key, { is: 'yes', note: 'SECRET-NOTE-7001' }]));
			await saveObservation(db, library, mentor, { id: begun.id, revision: 1, answers, note: 'SECRET-NOTE-7002' }, new Date());
			const own = `/competencies/checklists/${begun.id}`;
			for (const address of [own, '/competencies', '/learn', `/mentor/people/${learner}/checklists/${begun.id}`]) {
				await visit(address);
				expect(secrets(await received()), address).toEqual([]);
			}
			await refuses(`${own}?/confirm`, [{}]);
			await confirmAsMentor(db, library, mentor, begun.id, new Date());
			await visit(own);
			expect(secrets(await received())).toEqual(['SECRET-NOTE-7001', 'SECRET-NOTE-7002']);
		});
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
