/**
 * The default locale is the source, and every translation says the same: keys, kinds, numbers of options, right
 * answers, points and links may not differ. What may: the words, and the accepted answers of a text question.
 */
import type { HandbookFile } from '../handbook-file.ts';
import type { LessonFile, LessonFront, WrittenExercise } from '../lesson-file.ts';
import type { Place, ProblemCode } from '../problem.ts';
import type { WrittenQuestion } from '../question-fence.ts';
import type { Tell } from '../tell.ts';
import type { LinkUse } from './link-leads-somewhere.ts';
import type { PictureUse } from './picture-has-text.ts';

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
		tell(
			at!,
			'translation-front-matter',
			`\`order\` is ${translation.front.order} here and ${source.front.order} in ${source.file}.`,
			'Write the same number in all languages.'
		);
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
	const mine = settingsOf(other);
	for (const [name, value] of Object.entries(settingsOf(one))) {
		if (value === mine[name]) continue;
		const at = other.places[name];
		tell(
			at ?? { line: 1, column: 1 },
			'translation-front-matter',
			`\`${name}\` is not the same as in ${source.file}.`,
			at ? 'Write what stands there; only title and summary are translated.' : `Copy the line “${name}: …” from there.`
		);
		// Without its kind every setting of an assessment would be told.
		if (name === 'kind') return;
	}
}

/** What all languages have alike, as text to compare. */
function settingsOf({ minutes, competencies, assessment }: LessonFront): Record<string, string> {
	const settings: Record<string, string> = {
		kind: assessment ? 'assessment' : 'lesson',
		minutes: String(minutes),
		competencies: competencies
			.map(({ value }) => value)
			.sort()
			.join()
	};
	if (assessment) {
		const { pass, attempts, wait, timeLimit, shuffle, feedback, draw } = assessment;
		Object.assign(settings, {
			pass: String(pass),
			attempts: String(attempts),
			wait: String(wait),
			'time-limit': String(timeLimit),
			shuffle: String(shuffle),
			feedback,
			draw: draw
				.map(({ tag, count }) => `${tag ?? ''}: ${count}`)
				.sort()
				.join()
		});
	}
	return settings;
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
				? `Headings are missing here: ${translation.headings.length} of the ${source.headings.length} in ${source.file}.`
				: !one
					? `There is no such heading in ${source.file}.`
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
interface Counted {
	name: string;
	at: Place;
}
/** Clauses and pictures by name; addresses outside and headings by their number, for they are of another language. */
function countedOf({ links, pictures }: Linked): Counted[] {
	const outside = { external: 'an outside link', anchor: 'a link to a heading' };
	return [
		...links.map(({ kind, to, at }) => ({
			name: kind === 'clause' ? `standard:${to}` : kind === 'call' ? `call:${to}` : outside[kind],
			at
		})),
		...pictures
	];
}

function compareLinks(
	source: Linked,
	translation: Linked,
	otherwise: Place,
	what: string,
	file: string,
	tell: Tell
): void {
	if (source.links.length + source.pictures.length + translation.links.length + translation.pictures.length === 0)
		return;
	const fix = 'Link the same things in all languages, each as often.';
	const left = countedOf(source);
	for (const { name, at } of countedOf(translation)) {
		const same = left.findIndex((one) => one.name === name);
		if (same >= 0) left.splice(same, 1);
		else {
			tell(at, 'translation-links', `For this “${name}” there is none in ${file}.`, fix);
			return;
		}
	}
	if (left[0]) {
		tell(otherwise, 'translation-links', `${what} lacks “${left[0].name}”, which ${file}:${left[0].at.line} has.`, fix);
	}
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
			tell(
				other.keyAt,
				code,
				`This ${what} is called \`${other.key}\`, and \`${one.key}\` in ${source.file}:${one.keyAt.line}.`,
				'Give it the same key in all languages.'
			);
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
			tell(
				other.keyAt,
				code,
				`There is no ${what} \`${other.key}\` in ${source.file}.`,
				'Add it there too, or delete it here.'
			);
			j++;
		} else {
			tell(
				other!.keyAt,
				code,
				`The order differs: here comes \`${other!.key}\`, and \`${one!.key}\` in ${source.file}:${one!.keyAt.line}.`,
				'Write them in the same order in all languages.'
			);
			break;
		}
	}
	return pairs;
}

function compareExercises(source: WrittenExercise, translation: WrittenExercise, file: string, tell: Tell): void {
	const there = `${file}:${source.at.line}`;
	if (source.kind !== translation.kind) {
		tell(
			translation.at,
			'translation-head',
			`\`${source.key}\` is of the kind \`${translation.kind}\` here, and \`${source.kind}\` in ${there}.`,
			'Write the same kind in all languages.'
		);
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
	const [one, other] = [practiceOf(source), practiceOf(translation)];
	for (const [name, value] of Object.entries(one && other ? one : {})) {
		if (value === other![name]) continue;
		tell(
			translation.at,
			'translation-head',
			`\`${source.key}\`: ${name} is “${other![name] || 'none'}” here and “${value || 'none'}” in ${there}.`,
			'Write the same in all languages.'
		);
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
	const mine = headOf(other);
	for (const [name, value] of Object.entries(headOf(one))) {
		if (value === mine[name]) continue;
		tell(
			translation.at,
			'translation-head',
			`\`${key}\`: ${name} is “${mine[name] || 'none'}” here and “${value || 'none'}” in ${there}.`,
			'Write the same in all languages.'
		);
		// Answers of another kind cannot be compared.
		if (name === 'kind') return;
	}

	const answers = (at: Place, says: string, fix: string) => tell(at, 'translation-answers', says, fix);
	if (one.options.length !== other.options.length) {
		answers(
			other.answersAt,
			`\`${key}\` has ${other.options.length} options here and ${one.options.length} in ${there}.`,
			'Translate each option, in the same order.'
		);
		return;
	}
	for (const [i, option] of other.options.entries()) {
		const original = one.options[i]!;
		if (option.right !== original.right) {
			answers(
				option.at,
				`Option ${i + 1} of \`${key}\` is ${option.right ? 'right' : 'wrong'} here and ${original.right ? 'right' : 'wrong'} in ${there}.`,
				'Write the options in the same order, and mark the same ones.'
			);
			break;
		}
		if ((option.feedback === null) !== (original.feedback === null)) {
			answers(
				option.at,
				`Option ${i + 1} of \`${key}\` has ${option.feedback === null ? 'no' : 'a'} feedback here, unlike ${there}.`,
				'Give the same options feedback in all languages.'
			);
		}
	}
	if (one.rows.length !== other.rows.length) {
		answers(
			other.answersAt,
			`\`${key}\` has ${other.rows.length} rows here and ${one.rows.length} in ${there}.`,
			'Translate each row, in the same order.'
		);
		return;
	}
	for (const [i, row] of other.rows.entries()) {
		if ((row.left === null) === (one.rows[i]!.left === null)) continue;
		answers(
			row.at,
			`Row ${i + 1} of \`${key}\` is ${row.left === null ? 'an extra answer' : 'a pair'} here, unlike ${there}.`,
			'Write the rows in the same order.'
		);
		break;
	}
	if (numberOf(one) !== numberOf(other)) {
		answers(
			other.answersAt,
			`\`${key}\` accepts “${numberOf(other)}” here and “${numberOf(one)}” in ${there}.`,
			'Write the same number, and a unit in all languages or in none.'
		);
	}
	if ((one.explanation === null) !== (other.explanation === null)) {
		answers(
			other.explanationAt ?? translation.at,
			`\`${key}\` has ${other.explanation === null ? 'no' : 'an'} explanation here, unlike ${there}.`,
			'Explain it in all languages or in none.'
		);
	}
}

/** What an exercise of practice has alike in all languages, as text to compare; null for the other kinds. */
function practiceOf({ callReview, rolePlay, record }: WrittenExercise): Record<string, string> | null {
	const yesNo = (is: boolean) => (is ? 'yes' : 'no');
	if (callReview) {
		const { calls, mentor, optional } = callReview;
		return { calls: calls.map(({ value }) => value).join(', '), mentor: yesNo(mentor), optional: yesNo(optional) };
	}
	if (rolePlay) {
		const { scene, pass, scorecard, optional } = rolePlay;
		return { scene: scene.value, pass: String(pass ?? ''), scorecard: scorecard?.value ?? '', optional: yesNo(optional) };
	}
	if (record) {
		const { seconds, scorecard, optional } = record;
		return { seconds: String(seconds), scorecard: scorecard.value, optional: yesNo(optional) };
	}
	return null;
}

/** The settings of a question, as text to compare. */
function headOf({ kind, points, shuffle, optional, rubric, tags, standard }: WrittenQuestion): Record<string, string> {
	return {
		kind,
		points: String(points),
		shuffle: shuffle ? 'yes' : 'no',
		optional: optional ? 'yes' : 'no',
		rubric: rubric ?? '',
		tags: [...tags].sort().join(),
		standard: standard
			.map(({ value }) => value)
			.sort()
			.join()
	};
}

function numberOf({ number }: WrittenQuestion): string {
	return number ? `${number.value} ± ${number.tolerance}, ${number.unit === null ? 'no unit' : 'with a unit'}` : '';
}
