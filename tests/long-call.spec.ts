// A call of forty minutes and six hundred turns: heard, scrolled, marked and checked as any other.
import type { CDPSession, Page } from '@playwright/test';
import { enrolment } from '../src/lib/server/db/schema/index.ts';
import { makePerson, testPassword } from '../src/lib/server/testing-people.ts';
import { openPracticeLibrary } from '../src/lib/server/testing-practice.ts';
import { expect, signInAs } from './fixtures.ts';
import { expectAccessible, listen } from './good-page.ts';
import { beginLongCall, longCall, longCallPage } from './long-call.ts';
import { test } from './practice-academy.ts';
import { m } from './words.ts';

test.use({ locale: 'en-GB', serviceWorkers: 'block' });

/** Forty minutes of silence as a browser plays it: eight bits, 3,000 samples a second. */
function silence(): Buffer {
	const rate = 3000;
	const length = rate * longCall.seconds;
	const head = Buffer.alloc(44);
	head.write('RIFF', 0);
	head.writeUInt32LE(36 + length, 4);
	head.write('WAVEfmt ', 8);
	head.writeUInt32LE(16, 16);
	head.writeUInt16LE(1, 20);
	head.writeUInt16LE(1, 22);
	head.writeUInt32LE(rate, 24);
	head.writeUInt32LE(rate, 28);
	head.writeUInt16LE(1, 32);
	head.writeUInt16LE(8, 34);
	head.write('data', 36);
	head.writeUInt32LE(length, 40);
	return Buffer.concat([head, Buffer.alloc(length, 128)]);
}

/** Processor time of the page's own thread while something is done, in seconds a second; other programs do not count. */
async function busy(cdp: CDPSession, body: () => Promise<unknown>): Promise<number> {
	const read = async () => {
		const { metrics } = await cdp.send('Performance.getMetrics');
		return metrics.find(({ name }) => name === 'TaskDuration')!.value;
	};
	const [before, start] = [await read(), performance.now()];
	await body();
	return (await read() - before) / ((performance.now() - start) / 1000);
}

/** Longest time between two frames while something is done, in milliseconds. */
async function longestGap(page: Page, body: () => Promise<unknown>): Promise<number> {
	await page.evaluate(() => {
		const watch = { last: performance.now(), longest: 0 };
		Object.assign(window, { watch });
		const look = (now: number) => {
			watch.longest = Math.max(watch.longest, now - watch.last);
			watch.last = now;
			requestAnimationFrame(look);
		};
		requestAnimationFrame(look);
	});
	await body();
	return page.evaluate(() => (window as unknown as { watch: { longest: number } }).watch.longest);
}

test.beforeEach(async ({ academy, page }) => {
	const { db } = academy.database;
	const library = await openPracticeLibrary(db, new Date());
	const email = `${crypto.randomUUID()}@test.example`;
	const person = await makePerson(db, new Date(), { name: 'Lena Longcall', email });
	await db.insert(enrolment).values({ employeeId: person.id, course: 'basics', source: 'hand', mandatory: true, place: 0, assignedOn: '2026-11-20' });
	await beginLongCall(db, library, [person], new Date());
	await signInAs(page.request, academy.origin, { email, password: testPassword });
	const body = silence();
	await page.route('**/sounds/*.mp3', (route) => route.fulfill({ body, contentType: 'audio/wav' }));
});

test('@full six hundred turns stay smooth while they are heard and scrolled', async ({ page }) => {
	test.setTimeout(120_000);
	const complaints = listen(page);
	await page.setViewportSize({ width: 1440, height: 900 });
	await page.goto(longCallPage);
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
	const current = page.locator('li[aria-current]');
	const row = (place: number) => page.locator(`#turn-t${place}`);

	await row(3).getByRole('button').first().click();
	await expect(row(3)).toHaveAttribute('aria-current', 'true');
	await page.getByLabel(m.call_speed()).selectOption('2');
	let share = 0;
	const gapPlaying = await longestGap(page, async () => {
		share = await busy(cdp, () => expect(row(5)).toHaveAttribute('aria-current', 'true', { timeout: 20_000 }));
	});
	await expect(current).toHaveCount(1);
	let scrolling = 0;
	const gapScrolling = await longestGap(page, async () => {
		scrolling = await busy(cdp, async () => {
			for (let n = 0; n < 40; n++) {
				await page.mouse.move(400, 500 + (n % 3) * 20);
				await page.mouse.wheel(0, 600);
				await page.waitForTimeout(16);
			}
		});
	});
	test.info().annotations.push({ type: 'measured', description: `busy ${(share * 100).toFixed(0)} % playing, ${(scrolling * 100).toFixed(0)} % scrolling; longest gap ${gapPlaying.toFixed(0)} and ${gapScrolling.toFixed(0)} ms` });
	expect(share).toBeLessThan(0.25);
	expect(scrolling).toBeLessThan(0.9);
	await page.getByRole('button', { name: m.call_follow() }).click();
	await expect(current).toBeInViewport();
	await page.getByRole('button', { name: m.call_pause() }).click();

	// What one does with a turn stands at the one in hand, under the mouse and at the keyboard's place.
	await row(590).scrollIntoViewIfNeeded();
	await row(590).hover();
	await row(590).getByRole('button', { name: m.call_flag_breaks_turn({ n: 590 }) }).click();
	await expect(row(590).getByLabel(m.call_flag_clause({ n: 590 }))).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(row(590).locator('.words')).toBeFocused();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('+');
	await expect(row(591).getByLabel(m.call_flag_clause({ n: 591 }))).toBeFocused();
	await expect(page.locator('.tools')).toHaveCount(2);
	await expect(page.locator('.words[tabindex="0"]')).toHaveCount(1);
	await page.reload();
	await expect(row(591).getByLabel(m.call_flag_clause({ n: 591 }))).toHaveCount(1);
	expect(complaints.filter((line) => !line.includes('Service Worker registration blocked'))).toEqual([]);
});

test('@full six hundred turns are accessible at 360 px, and that is known within a minute', async ({ page }) => {
	test.setTimeout(240_000);
	await page.setViewportSize({ width: 360, height: 740 });
	await page.goto(longCallPage);
	await expect(page.getByRole('group', { name: m.call_player({ title: 'A table without a top' }) })).toBeVisible();
	const start = performance.now();
	await expectAccessible(page, 'a call of 600 turns');
	test.info().annotations.push({ type: 'measured', description: `axe took ${((performance.now() - start) / 1000).toFixed(1)} s` });
	expect(performance.now() - start).toBeLessThan(60_000);
});
