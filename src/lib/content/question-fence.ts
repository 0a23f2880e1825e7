/** A question as one file writes it, in one language. Pairing with its translations comes later. */
import type { Token } from 'markdown-it';
import type { QuestionKind } from '../core/questions/question.ts';
import { comparable } from '../core/questions/text.ts';
import { attributeOf, checkAttributes, clausePattern, clauseRule, listAttribute, yesNo, type Fence } from './fences.ts';
import { isComment, type Block, type Markdown } from './markdown.ts';
import type { Place } from './problem.ts';
import type { Source } from './source.ts';
import { keyPattern, keyRule, type Placed } from './yaml-shape.ts';

export interface WrittenOption {
	text: string;
	right: boolean;
	feedback: string | null;
	at: Place;
}
export interface WrittenRow {
	/** Null: an extra answer on the right. */
	left: string | null;
	right: string;
	at: Place;
}
export interface WrittenAnswer {
	text: string;
	almost: boolean;
	at: Place;
}
export interface WrittenQuestion {
	kind: QuestionKind;
	points: number;
	shuffle: boolean;
	optional: boolean;
	standard: Placed<string>[];
	tags: string[];
	rubric: string | null;
	rubricAt: Place | null;
	prompt: string;
	/** single, multiple, ordering */
	options: WrittenOption[];
	/** matching */
	columns: [string, string] | null;
	rows: WrittenRow[];
	/** text */
	accepted: WrittenAnswer[];
	number: { value: number; tolerance: number; unit: string | null } | null;
	explanation: string | null;
	/** Where the answers begin; the head when there are none. */
	answersAt: Place;
	explanationAt: Place | null;
}

const questionKinds = ['single', 'multiple', 'ordering', 'matching', 'text', 'number', 'open'] as const;
const settings = ['points', 'tags', 'kind', 'shuffle', 'standard', 'rubric', 'optional'];
const answerLine = /^( {0,3})([=≈])(?:\s+(.*?))?\s*$/u;
const box = /^\[([ xX])\](?:\s+|$)/;
/** What people type instead: no space, two spaces, a Cyrillic х, a tick. */
const almostBox = /^\[(?: *[xXхХ✓✔*v-] *| *)\]/u;
const number = /^([-−+]?\d+(?:[.,]\d+)?)(?:\s*±\s*(\d+(?:[.,]\d+)?))?(?:\s*([%‰°\p{Sc}].*)|\s+(\p{L}.*))?$/u;

/** Null when something is wrong that leaves no question; what is wrong is told to the source. */
export function readQuestion(source: Source, fence: Fence, body: Markdown): WrittenQuestion | null {
	const told = source.problems.length;
	checkAttributes(source, fence, settings);
	const head = readSettings(source, fence);
	const first = fence.start + 1;
	const last = fence.end - 1;
	if (source.lines.slice(first, last).every((line) => line.trim() === '')) {
		source.error(fence.at, 'fence-empty', 'The question is empty.', 'Write what is asked and its answers.');
		return null;
	}
	checkBody(source, body, first, last);

	const blocks = body.blocks.filter((block) => !isComment(block) && block.tokens[0]!.type !== 'footnote_open');
	const explanation = takeExplanation(source, blocks);
	// A line of “=” under a text makes a heading of what was meant as an answer.
	const answer = body.headings.length > 0 ? null : findAnswer(source, fence, blocks, head.kind);
	if (!answer) return null;
	const { block, start } = answer;

	const promptEnd = block ? start : explanation ? explanation.block.start : last;
	const prompt = source.lines
		.slice(first, promptEnd)
		.map((line) => line.replace(/^\\(?=≈)/u, ''))
		.join('\n')
		.replace(/^(?:[ \t]*\n)+/, '')
		.trimEnd();
	if (prompt.trim() === '') {
		source.error(
			fence.at,
			'question-no-prompt',
			'Nothing is asked before the answers.',
			'Write the question above them.'
		);
	}
	const question: WrittenQuestion = {
		kind: answer.kind,
		points: head.points,
		shuffle: head.shuffle ?? true,
		optional: head.optional,
		standard: head.standard,
		tags: head.tags,
		rubric: head.rubric,
		rubricAt: fence.attributes.get('rubric')?.at ?? null,
		prompt,
		options: [],
		columns: null,
		rows: [],
		accepted: [],
		number: null,
		explanation: explanation ? quoteText(source, explanation.block) : null,
		answersAt: block ? placeOfLine(source, start) : fence.at,
		explanationAt: explanation ? placeOfLine(source, explanation.block.start) : null
	};
	if (question.explanation === '') {
		source.error(
			question.explanationAt!,
			'option-feedback',
			'The explanation is empty.',
			'Write it, or delete the “>”.'
		);
	}
	switch (answer.kind) {
		case 'single':
		case 'multiple':
		case 'ordering': {
			const options = readOptions(source, block!, answer.kind !== 'ordering');
			// Where one could not be read, counting would tell what is not so.
			if (options.length < itemsOf(block!).length) return null;
			question.options = options;
			if (options.length < 2) {
				source.error(
					question.answersAt,
					'option-count',
					'There are fewer than two options to choose from.',
					'Write at least two.'
				);
			}
			if (answer.kind !== 'ordering') question.kind = checkChoice(source, fence, options, head.kind);
			break;
		}
		case 'matching':
			readMatching(source, block!, question);
			break;
		case 'text':
		case 'number':
			readAnswers(source, start, block!.end, question, head.kind);
			break;
		case 'open':
			break;
	}
	checkSettingsOfKind(source, fence, question);
	return source.problems.slice(told).some(({ severity }) => severity === 'error') ? null : question;
}

function readSettings(source: Source, fence: Fence) {
	const points = fence.attributes.get('points');
	let worth = 1;
	if (points) {
		if (/^[1-9]\d?$|^100$/.test(points.value)) worth = Number(points.value);
		else {
			source.error(
				points.at,
				'fence-attribute',
				`\`points\` cannot be “${points.value.slice(0, 40)}”.`,
				'Write a whole number from 1 to 100.'
			);
		}
	}
	const shuffle = attributeOf(source, fence, 'shuffle', yesNo);
	const rubric = fence.attributes.get('rubric');
	if (rubric && !keyPattern.test(rubric.value)) {
		source.error(rubric.at, 'fence-attribute', `“${rubric.value.slice(0, 80)}” cannot be a scorecard.`, keyRule);
	}
	return {
		kind: attributeOf(source, fence, 'kind', questionKinds) ?? null,
		points: worth,
		shuffle: shuffle ? shuffle.value === 'yes' : null,
		optional: attributeOf(source, fence, 'optional', yesNo)?.value === 'yes',
		standard: listAttribute(source, fence, 'standard', clausePattern, clauseRule),
		tags: listAttribute(source, fence, 'tags', keyPattern, keyRule).map(({ value }) => value),
		rubric: rubric?.value ?? null
	};
}

/** What must not stand anywhere in a question. */
function checkBody(source: Source, body: Markdown, first: number, last: number): void {
	for (const heading of body.headings) {
		source.error(
			heading.at,
			'question-heading',
			'A question has no headings.',
			'Write it as an ordinary line; **bold** if it matters. A line of “=” or “-” under a text makes it a heading too.'
		);
	}
	for (const { at } of body.callouts) {
		source.error(
			at,
			'question-quote',
			'A question has no callouts.',
			'Put it above the question, or write it as plain text.'
		);
	}
	for (const { at } of [...body.footnotes.used, ...body.footnotes.defined]) {
		source.error(
			at,
			'footnote-missing',
			'Footnotes do not work inside a question.',
			'Write the remark into the sentence.'
		);
	}
	if (body.references.size > 0) {
		const line = source.lines.findIndex((text, at) => at >= first && at < last && /^ {0,3}\[[^\]]+\]:/.test(text));
		source.error(
			placeOfLine(source, Math.max(first, line)),
			'link-address',
			'A question cannot hold addresses by reference.',
			'Write the address into the link itself: [text](address).'
		);
	}
}

function placeOfLine(source: Source, line: number): Place {
	return source.place(line, Math.max(0, (source.lines[line] ?? '').search(/\S/)));
}

/** Takes the last unindented quote off the blocks; any other one is an error. */
function takeExplanation(source: Source, blocks: Block[]): { block: Block } | null {
	const last = blocks.at(-1);
	const found = last?.type === 'quote' ? { block: blocks.pop()! } : null;
	for (let at = blocks.length - 1; at >= 0; at--) {
		const block = blocks[at]!;
		if (block.type !== 'quote') continue;
		const afterOption = blocks[at - 1]?.type === 'bullet-list' && blocks[at - 1]!.end >= block.start;
		source.error(
			placeOfLine(source, block.start),
			'question-quote',
			afterOption
				? 'This quote is not indented, so it belongs to no option.'
				: 'Only one quote may stand unindented, last in the question: it is the explanation.',
			afterOption
				? 'Indent it by two spaces to make it the feedback of the option above.'
				: 'Write the text without “>”, for example in quotation marks.'
		);
		blocks.splice(at, 1);
	}
	return found;
}

interface Answer {
	kind: QuestionKind;
	block: Block | null;
	/** Its first line. */
	start: number;
}

function findAnswer(source: Source, fence: Fence, blocks: Block[], wanted: Placed<QuestionKind> | null): Answer | null {
	const choices = blocks.filter((block) => block.type === 'bullet-list' && boxesOf(block).some((one) => one));
	const lines = blocks.flatMap((block) => {
		if (block.type !== 'paragraph') return [];
		const start = answerStart(source, block);
		return start === null ? [] : [{ block, start }];
	});
	const tellKind = (is: string) => {
		if (!wanted) return;
		source.error(
			wanted.at,
			'question-kind',
			`\`kind=${wanted.value}\`, but the answers are written as ${is}.`,
			`${howWritten[wanted.value]} Or leave \`kind\` out.`
		);
	};

	if (choices.length > 0 && lines.length > 0) {
		source.error(
			placeOfLine(source, Math.max(choices[0]!.start, lines[0]!.start)),
			'question-kind',
			'Options with boxes and lines with “=” do not go together.',
			'Keep one of the two; begin an ordinary line with \\= .'
		);
		return null;
	}
	const strong = choices[0] ?? lines[0]?.block;
	if (strong) {
		if (choices.length > 1) {
			source.error(
				placeOfLine(source, choices[1]!.start),
				'option-list',
				'Here a second list of options begins.',
				'Keep all options in one list: the same sign (-) before each, nothing but their feedback between them.'
			);
			return null;
		}
		if (lines.length > 1 || (choices.length === 0 && !onlyAnswers(source, lines[0]!))) {
			const line = lines[1]?.start ?? textAmong(source, lines[0]!);
			source.error(
				placeOfLine(source, line),
				'question-text-after',
				'The accepted answers are interrupted here.',
				'Write them one below the other at the end, each with “= ” or “≈ ” before it; only the explanation comes after them.'
			);
			return null;
		}
		const after = blocks[blocks.indexOf(strong) + 1];
		if (after) {
			source.error(
				placeOfLine(source, after.start),
				'question-text-after',
				'After the answers only the explanation may follow.',
				'Move this text above the answers, or make it the explanation with “> ” before each line.'
			);
			return null;
		}
		const kind = choices.length > 0 ? 'single' : 'text';
		const fits = kind === 'single' ? ['single', 'multiple'] : ['text', 'number'];
		if (wanted && !fits.includes(wanted.value)) {
			tellKind(kind === 'single' ? 'options with boxes' : 'lines with “=”');
			return null;
		}
		return { kind, block: strong, start: lines[0]?.start ?? strong.start };
	}

	for (const block of blocks) if (tellAlmostOptions(source, block)) return null;
	if (wanted?.value === 'open') return { kind: 'open', block: null, start: fence.end - 1 };
	const at = blocks.findLastIndex((block) => block.type === 'ordered-list' || block.type === 'table');
	const weak = blocks[at];
	if (weak && at < blocks.length - 1) {
		source.error(
			placeOfLine(source, blocks[at + 1]!.start),
			'question-text-after',
			'After the answers only the explanation may follow.',
			'Move this text above the answers, or make it the explanation with “> ” before each line.'
		);
		return null;
	}
	if (weak) {
		const kind = weak.type === 'table' ? 'matching' : 'ordering';
		if (wanted && wanted.value !== kind) {
			tellKind(kind === 'matching' ? 'a table' : 'a numbered list');
			return null;
		}
		return { kind, block: weak, start: weak.start };
	}
	source.error(
		fence.at,
		'question-no-answer',
		'The question has no answers.',
		wanted
			? howWritten[wanted.value]
			: 'Write options (“- [ ] …” and “- [x] …”), a numbered list, a table of pairs, or lines “= answer”; or set kind=open.'
	);
	return null;
}

const howWritten: Record<QuestionKind, string> = {
	single: 'Write options: “- [ ] …”, and one “- [x] …”.',
	multiple: 'Write options: “- [ ] …” and “- [x] …”.',
	ordering: 'Write a numbered list in the right order.',
	matching: 'Write a table of two columns, each row a right pair.',
	text: 'Write lines “= answer”.',
	number: 'Write one line “= 12 ± 1”.',
	open: 'Write only what is asked; a mentor marks the answer.'
};

/** For each item of a list whether it begins with a box. */
function boxesOf(block: Block): boolean[] {
	return itemsOf(block).map((item) => box.test(item.tokens.find((token) => token.type === 'inline')?.content ?? ''));
}

/** The line of the first accepted answer in a paragraph. */
function answerStart(source: Source, block: Block): number | null {
	for (let line = block.start; line < block.end; line++) {
		if (/^ {0,3}[=≈]/u.test(source.lines[line] ?? '')) return line;
	}
	return null;
}
function onlyAnswers(source: Source, { block, start }: { block: Block; start: number }): boolean {
	return textAmong(source, { block, start }) === block.end;
}
function textAmong(source: Source, { block, start }: { block: Block; start: number }): number {
	let line = start;
	while (line < block.end && /^ {0,3}[=≈]/u.test(source.lines[line]!)) line++;
	return line;
}

/** Lines that were surely meant as options. */
function tellAlmostOptions(source: Source, block: Block): boolean {
	if (block.type === 'fence' || block.type === 'table') return false;
	for (let line = block.start; line < block.end; line++) {
		const written = source.lines[line] ?? '';
		const found = /^\s*(?:[-*+–—•]|\d+[.)])?\s*(\[)/u.exec(written);
		if (!found) continue;
		const from = found[0].length - 1;
		if (!almostBox.test(written.slice(from)) || /^\[[^\]]*\]\(/.test(written.slice(from))) continue;
		source.error(source.place(line, from), 'option-shape', notAnOption, likeAnOption);
		return true;
	}
	return false;
}

const notAnOption = 'This looks like an option, but it is not written as one.';
const likeAnOption =
	'Write “- [ ] ” before a wrong one and “- [x] ” before a right one: hyphen, space, box with one space or a Latin x, space.';

interface ListItem {
	start: number;
	end: number;
	tokens: Token[];
}
/** The items of a list block, without those of lists inside them. */
function itemsOf(block: Block): ListItem[] {
	const list = block.tokens[0]!;
	const shift = block.start - list.map![0];
	const items: ListItem[] = [];
	for (const token of block.tokens) {
		if (token.type === 'list_item_open' && token.level === list.level + 1) {
			items.push({ start: token.map![0] + shift, end: token.map![1] + shift, tokens: [] });
		}
		items.at(-1)?.tokens.push(token);
	}
	return items;
}

function readOptions(source: Source, block: Block, boxes: boolean): WrittenOption[] {
	const shift = block.start - block.tokens[0]!.map![0];
	const options = new Map<string, WrittenOption>();
	for (const item of itemsOf(block)) {
		const at = placeOfLine(source, item.start);
		// The direct children of the item, each by its opening token.
		const level = item.tokens[0]!.level + 1;
		const children = item.tokens.filter(
			(token) =>
				token.level === level &&
				token.nesting >= 0 &&
				!(token.type === 'html_block' && /^\s*<!--[^]*-->\s*$/.test(token.content))
		);
		const paragraph =
			children[0]?.type === 'paragraph_open' ? item.tokens[item.tokens.indexOf(children[0]) + 1] : undefined;
		if (!paragraph || paragraph.content.trim() === '') {
			source.error(at, 'option-empty', 'This option has no text.', 'Write it after the sign, in the same line.');
			continue;
		}
		const quotes = children.slice(1).filter((token) => token.type === 'blockquote_open');
		const other = children.slice(1).find((token) => token.type !== 'blockquote_open');
		if (other) {
			source.error(
				placeOfLine(source, other.map![0] + shift),
				'option-shape',
				'An option is one paragraph, and this is more.',
				'Join it to the first paragraph; feedback is a quote (“> ”) indented by two spaces.'
			);
			continue;
		}
		if (quotes.length > 1 || (quotes.length > 0 && !boxes)) {
			source.error(
				placeOfLine(source, quotes[boxes ? 1 : 0]!.map![0] + shift),
				'option-feedback',
				boxes ? 'This option has two feedbacks.' : 'The entries of an ordering have no feedback of their own.',
				boxes ? 'Join the two quotes.' : 'Put it into the explanation: a quote after the list, not indented.'
			);
			continue;
		}
		const checked = box.exec(paragraph.content);
		if (boxes && !checked && almostBox.test(paragraph.content)) {
			source.error(
				source.place(item.start, source.lines[item.start]!.indexOf('[')),
				'option-shape',
				notAnOption,
				likeAnOption
			);
			continue;
		}
		if (boxes && !checked) {
			source.error(
				at,
				'option-box',
				'This option has no box.',
				'Write “- [ ] ” before a wrong option and “- [x] ” (a Latin x) before a right one.'
			);
			continue;
		}
		const text = checked ? paragraph.content.slice(checked[0].length) : paragraph.content;
		if (text.trim() === '') {
			source.error(at, 'option-empty', 'This option has no text.', 'Write it after the box.');
			continue;
		}
		const inner = /(?:^|\n)[=≈]\s/u.exec(text);
		if (inner) {
			source.error(
				at,
				'option-shape',
				'A line of this option begins like an accepted answer.',
				'Begin the line with \\= , or join it to the line before.'
			);
			continue;
		}
		const quote = quotes[0];
		const feedback = quote ? quoteText(source, { start: quote.map![0] + shift, end: quote.map![1] + shift }) : null;
		if (feedback === '') {
			source.error(
				placeOfLine(source, quote!.map![0] + shift),
				'option-feedback',
				'The feedback is empty.',
				'Write it, or delete the “>”.'
			);
			continue;
		}
		const same = options.get(text);
		if (same) {
			source.error(at, 'option-duplicate', `The same text stands in line ${same.at.line}.`, 'Change one of the two.');
			continue;
		}
		options.set(text, { text, right: checked?.[1]?.toLowerCase() === 'x', feedback, at });
	}
	return [...options.values()];
}

/** The Markdown inside a quote. */
function quoteText(source: Source, { start, end }: { start: number; end: number }): string {
	return source.lines
		.slice(start, end)
		.map((line) => line.replace(/^\s*>[ \t]?/, ''))
		.join('\n')
		.trim();
}

function checkChoice(
	source: Source,
	fence: Fence,
	options: WrittenOption[],
	wanted: Placed<QuestionKind> | null
): 'single' | 'multiple' {
	const right = options.filter((option) => option.right);
	if (right.length === 0) {
		source.error(
			fence.at,
			'option-right',
			'No option is marked as right.',
			'Put an x into the box of the right one: [x].'
		);
	}
	if (wanted?.value === 'single' && right.length > 1) {
		source.error(
			right[1]!.at,
			'option-right',
			`\`kind=single\`, but ${right.length} options are marked as right.`,
			'Mark one, or leave `kind=single` out.'
		);
	}
	return wanted?.value === 'multiple' || right.length > 1 ? 'multiple' : 'single';
}

function readMatching(source: Source, block: Block, question: WrittenQuestion): void {
	const rows = rowsOf(source, block);
	for (const row of rows) {
		if (row.count === 2) continue;
		source.error(
			placeOfLine(source, row.line),
			'matching-cells',
			`This row has ${row.count} ${row.count === 1 ? 'cell' : 'cells'}; a matching has two.`,
			'Write | left | right |; a bar inside a cell is written \\| .'
		);
		return;
	}
	const [head, ...pairs] = rows;
	for (const row of rows) {
		const [left, right] = row.cells;
		if (right !== '' && (left !== '' || row !== head)) continue;
		source.error(
			placeOfLine(source, row.line),
			'matching-cells',
			row === head ? 'A column of the matching has no title.' : 'The right cell of this row is empty.',
			row === head
				? 'Write what stands in each column into the first row.'
				: 'Write its answer; only the left cell may be empty, for an extra answer that fits nothing.'
		);
	}
	question.columns = [head!.cells[0]!, head!.cells[1]!];
	question.rows = pairs.map((row) => ({
		left: row.cells[0] === '' ? null : row.cells[0]!,
		right: row.cells[1]!,
		at: placeOfLine(source, row.line)
	}));
	if (question.rows.filter((row) => row.left !== null).length < 2) {
		source.error(
			question.answersAt,
			'matching-count',
			'There are fewer than two pairs to match.',
			'Write at least two rows with both cells.'
		);
	}
}

/** The rows of a table with their cells; `count` is how many cells are written, which may differ from the header's. */
function rowsOf(source: Source, block: Block): { line: number; count: number; cells: string[] }[] {
	const shift = block.start - block.tokens[0]!.map![0];
	const rows: { line: number; count: number; cells: string[] }[] = [];
	for (const token of block.tokens) {
		if (token.type === 'tr_open') {
			const line = token.map![0] + shift;
			const written = source.lines[line]!.trim()
				.replace(/^\|/, '')
				.replace(/(?<!\\)\|$/, '');
			rows.push({ line, count: written.split(/(?<!\\)\|/).length, cells: [] });
		} else if (token.type === 'inline') rows.at(-1)!.cells.push(token.content.trim());
	}
	return rows;
}

function readAnswers(
	source: Source,
	start: number,
	end: number,
	question: WrittenQuestion,
	wanted: Placed<QuestionKind> | null
): void {
	const byComparison = new Map<string, WrittenAnswer>();
	for (let line = start; line < end; line++) {
		const at = placeOfLine(source, line);
		const [, indent, sign, text] = answerLine.exec(source.lines[line]!) ?? [];
		if (!sign || !text || indent !== '') {
			source.error(
				at,
				'answer-shape',
				indent ? 'An accepted answer is indented.' : 'An accepted answer has a sign, a space and its text.',
				'Write “= answer” from column 1; begin an ordinary line with \\= .'
			);
			continue;
		}
		const almost = sign === '≈';
		if (almost && (text.match(/\p{L}/gu)?.length ?? 0) < 5) {
			source.error(
				at,
				'answer-short',
				'“≈” forgives a typing error only in answers of five letters or more.',
				'Write “=” before a short answer, and a line for each spelling that you accept.'
			);
			continue;
		}
		const said = comparable(text);
		const same = byComparison.get(said);
		if (same) {
			source.error(
				at,
				'answer-duplicate',
				`The same answer is accepted in line ${same.at.line}.`,
				'Delete one of the two.'
			);
			continue;
		}
		byComparison.set(said, { text, almost, at });
	}
	const answers = [...byComparison.values()];
	const [only] = answers;
	const found =
		only && answers.length === 1 && !only.almost && wanted?.value !== 'text' ? number.exec(only.text) : null;
	if (found) {
		question.kind = 'number';
		question.number = {
			value: numberOf(found[1]!),
			tolerance: found[2] ? numberOf(found[2]) : 0,
			unit: (found[3] ?? found[4])?.trim() ?? null
		};
		return;
	}
	question.kind = 'text';
	question.accepted = answers;
	if (wanted?.value === 'number') {
		source.error(
			answers[1]?.at ?? only?.at ?? question.answersAt,
			'answer-number',
			answers.length > 1 ? '`kind=number` has one accepted answer.' : 'This is not a number.',
			'Write one line “= 12”, “= 12 ± 1” or “= 12 ± 1 minutes”, without spaces inside the number.'
		);
	} else if (
		!wanted &&
		only &&
		answers.length === 1 &&
		/^[-−+]?\d[\d.,]*\s*(?:±|\d)/u.test(only.text) &&
		!/\p{L}/u.test(only.text)
	) {
		source.error(
			only.at,
			'answer-number',
			'This looks like a number, but cannot be read as one.',
			'Write “= 12.5 ± 1”, without spaces inside the number; set kind=text to compare it as text.'
		);
	}
}

function numberOf(written: string): number {
	const value = Number(written.replace(',', '.').replace('−', '-'));
	// Minus nought is nought.
	return value === 0 ? 0 : value;
}

function checkSettingsOfKind(source: Source, fence: Fence, question: WrittenQuestion): void {
	const { kind } = question;
	const shuffle = fence.attributes.get('shuffle');
	if (shuffle && kind !== 'single' && kind !== 'multiple') {
		source.error(
			shuffle.nameAt,
			'question-kind',
			kind === 'ordering' || kind === 'matching'
				? 'The order is the answer here, so it is always shuffled.'
				: 'There is nothing to shuffle in this question.',
			'Leave `shuffle` out.'
		);
	}
	const rubric = fence.attributes.get('rubric');
	if (rubric && kind !== 'open') {
		source.error(
			rubric.nameAt,
			'question-kind',
			'Only an open question has a rubric.',
			'Leave `rubric` out, or set kind=open.'
		);
	}
	if (kind === 'open' && !rubric) {
		source.error(
			fence.attributes.get('kind')?.nameAt ?? fence.at,
			'question-kind',
			'An open question needs the scorecard it is marked on.',
			'Add rubric=scorecard.'
		);
	}
}
