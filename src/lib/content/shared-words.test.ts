import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparedText, RUN, sharedRuns } from './shared-words.ts';

const seed = 'First line.\nНебольшие ошибки в работе — это вполне нормально, как и трудный клиент.\n';

describe('wording in common', () => {
	test('is found across lines, cases, marks and ё', () => {
		const ours = 'Мы пишем:\n«небольшие ОШИБКИ в\nработе: это вполнё нормально, как» думаем мы.';
		expect(sharedRuns(ours, seed)).toEqual([
			{ words: ['небольшие', 'ошибки', 'в', 'работе', 'это', 'вполне', 'нормально', 'как'], line: 2, theirLine: 2 }
		]);
	});

	test('of fewer words is common speech', () => {
		expect(sharedRuns('ошибки в работе — это вполне нормально', seed)).toEqual([]);
	});

	test('is told once a place, also when it stands there twice', () => {
		const line = 'one two three four five six seven eight';
		expect(sharedRuns(`${line}\nnine\n${line}`, `${line}\nten\n${line} nine`).map(({ line, words }) => [line, words.length])).toEqual([
			[1, 9],
			[3, 8]
		]);
	});

	test('is not looked for in a title that is named as a source, but is in any other place', () => {
		const title = '«небольшие ошибки в работе это вполне нормально как»';
		expect(sharedRuns(comparedText(`# A\n\n${title}\n\n## Sources\n\n- ${title}, 2020`), seed).map(({ line }) => line)).toEqual([3]);
		expect(sharedRuns(comparedText(`# A\n\n## Sources\n\n- небольшие ошибки в работе это вполне нормально как`), seed)).toHaveLength(1);
	});

	test('is found wherever a run of a text is planted in another', () => {
		const word = fc.stringMatching(/^[a-m]{1,6}$/);
		const other = fc.stringMatching(/^[n-z]{1,6}$/);
		fc.assert(
			fc.property(fc.array(word, { minLength: RUN, maxLength: 30 }), fc.array(other, { maxLength: 12 }), fc.array(other, { maxLength: 12 }), (run, before, after) => {
				const found = sharedRuns([...before, ...run, ...after].join(' '), ['qqqqqqq', ...run, 'zzzzzzz'].join(' '));
				expect(found.some(({ words }) => words.length >= run.length)).toBe(true);
				expect(sharedRuns(before.join(' '), run.join(' '))).toEqual([]);
			})
		);
	});
});
