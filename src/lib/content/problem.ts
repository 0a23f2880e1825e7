/**
 * A problem is what an author is told: where it is, what is wrong, what to do. The compiler collects all of them and
 * throws none. A line is counted from 1; so is a column, in code points (an emoji is one, a letter and its combining
 * accent are two). A byte order mark is not counted.
 */

/** Every code the compiler can give. Each one has a broken example in fixtures/broken. */
export const problemCodes = [
	// Files
	'academy-missing',
	'file-encoding',
	'file-name',
	'file-size',
	'file-unused',
	'control-character',
	// YAML
	'yaml-block-list',
	'yaml-depth',
	'yaml-duplicate-key',
	'yaml-feature',
	'yaml-locale-missing',
	'yaml-locale-unknown',
	'yaml-missing-key',
	'yaml-syntax',
	'yaml-tab',
	'yaml-type',
	'yaml-unknown-key',
	'yaml-value',
	'front-matter-missing',
	'front-matter-unclosed',
	// Markdown
	'callout-kind',
	'comment-unclosed',
	'footnote-duplicate',
	'footnote-missing',
	'footnote-unused',
	'heading-empty',
	'heading-jump',
	'heading-top',
	'link-address',
	'link-anchor',
	'link-call',
	'link-clause',
	'link-empty',
	'link-scheme',
	'picture-external',
	'picture-locale',
	'picture-missing',
	'picture-place',
	'picture-text',
	'picture-unsafe',
	'raw-html',
	// Fences
	'fence-attribute',
	'fence-empty',
	'fence-key',
	'fence-key-duplicate',
	'fence-kind',
	'fence-place',
	'fence-unclosed',
	// Questions
	'question-heading',
	'question-kind',
	'question-no-answer',
	'question-no-prompt',
	'question-quote',
	'question-text-after',
	'option-box',
	'option-count',
	'option-duplicate',
	'option-empty',
	'option-feedback',
	'option-list',
	'option-right',
	'option-shape',
	'matching-cells',
	'matching-count',
	'answer-shape',
	'answer-duplicate',
	'answer-number',
	'answer-short',
	// Handbook
	'clause-duplicate',
	'clause-empty',
	'clause-heading',
	'clause-not-asked',
	'clause-not-taught',
	'clause-unknown',
	// Scorecards and checklists
	'criterion-clause',
	'key-duplicate',
	'list-empty',
	'scale-mark',
	// Calls
	'audio-format',
	'audio-missing',
	'audio-short',
	'audio-size',
	'call-file-missing',
	'call-ending',
	'call-keeping',
	'call-over',
	'calls-over',
	'call-unknown',
	'cue-id',
	'cue-order',
	'cue-syntax',
	'cue-tags',
	'cue-voice',
	'reference-criterion',
	'reference-mark',
	'reference-people',
	'transcript-format',
	'turn-empty',
	'turn-shape',
	'turn-unknown',
	// Scenes
	'choice-passage',
	'choice-shape',
	'choice-word',
	'line-condition',
	'line-speaker',
	'passage-key',
	'passage-shape',
	'scene-cycle',
	'scene-ending',
	'scene-passage',
	'scene-points',
	'scene-size',
	'scene-stuck',
	'scene-unknown',
	'scene-unreachable',
	'scorecard-differs',
	'scorecard-unknown',
	'text-markup',
	// Across files
	'assessment-draw',
	'assessment-exercise',
	'assessment-key',
	'assessment-lengths',
	'assessment-pool',
	'competency-unknown',
	'course-cycle',
	'course-file-missing',
	'course-pass',
	'course-unknown',
	'course-validity',
	'holiday-duplicate',
	'key-reserved',
	'lesson-unknown',
	'list-duplicate',
	'path-cycle',
	'path-from',
	'rule-unsatisfiable',
	'source-missing',
	'translation-answers',
	'translation-clauses',
	'translation-exercises',
	'translation-front-matter',
	'translation-head',
	'translation-headings',
	'translation-links',
	'translation-missing',
	'translation-scene',
	'translation-turns'
] as const;
export type ProblemCode = (typeof problemCodes)[number];

export interface Problem {
	/** Path inside the content folder. */
	file: string;
	line: number;
	column: number;
	/** A warning does not stop publishing. */
	severity: 'error' | 'warning';
	code: ProblemCode;
	/** What is wrong, a sentence. */
	says: string;
	/** What to do about it, a sentence. */
	fix: string;
}

/** Where something stands, counted as in a Problem. */
export interface Place {
	line: number;
	column: number;
}

/** By file, then place; the same problem twice is told once. */
export function sortProblems(problems: Problem[]): Problem[] {
	const seen = new Set<string>();
	return problems
		.filter((problem) => {
			const name = JSON.stringify([problem.file, problem.line, problem.column, problem.code, problem.says]);
			return !seen.has(name) && seen.add(name);
		})
		.sort(
			(a, b) =>
				(a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
				a.line - b.line ||
				a.column - b.column ||
				(a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
		);
}

/** `file:line:column  what is wrong — what to do`; with the file's text also the lines around the place, marked. */
export function printProblem(problem: Problem, text: string | null = null, colour = false): string {
	const paint = (code: number, said: string) => (colour ? `\u001b[${code}m${said}\u001b[0m` : said);
	const place = `${problem.file}:${problem.line}:${problem.column}`;
	const severity = problem.severity === 'warning' ? paint(33, 'warning: ') : '';
	const line = `${paint(1, printable(place))}  ${severity}${printable(problem.says)} — ${printable(problem.fix)}`;
	const frame = text === null ? '' : codeFrame(problem, text, paint);
	return frame === '' ? line : `${line}\n${frame}`;
}

/** All of them, a paragraph each when their files' texts are given. */
export function printProblems(
	problems: Problem[],
	textOf: (file: string) => string | null = () => null,
	colour = false
): string {
	const printed = problems.map((problem) => printProblem(problem, textOf(problem.file), colour));
	return printed.join(printed.some((one) => one.includes('\n')) ? '\n\n' : '\n');
}

function codeFrame(problem: Problem, text: string, paint: (code: number, said: string) => string): string {
	const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
	if (problem.line > lines.length) return '';
	const width = String(problem.line + 1).length;
	const shown: string[] = [];
	for (let at = Math.max(1, problem.line - 2); at <= Math.min(lines.length, problem.line + 1); at++) {
		const said = lines[at - 1]!;
		// A long line is shown from a little before the place.
		const points = [...said];
		const from = at === problem.line && problem.column > 100 ? problem.column - 60 : 0;
		const part = points.slice(from, from + 120).join('');
		const rest = points.length > from + 120 ? '…' : '';
		shown.push(
			`${paint(2, `${String(at).padStart(width)} |`)} ${from > 0 ? '…' : ''}${printable(part).replaceAll('\t', ' ')}${rest}`
		);
		if (at === problem.line) {
			const before = points.slice(from, problem.column - 1).join('');
			const cells = before.replace(/\p{Mn}/gu, '').length + (from > 0 ? 1 : 0);
			shown.push(`${' '.repeat(width)} ${paint(2, '|')} ${' '.repeat(cells)}${paint(31, '^')}`);
		}
	}
	return shown.join('\n');
}

/** Control characters of a file must not steer the terminal. */
function printable(text: string): string {
	// eslint-disable-next-line no-control-regex
	return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\uFFFD');
}
