// From the observed call to the signature: a mentor marks, the employee acknowledges, asks, and may do more.
import { randomUUID } from 'node:crypto';
import type { Browser, Locator, Page } from '@playwright/test';
import { eq } from 'drizzle-orm';
import type { Database } from '../src/lib/server/db/open.ts';
import { observation, observedCall, signOff } from '../src/lib/server/db/schema/index.ts';
import type { Library } from '../src/lib/server/library.ts';
import { beginObservation, confirmAsMentor, saveObservation } from '../src/lib/server/services/observations.ts';
import { beginObservedCall, finishObservedCall, readObservedCall } from '../src/lib/server/services/observed-calls.ts';
import { saveDraft } from '../src/lib/server/services/reviews.ts';
import { askSignOff, giveSignOff } from '../src/lib/server/services/sign-offs.ts';
import type { TestPerson } from '../src/lib/server/testing-people.ts';
import { anotherMentor, recordEvidence } from './competency-evidence.ts';
import { expect, idOf, test, type Login } from './fixtures.ts';
import { listen, lookAt, visit } from './good-page.ts';
import { m } from './words.ts';

const competency = 'listening';
const today = () => new Date().toISOString().slice(0, 10);

/** A second browser beside the test's own. */
async function another(browser: Browser, signIn: (who: 'mentor' | Login, page: Page) => Promise<Page>, who: 'mentor' | Login, options = {}): Promise<Page> {
	const context = await browser.newContext({ locale: 'en-GB', ...options });
	return signIn(who, await context.newPage());
}
async function mentorOf(database: Database, email: string): Promise<TestPerson> {
	return { id: await idOf(database, { email }), name: 'Marta Kovacs', email, roles: ['learner', 'mentor'] };
}

/** Gives every criterion its best mark with the keyboard alone. */
async function markByKeyboard(page: Page): Promise<void> {
	const groups = page.getByRole('radiogroup');
	await groups.first().getByRole('radio').first().focus();
	for (const group of await groups.all()) {
		const anchors = await group.locator('input:not([value=""])').count();
		await page.keyboard.press(String(anchors));
		await expect(group.getByRole('radio').nth(anchors - 1)).toBeFocused();
		await page.keyboard.press('ArrowDown');
	}
}

/** A call that this mentor has marked; `best` false = its first criterion has the lowest mark. */
async function observedBy(database: Database, library: Library, mentor: TestPerson, employeeId: string, best = true): Promise<string> {
	const { db } = database;
	const now = new Date();
	const begun = await beginObservedCall(
		db,
		library,
		mentor,
		{ employeeId, scorecard: 'phone', heardOn: today(), channel: 'phone', reference: `T-${randomUUID().slice(0, 8)}`, clientKey: randomUUID() },
		now
	);
	if (begun.code !== 'begun') throw new Error(JSON.stringify(begun));
	const { review } = (await readObservedCall(db, library, mentor, begun.id, 'en'))!;
	const criteria = review.scorecard.sections.flatMap((section) => section.criteria);
	const marks = Object.fromEntries(
		criteria.map(({ key, anchors }, at) => {
			const mark = (at === 0 && !best ? anchors[0]! : anchors.at(-1)!).mark;
			return [key, { mark, comment: at === 0 ? 'Heard at the start.' : '', turns: [], seconds: [], snippet: null }];
		})
	);
	await saveDraft(db, mentor, { reviewId: review.id, revision: 1, draft: { marks, flags: [], comment: 'A calm call.' } }, now);
	expect(await finishObservedCall(db, library, mentor, begun.id, now)).toEqual({ code: 'finished' });
	return begun.id;
}

test('a call observed by keyboard, acknowledged; asked, returned, signed, revoked', async ({ page, browser, signIn, signIns, newcomer, database, library }) => {
	const person = await newcomer({ locale: 'en', name: 'Nora Askingham' });
	const second = await anotherMentor(database, person.id);
	const marta = await idOf(database, signIns.mentor);
	await recordEvidence(database, library, person.id, competency, [marta, second.id, second.id]);
	const mentor = await another(browser, signIn, 'mentor');
	const card = (of: Page) => of.locator(`#${competency}`);

	await mentor.goto(`/mentor/people/${person.id}`);
	await mentor.getByRole('link', { name: m.observe_call() }).press('Enter');
	await mentor.getByLabel(m.observe_reference()).press('Enter');
	await expect(mentor.getByText(m.observe_problem_empty())).toBeVisible();
	await mentor.getByLabel(m.observe_reference()).fill('CALL 4711');
	await mentor.keyboard.press('Enter');
	await expect(mentor.getByRole('heading', { level: 1 })).toContainText('CALL 4711');
	// Finishing too early leads to what is missing.
	await mentor.getByRole('button', { name: m.observe_finish({ name: person.name }) }).press('Enter');
	await expect(mentor.getByRole('radio').first()).toBeFocused();
	await markByKeyboard(mentor);
	await expect(mentor.getByText(/^Saved \d/)).toBeVisible();
	await mentor.reload();
	await expect(mentor.getByText(m.scorecard_complete(), { exact: true })).toBeVisible();
	await mentor.getByRole('button', { name: m.observe_finish({ name: person.name }) }).press('Enter');
	await expect(mentor.getByText(m.observe_shown_now({ name: person.name }))).toBeVisible();

	const learner = await signIn(person, page);
	await learner.goto('/learn');
	await learner.getByRole('link', { name: m.competency_confirm_call({ mentor: 'Marta Kovacs' }) }).click();
	await learner.getByRole('button', { name: m.observe_acknowledge() }).click();
	await expect(learner.getByText(m.observe_acknowledged_now())).toBeVisible();
	await learner.getByRole('link', { name: `← ${m.competency_title()}` }).click();
	await expect(card(learner)).toContainText(m.competency_ready({ level: 3 }));
	await card(learner).getByRole('button', { name: m.competency_ask() }).click();
	await expect(card(learner)).toContainText(m.competency_asked_now());

	// Asked for, it stands on the mentor's desk and beside the name, and leads to where it is decided.
	await mentor.goto(`/mentor/people?search=${encodeURIComponent(person.name)}`);
	await expect(mentor.getByRole('row').filter({ hasText: person.name })).toContainText(m.signoff_waiting({ n: 1 }));
	await mentor.goto('/mentor');
	const asked = mentor.getByRole('region', { name: m.signoff_requests() }).getByRole('listitem').filter({ hasText: person.name });
	await asked.getByRole('link', { name: /: level 3$/ }).click();
	await mentor.getByRole('button', { name: m.signoff_return_button(), exact: true }).click();
	await expect(mentor.getByText(m.signoff_reason_empty())).toBeVisible();
	await mentor.getByLabel(m.signoff_return_reason()).fill('Two more calls with a complaint, please.');
	await mentor.getByRole('button', { name: m.signoff_return_button(), exact: true }).click();
	await expect(mentor.getByText(m.signoff_returned({ name: person.name }))).toBeVisible();
	const signing = mentor.url();
	await mentor.goto('/mentor');
	await expect(asked).toHaveCount(0);
	await mentor.goto(signing);

	await learner.reload();
	await expect(card(learner)).toContainText('Two more calls with a complaint, please.');
	await card(learner).getByRole('button', { name: m.competency_ask() }).click();
	await expect(card(learner)).toContainText(m.competency_asked_now());

	await mentor.reload();
	await mentor.getByRole('button', { name: m.signoff_button(), exact: true }).click();
	await expect(mentor.getByText(m.signoff_statement_empty())).toBeVisible();
	await mentor.getByLabel(m.signoff_statement()).fill('I heard two of the four myself.');
	await mentor.getByRole('button', { name: m.signoff_button(), exact: true }).click();
	await expect(card(mentor)).toContainText(m.signoff_done({ name: person.name }));

	await learner.goto('/learn');
	const levels = learner.getByRole('region', { name: m.competency_learn_title() });
	await expect(levels).toContainText('Level 3: ');
	await levels.getByRole('link', { name: m.competency_all() }).click();
	await expect(card(learner)).toContainText('Level 3: ');
	await expect(card(learner)).toContainText('I heard two of the four myself.');
	await expect(card(learner)).toContainText('Signed off by Marta Kovacs');

	await card(mentor).getByText(m.signoff_revoke(), { exact: true }).click();
	await card(mentor).getByRole('button', { name: m.signoff_revoke_button(), exact: true }).click();
	await expect(card(mentor).getByText(m.signoff_reason_empty())).toBeVisible();
	await card(mentor).getByLabel(m.signoff_revoke_reason()).fill('The calls were those of somebody else.');
	await card(mentor).getByRole('button', { name: m.signoff_revoke_button(), exact: true }).click();
	await expect(card(mentor)).toContainText(m.signoff_revoked());
	await learner.reload();
	await expect(card(learner)).toContainText('The calls were those of somebody else.');
	await expect(card(learner)).toContainText('Level 2: ');
	const [row] = await database.db.select().from(signOff).where(eq(signOff.employeeId, person.id));
	expect(row).toMatchObject({ level: 3, mentorId: marta, revokedBy: marta });
	await mentor.context().close();
});

test('@full a checklist on a phone, through a lost connection, confirmed by both', async ({ page, browser, signIn, newcomer, database, library }) => {
	const person = await newcomer({ locale: 'en' });
	const mentor = await another(browser, signIn, 'mentor', { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
	const { items, title } = await library.itemOf(library.current().observation('first-week')!.hash, 'observation');
	await mentor.goto(`/mentor/people/${person.id}`);
	await mentor.getByRole('button', { name: new RegExp(`^${m.observe_begin()}.*${title['en']}`) }).tap();
	await expect(mentor.getByRole('heading', { level: 1 })).toContainText(title['en']!);
	const item = (key: string): Locator => mentor.getByRole('group', { name: items.find((one) => one.key === key)!.text['en']! });
	const [first, ...others] = items.map(({ key }) => key);
	await item(first!).getByText(m.observe_yes(), { exact: true }).tap();
	await expect(mentor.getByText(/Saved \d/)).toBeVisible();

	await mentor.context().setOffline(true);
	await item(others[0]!).getByText(m.observe_not_yet(), { exact: true }).tap();
	await item(others[0]!).getByRole('textbox').fill('Asked for nothing.');
	await expect(mentor.getByText(m.observe_waiting())).toBeVisible();
	await mentor.getByRole('button', { name: m.observe_confirm_mentor({ name: person.name }) }).tap();
	await expect(mentor.getByText(m.observe_not_sent())).toBeVisible();
	await mentor.context().setOffline(false);
	await expect(mentor.getByText(/Saved \d/)).toBeVisible();

	// Still open ones are named; a reload keeps what was seen.
	await mentor.getByRole('button', { name: m.observe_confirm_mentor({ name: person.name }) }).tap();
	await expect(mentor.getByText(/not marked yet/)).toBeVisible();
	await mentor.reload();
	await expect(item(others[0]!).getByRole('textbox')).toHaveValue('Asked for nothing.');
	for (const key of others.slice(1)) await item(key).getByText(m.observe_yes(), { exact: true }).tap();
	await mentor.getByRole('button', { name: m.observe_confirm_mentor({ name: person.name }) }).tap();
	await expect(mentor.getByText(m.observe_shown_now({ name: person.name }))).toBeVisible();

	const learner = await signIn(person, page);
	await learner.goto('/learn');
	await learner.getByRole('link', { name: m.competency_confirm_checklist({ mentor: 'Marta Kovacs' }) }).click();
	await expect(learner.getByText('Asked for nothing.')).toBeVisible();
	const remark = 'On Tuesday I did ask; you were on the phone.';
	await learner.getByLabel(m.observe_remark()).fill(remark);
	await learner.getByRole('button', { name: m.observe_confirm_employee() }).click();
	await expect(learner.getByText(m.observe_confirmed_now())).toBeVisible();
	await expect(learner.getByText(remark)).toBeVisible();
	await mentor.reload();
	await expect(mentor.getByRole('region', { name: m.observe_remark_of({ name: person.name }) })).toContainText(remark);
	const [row] = await database.db.select().from(observation).where(eq(observation.employeeId, person.id));
	expect(row!.answers[others[0]!]).toEqual({ is: 'not-yet', note: 'Asked for nothing.' });
	expect(row!.employeeConfirmedAt).not.toBeNull();
	await mentor.context().close();
});

test('@full an observed call that is disputed waits for somebody else’s decision', async ({ page, browser, signIn, signIns, newcomer, database, library }) => {
	const person = await newcomer({ locale: 'en' });
	const second = await anotherMentor(database, person.id);
	const call = await observedBy(database, library, await mentorOf(database, signIns.mentor.email), person.id, false);
	const learner = await signIn(person, page);
	await learner.goto(`/competencies/calls/${call}`);
	const contest = learner.locator('details:has(> form)').first();
	await contest.locator('summary').click();
	await contest.getByRole('button', { name: m.dispute_send() }).click();
	await expect(learner.getByText(m.dispute_no_reason())).toBeVisible();
	await contest.getByLabel(m.dispute_reason()).fill('I did greet: listen to second two.');
	await contest.getByRole('button', { name: m.dispute_send() }).click();
	await expect(learner.getByText(m.observe_dispute_sent())).toBeVisible();
	await expect(learner.getByText(m.observe_contested())).toBeVisible();
	await expect(learner.getByRole('button', { name: m.observe_acknowledge() })).toHaveCount(0);

	const judge = await another(browser, signIn, { email: second.email, password: 'a quiet test password' });
	const [item] = await database.sql<{ id: string }[]>`select id from desk_item where kind = 'dispute' and employee_id = ${person.id}`;
	await judge.goto(`/mentor/reviews/${item!.id}`);
	await expect(judge.getByText('I did greet: listen to second two.').first()).toBeVisible();
	await judge.context().close();
	const [row] = await database.db.select().from(observedCall).where(eq(observedCall.id, call));
	expect(row!.acknowledgedAt).toBeNull();
});

test('@full an observed call keeps its marks through a lost connection', async ({ browser, signIn, newcomer }) => {
	const person = await newcomer({ locale: 'en' });
	const mentor = await another(browser, signIn, 'mentor');
	await mentor.goto(`/mentor/people/${person.id}/calls/new`);
	await mentor.getByLabel(m.observe_reference()).fill('LOST 1');
	await mentor.context().setOffline(true);
	await mentor.getByRole('button', { name: m.observe_begin(), exact: true }).click();
	await expect(mentor.getByText(m.mentor_not_sent())).toBeVisible();
	await mentor.context().setOffline(false);
	await mentor.getByRole('button', { name: m.observe_begin(), exact: true }).click();
	await expect(mentor.getByRole('heading', { level: 1 })).toContainText('LOST 1');
	await mentor.context().setOffline(true);
	await markByKeyboard(mentor);
	await expect(mentor.getByText(m.observe_waiting())).toBeVisible();
	await mentor.getByRole('button', { name: m.observe_finish({ name: person.name }) }).click();
	await expect(mentor.getByText(m.observe_not_sent())).toBeVisible();
	await mentor.context().setOffline(false);
	await expect(mentor.getByText(/^Saved \d/)).toBeVisible();
	await mentor.getByRole('button', { name: m.observe_finish({ name: person.name }) }).click();
	await expect(mentor.getByText(m.observe_shown_now({ name: person.name }))).toBeVisible();
	await mentor.context().close();
});

test('@full an unfinished marking is thrown away, after one is asked', async ({ signIn, newcomer, page, database }) => {
	const person = await newcomer({ locale: 'en' });
	const mentor = await signIn('mentor', page);
	await mentor.goto(`/mentor/people/${person.id}/calls/new`);
	await mentor.getByLabel(m.observe_reference()).fill('WRONG 1');
	await mentor.getByRole('button', { name: m.observe_begin(), exact: true }).click();
	await mentor.getByText(m.observe_discard(), { exact: true }).click();
	await mentor.getByRole('button', { name: m.observe_discard_button(), exact: true }).click();
	await expect(mentor).toHaveURL(`/mentor/people/${person.id}`);
	await expect(mentor.getByText(m.observe_discarded())).toBeVisible();
	expect(await database.db.select().from(observedCall).where(eq(observedCall.employeeId, person.id))).toEqual([]);

	await mentor.getByRole('button', { name: new RegExp(`^${m.observe_begin()}`) }).first().click();
	await mentor.getByText(m.observe_yes(), { exact: true }).first().click();
	await expect(mentor.getByText(/Saved \d/)).toBeVisible();
	await mentor.getByText(m.discard_checklist(), { exact: true }).click();
	await expect(mentor.getByText(m.discard_checklist_sure())).toBeVisible();
	await mentor.getByRole('button', { name: m.observe_discard_button(), exact: true }).click();
	await expect(mentor).toHaveURL(`/mentor/people/${person.id}`);
	await expect(mentor.getByText(m.observe_discarded())).toBeVisible();
	expect(await database.db.select().from(observation).where(eq(observation.employeeId, person.id))).toEqual([]);
});

test.describe('@full without JavaScript', () => {
	test.use({ javaScriptEnabled: false });
	test('a call is begun; a level is asked for, returned, signed, revoked', async ({ page, browser, signIn, signIns, newcomer, database, library }) => {
		const person = await newcomer({ locale: 'en' });
		const second = await anotherMentor(database, person.id);
		const marta = await mentorOf(database, signIns.mentor.email);
		await recordEvidence(database, library, person.id, competency, [marta.id, second.id, second.id]);
		const call = await observedBy(database, library, marta, person.id);
		const mentor = await another(browser, signIn, 'mentor', { javaScriptEnabled: false });
		await mentor.goto(`/mentor/people/${person.id}/calls/new`);
		await mentor.getByLabel(m.observe_reference()).fill('x'.repeat(101));
		await mentor.getByRole('button', { name: m.observe_begin(), exact: true }).click();
		await expect(mentor.getByText(m.observe_problem_too_long())).toBeVisible();
		await expect(mentor.getByLabel(m.observe_reference())).toHaveValue('x'.repeat(101));
		await mentor.getByLabel(m.observe_reference()).fill('PLAIN 1');
		await mentor.getByRole('button', { name: m.observe_begin(), exact: true }).click();
		expect(await mentor.content()).toContain(m.observe_needs_script());

		const learner = await signIn(person, page);
		await learner.goto(`/competencies/calls/${call}`);
		await learner.getByRole('button', { name: m.observe_acknowledge() }).click();
		await expect(learner.getByText(m.observe_acknowledged_now())).toBeVisible();
		await learner.goto('/competencies');
		await learner.getByRole('button', { name: m.competency_ask() }).click();
		await expect(learner.getByText(m.competency_asked_now())).toBeVisible();

		const paper = `/mentor/people/${person.id}/sign-off/${competency}`;
		await mentor.goto(paper);
		await mentor.getByLabel(m.signoff_return_reason()).fill('Not yet.');
		await mentor.getByRole('button', { name: m.signoff_return_button(), exact: true }).click();
		await expect(mentor).toHaveURL(paper);
		await expect(mentor.getByText(m.signoff_returned({ name: person.name }))).toBeVisible();
		await mentor.getByLabel(m.signoff_statement()).fill('Heard and seen.');
		await mentor.getByLabel(m.signoff_days()).fill('a year');
		await mentor.getByRole('button', { name: m.signoff_button(), exact: true }).click();
		await expect(mentor.getByText(m.signoff_days_wrong())).toBeVisible();
		await expect(mentor.getByLabel(m.signoff_statement())).toHaveValue('Heard and seen.');
		await mentor.getByLabel(m.signoff_days()).fill('90');
		await mentor.getByRole('button', { name: m.signoff_button(), exact: true }).click();
		await expect(mentor.getByText(m.signoff_done({ name: person.name }))).toBeVisible();
		await mentor.getByText(m.signoff_revoke(), { exact: true }).click();
		await mentor.getByLabel(m.signoff_revoke_reason()).fill('A mistake.');
		await mentor.getByRole('button', { name: m.signoff_revoke_button(), exact: true }).click();
		await expect(mentor.getByText(m.signoff_revoked())).toBeVisible();
		await mentor.context().close();
	});
});

for (const { locale, colorScheme, width, run } of [
	{ locale: 'ru', colorScheme: 'dark', width: 360, run: '@full' },
	{ locale: 'en', colorScheme: 'light', width: 1440, run: '@full' },
	{ locale: 'bg', colorScheme: 'light', width: 360, run: '@full' },
	{ locale: 'ru', colorScheme: 'light', width: 1440, run: '@full' }
] as const) {
	test.describe(`${run} ${locale}, ${colorScheme}, ${width} px`, () => {
		test.use({ locale, colorScheme, viewport: { width, height: 740 } });
		test('its pages can be read by everybody', async ({ page, browser, signIn, signIns, newcomer, database, library }) => {
			test.setTimeout(180_000);
			const { db } = database;
			const say = { locale };
			const latin = /\S+@\S+|https?:\S+|English|Marta Kovacs|T-[\w-]+|A calm call\.|Heard at the start\.|Seen twice\.|[0-9a-f]{8}-[\da-f-]+/g;
			const wanted = { locale, latin };
			const complaints = listen(page);
			const person = await newcomer({ locale });
			const second = await anotherMentor(database, person.id);
			const marta = await mentorOf(database, signIns.mentor.email);
			const call = await observedBy(database, library, marta, person.id, false);
			const checklist = (await beginObservation(db, library, marta, { employeeId: person.id, checklist: 'first-week', clientKey: randomUUID() }, new Date())) as { id: string };

			await signIn(person);
			for (const path of ['/learn', '/competencies', `/competencies/calls/${call}`]) await visit(page, path, wanted);
			const theirs = await another(browser, signIn, 'mentor', { locale, colorScheme, viewport: { width, height: 740 } });
			const mentorComplaints = listen(theirs);
			const room = `/mentor/people/${person.id}`;
			for (const path of [room, `${room}/calls/new`, `${room}/calls/${call}`, `${room}/checklists/${checklist.id}`, `${room}/sign-off/${competency}`]) {
				await visit(theirs, path, wanted);
			}
			await theirs.goto(`${room}/calls/new`);
			await theirs.getByRole('button', { name: m.observe_begin({}, say), exact: true }).click();
			await expect(theirs.getByText(m.observe_problem_empty({}, say))).toBeVisible();
			await lookAt(theirs, 'a call that cannot be begun', wanted);

			// Everything there is at once: evidence, a request, a signature taken back.
			await recordEvidence(database, library, person.id, competency, [marta.id, second.id, second.id, second.id]);
			const { items } = await library.itemOf(library.current().observation('first-week')!.hash, 'observation');
			const answers = Object.fromEntries(items.map(({ key }) => [key, { is: 'yes', note: 'Seen twice.' }]));
			await saveObservation(db, library, marta, { id: checklist.id, revision: 1, answers, note: '' }, new Date());
			await confirmAsMentor(db, library, marta, checklist.id, new Date());
			await visit(theirs, `${room}/sign-off/${competency}`, wanted);
			await theirs.getByRole('button', { name: m.signoff_button({}, say), exact: true }).click();
			await expect(theirs.getByText(m.signoff_statement_empty({}, say))).toBeVisible();
			await lookAt(theirs, 'a paper without a statement', wanted);
			const [evidence] = await database.sql<{ id: string }[]>`select id from evidence where employee_id = ${person.id} and kind = 'observed-call' limit 1`;
			const signed = { employeeId: person.id, competency, level: 3, statement: 'Heard at the start.', evidence: [evidence!.id], days: 20, clientKey: randomUUID() };
			expect(await giveSignOff(db, library, marta, signed, new Date())).toMatchObject({ code: 'signed' });
			await askSignOff(db, library, { id: person.id, roles: ['learner'] }, { competency }, new Date());
			await visit(theirs, room, wanted);
			await theirs.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')));
			await lookAt(theirs, 'a mentee, all unfolded', wanted);
			await visit(theirs, `${room}/checklists/${checklist.id}`, wanted);
			await visit(page, `/competencies/checklists/${checklist.id}`, wanted);
			await visit(page, '/competencies', wanted);
			await page.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')));
			await lookAt(page, 'competencies, all unfolded', wanted);
			expect(complaints).toEqual([]);
			expect(mentorComplaints).toEqual([]);
			await theirs.context().close();
		});
	});
}
