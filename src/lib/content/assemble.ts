/** Files of one thing in all its languages → what the academy says of it, and its items. Called only without an error. */
import type {
	Clause,
	Exercise,
	HandbookPage,
	HandbookPiece,
	ItemBody,
	Lesson,
	LessonPiece
} from '../core/academy.ts';
import type { Localized, Question } from '../core/questions/question.ts';
import { isJudged, practiceBody } from './assemble-practice.ts';
import { exerciseClauses } from './gathered.ts';
import type { HandbookFile } from './handbook-file.ts';
import type { LessonFile, WrittenExercise } from './lesson-file.ts';
import { each, makeItem, withPictures, type Assembled, type Library } from './make-item.ts';
import type { WrittenQuestion } from './question-fence.ts';

/** `files` in the order of the academy's locales; the default one is among them. */
export function assembleLesson(course: string, key: string, files: LessonFile[], library: Library): Assembled<Lesson> {
	const name = `${course}/${key}`;
	const source = files.find(({ locale }) => locale === library.defaultLocale)!;
	const front = source.front!;
	const title = each(files, (file) => file.front!.title);
	const body = makeItem(
		name,
		{
			kind: 'lesson',
			title,
			pieces: each(files, ({ pieces, locale }) =>
				pieces.map((piece): LessonPiece =>
					piece.kind === 'text' ? { ...piece, text: withPictures(piece.text, locale, library) } : piece
				)
			)
		},
		files.map(({ file }) => ({ file, line: 1 }))
	);
	const exercises: Exercise[] = [];
	const items = [body];
	source.exercises.forEach((exercise, place) => {
		const item = makeItem(
			`${name}/${exercise.key}`,
			exercise.question
				? { kind: 'question', question: assembleQuestion(files, place, library) }
				: (practiceBody(files, place, exercise, library) ?? assembleAccept(exercise, library)),
			files.map(({ file, exercises }) => ({ file, line: exercises[place]!.at.line }))
		);
		items.push(item);
		const { question } = exercise;
		exercises.push({
			name: item.name,
			key: exercise.key,
			kind: exercise.kind,
			hash: item.hash,
			points: question?.points ?? 0,
			optional: (question ?? exercise.accept ?? exercise.callReview ?? exercise.rolePlay ?? exercise.record)!.optional,
			judged: isJudged(exercise),
			tags: question?.tags ?? [],
			clauses: exerciseClauses(exercise, library.all)
		});
	});
	const linked = source.links.filter(({ kind }) => kind === 'clause').map(({ to }) => to);
	// The same rule as in coverClauses: what is asked, or what a scorecard or a scene is about, was taught elsewhere.
	const accepted = exercises.filter(({ kind }) => kind === 'accept');
	const draw = front.assessment?.draw ?? [];
	return {
		shown: {
			name,
			key,
			title,
			summary: each(files, (file) => file.front!.summary),
			minutes: front.minutes,
			competencies: front.competencies.map(({ value }) => value),
			locales: files.map(({ locale }) => locale),
			hash: body.hash,
			exercises,
			clauses: [...new Set([...linked, ...accepted.flatMap(({ clauses }) => clauses)])],
			assessment: front.assessment && {
				...front.assessment,
				draw:
					draw.length === 0
						? null
						: draw[0]!.tag === null
							? draw[0]!.count
							: Object.fromEntries(draw.map(({ tag, count }) => [tag!, count]))
			}
		},
		items
	};
}

function assembleAccept({ accept }: WrittenExercise, library: Library): ItemBody {
	return {
		kind: 'accept',
		optional: accept!.optional,
		clauses: accept!.clauses.map(({ value }) => {
			const texts = [...library.all.clauses.get(value)!.byLocale];
			return {
				id: value,
				title: Object.fromEntries(texts.map(([locale, { title }]) => [locale, title])),
				text: Object.fromEntries(texts.map(([locale, { text }]) => [locale, withPictures(text, locale, library)]))
			};
		})
	};
}

/** The translations were compared: all files write this question alike. */
function assembleQuestion(files: LessonFile[], place: number, library: Library): Question {
	const written = files.map(({ locale, exercises }) => ({ locale, question: exercises[place]!.question! }));
	const one = written.find(({ locale }) => locale === library.defaultLocale)!.question;
	const texts = (make: (question: WrittenQuestion) => string): Localized =>
		each(written, ({ locale, question }) => withPictures(make(question), locale, library));
	const maybe = (make: (question: WrittenQuestion) => string | null): Localized | null =>
		make(one) === null ? null : texts((question) => make(question)!);
	const common = {
		points: one.points,
		shuffle: one.shuffle,
		optional: one.optional,
		standard: one.standard.map(({ value }) => value),
		tags: one.tags,
		prompt: texts(({ prompt }) => prompt)
	};
	const explanation = maybe((question) => question.explanation);
	const options = one.options.map((_, i) => texts((question) => question.options[i]!.text));
	switch (one.kind) {
		case 'single':
		case 'multiple':
			return {
				...common,
				kind: one.kind,
				options,
				key: {
					right: one.options.map(({ right }) => right),
					feedback: one.options.map((_, i) => maybe((question) => question.options[i]!.feedback)),
					explanation
				}
			};
		case 'ordering':
			return { ...common, kind: 'ordering', items: options, key: { explanation } };
		case 'matching': {
			// Pairs first, then the extra answers.
			const pairs = one.rows.flatMap((row, i) => (row.left === null ? [] : [i]));
			const extras = one.rows.flatMap((row, i) => (row.left === null ? [i] : []));
			return {
				...common,
				kind: 'matching',
				columns: [texts(({ columns }) => columns![0]), texts(({ columns }) => columns![1])],
				left: pairs.map((i) => texts(({ rows }) => rows[i]!.left!)),
				right: [...pairs, ...extras].map((i) => texts(({ rows }) => rows[i]!.right)),
				key: { explanation }
			};
		}
		case 'text':
			return {
				...common,
				kind: 'text',
				key: {
					accepted: each(written, ({ question }) => question.accepted.map(({ text, almost }) => ({ text, almost }))),
					explanation
				}
			};
		case 'number':
			return {
				...common,
				kind: 'number',
				unit: one.number!.unit === null ? null : each(written, ({ question }) => question.number!.unit!),
				key: { value: one.number!.value, tolerance: one.number!.tolerance, explanation }
			};
		case 'open':
			return { ...common, kind: 'open', rubric: one.rubric!, key: { explanation } };
	}
}

export function assemblePage(key: string, files: HandbookFile[], library: Library): Assembled<HandbookPage> {
	const source = files.find(({ locale }) => locale === library.defaultLocale)!;
	const title = each(files, (file) => file.front!.title);
	const item = makeItem(
		`handbook/${key}`,
		{
			kind: 'handbook',
			title,
			pieces: each(files, ({ pieces, locale }) =>
				pieces.map((piece): HandbookPiece =>
					piece.kind === 'letter' ? piece : { ...piece, text: withPictures(piece.text, locale, library) }
				)
			)
		},
		files.map(({ file }) => ({ file, line: 1 }))
	);
	return {
		shown: {
			key,
			title,
			summary: each(files, (file) => file.front!.summary),
			order: source.front!.order,
			locales: files.map(({ locale }) => locale),
			hash: item.hash,
			clauses: source.clauses.map((clause, i): Clause => ({
				id: `${key}.${clause.key}`,
				key: clause.key,
				title: each(files, ({ clauses }) => clauses[i]!.title),
				plain: each(files, ({ clauses }) => clauses[i]!.plain)
			}))
		},
		items: [item]
	};
}
