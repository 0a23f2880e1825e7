/** One lesson in one language: front matter, text, exercises. Knows nothing of other files. */
import { readAccept, type WrittenAccept } from './accept-fence.ts';
import { readCallReview, type WrittenCallReview } from './call-review-fence.ts';
import { readFences, type Fence } from './fences.ts';
import { findFrontMatter } from './front-matter.ts';
import { countWords, readMarkdown, type Markdown } from './markdown.ts';
import type { Place, Problem } from './problem.ts';
import { readQuestion, type WrittenQuestion } from './question-fence.ts';
import { readRecord, type WrittenRecord } from './record-fence.ts';
import { readRolePlay, type WrittenRolePlay } from './role-play-fence.ts';
import { checkCallouts } from './rules/callout-is-known.ts';
import { checkFootnotes } from './rules/footnotes-match.ts';
import { checkHeadings, headingIds } from './rules/headings-in-order.ts';
import { readLinks, type LinkUse } from './rules/link-leads-somewhere.ts';
import { checkRawHtml } from './rules/no-raw-html.ts';
import { readPictures, type PictureUse } from './rules/picture-has-text.ts';
import type { Source } from './source.ts';
import { TextCutter } from './text-pieces.ts';
import {
	duration,
	key,
	listOf,
	mapOf,
	needed,
	oneOf,
	optional,
	pattern,
	placed,
	readYaml,
	record,
	text,
	wholeNumber,
	yesOrNo,
	type Placed,
	type Reader
} from './yaml-shape.ts';
import type { AssessmentRules, ExerciseKind, LessonPiece } from '../core/academy.ts';

export interface WrittenDraw {
	/** Null: from the whole pool. */
	tag: string | null;
	count: number;
	at: Place;
}
export interface LessonFront {
	title: string;
	summary: string;
	minutes: number;
	competencies: Placed<string>[];
	/** Null for an ordinary lesson. */
	assessment: (Omit<AssessmentRules, 'draw'> & { draw: WrittenDraw[] }) | null;
	places: Record<string, Place | undefined>;
}
export interface WrittenExercise {
	key: string;
	kind: ExerciseKind;
	at: Place;
	keyAt: Place;
	/** That of its kind; null when it could not be read. */
	question: WrittenQuestion | null;
	accept: WrittenAccept | null;
	callReview: WrittenCallReview | null;
	rolePlay: WrittenRolePlay | null;
	record: WrittenRecord | null;
	links: LinkUse[];
	pictures: PictureUse[];
}
export interface LessonFile {
	file: string;
	locale: string;
	/** Null when it could not be read. */
	front: LessonFront | null;
	pieces: LessonPiece[];
	exercises: WrittenExercise[];
	headings: { level: number; at: Place }[];
	/** Of the text between the exercises. */
	links: LinkUse[];
	pictures: PictureUse[];
	words: number;
	/** The first line of the text. */
	bodyAt: Place;
	problems: Problem[];
}

/** A count for the whole pool, or a count for each tag. */
const draw: Reader<WrittenDraw[]> = (node, reading, at, name) => {
	const whole = wholeNumber(1, 1000);
	const isMap = node !== null && 'items' in node;
	if (!isMap) {
		const count = placed(whole)(node, reading, at, name);
		return count === undefined ? undefined : [{ tag: null, count: count.value, at: count.at }];
	}
	const tags = mapOf(placed(whole))(node, reading, at, name);
	return tags?.map(({ key: tag, value }) => ({ tag, count: value.value, at: value.at }));
};

const assessmentKeys = ['pass', 'attempts', 'wait', 'time-limit', 'draw', 'shuffle', 'feedback'] as const;
const front = record({
	title: needed(text),
	summary: needed(text),
	minutes: needed(wholeNumber(1, 240)),
	competencies: needed(listOf(placed(key))),
	kind: optional(oneOf('assessment'), null),
	pass: optional(percent(), 0.8),
	attempts: optional(wholeNumber(1, 100), 3),
	wait: optional(duration, null),
	'time-limit': optional(duration, null),
	draw: optional(draw, null),
	shuffle: optional(yesOrNo, true),
	feedback: optional(oneOf('after-submit', 'after-pass', 'never'), 'after-pass' as const)
});

function percent(): Reader<number> {
	return (node, reading, at, name) => {
		const value = pattern(
			(written) => /^\d{1,3}(\.\d+)?$/.test(written) && Number(written) > 0 && Number(written) <= 100,
			'Write percent, a number above 0 and up to 100, without the sign.'
		)(node, reading, at, name);
		return value === undefined ? undefined : Number(value) / 100;
	};
}

export function readLesson(source: Source, locale: string, locales: readonly string[]): LessonFile {
	const matter = findFrontMatter(source);
	const body = matter?.body ?? 0;
	const lesson: LessonFile = {
		file: source.file,
		locale,
		front: matter ? readFront(source, matter) : null,
		pieces: [],
		exercises: [],
		headings: [],
		links: [],
		pictures: [],
		words: 0,
		bodyAt: source.place(Math.min(body, source.lines.length - 1), 0),
		problems: source.problems
	};
	// Without front matter everything would be told twice.
	if (!matter) return lesson;

	const markdown = readMarkdown(source, body, source.lines.length);
	const fences = readFences(source, markdown, 'lesson');
	checkRawHtml(source, markdown);
	checkHeadings(source, markdown);
	checkCallouts(source, markdown);
	checkFootnotes(source, markdown);
	const nameHeading = headingIds();
	const headings = markdown.headings.map((heading) => ({
		id: nameHeading(heading.text),
		level: heading.level,
		text: heading.text,
		line: heading.line
	}));
	lesson.headings = markdown.headings;
	const anchors = new Set(headings.map(({ id }) => id));
	lesson.links = readLinks(source, markdown, anchors);
	lesson.pictures = readPictures(source, markdown, '../../', locales);
	lesson.words = markdown.words;

	const cutter = new TextCutter(source, markdown);
	let line = body;
	let heading = 0;
	const addText = (end: number) => {
		const part = cutter.cut(line, end);
		const first = heading;
		while (headings[heading] && headings[heading]!.line < end) heading++;
		if (part === '') return;
		lesson.pieces.push({
			kind: 'text',
			text: part,
			headings: headings.slice(first, heading).map(({ id, level, text }) => ({ id, level, text }))
		});
	};
	for (const fence of fences) {
		addText(fence.start);
		lesson.pieces.push({ kind: 'exercise', key: fence.key });
		lesson.exercises.push(readExercise(source, fence, anchors, locales, lesson));
		line = fence.end;
	}
	addText(source.lines.length);
	return lesson;
}

function readExercise(
	source: Source,
	fence: Fence,
	anchors: ReadonlySet<string>,
	locales: readonly string[],
	lesson: LessonFile
): WrittenExercise {
	const exercise: WrittenExercise = {
		key: fence.key,
		kind: fence.kind === 'letter' ? 'question' : fence.kind,
		at: fence.at,
		keyAt: fence.keyAt,
		question: null,
		accept: null,
		callReview: null,
		rolePlay: null,
		record: null,
		links: [],
		pictures: []
	};
	switch (exercise.kind) {
		case 'accept':
			exercise.accept = readAccept(source, fence);
			break;
		case 'call-review':
			exercise.callReview = readCallReview(source, fence);
			lesson.words += countWords(exercise.callReview?.task ?? '');
			break;
		case 'role-play':
			exercise.rolePlay = readRolePlay(source, fence);
			break;
		case 'record':
			exercise.record = readRecord(source, fence);
			lesson.words += countWords(exercise.record?.prompt ?? '');
			break;
		case 'question': {
			const markdown: Markdown = readMarkdown(source, fence.start + 1, fence.end - 1);
			exercise.question = readQuestion(source, fence, markdown);
			checkRawHtml(source, markdown);
			exercise.links = readLinks(source, markdown, anchors);
			exercise.pictures = readPictures(source, markdown, '../../', locales);
			lesson.words += markdown.words;
		}
	}
	return exercise;
}

function readFront(source: Source, matter: { first: number; count: number }): LessonFront | null {
	const read = readYaml(front, source, null, matter);
	if (!read) return null;
	const { title, summary, minutes, competencies, places } = read;
	const isAssessment = read.kind === 'assessment';
	for (const name of assessmentKeys) {
		const at = places[name];
		if (at && !isAssessment) {
			source.error(
				at,
				'assessment-key',
				`\`${name}\` is a setting of assessments, and this is a lesson.`,
				'Add “kind: assessment”, or delete the line.'
			);
		}
	}
	const seen = new Set<string>();
	for (const { value, at } of competencies) {
		if (seen.has(value))
			source.error(at, 'list-duplicate', `“${value}” stands twice in \`competencies\`.`, 'Delete one of the two.');
		seen.add(value);
	}
	return {
		title,
		summary,
		minutes,
		competencies,
		assessment: isAssessment
			? {
					pass: read.pass,
					attempts: read.attempts,
					wait: read.wait ?? 0,
					timeLimit: read['time-limit'],
					draw: read.draw ?? [],
					shuffle: read.shuffle,
					feedback: read.feedback
				}
			: null,
		places
	};
}
