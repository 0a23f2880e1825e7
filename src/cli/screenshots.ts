/**
 * `npm run screenshots`: takes the pictures of the README from the built product with a demo academy of its own.
 * Dates and people in them are those of a first day, so every run gives nearly the same pictures.
 */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { chromium, type BrowserContextOptions, type Page } from '@playwright/test';
import { giveAnswer, readQuestion } from '../../tests/answers.ts';
import { haveChromium, launchOptions } from '../../tests/chromium.ts';
import { signInAs } from '../../tests/fixtures.ts';
import { start, temporaryFolder, type Role } from '../../tests/server.ts';
import { m } from '../../tests/words.ts';
import { exerciseAddress } from '../lib/core/exercise-address.ts';
import { openDatabase } from '../lib/server/db/open.ts';
import { Library } from '../lib/server/library.ts';

const folder = 'tests/pictures';
/** Bytes; a README is read on a phone, too. */
const largest = 150_000;
const desk = { width: 1100, height: 700 };
const phone = { width: 360, height: 700 };

if (!haveChromium()) process.exit(1);
mkdirSync(folder, { recursive: true });
const dataDir = temporaryFolder();
const server = start({ env: { DEMO: 'yes', DATA_DIR: dataDir } });
const origin = await server.origin();
const signIns = await server.signIns();
const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: dataDir }, { join: true, connections: 1 });
const browser = await chromium.launch(launchOptions());
try {
	const library = new Library(database.db);
	await library.refresh();
	// The demo's learner is new: the first course of the path is open, with its assessment.
	const position = library.current().academy.positions.find(({ key }) => key === 'customer-service-employee');
	const course = library.current().course(position!.path[0]!.course)!;
	const assessment = course.lessons.find((one) => one.assessment)!;
	const [lesson] = course.lessons;
	const questions = lesson!.exercises.filter(({ kind }) => kind === 'question');
	const asked = await Promise.all(questions.map(async ({ key, name }) => ({ key, question: await readQuestion(library, name) })));
	const check = asked.find(({ question }) => question.kind === 'single')!;

	const learner = await visit('learner', { viewport: desk });
	await take(learner, '/learn', 'path');

	await learner.goto(`${origin}/learn/${lesson!.name}`);
	const card = learner.locator(`#check-${check.key}`);
	await giveAnswer(card, check.question, 'en', false);
	await card.getByRole('button', { name: m.learn_check_answer({}, { locale: 'en' }), exact: true }).click();
	await learner.locator(`#check-${check.key}-feedback`).waitFor();
	await card.evaluate((element) => element.scrollIntoView({ block: 'center' }));
	await take(learner, null, 'check');

	await learner.goto(`${origin}/learn/${assessment.name}`);
	await learner.getByRole('button', { name: m.learn_start_assessment({}, { locale: 'en' }) }).click();
	await learner.waitForURL(/\/attempts\//);
	await take(learner, null, 'assessment');

	const [review, scene] = ['call-review', 'role-play'].map(
		(kind) => library.current().academy.courses.flatMap(({ lessons }) => lessons).flatMap(({ exercises }) => exercises).find((one) => one.kind === kind)!
	);
	await learner.goto(origin + exerciseAddress(review!));
	await learner.getByRole('button', { name: m.call_start({}, { locale: 'en' }) }).click();
	await learner.getByRole('radiogroup').first().waitFor();
	await learner.getByRole('radio').nth(1).check();
	await take(learner, null, 'call-review');
	await learner.goto(origin + exerciseAddress(scene!));
	await learner.getByRole('button', { name: m.play_start({}, { locale: 'en' }) }).click();
	await take(learner, null, 'role-play');

	await take(await visit('learner', { viewport: phone, locale: 'bg-BG' }), exerciseAddress(scene!), 'role-play-bg');

	const mentor = await visit('mentor', { viewport: desk });
	await take(mentor, '/mentor', 'mentor');
	await mentor.goto(`${origin}/mentor/people`);
	await mentor.getByRole('link', { name: 'Ксения Орлова' }).click();
	await mentor.waitForURL(/\/people\//);
	await take(mentor, null, 'mentee');
	await take(await visit('hr', { viewport: desk }), '/hr/people', 'people');
	await take(await visit('learner', { viewport: phone, locale: 'bg-BG' }), '/handbook/phone#hold', 'handbook-bg');
	await take(await visit('learner', { viewport: phone, locale: 'ru-RU', colorScheme: 'dark' }), `/learn/${lesson!.name}`, 'lesson-ru');
} finally {
	await browser.close();
	await database.close();
	await server.stop();
	rmSync(dataDir, { recursive: true, force: true });
}

async function visit(role: Role, options: BrowserContextOptions): Promise<Page> {
	const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Sofia', reducedMotion: 'reduce', ...options });
	const page = await context.newPage();
	await signInAs(page.request, origin, signIns[role]);
	return page;
}

/** Takes what the page shows now, or after going to the address. */
async function take(page: Page, address: string | null, name: string): Promise<void> {
	const answer = address ? await page.goto(origin + address) : null;
	if (answer && !answer.ok()) throw new Error(`${address} answers ${answer.status()}.`);
	await page.mouse.move(0, 0);
	await page.waitForLoadState('networkidle');
	await page.evaluate(() => document.fonts.ready);
	const file = path.join(folder, `${name}.png`);
	await page.screenshot({ path: file });
	const { size } = statSync(file);
	console.log(`${file}  ${Math.round(size / 1000)} kB`);
	if (size > largest) throw new Error(`${file} is larger than ${largest / 1000} kB.`);
}
