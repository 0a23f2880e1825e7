/** Every pair of ground and words that the styles use keeps WCAG AA, in light and in dark. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const colours = new Map(
	[...css.matchAll(/--colour-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
		name,
		{ light, dark }
	])
);

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
	const [red, green, blue] = [1, 3, 5].map((at) => {
		const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
		return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(one: string, other: string): number {
	const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
	return (light + 0.05) / (dark + 0.05);
}

const grounds = ['paper', 'raised', 'sunken', 'accent-soft', 'good-soft', 'bad-soft', 'warn-soft'];
const words = ['ink', 'muted', 'accent', 'accent-strong', 'good', 'bad', 'warn'];
const pairs: [string, string, number][] = [
	...words.flatMap((word) => grounds.map((ground): [string, string, number] => [word, ground, 4.5])),
	['accent-ink', 'accent', 4.5],
	['accent-ink', 'accent-strong', 4.5],
	// the border of a control: WCAG 1.4.11
	['edge', 'paper', 3],
	['edge', 'raised', 3],
	['edge', 'sunken', 3]
];

describe.each(['light', 'dark'] as const)('%s', (theme) => {
	it.each(pairs)('%s on %s is at least %s to 1', (word, ground, least) => {
		expect(contrast(colours.get(word)![theme]!, colours.get(ground)![theme]!)).toBeGreaterThanOrEqual(least);
	});
});
