/**
 * The default locale is the source, and every translation says the same: keys, kinds, numbers of options, right
 * answers, points and links may not differ. What may: the words, and the accepted answers of a text question.
 */
import type { HandbookFile } from '../handbook-file.ts';
import type { LessonFile, WrittenExercise } from '../lesson-file.ts';
import type { Place, ProblemCode } from '../problem.ts';
import type { WrittenQuestion } from '../question-fence.ts';
import type { LinkUse } from './link-leads-somewhere.ts';
import type { PictureUse } from './picture-has-text.ts';

type Tell = (at: Place, code: ProblemCode, says: string, fix: string) => void;

/** Tells in `translation` what differs from `source`. */
export function compareLessons(source: LessonFile, translation: LessonFile, tell: Tell): void {
	compareLessonFronts(source, translation, tell);
	compareHeadings(source, translation, tell);
	compareLinks(source, translation, translation.bodyAt, 'The text', source.file, tell);
	for (const [one, other] of pairKeys(source, translation, 'exercise', 'translation-exercises', tell)) {
		compareExercises(one, other, source.file, tell);
	}
}

export function comparePages(source: HandbookFile, translation: HandbookFile, tell: Tell): void {
	const at = translation.front?.places.order;
	if (source.front && translation.front && source.front.order !== translation.front.order) {
		tell(at!, 'translation-front-matter', `\`order\` is ${translation.front.order} here and ${source.front.order} in ${source.file}.`, 'Write the same number in all languages.');
	}
	compareHeadings(source, translation, tell);
	compareLinks(source, translation, translation.bodyAt, 'The page', source.file, tell);
	const keys = (page: HandbookFile, list: { key: string; at: Place }[]) => ({
		file: page.file,
		bodyAt: page.bodyAt,
		exercises: list.map(({ key, at }) => ({ key, keyAt: at }))
	});
	pairKeys(keys(source, source.clauses), keys(translation, translation.clauses), 'clause', 'translation-clauses', tell);
	pairKeys(keys(source, source.letters), keys(translation, translation.letters), 'letter', 'translation-clauses', tell);
}

function compareLessonFronts(source: LessonFile, translation: LessonFile, tell: Tell): void {
	const [one, other] = [source.front, translation.front];
	if (!one || !other) return;
	const compare = (name: string, a: unknown, b: unknown) => {
		if (JSON.stringify(a) === JSON.stringify(b)) return;
		tell(
			other.places[name] ?? { line: 1, column: 1 },
			'translation-front-matter',
			`\`${name}\` is not the same as in ${source.file}.`,
			other.places[name] ? 'Write what stands there; only title and summary are translated.' : `Copy the line “${name}: …” from there.`
		);
	};
	compare('minutes', one.minutes, other.minutes);
	compare('competencies', one.competencies.map(({ value }) => value).sort(), other.competencies.map(({ value }) => value).sort());
	if (!one.assessment !== !other.assessment) {
		compare('kind', !one.assessment, !other.assessment);
		return;
	}
	if (!one.assessment || !other.assessment) return;
	for (const name of ['pass', 'attempts', 'wait', 'timeLimit', 'shuffle', 'feedback'] as const) {
		compare(name === 'timeLimit' ? 'time-limit' : name, one.assessment[name], other.assessment[name]);
	}
	const drawn = (list: { tag: string | null; count: number }[]) => list.map(({ tag, count }) => [tag, count]);
	compare('draw', drawn(one.assessment.draw), drawn(other.assessment.draw));
}

interface Headed {
	file: string;
	headings: { level: number; at: Place }[];
	bodyAt: Place;
}
function compareHeadings(source: Headed, translation: Headed, tell: Tell): void {
	const count = Math.max(source.headings.length, translation.headings.length);
	for (let i = 0; i < count; i++) {
		const [one, other] = [source.headings[i], translation.headings[i]];
		if (one && other && one.level === other.level) continue;
		tell(
			other?.at ?? translation.headings.at(-1)?.at ?? translation.bodyAt,
			'translation-headings',
			!other
				? `The text has ${translation.headings.length} headings, and ${source.file} has ${source.headings.length}.`
				: !one
					? `${source.file} has no heading here.`
					: `This heading is of level ${other.level}, and of level ${one.level} in ${source.file}:${one.at.line}.`,
			'Give both the same headings, in the same order.'
		);
		return;
	}
}

interface Linked {
	links: LinkUse[];
	pictures: PictureUse[];
}
/** Clauses, headings and pictures by name; addresses outside by their number, for they may lead to another language. */
function compareLinks(source: Linked, translation: Linked, otherwise: Place, what: string, file: string, tell: Tell): void {
	const differ = (a: { name: string; at: Place }[], b: { name: string; at: Place }[]) => {
		const left = [...a];
		for (const one of b) {
			const same = left.findIndex((other) => other.name === one.name);
			if (same < 0) {
				tell(one.at, 'translation-links', `${file} has no “${one.name}” to go with this one.`, 'Link the same things in all languages, each as often.');
				return;
			}
			left.splice(same, 1);
		}
		if (left[0]) {
			tell(
				otherwise,
				'translation-links',
				`${what} lacks “${left[0].name}”, which ${file}:${left[0].at.line} has.`,
				'Link the same things in all languages, each as often.'
			);
		}
	};
	const clauses = ({ links }: Linked) =>
		links.filter(({ kind }) => kind === 'clause').map(({ to, at }) => ({ name: `standard:${to}`, at }));
	differ(clauses(source), clauses(translation));
	const others = (kind: LinkUse['kind'], name: string) => ({ links }: Linked) =>
		links.filter((link) => link.kind === kind).map(({ at }) => ({ name, at }));
	differ(others('external', 'an outside link')(source), others('external', 'an outside link')(translation));
	differ(others('anchor', 'a link to a heading')(source), others('anchor', 'a link to a heading')(translation));
	const pictures = (linked: Linked) => linked.pictures.map(({ name, at }) => ({ name, at }));
	differ(pictures(source), pictures(translation));
}

interface Keyed<T> {
	file: string;
	bodyAt: Place;
	exercises: T[];
}
/** Pairs by key, tells what is missing, added, renamed or in another order, and returns the pairs. */
function pairKeys<T extends { key: string; keyAt: Place }>(
	source: Keyed<T>,
	translation: Keyed<T>,
	what: string,
	code: ProblemCode,
	tell: Tell
): [T, T][] {
	const a = source.exercises;
	const b = translation.exercises;
	const inA = new Set(a.map(({ key }) => key));
	const inB = new Set(b.map(({ key }) => key));
	const pairs: [T, T][] = [];
	let i = 0;
	let j = 0;
	while (i < a.length || j < b.length) {
		const [one, other] = [a[i], b[j]];
		if (one && other && one.key === other.key) {
			pairs.push([one, other]);
			i++;
			j++;
		} else if (one && other && !inB.has(one.key) && !inA.has(other.key)) {
			tell(other.keyAt, code, `This ${what} is called \`${other.key}\`, and \`${one.key}\` in ${source.file}:${one.keyAt.line}.`, 'Give it the same key in all languages.');
			i++;
			j++;
		} else if (one && !inB.has(one.key)) {
			tell(
				other?.keyAt ?? b.at(-1)?.keyAt ?? translation.bodyAt,
				code,
				`The ${what} \`${one.key}\` of ${source.file}:${one.keyAt.line} is missing here.`,
				'Translate it, in the same place.'
			);
			i++;
		} else if (other && !inA.has(other.key)) {
			tell(other.keyAt, code, `${source.file} has no ${what} \`${other.key}\`.`, 'Add it there too, or delete it here.');
			j++;
		} else {
			tell(other!.keyAt, code, `The order differs: here comes \`${other!.key}\`, and \`${one!.key}\` in ${source.file}:${one!.keyAt.line}.`, 'Write them in the same order in all languages.');
			break;
		}
	}
	return pairs;
}

function compareExercises(source: WrittenExercise, translation: WrittenExercise, file: string, tell: Tell): void {
	const there = `${file}:${source.at.line}`;
	if (source.kind !== translation.kind) {
		tell(translation.at, 'translation-head', `\`${source.key}\` is ${translation.kind === 'accept' ? 'an accept' : 'a question'} here and not in ${there}.`, 'Write the same kind in all languages.');
		return;
	}
	if (source.accept && translation.accept) {
		const ids = (exercise: WrittenExercise) => exercise.accept!.clauses.map(({ value }) => value).join(', ');
		if (ids(source) !== ids(translation) || source.accept.optional !== translation.accept.optional) {
			tell(
				translation.accept.clauses[0]?.at ?? translation.at,
				'translation-answers',
				`\`${source.key}\` asks for other clauses than ${there}: ${ids(source)}.`,
				'Name the same clauses in the same order.'
			);
		}
	}
	if (!source.question || !translation.question) return;
	compareQuestions(source.question, translation.question, source.key, there, translation, tell);
	compareLinks(source, translation, translation.at, `\`${source.key}\``, file, tell);
}

function compareQuestions(
	one: WrittenQuestion,
	other: WrittenQuestion,
	key: string,
	there: string,
	translation: WrittenExercise,
	tell: Tell
): void {
	const head = (name: string, a: string | number | boolean | null, b: string | number | boolean | null) => {
		if (a === b) return false;
		tell(translation.at, 'translation-head', `\`${key}\`: ${name} is “${String(b ?? 'none')}” here and “${String(a ?? 'none')}” in ${there}.`, 'Write the same in all languages.');
		return true;
	};
	if (head('the kind', one.kind, other.kind)) return;
	head('points', one.points, other.points);
	head('shuffle', one.shuffle ? 'yes' : 'no', other.shuffle ? 'yes' : 'no');
	head('optional', one.optional ? 'yes' : 'no', other.optional ? 'yes' : 'no');
	head('rubric', one.rubric, other.rubric);
	head('tags', [...one.tags].sort().join(','), [...other.tags].sort().join(','));
	const clauses = ({ standard }: WrittenQuestion) => standard.map(({ value }) => value).sort().join(',');
	head('standard', clauses(one), clauses(other));

	const answers = (at: Place, says: string, fix: string) => tell(at, 'translation-answers', says, fix);
	if (one.options.length !== other.options.length) {
		answers(other.answersAt, `\`${key}\` has ${other.options.length} options here and ${one.options.length} in ${there}.`, 'Translate each option, in the same order.');
		return;
	}
	for (const [i, option] of other.options.entries()) {
		const original = one.options[i]!;
		if (option.right !== original.right) {
			answers(option.at, `Option ${i + 1} of \`${key}\` is ${option.right ? 'right' : 'wrong'} here and ${original.right ? 'right' : 'wrong'} in ${there}.`, 'Write the options in the same order, and mark the same ones.');
			break;
		}
		if ((option.feedback === null) !== (original.feedback === null)) {
			answers(option.at, `Option ${i + 1} of \`${key}\` has ${option.feedback === null ? 'no' : 'a'} feedback here, unlike ${there}.`, 'Give the same options feedback in all languages.');
		}
	}
	if (one.rows.length !== other.rows.length) {
		answers(other.answersAt, `\`${key}\` has ${other.rows.length} rows here and ${one.rows.length} in ${there}.`, 'Translate each row, in the same order.');
		return;
	}
	for (const [i, row] of other.rows.entries()) {
		if ((row.left === null) === (one.rows[i]!.left === null)) continue;
		answers(row.at, `Row ${i + 1} of \`${key}\` is ${row.left === null ? 'an extra answer' : 'a pair'} here, unlike ${there}.`, 'Write the rows in the same order.');
		break;
	}
	const value = ({ number }: WrittenQuestion) => (number ? `${number.value} ± ${number.tolerance}` : '');
	if (value(one) !== value(other) || (one.number?.unit == null) !== (other.number?.unit == null)) {
		answers(other.answersAt, `\`${key}\` accepts “${value(other)}” here and “${value(one)}” in ${there}.`, 'Write the same number, and a unit in all languages or in none.');
	}
	if ((one.explanation === null) !== (other.explanation === null)) {
		answers(other.explanationAt ?? translation.at, `\`${key}\` has ${other.explanation === null ? 'no' : 'an'} explanation here, unlike ${there}.`, 'Explain it in all languages or in none.');
	}
}
