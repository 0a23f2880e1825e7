import { describe, expect, test } from 'vitest';
import { throttle } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { clearFailures, countFailure, forgetOldFailures, forgiveFailures, limits, networkOf, throttledUntil } from './throttle.ts';

const { db } = await testDatabase();
const start = new Date('2026-11-22T09:00:00Z');
const after = (milliseconds: number) => new Date(start.getTime() + milliseconds);

const most = limits.account.points;
const fail = (who: string, at = start) => countFailure(db, 'account', who, at);
const blocked = (who: string, at = start) => throttledUntil(db, [['account', who]], at);

describe('the throttle', () => {
	test('lets exactly as many through at once as its limit', async () => {
		const answers = await Promise.all(Array.from({ length: 25 }, () => fail('lena')));
		expect(answers.filter((until) => until === null)).toHaveLength(most);
		expect(answers.find((until) => until !== null)).toEqual(after(limits.account.window));
		expect(await blocked('lena')).toEqual(after(limits.account.window));
		expect(await blocked('somebody else')).toBeNull();
	});

	test('begins a clean sheet when the window is over, and not before', async () => {
		for (let i = 0; i < most; i++) expect(await fail('oleg')).toBeNull();
		expect(await blocked('oleg', after(limits.account.window - 1))).not.toBeNull();
		expect(await blocked('oleg', after(limits.account.window))).toBeNull();
		expect(await fail('oleg', after(limits.account.window - 1))).not.toBeNull();
		expect(await fail('oleg', after(limits.account.window))).toBeNull();
	});

	test('a success clears what was counted, unless the limit is reached', async () => {
		expect(await clearFailures(db, 'account', 'toma', start)).toBeNull();
		for (let i = 0; i < most - 1; i++) await fail('toma');
		expect(await clearFailures(db, 'account', 'toma', start)).toBeNull();
		for (let i = 0; i < most; i++) expect(await fail('toma')).toBeNull();
		expect(await clearFailures(db, 'account', 'toma', start)).toEqual(after(limits.account.window));
		expect(await clearFailures(db, 'account', 'toma', after(limits.account.window))).toBeNull();
	});

	test('is forgiven after a reset', async () => {
		for (let i = 0; i < most; i++) await fail('maria');
		await forgiveFailures(db, 'account', 'maria');
		expect(await blocked('maria')).toBeNull();
	});

	test('stores nobody by name, and forgets what is over', async () => {
		await countFailure(db, 'address', '192.0.2.7', start);
		const rows = await db.select().from(throttle);
		expect(JSON.stringify(rows)).not.toMatch(/192\.0\.2\.7|lena|oleg/);
		await forgetOldFailures(db, after(24 * 60 * 60_000));
		expect(await db.select().from(throttle)).toEqual([]);
	});

	test.each([
		['192.0.2.7', '192.0.2.7'],
		['::ffff:192.0.2.7', '192.0.2.7'],
		['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2'],
		['2001:0db8:0001:0002::1', '2001:db8:1:2'],
		['2001:db8::1', '2001:db8:0:0'],
		['::1', '0:0:0:0'],
		['fe80::1%eth0', 'fe80:0:0:0']
	])('%s is of the network %s', (address, network) => {
		expect(networkOf(address)).toBe(network);
	});
});
