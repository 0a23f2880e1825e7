import { expect, it } from 'vitest';
import { isTooLong, isTooShort, keptDecided, keptUntil, largestBytes, pieceBytes } from './recording.ts';

it('leaves a moment to press stop', () => {
	expect(isTooLong(60, 60)).toBe(false);
	expect(isTooLong(65, 60)).toBe(false);
	expect(isTooLong(65.1, 60)).toBe(true);
});

it('is nothing when it ends where it began', () => {
	expect([0, 0.06, 0.49].map(isTooShort)).toEqual([true, true, true]);
	expect(isTooShort(0.5)).toBe(false);
});

it('takes what a phone records at its best setting, and not much more', () => {
	// Stereo AAC of 256 kbit a second.
	expect(largestBytes(60)).toBeGreaterThan(65 * 32_000);
	expect(largestBytes(60)).toBeLessThan(4_000_000);
	expect(pieceBytes).toBeLessThan(largestBytes(1));
});

it('is kept by its state', () => {
	const since = new Date('2026-11-10T08:00:00Z');
	expect(keptUntil('unfinished', since)).toEqual(new Date('2026-11-11T08:00:00Z'));
	expect(keptUntil('draft', since)).toEqual(new Date('2026-12-10T08:00:00Z'));
	expect(keptDecided(since, 180)).toEqual(new Date('2027-05-09T08:00:00Z'));
});
