// One spoken answer through everything it can meet: recorded with a (fake) microphone, heard and marked by keyboard,
// returned, contested, spoken again beside the first one, accepted; and the signature that rests on what was seen.
import { type Browser, expect, type Locator, type Page } from '@playwright/test';
import type { TestPerson } from '../src/lib/server/testing-people.ts';
import { anotherMentor, recordEvidence } from './competency-evidence.ts';
import { listen, lookAt } from './good-page.ts';
import { markEverything } from './marking.ts';
import { arrived, recorder, recordFor, withMicrophone } from './microphone.ts';
import { test } from './practice-academy.ts';
import { m } from './words.ts';

test.use({ ...withMicrophone, locale: 'en-GB' });

const competency = 'listening';
const playerIn = (place: Page | Locator) => place.getByRole('group', { name: m.call_player({ title: m.desk_recording() }) });
const positionOf = (player: Locator) => player.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime);

/** Plays it until a second and more of it was heard. */
async function hear(player: Locator): Promise<void> {
	await player.getByRole('button', { name: m.call_play() }).press('Enter');
	await expect.poll(() => positionOf(player), { intervals: [100] }).toBeGreaterThan(1);
	expect(await player.locator('audio').evaluate((audio: HTMLAudioElement) => [audio.paused, audio.error])).toEqual([false, null]);
	await player.getByRole('button', { name: m.call_pause() }).press('Enter');
	const [from, until] = await player.locator('audio').evaluate(({ played }: HTMLAudioElement) => [played.start(0), played.end(0)] as const);
	expect(until - from).toBeGreaterThan(0.8);
}

test('@full a spoken answer is heard, returned, contested, spoken again, accepted; and a level is signed', async ({ page: learner, academy, enter, browser }) => {
	test.setTimeout(240_000);
	const { people, database, library } = academy;
	const { mentor: maria, hr: hristina } = people;
	const lena = await academy.newcomer(maria);
	const second = await anotherMentor(database, lena.id);
	const open = async (who: TestPerson, browser: Browser) => {
		const page = await (await browser.newContext({ baseURL: academy.origin, locale: 'en-GB' })).newPage();
		await enter(who, page);
		return page;
	};
	await enter(lena);
	const mentor = await open(maria, browser);
	const complaints = [...listen(learner), ...listen(mentor)];
	const line = (page: Page) => page.getByRole('list', { name: m.desk_list() }).getByRole('listitem').filter({ hasText: lena.name });
	const round = (n: number) => learner.getByRole('article', { name: m.record_round({ n }) });

	await test.step('the learner speaks and hands in', async () => {
		await learner.goto(recorder);
		await recordFor(learner, 3500);
		await arrived(learner);
		await learner.getByRole('button', { name: m.record_hand_in() }).click();
		await expect(round(1).getByText(m.desk_go_on_meanwhile())).toBeVisible();
		await expect(round(1).getByText(m.desk_usual_unknown())).toBeVisible();
	});

	await test.step('the mentor finds it on the desk and hears it', async () => {
		const parts: { status: number; asked: string | undefined; sent: string | undefined }[] = [];
		mentor.on('response', (answer) => {
			if (!new URL(answer.url()).pathname.startsWith('/recordings/')) return;
			parts.push({ status: answer.status(), asked: answer.request().headers()['range'], sent: answer.headers()['content-range'] });
		});
		await mentor.goto(`/mentor?person=${lena.id}`);
		await expect(line(mentor)).toContainText(m.desk_kind_recording());
		await line(mentor).getByRole('button').press('Enter');
		await expect(mentor.getByText(/^Yours until/)).toBeVisible();
		await hear(playerIn(mentor));
		expect(parts.length).toBeGreaterThan(0);
		for (const { status, asked, sent } of parts) {
			expect(status).toBe(206);
			expect(asked).toMatch(/^bytes=\d+-/);
			expect(sent).toMatch(/^bytes \d+-\d+\/\d+$/);
		}
	});

	await test.step('marks it by keyboard, one mark tied to a moment of the recording', async () => {
		await markEverything(mentor, '1');
		const moment = mentor.getByRole('group', { name: m.scorecard_evidence({ criterion: 'Says who speaks' }) });
		await moment.getByRole('button', { name: m.scorecard_attach_second() }).press('Enter');
		await expect(moment.getByRole('button', { name: m.scorecard_listen_second({ at: '0:01' }) })).toBeVisible();
		await expect(mentor.getByText(/^Saved \d/)).toBeVisible();
		await lookAt(mentor, 'a recording that is judged', { locale: 'en' });
	});

	const again = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
	await test.step('returns it with a reason and a new date', async () => {
		await mentor.getByLabel(m.desk_reason()).fill('Say your name, and by when.');
		await mentor.getByLabel(m.desk_again_by()).fill(again);
		await mentor.getByRole('button', { name: m.desk_return() }).press('Enter');
		await expect(mentor.getByText(/^Returned by/)).toBeVisible();
	});

	await test.step('the learner reads the marks, and hears the moment that is meant', async () => {
		await learner.goto('/learn');
		await learner.getByRole('link', { name: new RegExp(m.desk_kind_recording()) }).click();
		await expect(learner).toHaveURL(recorder);
		const told = round(1);
		await expect(told).toContainText('Say your name, and by when.');
		await expect(told).toContainText(m.desk_told_again({ date: dayInWords(again) }));
		await expect(told).toContainText('No name');
		await expect(told).toContainText('Step 1');
		await told.getByRole('button', { name: m.scorecard_listen_second({ at: '0:01' }) }).click();
		await expect.poll(() => positionOf(round(1)), { intervals: [100] }).toBeGreaterThan(1.2);
		await lookAt(learner, 'a recording that was returned', { locale: 'en' });
		await learner.setViewportSize({ width: 360, height: 740 });
		await lookAt(learner, 'a recording that was returned, on a phone', { locale: 'en' });
		await learner.setViewportSize({ width: 1280, height: 720 });
	});

	const markOf = (place: Page | Locator, criterion: string) => place.locator('.mark').filter({ hasText: criterion });
	await test.step('and contests two of them; a reason is asked for first', async () => {
		for (const [criterion, why] of [['Says who speaks', 'My name is in the last words.'], ['Meets the person', 'I did ask how he was.']] as const) {
			const mark = markOf(round(1), criterion);
			await mark.locator('summary', { hasText: /Dispute this mark/ }).click();
			await mark.getByRole('button', { name: m.dispute_send() }).click();
			await expect(mark.getByText(m.dispute_no_reason())).toBeVisible();
			await mark.getByLabel(m.dispute_reason()).fill(why);
			await mark.getByRole('button', { name: m.dispute_send() }).click();
			await expect(mark.getByText(m.dispute_waits())).toBeVisible();
		}
		// Nobody decides about their own mark.
		await mentor.goto(`/mentor?person=${lena.id}&kind=dispute`);
		await expect(mentor.getByText(m.desk_none_filtered())).toBeVisible();
	});

	const ruling = 'A name at the end alone is no name.';
	await test.step('HR keeps one, and makes a ruling of it', async () => {
		const hr = await open(hristina, browser);
		await hr.goto('/hr/people');
		await hr.getByRole('region', { name: /dispute/ }).getByRole('link', { name: lena.name }).first().click();
		await hr.getByRole('button', { name: m.desk_take() }).click();
		await expect(hr.getByText('My name is in the last words.')).toBeVisible();
		await hr.getByLabel(m.dispute_why(), { exact: true }).fill('The customer never hears it.');
		await hr.getByLabel(m.dispute_ruling()).fill(ruling);
		await hr.getByRole('button', { name: m.dispute_decide() }).click();
		await expect(hr.getByText(/^Decided by/)).toBeVisible();
		await hr.context().close();
	});

	await test.step('another mentor hears it and changes the other; the old mark stays', async () => {
		const other = await open(second, browser);
		await other.goto(`/mentor?person=${lena.id}&kind=dispute`);
		await line(other).getByRole('button').press('Enter');
		await expect(other.getByText('I did ask how he was.')).toBeVisible();
		await hear(playerIn(other));
		await other.getByRole('radio', { name: m.dispute_change() }).check();
		await other.getByRole('button', { name: m.dispute_decide() }).click();
		await expect(other.getByText(m.dispute_no_reason())).toBeVisible();
		await other.getByRole('radio', { name: 'Step 4' }).check();
		await other.getByLabel(m.dispute_why(), { exact: true }).fill('One hears the question.');
		await other.getByRole('button', { name: m.dispute_decide() }).click();
		await expect(other.getByText(/^Decided by/)).toBeVisible();
		await other.context().close();
	});

	await test.step('the learner reads both outcomes, and what stood before', async () => {
		await learner.reload();
		const kept = markOf(round(1), 'Says who speaks');
		await expect(kept).toContainText('No name');
		await expect(kept).toContainText(/Kept by Hristina Hr on .*The customer never hears it\./);
		await expect(kept).toContainText(ruling);
		const changed = markOf(round(1), 'Meets the person');
		await expect(changed).toContainText('Step 4');
		await expect(changed).toContainText(new RegExp(`Changed by ${second.name} on .*One hears the question\\.`));
		await changed.locator('summary').first().click();
		await expect(changed.locator('s')).toHaveText('1');
		await expect(changed).toContainText(`Step 1 ${maria.name}`);
		// Decided is decided.
		for (const mark of [kept, changed]) await expect(mark.locator('summary', { hasText: /Dispute this mark/ })).toHaveCount(0);
		await lookAt(learner, 'disputes that were decided', { locale: 'en', latin: /./ });
	});

	await test.step('speaks again; the mentor has the first one beside it, and accepts', async () => {
		await recordFor(learner, 2500);
		await arrived(learner);
		await learner.getByRole('button', { name: m.record_hand_in() }).click();
		await expect(round(2).getByText(m.desk_go_on_meanwhile())).toBeVisible();
		// What was said of the first one is still to be read.
		await expect(round(1)).toContainText('Say your name, and by when.');

		await mentor.goto(`/mentor?person=${lena.id}`);
		await expect(line(mentor)).toContainText(m.desk_round({ n: 2 }));
		await line(mentor).getByRole('button').press('Enter');
		await expect(mentor.getByText(/^Yours until/)).toBeVisible();
		// From now on the ruling stands beside its criterion, for whoever marks.
		await expect(mentor.getByRole('group', { name: 'Says who speaks', exact: true })).toContainText(ruling);
		const earlier = mentor.locator('details.earlier');
		await expect(earlier.locator('summary').first()).toContainText(/^Round 1, /);
		await expect(earlier).toContainText('Say your name, and by when.');
		await expect(earlier).toContainText('One hears the question.');
		await expect(mentor.getByRole('radiogroup', { name: 'Meets the person' }).locator('label', { hasText: 'Step 4' })).toContainText(m.desk_round({ n: 1 }));
		await hear(playerIn(earlier));
		await hear(playerIn(mentor).first());
		await markEverything(mentor, '2');
		// On a phone the player stays in reach over the scorecard, but not where it would leave no room for it.
		const accept = mentor.getByRole('button', { name: m.desk_accept() });
		const wide = mentor.viewportSize()!;
		await mentor.setViewportSize({ width: 360, height: 740 });
		await accept.scrollIntoViewIfNeeded();
		await expect(playerIn(mentor).first()).toBeInViewport({ ratio: 1 });
		await mentor.setViewportSize({ width: 640, height: 320 });
		await accept.scrollIntoViewIfNeeded();
		await expect(playerIn(mentor).first()).not.toBeInViewport();
		await mentor.setViewportSize(wide);
		await accept.press('Enter');
		await expect(mentor.getByText(/^Accepted by/)).toBeVisible();

		await learner.reload();
		await expect(round(2)).toContainText(new RegExp(`Accepted by ${maria.name} on `));
		await expect(learner.getByRole('button', { name: m.record_again() })).toHaveCount(0);
		await lookAt(learner, 'a recording that was accepted', { locale: 'en', latin: /./ });
	});

	await test.step('everybody reads the ruling in the handbook, until HR withdraws it', async () => {
		await learner.goto('/handbook/phone');
		await expect(learner.locator('main')).toContainText(ruling);
		const hr = await open(hristina, browser);
		await hr.goto('/handbook');
		await hr.getByRole('link', { name: m.rulings_title() }).click();
		const one = hr.getByRole('listitem').filter({ hasText: ruling });
		await one.getByText(m.rulings_withdraw(), { exact: true }).click();
		await one.getByRole('button', { name: m.rulings_withdraw_button() }).click();
		await expect(one.getByText(m.dispute_no_reason())).toBeVisible();
		await one.getByLabel(m.rulings_withdraw_reason()).fill('The first name is enough since May.');
		await one.getByRole('button', { name: m.rulings_withdraw_button() }).click();
		await expect(hr.getByText(m.rulings_withdraw_done())).toBeVisible();
		await expect(one.locator('s')).toHaveText(ruling);
		await expect(one).toContainText('The first name is enough since May.');
		await lookAt(hr, 'a ruling that was withdrawn', { locale: 'en', latin: /./ });
		await hr.context().close();
		await learner.reload();
		await expect(learner.locator('main')).not.toContainText(ruling);
		await learner.goto('/rulings');
		await expect(learner.locator('main')).not.toContainText(ruling);
	});

	await test.step('the mentor signs a level on what was seen; the learner has it at once', async () => {
		await recordEvidence(database, library, lena.id, competency, [maria.id, maria.id, second.id, second.id]);
		await mentor.goto(`/mentor/people/${lena.id}`);
		await expect(mentor.getByRole('region', { name: m.observe_timeline() })).toContainText(m.desk_kind_recording());
		await mentor.locator(`#${competency}`).getByRole('link', { name: m.signoff_open({ level: 3 }) }).click();
		const evidence = mentor.getByRole('group', { name: m.signoff_evidence() });
		await expect(evidence.getByRole('checkbox', { checked: true })).toHaveCount(4);
		// What was accepted just now can be signed on, too.
		await evidence.getByRole('checkbox', { name: new RegExp(`^${m.practice_kind_record()}`) }).check();
		await mentor.getByLabel(m.signoff_statement()).fill('I heard her voice message grow, and two of her calls.');
		await mentor.getByLabel(m.signoff_days()).fill('90');
		// Nothing of it is lost by a reload.
		await mentor.reload();
		await expect(evidence.getByRole('checkbox', { checked: true })).toHaveCount(5);
		await expect(mentor.getByLabel(m.signoff_days())).toHaveValue('90');
		await expect(mentor.getByLabel(m.signoff_statement())).toHaveValue(/^I heard her voice message grow/);
		await mentor.getByRole('button', { name: m.signoff_button(), exact: true }).click();
		await expect(mentor.locator(`#${competency}`)).toContainText(m.signoff_done({ name: lena.name }));

		await learner.goto('/learn');
		await expect(learner.getByRole('region', { name: m.competency_learn_title() })).toContainText('Level 3: ');
		await learner.goto('/competencies');
		const card = learner.locator(`#${competency}`);
		await expect(card).toContainText('I heard her voice message grow, and two of her calls.');
		await expect(card).toContainText(`Signed off by ${maria.name}`);
	});
	expect(complaints).toEqual([]);
	await mentor.context().close();
});

/** As pages write the day to readers in English. */
function dayInWords(day: string): string {
	return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}
