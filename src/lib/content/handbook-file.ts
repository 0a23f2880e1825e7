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
import { cutText } from './text-pieces.ts';
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
	for (const heading of markdown.headings) {
		if (!clauses.some((clause) => clause.heading === heading)) anchors.add(nameHeading(heading.text));
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
	const clauses: ClauseHeading[] = [];
	for (const heading of markdown.headings) {
		if (heading.code === null) continue;
		const refuse = (says: string, fix: string) => source.error(heading.at, 'clause-heading', says, fix);
		if (heading.level !== 2 || !heading.top) {
			refuse(
				'A heading that begins with code is a clause, and clauses are headings of level 2.',
				'Write “## `key` Title” in column 1, or begin an ordinary heading with a word.'
			);
		} else if (!keyPattern.test(heading.code)) {
			refuse(`“${heading.code.slice(0, 80)}” cannot be the key of a clause.`, keyRule);
		} else if (heading.rest === '') {
			refuse(`The clause \`${heading.code}\` has no title.`, 'Write it after the key, in the same line.');
		} else {
			const first = clauses.find(({ key }) => key === heading.code);
			if (first) {
				source.error(
					heading.at,
					'clause-duplicate',
					`The clause \`${heading.code}\` is already in line ${first.heading.line + 1}.`,
					'Give one of them another key.'
				);
				continue;
			}
			const end = markdown.headings.find((next) => next.line > heading.line && next.top && next.level <= 2)?.line;
			clauses.push({
				key: heading.code,
				title: heading.rest,
				heading,
				textStart: markdown.blocks.find((block) => block.start === heading.line)?.end ?? heading.line + 1,
				end: end ?? source.lines.length
			});
		}
	}
	return clauses;
}

function cutPage(
	source: Source,
	markdown: Markdown,
	file: HandbookFile,
	body: number,
	clauses: ClauseHeading[],
	fences: Fence[]
): void {
	let line = body;
	const addText = (end: number) => {
		const part = cutText(source, markdown, line, end);
		if (part !== '') file.pieces.push({ kind: 'text', text: part });
		line = end;
	};
	const addLetters = (end: number) => {
		for (const fence of fences) {
			if (fence.start < line || fence.start >= end) continue;
			addText(fence.start);
			const letter = readLetter(source, fence);
			file.letters.push({ key: fence.key, at: fence.keyAt });
			file.pieces.push({ kind: 'letter', key: fence.key, text: letter });
			line = fence.end;
		}
	};
	for (const clause of clauses) {
		addLetters(clause.heading.line);
		addText(clause.heading.line);
		const firstLetter = fences.find((fence) => fence.start >= clause.textStart && fence.start < clause.end);
		const end = firstLetter?.start ?? clause.end;
		const part = cutText(source, markdown, clause.textStart, end);
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
		line = end;
	}
	addLetters(source.lines.length);
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
