/** One page of the handbook in one language: clauses, letter templates, and the text around them. */
import { checkAttributes, readFences, type Fence } from './fences.ts';
import { findFrontMatter } from './front-matter.ts';
import { plainText, readMarkdown, type Heading, type Markdown } from './markdown.ts';
import type { Place, Problem } from './problem.ts';
import { checkCallouts } from './rules/callout-is-known.ts';
import { checkFootnotes } from './rules/footnotes-match.ts';
import { checkHeadings, headingIds } from './rules/headings-in-order.ts';
import { readLinks, type LinkUse } from './rules/link-leads-somewhere.ts';
import { checkRawHtml } from './rules/no-raw-html.ts';
import { readPictures, type PictureUse } from './rules/picture-has-text.ts';
import type { Source } from './source.ts';
import { TextCutter } from './text-pieces.ts';
import { keyPattern, keyRule, needed, readYaml, record, text, wholeNumber } from './yaml-shape.ts';
import type { HandbookPiece } from '../core/academy.ts';

export interface WrittenClause {
	key: string;
	title: string;
	/** Markdown up to the next heading of its level. */
	text: string;
	plain: string;
	at: Place;
}
export interface HandbookFile {
	file: string;
	page: string;
	locale: string;
	/** Null when it could not be read. */
	front: { title: string; summary: string; order: number; places: Record<string, Place | undefined> } | null;
	pieces: HandbookPiece[];
	clauses: WrittenClause[];
	letters: { key: string; at: Place }[];
	headings: { level: number; at: Place }[];
	links: LinkUse[];
	pictures: PictureUse[];
	words: number;
	bodyAt: Place;
	problems: Problem[];
}

const front = record({ title: needed(text), summary: needed(text), order: needed(wholeNumber(0, 10_000)) });

export function readHandbookPage(
	source: Source,
	page: string,
	locale: string,
	locales: readonly string[]
): HandbookFile {
	const matter = findFrontMatter(source);
	const body = matter?.body ?? 0;
	const file: HandbookFile = {
		file: source.file,
		page,
		locale,
		front: (matter && readYaml(front, source, null, matter)) ?? null,
		pieces: [],
		clauses: [],
		letters: [],
		headings: [],
		links: [],
		pictures: [],
		words: 0,
		bodyAt: source.place(Math.min(body, source.lines.length - 1), 0),
		problems: source.problems
	};
	if (!matter) return file;

	const markdown = readMarkdown(source, body, source.lines.length);
	const fences = readFences(source, markdown, 'handbook');
	checkRawHtml(source, markdown);
	checkHeadings(source, markdown);
	checkCallouts(source, markdown);
	checkFootnotes(source, markdown);
	const clauses = readClauseHeadings(source, markdown);
	const nameHeading = headingIds(clauses.map(({ key }) => key));
	const anchors = new Set(clauses.map(({ key }) => key));
	const clauseHeadings = new Set(clauses.map(({ heading }) => heading));
	for (const heading of markdown.headings) {
		if (!clauseHeadings.has(heading)) anchors.add(nameHeading(heading.text));
	}
	file.headings = markdown.headings;
	file.links = readLinks(source, markdown, anchors);
	file.pictures = readPictures(source, markdown, '../', locales);
	file.words = markdown.words;
	cutPage(source, markdown, file, body, clauses, fences);
	return file;
}

interface ClauseHeading {
	key: string;
	title: string;
	heading: Heading;
	/** The first line of its text. */
	textStart: number;
	/** The next heading of its level or above, or the end of the page. */
	end: number;
}

function readClauseHeadings(source: Source, markdown: Markdown): ClauseHeading[] {
	const clauses = new Map<string, ClauseHeading>();
	const ends = new Map(markdown.blocks.map((block) => [block.start, block.end]));
	/** Clauses whose end is still to come: the last one. */
	let open: ClauseHeading | null = null;
	for (const heading of markdown.headings) {
		if (heading.top && heading.level <= 2 && open) {
			open.end = heading.line;
			open = null;
		}
		if (heading.code === null) continue;
		const refuse = (says: string, fix: string) => source.error(heading.at, 'clause-heading', says, fix);
		const first = clauses.get(heading.code);
		if (heading.level !== 2 || !heading.top) {
			refuse(
				'A heading that begins with code is a clause, and clauses are headings of level 2.',
				'Write “## `key` Title” in column 1, or begin an ordinary heading with a word.'
			);
		} else if (!keyPattern.test(heading.code)) {
			refuse(`“${heading.code.slice(0, 80)}” cannot be the key of a clause.`, keyRule);
		} else if (heading.rest === '') {
			refuse(`The clause \`${heading.code}\` has no title.`, 'Write it after the key, in the same line.');
		} else if (first) {
			source.error(
				heading.at,
				'clause-duplicate',
				`The clause \`${heading.code}\` is already in line ${first.heading.line + 1}.`,
				'Give one of them another key.'
			);
		} else {
			open = {
				key: heading.code,
				title: heading.rest,
				heading,
				textStart: ends.get(heading.line) ?? heading.line + 1,
				end: source.lines.length
			};
			clauses.set(heading.code, open);
		}
	}
	return [...clauses.values()];
}

/** Clauses and letters in the order of the page, with the text between them. A letter ends the clause it stands in. */
function cutPage(
	source: Source,
	markdown: Markdown,
	file: HandbookFile,
	body: number,
	clauses: ClauseHeading[],
	fences: Fence[]
): void {
	const cutter = new TextCutter(source, markdown);
	let line = body;
	const addText = (end: number) => {
		const part = cutter.cut(line, end);
		if (part !== '') file.pieces.push({ kind: 'text', text: part });
	};
	const parts = [
		...clauses.map((clause) => ({ at: clause.heading.line, clause, fence: null })),
		...fences.map((fence) => ({ at: fence.start, clause: null, fence }))
	].sort((a, b) => a.at - b.at);
	for (const [i, { at, clause, fence }] of parts.entries()) {
		addText(at);
		if (fence) {
			file.letters.push({ key: fence.key, at: fence.keyAt });
			file.pieces.push({ kind: 'letter', key: fence.key, text: readLetter(source, fence) });
			line = fence.end;
			continue;
		}
		line = Math.min(clause.end, parts[i + 1]?.at ?? clause.end);
		const part = cutter.cut(clause.textStart, line);
		if (part === '') {
			source.error(
				clause.heading.at,
				'clause-empty',
				`The clause \`${clause.key}\` says nothing.`,
				'Write its text below the heading.'
			);
		}
		const id = `${file.page}.${clause.key}`;
		file.pieces.push({ kind: 'clause', id, key: clause.key, title: clause.title, text: part });
		file.clauses.push({
			key: clause.key,
			title: clause.title,
			text: part,
			plain: plainText(source, clause.textStart, clause.end),
			at: clause.heading.at
		});
	}
	addText(source.lines.length);
}

/** A letter is shown as it is written: braces, signs and line ends. */
function readLetter(source: Source, fence: Fence): string {
	checkAttributes(source, fence, []);
	const letter = source.lines
		.slice(fence.start + 1, fence.end - 1)
		.join('\n')
		.replace(/^(?:[ \t]*\n)+/, '')
		.trimEnd();
	if (letter === '') {
		source.error(fence.at, 'fence-empty', 'The letter is empty.', 'Write its text between the lines of backticks.');
	}
	return letter;
}
