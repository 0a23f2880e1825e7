/**
 * A branching scene in one language: headings are passages, the list of links at a passage's end its choices. How it
 * runs is checked here whole; only clauses are looked up later.
 */
import type { Token } from 'markdown-it';
import { bestFrom, inspectScene, startOf, type MoodCondition, type Scene } from '../core/role-play.ts';
import { conditionOf, readChoiceTitle, type ChoiceTitle } from './choice-title.ts';
import { findFrontMatter } from './front-matter.ts';
import { hasMarkup, isComment, plainWords, readMarkdown, type Block, type Heading, type Markdown } from './markdown.ts';
import { nearest } from './nearest.ts';
import type { Place, Problem } from './problem.ts';
import { checkCallouts } from './rules/callout-is-known.ts';
import { checkFootnotes } from './rules/footnotes-match.ts';
import { decoded, readLinks, type LinkUse } from './rules/link-leads-somewhere.ts';
import { checkRawHtml } from './rules/no-raw-html.ts';
import { readPictures, type PictureUse } from './rules/picture-has-text.ts';
import type { Source } from './source.ts';
import { TextCutter } from './text-pieces.ts';
import { voiceOf } from './voice.ts';
import { spokenLine } from './written-case.ts';
import {
	key,
	keyPattern,
	keyRule,
	mapOf,
	needed,
	oneOf,
	optional,
	placed,
	readYaml,
	record,
	text,
	wholeNumber,
	type Placed
} from './yaml-shape.ts';

export interface WrittenLine {
	at: Place;
	speaker: 'customer' | 'agent' | 'narrator';
	name: string;
	text: string;
	when: MoodCondition[];
}
export interface WrittenChoice extends Omit<ChoiceTitle, 'clauses'> {
	at: Place;
	to: string;
	text: string;
	feedback: string | null;
	clauses: Placed<string>[];
}
export interface WrittenPassage {
	key: string;
	at: Place;
	lines: WrittenLine[];
	choices: WrittenChoice[];
}
export interface SceneFile {
	file: string;
	locale: string;
	/** Null when it could not be read. */
	front: {
		title: string;
		start: string;
		mood: number;
		hangUp: string | null;
		endings: Record<string, 'good' | 'bad'>;
		places: Record<string, Place | undefined>;
	} | null;
	briefing: string;
	passages: WrittenPassage[];
	/** Most points over all complete paths; null when the scene cannot be played. */
	best: number | null;
	/** Of the briefing. */
	links: LinkUse[];
	pictures: PictureUse[];
	words: number;
	bodyAt: Place;
	problems: Problem[];
}

/** A scene of more passages is a maze. */
const mostPassages = 200;

const front = record({
	title: needed(text),
	start: needed(placed(key)),
	mood: optional(wholeNumber(-3, 3), 0),
	'hang-up': optional(placed(key), null),
	endings: needed(mapOf(placed(oneOf('good', 'bad'))))
});
type Front = NonNullable<ReturnType<typeof readFront>>;

function readFront(source: Source, matter: { first: number; count: number }) {
	return readYaml(front, source, null, matter) ?? null;
}

export function readScene(source: Source, locale: string, locales: readonly string[]): SceneFile {
	const matter = findFrontMatter(source);
	const body = matter?.body ?? 0;
	const read = matter && readFront(source, matter);
	const scene: SceneFile = {
		file: source.file,
		locale,
		front: read && {
			title: read.title,
			start: read.start.value,
			mood: read.mood,
			hangUp: read['hang-up']?.value ?? null,
			endings: Object.fromEntries(read.endings.map((ending) => [ending.key, ending.value.value])),
			places: read.places
		},
		briefing: '',
		passages: [],
		best: null,
		links: [],
		pictures: [],
		words: 0,
		bodyAt: source.place(Math.min(body, source.lines.length - 1), 0),
		problems: source.problems
	};
	if (!matter) return scene;

	const markdown = readMarkdown(source, body, source.lines.length);
	scene.words = markdown.words;
	checkRawHtml(source, markdown);
	checkFootnotes(source, markdown);
	checkCallouts(source, markdown);
	const told = source.problems.length;
	const headings = passageHeadings(source, markdown);
	const firstLine = headings[0]?.line ?? source.lines.length;
	scene.briefing = new TextCutter(source, markdown).cut(body, firstLine);
	const briefing = {
		...markdown,
		links: markdown.links.filter(({ at }) => at.line <= firstLine),
		pictures: markdown.pictures.filter(({ at }) => at.line <= firstLine)
	};
	scene.links = readLinks(source, briefing, new Set());
	scene.pictures = readPictures(source, briefing, '../', locales);
	for (const { at } of markdown.pictures.filter((picture) => picture.at.line > firstLine)) {
		source.error(at, 'text-markup', 'Lines and choices are spoken: they have no pictures.', 'Show it in the text before the first passage.');
	}
	const reader = new PassageReader(source, markdown, locale);
	scene.passages = headings.map((heading, i) =>
		reader.read(heading, headings[i + 1]?.line ?? source.lines.length)
	);
	if (source.problems.slice(told).some(({ severity }) => severity === 'error') || !read) return scene;
	scene.best = checkScene(source, scene, read);
	return scene;
}

function passageHeadings(source: Source, markdown: Markdown): Heading[] {
	const seen = new Map<string, number>();
	const passages = markdown.headings.filter((heading) => {
		const { at, level, top, text: name } = heading;
		const first = seen.get(name);
		if (level !== 2 || !top) {
			source.error(at, 'passage-key', 'In a scene every heading is a passage, and passages are headings of level 2.', 'Write “## key” in column 1, or make it bold text.');
			return false;
		}
		if (!keyPattern.test(name)) {
			source.error(at, 'passage-key', `“${name.slice(0, 80)}” cannot be the key of a passage.`, `It is never translated and never shown. ${keyRule}`);
			return false;
		}
		if (first !== undefined) {
			source.error(at, 'passage-key', `The passage \`${name}\` is already in line ${first}.`, 'Give one of them another key.');
			return false;
		}
		seen.set(name, at.line);
		return true;
	});
	if (passages.length === 0) {
		source.error({ line: 1, column: 1 }, 'passage-shape', 'The scene has no passage.', 'Write headings “## key”; below each its lines and the links to choose from.');
	}
	const extra = passages[mostPassages];
	if (extra)
		source.error(extra.at, 'scene-size', `The scene has more than ${mostPassages} passages.`, 'Make two scenes of it.');
	return passages;
}

/** Lines and choices of one passage after the other. */
class PassageReader {
	private readonly links: Markdown['links'];

	constructor(
		private readonly source: Source,
		private readonly markdown: Markdown,
		private readonly locale: string
	) {
		this.links = markdown.links;
	}

	read(heading: Heading, end: number): WrittenPassage {
		const passage: WrittenPassage = { key: heading.text, at: heading.at, lines: [], choices: [] };
		const blocks = this.markdown.blocks.filter(
			(block) => block.start > heading.line && block.start < end && !isComment(block) && block.type !== 'heading'
		);
		let list: Block | null = null;
		for (const block of blocks) {
			const at = this.firstSign(block.start);
			if (block.type === 'bullet-list' && !list) {
				list = block;
				passage.choices = this.choices(block);
			} else if (list) {
				this.source.error(
					at,
					'passage-shape',
					block.type === 'quote'
						? 'This quote is not indented, so it belongs to no choice.'
						: 'After its choices a passage ends.',
					block.type === 'quote'
						? 'Indent it by two spaces to make it the feedback of the choice above.'
						: 'Put lines before the list; keep all choices in one list.'
				);
			} else if (block.type !== 'paragraph') {
				this.source.error(
					at,
					'passage-shape',
					'A passage has paragraphs that are spoken, and then one list of choices.',
					'Write it as a paragraph; choices begin with “- ” and are links.'
				);
			} else {
				const line = this.line(block, at);
				if (line) passage.lines.push(line);
			}
		}
		if (passage.lines.length === 0 && blocks.every((block) => block === list)) {
			this.source.error(heading.at, 'passage-shape', `Nobody speaks in the passage \`${passage.key}\`.`, 'Write at least one line, like **Customer:** …');
		}
		return passage;
	}

	private firstSign(line: number): Place {
		return this.source.place(line, Math.max(0, (this.source.lines[line] ?? '').search(/\S/)));
	}

	private line(block: Block, at: Place): WrittenLine | null {
		const content = block.tokens.find(({ type }) => type === 'inline')?.content ?? '';
		if (hasMarkup(content)) {
			this.source.error(
				at,
				'text-markup',
				'Lines are spoken: they have no links and no pictures.',
				'Links to choose from stand in a list, “- [words](#passage "+1")”.'
			);
			return null;
		}
		const [, tag, words] = spokenLine.exec(content) ?? [];
		if (tag === undefined) {
			if (/^(?:\*\*|__)?(?:Agent|Customer)\b[^:\n]{0,80}:/.test(content)) {
				this.source.error(at, 'line-speaker', 'This looks like a spoken line, but it is not written as one.', 'Begin it with **Customer:** or **Agent:**, the colon within the stars.');
				return null;
			}
			return { at, speaker: 'narrator', name: '', text: plainWords(content), when: [] };
		}
		const [, who, conditions] = /^([^(]*?)\s*(?:\(([^()]*)\)\s*)?$/.exec(tag) ?? [];
		const voice = voiceOf(who ?? tag, this.locale);
		if (!voice) {
			this.source.error(
				at,
				'line-speaker',
				`“${tag.slice(0, 80)}” is neither the employee nor the customer.`,
				'Begin the line with **Customer:** or **Agent:**, in every language; a name may follow: **Customer Ms Petrova:**. What happens besides is told without any speaker.'
			);
			return null;
		}
		const when = (conditions ?? '').split(/[\s,]+/).flatMap((one) => {
			if (one === '' && !conditions) return [];
			const found = conditionOf(one);
			if (!found) {
				this.source.error(
					at,
					'line-condition',
					`“${one.slice(0, 60)}” is no condition of a line.`,
					'Write it like **Customer (mood<0):**, with <, <=, =, >= or > and a number from -3 to 3; several by comma.'
				);
			}
			return found ?? [];
		});
		const said = plainWords(words ?? '');
		if (said === '') this.source.error(at, 'turn-empty', 'Nothing is said in this line.', 'Write the words after the speaker.');
		return { at, ...voice, text: said, when };
	}

	private choices(block: Block): WrittenChoice[] {
		const list = block.tokens[0]!;
		const shift = block.start - list.map![0];
		const items: { start: number; tokens: Token[] }[] = [];
		for (const token of block.tokens) {
			if (token.type === 'list_item_open' && token.level === list.level + 1)
				items.push({ start: token.map![0] + shift, tokens: [] });
			items.at(-1)?.tokens.push(token);
		}
		return items.flatMap((item) => this.choice(item, list.level + 2, shift) ?? []);
	}

	private choice({ start, tokens }: { start: number; tokens: Token[] }, level: number, shift: number): WrittenChoice | null {
		const at = this.firstSign(start);
		const refuse = (here: Place, says: string, fix: string): null => {
			this.source.error(here, 'choice-shape', says, fix);
			return null;
		};
		const parts = tokens.filter((token) => token.level === level && token.nesting >= 0);
		const [paragraph, quote, more] = parts;
		const inline = tokens[tokens.indexOf(paragraph!) + 1];
		const children = (inline?.type === 'inline' ? inline.children! : []).filter(
			({ type, content }) => !(type === 'text' && content.trim() === '')
		);
		const open = children[0];
		const close = children.findIndex(({ type }) => type === 'link_close');
		if (paragraph?.type !== 'paragraph_open' || open?.type !== 'link_open' || close !== children.length - 1) {
			return refuse(at, 'A choice is one link and nothing else.', 'Write “- [what is said](#passage "+1 mood+1")”.');
		}
		const link = this.links.find((one) => one.at.line === start + 1 && one.to === String(open.attrGet('href')));
		const linkAt = link?.at ?? at;
		if (quote && (quote.type !== 'blockquote_open' || more)) {
			return refuse(
				quote.map ? this.firstSign((more ?? quote).map![0] + shift) : at,
				'Below a choice only its feedback may stand, as one quote.',
				'Write it with “> ” before each line, indented by two spaces.'
			);
		}
		const written = inline!.content;
		const words = plainWords(written);
		if (words === '') return refuse(linkAt, 'This choice says nothing.', 'Write what is said between the square brackets.');
		const to = decoded(String(open.attrGet('href') ?? ''));
		if (!to.startsWith('#') || to.length < 2) {
			return refuse(linkAt, `A choice leads to a passage, not to “${to.slice(0, 60)}”.`, 'Write the key of a passage with # before it: (#details "+1").');
		}
		const title = String(open.attrGet('title') ?? '');
		const line = this.source.lines[start]!;
		const titleFrom = title === '' ? -1 : line.lastIndexOf(title);
		const placeIn = (offset: number) => (titleFrom < 0 ? linkAt : this.source.place(start, titleFrom + offset));
		const { read, mistakes } = readChoiceTitle(title);
		for (const { offset, says, fix } of mistakes) this.source.error(placeIn(offset), 'choice-word', says, fix);
		let feedback: string | null = null;
		if (quote) {
			const [first, last] = [quote.map![0] + shift, quote.map![1] + shift];
			const quoted = this.source.lines.slice(first, last).map((one) => one.replace(/^\s*>? ?/, '')).join('\n');
			const quoteAt = this.firstSign(first);
			const paragraphs = quoted.split(/\n\s*\n/).map((one) => plainWords(one.trim()));
			feedback = paragraphs.filter((one) => one !== '').join('\n\n');
			if (hasMarkup(quoted))
				this.source.error(quoteAt, 'text-markup', 'Feedback is plain words, without links and lists.', 'Name a clause in the title of the choice: it is linked below the feedback.');
			if (feedback === '')
				return refuse(quoteAt, 'This feedback is empty.', 'Write it, or delete the “>”.');
		}
		return {
			at: linkAt,
			to: to.slice(1),
			text: words,
			feedback,
			...read,
			clauses: read.clauses.map(({ value, offset }) => ({ value, at: placeIn(offset) }))
		};
	}
}

/** The scene as core/role-play.ts runs it. */
export function sceneOf({ front, passages }: Pick<SceneFile, 'front' | 'passages'>): Scene {
	return {
		start: front!.start,
		mood: front!.mood,
		hangUp: front!.hangUp,
		passages: passages.map((passage) => ({
			key: passage.key,
			choices: passage.choices.map(({ to, points, mood, critical, when }) => ({ to, points, mood, critical, when }))
		})),
		endings: front!.endings
	};
}

/** Every way through it comes to an end that is told good or bad. Returns the best total, or null. */
function checkScene(source: Source, scene: SceneFile, read: Front): number | null {
	const byKey = new Map(scene.passages.map((passage) => [passage.key, passage]));
	const told = source.problems.length;
	const hint = (written: string) => {
		const meant = nearest(written, byKey.keys());
		return meant ? `Did you mean \`${meant}\`?` : 'Name the heading of a passage.';
	};
	for (const [name, one] of [['start', read.start], ['hang-up', read['hang-up']]] as const) {
		if (one && !byKey.has(one.value))
			source.error(one.at, 'scene-passage', `\`${name}\` leads to no passage.`, hint(one.value));
	}
	for (const { choices } of scene.passages) {
		for (const { to, at } of choices) {
			if (!byKey.has(to)) source.error(at, 'choice-passage', `There is no passage \`${to.slice(0, 80)}\`.`, hint(to));
		}
	}
	checkEndings(source, read, byKey);
	if (source.problems.length > told) return null;

	const runs = sceneOf(scene);
	const { cycle, unreachable, stuck, reachesGoodEnding } = inspectScene(runs);
	if (cycle.length > 0) {
		const back = byKey.get(cycle.at(-1)!)!;
		source.error(
			back.choices.find(({ to }) => to === cycle[0])?.at ?? read['hang-up']?.at ?? back.at,
			'scene-cycle',
			`This leads round and round: ${[...cycle, cycle[0]!].slice(0, 12).join(' → ')}.`,
			'A scene comes to an end: write the second time as a passage of its own.'
		);
		return null;
	}
	for (const name of unreachable) {
		source.error(byKey.get(name)!.at, 'scene-unreachable', `No way leads to \`${name}\`.`, 'Lead a choice to it, loosen a condition, or delete it.');
	}
	const byPassage = new Map<string, number[]>();
	for (const { passage, mood } of stuck) byPassage.set(passage, [...(byPassage.get(passage) ?? []), mood]);
	for (const [name, moods] of byPassage) {
		source.error(
			byKey.get(name)!.at,
			'scene-stuck',
			`Whoever reaches \`${name}\` with the mood ${moods.sort((a, b) => a - b).join(', ')} has nothing to choose.`,
			'Add a choice without a condition, or one for that mood.'
		);
	}
	if (!reachesGoodEnding) {
		source.error(read.places.endings!, 'scene-ending', 'No way leads to a good ending.', 'Let at least one ending be good, and reachable.');
	}
	if (source.problems.length > told) return null;
	const best = bestFrom(runs, startOf(runs)).points;
	if (best <= 0) {
		source.error(read.start.at, 'scene-points', 'No way through this scene earns a point.', 'Give the good choices points above 0.');
		return null;
	}
	return best;
}

function checkEndings(source: Source, read: Front, byKey: Map<string, WrittenPassage>): void {
	const named = new Set(read.endings.map((ending) => ending.key));
	for (const { key: name, at } of read.endings) {
		const passage = byKey.get(name);
		if (passage?.choices.length === 0) continue;
		source.error(
			at,
			'scene-ending',
			passage ? `\`${name}\` offers choices, so it is no ending.` : `There is no passage \`${name}\`.`,
			passage ? 'Take it off the endings, or delete its choices.' : 'Name passages without choices.'
		);
	}
	for (const { key: name, at, choices } of byKey.values()) {
		if (choices.length > 0 || named.has(name)) continue;
		source.error(
			at,
			'scene-ending',
			`\`${name}\` offers no choice, and nobody says whether it is a good ending.`,
			`Add “${name}: good” or “${name}: bad” to the endings in the front matter, or write its choices.`
		);
	}
}
