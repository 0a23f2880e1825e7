import { describe, expect, test } from 'vitest';
import { printProblem, printProblems, sortProblems, type Problem } from './problem.ts';

const problem: Problem = {
	file: 'courses/desk/calls.en.md',
	line: 3,
	column: 5,
	severity: 'error',
	code: 'raw-html',
	says: 'There is HTML.',
	fix: 'Say it in Markdown.'
};

describe('a problem is printed', () => {
	test('in one line', () => {
		expect(printProblem(problem)).toBe('courses/desk/calls.en.md:3:5  There is HTML. — Say it in Markdown.');
		expect(printProblem({ ...problem, severity: 'warning' })).toBe(
			'courses/desk/calls.en.md:3:5  warning: There is HTML. — Say it in Markdown.'
		);
	});

	test('with the lines around it, and a mark below the place', () => {
		expect(printProblem(problem, 'one\r\ntwo\r\n😀 и\u0306<b>\r\nfour\r\nfive')).toBe(
			[
				'courses/desk/calls.en.md:3:5  There is HTML. — Say it in Markdown.',
				'1 | one',
				'2 | two',
				'3 | 😀 и\u0306<b>',
				// An emoji is two cells wide, an accent none.
				'  |     ^',
				'4 | four'
			].join('\n')
		);
	});

	test('a byte order mark is not counted, and a place outside the text has no frame', () => {
		expect(printProblem({ ...problem, line: 1, column: 1 }, '\uFEFFone')).toMatch(/\n1 \| one\n {2}\| \^$/);
		expect(printProblem({ ...problem, line: 9 }, 'one')).not.toContain('\n');
	});

	test('a long line is shown around the place', () => {
		const frame = printProblem({ ...problem, line: 1, column: 1001 }, `${'a'.repeat(1000)}X${'b'.repeat(1000)}`);
		const [, line, mark] = frame.split('\n');
		expect(line).toMatch(/^1 \| …a{59}Xb+…$/);
		expect(line!.indexOf('X')).toBe(mark!.indexOf('^'));
	});

	test('text of a file cannot steer the terminal', () => {
		const printed = printProblem(
			{ ...problem, line: 1, column: 1, says: 'a\u001b[2Jb.' },
			'\u001b]0;x\u0007 \u202e',
			true
		);
		// eslint-disable-next-line no-control-regex
		expect(printed.replace(/\u001b\[\d+m/g, '')).not.toMatch(/[\u001b\u0007\u202e]/);
	});

	test('several: a line each, or a paragraph each with their frames', () => {
		const second = { ...problem, line: 1, column: 1 };
		expect(printProblems([problem, second]).split('\n')).toHaveLength(2);
		expect(printProblems([problem, second], () => 'one\ntwo\nthree')).toContain('\n\ncourses/');
	});
});

test('problems stand in the order of files and places, each once', () => {
	const at = (file: string, line: number, column: number, says = 'A.'): Problem => ({
		...problem,
		file,
		line,
		column,
		says
	});
	const mixed = [at('b', 1, 1), at('a', 2, 1), at('a', 1, 2), at('a', 1, 1, 'B.'), at('a', 1, 1), at('a', 1, 2)];
	expect(sortProblems(mixed).map(({ file, line, column, says }) => `${file}${line}${column}${says}`)).toEqual([
		'a11B.',
		'a11A.',
		'a12A.',
		'a21A.',
		'b11A.'
	]);
});
